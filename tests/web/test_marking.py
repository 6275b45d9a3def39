"""Chinese on English pages is marked, and the test that reads pages sees what it should."""

from __future__ import annotations

import pytest

from api.web.display import edition_words
from api.web.marking import marked
from review.law.loading import every_edition
from review.law.tables import PARAMETER_WORDS
from tests.web.words import is_foreign


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>by 林审查（示例） at 9</p>", '<p>by <span lang="zh-CN">林审查（示例）</span> at 9</p>'),
        ("<p>《2025 年方案》 applies</p>", '<p><span lang="zh-CN">《2025 年方案》</span> applies</p>'),
        ("<p>a 年产30万吨 b</p>", '<p>a <span lang="zh-CN">年产30万吨</span> b</p>'),
        ('<h2 lang="zh-CN">条款 <b>一</b></h2>', '<h2 lang="zh-CN">条款 <b>一</b></h2>'),
        ("<option>石油焦: measured</option>", '<option lang="zh-CN">石油焦: measured</option>'),
        ('<br><img alt="图"><p>图</p>', '<br><img alt="图"><p><span lang="zh-CN">图</span></p>'),
        ("<p>no Chinese &lt;b&gt;</p>", "<p>no Chinese &lt;b&gt;</p>"),
    ],
)
def test_chinese_is_marked_and_nothing_else_changes(page: str, found: str) -> None:
    assert marked(page) == found
    assert marked(found) == found


@pytest.mark.parametrize(
    "text",
    [
        "products[0]",
        "fuqing@2023",
        "energy.items",
        "不新增的可写 not_applicable",
        "填 true",
        "raw_coal",
        "guidance-50k",
        "没有写 none",
    ],
)
def test_what_a_chinese_page_may_not_say_is_found(text: str) -> None:
    assert is_foreign(text, "zh-CN")


@pytest.mark.parametrize(
    "text",
    [
        "VOCs 年排放量 4.92 t/a",
        "GB/T 2589-2020",
        "2503-350181-04-01-123456",
        "S-2024-001",
        "153,921 tce/a",
        "下载 PDF",
        "2025.1 版",
        "能源明细!A3",
    ],
)
def test_units_standards_and_codes_may_stand(text: str) -> None:
    assert not is_foreign(text, "zh-CN")


def test_every_edition_and_parameter_has_words() -> None:
    for edition in every_edition():
        assert edition_words(edition.name).zh == f"{edition.edition} 版"
        assert set(edition.parameters) <= set(PARAMETER_WORDS)
    assert edition_words("fuqing@2023~1234abcd").zh == "2023 版（记录中的另一内容 1234abcd）"
