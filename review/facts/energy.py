"""Energy facts (能源): standard coal from the items, totals, the two dual-control accounts, and the review that is due.

GB/T 2589-2020 for the factors; 四（一） for the accounts (4.1-4); the thresholds of the energy review are dated table rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from review.errors import Fault, SheetError, Text, quoted
from review.facts.model import Case, Fact, Note, Source, gather, of_each, of_edition
from review.law.dated import Period, period
from review.law.edition import Row, Ruleset
from review.law.table_words import cited_figure, listed_rows
from review.quantities import EQUIVALENTS, UNITS, UNSTATED, ZERO, Range, plain, point, table_dimension, total
from review.sheet import EnergyItem
from review.values import immutable

AUTHORITIES = {"county": 1, "city": 2, "province": 3, "ndrc": 4}
RANKS = {"review": 1, **AUTHORITIES}
_ONE = Decimal(1)
_TOTALS = ("energy.review_total_tce", "energy.higher_total_tce")


@immutable(frozen=True, slots=True)
class Line:
    """One energy item as a contribution: None where it is incomplete; `open` are the paths that would complete it."""

    path: str
    amount: Range | None
    export: bool
    use: str
    renewable: bool | None
    open: tuple[str, ...]
    sources: tuple[Source, ...]
    factor: Range | None = None


@immutable(frozen=True, slots=True)
class Carrier:
    """An energy carrier of the edition: its row, what it is measured in, its coefficient and where that is from.

    `ends` are the low and high end where the table gives the coefficient as a range; `factor` and `ends` count as their evidence does.
    """

    row: Row
    dimension: str
    factor: Decimal | None
    ends: Range | None
    source: Source


@of_edition
def carrier_of(ruleset: Ruleset, name: str) -> Carrier | None:
    """A carrier by its key; None where no row has it."""
    row = ruleset.row("coal_equivalents", name)
    if row is None:
        return None
    ends = Range(Decimal(row["low"]), Decimal(row["high"])) if row["low"] and row["high"] else None
    factor = Decimal(row["factor"]) if row["factor"] else None
    return Carrier(row, table_dimension(row["quantity_unit"]), factor, ends, _factor_source(row))


def energy_facts(case: Case, two_high: Fact) -> tuple[dict[str, Fact], list[Note]]:
    """Every derived energy fact, and what should be said of the totals. Raises SheetError for an unknown carrier or unit."""
    notes: list[Note] = []
    energy = case.sheet.energy
    items = energy.items if energy else None
    carriers = item_carriers(case, items or ())
    lines = [coal_equivalent(case, *each) for each in carriers]
    electricity = [line for each in carriers if (line := physical(*each, is_electricity))]
    coal = [line for each in carriers if (line := physical(*each, _is_coal))]
    listed = items is not None
    facts = {
        "energy.total_tce": _judged(case, "total_tce", "tce", listed, lines, notes),
        "energy.electricity_mwh": _judged(case, "electricity_mwh", "MWh", listed, electricity, notes),
        "energy.coal_t": _judged(case, "coal_t", "t", listed, coal, notes),
    }
    facts |= _accounts(facts["energy.total_tce"], listed, lines)
    facts["energy.total_tce_primary"] = _primary(case, facts["energy.total_tce"], facts["energy.electricity_mwh"])
    if case.ruleset.facts > 1:
        # What the thresholds read of the total under names of their own.
        facts |= dict.fromkeys(_TOTALS, facts["energy.total_tce"])
    facts |= _review_facts(case, facts, two_high)
    return facts, notes


def item_carriers(case: Case, items: Iterable[EnergyItem]) -> list[tuple[str, EnergyItem, Carrier | None]]:
    """Each item with its path and its carrier. Raises SheetError for unknown carriers and units that do not fit them."""
    return of_each(lambda index, item: item_carrier(case, index, item), items)


def item_carrier(case: Case, index: int, item: EnergyItem) -> tuple[str, EnergyItem, Carrier | None]:
    """An item with its path and its carrier, None where none is stated. Raises SheetError as `item_carriers` does."""
    path = f"energy.items[{index}]"
    return path, item, _stated_carrier(case, path, item)


def coal_equivalent(case: Case, path: str, item: EnergyItem, carrier: Carrier | None) -> Line:
    """An item's standard coal (GB/T 2589-2020)."""
    unit = UNITS[item.unit] if item.unit else None
    sources: tuple[Source, ...] = ()
    factor: Decimal | None = None
    open_paths = _open_paths(path, item)
    if unit and unit.dimension == "oil_equivalent":
        parameter = case.parameter("kgce_per_kgoe")
        factor, sources = parameter.range.point, parameter.sources
    elif unit and unit.dimension == "coal_equivalent":
        factor = _ONE
    elif item.factor is not None:
        factor = item.factor
    elif carrier is not None:
        if carrier.factor is None:
            open_paths = (*open_paths, f"{path}.factor")
        else:
            sources = (carrier.source,)
            factor = carrier.factor if case.counts(carrier.row["evidence"]) else None
    amount = None
    if not open_paths and factor is not None and unit is not None and item.quantity is not None:
        amount = point(item.quantity * unit.base * factor)
    return Line(
        path, amount, item.use == "export", item.use or "fuel", _renewable(item), open_paths, sources,
        None if factor is None else point(factor),
    )  # fmt: skip


def _open_paths(path: str, item: EnergyItem) -> tuple[str, ...]:
    """What an item does not state of what its amount is worked out from."""
    if item.carrier is not None and item.quantity is not None and item.unit is not None:
        return ()
    return tuple(f"{path}.{name}" for name in ("carrier", "quantity", "unit") if getattr(item, name) is None)


def _renewable(item: EnergyItem) -> bool | None:
    return item.new_renewable if item.carrier in ("electricity", None) else False


def _stated_carrier(case: Case, path: str, item: EnergyItem) -> Carrier | None:
    if item.carrier is None:
        return None
    carrier = carrier_of(case.ruleset, item.carrier)
    if carrier is None:
        there = listed_rows(case.ruleset, "coal_equivalents")
        words = Text(
            f"未知能源品种“{item.carrier}”；可用：{there.zh}", f"unknown carrier “{item.carrier}”; known: {there.en}"
        )
        raise SheetError([Fault(f"{path}.carrier", words)])
    if item.unit:
        unit, dimension = UNITS[item.unit], carrier.dimension
        if unit.dimension not in EQUIVALENTS and unit.dimension != dimension:
            fitting = quoted(u.name for u in UNITS.values() if u.dimension == dimension or u.dimension in EQUIVALENTS)
            raise SheetError(
                [
                    Fault(
                        f"{path}.unit",
                        Text(
                            f"{carrier.row['name']}不能用单位 {item.unit} 计量；可用：{fitting.zh}",
                            f"{item.carrier} is not measured in {item.unit}; units that fit: {fitting.en}",
                        ),
                    )
                ]
            )
    return carrier


def _factor_source(row: Row) -> Source:
    remark = None
    if row["low"] and row["high"]:
        remark = Text(
            f"{row['name']}折标系数取 {row['factor']} {row['unit']}（表列范围 {row['low']}～{row['high']}）",
            f"{row['id']} is converted at {row['factor']} {row['unit']} (the table gives {row['low']} to {row['high']})",
        )
    return Source(
        "table",
        "coal_equivalents",
        row["id"],
        f"{row['factor']} {row['unit']}",
        row["standard"],
        row["evidence"],
        remark,
    )


def is_electricity(carrier: Carrier) -> bool:
    """Whether a carrier is measured as electricity."""
    return carrier.dimension == "electricity"


def _is_coal(carrier: Carrier) -> bool:
    return carrier.row["coal"] == "yes"


def physical(path: str, item: EnergyItem, carrier: Carrier | None, counts: Callable[[Carrier], bool]) -> Line | None:
    """The item's physical quantity for carriers that count; None where it is surely another carrier."""
    if carrier is not None and not counts(carrier):
        return None
    unit = UNITS[item.unit] if item.unit else None
    open_paths = _open_paths(path, item)
    amount = None
    if not open_paths and unit is not None and item.quantity is not None:
        if unit.dimension in EQUIVALENTS:
            open_paths = (f"{path}.unit",)
        else:
            amount = point(item.quantity * unit.base)
    return Line(path, amount, item.use == "export", item.use or "fuel", _renewable(item), open_paths, ())


def _judged(case: Case, field: str, unit: str, listed: bool, lines: list[Line], notes: list[Note]) -> Fact:
    """The stated total compared with the items: rules.md, “Facts”."""
    path = f"energy.{field}"
    stated: Decimal | None = getattr(case.sheet.energy, field, None)
    if stated is None and not listed:
        return Fact(UNSTATED, missing=(path, "energy.items"), ways=((path,), ("energy.items",)), unit=unit)
    known = total(-line.amount if line.export else line.amount for line in lines if line.amount is not None)
    computed = known.low or ZERO
    incomplete = [line for line in lines if line.amount is None]
    _, sources = gather(Fact(None, sources=line.sources) for line in lines)
    paths = tuple(line.path for line in lines if line.amount is not None)
    if computed < 0:
        notes.append(Note("energy-below-zero", path, Text(
            f"按明细计算为负（{plain(computed)} {unit}），按 0 计", f"the items add up to less than nothing ({plain(computed)} {unit}); counted as 0")))  # fmt: skip
    if stated is not None:
        if lines and not incomplete:
            notes.extend(_difference(case, path, unit, stated, max(computed, ZERO)))
        value = max(stated, computed, ZERO) if lines else stated
        return Fact(point(value), paths=(path, *paths), sources=sources if lines else (), unit=unit)
    if not incomplete:
        return Fact(point(max(computed, ZERO)), paths=paths or ("energy.items",), sources=sources, unit=unit)
    open_paths = tuple(each for line in incomplete for each in line.open)
    lowered = any(line.export for line in incomplete)
    bounded = all(line.export for line in incomplete)
    value_range = Range(ZERO if lowered else max(computed, ZERO), max(computed, ZERO) if bounded else None)
    ways = ((path,), open_paths) if open_paths else ((path,),)
    return Fact(value_range, missing=(path, *open_paths), ways=ways, paths=paths, sources=sources, unit=unit)


def _difference(case: Case, path: str, unit: str, stated: Decimal, computed: Decimal) -> list[Note]:
    tolerance = case.ruleset.parameters["statement_tolerance"].value or ZERO
    if abs(stated - computed) <= tolerance * stated:
        return []
    larger = plain(max(stated, computed))
    return [Note("energy-total-differs", path, Text(
        f"填报 {plain(stated)} {unit} 与明细合计 {plain(computed)} {unit} 不一致，按较大者 {larger} {unit} 判断，请核对",
        f"stated {plain(stated)} {unit}, the items add up to {plain(computed)} {unit}: the larger, {larger} {unit}, is judged; please check"))]  # fmt: skip


def _accounts(judged: Fact, listed: bool, lines: list[Line]) -> dict[str, Fact]:
    """4.1-4: feedstock stays out of both accounts, newly added renewable electricity out of the total account only."""
    if not listed:
        unknown = Fact(Range(ZERO, judged.range.high), missing=("energy.items",), unit="tce")
        return {"energy.intensity_account_tce": unknown, "energy.total_account_tce": unknown}
    open_end = Range(ZERO, None)
    feedstock = total((line.amount or open_end) for line in lines if line.use == "feedstock")
    renewable = total(
        (line.amount or open_end) if line.renewable else Range(ZERO, line.amount.high if line.amount else None)
        for line in lines
        if line.renewable is not False and line.use == "fuel"
    )
    intensity = (judged.range - feedstock).at_least(ZERO)
    missing = tuple(path for line in lines for path in line.open)
    return {
        "energy.intensity_account_tce": Fact(
            intensity, missing=missing, paths=judged.paths, sources=judged.sources, unit="tce"
        ),
        "energy.total_account_tce": Fact(
            (intensity - renewable).at_least(ZERO),
            missing=missing,
            paths=judged.paths,
            sources=judged.sources,
            unit="tce",
        ),
    }


def _primary(case: Case, judged: Fact, electricity: Fact) -> Fact:
    """The total at primary-energy value (等价值): the judged total + electricity × (primary factor − calorific factor)."""
    path = "energy.primary_factor_kgce_per_kwh"
    stated: Decimal | None = getattr(case.sheet.energy, "primary_factor_kgce_per_kwh", None)
    row = case.ruleset.row("coal_equivalents", "electricity")
    calorific = case.figure(row, "factor")
    missing, sources = gather((judged, electricity))
    if stated is None or calorific is None or row is None:
        return Fact(UNSTATED, missing=(*((path,) if stated is None else ()), *missing), unit="tce")
    value = (judged.range + electricity.range * (stated - calorific)).at_least(ZERO)
    paths = tuple(dict.fromkeys((*judged.paths, *electricity.paths, path)))
    return Fact(value, missing=missing, paths=paths, sources=(*sources, _factor_source(row)), unit="tce")


def _review_facts(case: Case, facts: dict[str, Fact], two_high: Fact) -> dict[str, Fact]:
    review = getattr(case.sheet.energy, "review", None)
    day: date | None = getattr(review, "date", None)
    authority: str | None = getattr(review, "authority", None)
    own = Fact(point(AUTHORITIES[authority]), paths=("energy.review.authority",)) if authority else Fact(
        Range(Decimal(1), Decimal(4)), missing=("energy.review.authority",))  # fmt: skip
    return {
        "energy.review_needed": _rank(case, facts, two_high, day or case.as_of, ("review", *AUTHORITIES)),
        "energy.authority_needed": _rank(case, facts, two_high, day, tuple(AUTHORITIES)),
        "energy.review_authority": own,
    }


def _rank(case: Case, facts: dict[str, Fact], two_high: Fact, day: date | None, asks: tuple[str, ...]) -> Fact:
    """The rank that the rows in force on `day` ask for, surely and perhaps; a day not stated leaves every row in doubt."""
    surely, perhaps = 0, 0
    doubts: list[tuple[int, tuple[str, ...]]] = []
    sources: list[Source] = []
    for each in _thresholds_on(case.ruleset, day, asks):
        fact = facts[each.fact]
        reached = is_reached(fact.range, each.figure(case))
        class_of = two_high.value if each.two_high_only else True
        if reached is False or class_of is False:
            continue
        sources.append(each.source)
        perhaps = max(perhaps, each.rank)
        if reached and class_of and day is not None:
            surely = max(surely, each.rank)
            continue
        open_paths = (
            (() if day else ("energy.review.date",))
            + (() if reached else fact.missing)
            + (() if class_of else two_high.missing)
        )
        doubts.append((each.rank, open_paths))
    missing = tuple(dict.fromkeys(path for rank, paths in doubts if rank > surely for path in paths))
    return Fact(Range(Decimal(surely), Decimal(perhaps)), missing=missing, sources=tuple(dict.fromkeys(sources)))


@immutable(frozen=True, slots=True)
class Threshold:
    """A row of the thresholds: from how much of a fact on which rank is asked for, and on which days.

    `natures` are those of which it reads what the project adds in place of the total; `same_site`: on the same site and process alone.
    Both are of editions whose content says `facts: 2`.
    """

    asks: str
    rank: int
    fact: str
    at_least: Decimal | None
    two_high_only: bool
    natures: tuple[str, ...]
    same_site: bool
    days: Period
    source: Source

    def figure(self, case: Case) -> Decimal | None:
        """From how much on; None where the row does not say, or its figure does not count."""
        return self.at_least if self.at_least is None or case.counts(self.source.evidence) else None


@lru_cache(maxsize=32)
def thresholds(ruleset: Ruleset) -> tuple[Threshold, ...]:
    """The thresholds of an edition."""
    return tuple(
        Threshold(
            row["asks"], RANKS.get(row["asks"], 0), row["fact"], Decimal(row["at_least"]) if row["at_least"] else None,
            row["two_high_only"] == "yes", tuple(row["increment"].split(";")) if row.get("increment") else (),
            row.get("same_site") == "yes", period(row), _threshold_source(row),
        )
        for row in ruleset.table("review_thresholds")
    )  # fmt: skip


@lru_cache(maxsize=256)
def _thresholds_on(ruleset: Ruleset, day: date | None, asks: tuple[str, ...]) -> tuple[Threshold, ...]:
    """The rows that are in force on `day`, or may be."""
    return tuple(each for each in thresholds(ruleset) if each.asks in asks and (day is None or each.days.covers(day)))


def _threshold_source(row: Row) -> Source:
    """Where a threshold is from, with the figure cited."""
    figure = cited_figure("review_thresholds", row)
    return Source(
        "table", "review_thresholds", row["asks"], figure, row["source"], row["evidence"],
        article=row.get("article") or None, quote=row.get("quote") or None,
    )  # fmt: skip


def is_reached(value: Range, at_least: Decimal | None) -> bool | None:
    """Whether a figure comes to at least so much; unknown where it may, or where how much is not known."""
    if at_least is None:
        return None
    if value.low is not None and value.low >= at_least:
        return True
    return False if value.high is not None and value.high < at_least else None
