"""Spellings of one id (写法): ids of sources, document numbers and project codes are one however dashes, widths and brackets are written."""

from __future__ import annotations

import unicodedata

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))


def source_key(name: str) -> str:
    """A source's id as a key: full-width forms folded, white space left out, capitals, one kind of dash.

    Two spellings of one id are one source: else it could be drawn on twice (重复计算).
    """
    folded = "".join(unicodedata.normalize("NFKC", name.translate(_DASHES)).translate(_DASHES).split()).upper()
    # Capitals of a composed letter can be two characters, which compose again.
    return unicodedata.normalize("NFKC", folded)


# Brackets of a document's number, which people write in many ways, with the one that stands for each. The record's indexes are made of them.
BRACKETS = {**dict.fromkeys("([［【〖（〈", "〔"), **dict.fromkeys(")]］】〗）〉", "〕")}
_ONE_BRACKET = str.maketrans(BRACKETS)


def with_one_bracket(key: str) -> str:
    """A key with one kind of bracket: 榕减〔2024〕1, 榕减[2024]1 and 榕减（2024）1 are one."""
    return key.translate(_ONE_BRACKET)
