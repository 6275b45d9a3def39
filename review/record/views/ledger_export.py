"""The ledger as a file (台账导出): a line a project with its number in the list, numbers as numbers, as CSV and as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from review.record.views.ledger import LedgerDecision, LedgerLine
from review.record.views.spreadsheets import Cell, as_csv_file, as_workbook
from review.record.views.worklist_export import CodeNames, cell_text, line_cells
from review.terms import OUTCOMES

# Columns of the work list that a ledger has, in its own order; the others are of the day's work.
_STOOD: Mapping[str, str] = {
    "code": "项目代码", "name": "项目名称", "applicant": "建设单位", "uscc": "统一社会信用代码", "industry": "行业代码", "sector": "两高行业",
    "park": "园区", "stage": "阶段", "nature": "建设性质", "energy_tce": "综合能源消费量(tce/a)", "voc_t": "VOCs(t/a)", "band": "能效水平",
    "approvals": "审批手续", "guidance": "工作指导", "recommendation": "审查建议",
}  # fmt: skip
_AT_END: Mapping[str, str] = {
    "state": "期末状态", "why": "列入或移出原因", "outcome": "期末决定", "open_conditions": "未落实条件", "disposition": "处置意见",
    "holder": "经办人",
}  # fmt: skip
_OF_PERIOD = ("收件日（首次录入）", "本期收件次数", "本期决定", "本期决定日", "决定人", "复核人", "与建议不同的理由")
HEADINGS = ("序号", "项目编号", *_STOOD.values(), *_OF_PERIOD, *_AT_END.values())


def ledger_as_csv(lines: Iterator[LedgerLine], names: CodeNames) -> bytes:
    """The ledger as CSV: UTF-8 with the mark that Excel asks for."""
    return as_csv_file(HEADINGS, _rows(lines, names))


def ledger_as_xlsx(lines: Iterator[LedgerLine], names: CodeNames) -> bytes:
    """The ledger as a workbook of one worksheet."""
    return as_workbook("两高项目台账", HEADINGS, _rows(lines, names), frozen="E2")


def _rows(lines: Iterator[LedgerLine], names: CodeNames) -> Iterator[list[Cell]]:
    for number, each in enumerate(lines, 1):
        decided = each["decisions"]
        yield [
            number,
            each["stood"]["project"],
            *line_cells(each["stood"], _STOOD, names),
            each["first"],
            each["submissions"],
            _joined(OUTCOMES[one["outcome"]].zh for one in decided),
            _joined(one["decided_on"] for one in decided),
            _joined(one["officer"] for one in decided),
            _joined(one["second"] or "" for one in decided),
            _joined(_departure(one) for one in decided),
            *line_cells(each["stood"], _AT_END, names),
        ]


def _joined(texts: Iterable[str]) -> str:
    """One entry a decision, in order, so that the columns speak of the same one; nothing where none has any."""
    entries = list(texts)
    return cell_text("；".join(entries)) if any(entries) else ""


def _departure(decision: LedgerDecision) -> str:
    return (decision["reason"] or "") if decision["departs"] else ""
