"""What content recorded before `facts: 2` left to the code (早期版本所缺的文字): words and marks that newer content carries itself.

Reviews by such content are to come out as the same bytes for ever, so these stand in a file of their own and never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from review.law.at_hand import SHIPPED
from review.law.files import read_yaml

_FILE = "before-facts-2.yaml"


@cache
def _before() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(SHIPPED, _FILE).value
    return found


def notes_before() -> Mapping[str, Mapping[str, str]]:
    """The words of notes by their codes, with `{industry}` where they name it."""
    found: Mapping[str, Mapping[str, str]] = _before()["notes"]
    return found


def given_before(rule: str) -> str | None:
    """What of the review a rule answered (`guidance_required`)."""
    found: str | None = _before()["gives"].get(rule)
    return found


def ruleset_before() -> str:
    """The ruleset that the record spoke of before it could hold several."""
    found: str = _before()["ruleset"]
    return found


def place_before() -> Mapping[str, Any]:
    """What content says of its place under these keys of its own since: `area_words`, `indicators`, `split_below`, `offset_ratio`.

    `former_labels` are the areas by words that workbooks of before had for them.
    """
    found: Mapping[str, Any] = _before()["place"]
    return found
