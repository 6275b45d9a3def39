"""`If-Match` of a decision (RFC 9110): which decision the caller saw on a review, and what is answered where it is another by now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header

from api.problems import Problem
from review.errors import Conflict, Fault, Text

IfMatch = Annotated[
    str | None,
    Header(max_length=60, description="审查的 ETag；已有决定时必填 / required where a decision is there"),
]


def expected_decision(number: int, tag: str | None) -> int | None:
    """The last decision that the caller saw, by the review's ETag; None where the caller does not say. Raises Problem 412."""
    if tag is None or tag == "*":
        return None
    review, _, decision = tag.removeprefix("W/").strip('"').partition("-")
    if review != str(number) or not (decision.isascii() and decision.isdigit() and len(decision) < 19):
        raise Problem(412, Fault("If-Match", Text("不是该审查的 ETag", "is not an ETag of this review")))
    return int(decision)


@contextmanager
def as_seen() -> Iterator[None]:
    """A decision recorded as the caller saw the review: Problem 428 where it is not said what was seen, 412 where it is another by now."""
    try:
        yield
    except Conflict as error:
        if error.faults[0].where == "seen":
            raise Problem(428, Fault("If-Match", error.faults[0].text, "decided-already")) from error
        if error.faults[0].where == "expected":
            raise Problem(412, Fault("If-Match", error.faults[0].text)) from error
        raise
