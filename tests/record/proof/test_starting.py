"""Verified from a checkpoint that was stored elsewhere: what comes after it as the whole is, nothing before it, and that is said."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from review.errors import NotRecorded
from review.record.proof.breaks import Break
from review.record.proof.outside import Anchor
from review.record.proof.verification import verify
from review.record.storage import chain
from review.record.storage.backup import restore
from review.record.storage.store import Store, open_store
from tests.commands import two_high
from tests.databases import DATABASES, Databases
from tests.record.projects import drawing, project, recorded
from tests.record.proof.handed_out import handed_out
from tests.record.tampering import tamper
from tests.record.test_later_records import ACTS
from tests.record.test_later_records import stored as stored_later
from tests.record.test_record_of_today import stored as stored_today

pytestmark = pytest.mark.record

LATER = "SELECT digest FROM event WHERE position <= {} ORDER BY position"


def anchored(connection: Connection, position: int) -> Anchor:
    """A checkpoint at any event, as the product signs one, by a key that is not looked for."""
    digests = list(connection.execute(text(LATER.format(position))).scalars())
    _, peaks = chain.grow(0, [], digests)
    named: Any = {"position": position, "head": digests[-1], "root": chain.root_of(peaks), "peaks": peaks}
    return Anchor(f"checkpoint {position}", named, "a key")


def breaks(connection: Connection, start: int, **options: Any) -> list[Break]:
    found = verify(connection, start=anchored(connection, start), **options)
    assert found.after == start
    return [each for each in found.breaks if each.table != "signed_checkpoint"]


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("name", ["record-2026-11", *ACTS])
def test_a_record_that_is_intact_is_intact_from_any_event_on(
    name: str, database: str, databases: Databases, tmp_path: Path
) -> None:
    """What later events are judged by is known at every start: no false break anywhere."""
    read = stored_today if name == "record-2026-11" else partial(stored_later, name)
    (tmp_path / "backup.sqlite").write_bytes(read("from-sqlite", "backup.sqlite"))
    store = open_store(databases.new(database, tmp_path))
    restore(tmp_path / "backup.sqlite", store)
    with store.reading() as connection:
        last = verify(connection, rejudging=False).events
        # A prime: every kind of event is met by one of the records.
        for start in range(last, 0, -7 if database == "sqlite" else -23):
            assert breaks(connection, start, rejudging=False) == [], start
    store.close()


def test_only_what_comes_after_is_verified_and_judged_again(filled: Store, tmp_path: Path) -> None:
    path = handed_out(filled, tmp_path / "anchors")
    with filled.reading() as connection:
        whole = verify(connection)
    recorded(filled, project("Z-1"))
    done = two_high("verify", "--from", path, "--format", "json", "--database", filled.url)
    found = json.loads(done.stdout)
    assert done.returncode == 0 and found["intact"]
    assert (found["after"], found["events"], found["reviews"]) == (whole.events, 1, 1)
    assert found["compared"] == [{"position": whole.events, "head": whole.head, "agrees": True}]


def test_it_says_that_nothing_before_was_verified(filled: Store, tmp_path: Path) -> None:
    path = handed_out(filled, tmp_path / "anchors")
    recorded(filled, project("Z-1"))
    tamper(filled, "UPDATE decision SET reason = '改过' WHERE position = 4")
    done = two_high("verify", "--from", path, "--database", filled.url)
    first, second, *_ = done.stdout.splitlines()
    assert done.returncode == 0 and "之前的内容未经核验" in first and "nothing before it was verified" in first
    assert second.startswith("完好 intact: 1 ")
    assert two_high("verify", "--database", filled.url).returncode == 1


@pytest.mark.parametrize(
    ("statement", "table", "words"),
    [
        ("UPDATE event SET actor = 'someone else' WHERE position = {last}", "event", "was edited"),
        ("UPDATE review SET recommendation = 'approve' WHERE position = {last}", "review", "edited: recommendation"),
        ("DELETE FROM standing WHERE position = {last}", "standing", "is missing"),
        ("UPDATE draw SET held_t = '5' WHERE position = {last}", "draw", "edited: held_t"),
        ("INSERT INTO step (position, project, step) VALUES (4000, 1, 'closed')", "step", "the end was cut off"),
    ],
)
def test_what_was_changed_after_is_named_as_the_whole_names_it(
    filled: Store, tmp_path: Path, statement: str, table: str, words: str
) -> None:
    with filled.reading() as connection:
        start = verify(connection, rejudging=False).events
    last = recorded(filled, drawing("Z-1", "1")).id
    tamper(filled, statement.format(last=last))
    with filled.reading() as connection:
        found, whole = breaks(connection, start), verify(connection).breaks
    assert found[0] == whole[0] and found[0].table == table and words in found[0].text.en


def test_an_earlier_setting_or_source_that_was_edited_is_not_taken_for_true(filled: Store) -> None:
    with filled.reading() as connection:
        start = verify(connection, rejudging=False).events
    recorded(filled, project("Z-1"))
    tamper(filled, "UPDATE event SET body = replace(body, '\"10\"', '\"99\"') WHERE position = 2")
    with filled.reading() as connection:
        assert [(each.position, each.table) for each in breaks(connection, start)] == [(2, "event")]


def test_a_record_that_the_checkpoint_is_not_of_is_broken(filled: Store) -> None:
    with filled.reading() as connection:
        given = anchored(connection, 5)
    other = Anchor("elsewhere", {**given.checkpoint, "head": "sha256:" + "0" * 64}, "a key")
    with filled.reading() as connection:
        found = [each for each in verify(connection, start=other).breaks if each.key == "elsewhere"]
    assert any("differs from the checkpoint" in each.text.en for each in found)


def test_by_a_key_that_the_record_does_not_know_it_is_no_proof(filled: Store) -> None:
    with filled.reading() as connection:
        (found,) = verify(connection, start=anchored(connection, 5)).breaks
    assert "a key that the record does not know" in found.text.en


def test_a_checkpoint_beyond_the_end_or_without_a_signature_is_refused(filled: Store, tmp_path: Path) -> None:
    with filled.reading() as connection:
        given = anchored(connection, 5)
        beyond = Anchor("elsewhere", {**given.checkpoint, "position": 4097}, "a key")
        with pytest.raises(NotRecorded, match="does not have"):
            verify(connection, start=beyond)
    unsigned = tmp_path / "unsigned.json"
    unsigned.write_text(json.dumps(given.checkpoint))
    done = two_high("verify", "--from", unsigned, "--database", filled.url)
    assert done.returncode == 2 and "不是签名检查点" in done.stderr and "folder of anchors" in done.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = CAST('{}' AS BLOB) WHERE position = 2",
        "UPDATE event SET body = '" + "[" * 100_000 + "' WHERE position = 2",
        "UPDATE draw SET held_t = 'many' WHERE held_t <> '0'",
    ],
)
def test_what_of_before_cannot_be_read_is_a_break(filled: Store, statement: str) -> None:
    store = filled
    with store.reading() as connection:
        start = verify(connection, rejudging=False).events - 1
    if not store.is_sqlite and "BLOB" in statement:
        statement = statement.replace("CAST('{}' AS BLOB)", "'no JSON'")
    tamper(store, statement)
    with store.reading() as connection:
        assert breaks(connection, start, rejudging=False)


def test_peaks_that_are_none_of_the_tree_are_refused(filled: Store) -> None:
    with filled.reading() as connection:
        given = anchored(connection, 3)
        root: Any = given.checkpoint["root"].removeprefix("sha256:")
        other = Anchor("elsewhere", {**given.checkpoint, "peaks": [root]}, "a key")
        with pytest.raises(NotRecorded, match="no signed checkpoint"):
            verify(connection, start=other)


def test_a_checkpoint_before_the_start_is_not_passed_over_in_silence(filled: Store) -> None:
    with filled.reading() as connection:
        start, earlier = anchored(connection, 7), anchored(connection, 4)
        with pytest.raises(NotRecorded, match="verify the whole record"):
            verify(connection, start=start, outside=[earlier])
