"""What a refusal lists as allowed stands in the office's words in the language of the reader, each with the code that programs write."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from review import choose, judge, parse_sheet
from review.errors import Fault, SheetError, Text
from review.terms import listed, not_among
from tests.api.conftest import Server
from tests.api.test_api import problem
from tests.sheets import sheet

pytestmark = pytest.mark.record
DAY = date(2026, 11, 23)


def test_a_code_without_a_word_stands_alone() -> None:
    words = {"approve": Text("批准", "approve"), "defer": Text("暂缓", "put off")}
    assert listed(words) == Text("批准（approve）、暂缓（defer）", "approve, put off (defer)")
    assert not_among("x" * 60, words).zh == f"“{'x' * 40}”不可用；可用：批准（approve）、暂缓（defer）"


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"energy.items": [{"carrier": "coke2", "quantity": "1"}]}, "可用：原煤（raw_coal）、无烟煤（anthracite）、", "known: 原煤 (raw_coal), 无烟煤 (anthracite), "),
        ({"site.park": "nowhere"}, "福州江阴港城经济区（jiangyin）", "福州江阴港城经济区 (jiangyin)"),
        ({"products": [{"name": "产品（示例）", "benchmark": "zzz"}]}, "可用：炼油（refining）、", "rows: 炼油 (refining), "),
        ({"voc.offsets": [{"area": "x"}]}, "可用：福清市（fuqing）、", "allowed: Fuqing (fuqing), "),
        ({"project.stage": "x"}, "可用：拟建（proposed）、在建（under_construction）、", "allowed: proposed, under construction (under_construction), "),
    ],
)  # fmt: skip
def test_a_sheet_is_told_the_words_of_codes(changes: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(SheetError) as told:
        judge(parse_sheet(sheet(changes)), choose(None, DAY), DAY)
    (fault,) = told.value.faults
    assert isinstance(fault, Fault) and zh in fault.text.zh and en in fault.text.en


@pytest.mark.parametrize(
    ("method", "path", "asked", "zh", "en"),
    [
        ("POST", "/api/v1/people", {"login": "jia", "name": "甲（示例）", "role": "boss"},
         "审批人员（officer）、审计人员（auditor）、管理员（admin）", "approval officer (officer), auditor, administrator (admin)"),
        ("POST", "/api/v1/keys", {"name": "系统（示例）", "role": "boss"}, "审批系统（system）、", "approval system (system), "),
        ("PUT", "/api/v1/quotas", {"medium": "water"}, "能源消费（energy）、煤炭消费（coal）、", "energy, coal, carbon emission (carbon), "),
        ("POST", "/api/v1/reviews/1/decision", {"outcome": "yes"}, "批准（approve）、不予批准（reject）、", "approve, reject, "),
        ("POST", "/api/v1/reviews/1/answers", {"rule": "x", "subject": "y", "answer": "yes"}, "认可（agreed）、存疑（doubted）、", "agreed, doubted, "),
        ("GET", "/api/v1/events?kind=x", None, "审查（review）、决定（decision）、", "review, decision, "),
    ],
)  # fmt: skip
def test_a_request_is_told_the_words_of_codes(
    server: Server, method: str, path: str, asked: Any, zh: str, en: str
) -> None:
    role = "officer" if "answers" in path else "system" if "decision" in path else "admin"
    for language, words in (("zh", zh), ("en", en)):
        answer = server.request(method, path, role, json=asked, headers={"Accept-Language": language})
        told = problem(answer, 422)
        assert any(words in each["detail"] for each in told["errors"]), told
