"""The list of decisions: filters, order, samples that are drawn again, exports, counts."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from review.readers.past_rows import PastRow
from review.record.cases.past_decisions import import_rows
from review.record.storage.store import Store
from review.record.views.decision_list import (
    COLUMNS,
    DecisionFilters,
    DecisionLine,
    decisions_as_csv,
    decisions_as_xlsx,
    each_decision,
    last_event,
    list_decisions,
    sampled,
    statistics,
)
from review.record.views.spreadsheets import number_or_text
from review.record.views.worklist_export import code_names
from tests.record.projects import OFFICER, SECOND, decide, overruled, project, recorded

OTHER = "签发岗丙"


@pytest.fixture
def decided(store: Store) -> Store:
    """Four decisions on three projects: the first project's approval is withdrawn by a later rejection."""
    sheets: dict[str, dict[str, Any]] = {
        "A-1": {"project.industry": "2614", "site.park": "jiangyin"},
        "B-1": {"project.industry": "3011", "site.park": None},
        "C-1": {"project.industry": "2614", "site.park": "jiangyin"},
    }
    made = {code: recorded(store, project(code, changes)) for code, changes in sheets.items()}
    decide(store, made["A-1"].id, overruled("approve", decided_on=date(2026, 1, 31)), OFFICER)
    decide(store, made["B-1"].id, overruled("reject", decided_on=date(2026, 2, 1)), OTHER)
    decide(store, made["C-1"].id, overruled("supplement", decided_on=date(2026, 2, 28)), OTHER)
    decide(store, made["A-1"].id, overruled("reject", decided_on=date(2026, 3, 1)), OFFICER)
    return store


def wanted(store: Store, **filters: Any) -> list[DecisionLine]:
    with store.reading() as connection:
        return list(each_decision(connection, DecisionFilters(**filters)))


def codes(store: Store, **filters: Any) -> list[str | None]:
    return [each["code"] for each in wanted(store, **filters)]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["A-1", "B-1", "C-1", "A-1"]),
        ({"officer": "丙"}, ["B-1", "C-1"]),
        ({"officer": "%"}, []),
        ({"since": date(2026, 1, 31), "until": date(2026, 2, 1)}, ["A-1", "B-1"]),
        ({"since": date(2026, 2, 2)}, ["C-1", "A-1"]),
        ({"outcome": "reject"}, ["B-1", "A-1"]),
        ({"last": True}, ["B-1", "C-1", "A-1"]),
        ({"last": False}, ["A-1"]),
        ({"industry": "26"}, ["A-1", "C-1", "A-1"]),
        ({"park": "jiangyin"}, ["A-1", "C-1", "A-1"]),
        ({"second": SECOND[-1]}, ["A-1", "B-1", "C-1", "A-1"]),
        ({"second": "无此人"}, []),
        ({"reference": "A"}, []),
        ({"rule": "no-such-rule"}, []),
    ],
)
def test_decisions_are_found_by(decided: Store, filters: dict[str, Any], found: list[str]) -> None:
    assert codes(decided, **filters) == found


def test_departures_are_those_that_were_recorded_as_such(decided: Store) -> None:
    lines = wanted(decided)
    for departs in (True, False):
        assert codes(decided, departs=departs) == [each["code"] for each in lines if each["departs"] is departs]
    assert {each["departs"] for each in lines} == {True, False}


def test_a_rule_finds_the_decisions_whose_review_fails_it(decided: Store) -> None:
    lines = wanted(decided)
    failing = {rule for each in lines for rule in each["fails"]}
    for rule in failing:
        assert codes(decided, rule=rule) == [each["code"] for each in lines if rule in each["fails"]]
    with decided.reading() as connection:
        for rule in (*failing, "no-such-rule"):
            many = sum(rule in each["fails"] for each in lines)
            assert statistics(connection, DecisionFilters(rule=rule))["all"]["decisions"] == many


def test_pages_lead_through_all_newest_first(decided: Store) -> None:
    with decided.reading() as connection:
        first = list_decisions(connection, DecisionFilters(), 3)
        rest = list_decisions(connection, DecisionFilters(), 3, before=first[-1]["decision"])
    assert [each["code"] for each in first + rest] == ["A-1", "C-1", "B-1", "A-1"]


def test_the_same_seed_draws_the_same_decisions(decided: Store) -> None:
    with decided.reading() as connection:
        drawn = {
            seed: [each["decision"] for each in sampled(connection, DecisionFilters(), 2, seed)]
            for seed in [*map(str, range(20))]
        }
        again = [each["decision"] for each in sampled(connection, DecisionFilters(), 2, "7")]
        more = [each["decision"] for each in sampled(connection, DecisionFilters(), 3, "7")]
        everything = sampled(connection, DecisionFilters(), 500, "7")
    assert again == drawn["7"] and set(again) < set(more), "a larger sample holds the smaller"
    assert len({tuple(each) for each in drawn.values()}) > 1, "another seed draws others"
    assert len(everything) == 4


def test_a_sample_is_drawn_of_what_is_wanted_alone(decided: Store) -> None:
    with decided.reading() as connection:
        drawn = sampled(connection, DecisionFilters(officer=OTHER), 4, "x")
    assert {each["officer"] for each in drawn} == {OTHER}


def test_decisions_are_counted(decided: Store) -> None:
    with decided.reading() as connection:
        found = statistics(connection, DecisionFilters())
        narrowed = statistics(connection, DecisionFilters(officer=OTHER))
    lines = wanted(decided)
    assert found["all"] == {
        "decisions": 4,
        "departs": sum(each["departs"] for each in lines),
        "outcomes": {"approve": 1, "reject": 2, "supplement": 1},
    }
    assert {name: each["decisions"] for name, each in found["officers"].items()} == {OFFICER: 2, OTHER: 2}
    assert {name: each["decisions"] for name, each in found["industries"].items()} == {"2614": 3, "3011": 1}
    assert {name: each["decisions"] for name, each in found["parks"].items()} == {"": 1, "jiangyin": 3}
    assert list(found["months"]) == ["2026-01", "2026-02", "2026-03"]
    assert found["overruled"] == {
        rule: sum(rule in each["fails"] for each in lines if each["departs"])
        for rule in sorted({rule for each in lines if each["departs"] for rule in each["fails"]})
    }
    assert narrowed["all"]["decisions"] == 2


def test_exports_are_in_the_office_s_words_and_numbers_are_numbers(decided: Store) -> None:
    with decided.reading() as connection:
        text = decisions_as_csv(each_decision(connection, DecisionFilters()), code_names(connection)).decode(
            "utf-8-sig"
        )
        book = load_workbook(
            io.BytesIO(decisions_as_xlsx(each_decision(connection, DecisionFilters()), code_names(connection)))
        )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [each["决定"] for each in rows] == ["批准", "不予批准", "补充材料", "不予批准"]
    assert book.active is not None
    cells = dict(zip(COLUMNS, book.active[2], strict=True))
    assert (cells["review"].data_type, cells["name"].data_type) == ("n", "s")
    assert str(cells["review"].value) == rows[0]["审查编号"]


@pytest.mark.parametrize(
    ("figure", "number"),
    [
        ("42226.07378", True),
        ("0.1", True),
        ("999999999999999", True),
        ("1234567890.123456", False),
        ("9999999999999999", False),
    ],
)
def test_a_figure_is_a_number_where_a_spreadsheet_keeps_its_digits(figure: str, number: bool) -> None:
    cell = number_or_text(figure)
    assert isinstance(cell, str) is not number
    assert str(cell) == figure and (not number or repr(float(cell)) in (figure, f"{figure}.0"))


def test_an_empty_record_has_nothing_to_count(store: Store) -> None:
    assert wanted(store) == []
    with store.reading() as connection:
        assert statistics(connection, DecisionFilters())["all"] == {"decisions": 0, "departs": 0, "outcomes": {}}
        content = decisions_as_xlsx(each_decision(connection, DecisionFilters()), code_names(connection))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_a_sample_is_drawn_again_when_more_was_decided_since(decided: Store) -> None:
    with decided.reading() as connection:
        upto = last_event(connection)
        before = {seed: sampled(connection, DecisionFilters(upto=upto), 2, seed) for seed in map(str, range(9))}
    for number in range(3):
        made = recorded(decided, project(f"E-{number}"))
        decide(decided, made.id, overruled("reject"), OFFICER)
    with decided.reading() as connection:
        again = {seed: sampled(connection, DecisionFilters(upto=upto), 2, seed) for seed in before}
        more = {seed: sampled(connection, DecisionFilters(), 2, seed) for seed in before}
    assert [[each["decision"] for each in drawn] for drawn in again.values()] == [
        [each["decision"] for each in drawn] for drawn in before.values()
    ]
    assert more != again


def test_a_row_without_a_reference_is_found_by_none(store: Store) -> None:
    stated = {"name": "旧（虚构）", "code": "OLD-1", "industry": "3011", "nature": "new", "stage": "proposed"}
    envelope = {
        "as_of": "2022-05-01",
        "decision.outcome": "approve",
        "decision.officer": "旧审查岗",
        "decision.decided_on": "2022-05-20",
    }
    for reference in ({}, {"reference": "融审〔2022〕1 号（示例）"}):
        code = f"OLD-{len(reference)}"
        rows = [PastRow("1", {"project": {**stated, "code": code}}, {**envelope, **reference}, ())]
        assert import_rows(store, rows, OFFICER).added == 1
    assert codes(store, reference="融审") == ["OLD-1"] == codes(store, reference="2022")
    assert codes(store, reference="sha256") == [] == codes(store, reference="import")
