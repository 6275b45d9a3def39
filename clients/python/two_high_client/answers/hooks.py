"""Hooks and the messages to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A hook without its secret."""

    hook: str
    url: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HookMade:
    """A new hook; the secret that its messages are signed with is shown this once."""

    hook: str
    secret: str  # Standard Webhooks


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Word of an event to a hook."""

    id: str  # the same however often it is sent
    hook: str
    position: str  # the event's number
    state: str
    attempts: int
    due: str
    status: int | None  # what was answered last
    detail: str | None  # why it did not arrive
    last: str | None  # the last attempt
