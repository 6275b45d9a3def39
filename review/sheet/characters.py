"""Characters of the sheet's texts: what cannot be seen, what can be taken for a Latin letter, what is no character at all."""

from __future__ import annotations

import re
import unicodedata

# Characters that show nothing and are no white space, beside those of the category Cf: fillers, joiners and variation selectors.
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# What comes along unseen at the ends of a text that is copied.
EDGES = re.compile("^[\\s\u00ad\u200b-\u200d\u2060\ufeff]+|[\\s\u00ad\u200b-\u200d\u2060\ufeff]+$")
# Letters of Cyrillic and Greek that nobody can tell from Latin ones.
LIKE_LATIN = dict(zip(
    "АВЕЅІЈКМНОРСТХУаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTXYaesijopcyxABEZHIKMNOPTYXo", strict=True,
))  # fmt: skip
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_no_character(character: str) -> bool:
    """Whether Unicode keeps a code point from ever being a character. One that has none yet may have one: later tables of Python know it."""
    return "\ufdd0" <= character <= "\ufdef" or ord(character) & 0xFFFE == 0xFFFE


def is_unseen(character: str) -> bool:
    """Whether a character shows nothing and is no white space: two ids that differ in it look alike."""
    return unicodedata.category(character) == "Cf" or UNSEEN.match(character) is not None


def latin_like(character: str) -> str | None:
    """The Latin letter that a Cyrillic or Greek one looks like; None of any other character."""
    return LIKE_LATIN.get(character)
