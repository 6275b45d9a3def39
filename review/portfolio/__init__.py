"""Whole portfolios judged at once, as column expressions: a third witness beside `exact.py`, never the source of a recorded verdict.

Nothing heavy is imported by this package itself: a module that needs pyarrow or ibis imports them, and `extra.py` says what to install where they lack.
"""
