"""Records beside that of `record-2026-11`, each with the kinds of event that a later version added: they verify and replay as they were written."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from review.papers.papers import paper_page, read_paper
from review.record.proof.paper_code import look_up
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.backup import restore
from review.record.storage.store import Store, open_store
from review.replay.replaying import Target
from tests.databases import DATABASES, Databases
from tests.record.test_record_of_today import ORIGINS, TABLES, table_digest

DATA = Path(__file__).resolve().parents[1] / "data"
# The acts of each kind that a record has.
ACTS = {
    "attachments-2026-11": {"attachment": {"added", "withdrawn"}},
    "answers-2026-11": {"answer": {"agreed", "doubted", "overruled"}},
    "signatures-2026-11": {"signature": {"proposed", "agreed", "issued", "returned", "withdrawn"}},
    "balances-2026-11": {"attachment": {"added"}},
    "consultations-2026-11": {
        "consultation": {"asked", "replied", "closed", "withdrawn"},
        "note": {"written", "withdrawn"},
    },
}
Restored = tuple[str, dict[str, Any], Store]


def digests(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.joinpath(name, "digests.json").read_bytes())
    return found


def stored(name: str, origin: str, file: str) -> bytes:
    return lzma.decompress(DATA.joinpath(name, origin, f"{file}.xz").read_bytes())


@pytest.fixture(
    params=[(name, origin, database) for name in ACTS for origin in ORIGINS for database in DATABASES],
    ids=" ".join,
    scope="module",
)
def record(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Restored]:
    """A record by its name, what is known of it, and the backup of each database restored into each. No test of this module writes."""
    name, origin, database = request.param
    folder = tmp_path_factory.mktemp("restored")
    (folder / "backup.sqlite").write_bytes(stored(name, origin, "backup.sqlite"))
    store = open_store(databases.new(database, folder))
    restore(folder / "backup.sqlite", store)
    yield f"{name} {origin}", digests(name)[origin], store
    store.close()


@pytest.mark.parametrize("name", ACTS)
def test_the_files_are_those_that_were_stored(name: str) -> None:
    for file, expected in digests(name)["files"].items():
        assert sha256(lzma.decompress(DATA.joinpath(name, file).read_bytes())).hexdigest() == expected, file


def test_every_row_has_what_was_written(record: Restored) -> None:
    _, expected, store = record
    with store.reading() as connection:
        found = {name: table_digest(connection, TABLES[name], each["columns"]) for name, each in expected["tables"].items()}  # fmt: skip
    assert found == {name: each["digest"] for name, each in expected["tables"].items()}


def test_it_verifies_and_replays_byte_for_byte(record: Restored) -> None:
    _, expected, store = record
    with store.reading() as connection:
        found = verify(connection)
        assert {name: getattr(found, name) for name in ("events", "reviews", "head")} == expected["verified"]
        assert found.breaks == ()
        assert [each["difference"] for each in rejudge(tasks(connection), Target())] == [None] * found.reviews


def test_the_papers_are_found_and_made_again(record: Restored) -> None:
    where, expected, store = record
    review, name, origin = expected["review"], *where.split()
    with store.reading() as connection:
        early, late = (look_up(connection, expected["papers"][each]) for each in ("early", "late"))
        assert early is not None and late is not None
        assert (early.review, early.later_attached, late.later_attached) == (review, late.attached, None)
        again = read_paper(connection, review, decision=early.decision, attached=early.attached)
    assert again.code == early.code and early.code in stored(name, origin, f"paper-{review}.html").decode()


def test_a_paper_states_the_balances_as_they_stood(record: Restored) -> None:
    where, expected, store = record
    review, name, origin = expected["review"], *where.split()
    with store.reading() as connection:
        early = look_up(connection, expected["papers"]["early"])
        assert early is not None
        again = paper_page(connection, review, decision=early.decision, attached=early.attached)
    before = stored(name, origin, f"paper-{review}.html")
    for line in before.decode().splitlines():
        if "总量台账" in line or "12.000000001" in line:
            assert line in again.decode()
    assert ("总量台账" in before.decode()) is name.startswith("balances")


def test_it_has_every_act_of_the_kinds_that_it_is_for(record: Restored) -> None:
    where, _, store = record
    for kind, acts in ACTS[where.split()[0]].items():
        with store.reading() as connection:
            rows = connection.exec_driver_sql(f"SELECT body FROM event WHERE kind = '{kind}'")
            bodies = [json.loads(body) for (body,) in rows]
        assert {each["answer" if kind == "answer" else "act"] for each in bodies} == acts
