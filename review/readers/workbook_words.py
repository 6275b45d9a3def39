"""The words of the blank workbook (工作簿用语): how to fill it in, what is said beside a field, its example, which industries a worksheet concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from review.drafting.pickers import NONE_OF, choice, choices, classes
from review.facts import sector_row
from review.law.concerned import products_replaced, sectors_concerned
from review.law.edition import Ruleset
from review.law.place import word_of
from review.quantities import UNITS, measure_words
from review.readers.workbook_choices import is_named
from review.readers.workbook_layout import (
    ANSWER,
    GATES,
    MOST_ITEMS,
    OPTIONS,
    Worksheet,
)
from review.sheet import FieldDescription, describe
from review.sheet.fields import NONE, OFFICE
from review.sheet.paths import pattern_of, split_last, value_at
from review.terms import NONE_WORD, NOT_STATED, STATUS_WORDS, TRUTH_WORDS

# What the instructions show as ways of writing, by the field that each can stand in: the tests read every one of them.
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "project.investment_wan": ("85,000", "８５０００", "85,000 万元", "8.5亿元"),
    "energy.items[].quantity": ("1.1亿 Nm³", "9,800万kWh"),
    "project.received": ("2026年11月10日", "2026-11-10", "2026.11.10", "20261110"),
    "capacity.ratio": ("1.25:1", "125%"),
    "site.longitude": ("119.3", "119度18分0秒"),
    "capacity.new_t": ("900 t/d×365 d",),
}
_BY_OFFICE = "由审批单位填写"
# The words of files, which the meanings of fields name, as the office says them.
_OF_FILES = {NONE: NONE_WORD.zh, "not_applicable": STATUS_WORDS["not_applicable"].zh}


def instructions(edition: Ruleset) -> Iterator[tuple[str, str]]:
    """How the workbook is filled in: each point with its heading, on one page."""
    said = {path: "、".join(each) for path, each in EXAMPLES.items()}
    names = "、".join(
        rows[0].name for pattern in ("site.park", "energy.items[].carrier") if (rows := choices(edition, pattern))
    )
    yes, no, none, unstated = TRUTH_WORDS[True].zh, TRUTH_WORDS[False].zh, NONE_WORD.zh, NOT_STATED.zh
    yield (
        "填在哪里",
        f"只填黄色的格，即“{ANSWER}”一栏、表格的各行和“{GATES}”各项；一张工作表是一个部分。标有“{_BY_OFFICE}”的不必填写。",
    )
    yield (
        "不知道和没有",
        f"不知道的留空，按“{unstated}”处理，不作推测；已核实没有的写“{none}”；“{no}”是另一种回答。三者不同，请勿混用。",
    )
    yield "选还是写", f"点黄格出现箭头的，可从列表中选，也可直接写名称，如 {names}；是非题写“{yes}”或“{no}”。"
    yield (
        "数字",
        f"如 {said['project.investment_wan']}；单位可随数字写出，不写即为该行所列单位。不写约数和区间；单位已是“万元”的，写 8.5万 有两种读法，不收。",
    )
    yield (
        "实物量",
        f"如 {said['energy.items[].quantity']}；计量单位写在数量后面或单位栏均可，只须一处。气体体积按标准状态。",
    )
    yield "产能", f"按日计的写明全年天数，如 {said['capacity.new_t']}。"
    yield "日期", f"如 {said['project.received']}；年份写四位，须有年、月、日。"
    yield "比例", f"如 {said['capacity.ratio']}。"
    yield "经纬度", f"如 {said['site.longitude']}。"
    yield (
        "文号和编号",
        "照原件填写，如 环审〔2025〕12号。各格已设为文本；从别处粘贴时请选“只粘贴数值”，被改成日期或科学计数法的不收。",
    )
    yield (
        "多行的表",
        f"一条一行，中间可以空行；行数不够可接着往下写，最多 {MOST_ITEMS} 条。整张表没有内容的，在表首的黄格写“{none}”。",
    )
    yield (
        "请勿改动",
        "不改表头、名称和单位，不合并单元格，不写公式，不隐藏有内容的行和列。可以另加备注列和备注工作表，其中内容不读取。",
    )
    yield "部分行业的表", "只涉及部分行业的工作表在表首写明；不涉及的不填。"
    yield (
        "保存",
        f"按原来的格式保存，不含宏；金山和其他表格软件保存的也可以。隐藏的工作表“{OPTIONS}”是各列表的内容，请保留。",
    )


def hint(field: FieldDescription) -> str:
    """What is said beside a field: its meaning in the office's words, and that the office supplies it; of a part that does so, once."""
    part = split_last(field.path)[0]
    by_office = field.by == OFFICE and not (part and describe(part).by == OFFICE)
    return "；".join(filter(None, (_meaning(field), _BY_OFFICE if by_office else "")))


def _meaning(field: FieldDescription) -> str:
    pattern = pattern_of(field.path)
    if field.kind == "conforms":
        return ""
    if field.kind == "industry":
        return f"{_in_office_words(field)}；列表中没有的直接写代码"
    if is_named(pattern):
        none = NONE_OF.get(pattern, NONE_WORD) if field.may_be_none else None
        return "从列表中选，或写名称" + (f"；都不是的写“{none.zh}”" if none else "")
    if field.table:
        return "从列表中选"
    if field.meaning is None:
        return f"没有的在这里写“{NONE_WORD.zh}”，下面各行不填" if field.kind == "part" and field.may_be_none else ""
    return _in_office_words(field)


def _in_office_words(field: FieldDescription) -> str:
    """The meaning of a field without the words of files: none, not_applicable, the codes of choices."""
    of_files = _OF_FILES | {code: words.zh for code, words in (field.choices or {}).items()}
    codes = re.compile(rf"\s*(?<![A-Za-z_])({'|'.join(of_files)})(?![A-Za-z_])")
    return codes.sub(lambda found: f"“{of_files[found[1]]}”", field.meaning.zh if field.meaning else "")


def question(path: str) -> str:
    """What is asked above a list."""
    return f"“{describe(path).label.zh}”已核实没有的，右边一格写“{NONE_WORD.zh}”"


def example(field: FieldDescription, edition: Ruleset) -> str:
    """A field's example in the office's words; empty where it has none, or none in the edition."""
    return "" if field.example is None else in_words(field.example, field, edition)


def in_words(value: Any, field: FieldDescription, edition: Ruleset) -> str:
    """A value as the office says it: choices by their labels, rows of tables by their names, truths as 是 and 否, what does not exist as 无."""
    pattern = pattern_of(field.path)
    if value == NONE and pattern in NONE_OF:
        return NONE_OF[pattern].zh
    if word := word_of(field, value):
        return word.zh
    if isinstance(value, str) and field.kind == "unit" and value in UNITS:
        return measure_words(value).zh
    if isinstance(value, str) and field.kind == "industry":
        return classes(edition).get(value, value)
    if isinstance(value, str) and is_named(pattern):
        row = choice(edition, pattern, value)
        return row.name if row else value
    return str(value)


def remark(worksheet: Worksheet, content: Mapping[str, Any], edition: Ruleset) -> tuple[str, bool]:
    """What stands above a worksheet, and whether it is one of some industries' only."""
    section = worksheet.path.partition(".")[0]
    names = sectors_concerned(section, edition)
    if names is not None:
        industry = value_at(content, "project.industry")
        row = sector_row(edition, industry if isinstance(industry, str) else None)
        apart = row is not None and row["sector"] not in names
        words = "本项目所属行业不涉及，不填" if apart else "其他行业不填"
        return f"只涉及：{'、'.join(names.values())}；{words}", True
    products = products_replaced(edition) if section == "capacity" else ()
    if products:
        return f"产能置换只涉及部分行业，表列有：{'、'.join(products)}；其他产品另有要求的也填", True
    return ("逐项写明是否符合和依据" if worksheet.kind == "gates" else "填黄色的格；不知道的留空"), False
