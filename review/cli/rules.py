"""`rules …`: the rules themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from review.cli.options import (
    NOT_ALL,
    USABLE,
    DatabaseOption,
    DateOption,
    FormatOption,
    OfficerOption,
    RulesetOption,
    acts,
    complain,
    day,
    emit,
    opened,
    refusing,
    require_format,
    stop,
)
from review.errors import Fault, Text, joined, system_words
from review.law.edition import Ruleset
from review.law.loading import builtin, choose, is_ruleset_folder, load, load_builtin, named
from review.verdict.terminal import coverage_text, rule_text, rules_text, safe

rules = typer.Typer(
    no_args_is_help=True, help="规则：清单、单条、检查、条款覆盖 / the rules: list, show, lint, coverage, attach-plan"
)


@rules.command("list")
def list_rules(ruleset: RulesetOption = None, as_of: DateOption = None) -> None:
    """全部规则 / every rule of the edition."""
    print(rules_text(_edition(ruleset, as_of)))


@rules.command()
def editions(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="规则文件夹，默认内置规则 / a ruleset folder, by default the built-in one"
        ),
    ] = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """各版本的期间、变化和所依据的文件 / the editions with their periods, what each changed, and by which document."""
    from review.law.listing import editions_json, editions_text

    require_format(format)
    if folder is None and database is not None:
        from review.law.at_hand import default_ruleset
        from review.record.editions.in_force import law_of
        from review.record.views.adopted_editions import adopted_json, adopted_text

        with opened(database, read_only=True) as store, store.reading() as connection:
            asked = connection, law_of(connection), default_ruleset()
            if format == "json":
                emit(adopted_json(*asked))
            else:
                print("\n".join(map(safe, adopted_text(*asked).splitlines())))
        return
    with refusing():
        found = load(folder) if folder is not None else load_builtin()
    print(json.dumps(editions_json(found), ensure_ascii=False, indent=2) if format == "json" else editions_text(found))


@rules.command()
def show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="规则编号 / rule id")],
    ruleset: RulesetOption = None,
    as_of: DateOption = None,
) -> None:
    """一条规则：条款原文、逻辑、数值 / one rule with its clause, logic and figures."""
    edition = _edition(ruleset, as_of)
    found = edition.rule(rule)
    if found is None:
        there = joined(each.id for each in edition.rules)
        raise stop(
            Fault(rule, Text(f"没有这条规则；现有：{there.zh}", f"there is no such rule; there are: {there.en}"))
        )
    print(rule_text(found, edition))


@rules.command()
def lint(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="规则文件夹，默认内置规则 / a ruleset folder, by default the built-in one"
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="FILE", help="方案原文：条款 CSV 或纯文本 / the plan: clauses as CSV, or plain text"
        ),
    ] = None,
    law: Annotated[
        list[str] | None,
        typer.Option(
            "--law",
            metavar="NAME=FILE",
            help="法律条文 CSV（article、text），NAME 为文件名称的一部分 / a law's articles as CSV; NAME is part of its name",
        ),
    ] = None,
) -> None:
    """检查规则本身 / the faults of the rules themselves."""
    from review.lint import Against, lint_folder

    laws = {name: Path(file) for name, _, file in (each.partition("=") for each in law or ())}
    if not all(name and file != Path() for name, file in laws.items()):
        raise stop(Fault("--law", Text("应写成 NAME=FILE", "should be written NAME=FILE")))
    for file in (*([plan] if plan else ()), *laws.values()):
        if not file.is_file():
            raise stop(Fault(str(file), Text("没有这个文件", "there is no such file")))
    with refusing():
        if folder is not None and not is_ruleset_folder(folder):
            words = Text("不是规则文件夹（缺 edition.yaml）", "is not a ruleset folder: it has no edition.yaml")
            raise stop(Fault(str(folder), words))
        faults, checked = lint_folder(folder or builtin(), Against(plan, laws))
    complain(*faults)
    print(checked)
    raise typer.Exit(NOT_ALL if faults else USABLE)


@rules.command("attach-plan")
def attach_plan(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="方案原文：条款 CSV 或纯文本 / the plan: clauses as CSV, or plain text"),
    ],
    ruleset: Annotated[
        str | None,
        typer.Option(
            "--ruleset", metavar="ID", help="哪个规则集的方案，默认本单位的 / whose plan; by default the office's"
        ),
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """把方案原文附入记录，条款页即可对照上下文 / attach the plan's text to the record, so that clauses are shown in their context."""
    from review.record.cases.plan_text import attach_plan as attached
    from review.record.editions.in_force import law_of

    try:
        content = file.read_bytes()
    except OSError as error:
        raise stop(
            Fault(str(file), Text(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}"))
        ) from None
    by = acts(officer)
    with opened(database) as store:
        with store.reading() as connection:
            adopted = law_of(connection).ruleset(ruleset)
        position, new = attached(store, content, adopted, by)
    print(
        f"第 {position} 号事件 event {position}: "
        + ("方案原文已附入 the plan's text is attached" if new else "与已附入的相同 the same is attached already")
    )


@rules.command()
def reading(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="规则文件夹，默认内置规则 / a ruleset folder, by default the built-in one"
        ),
    ] = None,
) -> None:
    """各版本全部规则的中文通读（Markdown） / every rule of every edition in plain Chinese, as Markdown."""
    from review.law.reading import reading as read_aloud

    with refusing():
        editions = load(folder) if folder else load_builtin()
    print(read_aloud(editions), end="")


@rules.command()
def coverage(ruleset: RulesetOption = None, as_of: DateOption = None) -> None:
    """方案每一条款由什么承载，各版本逐一核对 / every clause of the plan and what carries it, checked in every edition."""
    from review.lint import coverage_faults

    edition = _edition(ruleset, as_of)
    with refusing():
        found, wanted = named(ruleset)
    faults = dict.fromkeys(fault for each in found if not wanted or each == edition for fault in coverage_faults(each))
    print(coverage_text(edition))
    complain(*faults)
    raise typer.Exit(NOT_ALL if faults else USABLE)


def _edition(ruleset: str | None, as_of: str | None) -> Ruleset:
    with refusing():
        return choose(ruleset, day(as_of))
