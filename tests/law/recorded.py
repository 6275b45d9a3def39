"""Editions as records of November 2026 hold them, the sample sheets of then, and the digest of each review."""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from review import from_content
from review.law.edition import Ruleset

_KEPT = Path(__file__).parents[1] / "data" / "editions-2026-11.json.xz"


@cache
def kept() -> dict[str, Any]:
    """All that is kept: `editions` (contents), `digests`, `sheets` by name, `reviews` (digests by sheet, edition and day)."""
    found: dict[str, Any] = json.loads(lzma.decompress(_KEPT.read_bytes()))
    return found


@cache
def recorded_edition(name: str) -> Ruleset:
    """The edition `2022` or `2023` as it was recorded before content was dated."""
    return next(from_content(each) for each in kept()["editions"] if each["edition"] == name)
