"""Hooks and the messages to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class HookQueue:
    """How a hook's queue stands; times are UTC."""

    waiting: int
    dead: int  # messages that were given up
    arrived: str | None  # when one last arrived
    failed: str | None  # when one last failed
    error: str | None  # why it failed


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A hook without its secret. `both_until`: until when messages are signed with the old secret too, UTC."""

    hook: str
    url: str
    kinds: tuple[str, ...]
    both_until: str | None
    queue: HookQueue


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
    position: str  # the event's number; of a test that of the hook's last event
    state: str
    attempts: int
    due: str
    status: int | None  # what was answered last
    detail: str | None  # why it did not arrive
    last: str | None  # the last attempt


@dataclass(frozen=True, kw_only=True)
class DeadSentAgain:
    """How many dead messages were put back."""

    messages: int
