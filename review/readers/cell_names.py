"""Names of cells (单元格名): columns by letters, without loading the library that opens workbooks, which takes long and much memory."""

from __future__ import annotations

from string import ascii_uppercase


def column_letter(number: int) -> str:
    """The letters of a column, counted from 1: A, …, Z, AA, ….

    >>> [column_letter(each) for each in (1, 26, 27, 702, 703)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    while number:
        number, place = divmod(number - 1, len(ascii_uppercase))
        letters = ascii_uppercase[place] + letters
    return letters
