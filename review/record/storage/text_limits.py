"""Words that people enter beside a sheet, validated: what can be stored, shown and printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unicodedata import category

from review.errors import Fault, Refused, Text
from review.sheet.characters import is_no_character
from review.sheet.fields import LONGEST_TEXT

# Control and format characters, surrogates, private use. A full-width space is none of them.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
# What the databases can index in full, whatever the script.
LONGEST_KEY = 200
# The databases' whole numbers have 64 bits.
LARGEST_NUMBER = 2**63 - 1


def stated_text(text: str | None) -> str | None:
    """A text without white space around it; None where nothing is stated."""
    return (text or "").strip() or None


REQUIRED = Text("必须填写", "is required")


def validate_words(words: Mapping[str, str | None], required: Iterable[str] = (), longest: int = LONGEST_TEXT) -> None:
    """Raises Refused, naming each field that is empty where it is required, too long, or has control characters."""
    faults = [Fault(name, REQUIRED) for name in required if not (words[name] or "").strip()]
    for name, value in words.items():
        if value is None:
            continue
        if len(value) > longest:
            faults.append(Fault(name, Text(f"过长，最多 {longest} 字", f"is too long: at most {longest} characters")))
        elif any((category(c) in _UNSEEN and c not in "\n\r\t") or is_no_character(c) for c in value):
            faults.append(Fault(name, Text("含有不可见的控制字符", "holds control characters that cannot be seen")))
    if faults:
        raise Refused(faults)
