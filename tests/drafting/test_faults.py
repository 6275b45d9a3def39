"""What is wrong with values being filled in: all of it at once, without work that grows with the number of mistakes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from review.clock import today
from review.drafting import faults
from review.drafting.faults import MOST_LISTED, faults_of
from review.drafting.typed import typed
from review.errors import Fault, SheetError
from review.facts import Case, build_facts
from review.law.loading import load_builtin
from review.sheet import parse_sheet

EDITION = load_builtin()[-1]


def found(raw: dict[str, Any]) -> tuple[Fault, ...]:
    return faults_of(typed({"project": {"name": "核对（虚构）"}, **raw}).values, EDITION, today())


def items(number: int, **row: str) -> dict[str, Any]:
    return {"energy": {"items": [dict(row) for _ in range(number)]}}


def test_one_mistake_does_not_hide_another() -> None:
    raw = {"site": {"park": "无此园区"}, "products": [{"benchmark": "无此行"}, {"capacity": "很多"}, {"benchmark": "也没有"}],
           **items(3, carrier="不存在", quantity="很多"), "voc": {"emission_t": "x"}}  # fmt: skip
    wheres = {fault.where for fault in found(raw)}
    rows = {f"energy.items[{i}].{name}" for i in range(3) for name in ("carrier", "quantity")}
    assert wheres == {
        "site.park",
        "products[0].benchmark",
        "products[1].capacity",
        "products[2].benchmark",
        "voc.emission_t",
        *rows,
    }


def test_the_values_are_left_as_they_are() -> None:
    values = typed(items(3, carrier="不存在", quantity="很多")).values
    before = deepcopy(values)
    assert any(fault.where == "project.name" for fault in faults_of(values, EDITION, today()))
    assert values == before


@pytest.mark.parametrize("row", [{"carrier": "不存在"}, {"quantity": "很多"}, {"carrier": "raw_coal", "unit": "kWh"}])
def test_of_many_mistakes_the_first_are_listed_and_that_there_are_more_is_said(row: dict[str, str]) -> None:
    exactly, more = found(items(MOST_LISTED, **row)), found(items(MOST_LISTED + 1, **row))
    assert len(exactly) == MOST_LISTED and all(fault.where for fault in exactly)
    assert len(more) == MOST_LISTED + 1 and more[-1].where == "" and str(MOST_LISTED) in more[-1].text.zh


def test_the_work_does_not_grow_with_the_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    done = {"parsed": 0, "copied": 0}

    def counted(name: str, work: Any) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            done[name] += 1
            return work(*given, **named)

        return call

    monkeypatch.setattr(faults, "parse_sheet", counted("parsed", parse_sheet))
    monkeypatch.setattr(faults, "deepcopy", counted("copied", deepcopy))
    found(
        {
            **items(500, carrier="x", quantity="y", unit="z", factor="w"),
            "products": [{"benchmark": "x", "capacity": "y"}] * 500,
        }
    )
    assert done == {"parsed": 1, "copied": 1}
    found(items(150, carrier="x"))
    assert done["copied"] == 2 and done["parsed"] <= 1 + 4 + 1


def test_every_item_of_a_list_is_told_of_at_once() -> None:
    sheet = parse_sheet({"project": {"name": "核对（虚构）"}, **items(60, carrier="x")})
    with pytest.raises(SheetError) as caught:
        build_facts(Case(sheet, EDITION, today()))
    wheres = [fault.where for fault in caught.value.faults]
    assert wheres == [*(f"energy.items[{i}].carrier" for i in range(50)), ""]


def test_values_that_were_changed_in_place_are_looked_at_anew() -> None:
    values = typed({"project": {"name": "核对（虚构）"}, **items(1, carrier="不存在")}).values
    before = faults_of(values, EDITION, today())
    values["energy"]["items"][0]["carrier"] = "raw_coal"
    assert [each.where for each in before] == ["energy.items[0].carrier"]
    assert before == found(items(1, carrier="不存在")) and faults_of(values, EDITION, today()) != before
