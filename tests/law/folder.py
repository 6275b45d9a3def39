"""A ruleset folder changed by a word, and the faults that lint finds in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from review.lint import Against, lint_folder

FOLDER = Path(__file__).parents[2] / "rulesets" / "fuqing"


def change(path: Path, old: str, new: str) -> None:
    """Puts the first `old` of a file right to `new`."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path, plan: Path | None = None, laws: Mapping[str, Path] | None = None) -> str:
    """Every fault of a folder, a line each."""
    return "\n".join(map(str, lint_folder(folder, Against(plan, laws or {}))[0]))
