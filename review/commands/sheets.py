"""`check`, `schema`, `template`: sheets without a record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from review.commands.options import (
    DISAGREE,
    NOT_ALL,
    UNUSABLE,
    USABLE,
    DateOption,
    FormatOption,
    RulesetOption,
    complain,
    day,
    emit,
    hold_format,
    refusing,
    write,
)  # fmt: skip
from review.editions import choose
from review.errors import EngineDisagreement, TwoHighError
from review.paper import review_text, safe


def check(
    sheets: Annotated[
        list[str], typer.Argument(metavar="SHEET…", help="项目表 .json .yaml .xlsx；- 为标准输入 / sheets; - is standard input")
    ],
    ruleset: RulesetOption = None,
    as_of: DateOption = None,
    format: FormatOption = "text",
) -> None:
    """审查项目表，给出逐条意见和建议 / review sheets: findings, figures, clauses, recommendation."""
    from review.reading import read_sheet_file, read_standard_input
    from review.verdict import judge

    hold_format(format)
    when = day(as_of)
    documents: list[dict[str, Any]] = []
    worst = USABLE
    with refusing():
        edition = choose(ruleset, when)
    for name in sheets:
        try:
            sheet = read_standard_input() if name == "-" else read_sheet_file(Path(name))
            review = judge(sheet, edition, when)
        except EngineDisagreement as error:
            complain(*error.faults, file=name)
            worst = DISAGREE
            continue
        except TwoHighError as error:
            complain(*error.faults, file=name)
            worst = max(worst, UNUSABLE)
            continue
        worst = max(worst, USABLE if review.recommendation == "approve" else NOT_ALL)
        if format == "json":
            documents.append(review.document())
        else:
            print(safe(review_text(review, name), keep_lines=True))
    if format == "json" and worst < UNUSABLE:
        body: Any = documents[0] if len(sheets) == 1 else documents
        emit(body)
    raise typer.Exit(worst)


def schema() -> None:
    """项目表的 JSON Schema / the JSON Schema of the project sheet."""
    from review.sheet import json_schema

    emit(json_schema())


def template(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="写入的文件 / the file to write")] = Path("two-high-sheet.xlsx"),
) -> None:
    """空白的项目表（Excel） / a blank sheet to fill in."""
    from review.documents.template import write_template

    write(out, write_template())
    print(safe(str(out)))
