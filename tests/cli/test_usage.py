"""What the command line says of its use: Chinese first, English beside it."""

from __future__ import annotations

import errno
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from api.command_line import command_line
from api.logs import JsonLines
from review.errors import system_words

ROOT = Path(__file__).resolve().parents[2]
WHOLE = command_line()
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("submit", "two-high submit: 缺少 SHEET… / SHEET… is missing"),
        ("frob", "two-high: 没有命令 frob / there is no command frob"),
        ("chek", "two-high: 没有命令 chek；相近：check、schema / there is no command chek; near it: check, schema"),
        ("rules frob", "two-high rules: 没有命令 frob / there is no command frob"),
        ("check --zzz x", "two-high check: 没有选项 --zzz / there is no option --zzz"),
        ("check --job 3 x", "two-high check: 没有选项 --job；相近：--jobs / there is no option --job; near it: --jobs"),
        ("check -j x", "two-high check: 没有选项 -j / there is no option -j"),
        ("check x --jobs 0", "--jobs: “0”：不得小于 1 / “0” should be 1 or more"),
        ("check x --jobs many", "--jobs: “many”：应为整数 / “many” should be a whole number"),
        ("check x --jobs", "two-high check: --jobs 后须有值 / --jobs needs a value"),
        ("check x --line=3", "two-high check: --line 后不能有值 / --line takes no value"),
        ("decide x approve", "ID: “x”：应为整数 / “x” should be a whole number"),
        ("rules show a b", "two-high rules show: 多出 b / b is more than the command takes"),
        ("keys create x", "two-high keys create: 缺少选项 --role / the option --role is missing"),
        ("--frob", "two-high: 没有选项 --frob / there is no option --frob"),
        ("it's", "two-high: 没有命令 it's / there is no command it's"),
        ("rules it's", "two-high rules: 没有命令 it's / there is no command it's"),
        ('it"s', 'two-high: 没有命令 it"s / there is no command it"s'),
        ("it\\s", "two-high: 没有命令 it\\s / there is no command it\\s"),
        (
            "chec'k",
            "two-high: 没有命令 chec'k；相近：check、checkpoint / there is no command chec'k; near it: check, checkpoint",
        ),
        ("check --it's x", "two-high check: 没有选项 --it's / there is no option --it's"),
        ("rules show a it's 'b'", "two-high rules show: 多出 it's 'b' / it's 'b' is more than the command takes"),
        ("--version=3", "two-high: --version 后不能有值 / --version takes no value"),
    ],
)
def test_a_command_that_cannot_be_used_as_typed(words: str, said: str) -> None:
    done = CliRunner().invoke(WHOLE, words.split(), prog_name="two-high")
    first, *usage = done.stderr.splitlines()
    assert done.exit_code == 2 and not done.stdout and first == said
    assert usage[0].startswith("用法 Usage: two-high ") and usage[-1].startswith("说明 Help: two-high ")


def test_what_is_named_cannot_move_the_cursor() -> None:
    done = CliRunner().invoke(WHOLE, ["check", "x", "--jobs", "\x1b[2J"], prog_name="two-high")
    assert "\x1b" not in done.stderr


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """typer itself asks whether a path may be read, of who is not root."""
    (tmp_path / "f").touch()
    denied = typer.BadParameter(f"path '{tmp_path / 'f'}' is not readable.", param_hint="'FOLDER'")
    from api.usage import fault

    told = fault(denied, "two-high")
    assert (told.where, told.text.zh) == ("FOLDER", f"{tmp_path / 'f'} 无法读取")


def commands(app: typer.Typer) -> Iterator[list[str]]:
    def below(command: Any, path: list[str]) -> Iterator[list[str]]:
        yield path
        for name, each in getattr(command, "commands", {}).items():
            yield from below(each, [*path, name])

    return below(typer.main.get_command(app), [])


def test_help_has_no_heading_in_english_alone() -> None:
    for words in commands(WHOLE):
        done = CliRunner().invoke(WHOLE, [*words, "--help"], prog_name="two-high")
        headings = re.findall(r"[╭┌]─+ (.+?) ─", done.stdout)
        assert done.exit_code == 0 and headings, words
        for each in (*headings, *re.findall(r"^ *\S*.*Usage: ", done.stdout, re.MULTILINE)):
            assert CHINESE.search(each), (words, each)
        assert "显示本说明" in done.stdout and "Show this message" not in done.stdout
        assert not re.search(r"\[(default|env var|required)", done.stdout), words


@pytest.mark.server
def test_what_is_wrong_with_a_command_is_told_without_what_draws_help() -> None:
    asked = (
        "import sys\nfrom api.command_line import main\nsys.argv = ['two-high', 'check']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\nprint('rich' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False False\n"


def test_what_the_system_says_of_a_file_is_said_in_chinese() -> None:
    for number in (errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, errno.EROFS):
        assert CHINESE.search(system_words(OSError(number, os.strerror(number))))
    assert system_words(OSError(errno.ENOLCK, "no locks")) == f"系统错误 {errno.ENOLCK}"
    done = CliRunner().invoke(WHOLE, ["check", "nowhere.json"], prog_name="two-high")
    told = "nowhere.json: 无法读取：没有这个文件或文件夹 / cannot be read: No such file or directory\n"
    assert (done.exit_code, done.stderr) == (2, told)


def test_no_chinese_sentence_holds_the_words_of_the_system() -> None:
    mixed = re.compile('"[^"]*[\u4e00-\u9fff][^"]*\\{error\\.strerror\\}')
    for folder in ("review", "api"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not mixed.search(path.read_text(encoding="utf-8")), path


def test_a_line_of_the_log_keeps_its_chinese_and_moves_no_cursor() -> None:
    words = "锚点\u202e\u0085\x1b\U0001f600\U000e0001\n\ud800"
    line = JsonLines().format(logging.LogRecord("two-high", logging.INFO, "", 0, words, None, None))
    import json

    assert "锚点" in line and "\U0001f600" in line and line.isprintable()
    assert json.loads(line)["message"] == words
