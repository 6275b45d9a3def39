"""Periods of dated content held together (期间检查): nothing twice on a day, no gap, and no change on a day without an edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from review.errors import Fault, Text
from review.law.dated import DAY, Period, days_of, period
from review.law.forms import PARAMETERS, TABLES
from review.law.source import Placed, Source, edition_days


@dataclass(frozen=True)
class _Held:
    """One entry of a name: its period and where it stands; `takes_over`: it ends where the next begins, unless it says when."""

    period: Period
    where: str
    takes_over: bool = False


def period_faults(source: Source) -> Iterator[Fault]:
    """Every fault in the periods of a source: overlaps, gaps, and days on which no edition begins."""
    for name, held in _names(source):
        yield from _together(name, held)
    yield from _days(source)


def _names(source: Source) -> Iterator[tuple[Text, list[_Held]]]:
    for table, rows in source.tables.items():
        for key, placed in _grouped(rows, TABLES[table].name).items():
            said = "·".join(part for part in key if part)
            yield Text(f"表 {table} 的 {said}", f"{said} of the table {table}"), [_placed(each) for each in placed]
    for key, placed in _grouped(source.parameters, PARAMETERS.name).items():
        yield Text(f"参数 {key[0]}", f"parameter {key[0]}"), [_placed(each) for each in placed]
    for column, rows in (("clause", source.clauses), ("article", source.authorities)):
        for key, placed in _grouped(rows, lambda row, column=column: (row[column],)).items():
            yield Text(f"{key[0]}", key[0]), [_placed(each) for each in placed]
    for key, placed in _grouped(source.rules, lambda rule: (str(rule["id"]),)).items():
        held = [_Held(period(each.entry), each.where, not each.entry.get("until")) for each in placed]
        yield Text(f"规则 {key[0]}", f"rule {key[0]}"), held
    for where, name, entries in _readings(source):
        yield name, [_Held(period(each), where) for each in entries]


def _readings(source: Source) -> Iterator[tuple[str, Text, list[Mapping[str, Any]]]]:
    """What the head writes as readings: terms, values, files of a table."""
    for term, readings in source.head["terms"].items():
        if isinstance(readings, list):
            yield source.at("terms", term), Text(f"用语 {term}", f"term {term}"), readings
    for key in ("benchmark_document", "known_elsewhere", "added_rows"):
        found = source.head.get(key)
        if isinstance(found, list) and found and isinstance(found[0], Mapping):
            yield source.at(key), Text(key, key), found


def _grouped(rows: Iterable[Placed], name: Any) -> dict[tuple[str, ...], list[Placed]]:
    found: dict[tuple[str, ...], list[Placed]] = {}
    for each in rows:
        found.setdefault(name(each.entry), []).append(each)
    return found


def _placed(row: Placed) -> _Held:
    return _Held(period(row.entry), row.where)


def _together(name: Text, entries: list[_Held]) -> Iterator[Fault]:
    ordered = sorted(entries, key=lambda each: (each.period.first, each.where))
    for mine, following in pairwise(ordered):
        if mine.period.first == following.period.first:
            yield Fault(following.where, Text(
                f"{name.zh}重复，另见 {mine.where}", f"{name.en} is there twice, also at {mine.where}"))  # fmt: skip
        elif mine.takes_over:
            continue
        elif mine.period.overlaps(following.period):
            yield Fault(following.where, Text(
                f"{name.zh}的期间与 {mine.where} 重叠", f"{name.en}: the period overlaps that at {mine.where}"))  # fmt: skip
        elif mine.period.last + DAY != following.period.first:
            yield Fault(following.where, Text(
                f"{name.zh}的期间有空档：{mine.period.last} 之后到 {following.period.first} 之前",
                f"{name.en} has a gap: after {mine.period.last}, before {following.period.first}"))  # fmt: skip


def _days(source: Source) -> Iterator[Fault]:
    """Days on which content changes and no edition begins: no edition would show the change on its day."""
    begins = list(edition_days(source).values())
    for where, days in _changing(source):
        for each in sorted(days):
            if each > begins[0] and each not in begins:
                yield Fault(where, Text(
                    f"内容在 {each} 变化，但没有版本从这一天施行", f"the content changes on {each}, but no edition begins on that day"))  # fmt: skip


def _changing(source: Source) -> Iterator[tuple[str, set[date]]]:
    for table, rows in source.tables.items():
        if TABLES[table].dated == "edition":
            yield from ((each.where, days_of([each.entry])) for each in rows)
    for row in (*source.parameters, *source.rules):
        yield row.where, days_of([row.entry])
    for rule in source.rules:
        yield rule.where, days_of(rule.entry.get("basis") or ())
    for where, _, entries in _readings(source):
        yield where, days_of(entries)
    for place, each in enumerate(source.head.get("reminders") or ()):
        yield source.at("reminders", place), days_of([each])
