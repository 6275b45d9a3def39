"""What was recorded before content was dated: it loads under its own digest and judges to the very bytes it judged to then."""

from __future__ import annotations

import json
import lzma
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from review import from_content, judge, parse_sheet
from review.canonical_json import digest_of
from review.law.edition import Ruleset

# Editions of November 2026 as records hold them, the sample sheets of then, and the digest of each review.
KEPT = Path(__file__).parents[1] / "data" / "editions-2026-11.json.xz"


@cache
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lzma.decompress(KEPT.read_bytes()))
    return found


@cache
def edition(name: str) -> Ruleset:
    return next(from_content(each) for each in kept()["editions"] if each["edition"] == name)


def test_recorded_content_has_its_digest_and_the_facts_of_its_time() -> None:
    assert [edition(each["edition"]).digest for each in kept()["editions"]] == kept()["digests"]
    assert [edition(name).facts for name in ("2022", "2023")] == [1, 1]


def test_recorded_content_ends_on_the_day_it_says() -> None:
    assert edition("2022").covers(date(2023, 7, 3)) and not edition("2022").covers(date(2023, 7, 4))


@pytest.mark.parametrize("sheet", sorted(kept()["sheets"]))
def test_a_review_by_recorded_content_is_the_same_bytes(sheet: str) -> None:
    stated = parse_sheet(kept()["sheets"][sheet])
    for key, digest in kept()["reviews"].items():
        name, version, day = key.split(" ")
        if name == sheet:
            again = judge(stated, edition(version), date.fromisoformat(day), exact_only=True)
            assert digest_of(again.to_bytes()) == digest, key
