"""A replay's differences as rows and as JSON (重放差异), by names that programs read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from review.replay.results import Result, StoredResult

SCHEMA = "two-high/replay/1"
COLUMNS = (
    "review",
    "project",
    "as_of",
    "against",
    "rule",
    "subject",
    "then",
    "now",
    "causes",
    "kinds",
    "then_margin",
    "now_margin",
)


def csv_line(row: Iterable[Any]) -> str:
    """One line of CSV. What a spreadsheet would take for a formula gets an apostrophe before it; figures stay figures."""
    out = io.StringIO()
    csv.writer(out).writerow(
        ["'" + text if (text := str(each))[:1] in ("=", "+", "@", "\t", "\r") else text for each in row]
    )
    return out.getvalue()


def rows_of_result(result: Result | StoredResult) -> Iterator[tuple[Any, ...]]:
    """The rows of one replayed review that differs, with the columns of COLUMNS."""
    difference = result["difference"]
    assert difference is not None
    against = "" if "layer" in difference else difference.get("against") or ""
    head = (result["review"], result["project"], result["as_of"], against)
    if "layer" in difference:
        yield (*head, difference["layer"], "", "", "", difference["detail"], "", "", "")
        return
    if difference["error"]:
        yield (*head, "", "", "", "", difference["error"], "", "", "")
    overall = difference["recommendation"]
    if overall:
        yield (*head, "recommendation", "", overall["then"], overall["now"], "; ".join(overall["causes"]), "", "", "")
    for flip in difference["flips"]:
        margins = [
            (each["margin"] if each else None) or "" for each in (flip["figures"]["then"], flip["figures"]["now"])
        ]
        causes, kinds = "; ".join(flip["causes"]), "; ".join(flip["kinds"])
        yield (*head, flip["rule"], flip["subject"], flip["then"], flip["now"], causes, kinds, *margins)
