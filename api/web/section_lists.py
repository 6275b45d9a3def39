"""The lists of a section (部分所列各条): their rows with a name, what is stated of each in brief, and its faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.web.display import figure
from api.web.sheet_form import Block
from api.web.sheet_words import ROWS, value_words
from review.drafting.typed import lists_of, rows
from review.errors import Fault
from review.law.edition import Ruleset
from review.quantities import measure_words
from review.readers.written.sheet import Understood
from review.record.cases.drafts import SavedDraft
from review.sheet import describe
from review.sheet.paths import split_last

PAGE = 50


def section_lists(
    saved: SavedDraft,
    read: Understood,
    block: Block,
    typed: Mapping[str, str],
    faults: tuple[Fault, ...],
    start: int,
    ruleset: Ruleset,
) -> list[dict[str, Any]]:
    """The section's lists: their rows with a name and what is stated of each in brief."""
    found = []
    for path in lists_of(block.section):
        there = rows(saved.typed.values, path)
        words, name = ROWS[path]
        shown = [
            {
                "index": index,
                "name": value_words(f"{path}[].{name}", row[name], ruleset)[1] if row.get(name) else "",
                "count": len(row),
                "faults": [
                    each
                    for each in faults
                    if each.where == f"{path}[{index}]" or each.where.startswith(f"{path}[{index}].")
                ],
                "brief": _brief(path, rows(read.values, path)[index]),
            }
            for index, row in list(enumerate(there))[start : start + PAGE]
        ]
        state = "state:" + path.removeprefix(block.section).removeprefix(".")
        found.append({
            "path": path, "id": split_last(path)[1] if "." in path else "list", "words": words, "label": describe(path).label, "rows": shown, "number": len(there), "state": state,
            "empty": typed.get(state) == "empty", "more": start + PAGE if len(there) > start + PAGE else None,
            "faults": [each for each in faults if each.where == path],
        })  # fmt: skip
    return found


def _brief(path: str, row: Mapping[str, Any]) -> str:
    """The first figure of a row with its unit, to tell rows apart."""
    first = next(
        (
            name
            for name in (
                "quantity",
                "unit_energy",
                "allocated_t",
                "capacity_t_per_h",
                "capacity_mw",
                "capacity_t",
                "capacity",
            )
            if row.get(name)
        ),
        None,
    )
    if first is None:
        return ""
    unit = row.get("unit") if first in ("quantity", "unit_energy") else describe(f"{path}[].{first}").unit
    return f"{figure(row[first])} {measure_words(unit).zh if unit else ''}".strip()
