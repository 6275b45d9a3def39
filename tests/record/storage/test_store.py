"""The record's database: made on first use, the same on both engines, changed by nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from warnings import catch_warnings, filterwarnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from review.errors import RecordUnavailable
from review.record.access.known_people import know_person
from review.record.access.signing_rules import SigningRules, set_signing_rules
from review.record.access.weakening import record_settings
from review.record.cases.answers import Stand, answer_finding
from review.record.cases.attaching import attach
from review.record.cases.attachments import AttachedTo
from review.record.cases.consultations import UnitAsked
from review.record.cases.consulting import Asking, ask_units
from review.record.cases.notes import Noted, write_note
from review.record.cases.plan_text import attach_plan
from review.record.cases.rulings import Ruling
from review.record.cases.signing import propose as propose_decision
from review.record.editions.drawing_up import proposal_for
from review.record.editions.proposals import propose
from review.record.proof.verification import verify
from review.record.storage.actors import Actor, acting
from review.record.storage.journal import table
from review.record.storage.store import Store, open_store
from review.record.storage.tables import RECORD_TABLES, Event
from tests.conftest import Filled
from tests.record.offices import PROPOSER, SCAN, with_scan
from tests.record.projects import EDITIONS, OFFICER, clauses, some_of_everything

pytestmark = pytest.mark.record

NAMES = [each.name for each in RECORD_TABLES]


def test_migrations_make_exactly_the_tables(new_url: str, opened: Callable[..., Store]) -> None:
    with opened(new_url).reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        with catch_warnings():
            # Of SQLite the indexes of expressions are not read: what they are for is asked by `test_a_filter_is_answered_by_an_index`.
            filterwarnings("ignore", ".*expression-based index")
            assert compare_metadata(context, table(Event).metadata) == []


def test_every_kind_of_event_leaves_an_intact_record(filled: Store) -> None:
    with filled.reading() as connection:
        result = verify(connection)
    assert (result.breaks, result.events, result.reviews) == ((), 17, 4)


def a_row_in_every_table(store: Store) -> None:
    numbers = some_of_everything(store)
    attach(store, AttachedTo(review=numbers["again"]), SCAN, OFFICER)
    answer_finding(store, numbers["again"], ("voc-offset", "voc"), Stand("agreed"), OFFICER)
    set_signing_rules(store, SigningRules(2), acting(OFFICER), "内部规定（示例）")
    ruling = Ruling("defer", "理由（示例）", "3.10-7")
    propose_decision(store, numbers["again"], ruling, Actor("李经办（示例）", "person:li"), expected=0)
    write_note(store, Noted(review=numbers["again"]), "备注（示例）", OFFICER)
    ask_units(store, numbers["listed"], Asking([UnitAsked("市生态环境局")], "意见（示例）", 5), OFFICER)
    attach_plan(store, clauses(), EDITIONS, OFFICER)
    know_person(store, "yi@approval", "复核员乙（示例）", OFFICER)
    record_settings(store, second_person=False, actor=acting(OFFICER))
    propose(store, proposal_for(store, with_scan(SCAN)), "按通知修改（示例）", PROPOSER, scans=[SCAN])
    with store.writing() as connection:
        connection.execute(
            text("INSERT INTO checkpoint SELECT position, digest, digest, '[]' FROM event WHERE position = 1")
        )


@pytest.mark.parametrize("name", NAMES)
def test_no_row_can_be_changed_or_deleted(filled_by: Filled, name: str) -> None:
    store, _ = filled_by(a_row_in_every_table)
    with store.reading() as connection:
        before = connection.execute(text(f'SELECT * FROM "{name}"')).all()
        column = before[0]._fields[-1]
    assert before
    statements = [f'UPDATE "{name}" SET "{column}" = "{column}"', f'DELETE FROM "{name}"']
    statements.append(
        f'INSERT OR REPLACE INTO "{name}" SELECT * FROM "{name}"' if store.is_sqlite else f'TRUNCATE "{name}" CASCADE'
    )
    for statement in statements:
        with pytest.raises(RecordUnavailable, match="append-only"), store.writing() as connection:
            connection.execute(text(statement))
    with store.reading() as connection:
        assert connection.execute(text(f'SELECT * FROM "{name}"')).all() == before


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        connection.execute(text("INSERT INTO event VALUES (1, 'a', 'b', 'c', '{}', 'd', 'e')"))
        raise ZeroDivisionError
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM event")).scalar() == 0


def test_opening_again_finds_what_was_there(new_url: str, opened: Callable[..., Store]) -> None:
    some_of_everything(opened(new_url))
    with opened(new_url, create=False).reading() as connection:
        assert verify(connection).events == 17


@pytest.mark.record
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://nobody@localhost/x", "sqlite:///FILE or postgresql://"),
        ("sqlite://", "sqlite:///FILE or postgresql://"),
        ("://", "sqlite:///FILE or postgresql://"),
        ("postgresql://host:abc/db", "sqlite:///FILE or postgresql://"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "cannot be used"),
    ],
)
def test_an_address_that_cannot_be_used(address: str, words: str) -> None:
    with pytest.raises(RecordUnavailable, match=words) as caught:
        open_store(address, busy_seconds=1)
    assert "secret" not in str(caught.value)


@pytest.mark.record
def test_a_file_that_is_no_record(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"not a database at all" * 100)
    with pytest.raises(RecordUnavailable, match="not a record"):
        open_store(str(other))
    with pytest.raises(RecordUnavailable, match="no record at"):
        open_store(str(tmp_path / "none.sqlite"), create=False)
    assert not (tmp_path / "none.sqlite").exists()


def test_a_record_of_a_newer_version_is_left_alone(url: str, opened: Callable[..., Store]) -> None:
    store = opened(url)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordUnavailable, match="newer version"):
        opened(url)
