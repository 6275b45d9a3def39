"""Two spellings of one project code are one project."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.record.projects.codes import LONGEST_CODE, code_key, keys_of
from review.record.storage.store import Store
from tests.record.projects import project, recorded
from tests.record.tampering import tamper

CODE = "2503-350181-04-01-900046"
SPELLINGS = [
    "2503–350181–04–01–900046", "2503—350181-04－01—900046", "25033501810401900046", "２５０３-350181-04-01-900046", " 2503 - 350181 - 04 - 01 - 900046 ",
    "2503‑350181‑04‑01‑900046", "2503−350181−04−01−900046", "2503ー350181ー04ー01ー900046", "2503350181-0401-900046", "2503-350181-04-01-900046\u3000",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_code_of_the_platform_is_one_with_whatever_dashes_or_none(spelling: str) -> None:
    assert code_key(spelling) == CODE == code_key(CODE)


@pytest.mark.parametrize(
    ("one", "other"),
    [("A-11", "A1-1"), ("A-1", "A1"), ("2503-350181-04-01-900046", "2503-350181-04-01-900047"), ("2503-350181-04-01-90004", CODE), ("1-1", "11")],
)  # fmt: skip
def test_other_codes_are_told_apart_by_their_dashes(one: str, other: str) -> None:
    assert code_key(one) != code_key(other)
    assert set(keys_of(one)).isdisjoint(keys_of(other))


@pytest.mark.parametrize(
    ("code", "key"),
    [("a–1", "A-1"), (None, None), ("", None), ("  ", None), ("x" * LONGEST_CODE, "X" * LONGEST_CODE), ("x" * (LONGEST_CODE + 1), None)],
)  # fmt: skip
def test_any_code_is_folded_as_the_id_of_a_source_is(code: str | None, key: str | None) -> None:
    assert code_key(code) == key


@given(st.text(max_size=30))
def test_a_key_is_its_own_key_and_among_its_keys(code: str) -> None:
    key = code_key(code)
    if key is not None:
        assert code_key(key) == key and key in keys_of(code)
        assert all(code_key(each) == key for each in keys_of(code)[1:])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_sheet_is_the_next_version_whatever_the_dashes(store: Store, spelling: str) -> None:
    first = recorded(store, project(CODE))
    again = recorded(store, project(spelling, {"voc.emission_t": "1"}))
    assert (again.project, again.version) == (first.project, 2)


@pytest.mark.parametrize("before", ["2503–350181–04–01–900046", "25033501810401900046", "2503—350181—04—01—900046"])
def test_a_project_that_was_recorded_with_other_dashes_is_found(store: Store, before: str) -> None:
    """As the record has it where its code was folded by width, white space and case alone."""
    first = recorded(store, project(CODE))
    tamper(store, ("UPDATE project_code SET code = ?", (before,)))
    assert recorded(store, project(CODE)).project == first.project
    assert recorded(store, project(SPELLINGS[0])).project == first.project


def test_of_two_recorded_spellings_each_goes_on_as_it_began(store: Store) -> None:
    first, second = recorded(store, project(CODE)), recorded(store, project("2503-350181-04-01-900070"))
    tamper(store, ("UPDATE project_code SET code = ? WHERE project = ?", ("2503–350181–04–01–900046", second.project)))
    assert recorded(store, project(CODE)).project == first.project
    assert recorded(store, project("2503–350181–04–01–900046")).project == second.project
    assert recorded(store, project("25033501810401900046")).project == first.project
