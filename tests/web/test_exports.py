"""Every list that is taken away as a file is in Chinese: headings, codes and what is said of each line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from openpyxl import load_workbook

from api.pages import PAGES
from tests.web.conftest import Site
from tests.web.tour import Places, begun, furnish
from tests.web.words import is_foreign

pytestmark = pytest.mark.record

# What is nobody's language: names of editions, digests and bodies of events as the record has them, logins, numbers of sessions.
_AS_RECORDED = frozenset({
    "规则版本", "原用版本", "更正版本", "内容", "摘要", "身份", "登录编号", "复核人登录编号", "登录名、密钥或其摘要", "程序版本", "来源地址", "原案号",
    "时间（UTC）", "办理人", "经办人", "统一社会信用代码",
})  # fmt: skip
LISTS = sorted(
    each.path
    for router in PAGES
    for each in router.routes
    if isinstance(each, APIRoute) and each.path.endswith((".csv", ".xlsx")) and "sheet" not in each.path
    # What is filled in and uploaded again has codes beside its words; it is tested with its upload.
    and each.path not in ("/drafts/template.xlsx", "/rules/check/{table}/file.csv")
)  # fmt: skip


@pytest.fixture(scope="module")
def places(site: Site) -> Iterator[Places]:
    yield begun(site.visitor("officer"), site.visitor("auditor"), furnish(site.server.database), site.visitor("admin"))


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_is_taken_away_is_in_chinese(site: Site, places: Places, path: str) -> None:
    address = path.replace("/replays/{replay}", places.replay)
    answer = site.visitor("auditor").client.get(address)
    assert answer.status_code == 200, address
    head, *rows = table(answer.content, path.endswith(".csv"))
    assert rows or "figures" in path
    assert [each for each in head if is_foreign(each.removesuffix("（UTC）"), "zh")] == []
    strange = {
        (heading, cell)
        for row in rows
        for heading, cell in zip(head, row, strict=True)
        if heading not in _AS_RECORDED and is_foreign(cell, "zh")
    }
    assert strange == set()


def table(content: bytes, is_csv: bool) -> list[list[str]]:
    if is_csv:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
