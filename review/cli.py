"""The command line `two-high`. Exit codes are part of the contract."""

from __future__ import annotations

import os
import sys
import traceback

import typer

from review.commands import access, audit, decisions, papers, portfolio, register, server, sheets, webhooks, worklist
from review.commands.options import DISAGREE, NOT_ALL, OUR_FAULT, UNUSABLE, USABLE
from review.commands.rules import rules

__all__ = ["DISAGREE", "NOT_ALL", "OUR_FAULT", "UNUSABLE", "USABLE", "app", "main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="“两高”项目对照审查 / reviews two-high projects against the plan",
)
for command in (
    sheets.check, sheets.schema, sheets.template, decisions.submit, decisions.decide, decisions.step, decisions.project, papers.paper,
    papers.paper_check, audit.replay, audit.verify, audit.checkpoint, audit.export, audit.backup, audit.restore, portfolio.export_facts,
    portfolio.what_if, server.serve, server.config,
):  # fmt: skip
    app.command()(command)
app.command("import")(audit.import_)
app.command()(worklist.indicators)
app.add_typer(rules, name="rules")
app.add_typer(register.offsets, name="offsets")
app.add_typer(worklist.worklist, name="worklist")
app.add_typer(access.keys, name="keys")
app.add_typer(access.people, name="people")
app.add_typer(webhooks.webhooks, name="webhooks")


def main() -> None:
    """The console script. Output is UTF-8 whatever the locale; a closed pipe is not an error."""
    # Looking through every installed package for plugins of pydantic takes longer than reading a sheet, and none is wanted.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
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
