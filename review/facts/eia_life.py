"""The life of an EIA approval (环评批复的效力): whether building started, or can still start, within its years.

Code of 2026, articles 106 and 1095. Days are compared in this module; rules read truths.
"""

from __future__ import annotations

from datetime import date

from review.facts.days import anniversary, number_of
from review.facts.model import Case, Fact
from review.sheet.project import Document

_APPROVAL, _CHANGE, _AGAIN = "approvals.eia", "eia.change_approval", "eia.reexamined"
_STARTED = "project.construction_started"
_YEARS = "eia_valid_years"


def eia_life_facts(case: Case) -> dict[str, Fact]:
    """`eia.started_in_time`, of the start of construction, and `eia.approval_alive`, of the day of review."""
    return {"eia.started_in_time": _started_in_time(case), "eia.approval_alive": _good_on(case, case.as_of, ())}


def _recorded(found: object) -> Document | None:
    return found if isinstance(found, Document) and found.document is not None else None


def _started_in_time(case: Case) -> Fact:
    """Whether construction started neither before the approval nor after it had grown too old."""
    started = case.sheet.project.construction_started
    if not isinstance(started, date):
        return Fact(None, missing=(_STARTED,))
    return _good_on(case, started, (_STARTED,))


def _good_on(case: Case, day: date, read: tuple[str, ...]) -> Fact:
    """Whether the approval was given by `day` and is no older then than its years, or was re-examined by then.

    The years are counted from the approval or a later one of a change; a document without a date may be of any day.
    """
    years = number_of(case, _YEARS)
    approval = _recorded(case.sheet.approvals.eia if case.sheet.approvals else None)
    if years is None:
        return Fact(None)
    if approval is None or approval.date is None:
        missing = (f"{_APPROVAL}.date",) if approval else (f"{_APPROVAL}.document", f"{_APPROVAL}.date")
        return Fact(None, missing=missing, paths=read)
    paths, sources = (*read, f"{_APPROVAL}.date"), case.parameter(_YEARS).sources
    if day < approval.date:
        return Fact(False, paths=paths)
    eia = case.sheet.eia
    change, again = _recorded(eia.change_approval if eia else None), _recorded(eia.reexamined if eia else None)
    latest = _latest(case, approval.date, day)
    if latest > approval.date:
        paths = (*paths, f"{_CHANGE}.date")
    if day <= anniversary(latest, years):
        return Fact(True, paths=paths, sources=sources)
    if again is not None and again.date is not None and again.date <= day:
        return Fact(True, paths=(*paths, f"{_AGAIN}.date"), sources=sources)
    undated = tuple(
        f"{path}.date" for path, found in ((_CHANGE, change), (_AGAIN, again)) if found is not None and not found.date
    )
    if undated:
        ways = tuple((path,) for path in undated)
        return Fact(None, missing=undated, ways=ways, paths=paths, sources=sources)
    return Fact(False, paths=paths, sources=sources)


def last_good_day(case: Case, day: date) -> date | None:
    """The last day of the approval, a re-examination aside, by what was approved up to `day`; None where its day is not stated."""
    years, approval = number_of(case, _YEARS), _recorded(case.sheet.approvals.eia if case.sheet.approvals else None)
    if years is None or approval is None or approval.date is None:
        return None
    return anniversary(_latest(case, approval.date, day), years)


def _latest(case: Case, approved: date, day: date) -> date:
    """The day that the years are counted from: that of the approval, or of a later one of a change by `day`."""
    change = _recorded(case.sheet.eia.change_approval if case.sheet.eia else None)
    changed = change.date if change is not None else None
    return changed if changed is not None and approved < changed <= day else approved
