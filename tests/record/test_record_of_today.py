"""A record that an earlier version wrote, tests/data/record-2026-11: whatever is changed, it verifies and replays byte for byte."""

from __future__ import annotations

import json
import lzma
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from typer.testing import CliRunner

from api.command_line import command_line
from review import judge
from review.canonical_json import digest_of
from review.record.cases.drafts import read_draft
from review.record.proof import receipt_verifier
from review.record.proof.paper_code import look_up
from review.record.proof.receipts import receipt
from review.record.storage.backup import restore
from review.record.storage.chain import canonical
from review.record.storage.contents import Span, each_review, read_ruleset, read_sheet_bytes
from review.record.storage.journal import unpacked
from review.record.storage.operations import OPERATION_TABLES
from review.record.storage.store import Store, open_store
from review.record.storage.tables import RECORD_TABLES
from review.replay.recorded import sheet_from
from tests.databases import DATABASES, Databases

FOLDER = Path(__file__).resolve().parents[1] / "data/record-2026-11"
ORIGINS = ("from-sqlite", "from-postgresql")
TABLES = {each.name: each for each in (*RECORD_TABLES, *OPERATION_TABLES)}


@cache
def digests() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FOLDER.joinpath("digests.json").read_bytes())
    return found


def stored(origin: str, name: str) -> bytes:
    return lzma.decompress((FOLDER / origin / f"{name}.xz").read_bytes())


def names(origin: str, kind: str) -> list[str]:
    return sorted(path.stem for path in (FOLDER / origin).glob(f"{kind}-*.xz"))


@dataclass(frozen=True)
class Restored:
    """A record restored from a backup: the database that the backup is of, and where the record is now."""

    origin: str
    url: str
    store: Store

    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(command_line(), [*arguments, "--database", self.url])
        return done.exit_code, done.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.store.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.fixture(scope="module")
def restoring(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Restored]]:
    """Restores a backup into a database, once each: no test of this module writes."""
    opened: dict[tuple[str, str], Restored] = {}

    def restored(origin: str, database: str) -> Restored:
        if (origin, database) not in opened:
            folder = tmp_path_factory.mktemp("restored")
            backup = folder / "backup.sqlite"
            backup.write_bytes(stored(origin, "backup.sqlite"))
            url = databases.new(database, folder)
            store = open_store(url)
            opened[origin, database] = Restored(origin, url, store)
            restore(backup, store)
        return opened[origin, database]

    yield restored
    for each in opened.values():
        each.store.close()


@pytest.fixture(params=[(origin, database) for origin in ORIGINS for database in DATABASES], ids="-into-".join)
def record(request: pytest.FixtureRequest, restoring: Callable[..., Restored]) -> Restored:
    """The backup of each database, restored into each."""
    return restoring(*request.param)


@pytest.fixture
def full(restoring: Callable[..., Restored]) -> Restored:
    """The larger of the two, on SQLite."""
    return restoring("from-sqlite", "sqlite")


def table_digest(connection: Connection, table: Any, columns: list[str]) -> str:
    """A digest over the rows of a table in the order of their keys; a compressed document counts by what it holds."""
    query = select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
    rows = [[_plain(value) for value in row] for row in connection.execute(query)]
    return digest_of(canonical(rows))


def _plain(value: Any) -> Any:
    return digest_of(unpacked(value)) if isinstance(value, bytes) else value


def test_every_row_has_what_was_written(record: Restored) -> None:
    expected = digests()[record.origin]["tables"]
    with record.store.reading() as connection:
        assert {name: table_digest(connection, TABLES[name], each["columns"]) for name, each in expected.items()} == {
            name: each["digest"] for name, each in expected.items()
        }


def test_the_files_are_those_that_were_stored() -> None:
    for name, expected in digests()["files"].items():
        content = (FOLDER / name).read_bytes()
        plain = lzma.decompress(content) if name.endswith(".xz") else content
        assert sha256(plain).hexdigest() == expected, name


def test_it_verifies_and_leads_to_the_checkpoint_that_was_kept_elsewhere(record: Restored) -> None:
    checkpoint = FOLDER / record.origin / "checkpoint.json"
    code, output = record.run("verify", "--checkpoint", str(checkpoint), "--format", "json")
    found = json.loads(output)
    assert (code, found["intact"]) == (0, True)
    assert {name: found[name] for name in ("events", "reviews", "checkpoints", "head")} == digests()[record.origin][
        "verified"
    ]


def test_it_replays_byte_for_byte(record: Restored) -> None:
    many = digests()[record.origin]["verified"]["reviews"]
    code, output = record.run("replay", "--format", "json")
    summary = json.loads(output)["summary"]
    assert (code, summary["reviews"], summary["identical"], summary["layers"]) == (0, many, many, {})


@pytest.mark.parametrize("origin", ORIGINS)
def test_both_evaluators_give_the_bytes_that_were_recorded(restoring: Callable[..., Restored], origin: str) -> None:
    again = {}
    with restoring(origin, "sqlite").store.reading() as connection:
        for kept, damaged in each_review(connection, Span()):
            assert damaged is None
            sheet, ruleset = (
                sheet_from(read_sheet_bytes(connection, kept.sheet)),
                read_ruleset(connection, kept.ruleset),
            )
            again[str(kept.id)] = digest_of(judge(sheet, ruleset, kept.as_of, kept.register()).to_bytes())
    assert again == digests()[origin]["reviews"]


@pytest.mark.parametrize("origin", ORIGINS)
def test_the_receipts_hold_by_the_verifier_of_then_and_of_now(origin: str, tmp_path: Path) -> None:
    shutil.copy(receipt_verifier.__file__, tmp_path / "now.py")
    (tmp_path / "then.py").write_bytes(lzma.decompress(FOLDER.joinpath("receipt_verifier.py.xz").read_bytes()))
    checkpoint = FOLDER / origin / "checkpoint.json"
    for name in names(origin, "receipt"):
        (tmp_path / name).write_bytes(stored(origin, name))
        for verifier in ("then.py", "now.py"):
            command = [sys.executable, "-I", "-S", verifier, name, str(checkpoint)]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), (name, verifier, done.stdout)
            assert "agrees with your checkpoint" in done.stdout


def test_the_receipts_are_written_as_they_were(record: Restored) -> None:
    for name in names(record.origin, "receipt"):
        expected = json.loads(stored(record.origin, name))
        with record.store.reading() as connection:
            assert receipt(connection, expected["review"]) == expected


def test_the_code_of_a_printed_paper_is_found(record: Restored) -> None:
    paper = digests()[record.origin]["paper"]
    assert paper["code"] in stored(record.origin, f"paper-{paper['review']}.html").decode()
    with record.store.reading() as connection:
        found = look_up(connection, paper["code"])
    assert found is not None and (found.review, found.decision) == (paper["review"], paper["decision"])
    code, output = record.run("paper-check", paper["code"])
    assert code == 0 and paper["code"] in output


def test_it_has_every_kind_of_event_step_and_movement(record: Restored) -> None:
    kinds = {"review", "decision", "step", "source", "key", "key_end", "hook", "plan", "account"}
    steps = {"listed", "condition_met", "disposition_closed", "withdrawn", "lapsed", "closed", "unlisted", "reopened"}
    assert {kind for (kind,) in record.rows("SELECT DISTINCT kind FROM event")} == kinds
    assert {step for (step,) in record.rows("SELECT DISTINCT step FROM step")} == steps
    assert {kind for (kind,) in record.rows("SELECT DISTINCT kind FROM draw")} == {"reserve", "release", "grant", "cut"}
    assert {act for (act,) in record.rows("SELECT DISTINCT act FROM account")} == {"added", "reset", "ended"}
    assert {act for (act,) in record.rows("SELECT DISTINCT act FROM hook")} == {"added", "removed"}
    assert {edition for (edition,) in record.rows("SELECT edition FROM ruleset")} == {"2022", "2023"}
    assert record.rows("SELECT position FROM review WHERE request LIKE 'import:%%' LIMIT 1")
    assert all(each["rows"] for name, each in digests()[record.origin]["tables"].items() if name != "job_result")


def test_it_has_decisions_of_every_outcome_and_form(full: Restored) -> None:
    outcomes = {"approve", "reject", "supplement", "defer", "rectify", "suspend", "phase_out"}
    assert {outcome for (outcome,) in full.rows("SELECT DISTINCT outcome FROM decision")} == outcomes
    failed = "SELECT 1 FROM finding WHERE review = decision.review AND force = 'mandatory' AND status = 'fail'"
    over = f"SELECT count(*) FROM decision WHERE outcome = 'approve' AND EXISTS ({failed})"
    for condition in (
        "second IS NOT NULL",
        "second IS NULL",
        "on_behalf_of IS NOT NULL",
        "length(clause) > 8",
        "conditions <> '[]'",
    ):
        assert full.rows(f"{over} AND {condition}") != [(0,)], condition
    assert full.rows("SELECT count(*) FROM decision WHERE previous IS NOT NULL") != [(0,)]
    states = {"waiting", "confirmed", "returned", "withdrawn"}
    assert {state for (state,) in full.rows("SELECT state FROM pending_decision")} == states


def test_it_has_a_draft_that_was_saved_and_one_that_was_submitted(record: Restored) -> None:
    with record.store.reading() as connection:
        open_one, submitted, put_away = (read_draft(connection, number) for number in (1, 2, 3))
    assert (open_one.version, open_one.how, open_one.head["submitted"]) == (4, "restored", None)
    assert open_one.typed.values["site"] == {"park": "jiangyin"}
    assert submitted.head["submitted"] is not None and put_away.head["away"]
