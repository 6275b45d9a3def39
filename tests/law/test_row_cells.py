"""Cells of a row as they are filled in: what is a change, and what only looks like one."""

from __future__ import annotations

import pytest

from review.law.row_cells import is_changed


@pytest.mark.parametrize(
    ("column", "before", "after", "changed"),
    [
        ("level_1", "8.0", "8", False), ("level_1", "8", "8.00", False), ("level_1", "8.0", "8.1", True), ("level_1", "", "8", True),
        ("level_1", "8", "", True), ("level_1", "8", "1,76", True), ("unit", "8.0", "8", True), ("name", "甲", "乙", True),
        ("from", "2025-01-01", "2026-01-01", True), ("from", "2025-01-01", "2025-01-01", False),
    ],
)  # fmt: skip
def test_a_figure_of_the_same_value_is_no_change(column: str, before: str, after: str, changed: bool) -> None:
    assert is_changed("limits", {column: before}, column, after) is changed
