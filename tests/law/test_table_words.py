"""Codes of the tables (`perhaps`, `never`, `yes`, `if-coal-units`) stand in a review's bytes; people are shown words, by row and column."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from review import choose, parse_sheet
from review.law.edition import Ruleset
from review.law.loading import load_builtin
from review.law.table_words import cell_words, figure_words
from review.papers import papers
from review.papers.blocks import Kind
from review.papers.html import fragment
from review.record.storage.store import open_store
from review.verdict.terminal import review_text
from tests.databases import Databases
from tests.record.projects import recorded
from tests.sheets import AS_OF, review, sheet

# A sheet whose findings cite each kind of code.
CODED: dict[str, Any] = sheet(
    {
        "project.industry": "4411",
        "site.park": "rongqiao",
        "voc.emission_t": "5",
        "voc.offsets": [
            {"source": name, "area": area, "reduction_t": "9", "allocated_t": "2", "document": "文号"}
            for name, area in (("甲", "fuqing"), ("乙", "fuzhou"), ("丙", "other"))
        ],
    }
)
# Ids, units and prefixes are what they are in every language.
NAMES = {"id", "sector", "park", "area", "commodity", "products", "industry_prefixes", "unit", "quantity_unit", "gb_note", "evidence"}  # fmt: skip
CODES = re.compile(r"(?<![A-Za-z_.-])(?:yes|no|surely|perhaps|never|if-coal-units|energy\.total_tce)(?![A-Za-z_-])")


def coded(text: str) -> list[str]:
    """The codes in a text that people read."""
    return CODES.findall(text)


@pytest.mark.parametrize("edition", load_builtin(), ids=lambda each: each.name)
def test_every_code_of_every_table_has_words(edition: Ruleset) -> None:
    cells = {
        (table, column, value)
        for table, rows in edition.content["tables"].items()
        for row in rows
        for column, value in row.items()
        if column not in NAMES and re.fullmatch(r"[a-z_.]+(-[a-z]+)*", value)
    }
    assert {("sectors", "two_high", "yes"), ("areas", "counts", "never")} <= cells
    assert [each for each in sorted(cells) if each[2] in (cell_words(*each).zh, "")] == []


def test_one_code_is_said_by_its_column() -> None:
    assert cell_words("areas", "counts", "never").zh == "不计入"
    assert cell_words("sectors", "two_high", "if-coal-units").zh == "仅限有煤电机组的"
    assert cell_words("parks", "chemical_park", "no").zh == "否"
    # What only looks like a code is left as it stands.
    assert cell_words("parks", "name", "no").zh == "no"


def test_the_bytes_keep_the_codes_and_people_read_words() -> None:
    result = review(CODED)
    content = result.to_bytes().decode()
    quotes = {
        "煤电：两高 if-coal-units": "煤电：两高 仅限有煤电机组的",
        "福清融侨经济技术开发区：化工园区 no": "福清融侨经济技术开发区：化工园区 否",
        "福清市（含各园区） surely": "福清市（含各园区） 计入",
        "福州市其他县（市、区） perhaps": "福州市其他县（市、区） 是否计入由经办人确定",
        "福建省以外 never": "福建省以外 不计入",
    }
    cited = {each.quote: each.document for finding in result.findings for each in finding.citations}
    for quote, words in quotes.items():
        assert f'"quote":"{quote}"' in content
        assert figure_words(result.case.ruleset, cited[quote], quote).zh == words
    text = review_text(result, "x.json")
    assert "“煤电：两高 仅限有煤电机组的” / “煤电: two-high only with coal-fired units”" in text
    assert "if-coal-units" not in text and " never”" not in text


def test_what_is_quoted_of_a_document_stays_as_it_is() -> None:
    edition = choose("fuqing@2023", AS_OF)
    assert figure_words(edition, "某文件", "福建省以外 never").zh == "福建省以外 never"
    assert figure_words(edition, None, None).zh == ""


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_chinese_paper_has_no_code_of_a_table(kind: Kind, databases: Databases, tmp_path: Path) -> None:
    store = open_store(databases.copy("sqlite", tmp_path)[0])
    number = recorded(store, parse_sheet(CODED)).id
    with store.reading() as connection:
        zh = fragment(papers.read_paper(connection, number, "zh", kind))
    store.close()
    assert coded(re.sub(r"<[^>]+>", " ", zh)) == []
    if kind == "opinion":
        assert "仅限有煤电机组的" in zh and "福建省以外 不计入" in zh


def test_the_unit_of_a_parameter_is_said_in_words() -> None:
    edition = choose(None, AS_OF)
    large = edition.parameters["large_data_centre_from"]
    words = figure_words(edition, large.source, "3000 standard rack")
    assert (words.zh, words.en) == ("3000 个标准机架", "3000 standard racks")
    # One that is a sign in both languages stays.
    assert figure_words(edition, "重点用能单位节能管理办法", "10000 tce/a").zh == "10000 tce/a"
