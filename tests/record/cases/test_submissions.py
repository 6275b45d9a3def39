"""Submitting: versions of a project, the sender's key, and what is kept of each review."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from review import choose, judge, load, parse_sheet
from review.errors import Conflict, EditionNotFound, EngineDisagreement, NotRecorded, Refused, SheetError
from review.evaluation.judged import Evaluators
from review.evaluation.normal_form import Fields
from review.facts import Fact
from review.law.loading import builtin, load_builtin
from review.record.cases.submissions import submit
from review.record.proof.verification import verify
from review.record.storage.contents import read_review, read_ruleset, read_sheet_bytes
from review.record.storage.store import Store
from review.replay.recorded import sheet_from
from review.sheet import sheet_digest
from tests.record.projects import OFFICER, project, recorded
from tests.record.tampering import tamper
from tests.sheets import AS_OF

pytestmark = pytest.mark.record


def count(store: Store, table: str) -> int:
    with store.reading() as connection:
        return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())


def test_the_same_code_is_the_next_version_of_the_project(store: Store) -> None:
    first = recorded(store, project("2503-350181-04-01-900062"))
    other = recorded(store, project("2503-350181-04-01-900070"))
    again = recorded(store, project(" ２５０３-350181-04-01-900062 ", {"voc.emission_t": "1"}))
    assert (again.project, again.version) == (first.project, 2)
    assert other.project != first.project
    with store.reading() as connection:
        assert read_review(connection, again.id).replaces == first.id
        assert read_review(connection, first.id).content == first.content


def test_without_a_code_each_sheet_is_a_project_of_its_own_unless_it_replaces_one(store: Store) -> None:
    first, second = recorded(store, project()), recorded(store, project())
    assert first.project != second.project
    again = recorded(store, project(), replaces=first.id)
    assert (again.project, again.version) == (first.project, 2)


def test_a_version_named_as_replacing_brings_its_code_to_the_project(store: Store) -> None:
    first = recorded(store, project())
    recorded(store, project("NEW-1"), replaces=first.id)
    assert recorded(store, project("new-1")).project == first.project


def test_a_code_of_one_project_cannot_replace_a_review_of_another(store: Store) -> None:
    recorded(store, project("A-1"))
    other = recorded(store, project("B-1"))
    before = count(store, "event")
    with pytest.raises(Conflict, match="check the code or leave out"):
        recorded(store, project("A-1"), replaces=other.id)
    with pytest.raises(NotRecorded):
        recorded(store, project("C-1"), replaces=99)
    assert count(store, "event") == before


def test_the_same_key_and_sheet_are_recorded_once(store: Store) -> None:
    first = recorded(store, project("A-1"), request="k")
    again = recorded(store, project("A-1"), request="k")
    assert (again.id, again.content, again.again) == (first.id, first.content, True)
    assert count(store, "review") == 1
    with pytest.raises(Conflict, match="with another sheet"):
        recorded(store, project("A-1", {"voc.emission_t": "1"}), request="k")


def test_what_is_kept_gives_the_same_sheet_edition_and_review(store: Store) -> None:
    sheet = project("A-1", {"voc.emission_t": "11.999999999", "project.investment_wan": "123456789012.123456789"})
    found = recorded(store, sheet)
    with store.reading() as connection:
        kept = read_review(connection, found.id)
        assert sheet_from(read_sheet_bytes(connection, kept.sheet)) == sheet
        assert kept.sheet == sheet_digest(sheet)
        assert read_ruleset(connection, kept.ruleset) == choose(None, AS_OF)
    assert json.loads(found.content)["sheet_digest"] == kept.sheet


def test_an_edition_that_is_gone_from_disk_is_still_in_the_record(store: Store, tmp_path: Path) -> None:
    import shutil

    draft = tmp_path / "draft"
    shutil.copytree(str(builtin()), draft)
    path = draft / "parameters.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("offset_ratio,1.2", "offset_ratio,1.3"), encoding="utf-8")
    head = draft / "edition.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace('  "2026":', '  "2026.9":'), encoding="utf-8")
    recorded(store, project("A-1"), ruleset=load(draft)[-1])
    shutil.rmtree(draft)
    with store.reading() as connection:
        assert verify(connection).breaks == ()
    assert count(store, "ruleset") == len(load_builtin()) + 1


def test_one_sheet_and_one_edition_are_kept_once(store: Store) -> None:
    for _ in range(3):
        recorded(store, project("A-1"))
    assert (count(store, "sheet"), count(store, "ruleset"), count(store, "review")) == (1, len(load_builtin()), 3)


def test_what_cannot_be_reviewed_is_not_recorded(store: Store) -> None:
    with pytest.raises(SheetError):
        recorded(store, parse_sheet({"project": {"name": "x"}, "site": {"park": "nowhere"}}))
    with pytest.raises(EditionNotFound):
        submit(store, project("A-1"), OFFICER, as_of=AS_OF.replace(year=1999))
    with pytest.raises(Refused, match="is required"):
        submit(store, project("A-1"), "")
    assert count(store, "event") == 0


@pytest.mark.parametrize("key", ["长" * 201, "a\x00b", "\ud800"])
def test_a_key_that_cannot_be_kept_is_refused(store: Store, key: str) -> None:
    with pytest.raises(Refused, match="request"):
        recorded(store, project("A-1"), request=key)
    assert recorded(store, project("A-1"), request="长" * 200).version == 1


HOSTILE = [
    "'; DROP TABLE event; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    "\\u0000",
    "𠮷野家🏭",
    "a" * 2000,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_kept_as_they_are(store: Store, words: str) -> None:
    found = recorded(store, project(None, {"project.name": words, "project.applicant": words, "project.code": words}))
    with store.reading() as connection:
        sheet = sheet_from(read_sheet_bytes(connection, read_review(connection, found.id).sheet))
        assert verify(connection).breaks == ()
    assert (sheet.project.name, sheet.project.applicant) == (words, words)
    assert count(store, "event") == 2, "the law, and the review"


def test_a_balance_that_moved_between_judging_and_recording_is_judged_again(
    store: Store, opened: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another project takes the source after this one was judged and before it is recorded."""
    from tests.record.projects import drawing, registered

    registered(store, "10")
    taken: list[int] = []

    def judged_late(*args: object, **options: object) -> object:
        result = judge(*args, **options)  # type: ignore[arg-type]
        if not taken:
            taken.append(1)
            recorded(store, drawing("B-1", "7"))
        return result

    monkeypatch.setattr("review.record.cases.submissions.judge", judged_late)
    found = recorded(store, drawing("A-1", "6"))
    assert json.loads(found.content)["register"]["balances"]["S-1"]["free_t"] == "3"
    with store.reading() as connection:
        assert verify(connection).breaks == ()


def test_a_record_whose_triggers_are_gone_still_verifies_its_rows(store: Store) -> None:
    recorded(store, project("A-1"))
    tamper(store)
    with store.reading() as connection:
        assert verify(connection).breaks == ()


def test_nothing_is_recorded_that_the_definition_does_not_agree_to(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled rules and engine are given the same integers: here both are told that nobody knows whether the project is two-high."""
    values = Fields.values

    def untrue(fields: Fields, facts: Mapping[str, Fact], **more: Any) -> list[int]:
        return values(fields, {**facts, "two_high": Fact(None)}, **more)

    monkeypatch.setattr(Fields, "values", untrue)
    # Tests hold whatever is judged against the definition; what is recorded is held by itself.
    monkeypatch.setattr(Evaluators, "judge", vars(Evaluators.judge)["__wrapped__"])
    assert judge(project("A-1"), choose(None, AS_OF), AS_OF).findings
    with pytest.raises(EngineDisagreement, match="exact evaluator"):
        submit(store, project("A-1"), OFFICER)
    assert count(store, "event") == 0
