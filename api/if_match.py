"""`If-Match` of a decision (RFC 9110): which decision the caller saw on a review, and what is answered where it is another by now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header

from api.problems import Problem
from review.errors import Conflict, Fault, Text
from review.record.storage.contents import last_decision
from review.record.storage.store import Store

IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000,
        description="审查的 ETag，可列多个：之后如有新决定则拒绝；已有决定时必填 / the review's ETag, or several: refuses if decided since; required where a decision is there",
    ),
]


def expected_decision(store: Store, number: int, tags: str | None) -> int | None:
    """The last decision that the caller saw, by the review's ETag; None where the caller does not say. Raises Problem 412.

    Of several tags it is the one that the review has now, else any of them.
    """
    if tags is None or tags.strip() == "*":
        return None
    seen = {decision for each in tags.split(",") if (decision := _decision(number, each.strip())) is not None}
    if not seen:
        raise Problem(412, Fault("If-Match", Text("不是该审查的 ETag", "is not an ETag of this review")))
    if len(seen) > 1:
        with store.reading() as connection:
            seen = seen & {last_decision(connection, number) or 0} or seen
    return max(seen)


def _decision(number: int, tag: str) -> int | None:
    """The decision that an ETag of the review names, 0 for none yet; None for any other tag."""
    review, _, decision = tag.removeprefix("W/").strip('"').partition("-")
    return int(decision) if review == str(number) and re.fullmatch("[0-9]{1,18}", decision) else None


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
