"""Options as people write them: amounts, days, and words for codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.command_line import command_line

pytestmark = pytest.mark.record


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(), list(arguments))


@pytest.fixture
def database(tmp_path: Path) -> str:
    found = str(tmp_path / "record.sqlite")
    made = run(
        "offsets", "add", "S-1", "--verified", "9,500kg", "--document", "榕融环〔2024〕5 号（示例）", "--completed", "2024年6月30日", "--officer", "甲（示例）",
        "--database", found,
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    return found


def test_a_source_is_registered_as_its_document_writes_it(database: str) -> None:
    [line] = json.loads(run("offsets", "list", "--format", "json", "--database", database).stdout)
    assert (line["verified_t"], line["completed"]) == ("9.5", "2024-06-30")


@pytest.mark.parametrize(
    "options",
    [("--stage", "在建"), ("--stage", "existing"), ("--outcome", "待决定"), ("--outcome", "不予批准"), ("--recommendation", "补充材料"), ("--sector", "建材"),
     ("--sector", "steel"), ("--park", "江阴港城经济区"), ("--park", "无"), ("--park", "none"), ("--band", "低于基准"), ("--energy-from", "5万吨标准煤"), ("--overdue", "2026.6.30")],
)  # fmt: skip
def test_the_list_is_filtered_by_words(database: str, options: tuple[str, str]) -> None:
    found = run("worklist", "show", *options, "--database", database)
    assert found.exit_code == 0 and "清单中没有" in found.stdout, found.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("worklist", "show", "--stage", "筹建"), "可用：“拟建”"),
        (("worklist", "show", "--park", "某园区"), "没有这一名称"),
        (("worklist", "show", "--sector", "化工园"), "可用"),
        (("worklist", "show", "--energy-from", "5万吨"), "不能换算"),
        (("worklist", "show", "--overdue", "26/6/30"), "四位"),
        (("offsets", "add", "S-2", "--verified", "9,5", "--document", "x", "--officer", "甲"), "逗号"),
        (("offsets", "add", "S-2", "--verified", "-9", "--document", "x", "--officer", "甲"), "不小于 0"),
        (("offsets", "add", "S-2", "--verified", "9", "--document", "无", "--officer", "甲"), "不能写"),
        (("decide", "1", "同意", "--officer", "甲"), "可用：“批准”"),
    ],
)
def test_what_is_written_in_no_way_that_is_read_is_refused(
    database: str, arguments: tuple[str, ...], words: str
) -> None:
    found = run(*arguments, "--database", database)
    assert found.exit_code == 2 and words in found.stderr and " / " in found.stderr, found.stderr


def test_an_outcome_is_named_by_its_word(database: str) -> None:
    found = run("decide", "1", "批准", "--officer", "甲（示例）", "--database", database)
    assert found.exit_code == 2 and "可用" not in found.stderr and "1" in found.stderr
