"""Measures and comparisons of the whole product; none of it runs in the tests."""
