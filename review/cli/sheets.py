"""`check`, `schema`, `template`: sheets without a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from review.cli.options import (
    NOT_ALL,
    UNUSABLE,
    USABLE,
    DateOption,
    FormatOption,
    JobsOption,
    RulesetOption,
    complain,
    day,
    emit,
    exit_code,
    refusing,
    require_format,
    stop,
    write,
)  # fmt: skip
from review.errors import Fault, Text, TwoHighError
from review.evaluation.engine import load
from review.law.edition import Ruleset
from review.law.loading import choose
from review.verdict.judging import Review
from review.verdict.terminal import failing_text, line_text, review_text, safe

_IN_MEMORY = 10_000_000
_TEXTS: Mapping[str, Callable[[Review, str], str]] = {"text": review_text, "failing": failing_text, "line": line_text}


@dataclass(frozen=True)
class _Checked:
    """What came of one sheet: the exit code it asks for, and its review as it is printed, or why there is none; what was passed over."""

    name: str
    code: int
    shown: str = ""
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()


def check(
    sheets: Annotated[
        list[str],
        typer.Argument(
            metavar="SHEET…", help="项目表 .json .yaml .xlsx；- 为标准输入 / project sheets; - is standard input"
        ),
    ],
    ruleset: RulesetOption = None,
    as_of: DateOption = None,
    format: FormatOption = "text",
    failing: Annotated[
        bool, typer.Option("--failing", help="只列不符合的各条及其依据 / only what fails, with its clauses")
    ] = False,
    line: Annotated[
        bool,
        typer.Option(
            "--line", help="一份一行：建议和不符合的规则 / one line for each sheet: recommendation, failing rules"
        ),
    ] = False,
    jobs: JobsOption = None,
) -> None:
    """审查项目表，给出逐条意见和建议 / review sheets: findings, figures, clauses, recommendation."""
    from tempfile import SpooledTemporaryFile

    from review.parallel import spread

    require_format(format)
    if (failing and line) or (format == "json" and (failing or line)):
        words = Text(
            "--failing、--line 只能用其一，且不与 --format json 同用",
            "--failing or --line, one of them, and not with --format json",
        )
        raise stop(Fault("--line" if line else "--failing", words))
    shape = "failing" if failing else "line" if line else format
    when = day(as_of)
    worst = USABLE
    with refusing():
        load()
        edition = choose(ruleset, when)
    work = partial(check_all, edition=edition, when=when, shape=shape)
    # As JSON nothing is printed before every sheet has proved usable; until then the reviews wait on disk.
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="") as waiting:
        for found in spread(work, sheets, 1 if "-" in sheets else jobs):
            complain(*found.notes, *found.faults, file=found.name)
            worst = max(worst, found.code)
            if format == "text" and found.shown:
                print(found.shown)
            elif found.shown and worst < UNUSABLE:
                waiting.write((",\n" if waiting.tell() else "") + found.shown)
        if format == "json" and worst < UNUSABLE:
            waiting.seek(0)
            _print_json(waiting, many=len(sheets) > 1)
    raise typer.Exit(worst)


def check_all(names: Sequence[str], edition: Ruleset, when: date, shape: str) -> list[_Checked]:
    """What came of some sheets."""
    return [_check(name, edition, when, shape) for name in names]


def _check(name: str, edition: Ruleset, when: date, shape: str) -> _Checked:
    from review.readers.sheets import read_sheet_file, read_standard_input
    from review.verdict.judging import judge

    notes: list[Fault] = []
    try:
        read = read_standard_input if name == "-" else partial(read_sheet_file, Path(name))
        sheet = read(notes.append, edition=lambda: edition, said=notes.append)
        review = judge(sheet, edition, when)
    except TwoHighError as error:
        return _Checked(name, exit_code(error), faults=error.faults, notes=tuple(notes))
    code = USABLE if review.recommendation == "approve" else NOT_ALL
    if shape == "json":
        shown = json.dumps(review.document(), ensure_ascii=False, indent=2)
    else:
        shown = safe(_TEXTS[shape](review, name), keep_lines=True)
    return _Checked(name, code, shown, notes=tuple(notes))


def _print_json(reviews: Iterable[str], *, many: bool) -> None:
    """One review as it is, several as a list."""
    margin = "  " if many else ""
    if many:
        print("[")
    for line in reviews:
        print(margin + line, end="")
    print("\n]" if many else "")


def schema(ruleset: RulesetOption = None) -> None:
    """项目表的 JSON Schema / the JSON Schema of the project sheet."""
    from review.law.place import sheet_schema

    with refusing():
        edition = choose(ruleset, day(None))
    emit(sheet_schema(edition))


def template(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="写入的文件 / the file to write")] = Path(
        "two-high-sheet.xlsx"
    ),
    ruleset: RulesetOption = None,
) -> None:
    """空白的项目表（Excel） / a blank sheet to fill in."""
    from review.readers.workbook_template import write_template

    with refusing():
        edition = choose(ruleset, day(None))
    write(out, write_template(edition))
    print(safe(str(out)))
