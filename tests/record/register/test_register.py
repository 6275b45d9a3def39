"""The register: over all projects a source is never drawn on for more than was verified (四（二）)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review.errors import Refused
from review.facts.register_keys import draw_key
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.proof.verification import verify
from review.record.register.balances import account
from review.record.register.entries import SourceEntry, register_source
from review.record.register.lines import SourceLine, register_lines
from review.record.storage.contents import read_review
from review.record.storage.store import Store, open_store
from tests.databases import Databases
from tests.record.projects import DOCUMENT, OFFICER, decide, drawing, overruled, project, recorded, registered


def line(store: Store, source: str = "S-1") -> SourceLine:
    with store.reading() as connection:
        return next(each for each in register_lines(connection) if each["source"] == source)


def held(store: Store, source: str = "S-1") -> dict[int, str]:
    return {each["project"]: each["held_t"] for each in line(store, source)["holders"]}


def finding(result: Recorded, rule: str) -> dict[str, Any]:
    return next(each for each in json.loads(result.content)["findings"] if each["rule"] == rule)


def test_a_submission_that_would_overdraw_reserves_what_is_free_and_names_the_holders(store: Store) -> None:
    registered(store, "10")
    first = recorded(store, drawing("A-1", "6"))
    second = recorded(store, drawing("B-1", "6"))
    assert held(store) == {first.project: "6", second.project: "4"}
    assert line(store)["free_t"] == "0"
    document = json.loads(second.content)
    assert document["register"]["balances"]["S-1"] == {
        "verified_t": "10", "drawn_t": "6", "free_t": "4", "holders": ["测试项目 A-1（虚构）（A-1）"], "area": "fuqing", "pollutant": "voc",
    }  # fmt: skip
    integrity = finding(second, "offset-integrity")
    assert integrity["status"] == "attention" and integrity["observed"]["value"] == "12"
    assert any("测试项目 A-1（虚构）（A-1）" in note["zh"] for note in integrity["notes"])
    assert finding(second, "voc-offset")["observed"]["value"] == "4"


@pytest.mark.parametrize(("verified", "status"), [("11.999999", "attention"), ("12", "pass"), ("12.000001", "pass")])
def test_a_source_is_full_exactly_at_its_verified_amount(store: Store, verified: str, status: str) -> None:
    registered(store, verified)
    recorded(store, drawing("A-1", "6"))
    second = recorded(store, drawing("B-1", "6"))
    assert finding(second, "offset-integrity")["status"] == status
    assert finding(second, "voc-offset")["status"] == ("pass" if status == "pass" else "fail")


def test_a_source_without_an_entry_is_judged_on_the_sheet_and_the_finding_says_so(store: Store) -> None:
    result = recorded(store, drawing("A-1", "6"))
    assert finding(result, "voc-offset")["status"] == "pass"
    for rule in ("voc-offset", "offset-integrity"):
        assert any("未列入减排来源登记册" in note["zh"] for note in finding(result, rule)["notes"])


def release_by(store: Store, how: str, held_by: Recorded) -> None:
    if how == "reject":
        decide(store, held_by.id, overruled("reject"), OFFICER)
    elif how == "new version":
        newer = recorded(store, project("A-1", {"voc": "none"}))
        assert line(store)["free_t"] == "4", "an approval is in force until the new version is decided"
        decide(store, newer.id, overruled("approve"), OFFICER)
    else:
        take_step(store, held_by.project, how, OFFICER, reason="申请人来函（示例）")


@pytest.mark.parametrize("how", ["reject", "withdrawn", "lapsed", "closed", "new version"])
def test_what_a_project_held_is_free_again(store: Store, how: str) -> None:
    registered(store, "10")
    first = recorded(store, drawing("A-1", "6"))
    decide(store, first.id, overruled("approve"), OFFICER)
    assert line(store)["free_t"] == "4"
    release_by(store, how, first)
    assert line(store)["free_t"] == "10"
    second = recorded(store, drawing("B-1", "10"))
    assert held(store) == {second.project: "10"}


def test_a_new_version_takes_the_place_of_the_old_one(store: Store) -> None:
    registered(store, "10")
    first = recorded(store, drawing("A-1", "6"))
    again = recorded(store, drawing("A-1", "9"))
    assert held(store) == {first.project: "9"}
    assert finding(again, "offset-integrity")["status"] == "pass", "its own old draw is not counted against it"


def test_approval_after_a_refusal_reserves_again_and_says_what_is_short(store: Store) -> None:
    registered(store, "10")
    first = recorded(store, drawing("A-1", "6"))
    decide(store, first.id, overruled("reject"), OFFICER)
    recorded(store, drawing("B-1", "7"))
    decided = decide(store, first.id, overruled("approve"), OFFICER)
    assert held(store)[first.project] == "3"
    assert decided.short == ("S-1",)


def test_claims_are_granted_in_order_when_the_source_is_registered(store: Store) -> None:
    first, second, third = (recorded(store, drawing(code, "6")) for code in ("A-1", "B-1", "C-1"))
    registered(store, "10")
    assert held(store) == {first.project: "6", second.project: "4", third.project: "0"}


def test_a_smaller_verified_amount_cuts_the_last_and_spares_the_approved(store: Store) -> None:
    registered(store, "20")
    first, second, third = (recorded(store, drawing(code, "6")) for code in ("A-1", "B-1", "C-1"))
    decide(store, third.id, overruled("approve"), OFFICER)
    registered(store, "8", reason="核查核减（示例）")
    assert held(store) == {first.project: "2", second.project: "0", third.project: "6"}
    with pytest.raises(Refused, match="needs a reason"):
        registered(store, "9")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("source", " ", "is required"), ("source", "x" * 201, "too long"), ("area", "beijing", "allowed: Fuqing .fuqing."),
        ("pollutant", "co2", "allowed: VOC .voc."), ("verified_t", Decimal("-1"), "no less than 0"), ("verified_t", Decimal("NaN"), "no less than 0"),
        ("verified_t", Decimal("1e400"), "no less than 0"), ("document", "", "is required"), ("name", "a\x00b", "control characters"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_kept_is_refused(store: Store, field: str, value: Any, words: str) -> None:
    content: dict[str, Any] = {
        "source": "S-1",
        "area": "fuqing",
        "verified_t": Decimal(10),
        "document": DOCUMENT,
        field: value,
    }
    with pytest.raises(Refused, match=words):
        register_source(store, SourceEntry(**content), OFFICER)
    with store.reading() as connection:
        assert register_lines(connection) == []


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.sampled_from("ABCD"), st.sampled_from(["0.000001", "3", "6", "9.5"])),
        st.tuples(
            st.sampled_from(["approve", "reject", "withdrawn", "reopened"]), st.sampled_from("ABCD"), st.just("")
        ),
        st.tuples(st.just("register"), st.just(""), st.sampled_from(["0", "5", "12", "30"])),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_a_source_is_never_overdrawn(
    acts: list[tuple[str, str, str]], databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = open_store(databases.copy("sqlite", tmp_path_factory.mktemp("register"))[0])
    try:
        latest: dict[str, Recorded] = {}
        for act, code, amount in acts:
            try:
                _act(store, latest, act, code, amount)
            except Refused:
                continue
            with store.reading() as connection:
                found = account(connection, "S-1")
            assert found.drawn_t == sum(each.held_t for each in found.holdings) <= (found.verified_t or 0)
            assert all(each.held_t <= each.asked_t for each in found.holdings)
        with store.reading() as connection:
            assert verify(connection).breaks == ()
    finally:
        store.close()


def _act(store: Store, latest: dict[str, Recorded], act: str, code: str, amount: str) -> None:
    if act == "submit":
        latest[code] = recorded(store, drawing(code, amount))
    elif act == "register":
        registered(store, amount, reason="更正（示例）")
    elif code in latest and act in ("approve", "reject"):
        decide(store, latest[code].id, overruled(act), OFFICER)
    elif code in latest:
        take_step(store, latest[code].project, act, OFFICER, reason="理由（示例）")


@pytest.mark.record
def test_long_source_names_are_judged_on_the_sheet_alone(opened: Callable[..., Store], tmp_path: Path) -> None:
    result = recorded(opened(str(tmp_path / "record.sqlite")), drawing("A-1", "6", source="长" * 1999))
    assert finding(result, "voc-offset")["status"] == "pass"


@pytest.mark.parametrize("spelling", ["s-1", "Ｓ-1", "S- 1", "S—1", " S-1 "])
def test_another_spelling_is_the_same_source(store: Store, spelling: str) -> None:
    registered(store, "6")
    first = recorded(store, drawing("A-1", "6"))
    second = recorded(store, drawing("B-1", "6", source=spelling))
    assert held(store) == {first.project: "6", second.project: "0"}
    assert finding(second, "offset-integrity")["status"] == "attention"
    assert finding(second, "voc-offset")["observed"]["value"] == "0"


def test_two_spellings_in_one_sheet_are_one_source(store: Store) -> None:
    one = {"area": "fuqing", "reduction_t": "6", "allocated_t": "6", "document": DOCUMENT}
    result = recorded(
        store,
        project(
            "A-1", {"voc.emission_t": "10", "voc.offsets": [{**one, "source": "S-1"}, {**one, "source": "ｓ－１"}]}
        ),
    )
    assert finding(result, "voc-offset")["observed"]["value"] == "6"
    assert finding(result, "offset-integrity")["status"] == "attention"


def test_an_entry_is_registered_by_its_key(store: Store) -> None:
    registered(store, "6", " t-1 ")
    assert line(store, "T-1")["verified_t"] == "6"
    with pytest.raises(Refused, match="needs a reason"):
        registered(store, "7", "Ｔ-1")


@pytest.mark.parametrize(
    ("options", "status"),
    [({"pollutant": "cod"}, "fail"), ({"area": "other"}, "fail"), ({"area": "fuzhou"}, "missing"), ({}, "pass")],
)
def test_what_was_verified_wins_over_what_the_sheet_states(store: Store, options: dict[str, str], status: str) -> None:
    """The sheet says VOC in Fuqing; the register knows what was verified."""
    entry = SourceEntry("S-1", **{"area": "fuqing", "verified_t": Decimal(10), "document": DOCUMENT, **options})  # type: ignore[arg-type]
    register_source(store, entry, OFFICER)
    result = recorded(store, drawing("A-1", "6"))
    assert finding(result, "voc-offset")["status"] == status


def test_a_source_of_another_pollutant_is_held_by_nobody(store: Store) -> None:
    claim = recorded(store, drawing("A-1", "6"))
    register_source(store, SourceEntry("S-1", "fuqing", Decimal(10), DOCUMENT, "cod"), OFFICER)
    later = recorded(store, drawing("B-1", "6"))
    assert held(store) == {claim.project: "0", later.project: "0"}
    assert line(store)["free_t"] == "10"


def test_approving_when_another_project_has_taken_the_source_is_a_departure(store: Store) -> None:
    registered(store, "6")
    first = recorded(store, drawing("A-1", "6"))
    decide(store, first.id, overruled("reject"), OFFICER)
    second = recorded(store, drawing("B-1", "6"))
    decide(store, second.id, overruled("approve"), OFFICER)
    ruling = overruled("approve")
    for lacking in (replace(ruling, reason=None), replace(ruling, clause=None)):
        with pytest.raises(Refused, match="less is left of source “S-1”"):
            decide(store, first.id, lacking, OFFICER)
    with pytest.raises(Refused, match="needs a second person"):
        decide(store, first.id, replace(ruling, second=None), OFFICER)
    assert decide(store, first.id, ruling, OFFICER).departs
    assert held(store) == {first.project: "0", second.project: "6"}


def claimed(store: Store, number: int) -> dict[str, Any]:
    """A recorded review: its findings on offsets by rule, and what it read of claims."""
    with store.reading() as connection:
        document = read_review(connection, number).document()
    found = {each["rule"]: each for each in document["findings"] if each["rule"] in ("voc-offset", "offset-integrity")}
    register = document["register"]
    assert register is not None
    return {**found, "claims": register.get("claims")}


def test_what_others_claim_of_a_source_in_no_register_counts_perhaps_and_names_them(store: Store) -> None:
    first = recorded(store, drawing("A-1", "6", reduction="9"))
    assert claimed(store, first.id)["claims"] == {}
    second = claimed(store, recorded(store, drawing("B-1", "5", reduction="9")).id)
    assert second["claims"] == {"S-1": {"asked_t": "6", "holders": ["测试项目 A-1（虚构）（A-1）"]}}
    assert second["offset-integrity"]["status"] == "attention"
    assert any("测试项目 A-1（虚构）" in note["zh"] for note in second["offset-integrity"]["notes"])
    assert second["voc-offset"]["observed"] == {"low": "3", "high": "5", "unit": "t/a"}


def test_a_refused_project_claims_nothing(store: Store) -> None:
    first = recorded(store, drawing("A-1", "6", reduction="9"))
    decide(store, first.id, overruled("reject"), OFFICER)
    again = claimed(store, recorded(store, drawing("B-1", "5", reduction="9")).id)
    assert again["claims"] == {} and again["offset-integrity"]["status"] == "pass"


def test_claims_are_replayed_as_they_were_read(store: Store) -> None:
    recorded(store, drawing("A-1", "6", reduction="9"))
    recorded(store, drawing("B-1", "5", reduction="9"))
    recorded(store, drawing("C-1", "4", reduction="9"))
    with store.reading() as connection:
        assert verify(connection).breaks == ()


def test_a_retired_line_is_told_by_enterprise_and_line_and_nothing_else_is(store: Store) -> None:
    line = SourceEntry("", "fuqing", Decimal(10), DOCUMENT, "capacity", enterprise="甲玻璃（虚构）", line="1#线")
    made = register_source(store, line, OFFICER, request="k-1")
    assert register_source(store, line, OFFICER, request="k-1").again and made.id
    with store.reading() as connection:
        (found,) = register_lines(connection, pollutant="capacity")
    assert (found["source"], found["enterprise"], found["line"]) == ("capacity 甲玻璃虚构1线", "甲玻璃（虚构）", "1#线")
    for wrong, field in ((replace(line, source="S-1"), "source"), (replace(line, pollutant="voc", source="S-1"), "enterprise")):  # fmt: skip
        with pytest.raises(Refused) as caught:
            register_source(store, wrong, OFFICER)
        assert field in {each.where for each in caught.value.faults}
    with pytest.raises(Refused, match="needs a reason"):
        register_source(store, replace(line, line="1线", verified_t=Decimal(9)), OFFICER)


def test_one_document_can_be_registered_for_several_pollutants_and_an_id_is_of_one_kind(store: Store) -> None:
    """The first kind has the id alone; another one, which is no amendment, has an entry of its own."""
    registered(store, "10", "示环〔2026〕9号", pollutant="so2")
    registered(store, "20", "示环[2026]9号", pollutant="nox")
    with store.reading() as connection:
        found = {each["source"]: (each["pollutant"], each["verified_t"]) for each in register_lines(connection)}
    assert found == {"示环〔2026〕9号": ("so2", "10"), "nox 示环〔2026〕9号": ("nox", "20")}
    registered(store, "5", "示环〔2026〕9号", pollutant="nox", reason="核减（示例）")
    assert line(store, "nox 示环〔2026〕9号")["verified_t"] == "5"
    assert finding(recorded(store, drawing("A-1", "6", "示环〔2026〕9号")), "voc-offset")["status"] == "fail"


def test_claims_are_granted_when_an_id_of_another_kind_gets_an_entry_of_theirs(store: Store) -> None:
    """Nothing could be held of the id while its entry was of another kind: the first of its own kind is a first registration."""
    registered(store, "10", "X-1")
    row = {"source": "X-1", "reduction_t": "10", "allocated_t": "10", "document": DOCUMENT}
    first = recorded(store, project("A-1", {"carbon": {"total_t": "20", "added_t": "10", "replacement": [row]}}))
    second = recorded(store, project("B-1", {"carbon": {"total_t": "20", "added_t": "10", "replacement": [row]}}))
    registered(store, "15", "X-1", pollutant="carbon")
    assert held(store, "carbon X-1") == {first.project: "10", second.project: "5"}
    with store.reading() as connection:
        assert verify(connection).breaks == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("甲玻璃（虚构）1#线", "甲玻璃 (虚构) 1 线", True),
        ("甲玻璃1号线", "甲玻璃一号线", True),
        ("甲玻璃1-2#线", "甲玻璃12#线", False),
        ("甲玻璃1-2#线", "甲玻璃 1～2 线", True),
        ("甲玻璃二十一号线", "甲玻璃二十1号线", False),
        ("甲玻璃1线", "甲玻璃2线", False),
    ],
)
def test_which_spellings_are_one_line(one: str, other: str, same: bool) -> None:
    assert (draw_key("capacity", one) == draw_key("capacity", other)) is same
