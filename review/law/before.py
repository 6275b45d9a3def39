"""What content recorded before `facts: 2` left to the code (早期版本所缺的文字): words and marks that newer content carries itself.

Reviews by such content are to come out as the same bytes for ever, so these stand in a file of their own and never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from review.law.files import read_yaml

_FILE = "before-facts-2.yaml"
_SHIPPED = Path(__file__).resolve().parents[2] / "rulesets"


@cache
def _before() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(_SHIPPED, _FILE).value
    return found


def notes_before() -> Mapping[str, Mapping[str, str]]:
    """The words of notes by their codes, with `{industry}` where they name it."""
    found: Mapping[str, Mapping[str, str]] = _before()["notes"]
    return found


def given_before(rule: str) -> str | None:
    """What of the review a rule answered (`guidance_required`)."""
    found: str | None = _before()["gives"].get(rule)
    return found
