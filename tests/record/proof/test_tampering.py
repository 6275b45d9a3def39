"""每一种篡改都被指出是哪一行: whatever is done to the record with plain SQL, `verify` names the row."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from review.canonical_json import digest_of
from review.record.proof.breaks import Break
from review.record.proof.outside import Anchor
from review.record.proof.receipts import CheckpointNamed, read_checkpoint
from review.record.proof.verification import verify
from review.record.storage.journal import CheckpointRow, checkpoint
from review.record.storage.store import Store
from tests.databases import Databases
from tests.record.projects import project as a_project
from tests.record.projects import recorded, some_of_everything
from tests.record.tampering import tamper

pytestmark = pytest.mark.record

FORGED = "sha256:" + "f" * 64


def breaks(store: Store, **options: Any) -> tuple[Break, ...]:
    with store.reading() as connection:
        return verify(connection, **options).breaks


def first(store: Store, **options: Any) -> tuple[str, str, str]:
    """Table, key and English words of the first break."""
    found = breaks(store, **options)
    assert found, "the record should be broken"
    return found[0].table, found[0].key, found[0].text.en


def test_what_was_not_tampered_with_is_intact(filled: Store) -> None:
    assert breaks(filled) == ()


# The events of `some_of_everything`: 1 review, 2 source, 3 review, 4 decision, 5 review, 6 review, 7 decision, 8 step, 9 step, 10 key, 11 its end,
# 12 hook, 13 account.
@pytest.mark.parametrize(
    ("statement", "table", "key", "words"),
    [
        ("UPDATE event SET actor = 'someone else' WHERE position = 4", "event", "4", "was edited"),
        ("UPDATE event SET at = '2020-01-01T00:00:00.000000Z' WHERE position = 1", "event", "1", "was edited"),
        ("UPDATE event SET body = replace(body, 'approve', 'reject') WHERE position = 4", "event", "4", "was edited"),
        (f"UPDATE event SET digest = '{FORGED}' WHERE position = 9", "event", "9", "was edited"),
        (f"UPDATE event SET previous = '{FORGED}' WHERE position = 2", "event", "2", "was edited"),
        ("UPDATE event SET body = 'not JSON' WHERE position = 3", "event", "3", "was edited"),
        ("DELETE FROM event WHERE position = 5", "event", "5", "event 5 is missing"),
        ("DELETE FROM event WHERE position IN (1, 2, 3)", "event", "1", "event 1–3 is missing"),
        ("DELETE FROM event WHERE position = 17", "ruleset", "17", "the end was cut off"),
        ("UPDATE hook SET url = 'https://elsewhere.example/'", "hook", "12", "edited: url"),
        ("UPDATE account SET role = 'admin'", "account", "13", "edited: role"),
        ("DELETE FROM account", "account", "13", "is missing"),
        ("UPDATE access_key SET role = 'admin'", "access_key", "10", "edited: role"),
        ("DELETE FROM access_end", "access_end", "11", "is missing"),
        ("UPDATE review SET recommendation = 'approve' WHERE position = 3", "review", "3", "edited: recommendation"),
        (
            "UPDATE review SET as_of = '2020-01-01', version = 9 WHERE position = 5",
            "review",
            "5",
            "edited: version, as_of",
        ),
        ("DELETE FROM review WHERE position = 3", "review", "3", "is missing"),
        ("UPDATE finding SET status = 'pass' WHERE review = 1 AND ordinal = 4", "finding", "1/4", "edited: status"),
        ("DELETE FROM finding WHERE review = 3 AND ordinal = 0", "finding", "3/0", "is missing"),
        ("UPDATE decision SET outcome = 'reject' WHERE position = 4", "decision", "4", "edited: outcome"),
        ("UPDATE decision SET reason = NULL WHERE position = 4", "decision", "4", "edited: reason"),
        ("DELETE FROM decision WHERE position = 7", "decision", "7", "is missing"),
        ("INSERT INTO step (position, project, step) VALUES (4, 1, 'closed')", "step", "4", "a row too many"),
        ("INSERT INTO step (position, project, step) VALUES (40, 1, 'closed')", "step", "40", "the end was cut off"),
        ("UPDATE source SET verified_t = '1000' WHERE position = 2", "source", "2", "edited: verified_t"),
        ("UPDATE draw SET held_t = '0' WHERE position = 3", "draw", "3/0", "edited: held_t"),
        ("DELETE FROM draw WHERE position = 3", "draw", "3/0", "is missing"),
        ("UPDATE project_code SET code = 'X' WHERE position = 1", "project_code", "A-1", "is missing"),
        ("UPDATE project SET position = 3 WHERE id = 1", "project", "1", "is missing"),
        ("UPDATE standing SET outcome = 'reject' WHERE position = 4", "standing", "4/0", "edited: outcome"),
        ("UPDATE standing SET detail = '{}' WHERE position = 9", "standing", "9/0", "edited: detail"),
        ("DELETE FROM standing WHERE position = 8", "standing", "8/0", "is missing"),
        ("UPDATE added SET voc_whole = 0 WHERE review = 1", "added", "1", "edited: voc_whole"),
        ("DELETE FROM added WHERE review = 3", "added", "3", "is missing"),
        (
            "UPDATE counted SET pending = 1, approved = NULL WHERE position = 4",
            "counted",
            "4",
            "edited: approved, pending",
        ),
        ("DELETE FROM counted WHERE position = 4", "counted", "4", "is missing"),
        ("UPDATE ruleset SET edition = '1999'", "ruleset", None, "edited: id, edition"),
    ],
)
def test_an_edited_or_missing_row_is_named(
    filled: Store, statement: str, table: str, key: str | None, words: str
) -> None:
    tamper(filled, statement)
    found = first(filled)
    assert found[0] == table and words in found[2], found
    assert key is None or found[1] == key


def test_swapped_events_are_named(filled: Store) -> None:
    tamper(
        filled,
        "UPDATE event SET position = -1 WHERE position = 3",
        "UPDATE event SET position = 3 WHERE position = 4",
        "UPDATE event SET position = 4 WHERE position = -1",
    )
    assert first(filled) == ("event", "3", "events 3 and 4 are swapped")


def test_swapped_events_far_apart_are_named(filled: Store) -> None:
    tamper(
        filled,
        "UPDATE event SET position = -1 WHERE position = 2",
        "UPDATE event SET position = 2 WHERE position = 8",
        "UPDATE event SET position = 8 WHERE position = -1",
    )
    assert first(filled) == ("event", "2", "events 2 and 8 are swapped")


def test_reviews_whose_bytes_are_exchanged_are_named(filled: Store) -> None:
    with filled.reading() as connection:
        content = connection.execute(text("SELECT content FROM review WHERE position = 1")).scalar()
    tamper(filled, ("UPDATE review SET content = ? WHERE position = 3", (content,)))
    table, key, words = first(filled)
    assert (table, key) == ("review", "3") and "does not have its digest" in words


@pytest.mark.parametrize("name", ["review", "sheet", "ruleset"])
def test_a_byte_behind_a_document_is_named(filled: Store, name: str) -> None:
    with filled.reading() as connection:
        content, digest = connection.execute(
            text(f"SELECT content, digest FROM {name} ORDER BY position LIMIT 1")
        ).one()
    tamper(filled, (f"UPDATE {name} SET content = ? WHERE digest = ?", (content + b"x", digest)))
    table, _, words = first(filled)
    assert table == name and "is damaged" in words


def test_a_damaged_document_is_named(filled: Store) -> None:
    tamper(filled, ("UPDATE review SET content = ? WHERE position = 3", (b"\x00\x01",)))
    table, key, words = first(filled)
    assert (table, key) == ("review", "3") and "damaged" in words


@pytest.mark.parametrize("table", ["sheet", "ruleset"])
def test_an_edited_sheet_or_ruleset_is_named(filled: Store, table: str) -> None:
    with filled.reading() as connection:
        digest, content = connection.execute(text(f"SELECT digest, content FROM {table} WHERE position = 1")).one()
    edited = json.loads(zlib.decompress(content))
    edited["project" if table == "sheet" else "title"] = {"name": "改过的"}
    packed = zlib.compress(json.dumps(edited).encode())
    tamper(filled, (f"UPDATE {table} SET content = ? WHERE digest = ?", (packed, digest)))
    found = first(filled)
    assert found[:2] == (table, digest) and "does not have its digest" in found[2]


def test_a_missing_ruleset_is_named(filled: Store) -> None:
    tamper(filled, "DELETE FROM ruleset")
    table, _, words = first(filled)
    assert table == "ruleset" and "missing" in words


def test_a_forged_chain_is_found_by_judging_again(filled: Store) -> None:
    """Who computes every digest anew still cannot make the sheet give another verdict."""
    from review.record.storage import chain

    with filled.reading() as connection:
        events = [dict(row) for row in connection.execute(text("SELECT * FROM event ORDER BY position")).mappings()]
        content = zlib.decompress(
            connection.execute(text("SELECT content FROM review WHERE position = 6")).scalar_one()
        )
    forged = content.replace("“".encode(), "「".encode(), 1)
    statements: list[Any] = [
        (
            "UPDATE review SET content = ?, digest = ? WHERE position = 6",
            (zlib.compress(forged), digest_of(forged)),
        )
    ]
    previous = chain.START
    for event in events:
        body = json.loads(event["body"])
        if event["position"] == 6:
            body["digest"] = digest_of(forged)
        event |= {"body": chain.canonical(body).decode(), "previous": previous}
        previous = chain.event_digest(event)
        row = (event["body"], event["previous"], previous, event["position"])
        statements.append(("UPDATE event SET body = ?, previous = ?, digest = ? WHERE position = ?", row))
    tamper(filled, *statements)
    assert breaks(filled, rejudging=False) == ()
    table, key, words = first(filled)
    assert (table, key) == ("review", "6") and "judged again" in words


THIRD = ("finding", "added", "counted", "standing", "review", "project_code", "project", "sheet")


def cut_off(store: Store, *more: str) -> None:
    """Delete all there is of the third review, the event after the two others and the adoption of the law."""
    keys = {"finding": "review", "added": "review"}
    tamper(store, *(f"DELETE FROM {name} WHERE {keys.get(name, 'position')} = 4" for name in (*THIRD, *more, "event")))


def three_reviews(store: Store) -> CheckpointRow:
    for number in range(3):
        recorded(store, a_project(f"E-{number}"))
    with store.writing() as connection:
        kept = checkpoint(connection)
    assert kept
    return kept


def test_a_cut_off_end_is_found_by_the_last_checkpoint(store: Store) -> None:
    three_reviews(store)
    cut_off(store)
    table, key, words = first(store)
    assert (table, key) == ("checkpoint", "4") and "cut off" in words


def test_an_end_cut_off_with_its_checkpoints_is_found_by_one_kept_elsewhere(store: Store) -> None:
    outside = read_checkpoint(json.dumps(three_reviews(store)).encode())
    assert breaks(store, outside=[Anchor("kept.json", outside)]) == ()
    cut_off(store, "checkpoint")
    assert breaks(store) == ()
    table, key, words = first(store, outside=[Anchor("kept.json", outside)])
    assert (table, key) == ("event", "4") and "kept elsewhere" in words


@pytest.mark.record
def test_a_record_made_anew_is_found_by_a_checkpoint_kept_elsewhere(
    opened: Callable[..., Store], tmp_path: Path
) -> None:
    kept: list[CheckpointNamed] = []
    for name in ("first", "second"):
        store = opened(str(tmp_path / f"{name}.sqlite"))
        recorded(store, a_project("E-1"))
        with store.writing() as connection:
            row = checkpoint(connection)
        assert row
        kept.append({"position": row["position"], "head": row["head"], "root": row["root"]})
    table, _, words = first(store, outside=[Anchor("kept.json", kept[0])])
    assert table == "checkpoint" and "kept elsewhere" in words


def test_edited_and_missing_checkpoints_are_named(store: Store) -> None:
    from tests.record.projects import registered

    for number in range(100):
        registered(store, "1", f"S-{number}")
    assert breaks(store) == ()
    tamper(store, f"UPDATE checkpoint SET root = '{FORGED}'")
    assert first(store)[:2] == ("checkpoint", "100")
    tamper(store, "DELETE FROM checkpoint")
    assert first(store) == ("checkpoint", "100", "the checkpoint is missing")


@pytest.mark.parametrize("position", ["0", "-1", "3.5", "99"])
def test_a_row_that_no_event_speaks_of_is_found_wherever_it_is_put(filled: Store, position: str) -> None:
    """At nought, below it, between two events, beyond the last."""
    if not filled.is_sqlite and "." in position:
        position = "98"
    copies = {
        "standing": f"INSERT INTO standing SELECT {position}, 7, project, code, name, applicant, industry, sector, park, stage, two_high, band, on_list, review,"
        " recommendation, outcome, energy_from_tce, open_conditions, open_supplements, due, detail, clocked, condition_due, holder, consultation_due FROM standing WHERE position = 3",
        "draw": f"INSERT INTO draw SELECT {position}, 7, source, project, kind, asked_t, held_t, drawn_t FROM draw WHERE position = 3",
        "finding": f"INSERT INTO finding SELECT {position}, 999, rule, subject, status, force, margin FROM finding WHERE review = 3 AND ordinal = 0",
        "project_code": f"INSERT INTO project_code VALUES ('FORGED', 1, {position})",
    }
    for table, statement in copies.items():
        before = breaks(filled)
        tamper(filled, statement)
        found = [each for each in breaks(filled) if each not in before]
        assert [each.table for each in found] == [table], (table, found)


def test_a_finding_put_on_an_event_that_is_no_review_is_found(filled: Store) -> None:
    tamper(
        filled,
        "INSERT INTO finding SELECT 2, 0, rule, subject, status, force, margin FROM finding WHERE review = 3 AND ordinal = 0",
    )
    assert first(filled)[:2] == ("finding", "2/0")


@pytest.mark.parametrize(
    ("statement", "table", "position"),
    [
        ("UPDATE event SET body = '[]' WHERE position = 4", "event", 4), ("UPDATE event SET body = 'null' WHERE position = 1", "event", 1),
        ("UPDATE event SET body = '{\"draws\": [{}]}' WHERE position = 3", "event", 3), ("UPDATE event SET digest = '' WHERE position = 3", "event", 3),
        ("UPDATE event SET kind = 'miracle' WHERE position = 3", "event", 3), ("DELETE FROM standing WHERE position = 3", "standing", 3),
        ("UPDATE standing SET detail = 'garbage' WHERE position = 3", "standing", 3),
        ("UPDATE decision SET conditions = 'garbage' WHERE position = 4", "decision", 4),
        ("UPDATE checkpoint SET peaks = 'garbage'", "checkpoint", 17),
    ],
)  # fmt: skip
def test_what_cannot_even_be_read_is_a_break_and_not_a_crash(
    filled: Store, statement: str, table: str, position: int
) -> None:
    with filled.writing() as connection:
        assert checkpoint(connection)
    tamper(filled, statement)
    found = breaks(filled)
    assert (found[0].table, found[0].position) == (table, position)


@pytest.mark.parametrize("column", ["body", "digest", "previous", "at", "actor"])
def test_bytes_in_the_place_of_words_are_a_break(
    databases: Databases, opened: Callable[..., Store], tmp_path: Path, column: str
) -> None:
    """SQLite keeps whatever it is given."""
    store = opened(databases.copy("sqlite", tmp_path, some_of_everything)[0])
    tamper(store, f"UPDATE event SET {column} = x'0102' WHERE position = 3")
    assert breaks(store)[0].position == 3
    for name in ("review", "sheet", "ruleset"):
        tamper(store, f"UPDATE {name} SET content = 'words' WHERE position = (SELECT min(position) FROM {name})")
    assert {"review", "sheet", "ruleset"} <= {each.table for each in breaks(store)}


@pytest.mark.parametrize(("name", "layer"), [("review", "findings"), ("sheet", "sheet"), ("ruleset", "ruleset")])
def test_a_damaged_document_is_a_layer_of_the_replay_and_a_clear_error_elsewhere(
    filled: Store, name: str, layer: str
) -> None:
    from review.errors import RecordDamaged
    from review.record.proof.receipts import receipt
    from review.record.proof.rejudging import rejudge, tasks
    from review.replay.replaying import Target

    tamper(filled, (f"UPDATE {name} SET content = ? WHERE position = 1", (b"\x01\x02",)))
    with filled.reading() as connection:
        results = list(rejudge(tasks(connection), Target()))
        assert len(results) == 4
        difference = results[0]["difference"]
        assert difference is not None and "layer" in difference and difference["layer"] == layer
        if name != "ruleset":
            with pytest.raises(RecordDamaged, match="verify the record"):
                receipt(connection, 1)
