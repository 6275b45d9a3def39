"""The energy review that is due (节能审查) in the editions whose content says `facts: 2`: whether one is, and by which authority.

The thresholds are dated rows (Order 44 of 2016, Order 2 of 2023, Order 31 of 2025). Which of them count is chosen by a day of the sheet:
that of the opinion, else of the start of construction, else the day of review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Context, Decimal, localcontext

from review.errors import Text
from review.facts.consumption import electricity_factor
from review.facts.energy import AUTHORITIES, RANKS, in_force, is_reached, threshold_source
from review.facts.model import Case, Fact, Note, Source, gather
from review.facts.review_life import first_threshold, lapsed, opinion
from review.law.edition import Row
from review.quantities import ZERO, Range, plain, point
from review.sheet.paths import stated_in

_ADDED, _SAME, _TOTAL = "energy.added_tce", "energy.same_site_process", "energy.total_tce"
_REVIEW_TOTAL, _HIGHER = "energy.review_total_tce", "energy.higher_total_tce"
_FACTOR = "energy.primary_factor_kgce_per_kwh"
_KEY_FIELD = "energy.ndrc_key_field"
_STARTED = "project.construction_started"


@dataclass(frozen=True)
class _Chosen:
    """The day whose thresholds count, with what it was read from and what is to be said of it."""

    day: date
    paths: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def review_facts(case: Case, facts: Mapping[str, Fact], two_high: Fact) -> tuple[dict[str, Fact], list[Note]]:
    """What the thresholds read, whether a review is due, and the ranks asked for and found; tce and ranks (1 county to 4 NDRC)."""
    chosen = _chosen(case)
    rows = _rows(case, chosen.day)
    increment = next((row for row in rows if row["fact"] == _REVIEW_TOTAL), None)
    facts = {**facts, _HIGHER: _higher(case, facts)}
    judging = _Judging(case, facts, two_high)
    required = judging.rank(rows, ("review",))
    low, high = required.range.low, required.range.high
    review = opinion(case)
    undated = review is not None and review.date is None
    authorities = tuple(AUTHORITIES)
    given: str | None = getattr(getattr(case.sheet.energy, "review", None), "authority", None)
    return {
        _REVIEW_TOTAL: _increment(case, increment, facts[_TOTAL]),
        _HIGHER: facts[_HIGHER],
        "energy.review_required": replace(required, value=bool(low) if low == high else None, paths=chosen.paths),
        "energy.review_needed": judging.rank(rows, ("review", *authorities)),
        "energy.authority_needed": judging.undated(authorities) if undated else judging.rank(rows, authorities),
        "energy.review_authority": Fact(point(AUTHORITIES[given]), paths=("energy.review.authority",)) if given else Fact(
            Range(Decimal(1), Decimal(4)), missing=("energy.review.authority",)),
    }, [*chosen.notes, *_added_notes(case, facts[_TOTAL])]  # fmt: skip


def _added_notes(case: Case, total: Fact) -> list[Note]:
    """A note where more is said to be added than there is in all: what is added is then judged as it is stated."""
    added: Decimal | None = getattr(case.sheet.energy, "added_tce", None)
    high = total.range.high
    if added is None or high is None or added <= high:
        return []
    return [Note("added-above-total", _ADDED, Text(
        f"年综合能源消费增量 {plain(added)} tce 大于年综合能源消费量 {plain(high)} tce，请核对",
        f"{plain(added)} tce are added, more than the {plain(high)} tce consumed in all; please check"))]  # fmt: skip


def _chosen(case: Case) -> _Chosen:
    """Whose day counts: law.md, “Review thresholds”."""
    review, stage = opinion(case), case.sheet.project.stage
    first = first_threshold(case) or date.min
    if review is not None and review.date is not None:
        afresh = stage == "proposed" and (lapsed(case) or review.date < first)
        return _Chosen(case.as_of) if afresh else _dated(review.date, "energy.review.date", first)
    if stage == "proposed":
        return _Chosen(case.as_of)
    started = case.sheet.project.construction_started
    if isinstance(started, date):
        return _dated(started, _STARTED, first)
    if stage is None:
        return _Chosen(case.as_of)
    note = Note("as-of-threshold", _STARTED, Text(
        f"未载明开工日期，按审查日 {case.as_of} 有效的节能审查门槛判断",
        f"the start of construction is not stated: the review thresholds of the day of review, {case.as_of}, count"))  # fmt: skip
    return _Chosen(case.as_of, (), (note,))


def _dated(day: date, path: str, first: date) -> _Chosen:
    if day >= first:
        return _Chosen(day, (path,))
    note = Note("before-review-thresholds", path, Text(
        f"{day} 早于节能审查门槛的起算日 {first}，按当时的规定不判断是否应当审查",
        f"{day} lies before {first}, from which the review thresholds count: whether a review was due is not judged"))  # fmt: skip
    return _Chosen(day, (path,), (note,))


def _rows(case: Case, day: date | None) -> tuple[Row, ...]:
    """The thresholds in force on a day; of no day, all."""
    return tuple(row for row in case.ruleset.table("review_thresholds") if day is None or in_force(row, day))


def _increment(case: Case, row: Row | None, total: Fact) -> Fact:
    """What a threshold reads of the total: what the project adds, for the natures that its row names; else all of it."""
    natures = row["increment"].split(";") if row and row["increment"] else []
    nature, energy = case.sheet.project.nature, case.sheet.energy
    same = getattr(energy, "same_site_process", None) if row and row["same_site"] == "yes" else True
    if not natures or same is False or (nature is not None and nature not in natures):
        return total
    added: Decimal | None = getattr(energy, "added_tce", None)
    part = Fact(
        Range(ZERO, total.range.high) if added is None else point(added),
        missing=(_ADDED, *total.missing) if added is None else (),
        paths=() if added is None else (_ADDED,), sources=total.sources, unit="tce",
    )  # fmt: skip
    open_paths = (("project.nature",) if nature is None else ()) + ((_SAME,) if same is None else ())
    if not open_paths:
        return part
    missing, sources = gather((Fact(None, missing=open_paths), part, total))
    paths = tuple(dict.fromkeys((*part.paths, *total.paths)))
    high = None if part.range.high is None or total.range.high is None else max(part.range.high, total.range.high)
    low = min(part.range.low or ZERO, total.range.low or ZERO)
    return Fact(Range(low, high), missing=missing, paths=paths, sources=sources, unit="tce")


def _higher(case: Case, facts: Mapping[str, Fact]) -> Fact:
    """The higher of the total at calorific and at primary-energy value; what is not stated of the latter is bounded."""
    total, primary, electricity = facts[_TOTAL], facts["energy.total_tce_primary"], facts["energy.electricity_mwh"]
    stated = any(stated_in(case.sheet, path)[0] is not None for path in ("energy.total_tce_primary", _FACTOR))
    low = total.range.low or ZERO
    if stated:
        least, high = max(low, primary.range.low or ZERO), primary.range.high
        if high is None:
            # What is not known of the electricity is no more than the total.
            most = _most(case, total.range, electricity.range)
            high = None if most is None else max(least, most)
        value = Range(least, None if total.range.high is None or high is None else max(total.range.high, high))
        others = (total, primary)
    else:
        value, others = Range(low, _most(case, total.range, electricity.range)), (total, electricity)
    missing, sources = gather(others)
    paths = tuple(dict.fromkeys(path for each in others for path in each.paths))
    missing = () if value.point is not None else missing if stated else (_FACTOR, *missing)
    return Fact(value, missing=missing, paths=paths, sources=sources, unit="tce")


def _most(case: Case, total: Range, electricity: Range) -> Decimal | None:
    """At most how much the total at primary value is: all of it may be electricity, at the factor stated or the highest there is."""
    parameter, calorific = case.ruleset.parameters.get("primary_factor_most"), electricity_factor(case)
    stated: Decimal | None = getattr(case.sheet.energy, "primary_factor_kgce_per_kwh", None)
    factor = stated if stated is not None else parameter.value if parameter else None
    if total.high is None or factor is None or not calorific:
        return None
    more = max(factor - calorific, ZERO)
    with localcontext(Context(prec=60, rounding=ROUND_CEILING)):
        added = (total.high * more / calorific).quantize(Decimal("1e-9"))
    return total.high + (added if electricity.high is None else min(added, electricity.high * more))


@dataclass(frozen=True)
class _Judging:
    """What ranks are judged from."""

    case: Case
    facts: Mapping[str, Fact]
    two_high: Fact

    def rank(self, rows: Sequence[Row], asks: tuple[str, ...], undated: bool = False) -> Fact:
        """The rank that rows ask for, surely and perhaps; with `undated`, none of them surely."""
        surely, perhaps = 0, 0
        doubts: list[tuple[int, tuple[str, ...]]] = []
        sources: list[Source] = []
        for row in rows:
            if row["asks"] not in asks:
                continue
            conditions = self._conditions(row)
            truths = [truth for truth, _ in conditions]
            if False in truths:
                continue
            rank = RANKS[row["asks"]]
            sources.append(threshold_source(row))
            perhaps = max(perhaps, rank)
            if all(truths) and not undated:
                surely = max(surely, rank)
                continue
            paths = tuple(path for truth, missing in conditions if truth is None for path in missing)
            doubts.append((rank, (*(("energy.review.date",) if undated else ()), *paths)))
        missing = tuple(dict.fromkeys(path for rank, paths in doubts if rank > surely for path in paths))
        return Fact(Range(Decimal(surely), Decimal(perhaps)), missing=missing, sources=tuple(dict.fromkeys(sources)))

    def undated(self, asks: tuple[str, ...]) -> Fact:
        """The rank that an opinion without a date needs: any row may have been in force."""
        return self.rank(_rows(self.case, None), asks, undated=True)

    def _conditions(self, row: Row) -> list[tuple[bool | None, tuple[str, ...]]]:
        """Whether each thing that a row asks is so, and the paths that would tell."""
        fact = _increment(self.case, row, self.facts[_TOTAL]) if row["fact"] == _REVIEW_TOTAL else self.facts[row["fact"]]  # fmt: skip
        found = [(is_reached(fact.range, self.case.figure(row, "at_least")), fact.missing)]
        if row["two_high_only"] == "yes":
            truth = self.two_high.value
            found.append((truth if isinstance(truth, bool) else None, self.two_high.missing))
        if row["asks"] == "ndrc":
            found.append((getattr(self.case.sheet.energy, "ndrc_key_field", None), (_KEY_FIELD,)))
        return found
