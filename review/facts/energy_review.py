"""The energy review that is due (节能审查) in the editions whose content says `facts: 2`: whether one is, and by which authority.

The thresholds are dated rows (Order 44 of 2016, Order 2 of 2023, Order 31 of 2025). Which of them count is chosen by a day of the sheet:
that of the opinion, else of the start of construction, else the day of review. Where it is not stated whether an opinion still counts, the
thresholds of its day and of the day of review are both looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from functools import cache

from review.errors import Text
from review.facts.consumption import electricity_factor
from review.facts.energy import AUTHORITIES, RANKS, Threshold, is_reached, thresholds
from review.facts.model import Case, Fact, Note, Source, gather
from review.facts.review_life import first_threshold, lives, opinion
from review.quantities import ZERO, Range, plain, point
from review.values import immutable

_ADDED, _SAME, _TOTAL = "energy.added_tce", "energy.same_site_process", "energy.total_tce"
_REVIEW_TOTAL, _HIGHER = "energy.review_total_tce", "energy.higher_total_tce"
_FACTOR = "energy.primary_factor_kgce_per_kwh"
_KEY_FIELD = "energy.ndrc_key_field"
_STARTED, _STAGE = "project.construction_started", "project.stage"
_REVIEW, _OF_AUTHORITIES, _ANY = frozenset({"review"}), frozenset(AUTHORITIES), frozenset(RANKS)


@dataclass(frozen=True)
class _Chosen:
    """The day whose thresholds count, with what it was read from and what is to be said of it."""

    day: date
    paths: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def review_facts(case: Case, facts: Mapping[str, Fact], two_high: Fact) -> tuple[dict[str, Fact], list[Note]]:
    """What the thresholds read, whether a review is due, and the ranks asked for and found; tce and ranks (1 county to 4 NDRC)."""
    days, open_paths = _days(case)
    every = thresholds(case.ruleset)
    facts = {**facts, _HIGHER: _higher(case, facts)}
    judging = _Judging(case, facts, two_high)
    review = opinion(case)
    undated = review is not None and review.date is None
    # Of an opinion without a date any row may have been in force.
    any_row = _rank(judging.asked(every), _OF_AUTHORITIES, undated=True) if undated else None
    read, required, needed, authority = list[Fact](), list[Fact](), list[Fact](), list[Fact]()
    for chosen in days:
        rows = [row for row in every if row.days.covers(chosen.day)]
        asked = judging.asked(rows)
        read.append(judging.increment(next((row for row in rows if row.fact == _REVIEW_TOTAL), None)))
        required.append(replace(_rank(asked, _REVIEW), paths=chosen.paths))
        needed.append(_rank(asked, _ANY))
        authority.append(any_row or _rank(asked, _OF_AUTHORITIES))
    due = _either(required, open_paths)
    low, high = due.range.low, due.range.high
    given: str | None = getattr(getattr(case.sheet.energy, "review", None), "authority", None)
    return {
        _REVIEW_TOTAL: _either(read, open_paths),
        _HIGHER: facts[_HIGHER],
        "energy.review_required": replace(due, value=bool(low) if low == high else None),
        "energy.review_needed": _either(needed, open_paths),
        "energy.authority_needed": _either(authority, open_paths),
        "energy.review_authority": _authority(given),
    }, [*(days[0].notes if len(days) == 1 else ()), *_added_notes(case, facts[_TOTAL])]


def _either(facts: Sequence[Fact], open_paths: tuple[str, ...]) -> Fact:
    """A figure that is the one or the other of two, by what is not stated at the open paths; both where they are the same."""
    first, *others = facts
    if not others:
        return first
    if all(each.value == first.value for each in others):
        open_paths = ()
    lows, highs = [each.range.low or ZERO for each in facts], [each.range.high for each in facts]
    missing, sources = gather((Fact(None, missing=open_paths), *facts))
    return replace(
        first,
        value=Range(min(lows), None if None in highs else max(each for each in highs if each is not None)),
        missing=missing,
        paths=tuple(dict.fromkeys(path for each in facts for path in each.paths)),
        sources=sources,
    )


@cache
def _authority(given: str | None) -> Fact:
    """The rank of the authority that gave the opinion."""
    path = "energy.review.authority"
    if given is None:
        return Fact(Range(Decimal(1), Decimal(4)), missing=(path,))
    return Fact(point(AUTHORITIES[given]), paths=(path,))


def _added_notes(case: Case, total: Fact) -> list[Note]:
    """A note where more is said to be added than there is in all: what is added is then judged as it is stated."""
    added: Decimal | None = getattr(case.sheet.energy, "added_tce", None)
    high = total.range.high
    if added is None or high is None or added <= high:
        return []
    return [Note("added-above-total", _ADDED, Text(
        f"年综合能源消费增量 {plain(added)} tce 大于年综合能源消费量 {plain(high)} tce，请核对",
        f"{plain(added)} tce are added, more than the {plain(high)} tce consumed in all; please check"))]  # fmt: skip


def threshold_day(case: Case) -> date | str:
    """The day whose thresholds count; both where it is the one or the other of two, by what is not stated."""
    days = sorted({each.day for each in _days(case)[0]})
    return days[0] if len(days) == 1 else " / ".join(each.isoformat() for each in days)


def _days(case: Case) -> tuple[tuple[_Chosen, ...], tuple[str, ...]]:
    """Whose day counts: law.md, “Review thresholds”. Two days where it depends on what is not stated, with the paths that would tell."""
    review, stage = opinion(case), case.sheet.project.stage
    first = first_threshold(case) or date.min
    if review is not None and review.date is not None:
        own, today = _dated(review.date, "energy.review.date", first), _Chosen(case.as_of)
        afresh, open_paths = _afresh(case, review.date < first)
        return ((own, today) if afresh is None else (today if afresh else own,)), open_paths
    if stage == "proposed":
        return (_Chosen(case.as_of),), ()
    started = case.sheet.project.construction_started
    if isinstance(started, date):
        return (_dated(started, _STARTED, first),), ()
    if stage is None:
        return (_Chosen(case.as_of),), ()
    note = Note("as-of-threshold", _STARTED, Text(
        f"未载明开工日期，按审查日 {case.as_of} 有效的节能审查门槛判断",
        f"the start of construction is not stated: the review thresholds of the day of review, {case.as_of}, count"))  # fmt: skip
    return (_Chosen(case.as_of, (), (note,)),), ()


def _afresh(case: Case, before: bool) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the thresholds of today count for a project with a dated opinion: it is proposed, and the opinion has lapsed or is from `before` they did.

    With the paths that would tell where that is unknown; until `facts: 3`, what was not stated settled that it is not so.
    """
    stage = case.sheet.project.stage
    alive = Fact(False) if before else lives(case)
    # Of what is proposed no start of construction is stated.
    started = case.ruleset.facts > 2 and isinstance(case.sheet.project.construction_started, date)
    if stage not in (None, "proposed") or alive.value is True or started:
        return False, ()
    if stage == "proposed" and alive.value is False:
        return True, ()
    if case.ruleset.facts < 3:
        return False, ()
    return None, (*((_STAGE,) if stage is None else ()), *alive.missing)


def _dated(day: date, path: str, first: date) -> _Chosen:
    if day >= first:
        return _Chosen(day, (path,))
    note = Note("before-review-thresholds", path, Text(
        f"{day} 早于节能审查门槛的起算日 {first}，按当时的规定不判断是否应当审查",
        f"{day} lies before {first}, from which the review thresholds count: whether a review was due is not judged"))  # fmt: skip
    return _Chosen(day, (path,), (note,))


def _increment(case: Case, row: Threshold | None, total: Fact) -> Fact:
    """What a threshold reads of the total: what the project adds, for the natures that its row names; else all of it."""
    natures = row.natures if row else ()
    nature, energy = case.sheet.project.nature, case.sheet.energy
    same = getattr(energy, "same_site_process", None) if row and row.same_site else True
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
    energy = case.sheet.energy
    stated = energy is not None and (
        energy.total_tce_primary is not None or energy.primary_factor_kgce_per_kwh is not None
    )
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


@immutable(frozen=True, slots=True)
class _Asked:
    """A threshold that may be reached: surely where nothing is open, else with the paths that would tell."""

    row: Threshold
    surely: bool
    open: tuple[str, ...]


class _Judging:
    """What thresholds are judged from."""

    def __init__(self, case: Case, facts: Mapping[str, Fact], two_high: Fact) -> None:
        self._case, self._facts, self._two_high = case, facts, two_high
        self._increments: dict[tuple[tuple[str, ...], bool], Fact] = {}

    def increment(self, row: Threshold | None) -> Fact:
        """What a threshold reads of the total."""
        key = (row.natures, row.same_site) if row else ((), False)
        if key not in self._increments:
            self._increments[key] = _increment(self._case, row, self._facts[_TOTAL])
        return self._increments[key]

    def asked(self, rows: Iterable[Threshold]) -> list[_Asked]:
        """The thresholds that are surely or perhaps reached."""
        return [found for row in rows if (found := self._asked(row)) is not None]

    def _asked(self, row: Threshold) -> _Asked | None:
        fact = self.increment(row) if row.fact == _REVIEW_TOTAL else self._facts[row.fact]
        at_least = row.figure(self._case)
        reached = is_reached(fact.range, at_least)
        if reached is False:
            return None
        surely, open_paths = reached is True, () if reached else fact.missing
        if row.two_high_only:
            truth = self._two_high.value
            if truth is False:
                return None
            if truth is not True:
                surely, open_paths = False, (*open_paths, *self._two_high.missing)
        if row.asks == "ndrc":
            key_field = getattr(self._case.sheet.energy, "ndrc_key_field", None)
            if key_field is False:
                return None
            if key_field is None:
                surely, open_paths = False, (*open_paths, _KEY_FIELD)
        return _Asked(row, surely, open_paths)


def _rank(asked: Iterable[_Asked], asks: frozenset[str], *, undated: bool = False) -> Fact:
    """The rank that thresholds ask for, surely and perhaps; with `undated`, none of them surely."""
    surely, perhaps = 0, 0
    doubts: list[tuple[int, tuple[str, ...]]] = []
    sources: dict[Source, None] = {}
    for each in asked:
        row = each.row
        if row.asks not in asks:
            continue
        sources[row.source] = None
        perhaps = max(perhaps, row.rank)
        if each.surely and not undated:
            surely = max(surely, row.rank)
        else:
            doubts.append((row.rank, ("energy.review.date", *each.open) if undated else each.open))
    missing = dict.fromkeys([path for rank, paths in doubts if rank > surely for path in paths])
    return Fact(Range(Decimal(surely), Decimal(perhaps)), missing=tuple(missing), sources=tuple(sources))
