"""A list's rows from one version to the next: where a row went when rows were added, changed or removed (条目的去向)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Rows = Sequence[dict[str, Any]]


def row_after(before: Rows, after: Rows, index: int, *, one: bool = True) -> int | None:
    """Where the row at `index` stands after a save; None: it was removed, or cannot be told from the others.

    `one`: the save added, changed or removed one row, as a form does; otherwise it may have brought any others in.
    """
    if index >= len(before):
        return None
    if list(before) == list(after) or (one and _unmoved(before, after)):
        return index
    if one and _one_gone(before, after):
        gone = next((i for i, row in enumerate(after) if row != before[i]), len(after))
        return index if index < gone else index - 1 if index > gone else None
    # Told by the content alone, and only where it is one row's.
    same = [i for i, row in enumerate(after) if row == before[index]]
    return same[0] if len(same) == 1 and list(before).count(before[index]) == 1 else None


def _unmoved(before: Rows, after: Rows) -> bool:
    """Whether rows were only added at the end, or one at most was changed where it stands."""
    changed = sum(1 for was, now in zip(before, after, strict=False) if was != now)
    return len(after) >= len(before) if changed == 0 else changed == 1 and len(after) == len(before)


def _one_gone(before: Rows, after: Rows) -> bool:
    if len(after) != len(before) - 1:
        return False
    gone = next((i for i, row in enumerate(after) if row != before[i]), len(after))
    return list(before[gone + 1 :]) == list(after[gone:])
