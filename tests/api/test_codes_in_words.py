"""What a refusal lists as allowed stands in the office's words in the language of the reader, each with the code that programs write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from api.command_line import command_line
from api.wire.refused import words_of
from review import choose, judge, parse_sheet
from review.errors import Fault, SheetError, Text
from review.record.views.logs import CHANNEL_WORDS, ENTRY_WORDS, EVENT_WORDS
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
        ({"voc": "x"}, "“x” 不可用；可用：确认没有（none）", "“x” is not allowed; allowed: there is none (none)"),
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
        ("GET", "/api/v1/deliveries?state=x", None, "待发送（waiting）、已送达（delivered）、未送达（dead）", "allowed: waiting, delivered, dead"),
        ("GET", "/api/v1/balances/coal/not-stated?side=x", None, "已批准（approved）、待决定（pending）", "allowed: approved, waiting (pending)"),
        ("GET", "/api/v1/worklist?sort=x", None, "最近变动在前（newest）、按期限，逾期在前（due）、按项目编号（project）", "latest change first (newest), "),
        ("GET", "/api/v1/reviews/1/papers/x", None, "对照审查表（opinion）、一次性告知书（notice）", "The one-time notice (notice)"),
        ("GET", "/api/v1/reviews/1/papers/opinion?language=x", None, "中文（zh）、英文（en）", "Chinese (zh), English (en)"),
        ("PUT", "/api/v1/sign-off-rules", {"steps": 2, "signers": {"1": ["x"]}, "reason": "x"}, "审核人（2）、签发人（3）", "reviewed by (2), issued by (3)"),
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


def test_what_is_done_with_a_step_is_told_in_words(server: Server) -> None:
    asked = {"act": "approve", "last": "1"}
    told = problem(server.request("POST", "/api/v1/reviews/1/sign-off/signatures", "officer", json=asked), 422)
    assert any("签批（sign）、退回经办（return）、撤回（withdraw）" in each["detail"] for each in told["errors"]), told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("webhooks deliveries --state x", "--state: “x”不可用；可用：待发送（waiting）、已送达（delivered）、未送达（dead）"),
        ("paper 1 --kind x --out x.pdf", "--kind: “x”不可用；可用：对照审查表（opinion）、一次性告知书（notice）"),
        ("paper 1 --language x --out x.pdf", "--language: “x”不可用；可用：中文（zh）、英文（en）"),
        ("paper 1 --out x.txt", "--out: “.txt”不可用；可用：.pdf、.docx、.html"),
    ],
)  # fmt: skip
def test_a_command_is_told_the_words_of_codes(words: str, said: str) -> None:
    done = CliRunner().invoke(command_line(), words.split(), prog_name="two-high")
    assert done.exit_code == 2 and done.stderr.startswith(said), done.stderr


def test_every_code_that_a_request_takes_has_a_word(server: Server) -> None:
    """The OpenAPI document lists every choice of parameters and bodies; forms of files are called by their codes."""
    document = server.request("GET", "/openapi.json", None).json()
    lists = {tuple(each["enum"]) for each in _choices(document["paths"]) if set(each["enum"]) - {"true", "false"}}
    alone = [codes for codes in lists if words_of(_refused(codes)).zh == f"不可用；可用：{'、'.join(codes)}"]
    # Those of the logs are asked of the words themselves.
    assert {*alone} - {tuple(CHANNEL_WORDS), tuple(ENTRY_WORDS), tuple(EVENT_WORDS)} == {
        ("json", "xlsx"),
        ("pdf", "docx", "html"),
    }


def _refused(codes: tuple[str, ...]) -> dict[str, Any]:
    """What pydantic says of a value that is none of those."""
    return {"type": "literal_error", "ctx": {"expected": ", ".join(map(repr, codes))}}


def _choices(found: Any) -> Iterator[dict[str, Any]]:
    """The choices of the parameters of calls."""
    for call in (call for path in found.values() for call in path.values() if isinstance(call, dict)):
        for each in call.get("parameters", ()):
            schemas = [each["schema"], *each["schema"].get("anyOf", ())]
            yield from (schema for schema in schemas if "enum" in schema)
