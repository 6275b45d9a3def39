"""The days that findings show (审查意见列示的日期), as they are known on the day of review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from review.facts.days import months_after, number_of
from review.facts.eia_life import last_good_day
from review.facts.energy_review import threshold_day
from review.facts.model import Case, Facts
from review.facts.products import limit_from
from review.facts.review_life import last_day_alive
from review.law.shown_days import (
    AS_OF,
    EIA_LAST_DAY,
    LIMIT_FROM,
    REVIEW_LAST_DAY,
    THRESHOLD_DAY,
    TRIAL_RUN_LAST_DAY,
    shown_days,
    shown_texts,
)
from review.sheet.paths import stated_in


def shown_day(name: str, case: Case, facts: Facts, index: int | None) -> date | str | None:
    """One of `shown_days()`, of an item that of the item at `index`; None where it is not stated or does not follow, `none` where it is stated not to exist; two days as text where it is one of them."""
    known = case if facts.derivation is None else facts.derivation.known
    if name == LIMIT_FROM:
        return None if index is None else limit_from(known, index)
    if name in _FOLLOWING:
        return _FOLLOWING[name](known)
    assert name in shown_days(), name
    found, absent = stated_in(known.sheet, name)
    assert found is None or isinstance(found, date | str)
    if absent:
        return "none"
    return None if case.ruleset.findings > 2 and _without_document(known, name) else found


def shown_text(name: str, case: Case, facts: Facts) -> str | None:
    """One of `shown_texts()`; None where it is not stated."""
    known = case if facts.derivation is None else facts.derivation.known
    found, _ = stated_in(known.sheet, name)
    assert found is None or isinstance(found, str)
    return None if found == "none" else found


def _without_document(case: Case, name: str) -> bool:
    """Whether a day is of a document that is not recorded, as its number is not stated: nothing counts of it."""
    document = f"{name.removesuffix('date')}document"
    return name.endswith(".date") and document in shown_texts() and stated_in(case.sheet, document)[0] is None


def _of_start(case: Case) -> date:
    """The day on which an opinion or approval must be good: of the start of construction, before it the day of review."""
    started = case.sheet.project.construction_started
    return started if isinstance(started, date) else case.as_of


def _trial_run_ends(case: Case) -> date | None:
    since, months = case.sheet.project.in_production_since, number_of(case, "trial_run_months")
    return None if since is None or months is None else months_after(since, months)


_FOLLOWING: Mapping[str, Callable[[Case], date | str | None]] = {
    AS_OF: lambda case: case.as_of,
    THRESHOLD_DAY: threshold_day,
    REVIEW_LAST_DAY: lambda case: last_day_alive(case, _of_start(case)),
    EIA_LAST_DAY: lambda case: last_good_day(case, _of_start(case)),
    TRIAL_RUN_LAST_DAY: _trial_run_ends,
}
