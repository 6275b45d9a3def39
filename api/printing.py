"""Printing papers: seconds of work each, one at a time in each worker, for pages and API alike."""

from __future__ import annotations

from collections.abc import Callable

from api.deps import State
from api.problems import Problem
from review.errors import Fault, Text

_WAIT_SECONDS = 20
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def printed(app_state: State, write: Callable[[], bytes]) -> bytes:
    """A paper takes seconds, a long one a minute: one at a time in each worker, and no transaction is open meanwhile. Raises Problem 503."""
    if not app_state.writing.acquire(timeout=_WAIT_SECONDS):
        raise Problem(
            503,
            Fault("", Text("正在生成其他文书，请稍后再试", "another paper is being made: try again soon")),
            headers={"Retry-After": "20"},
        )
    try:
        return write()
    finally:
        app_state.writing.release()
