"""What findings say is what the sheet says: nothing stated is called not stated, and nothing that nobody stated is spoken of."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from review import Review, choose, from_content, judge, parse_sheet
from review.errors import Text
from review.law.loading import load_builtin
from review.verdict.findings import Finding
from review.verdict.stated import to_put_right
from review.verdict.terminal import review_text
from tests.sheets import found, review, sheet

DAY = date(2026, 11, 23)
SAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "sheets"


def on(changes: dict[str, Any]) -> Review:
    return review(sheet(changes), edition=None, as_of=DAY)


def finding(changes: dict[str, Any], rule: str) -> Finding:
    (only,) = found(on(changes), rule)
    return only


TOO_LITTLE = {
    "project.industry": "3042",
    "energy.total_tce": "900",
    "energy.electricity_mwh": "20000",
    "energy.coal_t": "0",
}


def test_figures_that_contradict_each_other_are_not_called_unstated() -> None:
    """20,000 MWh are 2,458 tce, more than the 900 in all: a review is due by the one and not by the other."""
    each = finding(TOO_LITTLE, "energy-review-due")
    assert each.status == "missing"
    assert each.message.zh == "所填的年综合能源消费量、年用电量相互矛盾，本条无法判断"
    assert "contradict each other" in each.message.en and "not stated" not in each.message.en
    assert each.remedy is not None and each.remedy.zh.startswith("请核对：") and "check" in each.remedy.en
    assert each.missing == ("energy.total_tce", "energy.electricity_mwh")


def test_what_is_not_stated_is_told_apart_from_what_contradicts() -> None:
    each = finding({**TOO_LITTLE, "project.stage": None}, "energy-review-due")
    assert each.status == "missing"
    stated, unstated = each.message.zh.split("；")
    assert "相互矛盾" in stated and unstated.startswith("未载明") and "年综合能源消费量" not in unstated
    assert each.remedy is not None and "请核对：" in each.remedy.zh and "请补充载明：" in each.remedy.zh


LINE = {
    "enterprise": "甲线（示例）",
    "capacity_t": "700000",
    "document": "公告1（示例）",
    "closed_before_operation": True,
}
TWO_ROWS = {
    "project.industry": "3011", "products": [{"name": "熟料（示例）", "benchmark": "cement-clinker"}], "capacity.new_t": "742500",
    "capacity.announced": "2025-02-01", "capacity.cross_province": False, "capacity.restricted": False, "capacity.merger": False,
    "capacity.same_site": False, "capacity.retired": [LINE, LINE],
}  # fmt: skip


def test_what_is_stated_and_settles_nothing_is_to_be_checked() -> None:
    """One line in two rows: whether the second is the same is for a person to say."""
    each = finding(TWO_ROWS, "capacity-replacement")
    assert (each.status, each.missing) == ("missing", ("capacity.retired[1].enterprise",))
    assert "未载明" not in each.message.zh and "待核对" in each.message.zh and "to be checked" in each.message.en


def test_a_row_that_names_no_pollutant_says_so() -> None:
    row = {"added_t": "5", "reduction_t": "6", "reduction_document": "榕减〔2026〕2号（示例）"}
    each = finding({"pollutants": [row]}, "pollutant-reduction")
    assert (each.status, each.missing) == ("missing", ("pollutants[0].pollutant",))
    assert each.message.zh == "重点污染物[1]没有写明是哪种污染物，本条无法判断"
    assert each.message.en == "cannot be judged: key pollutants[1] does not say which pollutant it is"


CONVERTER = {
    "project.industry": "3120", "products[0].name": "转炉（示例）", "products[0].benchmark": "steelmaking-converter",
    "products[0].unit_energy": "-7.3",
}  # fmt: skip
CORRECTION = {"document": "修正计算书（示例）"}


@pytest.mark.parametrize(("ground", "has"), [(CORRECTION, ("是", "yes")), (None, ("否", "no"))])
def test_a_corrected_limit_has_its_unit(ground: object, has: tuple[str, str]) -> None:
    changes = {**CONVERTER, "products[0].limit_corrected": "-7.4", "products[0].limit_correction": ground}
    each = finding(changes, "energy-limit")
    assert f"修正后的限额 -7.4 kgce/t（标准允许修正：是，修正有文号：{has[0]}）" in each.message.zh
    assert f"as corrected, -7.4 kgce/t (the standard allows it: yes, with a document: {has[1]})" in each.message.en


LAPSING = {"project.industry": "2614", "energy.total_tce": "900", "energy.coal_t": "0"}
OPINION = {"document": "榕发改〔2024〕1号（示例）", "authority": "county"}


def test_an_undated_opinion_is_not_said_to_have_lapsed() -> None:
    changes = {**LAPSING, "energy.review": OPINION, "energy.review_exempt": {"document": "不单独审查（示例）"}}
    each = finding(changes, "energy-review-lapsed")
    assert each.status == "attention" and each.remedy is not None
    for words in (each.message, each.remedy):
        assert "（未载明）" not in words.zh and "(not stated)" not in words.en and "已自动失效" not in words.zh
    assert "未载明出具日期" in each.message.zh and "2026-11-23" in each.message.zh


def test_an_opinion_that_lapsed_says_when() -> None:
    each = finding({**LAPSING, "energy.review": {**OPINION, "date": "2024-02-29"}}, "energy-review-lapsed")
    assert each.status == "attention"
    assert "（2024-02-29）" in each.message.zh and "最后一日 2026-02-28" in each.message.zh
    assert "已自动失效" in each.message.zh


@pytest.mark.parametrize(("document", "shown"), [(None, False), ("榕发改〔2025〕2号（示例）", True)])
def test_the_day_of_a_change_decision_counts_and_shows_with_its_document(document: str | None, shown: bool) -> None:
    decision = {"date": "2025-03-01", "document": document}
    changes = {**LAPSING, "energy.review": {**OPINION, "date": "2024-02-29"}, "energy.change_decision": decision}
    each = finding(changes, "energy-review-lapsed")
    assert each.status == ("pass" if shown else "attention")
    assert any("2025-03-01" in note.zh for note in each.notes) is shown


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("approval-filing", "approvals.filing"), ("approval-eia", "approvals.eia"), ("approval-permit", "approvals.permit"),
        ("approval-acceptance", "approvals.acceptance"),
    ],
)  # fmt: skip
def test_an_approval_that_is_held_is_named_by_its_number(rule: str, path: str) -> None:
    number = "榕环评〔2022〕3号（示例）{observed}"
    each = finding({"project.stage": "existing", f"{path}.document": number}, rule)
    assert each.status == "pass"
    assert f"（{number}）" in each.message.zh and number in each.message.en


def test_recorded_content_says_what_it_said() -> None:
    """`findings: 2` knows no pieces that fall away and calls all that is missing not stated."""
    now = load_builtin()[-1]
    then = from_content({**now.content, "findings": 2})
    stated = parse_sheet(sheet({**TOO_LITTLE, **{k: v for k, v in CONVERTER.items() if k.startswith("products")}}))
    (due,) = found(judge(stated, then, DAY), "energy-review-due")
    assert due.message.zh == "未载明年综合能源消费量、年用电量，本条无法判断"
    (limit,) = found(judge(stated, then, DAY), "energy-limit")
    assert "[[" in limit.message.zh


def put_right(result: Review) -> dict[str, Text]:
    return to_put_right([each.path for each in result.supplement], result.case, result.facts)


def test_the_supplement_list_tells_what_is_stated_and_contradicts_from_what_is_not_stated() -> None:
    result = on(TOO_LITTLE)
    wrong = put_right(result)
    assert set(wrong) == {"energy.total_tce", "energy.electricity_mwh"}
    assert wrong["energy.total_tce"].zh.startswith(
        "已填报 900 tce/a，与所填的年用电量 20000 MWh/a 矛盾，请更正：用电量 20000 MWh 折合 2458 tce"
    )
    assert wrong["energy.total_tce"].en.startswith(
        "stated as 900 tce/a, which contradicts electricity 20000 MWh/a; please put it right: electricity of 20000 MWh"
    )
    text = review_text(result, "a.json")
    unstated, contradicting = text[text.index("应补充 to be stated") :].split("应核对更正 to be checked or put right")
    assert "[energy.total_tce]" not in unstated and "[energy.total_tce]" in contradicting
    assert wrong["energy.total_tce"].zh in contradicting and wrong["energy.total_tce"].en in contradicting


def test_what_is_stated_below_its_own_items_says_what_they_come_to() -> None:
    items = [
        {"carrier": "raw_coal", "quantity": "100", "unit": "t"},
        {"carrier": "semi_coke", "quantity": "20000", "unit": "t", "factor": "0.9"},
    ]
    changes = {"project.industry": "3042", "energy.coal_t": "5", "energy.items": items, "energy.total_tce": "900"}
    result = on(changes)
    words = to_put_right(["energy.coal_t"], result.case, result.facts)["energy.coal_t"]
    assert words.zh.startswith("已填报 5 t/a，与所填的其他内容矛盾，请更正：") and "明细合计 100～20100 t" in words.zh
    assert words.en.startswith("stated as 5 t/a, which contradicts what else is stated; please put it right: ")


def test_what_is_stated_and_settles_nothing_is_asked_to_be_checked() -> None:
    wrong = put_right(on(TWO_ROWS))
    assert wrong["capacity.retired[1].enterprise"] == Text(
        "已填报 甲线（示例），尚不能据以判断，请核对或写明",
        "stated as 甲线（示例）, which does not settle it; please check or specify it",
    )


def test_what_is_below_a_section_that_does_not_exist_is_to_be_stated_and_not_to_be_put_right() -> None:
    content = json.loads((SAMPLES / "cement-clinker.json").read_bytes(), parse_float=Decimal)
    result = judge(parse_sheet({**content, "capacity": "none"}), choose(None, DAY), DAY)
    assert {each.path for each in result.supplement} & {"capacity.new_t", "capacity.cross_province"}
    assert put_right(result) == {}


def test_what_nobody_stated_is_not_to_be_put_right() -> None:
    assert put_right(on({})) == {}
