"""What a submission makes once and reads once says what it said when it was made and read again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from review import ProjectSheet, Register, choose, judge, read_sheet_file
from review.record.cases.submissions import counted_facts, finding_rows_of
from review.record.register.balances import account, accounts
from review.record.storage.added import COUNTED_FACTS, added_by, added_rows
from review.record.storage.journal import finding_rows
from review.record.storage.store import Store
from review.replay.recorded import RecordedReview, register_from
from review.sheet import canonical_sheet
from tests.record.projects import drawing, project, recorded, registered
from tests.sheets import AS_OF

SHEETS = sorted((Path(__file__).parents[3] / "fixtures" / "sheets").glob("*.json"))
EDITIONS = (("fuqing@2023", AS_OF), ("fuqing@2026", date(2026, 11, 23)))


@pytest.mark.parametrize(("edition", "day"), EDITIONS)
def test_rows_made_of_a_review_are_those_made_of_its_bytes(edition: str, day: date) -> None:
    found: set[str | None] = set()
    for path in SHEETS:
        review = judge(read_sheet_file(path), choose(edition, day), day, Register(0, {}), exact_only=True)
        document, stated = json.loads(review.to_bytes()), canonical_sheet(review.case.sheet)
        assert finding_rows_of(7, review, review.to_bytes()) == finding_rows(7, document)
        shown = counted_facts(review)
        assert shown == {name: document["facts"][name] for name in COUNTED_FACTS if name in document["facts"]}
        made = added_by(7, stated, review.case.ruleset.id, shown)
        assert made == added_rows(7, stated, document)
        found |= {row["margin"] for row in finding_rows(7, document)} | {row["amounts"] for row in made}
    assert len(found) > 70


@pytest.mark.parametrize(("edition", "day"), EDITIONS)
def test_what_is_read_of_a_reviews_bytes_is_what_the_whole_says(edition: str, day: date) -> None:
    for path in SHEETS:
        sheet, ruleset = read_sheet_file(path), choose(edition, day)
        for asked in (ruleset, ruleset.asked_for()):
            review = judge(sheet, asked, day, Register(0, {}), exact_only=True)
            found = _recorded(review.to_bytes(), day)
            noted = {each["code"] for each in found.document()["notes"]}
            assert found.register() == register_from(found.document()["register"])
            assert found.edition(ruleset).overridden is ("edition-overridden" in noted)


def test_words_of_a_review_are_not_taken_for_the_register_or_a_note() -> None:
    review = judge(project("Q-1"), choose("fuqing@2023", AS_OF).plain(), AS_OF, exact_only=True)
    words = json.dumps('"register":{"x":1},"code":"edition-overridden"')[1:-1].encode()
    content = review.to_bytes().replace(b'"recommendation":"', b'"recommendation":"' + words, 1)
    assert content != review.to_bytes() and json.loads(content)["recommendation"].startswith('"register"')
    found = _recorded(content, AS_OF)
    assert found.register() is None
    assert not found.edition(review.case.ruleset).overridden


def _recorded(content: bytes, day: date) -> RecordedReview:
    return RecordedReview(1, 1, 1, None, "", "", day, "", "", content)


@contextmanager
def statements() -> Iterator[list[tuple[Any, str, str]]]:
    """The statements that are run meanwhile, each with its transaction and values."""
    found: list[tuple[Any, str, str]] = []

    def run(connection: Connection, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        found.append((connection.get_transaction(), " ".join(statement.split()), repr(values)))

    event.listen(Engine, "before_cursor_execute", run)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", run)


def sheet_of(number: int) -> ProjectSheet:
    return drawing(f"ONCE-{number}", "3")


def test_a_submission_reads_nothing_twice(store: Store) -> None:
    registered(store, "100")
    recorded(store, sheet_of(1))
    with statements() as run:
        recorded(store, sheet_of(2))
    read = [each for each in run if each[1].startswith("SELECT") and "pg_advisory" not in each[1]]
    assert read and [each for each, many in Counter(read).items() if many > 1] == []
    # What was read of the register and the law before the lock was taken is not read again, as nothing was recorded since.
    asked = Counter(each[1:] for each in read)
    again = {statement for (statement, _), many in asked.items() if many > 1}
    assert all("FROM event" in each for each in again), again


def test_accounts_read_together_are_those_read_one_by_one(filled: Store) -> None:
    keys = ("S-1", "voc S-1", "carbon S-1", "nox S-1", "S-2", "capacity 甲玻璃1线", "none of that id")
    with filled.reading() as connection:
        together = accounts(connection, keys)
        assert list(together) == list(keys)
        assert together == {key: account(connection, key) for key in keys}
        assert any(each.holdings for each in together.values())
