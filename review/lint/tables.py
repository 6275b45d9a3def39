"""Rows compared with each other (表的检查): levels in their order, names that must exist elsewhere, what official figures need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from review.errors import Fault, Text
from review.law.clauses import SCOPES
from review.law.forms import NATURES, OFFICIAL_COLUMNS, ORDERS, none_of
from review.law.source import Placed, Source
from review.law.vocabulary import VERSIONS, vocabulary_of
from review.quantities import read_decimal, read_unit


def row_faults(source: Source) -> Iterator[Fault]:
    """Rows that are wrong in themselves: levels out of order, a range with one end, units that nothing is measured in."""
    for table, orders in ORDERS.items():
        for row in source.tables.get(table, ()):
            for columns in orders:
                yield from _order(row, columns)
    for row in source.tables.get("coal_equivalents", ()):
        if bool(row.entry["low"]) is not bool(row.entry["high"]):
            yield _fault(row, "low 和 high 应都填或都不填", "low and high are both filled, or neither")
        if read_unit(row.entry["quantity_unit"]) is None:
            yield _fault(row, f"没有实物量单位“{row.entry['quantity_unit']}”", f"no unit of quantity {row.entry['quantity_unit']!r}")  # fmt: skip
    yield from _threshold_units(source)
    yield from _official(source)


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
