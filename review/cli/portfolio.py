"""`export-facts`, `what-if` and `replay --portfolio`: whole portfolios at once."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from review.cli.options import (
    NOT_ALL,
    USABLE,
    DatabaseOption,
    FormatOption,
    OutOption,
    RulesetOption,
    complain,
    day,
    edition_of,
    maybe_day,
    opened,
    refusing,
    require_format,
    stop,
    write,
    writing,
)  # fmt: skip
from review.errors import Fault, Text
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from review.law.edition import Ruleset
    from review.portfolio.deriving import FactTables
    from review.portfolio.what_if import Setting, Summary, WhatIf
    from review.record.storage.contents import Span
    from review.replay.replaying import Target, Task
    from review.replay.results import Result

SCHEMA = "two-high/what-if/1"
COLUMNS = ("review", "project", "name", "industry", "park", "then", "now", "rules")
SHOWN, ON_PAGE = 20, 500
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="审查日不早于 / reviews as of this day or later")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="审查日不晚于 / reviews as of this day or earlier")
]


def export_facts(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="写入的文件夹 / the folder to write")] = Path(
        "facts"
    ),
    ruleset: RulesetOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    database: DatabaseOption = None,
) -> None:
    """导出事实：记录在案的项目，按列存为 Parquet / export facts: the recorded projects as columns, in Parquet files."""
    from review.portfolio.folder import FactsWriter
    from review.portfolio.recorded import recorded_facts

    span, damaged = _span(since, until), 0
    with (
        opened(database, read_only=True) as store,
        store.reading() as connection,
        refusing(),
        FactsWriter(out, edition := edition_of(connection, ruleset, day(None))) as writer,
    ):
        for found in recorded_facts(connection, span, (edition,)):
            writer.add(found.facts[0])
            for each in found.damaged:
                complain(
                    Fault(
                        f"{each.number}",
                        Text(
                            f"{each.layer} 已损坏，未导出：{each.why}",
                            f"damaged in its {each.layer}, not exported: {each.why}",
                        ),
                    )
                )
            damaged += len(found.damaged)
    print(
        f"{out}: 项目审查 reviews {writer.cases:,}，列外 aside {writer.set_aside:,}，损坏 damaged {damaged:,}（按 {edition.name} 推算 derived by）"
    )
    raise typer.Exit(NOT_ALL if damaged else USABLE)


def what_if(
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="NAME=FIGURE",
            help="改一个参数，可多次 / a parameter set to another figure; can be given again",
        ),
    ],
    ruleset: RulesetOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    facts: Annotated[
        Path | None,
        typer.Option("--facts", metavar="FOLDER", help="用 export-facts 导出的事实 / facts that export-facts wrote"),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="ENGINE",
            help="numpy、duckdb、postgresql://…、spark 或 spark:MASTER / the engine that judges the columns",
        ),
    ] = "numpy",
    format: FormatOption = "text",
    out: OutOption = None,
    database: DatabaseOption = None,
) -> None:
    """假设分析：改参数后哪些项目会变，按行业、园区列图 / what if: which projects would flip with other parameters."""
    from review.portfolio.engines import engine as engine_of
    from review.portfolio.what_if import WhatIf, with_parameters, without_effect

    require_format(format)
    if out is not None and out.suffix.lower() not in (".html", ".json", ".csv"):
        raise stop(Fault("--out", Text("扩展名应为 .html、.json 或 .csv", "should end in .html, .json or .csv")))
    base, span = _base(ruleset, facts, database), _span(since, until)
    with refusing():
        changed, settings = with_parameters(base, set_)
        for name in without_effect(base, settings):
            complain(
                Fault(
                    f"--set {name}",
                    Text("没有规则读取这一参数，不会有变化", "no rule reads this parameter: nothing can flip"),
                )
            )
        asked = WhatIf(base, changed, engine_of(engine))
        with _batches(facts, database, span, base, changed) as found:
            _answer(asked, settings, found, format, out)
    raise typer.Exit(NOT_ALL if asked.summary.unjudged else USABLE)


def as_columns(found: Iterable[Task], target: Target, sample: int, jobs: int | None) -> Iterator[Result]:
    """The results of `replay --portfolio`; says on the error stream how many of them `exact.py` was asked about."""
    from review.portfolio.replaying import replay_portfolio

    asked = 0
    for batch in replay_portfolio(found, target, sample, jobs):
        asked += batch.asked
        yield from batch.results
    held = (
        Text(f"其中 {asked:,} 件由精确求值核对一致", f"exact.py agrees on the {asked:,} it was asked about")
        if asked
        else Text("没有一件由精确求值核对", "none was held against exact.py")
    )
    print(f"列式求值；{held.zh} / judged as columns; {held.en}", file=sys.stderr)


def _base(name: str | None, facts: Path | None, database: str | None) -> Ruleset:
    """The edition that is changed: of the record, or where facts of a folder are looked at, of those that the product ships."""
    from review.law.loading import choose

    if facts is not None:
        with refusing():
            return choose(name, day(None))
    with opened(database, read_only=True) as store, store.reading() as connection:
        return edition_of(connection, name, day(None))


def _span(since: str | None, until: str | None) -> Span:
    from review.record.storage.contents import Span

    with refusing():
        return Span(maybe_day(since, "--since"), maybe_day(until, "--until")).in_order()


Batches = Iterator[tuple["FactTables", "FactTables | None"]]


@contextmanager
def _batches(
    folder: Path | None, database: str | None, span: Span, base: Ruleset, changed: Ruleset
) -> Iterator[Batches]:
    """The facts batch by batch: of the folder, or derived from the record; under the changed edition too, where it changes them."""
    from review.portfolio.basis import basis, require_same_basis
    from review.portfolio.columns import names_read
    from review.portfolio.folder import FactsFolder
    from review.portfolio.queries import Plan
    from review.portfolio.recorded import recorded_facts

    if folder is not None:
        if span.since or span.until:
            raise stop(
                Fault(
                    "--facts",
                    Text(
                        "不能与 --since、--until 同用：请在导出时限定",
                        "goes without --since and --until: limit the export",
                    ),
                )
            )
        whole, plan = FactsFolder(folder), Plan(base)
        require_same_basis(whole.head["basis"], changed)
        columns = {table: plan.columns(table) for table in plan.tables()}
        yield ((each, None) for each in whole.batches(base, columns))
        return
    both = (base,) if basis(base) == basis(changed) else (base, changed)
    with opened(database, read_only=True) as store, store.reading() as connection:
        yield (
            (found.facts[0], found.facts[1] if len(both) > 1 else None)
            for found in recorded_facts(connection, span, both, names_read(base))
        )


def _answer(asked: WhatIf, settings: tuple[Setting, ...], found: Batches, format: str, out: Path | None) -> None:
    """Works it out and writes it as it comes; what a person reads comes last."""
    kind = out.suffix.lower() if out else format
    shown: list[dict[str, Any]] = []
    with _stream(out if kind in (".csv", ".json") else None, kind, settings, asked.base) as line:
        for facts, under_changed in found:
            for flip in asked.add(facts, under_changed):
                line(flip)
                if len(shown) < ON_PAGE:
                    shown.append(flip)
        if kind in ("json", ".json"):
            line({"summary": asked.summary.as_json()})
    asked.close()
    if kind == ".html" and out is not None:
        from review.portfolio.chart import page

        write(out, page(asked.summary, asked.base, settings, shown, asked.summary.flipped - len(shown)).encode())
    if kind != "json":
        for text in _lines(asked.summary, asked.base, settings, shown):
            print(safe(text))


@contextmanager
def _stream(out: Path | None, kind: str, settings: tuple[Setting, ...], base: Ruleset) -> Iterator[Any]:
    """Writes each flip, and at the end the summary, as JSON or CSV; anything else is not written here."""
    with ExitStack() as whole:
        encoding = "utf-8-sig" if kind == ".csv" else "utf-8"
        yield _line(sys.stdout if out is None else whole.enter_context(writing(out, encoding)), kind, settings, base)


def _line(
    file: IO[str], kind: str, settings: tuple[Setting, ...], base: Ruleset
) -> Callable[[Mapping[str, Any]], None]:
    """Writes a flip or the summary into a file, whose head is written at once."""
    head = {
        "schema": SCHEMA,
        "ruleset": base.name,
        "set": {each.name: {"then": each.then, "now": each.now} for each in settings},
    }
    rows, first = csv.writer(file), True

    def line(value: Mapping[str, Any]) -> None:
        nonlocal first
        if kind == ".csv":
            rows.writerow([_cell(value[name]) for name in COLUMNS])
        elif "summary" in value:
            file.write('\n], "summary": ' + json.dumps(value["summary"], ensure_ascii=False) + "}\n")
        elif kind in ("json", ".json"):
            file.write(("\n" if first else ",\n") + json.dumps(value, ensure_ascii=False))
            first = False

    if kind == ".csv":
        rows.writerow(COLUMNS)
    elif kind in ("json", ".json"):
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "flips": [')
    return line


def _cell(value: Any) -> str:
    text = (
        "; ".join(f"{each['rule']} [{each['subject']}] {each['then']} → {each['now']}" for each in value)
        if isinstance(value, list)
        else str(value)
    )
    # A sheet's words are not to be run as a formula.
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def _lines(
    summary: Summary, ruleset: Ruleset, settings: tuple[Setting, ...], shown: list[dict[str, Any]]
) -> Iterator[str]:
    from review.portfolio.chart import lines

    yield f"假设 what if: {'，'.join(f'{each.name} {each.then} → {each.now}' for each in settings)}（{ruleset.name}）"
    yield f"项目 projects {summary.projects:,}，变化 would flip {summary.flipped:,}，未能判断 not judged {summary.unjudged:,}"
    for change, count in summary.recommendations.items():
        yield f"    建议 recommendation {change}: {count}"
    for rule, counts in sorted(summary.by_rule.items()):
        yield f"    {rule}: " + ", ".join(f"{change} × {count}" for change, count in counts.items())
    yield from lines(summary, ruleset)
    for each in shown[:SHOWN]:
        rules = ", ".join(
            f"{rule['rule']} [{rule['subject']}] {rule['then']} → {rule['now']}" for rule in each["rules"]
        )
        overall = f"{each['then']} → {each['now']}" if each["then"] != each["now"] else each["now"]
        yield f"项目 project {each['project']}（{each['name']}）: {overall}  {rules}"
    if summary.flipped > SHOWN:
        yield f"… 另有 {summary.flipped - SHOWN:,} 个；全部用 --out FILE.csv / {summary.flipped - SHOWN:,} more: --out FILE.csv for all"
