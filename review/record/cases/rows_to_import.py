"""Rows of past decisions as they are to be imported (待导入的行): the sheet, the day and the decision that each states, and which can keep each other out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from review.clock import today
from review.errors import Fault, Refused, Text
from review.law.edition import Ruleset
from review.readers.written.days import written_day
from review.readers.written.sheet import written_sheet
from review.record.cases.rulings import Ruling
from review.record.editions.in_force import Law
from review.record.projects.codes import code_key
from review.sheet import ProjectSheet
from review.sheet.fields import iso_day
from review.sheet.paths import value_at

# A later day, as of a slip of the pen, would keep out all that comes after.
_PAST = ("as_of", "decision.decided_on")


@dataclass(frozen=True)
class ReadyRow:
    """A row that was read: its day, its place in the file and what it is called, what it says beside the sheet, and the sheet."""

    day: date
    place: int
    where: str
    envelope: Mapping[str, str]
    sheet: ProjectSheet


def rows_together(rows: Sequence[ReadyRow]) -> Iterable[list[ReadyRow]]:
    """Rows of which one can keep another out, in their order: of one project by its code, or under one reference."""
    leaders: dict[str, str] = {}

    def leader(key: str) -> str:
        while (found := leaders.setdefault(key, key)) != key:
            key = found
        return key

    groups: dict[str, list[ReadyRow]] = {}
    for each in rows:
        first, *others = _keys(each)
        for key in others:
            leaders[leader(key)] = leader(first)
    for each in rows:
        groups.setdefault(leader(_keys(each)[0]), []).append(each)
    return groups.values()


def _keys(row: ReadyRow) -> list[str]:
    code, reference = code_key(row.sheet.project.code), row.envelope.get("reference", "").strip()
    return [
        f"row {row.place}",
        *([f"code {code}"] if code else ()),
        *([f"reference {reference}"] if reference else ()),
    ]


def sheet_of_row(
    law: Law, values: Mapping[str, Any], envelope: Mapping[str, str]
) -> tuple[ProjectSheet, Mapping[str, Text]]:
    """The sheet of a row that people filled in, and what was read as what: things are named by the tables of the edition that it is judged by. Raises SheetError, RulesetError."""

    def edition() -> Ruleset:
        received = value_at(values, "project.received")
        day = _day(envelope, "as_of") or _day(envelope, "decision.decided_on")
        if day is None and isinstance(received, str) and received.strip():
            day = written_day(received)
        return law.choose(envelope.get("ruleset"), day or today())

    return written_sheet(values, edition)


def day_of_row(sheet: ProjectSheet, envelope: Mapping[str, str]) -> date:
    """The day of review: as stated, else of the decision, else of receipt. Raises Refused."""
    found = _day(envelope, "as_of") or _day(envelope, "decision.decided_on") or sheet.project.received
    if found is not None and found > today():
        raise Refused([_ahead("project.received", found)])
    if found is None and "listed" not in envelope:
        words = Text(
            "没有审查日：请填 as_of、decision.decided_on 或 project.received",
            "has no day: give as_of, decision.decided_on or project.received",
        )
        raise Refused([Fault("as_of", words)])
    return found or date.max


def ruling_of_row(envelope: Mapping[str, str], as_of: date) -> Ruling | None:
    """The decision of a row, made on the day of review unless it states another; None where it has none. Raises Refused."""
    stated = {name.removeprefix("decision."): text for name, text in envelope.items() if name.startswith("decision.")}
    if not stated:
        return None
    faults = [
        Fault(f"decision.{name}", Text("必须填写", "is required"))
        for name in ("outcome", "officer")
        if not stated.get(name, "").strip()
    ]
    if faults:
        raise Refused(faults)
    return Ruling(
        stated["outcome"], reason=stated.get("reason"), clause=stated.get("clause"), on_behalf_of=stated.get("on_behalf_of"),
        second=stated.get("second"), responsible=stated.get("responsible"), due=_day(envelope, "decision.due"),
        decided_on=_day(envelope, "decision.decided_on") or as_of,
    )  # fmt: skip


def _day(envelope: Mapping[str, str], name: str) -> date | None:
    text = envelope.get(name)
    if text is None:
        return None
    day = iso_day(text)
    if day is None:
        raise Refused(
            [
                Fault(
                    name,
                    Text(
                        f"“{text[:40]}”不是日期，应写成 2025-03-01", f"“{text[:40]}” is not a date such as 2025-03-01"
                    ),
                )
            ]
        )
    if name in _PAST and day > today():
        raise Refused([_ahead(name, day)])
    return day


def _ahead(where: str, day: date) -> Fault:
    words = Text(
        f"{day} 晚于今天；过去的审批不会在以后，请核对",
        f"{day} is after today: what is past does not lie ahead, check it",
    )
    return Fault(where, words)
