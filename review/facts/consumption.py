"""Energy consumption (年综合能源消费量) of the editions whose content says `facts: 2`: totals as ranges.

A carrier whose coefficient the table gives as a range, and of which none is measured, counts from its low to its high end. What is
stated of a total within the range of the items is the total. GB/T 2589-2020 for the coefficients; 四（一） for the accounts (4.1-4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from review.errors import Text
from review.facts.coal import is_coal, items_listed
from review.facts.energy import Carrier, Line, carrier_of, coal_equivalent, is_electricity, item_carriers, physical
from review.facts.model import Case, Fact, Note, Source, gather, of_edition
from review.law.edition import Ruleset
from review.quantities import EQUIVALENTS, UNITS, UNSTATED, ZERO, Range, plain, point, total
from review.sheet import EnergyItem
from review.values import immutable

_NOTHING_LESS = Range(ZERO, None)
_TOTAL, _ELECTRICITY = "energy.total_tce", "energy.electricity_mwh"
_PRIMARY = "energy.total_tce_primary"
_FACTOR = "energy.primary_factor_kgce_per_kwh"


@immutable(frozen=True, slots=True)
class _Items:
    """The lines of a total, and whether the items are listed: an empty list beside a stated total above 0 is not.

    `sum` is what the lines come to, below zero where more is exported; `open` are the paths that would settle what they leave open.
    """

    lines: tuple[Line, ...]
    listed: bool
    sum: Range
    open: tuple[str, ...]

    @classmethod
    def of(cls, lines: Iterable[Line | None], listed: bool) -> _Items:
        """The lines that there are."""
        found = tuple([line for line in lines if line is not None])
        open_paths = dict.fromkeys([path for line in found for path in line.open])
        return cls(found, listed, total([_signed(line) for line in found]), tuple(open_paths))

    @property
    def complete(self) -> bool:
        return all(line.amount is not None for line in self.lines)


def consumption_facts(case: Case) -> tuple[dict[str, Fact], list[Note]]:
    """Totals of energy, electricity and coal, the accounts and the total at primary-energy value, and what is to be said of them.

    In tce, MWh and t a year. Raises SheetError for an unknown carrier, or a unit that does not fit it.
    """
    notes: list[Note] = []
    energy = case.sheet.energy
    items = energy.items if energy else None
    carriers = item_carriers(case, items or ())
    listed = energy is not None and items_listed(energy)
    lines = _Items.of((consumption_line(case, *each) for each in carriers), listed)
    notes += _factors_outside(carriers)
    electricity = _Items.of((physical(*each, is_electricity) for each in carriers), listed)
    coal = _Items.of((_coal_line(*each) for each in carriers), listed)
    facts = {
        "energy.total_tce": _judged(case, "total_tce", "tce", items, lines, notes),
        "energy.electricity_mwh": _judged(case, "electricity_mwh", "MWh", items, electricity, notes),
        "energy.coal_t": _judged(case, "coal_t", "t", items, coal, notes),
    }
    if case.ruleset.facts > 2:
        exported = any(line.export for line in lines.lines)
        facts[_TOTAL] = _with_electricity(case, facts[_TOTAL], facts[_ELECTRICITY], exported, notes)
    facts |= _accounts(facts["energy.total_tce"], lines)
    facts[_PRIMARY] = _primary(case, facts["energy.total_tce"], facts["energy.electricity_mwh"], notes)
    return facts, notes


def consumption_line(case: Case, path: str, item: EnergyItem, carrier: Carrier | None) -> Line:
    """An item's standard coal, from low to high where the table gives its coefficient so and none is measured."""
    line = coal_equivalent(case, path, item, carrier)
    unit = UNITS[item.unit] if item.unit else None
    if (
        carrier is None or carrier.ends is None or item.factor is not None or unit is None or unit.dimension in EQUIVALENTS
        or line.amount is None or item.quantity is None or not case.counts(carrier.row["evidence"])
    ):  # fmt: skip
        return line
    amount = carrier.ends * (item.quantity * unit.base)
    sources = (_range_source(case.ruleset, carrier.row["id"]),)
    return replace(line, factor=carrier.ends, amount=amount, open=(f"{path}.factor",), sources=sources)


@of_edition
def _range_source(ruleset: Ruleset, name: str) -> Source:
    row = ruleset.indexes["coal_equivalents"][name]
    figure = f"{row['low']}～{row['high']} {row['unit']}"
    remark = Text(
        f"{row['name']}未填实测折标系数，按表列范围 {figure} 折算",
        f"no coefficient of {row['id']} was measured: converted over the range of the table, {row['low']} to {row['high']} {row['unit']}",
    )
    return Source("table", "coal_equivalents", row["id"], figure, row["standard"], row["evidence"], remark)


def _factors_outside(carriers: Iterable[tuple[str, EnergyItem, Carrier | None]]) -> list[Note]:
    """A measured coefficient outside the range of the table is taken, and pointed out."""
    notes = []
    for path, item, carrier in carriers:
        if item.factor is None or carrier is None or carrier.ends is None:
            continue
        row, low, high = carrier.row, carrier.ends.low, carrier.ends.high
        if low is not None and high is not None and not low <= item.factor <= high:
            notes.append(Note("factor-outside-range", f"{path}.factor", Text(
                f"{row['name']}实测折标系数 {plain(item.factor)} {row['unit']} 不在表列范围 {row['low']}～{row['high']} 内，请核对",
                f"the measured coefficient of {row['id']}, {plain(item.factor)} {row['unit']}, lies outside {row['low']} to {row['high']} of the table; please check")))  # fmt: skip
    return notes


def _coal_line(path: str, item: EnergyItem, carrier: Carrier | None) -> Line | None:
    """The item's tonnes of coal; of a carrier of which it is for an officer to say whether it is coal, from none to all."""
    line = physical(path, item, carrier, _may_be_coal)
    if line is None or carrier is None or carrier.row["coal"] == "yes":
        return line
    return replace(line, amount=Range(ZERO, line.amount.high if line.amount else None))


def _may_be_coal(carrier: Carrier) -> bool:
    return is_coal(carrier.row)


def _signed(line: Line) -> Range:
    amount = line.amount or _NOTHING_LESS
    return -amount if line.export else amount


def _judged(
    case: Case, field: str, unit: str, items: Sequence[EnergyItem] | None, listed: _Items, notes: list[Note]
) -> Fact:
    """A total: what is stated, but where the items say more; else what the items come to."""
    path = f"energy.{field}"
    stated: Decimal | None = getattr(case.sheet.energy, field, None)
    lines = listed.lines
    if stated is None and not listed.listed:
        return _not_stated(path, unit)
    if not items or (not lines and stated is not None):
        return Fact(point(stated or ZERO), paths=(path,) if stated is not None else ("energy.items",), unit=unit)
    computed = listed.sum
    if computed.high is not None and computed.high < 0:
        notes.append(Note("energy-below-zero", path, Text(
            f"按明细计算为负（{_words(computed)[0]} {unit}），按 0 计", f"the items add up to less than nothing ({_words(computed)[1]} {unit}); counted as 0")))  # fmt: skip
    computed = computed.at_least(ZERO)
    if stated is not None and listed.complete:
        notes.extend(_difference(case, path, unit, stated, computed))
    sources = tuple(dict.fromkeys([source for line in lines for source in line.sources]))
    paths = tuple(line.path for line in lines if line.amount is not None)
    said = _said(computed, stated, unit)
    if stated is not None and stated >= (computed.low or ZERO):
        return Fact(point(stated), paths=(path, *paths), sources=sources, unit=unit, remarks=said)
    open_paths = listed.open
    if stated is not None:
        missing = () if computed.point is not None else open_paths or (path,)
        return Fact(
            computed, missing=missing, paths=(path, *paths), sources=sources, unit=unit, remarks=said,
            contradictory=missing == (path,),
        )  # fmt: skip
    if computed.point is not None:
        return Fact(computed, paths=paths or ("energy.items",), sources=sources, unit=unit)
    ways = ((path,), open_paths) if open_paths else ((path,),)
    return Fact(computed, missing=(path, *open_paths), ways=ways, paths=paths, sources=sources, unit=unit, remarks=said)


@lru_cache(maxsize=16)
def _not_stated(path: str, unit: str) -> Fact:
    """A total of which neither itself nor items are stated."""
    return Fact(UNSTATED, missing=(path, "energy.items"), ways=((path,), ("energy.items",)), unit=unit)


def _with_electricity(case: Case, judged: Fact, electricity: Fact, exported: bool, notes: list[Note]) -> Fact:
    """The total; where electricity alone comes to more than what is stated in all, one of the two is wrong: from the one to the other, and noted.

    Where energy is `exported` too, electricity may be more than the total.
    """
    most, least = judged.range.high, electricity.range.low
    if most is None or exported or not least or electricity.range.point is None:
        return judged
    calorific = electricity_factor(case)
    if calorific is None or least * calorific <= most:
        return judged
    part = least * calorific
    words = Text(
        f"用电量 {plain(least)} MWh 折合 {plain(part)} tce（当量值），大于年综合能源消费量 {plain(most)} tce，请核对这两项",
        f"electricity of {plain(least)} MWh comes to {plain(part)} tce at its calorific value, more than the {plain(most)} tce in all; please check both")  # fmt: skip
    notes.append(Note("electricity-above-total", _TOTAL, words))
    missing = tuple(dict.fromkeys((_TOTAL, *electricity.paths)))
    return replace(
        judged,
        value=Range(judged.range.low, part),
        missing=missing,
        paths=(*judged.paths, *electricity.paths),
        remarks=(*judged.remarks, words),
        contradictory=True,
    )


def _words(value: Range) -> tuple[str, str]:
    """A range in both languages."""
    low = plain(value.low or ZERO)
    if value.point is not None:
        return low, low
    return (f"不少于 {low}", f"at least {low}") if value.high is None else (f"{low}～{plain(value.high)}", f"{low} to {plain(value.high)}")  # fmt: skip


def _said(computed: Range, stated: Decimal | None, unit: str) -> tuple[Text, ...]:
    """What the items come to, said beside whatever compares a total that they leave open."""
    if computed.point is not None:
        return ()
    zh, en = _words(computed)
    if stated is None:
        return (Text(f"明细合计 {zh} {unit}", f"the items come to {en} {unit}"),)
    taken = stated >= (computed.low or ZERO)
    return (Text(
        f"填报 {plain(stated)} {unit}，明细合计 {zh} {unit}，按{'填报' if taken else '明细'}判断",
        f"{plain(stated)} {unit} is stated, the items come to {en} {unit}: {'what is stated' if taken else 'the items'} count"),)  # fmt: skip


_ITEMS = Text("明细合计", "the items add up to"), Text("明细", "the items")
_BY_FACTOR = Text("按等价系数推算的", "the primary factor makes it"), Text("推算", "what the factor makes")


def _difference(
    case: Case, path: str, unit: str, stated: Decimal, computed: Range, made_by: tuple[Text, Text] = _ITEMS
) -> list[Note]:
    """A note where what is stated and what it is `made_by` differ by more than the tolerance."""
    parameter = case.ruleset.parameters.get("statement_tolerance")
    tolerance = (parameter.value if parameter else None) or ZERO
    low, high = computed.low or ZERO, computed.high
    far = low - stated if stated < low else stated - high if high is not None and stated > high else ZERO
    if far <= tolerance * stated:
        return []
    zh, en = _words(computed)
    made, counted = made_by
    taken = Text("填报", "what is stated") if stated >= low else counted
    return [Note("energy-total-differs", path, Text(
        f"填报 {plain(stated)} {unit} 与{made.zh} {zh} {unit} 不一致，按{taken.zh}判断，请核对",
        f"stated {plain(stated)} {unit}, {made.en} {en} {unit}: {taken.en} count; please check"))]  # fmt: skip


def _accounts(judged: Fact, items: _Items) -> dict[str, Fact]:
    """4.1-4: feedstock stays out of both accounts, newly added renewable electricity out of the total account only."""
    if not items.listed:
        unknown = Fact(Range(ZERO, judged.range.high), missing=("energy.items",), unit="tce")
        return {"energy.intensity_account_tce": unknown, "energy.total_account_tce": unknown}
    feedstock = total((line.amount or _NOTHING_LESS) for line in items.lines if line.use == "feedstock")
    renewable = total(
        (line.amount or _NOTHING_LESS) if line.renewable else Range(ZERO, line.amount.high if line.amount else None)
        for line in items.lines
        if line.renewable is not False and line.use == "fuel"
    )
    others = total(_signed(line) for line in items.lines if line.use != "feedstock")
    # Where the total is that of the items, feedstock is left out of the sum; from a stated one it is taken off.
    left = others if judged.range == items.sum.at_least(ZERO) else judged.range - feedstock
    intensity = left.at_least(ZERO)
    return {
        "energy.intensity_account_tce": _account(intensity, judged, items),
        "energy.total_account_tce": _account((intensity - renewable).at_least(ZERO), judged, items),
    }


def _account(value: Range, judged: Fact, items: _Items) -> Fact:
    return Fact(value, missing=items.open, paths=judged.paths, sources=judged.sources, unit="tce")


def electricity_factor(case: Case) -> Decimal | None:
    """Standard coal of electricity at its calorific value, kgce/(kW·h); None where the edition has no such figure."""
    carrier = carrier_of(case.ruleset, "electricity")
    if carrier is None or carrier.factor is None or not case.counts(carrier.row["evidence"]):
        return None
    return carrier.factor


def _factor_below(factor: Decimal, calorific: Decimal) -> list[Note]:
    """A note where electricity is said to be worth less at primary value than at its calorific one."""
    if factor >= calorific:
        return []
    return [Note("primary-below-calorific", _FACTOR, Text(
        f"等价系数 {plain(factor)} kgce/(kW·h) 低于当量系数 {plain(calorific)}，请核对",
        f"the primary factor, {plain(factor)} kgce/(kW·h), is below the calorific one, {plain(calorific)}; please check"))]  # fmt: skip


def _primary(case: Case, judged: Fact, electricity: Fact, notes: list[Note]) -> Fact:
    """The total at primary-energy value (等价值), compared with total + electricity × (primary factor − calorific factor)."""
    energy = case.sheet.energy
    stated: Decimal | None = getattr(energy, "total_tce_primary", None)
    factor: Decimal | None = getattr(energy, "primary_factor_kgce_per_kwh", None)
    calorific = None if factor is None else electricity_factor(case)
    missing, sources = gather((judged, electricity))
    if factor is not None and calorific is not None:
        allowed = (judged.range + electricity.range * (factor - calorific)).at_least(ZERO)
        if case.ruleset.facts > 2:
            notes += _factor_below(factor, calorific)
            notes += [] if stated is None else _difference(case, _PRIMARY, "tce", stated, allowed, _BY_FACTOR)
    elif stated is None:
        return Fact(UNSTATED, missing=(*((_FACTOR,) if factor is None else ()), *missing), unit="tce")
    else:
        allowed, missing = Range(judged.range.low, None), (_FACTOR, *missing)
    if stated is not None:
        if judged.range.low is not None and stated < judged.range.low:
            notes.append(Note("primary-below-calorific", _PRIMARY, Text(
                f"填报的等价值总量 {plain(stated)} tce 低于当量值 {_words(judged.range)[0]} tce，请核对",
                f"the total at primary value, {plain(stated)} tce, is below the calorific one, {_words(judged.range)[1]} tce; please check")))  # fmt: skip
        if stated >= (allowed.low or ZERO):
            return Fact(point(stated), paths=(_PRIMARY,), unit="tce")
    stated_paths = (_PRIMARY,) if stated is not None else ()
    paths = tuple(dict.fromkeys((*stated_paths, *judged.paths, *electricity.paths, *((_FACTOR,) if factor is not None else ()))))  # fmt: skip
    return Fact(allowed, missing=missing, paths=paths, sources=sources, unit="tce")
