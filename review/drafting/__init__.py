"""Filling in a sheet: values as typed, where rows went, what is wrong so far, what can be picked, the arithmetic line by line."""
