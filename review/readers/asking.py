"""What a reader asks of its caller, and tells it: the edition whose tables name things, and whatever was read otherwise than it was written."""

from __future__ import annotations

from collections.abc import Callable

from review.clock import today
from review.errors import Fault
from review.law.edition import Ruleset
from review.law.loading import choose

Tell = Callable[[Fault], None]
Edition = Callable[[], Ruleset]


def unheard(note: Fault) -> None:
    """Of a caller that is told of nothing."""


def edition_today() -> Ruleset:
    """The edition in force today: whose tables name things where the caller names no other."""
    return choose(None, today())
