"""The office and the rights of its people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OfficeEntry:
    """What papers say of the office; empty where not entered."""

    name: str = ""
    series: str = ""  # of document numbers
    contact: str = ""
    telephone: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class EventMade:
    """The number of the event that was recorded; null where it was so already."""

    id: str | None
