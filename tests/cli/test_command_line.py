"""The command line: a command that starts without the others is the same command."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from api.command_line import _LONG, command_line

ROOT = Path(__file__).resolve().parents[2]
WHOLE = command_line()
NAMES = [
    *(str(each.name) for each in WHOLE.registered_commands),
    *(str(each.name) for each in WHOLE.registered_groups),
]  # fmt: skip


def run(app: typer.Typer, *words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def said(app: typer.Typer, *words: str) -> tuple[int, str]:
    done = run(app, *words)
    return done.exit_code, done.output


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_command_alone_says_what_it_says_among_the_others(name: str) -> None:
    alone = command_line(name)
    assert len(alone.registered_commands) + len(alone.registered_groups) == 1
    for words in ((name, "--help"), (name, "--no-such-option")):
        assert said(alone, *words) == said(WHOLE, *words)


def test_the_help_lists_every_command() -> None:
    code, text = said(WHOLE, "--help")
    assert code == 0 and all(f" {name} " in text for name in NAMES)


@pytest.mark.server
@pytest.mark.parametrize(
    ("words", "code", "reply"), [(["--help"], 0, "worklist"), (["chek"], 2, "check"), (["rules"], 2, "lint")]
)
def test_what_names_no_command_is_answered_by_the_whole(words: list[str], code: int, reply: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from api.command_line import main; main()", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code and reply in done.stdout + done.stderr


@pytest.mark.server
def test_the_version_is_that_of_the_installation() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from api.command_line import main; main()", "--version"],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert (done.returncode, done.stdout, done.stderr) == (0, f"two-high {version}\n", "")


@pytest.mark.server
def test_a_sheet_in_json_is_reviewed_without_what_reads_what_people_write() -> None:
    """Nor is any edition cut but the one that is asked for."""
    sheet = ROOT / "fixtures/sheets/cement-clinker.json"
    asked = (
        "import sys\n"
        "from review.law import cutting\n"
        "made, content = [], cutting._content\n"
        "cutting._content = lambda source, name, first: made.append(name) or content(source, name, first)\n"
        "from api.command_line import main\n"
        f"sys.argv = ['two-high', 'check', {str(sheet)!r}, '--as-of', '2025-03-01', '--line']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(made, sorted(name for name in sys.modules if name.startswith(('review.readers.w', 'review.drafting', 'review.record', 'sqlalchemy', 'fastapi'))))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    reviewed, told = done.stdout.splitlines()
    assert "cement-clinker" in reviewed and told == "['2024'] []"


def test_check_starts_without_the_other_commands() -> None:
    asked = "import sys; from api.command_line import command_line; command_line('check'); print(sorted(name for name in sys.modules if name.startswith('review.cli.')))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "['review.cli.options', 'review.cli.sheets']\n"


def test_check_tells_what_fails_or_a_line_a_sheet() -> None:
    sheets = [str(ROOT / "fixtures" / "sheets" / f"{name}.json") for name in ("pvc", "printing-shop")]
    failing = run(WHOLE, "check", sheets[0], "--failing", "--as-of", "2026-11-23")
    lines = failing.stdout.splitlines()
    assert failing.exit_code == 1 and len(lines) == 13
    fails = [line for line in lines if "[不符合 fail]" in line]
    assert len(fails) == 5 and "625 kgce/t" in fails[0]
    # Each with the clause that it rests on.
    assert [line.split()[0] for line in lines[3:12:2]] == ["依据"] * 5 and "3.1-2" in lines[3]
    assert lines[-1].startswith("  其余 the rest: 无法判断 missing 8")
    each = run(WHOLE, "check", *sheets, "--line", "--as-of", "2026-11-23").stdout.splitlines()
    assert len(each) == 2 and "不予批准 reject" in each[0] and "energy-benchmark" in each[0]
    assert "未发现不符合情形" in each[1] and "fails" not in each[1]


def test_check_in_short_is_for_people() -> None:
    for options in (("--failing", "--line"), ("--failing", "--format", "json"), ("--line", "--format", "json")):
        refused = run(WHOLE, "check", str(ROOT / "fixtures" / "sheets" / "pvc.json"), *options)
        assert refused.exit_code == 2 and "只能用其一" in refused.stderr and not refused.stdout


@pytest.mark.parametrize(("name", "usual"), [("check", False), ("serve", True), ("replay", True), ("worklist", False)])
def test_only_short_commands_put_off_looking_for_cycles(name: str, usual: bool) -> None:
    asked = (
        "import gc, sys; usual = gc.get_threshold(); from api import command_line; sys.argv[1:] = [sys.argv[1]];"
        "command_line.command_line = lambda only: lambda: print(gc.get_threshold() == usual); command_line.main()"
    )
    done = subprocess.run([sys.executable, "-c", asked, name], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == f"{usual}\n"


def test_the_commands_that_are_long_are_commands() -> None:
    assert {*_LONG} <= {*NAMES}
