"""A verification that distrusts: whoever recomputes the whole chain after an edit is found by what the edit breaks of the product's own rules."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from review import clock
from review.canonical_json import digest_of
from review.record.access.known_people import know_person
from review.record.access.people import add_person, change_password
from review.record.access.sessions import sign_in
from review.record.cases.decisions import decide
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import submit
from review.record.projects.standing import follow, standing_row
from review.record.proof.breaks import Break, Verified
from review.record.proof.outside import Anchor
from review.record.proof.receipts import CheckpointNamed
from review.record.proof.verification import verify
from review.record.search.index import bring_up
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.audit_log import entry_digest
from review.record.storage.audit_tables import AuditEntry
from review.record.storage.journal import checkpoint, rows_of, table
from review.record.storage.store import Store, open_store
from review.record.storage.tables import Decision, Event
from tests.commands import two_high
from tests.databases import Databases
from tests.record.projects import OFFICER, SECOND, SECOND_PERSON, before_adoption, project, recorded, registered
from tests.record.tampering import tamper

pytestmark = pytest.mark.record

FAILING = {"voc.emission_t": "10", "voc.offsets": []}
PASSWORD = "Distrusts-them-all-3"


def found(store: Store, **options: Any) -> Verified:
    with store.reading() as connection:
        return verify(connection, rejudging=False, **options)


def told(breaks: tuple[Break, ...]) -> list[tuple[int, str]]:
    return [(each.position, each.text.en) for each in breaks]


def rewritten(store: Store, edit: Callable[[dict[str, Any], Any], None], *more: Any) -> None:
    """Edit events and bodies, then compute every later digest, row of a decision and standing anew: nothing derived differs."""
    events = table(Event)
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(events).order_by(events.c.position)).mappings()]
    statements: list[Any] = list(more)
    previous = chain.START
    states: dict[int, Any] = {}
    for row in rows:
        body = json.loads(row["body"])
        edit(row, body)
        row |= {"body": chain.canonical(body).decode(), "previous": previous}
        previous = chain.event_digest(row)
        values = (row["at"], row["body"], row["previous"], previous, row["position"])
        statements.append(("UPDATE event SET at = ?, body = ?, previous = ?, digest = ? WHERE position = ?", values))
        if row["kind"] == "decision":
            made = rows_of("decision", row["position"], body)[Decision][0]
            named = [name for name in made if name != "position"]
            places = ", ".join(f"{name} = ?" for name in named)
            statements.append(
                (f"UPDATE decision SET {places} WHERE position = ?", (*(made[name] for name in named), row["position"]))
            )
        if (named_project := body.get("project")) is not None:
            number = named_project["id"]
            states[number] = follow(states.get(number), row["kind"], row["position"], row["at"], body)
            again = standing_row(row["position"], 0, states[number])
            statements.append(
                (
                    "UPDATE standing SET detail = ?, outcome = ? WHERE position = ? AND ordinal = 0",
                    (again["detail"], again["outcome"], row["position"]),
                )
            )
    tamper(store, *statements)


def approval(store: Store) -> dict[str, int]:
    """An approval over a mandatory failure by two persons, a reject that follows, and a disposition."""
    know_person(store, SECOND_PERSON.subject, SECOND, "test")
    over = recorded(store, project("A-1", FAILING))
    ruling = Ruling("approve", reason="理由（示例）", clause="3.10-7", second=SECOND_PERSON)
    decision = decide(store, over.id, ruling, OFFICER)
    plant = recorded(store, project("C-1", {"project.stage": "existing", **FAILING}))
    due = clock.today() + timedelta(days=90)
    rectified = decide(
        store,
        plant.id,
        Ruling("rectify", reason="理由（示例）", clause="3.10-7", responsible="虚构企业", due=due),
        OFFICER,
    )
    return {"review": over.id, "decision": decision.id, "rectified": rectified.id}


FILLS = {"approved": approval}


@pytest.fixture
def store(begun: tuple[Store, Any]) -> Store:
    return begun[0]


@pytest.fixture
def approved(begun: tuple[Store, dict[str, int]]) -> dict[str, int]:
    return begun[1]


def test_what_the_product_recorded_meets_its_own_rules(store: Store, approved: dict[str, int]) -> None:
    result = found(store)
    assert (result.breaks, result.remarks) == ((), ())


EDITS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no reason": ("decision", {"reason": None}, "without a reason"),
    "no clause": ("decision", {"clause": None}, "without a clause"),
    "a clause that there is not": ("decision", {"clause": "9.9-9"}, "no clause of the plan"),
    "no second person": ("decision", {"second": None, "second_subject": None}, "without a second person"),
    "a second person by name alone": ("decision", {"second_subject": None}, "without a subject"),
    "a second person nobody knew": (
        "decision",
        {"second_subject": "no.body", "second": "无此人"},
        "was no person known",
    ),
    "a second person of another name": ("decision", {"second": "别人"}, "was no person known"),
    "the officer as second person": ("decision", {"officer": SECOND}, "is who decided"),
    "a departure denied": ("decision", {"departs": False}, "is not what the review says"),
    "nobody responsible": ("rectified", {"responsible": None}, "without who is responsible"),
    "no date": ("rectified", {"due": None}, "without a date"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_consistent_forgery_breaks_the_product_s_own_rules(store: Store, approved: dict[str, int], name: str) -> None:
    which, changes, words = EDITS[name]
    position = approved[which]

    def edit(row: dict[str, Any], body: Any) -> None:
        if row["position"] == position:
            body |= changes

    rewritten(store, edit)
    result = found(store)
    assert [each.position for each in result.breaks] == [position] * len(result.breaks), told(result.breaks)
    assert any(words in english for _, english in told(result.breaks)), told(result.breaks)


@pytest.mark.parametrize("name", ["no reason", "no second person", "a second person by name alone"])
def test_of_an_event_without_the_product_it_is_a_remark(store: Store, approved: dict[str, int], name: str) -> None:
    which, changes, words = EDITS[name]

    def edit(row: dict[str, Any], body: Any) -> None:
        # Events of before stated no version, none of those before this one either.
        if row["position"] <= approved[which]:
            body.pop("product", None)
        if row["position"] == approved[which]:
            body |= changes
            del body["by"]

    rewritten(store, edit)
    result = found(store)
    assert result.breaks == () and any(words in english for _, english in told(result.remarks)), told(result.remarks)


def test_an_event_without_the_product_after_one_that_states_it_is_no_older_one(
    store: Store, approved: dict[str, int]
) -> None:
    which, changes, words = EDITS["no reason"]

    def edit(row: dict[str, Any], body: Any) -> None:
        if row["position"] == approved[which]:
            body |= changes
            del body["product"], body["by"]

    rewritten(store, edit)
    assert any(words in english for _, english in told(found(store).breaks))


def test_a_rejection_turned_into_an_approval_is_found(store: Store) -> None:
    """Reason and clause are there; what is lacking is the second person whom the outcome would have asked."""
    review = recorded(store, project("A-1", FAILING))
    decision = decide(store, review.id, Ruling("reject"), OFFICER)

    def edit(row: dict[str, Any], body: Any) -> None:
        if row["position"] == decision.id:
            body |= {"outcome": "approve", "departs": True, "reason": "理由（示例）", "clause": "3.10-7"}

    rewritten(store, edit)
    result = found(store)
    assert any("without a second person" in english for _, english in told(result.breaks)), told(result.breaks)


@pytest.mark.parametrize("product", [True, False])
def test_times_ascend(store: Store, approved: dict[str, int], product: bool) -> None:
    def edit(row: dict[str, Any], body: Any) -> None:
        if row["position"] == approved["decision"]:
            row["at"] = "2020-01-01T00:00:00.000000Z"
            if not product:
                del body["product"], body["by"]

    rewritten(store, edit)
    result = found(store)
    where = result.breaks if product else result.remarks
    assert (approved["decision"], "is before that of the event before it") in [
        (position, english[english.index("is before") :][:40].split(",")[0]) for position, english in told(where)
    ], told(where)


@pytest.mark.parametrize(("days", "ahead"), [(100, True), (0.002, False)])
def test_a_clock_that_was_set_forward_is_told(
    store: Store, days: float, ahead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.utc_now
    monkeypatch.setattr(clock, "utc_now", lambda: now() + timedelta(days=days))
    recorded(store, project("A-1"))
    monkeypatch.undo()
    last = recorded(store, project("B-1")).id
    result = found(store)
    assert result.breaks == ()
    assert [(number, "is ahead of the clock" in words) for number, words in told(result.remarks)] == [
        (last, True)
    ] * ahead
    said = two_high("worklist", "show", "--database", store.full_url)
    assert said.returncode == 0 and (f"event {last} bears the time" in said.stderr) is ahead


def test_a_clock_that_goes_back_breaks_nothing_and_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(store, project("A-1"))
    now = clock.utc_now
    monkeypatch.setattr(clock, "utc_now", lambda: now() - timedelta(hours=3))
    second = recorded(store, project("B-1"))
    monkeypatch.undo()
    with store.reading() as connection:
        rows = connection.execute(select(table(Event)).order_by(table(Event).c.position)).mappings().all()
    body = json.loads(rows[second.id - 1]["body"])
    assert rows[-2]["at"] == rows[-1]["at"] and body["clock"] < rows[-2]["at"]
    result = found(store)
    assert (result.breaks, result.remarks) == ((), ())


def test_triggers_that_are_gone_or_altered_are_named(store: Store, approved: dict[str, int]) -> None:
    if store.is_sqlite:
        statements = [
            "DROP TRIGGER decision_no_update",
            "DROP TRIGGER event_no_delete",
            "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT 1; END",
            "CREATE TRIGGER extra AFTER INSERT ON decision BEGIN SELECT 1; END",
        ]
        expected = {"decision_no_update": "gone", "event_no_delete": "altered", "extra": "too many"}
    else:
        statements = [
            "DROP TRIGGER decision_no_change ON decision",
            "ALTER TABLE event DISABLE TRIGGER event_no_change",
            "CREATE TRIGGER extra AFTER INSERT ON decision FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()",
        ]
        expected = {"decision_no_change": "gone", "event_no_change": "altered", "extra": "too many"}
    with store.writing() as connection:
        for each in statements:
            connection.exec_driver_sql(each)
    shown = {each.key: each.text.en for each in found(store).breaks}
    assert shown.keys() == expected.keys() and all(expected[name] in words for name, words in shown.items()), shown


def test_a_function_that_refuses_no_more_is_named(
    databases: Databases, tmp_path: Path, opened: Callable[..., Store]
) -> None:
    store = opened(databases.copy("postgresql", tmp_path)[0])
    with store.writing() as connection:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
        )
    assert {"altered" in each.text.en for each in found(store).breaks} == {True}


@pytest.fixture
def signed_in(store: Store) -> Actor:
    """An officer who signed in with a password and has decided by nothing yet."""
    first = add_person(store, "chen", "陈审查（示例）", "officer", "test")
    change_password(store, "chen", first, PASSWORD)
    made = sign_in(store, "chen", PASSWORD, hours=1)
    assert made
    return Actor("陈审查（示例）", "person:chen", "page", made.token.split(".")[1])


def test_a_session_that_decided_began_in_the_audit_log(store: Store, signed_in: Actor) -> None:
    review = recorded(store, project("A-1", FAILING))
    decide(store, review.id, Ruling("reject"), signed_in)
    assert found(store).breaks == ()
    for by, words in (
        (Actor(signed_in.name, "person:chen", "page", "0123456789abcdef"), "is not in the audit log"),
        (Actor("别人（示例）", "person:lin", "page", signed_in.session), "is of chen, and it says person:lin"),
        (Actor(signed_in.name, "person:chen", "page"), "names no session"),
    ):
        made = submit(store, project(f"B-{words}", FAILING), by)
        breaks = [each for each in found(store).breaks if each.position == made.id]
        assert len(breaks) == 1 and words in breaks[0].text.en, told(tuple(breaks))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_entry SET who = 'lin' WHERE number = 2", "was edited"),
        ("UPDATE audit_entry SET count = 0 WHERE number = 1", "was edited"),
        ("DELETE FROM audit_entry WHERE number = 1", "entry 1 of the audit log is missing"),
        ("DELETE FROM audit_entry WHERE number = 2", "entry 2 of the audit log is missing"),
    ],
)
def test_an_edited_audit_log_is_found(store: Store, signed_in: Actor, statement: str, words: str) -> None:
    sign_in(store, "chen", PASSWORD, hours=1)
    assert found(store).entries == 3
    tamper(store, statement)
    assert any(words in english for _, english in told(found(store).breaks)), told(found(store).breaks)


def test_a_sign_in_taken_out_of_a_recomputed_log_is_found_by_its_decision(store: Store, signed_in: Actor) -> None:
    review = recorded(store, project("A-1", FAILING))
    decide(store, review.id, Ruling("reject"), signed_in)
    rows = table(AuditEntry)
    with store.reading() as connection:
        entries = [dict(row) for row in connection.execute(select(rows).order_by(rows.c.number)).mappings()]
    statements: list[Any] = []
    previous = chain.START
    for entry in entries:
        if entry["kind"] == "signed_in":
            entry["session"] = "f" * 16
        entry["previous"] = previous
        previous = entry_digest(entry)
        values = (entry["session"], entry["previous"], previous, entry["number"])
        statements.append(("UPDATE audit_entry SET session = ?, previous = ?, digest = ? WHERE number = ?", values))
    tamper(store, *statements)
    assert [each.position for each in found(store).breaks] == [review.id + 1]


def test_an_edition_never_shipped_under_a_shipped_name_is_a_remark(store: Store) -> None:
    from review.law.compiling import from_content
    from review.law.loading import load_builtin

    content = json.loads(chain.canonical(dict(load_builtin()[-1].content)))
    content["history"] = [*content["history"]]
    content["title"] = {"zh": "改过的（示例）", "en": "altered"}
    altered = from_content(content)
    with before_adoption(altered):
        made = submit(store, project("A-1"), OFFICER, ruleset=altered)
    result = found(store)
    assert result.breaks == ()
    assert [(each.position, each.table, each.key) for each in result.remarks] == [(made.id, "ruleset", altered.digest)]


def anchored(store: Store, many: int, first: int = 0) -> CheckpointNamed:
    """That many sources registered, and the checkpoint of then, with the tree's peaks."""
    for number in range(first, first + many):
        registered(store, "1", f"S-{number}")
    with store.writing() as connection:
        row = checkpoint(connection)
    assert row
    return {"position": row["position"], "head": row["head"], "root": row["root"], "peaks": json.loads(row["peaks"])}


@pytest.mark.parametrize(
    ("edited", "stretch"), [(1, "events 1–8"), (8, "events 1–8"), (9, "events 9–12"), (13, "event 13;")]
)
def test_the_first_event_that_differs_from_a_checkpoint_is_named(store: Store, edited: int, stretch: str) -> None:
    kept = anchored(store, 13)
    assert found(store, outside=[Anchor("kept.json", kept)]).compared == (
        {"position": 13, "head": kept["head"], "agrees": True},
    )

    def edit(row: dict[str, Any], body: Any) -> None:
        if row["position"] == edited:
            body["document"] = "改过的文号（示例）"

    rewritten(
        store,
        edit,
        "DELETE FROM checkpoint",
        ("UPDATE source SET document = ? WHERE position = ?", ("改过的文号（示例）", edited)),
    )
    result = found(store, outside=[Anchor("kept.json", kept)])
    [only] = [each for each in result.breaks if each.table == "checkpoint"]
    assert stretch in only.text.en and f"at 13, head {kept['head'][7:19]}" in only.text.en, only.text.en
    assert result.compared[0]["agrees"] is False


def test_an_earlier_checkpoint_with_which_it_agrees_narrows_the_stretch(store: Store) -> None:
    with_roots: list[CheckpointNamed] = []
    for number in range(3):
        kept = anchored(store, 5, 5 * number)
        with_roots.append({"position": kept["position"], "head": kept["head"], "root": kept["root"]})

    def edit(row: dict[str, Any], body: Any) -> None:
        if row["position"] == 12:
            body["reason"] = "改过（示例）"

    rewritten(store, edit, "DELETE FROM checkpoint", "UPDATE source SET reason = '改过（示例）' WHERE position = 12")
    result = found(store, outside=[Anchor("kept.json", each) for each in with_roots])
    [only] = result.breaks
    assert "events 11–15" in only.text.en and [each["agrees"] for each in result.compared] == [True, True, False]


@pytest.fixture
def media(databases: Databases) -> Iterator[Path]:
    """A record of SQLite in a folder that nobody can write, and that everybody can read."""
    with tempfile.TemporaryDirectory(prefix="two-high-media-") as name:
        folder = Path(name)
        store = open_store(databases.copy("sqlite", folder)[0])
        recorded(store, project("A-1"))
        know_person(store, "zhang", "张审查", "test")
        while bring_up(store):
            pass
        store.close()
        for each in (*folder.iterdir(), folder):
            each.chmod(0o444 if each.is_file() else 0o555)
        yield folder / "record.sqlite"
        folder.chmod(0o755)


# An administrator of the system could write whatever the modes say: the right to that is given up first.
_WITHOUT_RIGHTS = """
import ctypes, sys
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
assert ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()) == 0
try:
    open(sys.argv[1], "ab")
except OSError:
    pass
else:
    raise SystemExit("the record could be written")
from api.command_line import command_line
"""
_VERIFIED = """
command_line()(["verify", "--jobs", "1", "--database", sys.argv[1]])
"""
_RUN = """
import json
from typer.testing import CliRunner
app = command_line()
done = {}
for words in json.loads(sys.argv[2]):
    result = CliRunner().invoke(app, [*words.split(), "--database", sys.argv[1]])
    done[words] = [result.exit_code, result.stdout, result.stderr]
print(json.dumps(done))
"""


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.record
def test_read_only_media_are_verified(media: Path, older: bool) -> None:
    """As it is where its schema is of now; an older one is copied, brought up and verified, and stays as it was."""
    if older:
        from tests.record.test_record_of_today import stored

        media.parent.chmod(0o755)
        media.chmod(0o644)
        media.write_bytes(stored("from-postgresql", "backup.sqlite"))
        media.chmod(0o444)
        media.parent.chmod(0o555)
    before = digest_of(media.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_RIGHTS + _VERIFIED, str(media)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0 and "intact" in done.stdout, (done.stdout, done.stderr)
    assert digest_of(media.read_bytes()) == before and [each.name for each in media.parent.iterdir()] == [media.name]


# Each with words of its output.
_READING = {
    "verify --jobs 1": "intact", "replay --jobs 1": "一致", "worklist show": "A-1", "worklist ledger 2026-11": "", "export 2": "receipt", "inbox zhang": "没有待办",
    "people list": "", "people known": "", "keys list": "", "webhooks list": "", "search A-1": "A-1", "audit events": "审查 review", "audit decisions": "",
    "project 2": "", "rules editions": "fuqing", "rules proposals": "", "offsets list": "", "offsets claims": "", "balances show": "", "calendar show": "",
    "absence list": "", "attachments list --project 2": "", "notes list --project 2": "", "consultations list 2": "", "sign-off show": "", "indicators": "",
}  # fmt: skip
_WRITING = (
    "decide 2 reject --officer A",
    "step 2 received --officer A",
    "submit none.json --officer A",
    "checkpoint",
    "people add a B --role officer",
)


@pytest.mark.record
def test_commands_on_read_only_media(media: Path, tmp_path: Path) -> None:
    """Those that only read read it; those that would write say what to do, and not to try again."""
    before = digest_of(media.read_bytes())
    tmp_path.chmod(0o777)
    made = [f"paper 2 --out {tmp_path / 'paper.html'}", f"backup {tmp_path / 'backup.sqlite'}"]
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_RIGHTS + _RUN, str(media), json.dumps([*_READING, *made, *_WRITING])],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    results = json.loads(done.stdout)
    read = {**_READING, **dict.fromkeys(made, "")}
    for words, said in read.items():
        code, out, errors = results[words]
        assert code == 0 and said in out and not errors, (words, code, out, errors)
    for words in _WRITING:
        code, out, errors = results[words]
        assert code == 2 and "不可写" in errors and "请复制到可写的文件夹" in errors and "重试" not in errors, (
            words,
            out,
            errors,
        )
    assert digest_of(media.read_bytes()) == before and [each.name for each in media.parent.iterdir()] == [media.name]
    backup = open_store(str(tmp_path / "backup.sqlite"), create=False)
    with backup.reading() as connection:
        assert connection.execute(select(table(Event).c.position)).all()
    backup.close()


def test_a_database_that_takes_no_writes_is_verified(
    databases: Databases, tmp_path: Path, opened: Callable[..., Store]
) -> None:
    store = opened(databases.copy("postgresql", tmp_path)[0])
    recorded(store, project("A-1"))
    with store.writing() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    again = opened(store.full_url, create=False, read_only=True)
    assert found(again).breaks == ()
