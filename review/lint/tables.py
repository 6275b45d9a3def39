"""Rows compared with each other (表的检查): levels in their order, names that must exist elsewhere, what official figures need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from review.errors import Fault, Text
from review.law.clauses import SCOPES
from review.law.dated import UNTIL, period
from review.law.forms import NATURES, OFFICIAL_COLUMNS, ORDERS, TABLES, none_of
from review.law.source import Placed, Source, edition_days
from review.law.vocabulary import VERSIONS, vocabulary_of
from review.quantities import read_decimal, read_unit


def row_faults(source: Source) -> Iterator[Fault]:
    """Rows that are wrong in themselves or beside others: levels out of order, a range with one end, units that nothing is measured in, an industry in two sectors, a table without rows."""
    for table, orders in ORDERS.items():
        for row in source.tables.get(table, ()):
            for columns in orders:
                yield from _order(row, columns)
    for row in source.tables.get("benchmark_levels", ()):
        if not row.entry["unit"] and any(
            row.entry[column] for columns in ORDERS["benchmark_levels"] for column in columns
        ):
            yield _fault(row, "有数值而没有 unit", "has figures and no unit")
    for row in source.tables.get("coal_equivalents", ()):
        if bool(row.entry["low"]) is not bool(row.entry["high"]):
            yield _fault(row, "low 和 high 应都填或都不填", "low and high are both filled, or neither")
        if read_unit(row.entry["quantity_unit"]) is None:
            yield _fault(row, f"没有实物量单位“{row.entry['quantity_unit']}”", f"no unit of quantity “{row.entry['quantity_unit']}”")  # fmt: skip
    yield from _threshold_units(source)
    yield from _official(source)
    yield from _prefixes(source)
    for table, rows in source.tables.items():
        if not rows:
            yield Fault(source.at("tables", table), Text(f"表 {table} 没有一行：不用的表不要列出", f"the table {table} has no row: a table that is not used is not named"))  # fmt: skip


def _prefixes(source: Source) -> Iterator[Fault]:
    """A prefix in two sectors, or twice in one: an industry is of one sector, and another order of rows would be another verdict."""
    before: list[tuple[str, Placed]] = []
    for row in source.tables.get("sectors", ()):
        for prefix in row.entry["industry_prefixes"].split(";"):
            for known, other in before:
                if known == prefix and period(row.entry).overlaps(period(other.entry)):
                    yield _fault(row, f"行业代码前缀 {prefix} 重复，另见 {other.where}", f"the prefix {prefix} is there twice, also at {other.where}")  # fmt: skip
            before.append((prefix, row))


def ending_faults(source: Source, begins: Collection[date] = ()) -> Iterator[Fault]:
    """Rows of which a day of the sheet chooses, that end before no edition begins and that no other follows: from then on nothing would be asked for.

    `begins`: further days on which an edition begins. Rows of other tables are in an edition or not, which its history declares.
    """
    days = {*edition_days(source).values(), *begins}
    for name, table in TABLES.items():
        last: dict[tuple[str, ...], Placed] = {}
        for row in source.tables.get(name, ()) if table.dated == "sheet" else ():
            key = table.name(row.entry)
            if key not in last or period(last[key].entry).last < period(row.entry).last:
                last[key] = row
        for key, row in last.items():
            after = period(row.entry).after
            if after is not None and after not in days:
                said = "·".join(part for part in key if part)
                yield _fault(row, f"{said} 止于 {row.entry[UNTIL]}，其后没有一行，也没有版本从次日施行",
                             f"{said} ends on {row.entry[UNTIL]}: no row follows, and no edition begins on the next day")  # fmt: skip
    yield from _asked_for_ever(source)


def _asked_for_ever(source: Source) -> Iterator[Fault]:
    """What thresholds of the energy review ask for is asked for by some row on each day from the first on."""
    asked: dict[str, list[Placed]] = {}
    for row in source.tables.get("review_thresholds", ()):
        asked.setdefault(row.entry["asks"], []).append(row)
    for name, rows in asked.items():
        ordered = sorted(rows, key=lambda each: period(each.entry).first)
        row = ordered[0]
        for each in ordered[1:]:
            after = period(row.entry).after
            if after is not None and period(each.entry).first > after:
                break
            row = max(row, each, key=lambda either: period(either.entry).last)
        if (after := period(row.entry).after) is not None:
            yield _fault(row, f"{after} 起没有一行要求 {name}", f"no row asks for {name} from {after} on")


def _order(row: Placed, columns: tuple[str, ...]) -> Iterator[Fault]:
    stated = [(column, value) for column in columns if (value := read_decimal(row.entry[column])) is not None]
    for (first, less), (second, more) in pairwise(stated):
        if less > more:
            yield _fault(row, f"{first} {row.entry[first]} 应不大于 {second} {row.entry[second]}",
                         f"{first} {row.entry[first]} should be at most {second} {row.entry[second]}")  # fmt: skip


def _threshold_units(source: Source) -> Iterator[Fault]:
    vocabulary = vocabulary_of(VERSIONS[-1])
    for row in source.tables.get("review_thresholds", ()):
        unit = vocabulary.described(row.entry["fact"])[1] or ""
        if row.entry["unit"] != unit:
            yield _fault(row, f"{row.entry['fact']} 的单位应为 {unit}，而非 {row.entry['unit']}",
                         f"{row.entry['fact']} is measured in {unit}, not {row.entry['unit']}")  # fmt: skip


def _official(source: Source) -> Iterator[Fault]:
    """A figure is official where a clause of the plan states it, or where its row names document, page and date."""
    clauses = {row.entry["clause"] for row in source.clauses}
    rows: list[Placed] = [*source.parameters, *(row for rows in source.tables.values() for row in rows)]
    for row in rows:
        named = all(row.entry.get(column) for column in OFFICIAL_COLUMNS)
        if row.entry["evidence"] == "official" and row.entry.get("source") not in clauses and not named:
            yield _fault(row, f"证据为 official 的，来源应为方案条款，或填写 {'、'.join(OFFICIAL_COLUMNS)}",
                         f"official evidence needs a clause of the plan as its source, or {', '.join(OFFICIAL_COLUMNS)}")  # fmt: skip
    for rule in source.rules:
        for law in rule.entry.get("basis") or ():
            if law.get("evidence") == "official" and not (law.get("article") and law.get("quote")):
                yield _fault(rule, "证据为 official 的依据应写明 article 和 quote", "an official basis names its article and quote")  # fmt: skip


def reference_faults(source: Source) -> Iterator[Fault]:
    """Names that stand nowhere: products, sectors, rules, clauses, commodities, natures."""
    products = _keys(source, "benchmark_levels", "id")
    for row in source.tables.get("capacity_replacement", ()):
        yield from _known(row.where, row.entry["products"].split(";"), products, Text("产品", "product"))
    commodities = _keys(source, "capacity_replacement", "commodity")
    for name in source.head.get("capacity_notices") or {}:
        yield from _known(source.at("capacity_notices", name), [name], commodities, Text("产品", "commodity"))
    for key in ("known_elsewhere", "added_rows"):
        yield from _known(source.at(key), _listed(source.head.get(key)), products, Text("产品行", "row"))
    for row in source.tables.get("review_thresholds", ()):
        natures = [each for each in row.entry["increment"].split(";") if each]
        yield from _known(row.where, natures, NATURES, Text("建设性质", "nature"))
    region = [row for row in source.parameters if row.entry["parameter"] == "capacity_region"]
    for row in region:
        yield from _known(row.where, [row.entry["value"]], _keys(source, "capacity_replacement", "region"), Text("地区", "region"))  # fmt: skip
    yield from _clauses(source)


def _clauses(source: Source) -> Iterator[Fault]:
    rules = {str(rule.entry["id"]) for rule in source.rules}
    clauses = {row.entry["clause"] for row in source.clauses}
    articles = {row.entry["article"] for row in source.clauses}
    concerned = (*_keys(source, "sectors", "sector"), *SCOPES)
    for row in source.clauses:
        carriers = [each.strip() for each in row.entry["carried_by"].split(";")] if row.entry["kind"] == "rule" else []
        # Beside the rules a carrier may be said in words.
        yield from _known(
            row.where, [each for each in carriers if each and " " not in each], rules, Text("规则", "rule")
        )
        reminded = [each for each in row.entry["reminds"].split(";") if each]
        yield from _known(row.where, reminded, concerned, Text("提醒对象", "concern"))
    for row in source.authorities:
        yield from _known(row.where, [row.entry["article"]], articles, Text("条", "article"))
        yield from _known(row.where, [row.entry["clause"]], clauses, Text("条款", "clause"))


def _known(where: str, names: Iterable[str], known: Iterable[str], what: Text) -> Iterator[Fault]:
    there = tuple(known)
    for name in names:
        if name not in there:
            words = none_of(name, there)
            yield Fault(where, Text(f"{what.zh}{words.zh}", f"{what.en} {words.en}"))


def _keys(source: Source, table: str, column: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.entry[column] for row in source.tables.get(table, ())))


def _listed(found: Any) -> list[str]:
    if isinstance(found, list) and found and isinstance(found[0], Mapping):
        return [name for each in found for name in each["value"]]
    return list(found or ())


def _fault(row: Placed, zh: str, en: str) -> Fault:
    return Fault(row.where, Text(zh, en))
