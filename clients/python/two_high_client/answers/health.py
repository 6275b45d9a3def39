"""The server itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Health:
    """It is well."""

    status: str = "ok"


@dataclass(frozen=True, kw_only=True)
class Ready(Health):
    """It can record; `waiting` are editions that the product ships and that the office has not adopted.

    `ahead` is the time of the last event where it lies more than five minutes ahead of the service's clock.
    """

    waiting: tuple[str, ...] = ()
    ahead: str | None = None
