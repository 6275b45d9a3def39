"""What reading gives (读作): a value with the words that show it, or a refusal that says what was found and what is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from review.errors import Fault, SheetError, Text
from review.sheet.fields import shown

# Full-width forms of ASCII, and the spaces that keep words together. Nothing else is folded: ² is no 2, ½ no 1 and 2.
_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    "\u3000\xa0\u2009\u202f", " "
)
_WIDE = re.compile("[\uff01-\uff5e\u3000\xa0\u2009\u202f]")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Read:
    """What was read: the value as a sheet states it, in words where it was written otherwise, and what it says of fields beside it."""

    value: Any
    words: Text | None = None
    beside: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


def fold(text: str) -> str:
    """The text without white space around it and with full-width forms (８，％) as ASCII has them."""
    return (text if text.isascii() else _WIDE.sub(lambda found: _WIDTH[found[0]], text)).strip()


def same(zh: str) -> Text:
    """Words that are the same in both languages: figures, units, names."""
    return Text(zh, zh)


def refuse(zh: str, en: str) -> SheetError:
    """A refusal without a place: the caller that knows the field adds it."""
    return SheetError([Fault("", Text(zh, en))])


def not_read(text: str, zh: str, en: str) -> SheetError:
    """The refusal of what was found, with what is taken instead."""
    return refuse(f"{shown(text).zh} 读不出来：{zh}", f"{shown(text).en} cannot be read: {en}")


def two_readings(text: str, first: Text, second: Text, zh: str, en: str) -> SheetError:
    """The refusal of what can be read in two ways, with both and how to say which."""
    return refuse(
        f"{shown(text).zh} 有两种读法：{first.zh}，或 {second.zh}；{zh}",
        f"{shown(text).en} can be read in two ways: {first.en}, or {second.en}; {en}",
    )


def placed(error: SheetError, where: str, label: Text | None = None) -> list[Fault]:
    """The faults of a refusal at their place, each with the name of the field before it."""
    if label is None:
        return [Fault(where, each.text) for each in error.faults]
    return [
        Fault(where, Text(f"“{label.zh}”：{each.text.zh}", f"“{label.en}”: {each.text.en}")) for each in error.faults
    ]


def read_as(words: Text) -> Text:
    """The words that show what was understood."""
    return Text(f"读作 {words.zh}", f"read as {words.en}")
