"""The plan's text attached to the record: held against the quotes, kept, verified, carried by backups."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from review.errors import RecordUnavailable, Refused
from review.law.plan_text import in_context, marked, quotes_of, read_plan
from review.record.cases.plan_text import attach_plan, latest_plan
from review.record.proof.verification import verify
from review.record.storage.backup import backup, restore
from review.record.storage.store import Store
from tests.commands import two_high
from tests.conftest import Filled
from tests.record.projects import EDITIONS, OFFICER, clauses, some_of_everything
from tests.record.tampering import tamper


def plain() -> bytes:
    rows = csv.DictReader(io.StringIO(clauses().decode(), newline=""))
    return "\n".join(row["text"] for row in rows).encode()


def faults_of(store: Store) -> list[tuple[str, str, str]]:
    with store.reading() as connection:
        return [(each.table, each.key, each.text.en) for each in verify(connection).breaks]


def attached(store: Store, content: bytes) -> tuple[int, bool]:
    return attach_plan(store, content, EDITIONS, OFFICER)


def everything_and_the_text(store: Store) -> int:
    """Fill a record with some of everything and the text; returns the text's position."""
    some_of_everything(store)
    return attached(store, clauses())[0]


def test_the_latest_text_counts_and_earlier_ones_stay(store: Store) -> None:
    with store.reading() as connection:
        assert latest_plan(connection, "fuqing") is None
    assert attached(store, clauses()) == (1, True)
    assert attached(store, clauses()) == (1, False)
    assert attached(store, plain()) == (2, True)
    assert attached(store, clauses()) == (3, True)
    with store.reading() as connection:
        found = latest_plan(connection, "fuqing")
        assert found and (found.position, found.actor, found.plan.form) == (3, OFFICER, "clauses")
        assert connection.execute(text("SELECT count(*) FROM plan")).scalar() == 3
        assert connection.execute(text("SELECT count(*) FROM delivery")).scalar() == 0
    assert faults_of(store) == []


def test_a_text_that_lacks_a_quote_is_refused_with_the_quotes_it_lacks(store: Store) -> None:
    with pytest.raises(Refused) as refused:
        attached(store, clauses(**{"4_3_6": "别的文字。", "3_10_7": "别的文字。"}))
    named = {fault.where for fault in refused.value.faults}
    assert {"guidance-50k", "voc-offset"} <= named
    assert all("does not say" in fault.text.en for fault in refused.value.faults)
    with store.reading() as connection:
        assert latest_plan(connection, "fuqing") is None


@pytest.mark.parametrize("content", [b"", b"  \n ", b"\xff\xfe\x00", b"x" * 5_000_001, b"clause,text\n1-1,other\n"])
def test_what_is_not_the_plan_is_refused(store: Store, content: bytes) -> None:
    with pytest.raises(Refused):
        attached(store, content)


def test_nobody_attaches_without_a_name(store: Store) -> None:
    with pytest.raises(Refused):
        attach_plan(store, clauses(), EDITIONS, "  ")


@pytest.mark.parametrize(
    ("statement", "values", "words"),
    [
        ("UPDATE plan SET content = ?", (zlib.compress(clauses(**{"1_1": "改过的原文"})),), "does not have its digest"),
        ("UPDATE plan SET content = ?", (b"\x00",), "is damaged"),
        ("UPDATE plan SET text_digest = 'sha256:0'", (), "edited: text_digest"),
        ("UPDATE plan SET form = 'text'", (), "edited: form"),
        ("DELETE FROM plan", (), "the row is missing"),
        (
            "INSERT INTO plan (position, text_digest, form, content) VALUES (2, 'x', 'text', ?)",
            (b"x",),
            "a row too many",
        ),
    ],
)
def test_tampering_with_the_text_is_found(
    filled_by: Filled, statement: str, values: tuple[Any, ...], words: str
) -> None:
    store, place = filled_by(everything_and_the_text)
    tamper(store, (statement, values))
    found = faults_of(store)
    assert found and found[0][0] == "plan" and words in found[0][2]
    assert found[0][1] == ("2" if "INSERT" in statement else str(place))


def test_a_record_with_the_text_is_intact(filled_by: Filled) -> None:
    assert faults_of(filled_by(everything_and_the_text)[0]) == []


@pytest.mark.parametrize("statement", ["UPDATE plan SET form = 'text'", "DELETE FROM plan"])
def test_the_database_refuses_to_change_the_text(store: Store, statement: str) -> None:
    attached(store, clauses())
    with pytest.raises(RecordUnavailable, match="append-only"), store.writing() as connection:
        connection.execute(text(statement))
    assert faults_of(store) == []


def test_a_backup_carries_the_text(store: Store, opened: Callable[..., Store], tmp_path: Path) -> None:
    attached(store, clauses())
    backup(store, tmp_path / "backup.sqlite")
    again = opened(f"sqlite:///{tmp_path / 'again.sqlite'}")
    restore(tmp_path / "backup.sqlite", again)
    with store.reading() as one, again.reading() as other:
        assert latest_plan(one, "fuqing") == latest_plan(other, "fuqing")
    assert faults_of(again) == []


@pytest.mark.record
@pytest.mark.server
def test_the_command_attaches_and_says_what_is_missing(tmp_path: Path) -> None:
    good, bad = tmp_path / "plan.csv", tmp_path / "other.txt"
    good.write_bytes(clauses())
    bad.write_text("别的方案", encoding="utf-8")
    options = ["--officer", OFFICER, "--database", f"sqlite:///{tmp_path / 'record.sqlite'}"]
    done = two_high("rules", "attach-plan", good, *options)
    assert done.returncode == 0 and "第 1 号事件" in done.stdout, done.stderr
    refused = two_high("rules", "attach-plan", bad, *options)
    assert refused.returncode == 2 and "guidance-50k: 条款 4.3-6 中没有" in refused.stderr


def test_quoted_words_are_marked_where_they_stand() -> None:
    assert marked("甲乙 丙\n丁戊", ("乙丙丁",)) == (("甲", False), ("乙 丙\n丁", True), ("戊", False))
    assert marked("甲乙", ("丙",)) == (("甲乙", False),)
    order = [row["clause"] for row in EDITIONS[-1].content["clauses"]]
    words = quotes_of(EDITIONS[-1], "4.3-6")
    passages = in_context(read_plan(clauses()), order, "4.3-6", words)
    assert [each.clause for each in passages] == ["4.3-5", "4.3-6", "4.3-7"]
    assert [piece for piece, quoted in passages[1].pieces if quoted] == [words[0]]
    broken = read_plan(f"前一段\n\n加强{words[0][2:9]}\n{words[0][9:]}。\n后一段\n再后一段".encode())
    found = in_context(broken, order, "4.3-6", words)
    assert ["".join(piece for piece, _ in each.pieces)[:3] for each in found] == [
        "前一段",
        words[0][:3],
        words[0][9:12],
        "后一段",
    ]
    assert [each.asked for each in found] == [False, True, True, False]
