"""The office's calendar and terms as it entered them (日历和期限): settings, each change an event; the last of each counts."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import Connection

from review.errors import Fault, Refused, Text, joined
from review.record.calendar.working_days import LONGEST_TERM, Calendar, YearDays, year_days
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.journal import append, drafted
from review.record.storage.store import Store
from review.record.storage.stored_settings import settings_like
from review.record.storage.text_limits import LARGEST_NUMBER

# Neither the plan nor Order 31 states a term of review: 行政许可法 第四十二条, twenty days, which 第八十二条 counts in working days.
REVIEW_DAYS = 20
TERM_SOURCE = Text(
    "《行政许可法》第四十二条（二十日）、第八十二条（以工作日计算）",
    "Administrative Licensing Law, articles 42 (twenty days) and 82 (counted in working days)",
)
FIRST_YEAR, LAST_YEAR = 2000, 2099
_CALENDAR, _TERM = "calendar.", "term.review"


def read_calendar(connection: Connection, upto: int | None = None) -> Calendar:
    """The calendar as the record has it last, or had it at a position."""
    found = _settings(connection, f"{_CALENDAR}%", upto)
    return Calendar(tuple(_read(name, value) for name, value in sorted(found.items())))


def set_year(store: Store, year: YearDays, actor: Actor, *, replaces: bool = False) -> bool:
    """Record the calendar of a year. Returns whether it is another than before. `replaces`: days that were entered before may go.

    Raises Refused, naming the days that would go, RecordUnavailable.
    """
    _require_year(year.year)
    year_days(year.year, year.holidays, year.workdays)
    if not replaces:
        _require_whole(store, year)
    written = chain.canonical({"holidays": _written(year.holidays), "workdays": _written(year.workdays)}).decode()
    return _set(store, f"{_CALENDAR}{year.year}", written, actor)


def _require_whole(store: Store, year: YearDays) -> None:
    """Raises Refused where days of the year were entered that it does not have."""
    with store.reading() as connection:
        before = next((each for each in read_calendar(connection).years if each.year == year.year), None)
    lost = sorted((before.holidays - year.holidays) | (before.workdays - year.workdays)) if before else []
    if lost:
        days = joined(each.isoformat() for each in lost[:10])
        words = Text(
            f"{year.year} 年已录入，所写的少了 {len(lost)} 天（{days.zh}）；请补上，或注明代替已录入的",
            f"{year.year} was entered; {len(lost)} of its days are not among these ({days.en}): add them, or say that these take its place",
        )
        raise Refused([Fault("year", words)])


def read_review_days(connection: Connection, upto: int | None = None) -> int:
    """The term of review, in working days: the office's, now or at a position of the record, else that of the law."""
    found = _settings(connection, _TERM, upto).get(_TERM)
    return REVIEW_DAYS if found is None else int(found)


def set_review_days(store: Store, days: int, actor: Actor) -> bool:
    """Record the term of review, in working days. Returns whether it is another. Raises Refused, RecordUnavailable."""
    if not 0 < days <= LONGEST_TERM:
        words = Text(f"应为 1 至 {LONGEST_TERM} 个工作日", f"should be 1 to {LONGEST_TERM} working days")
        raise Refused([Fault("review_days", words)])
    return _set(store, _TERM, str(days), actor)


def setting_is_sound(name: str, value: str) -> bool:
    """Whether a recorded setting of the calendar or of a term is one that could have been entered; a record of another kind is accepted as it is."""
    try:
        if name == _TERM:
            return value == str(int(value)) and 0 < int(value) <= LONGEST_TERM
        if name.startswith(_CALENDAR):
            found = _read(name, value)
            _require_year(found.year)
            year_days(found.year, found.holidays, found.workdays)
    except (Refused, ValueError, TypeError, LookupError):
        return False
    return True


def _set(store: Store, name: str, value: str, actor: Actor) -> bool:
    with store.writing() as connection:
        if _settings(connection, name).get(name) == value:
            return False
        append(connection, drafted("setting", actor, {"setting": name, "value": value}))
        return True


def _settings(connection: Connection, like: str, upto: int | None = None) -> dict[str, str]:
    return settings_like(connection, like, LARGEST_NUMBER if upto is None else upto)


def _read(name: str, value: str) -> YearDays:
    days = json.loads(value)
    holidays, workdays = (frozenset(map(date.fromisoformat, days[each])) for each in ("holidays", "workdays"))
    return YearDays(int(name.removeprefix(_CALENDAR)), holidays, workdays)


def _written(days: frozenset[date]) -> list[str]:
    return [each.isoformat() for each in sorted(days)]


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = Text(f"应为 {FIRST_YEAR} 至 {LAST_YEAR}", f"should be {FIRST_YEAR} to {LAST_YEAR}")
        raise Refused([Fault("year", words)])
