"""A ruleset folder as it is written (规则文件夹): the head, rows, terms and rules with the place of each, and every fault of form.

It is read by `source_folder.py` and cut into editions by `cutting.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from review.errors import Fault, Text
from review.law.dated import FROM, UNTIL, day, period
from review.law.files import Document
from review.law.forms import unknown_keys

HEAD = "edition.yaml"


@dataclass(frozen=True)
class Placed:
    """A row, term or rule as it is written, and where; `lines` are those of its keys, where it has any."""

    entry: Mapping[str, Any]
    where: str
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Source:
    """A folder as read: the head, each table's rows, the rules in order, and every fault of form found on the way."""

    head: dict[str, Any] = field(default_factory=dict)
    document: Document | None = None
    tables: dict[str, list[Placed]] = field(default_factory=dict)
    parameters: list[Placed] = field(default_factory=list)
    clauses: list[Placed] = field(default_factory=list)
    authorities: list[Placed] = field(default_factory=list)
    rules: list[Placed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def at(self, *path: str | int) -> str:
        """Where a part of the head stands."""
        return self.document.at(*path) if self.document else HEAD

    def fault(self, where: str, text: Text) -> None:
        """Adds a fault of form, with the place of what is at fault."""
        self.faults.append(Fault(where, text))


def edition_days(source: Source) -> dict[str, date]:
    """The first day of each edition, in order."""
    found = {name: day(each[FROM]) or date.min for name, each in source.head["editions"].items()}
    return dict(sorted(found.items(), key=lambda each: each[1]))


def validate_dated(source: Source, where: str, entry: object, keys: tuple[str, ...], needed: str) -> None:
    """A fault for each unknown key of a dated entry of the head, for the `needed` key where it is lacking, for days that do not exist."""
    if not isinstance(entry, dict):
        source.fault(where, Text(f"应写明 {needed} 和日期", f"should have {needed} and days"))
        return
    for _, text in unknown_keys(entry, keys):
        source.fault(where, text)
    if needed not in entry:
        source.fault(where, Text(f"缺少 {needed}", f"{needed} is lacking"))
    has_real_days(source, where, entry)


def has_real_days(source: Source, where: str, entry: Mapping[str, Any]) -> bool:
    """Whether the days of an entry exist and make a period; a fault for each that does not."""
    if not (entry.get(FROM) or entry.get(UNTIL)):
        return True
    before = len(source.faults)
    for key in (FROM, UNTIL):
        if entry.get(key) and day(entry[key]) is None:
            source.fault(where, Text(
                f"{key} “{entry[key]}”不是日期，应为存在的 YYYY-MM-DD", f"{key} {entry[key]!r} is no date: it should be a real YYYY-MM-DD"))  # fmt: skip
    if len(source.faults) == before and period(entry).first > period(entry).last:
        source.fault(where, Text("期间为空：from 晚于 until", "the period is empty: from lies after until"))
    return len(source.faults) == before


def require_both_languages(
    source: Source, path: tuple[str | int, ...], found: object, document: Document | None = None
) -> None:
    """A fault where words lack a language. An unquoted comma in YAML's braces would cut them short, so other keys are a fault too."""
    holder = document or source.document
    where = holder.at(*path) if holder else HEAD
    if (
        not isinstance(found, dict)
        or set(found) != {"zh", "en"}
        or not all(isinstance(each, str) and each.strip() for each in found.values())
    ):
        source.fault(where, Text(
            "应有且只有 zh 和 en（文字中有逗号的要加引号）", "should hold zh and en and nothing else (quote what has commas)"))  # fmt: skip
