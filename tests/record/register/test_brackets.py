"""Ids of sources that differ in their brackets alone are one source of the register, of records of before as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from review.errors import Refused
from review.facts.spellings import with_one_bracket
from review.record.cases.attaching import attach
from review.record.cases.attachments import AttachedTo, list_attachments, on_source
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.sources import Sources
from review.record.proof.verification import verify
from review.record.register.balances import account, find_entry
from review.record.register.claims import ClaimLine, claim_lines
from review.record.register.entries import SourceEntry, register_source
from review.record.register.history import preview_source, source_entries, source_line, source_movements
from review.record.register.lines import SourceLine, register_lines
from review.record.storage import journal
from review.record.storage.store import Store, open_store
from review.record.views.review_page import read_review_page
from review.replay.replaying import Target
from tests.databases import DATABASES, Databases
from tests.record.earlier_records import restored
from tests.record.offices import SCAN
from tests.record.projects import DOCUMENT, OFFICER, decide, drawing, overruled, project, recorded, registered

pytestmark = pytest.mark.record

BEFORE = Path(__file__).resolve().parents[2] / "data" / "brackets-2026-11" / "backup.sqlite.xz"
SPELLINGS = ["榕减〔2024〕1", "榕减（2024）1", "榕减(2024)1", "榕减[2024]1", "榕减【2024】1", "榕减〈2024)1"]
# How the record of before calls its projects.
A, B, C, D, E = "A-1", "B-1", "C-1", "D-1", "E-1"


@pytest.fixture(params=DATABASES)
def before(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Store]:
    """The record in which brackets told sources apart, restored."""
    store = restored(BEFORE, databases.new(request.param, tmp_path), open_store, tmp_path)
    yield store
    store.close()


def lines(store: Store) -> list[SourceLine]:
    with store.reading() as connection:
        return register_lines(connection)


def claims(store: Store) -> list[ClaimLine]:
    with store.reading() as connection:
        return claim_lines(connection)


def held(store: Store, source: str) -> dict[str, list[str]]:
    """What each project holds of a source, by its code: by each spelling in order of the record."""
    with store.reading() as connection:
        holders = source_line(connection, source)["holders"]
    found: dict[str, list[str]] = {}
    for each in holders:
        found.setdefault(each["name"].split("（")[-1].rstrip("）"), []).append(each["held_t"])
    return found


def intact(store: Store) -> bool:
    with store.reading() as connection:
        found = verify(connection)
    assert found.breaks == ()
    return True


def finding(result: Recorded, rule: str) -> dict[str, Any]:
    return next(each for each in json.loads(result.content)["findings"] if each["rule"] == rule)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("registered_as", ["榕减〔2024〕1", "榕减(2024)1"])
def test_two_projects_do_not_draw_the_same_source_by_two_spellings(
    store: Store, spelling: str, registered_as: str
) -> None:
    registered(store, "6", registered_as)
    recorded(store, drawing(A, "6", "榕减〔2024〕1"))
    second = recorded(store, drawing(B, "6", spelling))
    assert held(store, spelling) == {A: ["6"], B: ["0"]}
    assert finding(second, "offset-integrity")["status"] == "attention"
    assert finding(second, "voc-offset")["observed"]["value"] == "0"
    with store.reading() as connection:
        assert account(connection, "榕减[2024]1").drawn_t == 6
        assert find_entry(connection, spelling) == registered_as
        assert len(source_movements(connection, spelling)) == 2
    assert intact(store)


def test_other_ids_are_other_sources(store: Store) -> None:
    registered(store, "6", "榕减〔2024〕1")
    recorded(store, drawing(A, "6", "榕减〔2024〕1"))
    recorded(store, drawing(B, "6", "榕减2024-1"))
    assert held(store, "榕减〔2024〕1") == {A: ["6"]}
    assert [each["source"] for each in claims(store)] == ["榕减2024-1"]


def test_an_entry_by_another_spelling_amends_the_one_that_is_there(store: Store) -> None:
    first = SourceEntry("榕减〔2024〕1", "fuqing", Decimal(6), DOCUMENT)
    register_source(store, first, OFFICER, request="once")
    recorded(store, drawing(A, "6", "榕减[2024]1"))
    with pytest.raises(Refused, match="needs a reason"):
        registered(store, "5", "榕减（2024）1")
    assert register_source(store, replace(first, source="榕减（2024）1"), OFFICER, request="once").again
    entry = SourceEntry("榕减（2024）1", "fuqing", Decimal(5), DOCUMENT, reason="核减（示例）")
    with store.reading() as connection:
        preview = preview_source(connection, entry, OFFICER)
    assert (preview.key, preview.amends) == ("榕减〔2024〕1", True)
    assert [(each["before_t"], each["held_t"]) for each in preview.changes] == [("6", "5")]
    registered(store, "5", "榕减（2024）1", reason="核减（示例）")
    assert [(each["source"], each["verified_t"], each["free_t"]) for each in lines(store)] == [
        ("榕减〔2024〕1", "5", "0")
    ]
    assert held(store, "榕减〔2024〕1") == {A: ["5"]}
    assert intact(store)


def test_carbon_and_pollutants_are_found_by_the_id_however_its_brackets_are_written(store: Store) -> None:
    registered(store, "10", "闽碳(2025)2", pollutant="carbon")
    row = {"source": "闽碳〔2025〕2", "reduction_t": "10", "allocated_t": "10", "document": DOCUMENT}
    carbon = {"carbon": {"total_t": "20", "added_t": "10", "replacement": [row]}}
    recorded(store, project(A, carbon))
    recorded(store, project(B, {"carbon": {**carbon["carbon"], "replacement": [{**row, "source": "闽碳[2025]2"}]}}))
    assert held(store, "闽碳（2025）2") == {A: ["10"], B: ["0"]}
    registered(store, "3", "融环(2025)8", pollutant="so2")
    reduced = {"pollutant": "so2", "added_t": "3", "reduction_t": "3", "reduction_document": "融环〔2025〕8"}
    recorded(store, project(C, {"pollutants": [reduced]}))
    assert held(store, "融环[2025]8") == {C: ["3"]}
    assert intact(store)


def test_claims_of_one_source_are_one_and_are_granted_in_order(store: Store) -> None:
    for code, spelling in ((A, "闽减〔2025〕3"), (B, "闽减(2025)3"), (C, "闽减[2025]3")):
        recorded(store, drawing(code, "4", spelling))
    (claim,) = claims(store)
    assert (claim["asked_t"], [each["asked_t"] for each in claim["holders"]]) == ("12", ["4", "4", "4"])
    with store.reading() as connection:
        assert claim_lines(connection, claim["key"]) == []
    registered(store, "6", "闽减【2025】3")
    assert (held(store, "闽减〔2025〕3"), claims(store)) == ({A: ["4"], B: ["2"], C: ["0"]}, [])
    assert intact(store)


def test_a_project_takes_no_more_by_two_spellings_and_gives_back_what_it_held_by_another(store: Store) -> None:
    registered(store, "6", "榕减〔2024〕1")
    offset = {"area": "fuqing", "reduction_t": "6", "allocated_t": "4", "document": DOCUMENT}
    two = [{**offset, "source": each} for each in ("榕减〔2024〕1", "榕减[2024]1")]
    recorded(store, project(A, {"voc.emission_t": "5", "voc.offsets": two}))
    assert sorted(held(store, "榕减〔2024〕1")[A]) == ["2", "4"]
    recorded(store, drawing(A, "6", "榕减(2024)1"))
    assert held(store, "榕减〔2024〕1") == {A: ["6"]}
    assert intact(store)


def test_the_page_of_a_review_counts_what_is_asked_and_held_of_a_source_by_all_spellings(store: Store) -> None:
    registered(store, "6", "榕减〔2024〕1")
    recorded(store, drawing(B, "1", "榕减（2024）1"))
    offset = {"area": "fuqing", "reduction_t": "6", "document": DOCUMENT}
    spellings = {"榕减〔2024〕1": "3", "榕减[2024]1": "1", "榕减(2025)2": "2"}
    rows = [{**offset, "source": each, "allocated_t": amount} for each, amount in spellings.items()]
    number = recorded(store, project(A, {"voc.emission_t": "5", "voc.offsets": rows})).id
    with store.reading() as connection:
        shown = {with_one_bracket(each["source"]): each for each in read_review_page(connection, number).sources}
    both, alone = shown.pop("榕减〔2024〕1"), shown.pop("榕减〔2025〕2")
    assert not shown and both["now"] is not None and both["then"] is not None
    assert (both["asked_t"], both["now"]["held_t"], both["then"]["free_t"]) == ("4", "4", "5")
    assert [each["held_t"] for each in both["holders"]] == ["1"]
    assert (alone["asked_t"], alone["now"]) == ("2", None)


def test_an_approval_by_another_spelling_is_the_same_draw(store: Store) -> None:
    """What an approval in force holds and a newer version asks by another spelling is asked once."""
    registered(store, "20", "榕减〔2024〕1")
    first = recorded(store, drawing(A, "6", "榕减〔2024〕1"))
    decide(store, first.id, overruled("approve"), OFFICER)
    recorded(store, drawing(A, "4", "榕减(2024)1"))
    with store.reading() as connection:
        assert account(connection, "榕减(2024)1").drawn_t == 6
    newest = recorded(store, drawing(A, "8", "榕减(2024)1"))
    decided = decide(store, newest.id, overruled("approve"), OFFICER)
    assert (held(store, "榕减〔2024〕1"), decided.short) == ({A: ["8"]}, ())
    take_step(store, first.project, "withdrawn", OFFICER, reason="申请人来函（示例）")
    assert held(store, "榕减〔2024〕1") == {}
    assert intact(store)


def test_what_is_attached_to_a_source_is_found_by_every_spelling(store: Store) -> None:
    registered(store, "6", "榕减(2024)1")
    attach(store, AttachedTo(source="榕减〔2024〕1"), SCAN, OFFICER)
    with store.reading() as connection:
        assert len(list_attachments(connection, on_source("榕减【2024】1"))) == 1


def test_a_record_of_before_verifies_and_replays_byte_for_byte(before: Store) -> None:
    assert intact(before)
    with before.reading() as connection:
        assert [each["difference"] for each in rejudge(tasks(connection), Target())] == [None] * 5


def test_in_a_record_of_before_both_spellings_are_one_source(before: Store) -> None:
    shown = {each["source"]: (each["verified_t"], each["drawn_t"], each["free_t"]) for each in lines(before)}
    assert shown == {"榕减(2024)1": ("6", "12", "0"), "榕减〔2026〕7": ("3", "2", "1")}
    for spelling in SPELLINGS:
        assert held(before, spelling) == {A: ["6"], B: ["6"]}
        with before.reading() as connection:
            assert [each["source"] for each in source_entries(connection, spelling)] == ["榕减(2024)1", "榕减〔2024〕1"]
    (claim,) = claims(before)
    assert (claim["source"], claim["asked_t"], len(claim["holders"])) == ("闽减[2025]3", "9", 2)


def test_nothing_more_is_drawn_of_what_was_drawn_twice_and_nobody_loses_what_they_hold(before: Store) -> None:
    late = recorded(before, drawing("F-1", "1", "榕减【2024】1"))
    assert finding(late, "voc-offset")["observed"]["value"] == "0"
    recorded(before, drawing(A, "5", "榕减〔2024〕1"))
    assert held(before, "榕减(2024)1") == {B: ["6"], "F-1": ["0"], A: ["5"]}
    recorded(before, drawing(A, "6", "榕减〔2024〕1"))
    assert held(before, "榕减(2024)1") == {B: ["6"], "F-1": ["0"], A: ["5"]}
    assert intact(before)


def test_what_was_drawn_twice_is_kept_where_the_project_spells_the_source_otherwise(before: Store) -> None:
    """What is held by one spelling goes over to the other; together it is no more than it was."""
    recorded(before, drawing(A, "6", "榕减(2024)1"))
    assert held(before, "榕减(2024)1") == {B: ["6"], A: ["6"]}
    assert intact(before)
    offset = {"area": "fuqing", "reduction_t": "6", "allocated_t": "4", "document": DOCUMENT}
    two = [{**offset, "source": each} for each in ("榕减〔2024〕1", "榕减[2024]1")]
    recorded(before, project(A, {"voc.emission_t": "5", "voc.offsets": two}))
    assert {code: sorted(amounts) for code, amounts in held(before, "榕减(2024)1").items()} == {B: ["6"], A: ["2", "4"]}
    assert intact(before)


@pytest.mark.parametrize(("held_t", "drawn_t", "breaks"), [("0", "8", 0), ("1", "9", 1)])
def test_what_was_drawn_by_one_spelling_stays_where_an_entry_by_another_verifies_less(
    held_t: str, drawn_t: str, breaks: int
) -> None:
    sources = Sources()

    def found(kind: str, fold: int, **body: Any) -> int:
        return len(list(sources.breaks(1, kind, {"fold": fold, **body})))

    def draw(project: int, held_t: str, drawn_t: str) -> dict[str, Any]:
        return {"source": "榕减〔2024〕1", "project": project, "held_t": held_t, "drawn_t": drawn_t}

    assert found("source", 2, source="榕减〔2024〕1", pollutant="voc", verified_t="10") == 0
    assert found("review", 2, draws=[draw(1, "8", "8")]) == 0
    assert found("source", 2, source="榕减(2024)1", pollutant="voc", verified_t="5") == 0
    assert found("review", 3, draws=[draw(2, held_t, drawn_t)]) == breaks


def test_an_amendment_cuts_what_was_drawn_twice_and_spares_the_approved(before: Store) -> None:
    registered(before, "8", "榕减〔2024〕1", reason="两次登记的是同一来源（示例）")
    assert held(before, "榕减(2024)1") == {A: ["2"], B: ["6"]}
    registered(before, "6", "闽减〔2025〕3")
    assert held(before, "闽减[2025]3") == {C: ["4"], D: ["2"]}
    registered(before, "10", "榕减〔2024〕1", reason="更正（示例）")
    assert intact(before)


def test_an_event_that_draws_twice_breaks_the_record_even_where_it_is_told_as_one_of_before(
    before: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version of before could still write to it: what it says is held against the spellings until a newer one has written."""
    one = recorded(before, drawing("F-1", "1", "榕减【2024】1"))
    draws = [
        {
            "source": "榕减【2024】1",
            "project": one.project,
            "kind": "reserve",
            "asked_t": "1",
            "held_t": "1",
            "drawn_t": "1",
        }
    ]
    monkeypatch.setattr("review.record.cases.steps.movements", lambda *_: draws)
    monkeypatch.setattr(journal, "FOLD", 2)
    take_step(before, one.project, "withdrawn", OFFICER, reason="申请人来函（示例）")
    with before.reading() as connection:
        (found,) = verify(connection, rejudging=False).breaks
    assert "“榕减【2024】1”: 13 t/a held" in found.text.en
