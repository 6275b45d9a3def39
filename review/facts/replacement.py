"""Capacity replacement (产能置换) in editions of the second facts: the ratio by the day of the announcement and by what is replaced (4.3-3).

`capacity.py` has the facts of the editions recorded before. A row of `capacity_replacement.csv` is of a commodity, for a region, from and
until a day; its `case` says what it is for: the base ratio (blank), `cross_province`, `restricted`, `merger`, `same_site`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from review.errors import Text
from review.facts.capacity import UNIT, notice, retired_capacity, row_source
from review.facts.model import Case, Fact, Note, Source
from review.law.dated import Period, period
from review.law.edition import Ruleset
from review.quantities import UNSTATED, ZERO, Range, plain
from review.sheet import Capacity
from review.values import immutable

_RATIO, _ANNOUNCED = "capacity.ratio", "capacity.announced"


@immutable(frozen=True, slots=True)
class _Row:
    """A row of the ratios: of which products, for which case, on which days."""

    commodity: str
    case: str
    products: frozenset[str]
    ratio: Decimal | None
    days: Period
    source: Source


@lru_cache(maxsize=32)
def _rows(ruleset: Ruleset) -> tuple[_Row, ...]:
    """The ratios of the edition's region."""
    region = ruleset.parameters.get("capacity_region")
    return tuple(
        _Row(
            row["commodity"], row["case"], frozenset(row["products"].split(";")), Decimal(row["ratio"]) if row["ratio"] else None,
            period(row), row_source(row),
        )
        for row in ruleset.table("capacity_replacement")
        if region is not None and row["region"] == region.text
    )  # fmt: skip


def _figure(case: Case, row: _Row) -> Decimal | None:
    return row.ratio if row.ratio is not None and case.counts(row.source.evidence) else None


@immutable(frozen=True, slots=True)
class _Ratio:
    """The ratio that applies: between the ends (`high` None: without bound), with the paths that would settle it."""

    low: Decimal
    high: Decimal | None
    missing: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def replacement_facts(case: Case) -> tuple[dict[str, Fact], list[Note]]:
    """`capacity.replacement_listed`, `.required_t`, `.retired_t` and `.ratio_due`, and notes on the ratio and on the day of the announcement."""
    section = case.sheet.capacity
    capacity = section if isinstance(section, Capacity) else None
    day = _day(case, capacity)
    products = case.sheet.products
    doubtful = tuple(f"products[{i}].benchmark" for i, each in enumerate(products or ()) if each.benchmark is None)
    if products is None:
        doubtful = ("products",)
    keys = {product.benchmark for product in products or ()}
    mine, others = dict[str, list[_Row]](), dict[str, list[_Row]]()
    for row in _rows(case.ruleset):
        group = others if row.products.isdisjoint(keys) else mine
        group.setdefault(row.commodity, []).append(row)
    ratios = [found for each in mine.values() if (found := _of_commodity(case, capacity, each, day)) is not None]
    sources = tuple(dict.fromkeys(source for each in ratios for source in each.sources))
    listed = Fact(True if ratios else None if doubtful else False, missing=() if ratios else doubtful, sources=sources)
    notices = case.ruleset.content["capacity_notices"]
    notes = [notice(case, commodity) for commodity in mine if _concerns(notices.get(commodity), day, case.as_of)]
    raised = (found for each in others.values() if (found := _of_commodity(case, capacity, each, day)) is not None)
    ratio = _largest(ratios, raised if doubtful else (), doubtful, capacity)
    if ratios and capacity is not None and capacity.ratio is not None and capacity.ratio < max(r.low for r in ratios):
        notes.append(_below_table(capacity.ratio, max(r.low for r in ratios)))
    if ratios and day is None and ratio.missing and _ANNOUNCED in ratio.missing:
        notes.append(_NOT_STATED)
    stated = () if capacity is None or capacity.ratio is None else (_RATIO,)
    new_t = capacity.new_t if capacity else None
    if new_t is None:
        required = Fact(UNSTATED, missing=("capacity.new_t", *ratio.missing), sources=ratio.sources, unit=UNIT)
    else:
        required = Fact(
            Range(ratio.low * new_t, None if ratio.high is None else ratio.high * new_t),
            missing=ratio.missing if new_t else (),
            paths=("capacity.new_t", *stated),
            sources=ratio.sources,
            unit=UNIT,
        )
    return {
        "capacity.replacement_listed": listed,
        "capacity.required_t": required,
        "capacity.retired_t": retired_capacity(case),
        "capacity.ratio_due": Fact(
            Range(ratio.low, ratio.high), missing=ratio.missing, paths=stated, sources=ratio.sources
        ),
    }, notes if _may_be_due(case, capacity) else []


def _may_be_due(case: Case, capacity: Capacity | None) -> bool:
    """Whether a replacement may be due at all, so that there is something to be said of it; until `facts: 3` it was said of every project.

    None is of a project that is past planning, is exempt, or renovates its technology and is not required to replace any.
    """
    project = case.sheet.project
    if case.ruleset.facts < 3:
        return True
    exempt = capacity is not None and capacity.exemption is not None and capacity.exemption.document is not None
    renovated = project.nature == "technical_renovation" and capacity is not None and capacity.required is False
    return project.stage in (None, "proposed") and not exempt and not renovated


_NOT_STATED = Note(
    "announced-not-stated",
    _ANNOUNCED,
    Text(
        "产能置换方案公告日未载明：按截至审查日的各期置换比例一并判断",
        "the day of the announcement is not stated: the ratios of all periods up to the day of review are looked at",
    ),
)


def _below_table(stated: Decimal, due: Decimal) -> Note:
    return Note(
        "ratio-below-table",
        _RATIO,
        Text(
            f"填报的置换比例 {plain(stated)} 低于表列比例 {plain(due)}，按表列比例判断",
            f"the stated ratio {plain(stated)} is below the table's {plain(due)}: the table's is used",
        ),
    )


def _day(case: Case, capacity: Capacity | None) -> date | None:
    """The day whose rows apply, None where it is not stated: the announcement's, or the review's of a plan not announced yet."""
    announced = capacity.announced if capacity else None
    return case.as_of if announced == "none" else announced


def _concerns(notice: Mapping[str, str] | None, day: date | None, as_of: date) -> bool:
    """Whether a notice speaks of announcements of the day; of a day that is not stated, of any up to the review."""
    if notice is None:
        return False
    days = period(notice)
    return days.first <= as_of if day is None else days.covers(day)


def _of_commodity(case: Case, capacity: Capacity | None, rows: list[_Row], day: date | None) -> _Ratio | None:
    """The ratio of one commodity on the day, or over all days up to the review; None where no base row is in force."""
    if day is not None:
        return _on_day(case, capacity, rows, day)
    begun = {row.days.first for row in rows if row.days.first > date.min} | {case.as_of}
    found = [
        ratio
        for each in sorted(begun)
        if each <= case.as_of and (ratio := _on_day(case, capacity, rows, each)) is not None
    ]
    if not found:
        return None
    low = min(each.low for each in found)
    high = _highest(each.high for each in found)
    differ = len({(each.low, each.high) for each in found}) > 1
    missing = dict.fromkeys(path for each in found for path in each.missing)
    return _Ratio(
        low,
        high,
        ((_ANNOUNCED,) if differ else ()) + tuple(missing),
        tuple(dict.fromkeys(source for each in found for source in each.sources)),
    )


def _on_day(case: Case, capacity: Capacity | None, rows: list[_Row], day: date) -> _Ratio | None:
    """The ratio of one commodity on a day: the base row, lowered or raised by what is replaced, where it is stated."""
    by_case = {row.case: row for row in rows if row.days.covers(day)}
    base = by_case.get("")
    if base is None:
        return None
    used = [base]
    figure = _figure(case, base)
    if figure is None:
        return _Ratio(ZERO, None, (), (base.source,))
    low: Decimal = figure
    high: Decimal | None = figure
    missing: list[str] = []
    lowered = _lowered(case, capacity, by_case)
    restricted = capacity.restricted if capacity else None
    if lowered and restricted is not True:
        amounts = [amount for row in lowered if (amount := _figure(case, row)) is not None]
        used += lowered
        if not amounts:
            low = ZERO
        elif (least := min([figure, *amounts])) < figure:
            low = least
            if restricted is False:
                high = least
            else:
                missing.append("capacity.restricted")
    crosses = False if capacity and capacity.same_site else capacity.cross_province if capacity else None
    for name, truth in (("cross_province", crosses), ("restricted", restricted)):
        row = by_case.get(name)
        if row is None or truth is False:
            continue
        used.append(row)
        amount = _figure(case, row)
        if truth:
            low, high = max(low, amount or ZERO), _highest((high, amount))
        elif amount is None or amount > low:
            high = _highest((high, amount))
            missing.append(f"capacity.{name}")
    sources = tuple([row.source for row in used])
    return _Ratio(low, high, tuple(dict.fromkeys(missing)), sources)


def _lowered(case: Case, capacity: Capacity | None, by_case: dict[str, _Row]) -> list[_Row]:
    """The rows that lower the base ratio: stated true, and every retired row has its document."""
    if capacity is None or not capacity.retired:
        return []
    if any(each.document in (None, "none") for each in capacity.retired):
        return []
    stated = {"merger": capacity.merger, "same_site": capacity.same_site}
    return [by_case[name] for name, truth in stated.items() if truth and name in by_case]


def _largest(
    ratios: list[_Ratio], raised: Iterable[_Ratio], doubtful: tuple[str, ...], capacity: Capacity | None
) -> _Ratio:
    """The largest of the commodities' ratios and the stated one; a product not identified may raise it."""
    own = capacity.ratio if capacity else None
    missing = tuple(dict.fromkeys(path for each in ratios for path in each.missing))
    sources = tuple(dict.fromkeys(source for each in ratios for source in each.sources))
    if not ratios and own is None:
        return _Ratio(ZERO, None, (_RATIO, *doubtful))
    lows = [each.low for each in ratios] + ([] if own is None else [own])
    high = _highest([*(each.high for each in ratios), *([] if own is None else [own])])
    low = max(lows)
    if high is not None and high <= low:
        missing = ()
    # Nothing is above what has no bound.
    above = high if high is None else _highest([high, *(each.high for each in raised)])
    if above != high:
        missing = (*missing, *doubtful)
    return _Ratio(low, above, missing, sources)


def _highest(ends: Iterable[Decimal | None]) -> Decimal | None:
    """The highest of upper ends, None being without bound."""
    found = list(ends)
    return None if None in found else max(each for each in found if each is not None)
