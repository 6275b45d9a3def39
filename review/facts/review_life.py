"""The life of an energy review (节能审查意见的效力): whether it is alive, whether building started in time, what it brings with it.

Order 31 of 2025, articles 3, 16, 18, 19, 21, 24 and 27. Days are compared in this module; rules read truths.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from review.errors import Text
from review.facts.days import anniversary, day_of, months_after, number_of
from review.facts.model import Case, Fact, Note
from review.law.edition import Ruleset
from review.sheet.project import Document, EnergyReview

_REVIEW, _DATE = "energy.review.document", "energy.review.date"
_DECISION = "energy.change_decision.date"
_STARTED, _PRODUCING = "project.construction_started", "project.in_production_since"
_YEARS = "review_valid_years"


def opinion(case: Case) -> EnergyReview | None:
    """The energy review that is recorded: one whose document is stated."""
    energy = case.sheet.energy
    review = energy.review if energy else None
    return review if isinstance(review, EnergyReview) and review.document is not None else None


def lives(case: Case) -> Fact:
    """Whether a recorded opinion has not lapsed on the day of review, no construction having started."""
    return _alive_on(case, case.as_of)


def life_facts(case: Case) -> dict[str, Fact]:
    """Truths on the opinion, the start of construction and the start of production."""
    return {
        "energy.review_alive": _alive_on(case, case.as_of),
        "energy.started_in_time": _started_in_time(case),
        "energy.review_under_measures": _given_since(case, first_threshold(case)),
        "energy.review_with_carbon": _given_since(case, day_of(case, "carbon_evaluation_from")),
        "energy.acceptance_binding": _acceptance_binding(case),
        "energy.trial_run": _trial_run(case),
    }


def _exempt(case: Case) -> bool:
    found = case.sheet.energy.review_exempt if case.sheet.energy else None
    return found is not None and found.document is not None


def life_notes(case: Case, required: Fact) -> list[Note]:
    """A note where acceptance of a project whose review is `required` is open, within the months of production in which it may be."""
    energy = case.sheet.energy
    if (
        energy is None
        or energy.acceptance != "none"
        or required.value is not True
        or _exempt(case)
        or case.sheet.project.stage != "existing"
        or not _trial_run(case).value
    ):
        return []
    months = number_of(case, "trial_run_months")
    return [Note("trial-run", "energy.acceptance", Text(
        f"投产（{case.sheet.project.in_production_since}）未满 {months} 个月，节能验收按试运行处理",
        f"in production since {case.sheet.project.in_production_since}, less than {months} months: energy acceptance waits for the trial run"))]  # fmt: skip


def _decision(case: Case) -> Document | None:
    energy = case.sheet.energy
    found = energy.change_decision if energy else None
    return found if isinstance(found, Document) and found.document is not None else None


def _alive_on(case: Case, day: date) -> Fact:
    """Whether `day` is not after the last day of the opinion: an anniversary of it, or of a later decision on a change by then."""
    review, years = opinion(case), number_of(case, _YEARS)
    if years is None:
        # In this edition nothing makes an opinion lapse.
        return Fact(True)
    if review is not None and review.date is None and _exempt(case):
        # Of a project that needs no review of its own a person looks at the opinion: its day is not asked for.
        return Fact(False)
    if review is None or review.date is None:
        return Fact(None, missing=(_DATE,) if review else (_REVIEW, _DATE))
    decision, last = _decision(case), _last_day(case, review.date, day, years)
    paths = (_DATE, *((_DECISION,) if _changed_by(case, day) else ()))
    if day <= last:
        return Fact(True, paths=paths, sources=case.parameter(_YEARS).sources)
    # A decision without a date may be the later; of a project that needs no review of its own it is left aside.
    if decision is not None and decision.date is None and not _exempt(case):
        return Fact(None, missing=(_DECISION,), paths=paths)
    return Fact(False, paths=paths, sources=case.parameter(_YEARS).sources)


def last_day_alive(case: Case, day: date) -> date | None:
    """The last day on which the recorded opinion is alive by what was decided up to `day`; None where its day is not stated or nothing makes it lapse."""
    review, years = opinion(case), number_of(case, _YEARS)
    return None if years is None or review is None or review.date is None else _last_day(case, review.date, day, years)


def _last_day(case: Case, given: date, day: date, years: int) -> date:
    """The anniversary of the opinion, or of a later decision on a change by `day`."""
    changed = _changed_by(case, day)
    return anniversary(given if changed is None else max(given, changed), years)


def _changed_by(case: Case, day: date) -> date | None:
    """The day of a recorded decision on a change that was made by `day`."""
    decision = _decision(case)
    changed = decision.date if decision is not None else None
    return changed if changed is not None and changed <= day else None


def _started_in_time(case: Case) -> Fact:
    """Whether construction started on or after the opinion (or its certificate was given after a rectification) and before it lapsed."""
    review, started = opinion(case), case.sheet.project.construction_started
    if not isinstance(started, date):
        return Fact(None, missing=(_STARTED,))
    if review is None or review.date is None:
        return Fact(None, missing=(_DATE,) if review else (_REVIEW, _DATE))
    paths = (_STARTED, _DATE)
    if started < review.date:
        return Fact(review.certificate is True, paths=(*paths, "energy.review.certificate"))
    alive = _alive_on(case, started)
    return Fact(alive.value, alive.missing, paths=tuple(dict.fromkeys((*paths, *alive.paths))), sources=alive.sources)


def first_threshold(case: Case) -> date | None:
    """The day from which the edition's thresholds count: no review was due before it. None where it has no thresholds."""
    return _first_threshold(case.ruleset)


@lru_cache(maxsize=32)
def _first_threshold(ruleset: Ruleset) -> date | None:
    days = [date.fromisoformat(row["from"]) for row in ruleset.table("review_thresholds") if row["from"]]
    return min(days, default=None)


def _given_since(case: Case, first: date | None) -> Fact:
    """Whether the recorded opinion is of `first` or later; false without an opinion or where the edition has no such day."""
    review = opinion(case)
    if review is None or first is None:
        return Fact(False)
    if review.date is None:
        return Fact(None, missing=(_DATE,))
    return Fact(review.date >= first, paths=(_DATE,))


def _acceptance_binding(case: Case) -> Fact:
    """Whether production began when acceptance had become a duty; not where its day is not stated."""
    since, first = case.sheet.project.in_production_since, day_of(case, "energy_acceptance_from")
    return Fact(since is not None and first is not None and since >= first, paths=(_PRODUCING,) if since else ())


def _trial_run(case: Case) -> Fact:
    """Whether the day of review lies in the months after the start of production in which acceptance may be open."""
    since, months = case.sheet.project.in_production_since, number_of(case, "trial_run_months")
    if months is None:
        return Fact(False)
    if since is None:
        return Fact(None, missing=(_PRODUCING,))
    return Fact(case.as_of <= months_after(since, months), paths=(_PRODUCING,))
