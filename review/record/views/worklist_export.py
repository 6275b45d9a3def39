"""The work list as a file (工作清单导出): its columns, the values in the office's words, as CSV and as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from review.clock import local_time
from review.errors import Text
from review.facts.register_keys import identifier_of
from review.law.place import names_of_rows
from review.quantities import grouped
from review.record.calendar.deadlines import Deadline
from review.record.storage.contents import rulesets_in_use
from review.record.views.spreadsheets import Cell, as_csv_file, as_workbook, number_or_text
from review.record.views.worklist import Line
from review.sheet import describe
from review.sheet.characters import is_printable
from review.sheet.fields import NONE
from review.sheet.project import NATURES, STAGES
from review.terms import (
    BAND_WORDS,
    CLOSED_WORDS,
    DEADLINE_WORDS,
    GUIDANCE_RECORDED,
    GUIDANCE_WORDS,
    LIST_WORDS,
    MATTER_WORDS,
    NOT_STATED,
    OUTCOMES,
    RECOMMENDATION_WORDS,
    SIGNS,
    TRUTH_WORDS,
)

COLUMNS = {
    "project": "项目编号", "code": "项目代码", "name": "项目名称", "applicant": "建设单位", "industry": "行业", "sector": "两高行业",
    "park": "园区", "stage": "阶段", "nature": "建设性质", "two_high": "两高", "energy_tce": "综合能源消费量(tce)", "voc_t": "VOCs(t/a)",
    "band": "能效水平", "approvals": "审批手续", "guidance": "工作指导", "review": "审查编号", "as_of": "审查日", "ruleset": "规则版本",
    "recommendation": "审查建议", "provisional": "数值待核对", "outcome": "决定", "disposition": "处置意见", "open_conditions": "未落实条件",
    "open_supplements": "待补充或更正", "offsets_short": "替代量不足的来源", "state": "状态", "on_list": "在清单", "why": "列入或移出原因", "since": "自",
    "holder": "经办人", "deadlines": "期限", "overdue": "逾期",
}  # fmt: skip

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "stage": STAGES, "nature": NATURES, "recommendation": RECOMMENDATION_WORDS, "outcome": OUTCOMES, "state": {"open": Text("在办", "open"), **LIST_WORDS},
    "band": BAND_WORDS,
}  # fmt: skip
_APPROVALS = {
    "filing": "备案/核准",
    "eia": "环评批复",
    "permit": "排污许可",
    "acceptance": "竣工环保验收",
    "energy_review": MATTER_WORDS["energy_review"].zh,
}


# Names of codes by column; a code of which nothing here says the name stays as it is.
CodeNames = Mapping[str, Mapping[str, str]]


def code_names(connection: Connection) -> CodeNames:
    """How sectors and parks are called, by the editions in use."""
    used = rulesets_in_use(connection)
    return {"sector": names_of_rows("sectors", used), "park": {NONE: "不在园区", **names_of_rows("parks", used)}}


# What is a number in a workbook; a figure that is not settled is text.
_NUMBERS = ("project", "review")
_FIGURES = ("energy_tce", "voc_t")


def line_cells(each: Line, columns: Iterable[str], names: CodeNames) -> list[Cell]:
    """Columns of a line as cells: numbers as numbers, codes in the office's words."""
    values: Mapping[str, Any] = each
    cells: list[Cell] = []
    for name in columns:
        value = values[name]
        if name in _NUMBERS and isinstance(value, int):
            cells.append(value)
        elif name in _FIGURES and isinstance(value, str):
            cells.append(number_or_text(value))
        else:
            cells.append(cell_text(_worded(name, value, names)))
    return cells


def _worded(name: str, value: Any, names: CodeNames) -> Any:
    """A value of the list in the office's words, where it is a code; times in Shanghai's."""
    if name in names and isinstance(value, str):
        return names[name].get(value, value)
    if name in _CHOICES and isinstance(value, str):
        words = _CHOICES[name].get(value)
        return words.zh if isinstance(words, Text) else words[0] if words else value
    if name in _FIGURES and isinstance(value, dict):
        return _interval_words(value)
    if name == "approvals" and isinstance(value, dict):
        return [f"{words}：{TRUTH_WORDS[value.get(each)].zh}" for each, words in _APPROVALS.items()]
    if name == "guidance" and isinstance(value, dict):
        return _guidance_words(value)
    if name == "disposition" and isinstance(value, dict):
        return _disposition_words(value)
    if name == "offsets_short" and isinstance(value, list):
        return [identifier_of(each) for each in value]
    if name == "open_supplements" and isinstance(value, list):
        return [describe(each).label.zh if isinstance(each, str) else each for each in value]
    if name == "holder" and isinstance(value, dict):
        return value["name"]
    if name == "deadlines" and isinstance(value, list):
        return [deadline_words(each).zh for each in value if each["state"] != "not_stated"]
    if name == "since" and isinstance(value, str):
        return local_time(value)
    return value


def _interval_words(figure: Mapping[str, str | None]) -> str:
    """A figure that is not settled, as the pages show it; nothing where nothing is known of it."""
    low, high = (None if end is None else grouped(Decimal(end)) for end in (figure["low"], figure["high"]))
    if high is None:
        return "" if low in (None, "0") else f"{SIGNS['>=']} {low}"
    return f"{low or 0}～{high}"


def _guidance_words(guidance: Mapping[str, Any]) -> str:
    required = GUIDANCE_WORDS[guidance["required"]].zh
    return required if guidance["required"] is False else f"{required}，{GUIDANCE_RECORDED[guidance['recorded']].zh}"


def _disposition_words(disposition: Mapping[str, Any]) -> str:
    closed = CLOSED_WORDS[disposition["closed"]].zh
    words = (
        OUTCOMES[disposition["kind"]].zh,
        disposition["responsible"] or NOT_STATED.zh,
        f"期限 {disposition['due'] or NOT_STATED.zh}",
        closed,
    )
    return "，".join(words)


def deadline_words(deadline: Deadline) -> Text:
    """What is due, by when, and how many days are left, in words."""
    kind = DEADLINE_WORDS[deadline["kind"]]
    if deadline["state"] == "not_stated":
        return Text(f"{kind.zh}：{NOT_STATED.zh}", f"{kind.en}: {NOT_STATED.en}")
    left, due = deadline["working_days_left"], deadline["due"]
    if deadline["state"] == "stopped":
        return Text(
            f"{kind.zh}：待补正，停止计时，剩 {left} 个工作日",
            f"{kind.en}: stopped until the supplement, {left} working days left",
        )
    if deadline["overdue"]:
        late = deadline["days_overdue"]
        return Text(f"{kind.zh}：应于 {due} 前，逾期 {late} 天", f"{kind.en}: due by {due}, {late} days overdue")
    return Text(f"{kind.zh}：{due} 前，剩 {left} 个工作日", f"{kind.en}: due by {due}, {left} working days left")


def cell_text(value: Any) -> str:
    """A value as text in one cell: nothing for what is not stated, the Chinese of words in two languages, no line breaks."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUTH_WORDS[value].zh
    if isinstance(value, list):
        return "；".join(cell_text(each) for each in value)
    text = str(value["zh"] if isinstance(value, dict) else value)
    return "".join(c if is_printable(c) else " " for c in text)


def as_csv(lines: Iterator[Line], names: CodeNames) -> bytes:
    """The list as CSV: UTF-8 with the mark that Excel asks for."""
    return as_csv_file(COLUMNS.values(), (line_cells(each, COLUMNS, names) for each in lines))


def as_xlsx(lines: Iterator[Line], names: CodeNames) -> bytes:
    """The list as a workbook of one worksheet: text as in the CSV file, numbers as numbers."""
    return as_workbook(
        "两高项目工作清单", COLUMNS.values(), (line_cells(each, COLUMNS, names) for each in lines), frozen="D2"
    )
