"""Project codes (项目代码) as keys: two spellings of one code are one project.

A code is folded as the ids of sources are. One of the investment platform (twenty digits, 4-6-2-2-6) is the same with whatever dashes
or none; of any other code a dash may be what tells it from another.
"""

from __future__ import annotations

import re
import unicodedata

from review.facts.spellings import source_key

LONGEST_CODE = 100
_PLATFORM = re.compile(r"(\d{4})(\d{6})(\d{2})(\d{2})(\d{6})", re.ASCII)
# What stands for a dash beside the characters of the category Pd: minus, hyphen bullet, box drawing, the long vowel mark of an input method.
_DASHES = "−⁃─ー"
# Dashes that the record has codes with: until codes were folded as sources are, width, white space and case alone were.
_FORMER_DASHES = "‐‒–—―−"


def code_key(code: str | None) -> str | None:
    """The key of a project code; None where there is none, or it is too long to be one."""
    key = source_key(code or "")
    platform = _PLATFORM.fullmatch("".join(each for each in key if not _is_dash(each)))
    key = "-".join(platform.groups()) if platform else key
    return key if 0 < len(key) <= LONGEST_CODE else None


def keys_of(code: str | None) -> tuple[str, ...]:
    """Every key that the record may have the code under, the likeliest first: as it was folded before, as it is now, with other dashes."""
    key = code_key(code)
    if key is None:
        return ()
    former = "".join(unicodedata.normalize("NFKC", code or "").split()).upper()
    without = ("",) if _PLATFORM.fullmatch(key.replace("-", "")) else ()
    return tuple(dict.fromkeys((former, key, *(key.replace("-", dash) for dash in (*_FORMER_DASHES, *without)))))


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in _DASHES
