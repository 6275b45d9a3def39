"""Adopting editions when much goes on at once, when it is cut off, and when the record was made before; and what verification says of it."""

from __future__ import annotations

import asyncio
import json
import lzma
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.app import create_app
from api.settings import Settings
from review.errors import Conflict, Refused, RulesetError, TwoHighError
from review.law import loading
from review.law.amendments import Amended, Amendment, amendments_of
from review.law.compiling import from_content
from review.law.loading import load, load_builtin
from review.lint import lint_folder
from review.lint.edition import edition_faults
from review.record.cases.submissions import submit
from review.record.editions.adoption import adopt_shipped_once
from review.record.editions.drawing_up import drawn_up, proposal_for, proposal_of_folder
from review.record.editions.in_force import CurrentLaw, Law, editions_recorded, law_of
from review.record.editions.proposals import confirm, list_proposals, propose, send_back
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.backup import restore
from review.record.storage.journal import table
from review.record.storage.store import Store
from review.record.storage.tables import AdoptedEdition, Event, StoredReview
from review.replay.replaying import Target
from review.verdict.judging import judge
from tests.law.folder import FOLDER, change
from tests.record.offices import KEEPER, NEXT_YEAR, PAPER, PROPOSER, adopted, drawn, proposed, ratio, staffed
from tests.record.projects import OFFICER, project, recorded
from tests.second_city import FOLDERS, NAME
from tests.security.test_verify_distrusts import rewritten, told

pytestmark = pytest.mark.record

OLD = Path(__file__).resolve().parents[2] / "data/record-2026-11/from-sqlite/backup.sqlite.xz"


def breaks(store: Store) -> list[Any]:
    with store.reading() as connection:
        return list(verify(connection, rejudging=False).breaks)


def kinds(store: Store) -> list[str]:
    events = table(Event)
    with store.reading() as connection:
        return list(connection.execute(select(events.c.kind).order_by(events.c.position)).scalars())


def test_law_that_another_history_had_at_the_same_event_is_not_taken_for_the_record_s_own(store: Store) -> None:
    adopt_shipped_once(store)
    with store.reading() as connection:
        law = law_of(connection)
        assert law.position and law_of(connection, law) is law
        other = replace(law, editions=law.editions[::-1])
        assert law_of(connection, other).editions == law.editions


def test_a_fault_in_a_ruleset_that_was_adopted_keeps_nobody_from_judging_but_the_service_from_starting(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWO_HIGH_RULESETS", FOLDERS)
    adopt_shipped_once(store)
    shutil.copytree(FOLDERS, tmp_path / "rulesets")
    for file in (tmp_path / "rulesets" / NAME / "rules").iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("applies: ", "applies: nothing.known and "), "utf-8")
    monkeypatch.setenv("TWO_HIGH_RULESETS", str(tmp_path / "rulesets"))
    with store.reading() as connection:
        law = law_of(connection)
    assert law.of(NAME) and not law.at_hand
    with pytest.raises(RulesetError, match=r"nothing\.known"):
        law.waiting()

    # Nor while the record has adopted none of another ruleset that is at hand.
    shutil.copytree(Path(FOLDERS) / NAME, tmp_path / "rulesets" / "another")
    head = tmp_path / "rulesets" / "another" / "edition.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace(f"id: {NAME}", "id: another"), "utf-8")
    monkeypatch.setenv("TWO_HIGH_RULESETS", f"{tmp_path}/./rulesets")
    with store.reading() as connection:
        assert {each.id for each in law_of(connection).at_hand} == {"another"}

    async def started() -> None:
        app = create_app(Settings(database=store.full_url))
        async with app.router.lifespan_context(app):
            pass

    with pytest.raises(RulesetError, match=r"nothing\.known"):
        asyncio.run(started())
    with store.reading() as connection:
        assert law_of(connection).at_hand, "nothing was recorded"


def test_what_waits_is_told_without_compiling_what_was_adopted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    adopt_shipped_once(store)
    with store.reading() as connection:
        law = law_of(connection)
        monkeypatch.setattr(loading, "compiled", lambda content: pytest.fail("compiled"))
        assert law_of(connection).digests == law.digests and law.waiting() == ()


def test_of_two_adoptions_at_once_one_is_adopted_and_the_other_told_that_the_law_has_changed(store: Store) -> None:
    staffed(store)
    numbers = [proposed(store, "1.5"), proposed(store, "1.6", NEXT_YEAR, "2026-o1")]
    ready = threading.Barrier(2)

    def one(number: int) -> str:
        ready.wait()
        try:
            confirm(store, number, KEEPER)
        except Conflict as error:
            return str(error.faults[0].code)
        return "adopted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, numbers)) == ["law-changed", "adopted"][::-1]
    with store.reading() as connection:
        assert sorted(each.state for each in list_proposals(connection)) == ["adopted", "proposed"]
        assert [each.id for each in list_proposals(connection, only_open=True)] == [
            each.id for each in list_proposals(connection) if each.is_open
        ]
    assert breaks(store) == []


def test_reviews_recorded_while_an_edition_is_adopted_each_name_the_one_in_force_at_their_position(
    store: Store,
) -> None:
    staffed(store)
    number = proposed(store, "1.5")
    ready = threading.Barrier(3)

    def submits(start: int) -> None:
        ready.wait()
        for place in range(start, start + 4):
            recorded(store, project(f"P-{place}"), as_of=NEXT_YEAR)

    def confirms() -> int:
        ready.wait()
        return confirm(store, number, KEEPER)

    with ThreadPoolExecutor(3) as pool:
        done = [pool.submit(submits, 0), pool.submit(submits, 10)]
        position = pool.submit(confirms).result()
        for each in done:
            each.result()
    reviews = table(StoredReview)
    with store.reading() as connection:
        law = {each.digest: each.edition for each in law_of(connection).editions}
        rows = connection.execute(select(reviews.c.position, reviews.c.ruleset)).all()
        result = verify(connection)
    assert len(rows) == 8
    assert {(row.position > position, law[row.ruleset]) for row in rows} <= {(False, "2026"), (True, "2026-o1")}
    assert result.breaks == ()


def test_the_edition_is_picked_again_in_the_transaction_that_records(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adopted after the sheet was judged and before the lock was taken."""
    staffed(store)
    number = proposed(store, "1.5")
    judged = list[str]()

    def judging(sheet: Any, ruleset: Any, *rest: Any) -> Any:
        found = judge(sheet, ruleset, *rest)
        judged.append(ruleset.edition)
        if len(judged) == 1:
            confirm(store, number, KEEPER)
        return found

    monkeypatch.setattr("review.record.cases.submissions.judge", judging)
    made = recorded(store, project("A-1"), as_of=NEXT_YEAR)
    assert judged == ["2026", "2026-o1"]
    assert json.loads(made.content)["ruleset"]["edition"] == "2026-o1"
    assert breaks(store) == []


def test_an_edition_that_is_named_says_so_once_another_is_in_force(store: Store) -> None:
    staffed(store)
    with store.reading() as connection:
        before = law_of(connection).choose("fuqing@2026", NEXT_YEAR)
    assert not before.overridden
    adopted(store)
    made = submit(store, project("A-1"), OFFICER, ruleset=before, as_of=NEXT_YEAR, reason="按旧版（示例）")
    document = json.loads(made.content)
    assert document["ruleset"]["edition"] == "2026"
    assert "edition-overridden" in [each["code"] for each in document["notes"]]
    assert breaks(store) == []


def test_every_worker_judges_by_an_edition_once_it_is_adopted(url: str, opened: Callable[..., Store]) -> None:
    """What each knows of the law holds until something is recorded, by whomever."""
    stores = [opened(url) for _ in range(3)]
    staffed(stores[0])
    workers = [CurrentLaw(each) for each in stores]
    assert {each.now().choose(None, NEXT_YEAR).edition for each in workers} == {"2026"}
    adopted(stores[2])
    assert [each.now().choose(None, NEXT_YEAR).edition for each in workers] == ["2026-o1"] * 3
    recorded(stores[0], project("A-1"), as_of=NEXT_YEAR)
    assert all(each.now() is each.now() for each in workers)


KILLED = """
import os, sys
from review.record.editions import proposals
from review.record.storage import journal
from review.record.storage.store import open_store
from tests.record.offices import KEEPER
store = open_store(sys.argv[1])
journal.put_out = lambda *rest: os._exit(9)
proposals.confirm(store, int(sys.argv[2]), KEEPER)
"""


def test_an_adoption_that_is_killed_leaves_nothing(store: Store) -> None:
    staffed(store)
    number = proposed(store)
    command = [sys.executable, "-c", KILLED, store.full_url, str(number)]
    done = subprocess.run(command, cwd=Path(__file__).resolve().parents[3], capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    with store.reading() as connection:
        assert [each.state for each in list_proposals(connection)] == ["proposed"]
        assert law_of(connection).choose(None, NEXT_YEAR).edition == "2026"
    assert breaks(store) == []
    confirm(store, number, KEEPER)
    assert breaks(store) == []


def test_a_record_from_before_adopts_when_it_is_written_to_and_its_own_contents_are_in_force_on_no_day(
    url: str, tmp_path: Path, opened: Callable[..., Store]
) -> None:
    backup = tmp_path / "backup.sqlite"
    backup.write_bytes(lzma.decompress(OLD.read_bytes()))
    store = opened(url)
    restore(backup, store)
    before = kinds(store)
    assert "edition" not in before
    made = recorded(store, project("NEW-1"))
    assert kinds(store) == [*before, "edition", "review"]
    with store.reading() as connection:
        law = law_of(connection)
        names = [each.name for each in editions_recorded(connection, law)]
        shipped = {each.name: each.digest for each in load_builtin()}
        old = [each for each in names if "~" in each]
        assert sorted(each.partition("~")[0] for each in old) == ["fuqing@2022", "fuqing@2023"]
        assert {each.name: each.digest for each in law.editions} == shipped
        result = verify(connection, rejudging=False)
        assert (result.breaks, json.loads(made.content)["ruleset"]["edition"]) == ((), "2024")
        assert all(each["difference"] is None for each in rejudge(tasks(connection), Target()))
    recorded(store, project("NEW-2"))
    assert kinds(store)[len(before) :] == ["edition", "review", "review"]


def test_a_change_from_a_past_day_is_not_undone_by_a_later_edition_that_it_has_not_seen(store: Store) -> None:
    """Proposed from October 2025, and before it is confirmed an edition from September 2026 is adopted."""
    staffed(store)
    early = proposed(store, "1.5", date(2025, 10, 1))
    later = Amendment("parameters", {"parameter": "plan_continues"}, {"value": "yes"}, "setting", "本局决定（示例）")
    late = propose(store, proposal_for(store, Amended(date(2026, 9, 1), (later,))), "本局决定（示例）", PROPOSER)
    confirm(store, late, KEEPER)
    with pytest.raises(Conflict, match="has changed since"):
        confirm(store, early, KEEPER)
    again = propose(store, proposal_for(store, ratio("1.5", date(2025, 10, 1))), "重新提出（示例）", PROPOSER)
    confirm(store, again, KEEPER)
    with store.reading() as connection:
        found = law_of(connection).choose(None, date(2026, 11, 1))
    assert (found.parameters["offset_ratio"].text, found.plan_continues) == ("1.5", "yes")
    assert breaks(store) == []


def test_a_name_is_never_given_to_two_proposals(store: Store) -> None:
    staffed(store)
    proposed(store, "1.5")
    with pytest.raises(Conflict, match="is of another proposal"):
        proposed(store, "1.6")
    with store.reading() as connection:
        assert [pair.edition.edition for each in list_proposals(connection) for pair in each.pairs] == ["2026-o1"]
    assert [each.edition.edition for each in proposal_for(store, ratio("1.6")).pairs] == ["2026-o2"]


def test_a_change_is_ticked_before_it_is_adopted(store: Store) -> None:
    staffed(store)
    number = proposed(store)
    with pytest.raises(Refused, match="1 changes are not ticked"):
        confirm(store, number, KEEPER, seen=[])
    confirm(store, number, KEEPER, seen=["2026-o1 parameter offset_ratio"])


def test_what_lint_finds_cannot_be_proposed(store: Store) -> None:
    with pytest.raises(TwoHighError, match="is no figure"):
        proposal_for(store, ratio("1.5x"))
    with pytest.raises(TwoHighError, match="nothing changes"):
        proposal_for(
            store,
            Amended(
                NEXT_YEAR, (Amendment("parameters", {"parameter": "plan_continues"}, {"value": ""}, "setting", "未定"),)
            ),
        )


@pytest.mark.parametrize(
    ("table", "row", "values", "words"),
    [
        ("review_thresholds", {"fact": "energy.review_total_tce", "asks": "review", "two_high_only": "no", "from": "2025-09-01"}, {"until": "2027-06-30"}, "ends on 2027-06-30: no row follows"),
        ("coal_equivalents", {"id": "raw_coal"}, {"factor": "0"}, "may not be 0"),
        ("sectors", {"sector": "chemical"}, {"industry_prefixes": "2X"}, "should be the first two to four digits"),
        ("sectors", {"sector": "chemical"}, {"industry_prefixes": "26;251"}, "the prefix 251 is there twice"),
    ],
)  # fmt: skip
def test_what_would_switch_rules_off_cannot_be_proposed(
    table: str, row: dict[str, str], values: dict[str, str], words: str
) -> None:
    change = Amendment(table, row, values, "law", "改动（示例）", PAPER)
    with pytest.raises(TwoHighError, match=words):
        drawn_up(Law(0, load_builtin()), Amended(NEXT_YEAR, (change,)), [])


def test_a_threshold_may_end_on_the_eve_of_the_edition_that_is_proposed() -> None:
    row = {"fact": "energy.coal_t", "asks": "review", "two_high_only": "no", "from": "2025-09-01"}
    change = Amendment("review_thresholds", row, {"until": str(NEXT_YEAR - timedelta(days=1))}, "law", "改动（示例）", PAPER)  # fmt: skip
    (pair,) = drawn_up(Law(0, load_builtin()), Amended(NEXT_YEAR, (change,)), []).pairs
    assert pair.before is not None and edition_faults(pair.edition, pair.before) == []


@pytest.fixture
def changed(store: Store) -> Store:
    """A record with an adopted change and a review by it."""
    staffed(store)
    adopted(store)
    recorded(store, project("A-1"), as_of=NEXT_YEAR)
    return store


def edition_event(act: str, edit: Callable[[Any], None], place: int = -1) -> Callable[[dict[str, Any], Any], None]:
    """Edits the body of an event of an edition."""
    return lambda row, body: (
        edit(body) if row["kind"] == "edition" and body["act"] == act and body["proposal"] else None
    )


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda body: body.update(confirmer=body["proposer"]), "who confirmed it is who proposed it"),
        (lambda body: body["confirmer"].update(name="规则员丁", subject="ding.rules"), "had not the right"),
        (lambda body: body["proposer"].update(name="规则员丁"), "names another proposer"),
        (lambda body: body["editions"][0].update({"from": "2026-12-01"}), "says of edition 2026-o1"),
        (lambda body: body.update(proposal=None), "no such open proposal"),
        (lambda body: body.update(proposal=1), "no such open proposal"),
    ],
)
def test_an_adoption_that_was_rewritten_is_a_break(changed: Store, edit: Any, words: str) -> None:
    rewritten(changed, edition_event("adopted", edit))
    found = breaks(changed)
    assert any(words in text for _, text in told(tuple(found))), found


def test_a_review_by_an_edition_that_was_not_in_force_then_is_a_break(changed: Store) -> None:
    """The adoption is rewritten to be of an edition that begins later: the review by it does not say that another was in force."""

    def later(row: dict[str, Any], body: Any) -> None:
        if row["kind"] == "review":
            body["as_of"] = "2026-12-31"

    rewritten(changed, later)
    assert any("was not in force then, and does not say so" in text for _, text in told(tuple(breaks(changed))))


def test_an_adopted_name_with_another_content_is_refused(store: Store) -> None:
    staffed(store)
    adopted(store)
    rows = table(AdoptedEdition)
    content = dict(drawn("1.5").pairs[0].edition.content)
    other = from_content({**content, "edition": "2026", "from": "2027-02-01"})
    with store.reading() as connection:
        law = law_of(connection)
        assert connection.execute(select(rows.c.edition).where(rows.c.edition == "2026-o1")).all()
        with pytest.raises(Refused, match="an adopted name means one thing"):
            law.require_same(other)


def test_a_day_is_judged_by_the_edition_that_begins_last_and_of_equals_by_the_one_adopted_last(store: Store) -> None:
    staffed(store)
    adopted(store, "1.5", date(2026, 8, 15))
    with store.reading() as connection:
        law = law_of(connection)
        found = law.choose(None, date(2026, 8, 15))
        same = law.choose("fuqing@2026", date(2026, 8, 15))
    assert (found.edition, same.edition, same.overridden) == ("2026-o1", "2026", True)
    assert law.successor(same) == found and law.successor(found) is None
    with pytest.raises(Conflict, match="has changed since"):
        propose(store, drawn("1.5", date(2026, 8, 15)), "再提（示例）", PROPOSER)


def refusal(*changes: Amendment) -> str:
    """What is said where changes cannot be proposed."""
    with pytest.raises(TwoHighError) as caught:
        drawn_up(Law(0, load_builtin()), Amended(NEXT_YEAR, changes), [])
    return str(caught.value)


@pytest.mark.parametrize("paper", [None, PAPER])
@pytest.mark.parametrize(
    ("table", "row", "values", "act"),
    [
        ("parameters", {"parameter": "offset_ratio"}, {"value": "0.5"}, "change"),
        ("benchmark_levels", {"id": "cement-clinker"}, {"benchmark": "116"}, "change"),
        ("benchmark_levels", {"id": "quicklime"}, {"field": "石灰", "industry": "3012", "closing": "no", "correctable": "no"}, "add"),
        ("parks", {"park": "lanyuan"}, {}, "remove"),
    ],
)  # fmt: skip
def test_what_a_law_or_a_document_says_is_not_set_by_the_office_s_own_word(
    table: str, row: dict[str, str], values: dict[str, str], act: str, paper: Any
) -> None:
    """It would count as checked without anybody having checked it."""
    said = refusal(Amendment(table, row, values, "setting", "本局决定（示例）", paper, act=act))
    assert "is none of the office's settings" in said


def test_the_office_adds_rows_to_what_it_settles_by_its_own_word() -> None:
    area = Amendment(
        "areas",
        {"area": "xiamen"},
        {"name": "厦门市", "counts": "never", "source": "本单位设定"},
        "setting",
        "本局决定（示例）",
        act="add",
    )
    (pair,) = drawn_up(Law(0, load_builtin()), Amended(NEXT_YEAR, (area,)), []).pairs
    row = pair.edition.row("areas", "xiamen")
    assert row is not None and row["evidence"] == "setting"


@pytest.mark.parametrize("second", [{"parameter": "offset_ratio"}, {"value": "1.5"}])
def test_a_row_is_changed_once_in_a_proposal(second: dict[str, str]) -> None:
    """Else the history would give the reason of one change for the figure of the other."""
    first = ratio("1.5").amendments[0]
    again = Amendment("parameters", second, {"value": "1.6"}, "law", "再提高（示例）", PAPER)
    assert "is changed twice in one proposal" in refusal(first, again)


def test_the_row_that_ends_and_the_one_that_follows_each_stand_in_the_history_with_their_documents() -> None:
    name = {"product": "MDI", "industry": "2614", "unit": "kgce/t", "level_2": "170", "level_3": "180", "standard": "GB", "correctable": "no"}  # fmt: skip
    ends = Amendment("limits", {"id": "mdi"}, {"until": "2027-12-31"}, "law", "旧限额止（示例）", PAPER)
    paper = replace(PAPER, title="新标准（示例）", file="sha256:" + "0" * 64)
    follows = Amendment("limits", {"id": "mdi", "from": "2028-01-01"}, name, "law", "新限额（示例）", paper, act="add")
    (pair,) = drawn_up(Law(0, load_builtin()), Amended(NEXT_YEAR, (ends, follows)), []).pairs
    told = [(each["zh"], each.get("file")) for each in pair.edition.content["history"]]
    assert told == [("旧限额止（示例）", None), ("新限额（示例）", paper.file)]


def test_cells_are_without_white_space_around_and_hold_nothing_unseen() -> None:
    park = Amendment(
        "parks", {"park": " xin "}, {"name": "新城\n", "chemical_park": " no"}, "law", "新设（示例）", PAPER, act="add"
    )
    (pair,) = drawn_up(Law(0, load_builtin()), Amended(NEXT_YEAR, (park,)), []).pairs
    row = pair.edition.row("parks", "xin")
    assert row is not None and (row["name"], row["chemical_park"]) == ("新城", "no")
    assert "(U+200B)" in refusal(Amendment("parks", {"park": "xin"}, {"name": "新\u200b城", "chemical_park": "no"}, "law", "新设（示例）", PAPER, act="add"))  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"set": {"value": "1.5\ud800"}}, "U+D800"),
        ({"reason": "提高\x00"}, "U+0000"),
        ({"document": {"title": "通知\u202e", "date": "2026-11-01", "page": "3"}}, "U+202E"),
        ({"reason": "提" * 2001}, "is too long (2,001 characters): at most 2,000"),
        ({"set": {"value": "1" * 2001}}, "is too long"),
        ({"row": {"id": "x"}}, "a parameter without one"),
        ({"document": {"title": ["通知"], "date": "2026-11-01", "page": "3"}}, "should be text"),
    ],
)
def test_a_change_that_cannot_be_read_or_seen_is_refused_where_it_stands(change: dict[str, Any], words: str) -> None:
    document = {"title": "通知（示例）", "date": "2026-11-01", "page": "3"}
    stated = {"parameter": "offset_ratio", "set": {"value": "1.5"}, "kind": "law", "reason": "提高（示例）", "document": document}  # fmt: skip
    with pytest.raises(RulesetError) as caught:
        amendments_of({"from": "2027-01-01", "changes": [{**stated, **change}]}, lambda *path: str(path[0]))
    assert words in str(caught.value)


def test_lines_of_a_reason_and_of_a_cell_may_end_as_windows_ends_them() -> None:
    document = {"title": "通知（示例）", "date": "2026-11-01", "page": "3"}
    stated = {"parameter": "offset_ratio", "set": {"value": "1.5", "note": "见通知\r\n第三页"}, "kind": "law", "reason": "提高\r\n（示例）", "document": document}  # fmt: skip
    (change,) = amendments_of({"from": "2027-01-01", "changes": [stated]}, lambda *path: str(path[0])).amendments
    assert change.reason == stated["reason"] and change.columns["note"] == "见通知\r\n第三页"


def with_edition(folder: Path, year: int, what: str) -> None:
    """Have a ruleset folder tell of an edition of that year by which the law changes `what`."""
    change(folder / "edition.yaml", "\ntables:\n", f"""
  "{year}":
    from: "{year}-01-01"
    title: {{zh: 修改（示例）, en: a change}}
    history:
      - {{kind: law, date: "{year}-01-01", document: 通知（示例）, zh: 修改, en: a change, changes: ["{what}"]}}
tables:
""")  # fmt: skip


def with_ratio(folder: Path, year: int, value: str, before: str) -> None:
    """Have such an edition raise the ratio of offsets, whose row of before is written so and ends."""
    with_edition(folder, year, "parameter offset_ratio")
    figures = folder / "parameters.csv"
    change(figures, f"offset_ratio,{before},,", f"offset_ratio,{before},{year - 1}-12-31,")
    with figures.open("a", encoding="utf-8") as file:
        file.write(f"offset_ratio,{value},,{year}-01-01,,通知（示例）,,,unconfirmed\n")


def test_a_folder_that_was_returned_is_proposed_again_with_another_content(store: Store, tmp_path: Path) -> None:
    staffed(store)
    folder = Path(shutil.copytree(FOLDER, tmp_path / "draft"))
    with_ratio(folder, 2027, "1.5", "1.2,,")
    first = propose(store, proposal_of_folder(store, load(folder)), "按通知修改（示例）", PROPOSER)
    send_back(store, first, "数值有误（示例）", KEEPER)
    same = proposal_of_folder(store, load(folder))
    assert [each.edition.edition for each in same.pairs] == ["2027"]
    change(folder / "parameters.csv", "offset_ratio,1.5,", "offset_ratio,1.4,")
    drawn_again = proposal_of_folder(store, load(folder))
    assert [each.edition.edition for each in drawn_again.pairs] == ["2027-o1"]
    confirm(store, propose(store, drawn_again, "已更正（示例）", PROPOSER), KEEPER)
    with store.reading() as connection:
        assert law_of(connection).choose(None, NEXT_YEAR).parameters["offset_ratio"].text == "1.4"
    assert breaks(store) == []


def test_the_office_s_changes_are_carried_from_one_edition_of_a_folder_to_the_next(
    store: Store, tmp_path: Path
) -> None:
    """The first was adopted only with those changes, under a name of the office."""
    staffed(store)
    own = Amendment("parameters", {"parameter": "review_valid_years"}, {"value": "4"}, "law", "地方规定（示例）", PAPER)
    confirm(store, propose(store, proposal_for(store, Amended(date(2026, 12, 1), (own,))), "示例", PROPOSER), KEEPER)
    folder = Path(shutil.copytree(FOLDER, tmp_path / "draft"))
    for year, value, before in ((2027, "1.5", "1.2,,"), (2028, "1.6", "1.5,,2027-01-01")):
        with_ratio(folder, year, value, before)
        drawn_up = proposal_of_folder(store, load(folder))
        assert [(each.edition.edition, each.conflicts) for each in drawn_up.pairs] == [(f"{year}-o1", ())]
        confirm(store, propose(store, drawn_up, "示例", PROPOSER), KEEPER)
    with store.reading() as connection:
        figures = law_of(connection).choose(None, date(2028, 1, 1)).parameters
    assert [figures[name].text for name in ("review_valid_years", "offset_ratio")] == ["4", "1.6"]
    assert breaks(store) == []


def test_the_office_s_changes_are_not_carried_where_the_edition_that_comes_of_it_would_be_refused(
    store: Store, tmp_path: Path
) -> None:
    """Each gives 29 to another sector: with both an industry would be of whichever row comes first."""
    staffed(store)
    own = Amendment("sectors", {"sector": "chemical"}, {"industry_prefixes": "26;29"}, "law", "地方目录（示例）", PAPER)
    confirm(store, propose(store, proposal_for(store, Amended(date(2026, 12, 1), (own,))), "示例", PROPOSER), KEEPER)
    folder = Path(shutil.copytree(FOLDER, tmp_path / "draft"))
    with_edition(folder, 2027, "table sectors:plastics")
    sectors = folder / "tables" / "sectors.csv"
    head, *rows = sectors.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},from", *(f"{row}," for row in rows), "plastics,橡胶塑料,29,no,yes,no,示例,setting,2027-01-01"]
    sectors.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lint_folder(folder)[0] == []
    with pytest.raises(RulesetError, match="the prefix 29 is there twice"):
        proposal_of_folder(store, load(folder))


@pytest.mark.parametrize(
    ("head", "words"),
    [({"title": {"zh": " ", "en": "x"}}, "should have zh and en"), ({"title": {"zh": "甲\x00", "en": "x"}}, "U+0000"), ({"title": {"zh": "甲", "en": 1}}, "should have zh and en")],
)  # fmt: skip
def test_a_title_that_shows_nothing_is_refused(head: dict[str, Any], words: str) -> None:
    stated = {"parameter": "offset_ratio", "set": {"value": "1.5"}, "kind": "law", "reason": "提高（示例）"}
    with pytest.raises(RulesetError, match=re.escape(words)):
        amendments_of({"from": "2027-01-01", "changes": [stated], **head}, lambda *path: str(path[0]))


def test_a_table_without_a_row_and_a_row_without_a_name_are_told_as_that() -> None:
    stated = {"table": "parks", "set": {"name": "x"}, "kind": "law", "reason": "示例"}
    with pytest.raises(RulesetError, match="a table goes with its row"):
        amendments_of({"from": "2027-01-01", "changes": [stated]}, lambda *path: str(path[0]))
    nameless = Amendment("parks", {"park": ""}, {"name": "x", "chemical_park": "no"}, "law", "示例", PAPER, act="add")
    assert "column park: may not be empty" in refusal(nameless)
