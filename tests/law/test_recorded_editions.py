"""What was recorded before content was dated: it loads under its own digest and judges to the very bytes it judged to then."""

from __future__ import annotations

from datetime import date

import pytest

from review import judge, parse_sheet
from review.canonical_json import digest_of
from tests.law.recorded import kept, recorded_edition


def test_recorded_content_has_its_digest_and_the_facts_of_its_time() -> None:
    assert [recorded_edition(each["edition"]).digest for each in kept()["editions"]] == kept()["digests"]
    assert [recorded_edition(name).facts for name in ("2022", "2023")] == [1, 1]


def test_recorded_content_ends_on_the_day_it_says() -> None:
    assert recorded_edition("2022").covers(date(2023, 7, 3)) and not recorded_edition("2022").covers(date(2023, 7, 4))


@pytest.mark.parametrize("sheet", sorted(kept()["sheets"]))
def test_a_review_by_recorded_content_is_the_same_bytes(sheet: str) -> None:
    stated = parse_sheet(kept()["sheets"][sheet])
    for key, digest in kept()["reviews"].items():
        name, version, day = key.split(" ")
        if name == sheet:
            again = judge(stated, recorded_edition(version), date.fromisoformat(day), exact_only=True)
            assert digest_of(again.to_bytes()) == digest, key
