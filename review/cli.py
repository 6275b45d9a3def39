"""The command line: `two-high check | schema | template | rules …`. Exit codes are part of the contract."""

from __future__ import annotations

import json
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from review.editions import builtin, choose
from review.errors import EngineDisagreement, Fault, Text, TwoHighError
from review.paper import coverage_text, review_text, rule_text, rules_text, safe

USABLE, NOT_ALL, UNUSABLE, DISAGREE = 0, 1, 2, 3
# Of sysexits.h: a fault of the product itself, never to be taken for a verdict.
OUR_FAULT = 70

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="“两高”项目对照审查 / reviews two-high projects against the plan",
)
rules = typer.Typer(no_args_is_help=True, help="规则：清单、单条、检查、条款覆盖 / the rules: list, show, lint, coverage")
app.add_typer(rules, name="rules")

RulesetOption = Annotated[
    str | None,
    typer.Option("--ruleset", metavar="ID[@EDITION]", help="规则集及版本，默认取审查日施行的版本 / edition; by default the one in force"),
]
DateOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="审查日，默认今天（上海时间） / day of review, today in Shanghai by default")
]
FormatOption = Annotated[str, typer.Option("--format", metavar="text|json", help="输出格式 / output format")]


def complain(*faults: Fault, file: str = "") -> None:
    """One line a fault on stderr: file, path, what is wrong and what is allowed."""
    for fault in faults:
        where = ": ".join(part for part in (file, fault.where) if part)
        print(safe(f"{where}: {fault.text.zh} / {fault.text.en}"), file=sys.stderr)


def stop(*faults: Fault) -> typer.Exit:
    complain(*faults)
    return typer.Exit(UNUSABLE)


def day(text: str | None) -> date:
    """The day an option writes. Raises typer.Exit(2) with a clear message."""
    from review.verdict import today

    if text is None:
        return today()
    try:
        return date.fromisoformat(text) if len(text) == 10 else date.fromisoformat("?")
    except ValueError:
        raise stop(Fault("--as-of", Text(f"“{text}”不是日期，应写成 2025-03-01", f"{text!r} is not a date such as 2025-03-01"))) from None


@app.command()
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

    if format not in ("text", "json"):
        raise stop(Fault("--format", Text(f"“{format}”不可用；可用：text、json", f"{format!r} is not a format; there are text and json")))
    when = day(as_of)
    documents: list[dict[str, Any]] = []
    worst = USABLE
    try:
        edition, overridden = choose(ruleset, when)
    except TwoHighError as error:
        raise stop(*error.faults) from None
    for name in sheets:
        try:
            sheet = read_standard_input() if name == "-" else read_sheet_file(Path(name))
            review = judge(sheet, edition, when, overridden=overridden)
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
        sys.stdout.buffer.write((json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode())
    raise typer.Exit(worst)


@app.command()
def schema() -> None:
    """项目表的 JSON Schema / the JSON Schema of the project sheet."""
    from review.sheet import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="写入的文件 / the file to write")] = Path("two-high-sheet.xlsx"),
) -> None:
    """空白的项目表（Excel） / a blank sheet to fill in."""
    from review.documents.template import write_template

    try:
        out.write_bytes(write_template())
    except OSError as error:
        raise stop(Fault(str(out), Text(f"无法写入：{error.strerror}", f"cannot be written: {error.strerror}"))) from None
    print(safe(str(out)))


@rules.command("list")
def list_rules(ruleset: RulesetOption = None, as_of: DateOption = None) -> None:
    """全部规则 / every rule of the edition."""
    print(rules_text(_edition(ruleset, as_of)))


@rules.command()
def show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="规则编号 / rule id")], ruleset: RulesetOption = None, as_of: DateOption = None
) -> None:
    """一条规则：条款原文、逻辑、数值 / one rule with its clause, logic and figures."""
    edition = _edition(ruleset, as_of)
    found = edition.rule(rule)
    if found is None:
        near = ", ".join(each.id for each in edition.rules)
        raise stop(Fault(rule, Text(f"没有这条规则；现有：{near}", f"there is no such rule; there are: {near}")))
    print(rule_text(found, edition))


@rules.command()
def lint(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="规则文件夹，默认内置规则 / a ruleset folder, by default the built-in one")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="方案原文：条款 CSV 或纯文本 / the plan: clauses as CSV, or plain text")
    ] = None,
) -> None:
    """检查规则本身 / the faults of the rules themselves."""
    from review.lint import lint_folder

    if plan is not None and not plan.is_file():
        raise stop(Fault(str(plan), Text("没有这个文件", "there is no such file")))
    if folder is not None and not (folder / "edition.yaml").is_file():
        raise stop(Fault(str(folder), Text("不是规则文件夹（缺 edition.yaml）", "is not a ruleset folder: it has no edition.yaml")))
    faults, checked = lint_folder(folder or builtin(), plan)
    complain(*faults)
    print(checked)
    raise typer.Exit(NOT_ALL if faults else USABLE)


@rules.command()
def coverage(ruleset: RulesetOption = None, as_of: DateOption = None) -> None:
    """方案每一条款由什么承载 / every clause of the plan and what carries it."""
    from review.lint import coverage_faults

    edition = _edition(ruleset, as_of)
    faults = coverage_faults(edition)
    print(coverage_text(edition))
    complain(*faults)
    raise typer.Exit(NOT_ALL if faults else USABLE)


def _edition(ruleset: str | None, as_of: str | None) -> Any:
    try:
        return choose(ruleset, day(as_of))[0]
    except TwoHighError as error:
        raise stop(*error.faults) from None


def main() -> None:
    """The console script. Output is UTF-8 whatever the locale; a closed pipe is not an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(NOT_ALL) from None
    except Exception as error:
        traceback.print_exc()
        print(f"程序内部错误，未出具结论：{type(error).__name__} / an error of the product itself: there is no verdict", file=sys.stderr)
        raise SystemExit(OUR_FAULT) from None
