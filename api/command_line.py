"""The command line `two-high`. Exit codes are part of the contract."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from importlib import import_module
from typing import Annotated, Any

_USUAL = gc.get_threshold()
# Nearly all that loading and judging make stays, or goes by itself: to look through it for cycles every 700 objects is a twentieth of a start.
# It holds before the next imports, which make much of it.
gc.set_threshold(100_000)

import typer  # noqa: E402

from api.usage import Command, Group  # noqa: E402
from review.cli.options import DISAGREE, NOT_ALL, NOT_STARTED, OUR_FAULT, UNUSABLE, USABLE  # noqa: E402

__all__ = ["DISAGREE", "NOT_ALL", "NOT_STARTED", "OUR_FAULT", "UNUSABLE", "USABLE", "command_line", "main"]

COMPLETING = "_TWO_HIGH_COMPLETE"

# Where each command stands, in the order of the help.
_COMMANDS = {
    "check": "review.cli.sheets.check",
    "schema": "review.cli.sheets.schema",
    "template": "review.cli.sheets.template",
    "submit": "review.cli.decisions.submit",
    "decide": "review.cli.decisions.decide",
    "answer": "review.cli.answers.answer",
    "step": "review.cli.decisions.step",
    "project": "review.cli.decisions.project",
    "hand-over": "review.cli.cases.hand_over",
    "inbox": "review.cli.cases.inbox",
    "paper": "review.cli.papers.paper",
    "paper-check": "review.cli.papers.paper_check",
    "replay": "review.cli.audit.replay",
    "verify": "review.cli.audit.verify",
    "checkpoint": "review.cli.anchors.checkpoint",
    "office": "review.cli.access.office",
    "signing-key": "review.cli.anchors.signing_key",
    "witness": "review.cli.anchors.witness",
    "export": "review.cli.audit.export",
    "backup": "review.cli.audit.backup",
    "restore": "review.cli.audit.restore",
    "export-facts": "review.cli.portfolio.export_facts",
    "what-if": "review.cli.portfolio.what_if",
    "serve": "api.commands.serve",
    "config": "api.commands.config",
    "demo": "api.demonstration.demo",
    "import": "review.cli.audit.import_",
    "search": "review.cli.search.search",
    "indicators": "review.cli.worklist.indicators",
}
_GROUPS = {
    "rules": "review.cli.proposals.rules",
    "attachments": "review.cli.attachments.attachments",
    "notes": "review.cli.notes.notes",
    "consultations": "review.cli.consultations.consultations",
    "offsets": "review.cli.register.offsets",
    "worklist": "review.cli.worklist.worklist",
    "keys": "review.cli.access.keys",
    "people": "review.cli.access.people",
    "absence": "review.cli.cases.absence",
    "calendar": "review.cli.cases.calendar",
    "sign-off": "review.cli.sign_off.sign_off",
    "balances": "review.cli.balances.balances",
    "webhooks": "review.cli.webhooks.webhooks",
    "audit": "review.cli.logs.audit",
}

# Those that go on until they are told to stop, or over a whole record or portfolio: they would keep what others let go of.
_LONG = ("serve", "demo", "replay", "verify", "import", "export", "export-facts", "what-if")


def command_line(only: str | None = None) -> typer.Typer:
    """The command line: whole, or as much of it as the command or group `only` needs.

    To read the options of all forty takes as long as reading the rules and a sheet: a command starts without the others.
    """
    app = typer.Typer(
        cls=Group,
        # A shell that completes a word says so by this variable; the options that typer adds besides are in English alone.
        add_completion=COMPLETING in os.environ,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="“两高”项目对照审查 / reviews two-high projects against the plan",
    )
    # It also sees to it that one command alone is called by its name.
    app.callback()(_whole)
    for name, place in _COMMANDS.items():
        if only in (None, name):
            app.command(name, cls=Command)(_found(place))
    for name, place in _GROUPS.items():
        if only in (None, name):
            group: typer.Typer = _found(place)
            for each in group.registered_commands:
                each.cls = Command
            app.add_typer(group, name=name, cls=Group)
    return app


def _whole(
    version: Annotated[
        bool,
        typer.Option("--version", help="版本 / the version", is_eager=True, callback=lambda asked: _version(asked)),
    ] = False,
) -> None:
    """What is asked of the command line as a whole."""


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"two-high {version('two-high-review')}")
        raise typer.Exit


def _found(place: str) -> Any:
    place, _, name = place.rpartition(".")
    return getattr(import_module(place), name)


def main() -> None:
    """The console script. Output is UTF-8 whatever the locale; a closed pipe is not an error."""
    # Looking through every installed package for plugins of pydantic takes longer than reading a sheet, and none is wanted.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked in _LONG:
        gc.set_threshold(*_USUAL)
    # What starting made stays to the end: it need not be looked through for cycles, neither on the way nor when all is done.
    gc.freeze()
    try:
        command_line(asked if asked in (*_COMMANDS, *_GROUPS, "--version") else None)()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(NOT_ALL) from None
    except Exception as error:
        traceback.print_exc()
        print(
            f"程序内部错误，未出具结论：{type(error).__name__} / an error of the product itself: there is no verdict",
            file=sys.stderr,
        )
        raise SystemExit(OUR_FAULT) from None
    finally:
        gc.freeze()
