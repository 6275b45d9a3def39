"""What was recorded before content was dated: it loads under its own digest and judges to the very bytes it judged to then."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase

import pytest

from review import choose, judge, parse_sheet
from review.canonical_json import digest_of
from review.law.changes import changes, kind_of
from review.law.lineage import entries_between
from review.law.loading import load_builtin
from review.record.editions.in_force import Law
from tests.law.recorded import adopted_in, kept, recorded_edition


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


@pytest.mark.parametrize("name", ["2022", "2023"])
def test_what_was_put_right_in_place_is_declared_and_nothing_else(name: str) -> None:
    editions = load_builtin()
    now = next(each for each in editions if each.edition == name)
    found: list[str] = []
    for before in (recorded_edition(name), *(each for each in adopted_in("days-2026-11") if each.edition == name)):
        entries = entries_between(before, now, editions)
        differing = [str(each) for each in changes(before, now)]
        assert {kind_of(each, entries) for each in differing} == {"error"}
        found += differing
    patterns = [pattern for entry in entries for pattern in entry["corrects"]]
    assert [each for each in patterns if not any(fnmatchcase(change, each) for change in found)] == []


def test_a_recorded_edition_whose_name_has_another_content_has_a_name_of_its_own() -> None:
    before, now = recorded_edition("2023"), choose("fuqing@2023", date(2023, 8, 1))
    law = Law(0, load_builtin())
    assert law.name_of(now.name, now.digest) == "fuqing@2023"
    assert law.name_of(before.name, before.digest) == f"fuqing@2023~{before.digest[7:15]}"
    assert law.name_of("elsewhere@2023", before.digest) == "elsewhere@2023"
