"""The clock (时钟): the office's own day and local time in Shanghai, and the timestamps of the record, which are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

# China has kept one time, without summer time, since 1992: no table of time zones is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def utc_now() -> datetime:
    """The present time in UTC: every other reading of the clock rests on this one."""
    return datetime.now(UTC)


def today() -> date:
    """Today in Asia/Shanghai, the office's own day."""
    return utc_now().astimezone(SHANGHAI).date()


def local_time(timestamp: str) -> str:
    """A timestamp of the record (UTC, ISO 8601) as local time in Shanghai, to the minute: `2026-11-23 17:05`."""
    return datetime.fromisoformat(timestamp.replace("Z", "+00:00")).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def begin_of_day(day: date) -> str:
    """When a day of the office begins, as the record writes it: UTC, ISO 8601, to the microsecond; "" of the first day there is."""
    if day == date.min:
        return ""
    begin = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    return begin.isoformat(timespec="microseconds").replace("+00:00", "Z")


def timestamp(seconds: float = 0) -> str:
    """The time that many seconds from now, as the record writes it: UTC, ISO 8601, to the microsecond, so that text sorts as time does."""
    return (utc_now() + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def whole_seconds(days: float = 0) -> str:
    """The time that many days from now, as the record writes the end of a key: UTC, to the second, with its offset `+00:00`."""
    return (utc_now() + timedelta(days=days)).isoformat(timespec="seconds")
