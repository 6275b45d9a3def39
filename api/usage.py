"""How the command line says how it is used: its help, and what is wrong with a command as it was typed, in Chinese and English."""

from __future__ import annotations

import re
import sys
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from review.cli.options import TYPED, UNUSABLE, complain, typed_by
from review.errors import Fault, Text
from review.verdict.terminal import safe

# What typer raises for a command that cannot be used as it was typed.
_UsageError: Any = typer.BadParameter.__base__

# typer's sentences; what they name stands in groups: `quoted` as Python writes a text, `own` our names in quotation marks, `near`
# several of them parted by commas, the others as typed.
# Where a part of a sentence can lack, the longer form comes first.
_SENTENCES = (
    (r"Missing argument (?P<own>.+?)\..*", "缺少 {0}", "{0} is missing"),
    (r"Missing option (?P<own>.+?)\.", "缺少选项 {0}", "the option {0} is missing"),
    (r"Missing command\.", "缺少命令", "the command is missing"),
    (
        r"No such option: (.+?) \(Possible options: (?P<near>.+)\)",
        "没有选项 {0}；相近：{1}",
        "there is no option {0}; near it: {1}",
    ),
    (r"No such option: (.+)", "没有选项 {0}", "there is no option {0}"),
    (
        r"No such command (?P<quoted>.+)\. Did you mean (?P<near>.+)\?",
        "没有命令 {0}；相近：{1}",
        "there is no command {0}; near it: {1}",
    ),
    (r"No such command (?P<quoted>.+)\.", "没有命令 {0}", "there is no command {0}"),
    (r"Got unexpected extra argument\(?s?\)? \((.+)\)", "多出 {0}", "{0} is more than the command takes"),
    (r"Option (?P<quoted>.+?) requires an argument\.", "{0} 后须有值", "{0} needs a value"),
    (r"Option (?P<quoted>.+?) requires (\d+) arguments\.", "{0} 后须有 {1} 个值", "{0} needs {1} values"),
    (r"Option (?P<quoted>.+?) does not take a value\.", "{0} 后不能有值", "{0} takes no value"),
    (r"\w+ (?P<quoted>['\"].+) is not readable\.", "{0} 无法读取", "{0} cannot be read"),
)
_PLACE = r"(?s)Invalid value for (.+?): "
# What typer writes in English around options and arguments of its help, and what is written instead.
_HELP = {
    "ARGUMENTS_PANEL_TITLE": "参数 Arguments",
    "OPTIONS_PANEL_TITLE": "选项 Options",
    "COMMANDS_PANEL_TITLE": "命令 Commands",
    "DEFAULT_STRING": "[默认 default: {}]",
    "ENVVAR_STRING": "[环境变量 env var: {}]",
    "REQUIRED_LONG_STRING": "[必填 required]",
}


class _InBothLanguages:
    """What commands and groups have in common: help in Chinese and English."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _help_option(super().get_help_option(ctx))  # type: ignore[misc]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _set_up_help()
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _named(ctx):
            found: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]
        return found


class Command(_InBothLanguages, TyperCommand):
    """A command whose help is in Chinese and English; what it refuses lies in its options as they are typed."""

    def invoke(self, ctx: Any) -> Any:
        typed = TYPED.set(typed_by(self.params))
        try:
            return super().invoke(ctx)
        finally:
            TYPED.reset(typed)


class Group(_InBothLanguages, TyperGroup):
    """Commands under one name; what is wrong with a command as it was typed is told in Chinese and English."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        with _telling():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _telling():
            return super().invoke(ctx)


@contextmanager
def _named(context: Any) -> Iterator[None]:
    """Of an option without its value typer does not say which command it was typed for."""
    try:
        yield
    except _UsageError as error:
        error.ctx = error.ctx or context
        raise


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except _UsageError as error:
        # Its words are the help, which is shown by now.
        if type(error).__name__ == "NoArgsIsHelpError":
            raise
        context = error.ctx
        complain(fault(error, context.command_path))
        print(safe(context.get_usage()), file=sys.stderr)
        print(safe(f"说明 Help: {context.command_path} --help"), file=sys.stderr)
        raise typer.Exit(UNUSABLE) from None


def fault(error: Any, command: str) -> Fault:
    """What is wrong with a command as it was typed: the option or argument it lies in, else the command, and what is allowed."""
    sentence = error.format_message()
    place = re.match(_PLACE, sentence)
    where = place[1].replace("'", "") if place else command
    if hasattr(error.__cause__, "errors"):
        # A value of another kind, or out of range, as pydantic found it.
        from api.wire.refused import words_of

        found = error.__cause__.errors()[0]
        words, value = words_of(found), found.get("input")
        return Fault(where, Text(f"“{value}”：{words.zh}", f"“{value}” {words.en}"))
    rest = sentence[place.end() :] if place else sentence
    for pattern, zh, en in _SENTENCES:
        if match := re.fullmatch(pattern, rest, re.DOTALL):
            named = [_as_typed(group, match) for group in range(1, len(match.groups()) + 1)]
            near = match.re.groupindex.get("near")
            chinese = [each.replace(", ", "、") if group == near else each for group, each in enumerate(named, 1)]
            return Fault(where, Text(zh.format(*chinese), en.format(*named)))
    return Fault(where, Text("命令不能这样用", rest))


def _as_typed(group: int, match: re.Match[str]) -> str:
    """What a sentence of typer's names, without its quotation marks; an apostrophe within it stays."""
    text, index = match[group], match.re.groupindex
    if group in (index.get("own"), index.get("near")):
        return text.replace("'", "")
    return str(literal_eval(text)) if group == index.get("quoted") else text


def _write_usage(command: Any, context: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(context))
    for english, both in (("[OPTIONS]", "[选项 OPTIONS]"), ("COMMAND [ARGS]...", "命令 COMMAND …")):
        pieces = pieces.replace(english, both)
    formatter.write_usage(context.command_path, pieces, prefix="用法 Usage: ")


def _help_option(option: Any) -> Any:
    if option is not None:
        option.help = "显示本说明 / show this help"
    return option


def _set_up_help() -> None:
    # It takes longer to load than all else of the command line: only help needs it.
    from typer import rich_utils

    for name, words in _HELP.items():
        setattr(rich_utils, name, words)
