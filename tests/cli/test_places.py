"""Where a refusal of the command line says that the fault lies: the file, the option or the argument, never nothing and never another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.command_line import command_line
from review.cli.options import complain
from review.errors import Fault, Text
from review.record.storage.store import open_store

WHOLE = command_line()


def run(database: Path, *words: str) -> Result:
    return CliRunner().invoke(
        WHOLE,
        list(words),
        prog_name="two-high",
        env={"TWO_HIGH_DATABASE": str(database), "TWO_HIGH_OFFICER": "审查岗甲"},
    )


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("record") / "record.sqlite"
    open_store(str(path)).close()
    return path


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A record with a review that fails, under the key K-1, and the review's number."""
    path = tmp_path_factory.mktemp("decided") / "record.sqlite"
    done = run(path, "submit", "fixtures/sheets/pvc.json", "--key", "K-1", "--format", "json")
    return path, int(json.loads(done.stdout)[0]["id"])


@pytest.mark.record
@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("import nothere.jsonl", "nothere.jsonl: 无法读取：没有这个文件或文件夹"),
        ("import {}/e.csv", "{}/e.csv: 未知列“a”"),
        ("import {}/x.bin", "{}/x.bin: 扩展名“.bin”不可用"),
        ("verify --from {}/x.bin", "{}/x.bin: 不是检查点"),
        ("verify --checkpoint {}/x.bin", "{}/x.bin: 不是检查点"),
        ("restore {}/x.bin --database {}/new.sqlite", "{}/x.bin: 该文件不是记录数据库（file is not a database）；未记录任何内容，请检查路径"),
        ("restore nothere.sqlite --database {}/new.sqlite", "nothere.sqlite: 没有记录"),
        ("rules lint --law foo", "--law: 应写成 NAME=FILE"),
        ("sign-off set --signers foo --reason x", "--signers: 应写成 STEP=LOGIN,…"),
        ("sign-off set --matter foo --reason x", "--matter: 应写成 OUTCOME=N"),
        ("decide 99 approve", "编号 number: 没有编号为 99 的审查 / there is no review 99"),
        ("webhooks add https://approval.example/x --kinds decision,frob,", "--kinds: “frob”不可用；可用：审查（review）、决定（decision）、签批（signature）"),
        ("step 1 frob", "STEP: “frob” 读不出来：可用：“收件”、“受理”"),
    ],
)  # fmt: skip
def test_a_refusal_says_where_the_fault_lies(record: Path, tmp_path: Path, words: str, begins: str) -> None:
    (tmp_path / "x.bin").write_bytes(b"no record, and no checkpoint")
    (tmp_path / "e.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    done = run(record, *(each.replace("{}", str(tmp_path)) for each in words.split()))
    assert done.exit_code == 2 and done.stderr.startswith(begins.replace("{}", str(tmp_path))), done.stderr


@pytest.mark.record
@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("decide {review} approve --on-behalf-of 某甲 --second 某乙 --reason x --clause 3.10-7", "--on-behalf-of: “某甲”不是本单位已知的人员"),
        ("decide {review} approve --second 某乙 --reason x --clause 3.10-7", "--second: “某乙”不是"),
        ("decide {review} approve", "--reason: "),
        ("decide {review} rectify --responsible x --reason x --clause 9.9.9", "--clause: "),
        ("decide {review} frob", "OUTCOME: "),
        ("submit fixtures/sheets/expansion-at-benchmark.json --key {key}", "fixtures/sheets/expansion-at-benchmark.json: --key: 该提交编号已用于"),
        ("submit fixtures/sheets/pvc.json --replaces 9999", "fixtures/sheets/pvc.json: --replaces: "),
        ("sign-off set --steps 4 --reason x", "--steps: "),
        ("sign-off set --signers 3=nobody --reason x", "--signers 3: “nobody”不是"),
        ("consultations withdraw 99 --reason x", "编号 number: "),
        ("attachments withdraw 99 --reason x", "编号 number: "),
        ("attachments list --project 99", "--project: "),
        ("attachments list --review 99", "--review: 没有编号为 99 的审查"),
        ("notes add x --review 99", "--review: 没有编号为 99 的审查"),
        ("balances show --review 99", "--review: 没有编号为 99 的审查"),
        ("answer 99 x y 认可", "REVIEW: 没有编号为 99 的审查"),
        ("hand-over {review} nobody", "SUBJECT: “nobody”"),
        ("absence add nobody nobody --from 2026-01-01 --until 2026-01-02", "PERSON: “nobody”"),
        ("balances quota coal 1 --first 2030 --last 2029 --document x --reason x", "--last: 应为"),
        ("keys create x --role system --days 0", "--days: "),
        ("calendar term 0", "DAYS: "),
        ("project 99", "PROJECT: "),
        ("decide {review} approve --officer \u200b", "--officer: 含有不可见的控制字符"),
    ],
)  # fmt: skip
def test_an_option_is_named_as_it_is_typed(decided: tuple[Path, int], words: str, begins: str) -> None:
    """A refusal of the record named the field of a request, which nobody types."""
    path, review = decided
    done = run(path, *(each.format(review=review, key="K-1") for each in words.split()))
    assert done.exit_code == 2 and done.stderr.startswith(begins), done.stderr


@pytest.mark.record
def test_a_row_that_is_imported_is_told_by_its_column(tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text(
        "原案号,审查日,project.name\nL-1,2025-03-01,甲（虚构）\nL-1,2025-03-01,乙（虚构）\n", encoding="utf-8"
    )
    done = run(tmp_path / "record.sqlite", "import", str(file))
    assert done.exit_code == 1 and f"{file}:3: 原案号 reference: 原案号“L-1”已导入为审查 " in done.stderr, done.stderr


@pytest.mark.record
def test_the_steps_are_listed_in_words_and_codes(record: Path) -> None:
    told = run(record, "step", "1", "frob").stderr
    assert "误并另立”；代码：received、accepted、noticed、condition_due、condition_met、" in told
    # Its word is as good as its code: it gets as far as the project.
    assert run(record, "step", "1", "收件").stderr.startswith("PROJECT: ")


def test_what_lies_in_no_part_has_no_empty_place(capsys: pytest.CaptureFixture[str]) -> None:
    complain(Fault("", Text("没有规则管理权", "is no rule keeper")))
    assert capsys.readouterr().err == "没有规则管理权 / is no rule keeper\n"


@pytest.mark.parametrize(
    "words",
    [
        "submit fixtures/sheets/pvc.json", "import fixtures/decisions/past.jsonl", "worklist add fixtures/sheets/pvc.json --reason x", "rules propose --shipped --reason x",
        "rules attach-plan pyproject.toml", "offsets add S --verified 1 --document x --area 榕江区",
    ],
)  # fmt: skip
def test_who_acts_is_asked_for_before_a_record_is_made(tmp_path: Path, words: str) -> None:
    done = CliRunner().invoke(
        WHOLE, words.split(), env={"TWO_HIGH_DATABASE": str(tmp_path / "new.sqlite"), "TWO_HIGH_OFFICER": None}
    )
    assert done.exit_code == 2 and done.stderr == (
        "--officer: 必须填写：用 --officer 或环境变量 TWO_HIGH_OFFICER / is required, or the variable TWO_HIGH_OFFICER\n"
    )
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("words", ["restore {}/x.bin", "restore {}/nothere", "import {}/nothere.jsonl"])
def test_what_cannot_be_read_makes_no_record(tmp_path: Path, words: str) -> None:
    (tmp_path / "x.bin").write_bytes(b"no record")
    done = run(tmp_path / "new.sqlite", *words.replace("{}", str(tmp_path)).split())
    assert done.exit_code == 2 and [each.name for each in tmp_path.iterdir()] == ["x.bin"], done.stderr


@pytest.mark.record
@pytest.mark.parametrize(
    ("words", "wrong", "right", "said"),
    [
        ("consultations reply 1 环保局 {} --words x", "赞成", "有条件同意", "OPINION: “赞成” 读不出来：可用：“同意”、“有条件同意”、“不同意”、“无意见”；代码：agree、agree_with_conditions、object、no_opinion"),
        ("answer 1 voc-offset voc {} --reason x", "好", "存疑", "ANSWER: “好” 读不出来：可用：“认可”、“存疑”、“不予采纳”；代码：agreed、doubted、overruled"),
        ("balances quota {} 1 --first 2027 --document x --reason x", "水", "煤炭消费", "MEDIUM: “水” 读不出来：可用：“能源消费”、"),
        ("people add zhang 张三 --role {}", "经理", "审计人员", "--role: “经理” 读不出来：可用：“审批系统”、“审批人员”、“审计人员”、“管理员”；代码：system、officer、auditor、admin"),
        ("keys create 系统 --role {}", "经理", "审批系统", "--role: “经理” 读不出来"),
        ("offsets list --pollutant {}", "臭氧", "氨氮", "--pollutant: “臭氧” 读不出来：可用：“挥发性有机物”、"),
        ("offsets add S-1 --verified 1 --document x --pollutant {}", "臭氧", "挥发性有机物", "--pollutant: “臭氧” 读不出来"),
    ],
)  # fmt: skip
def test_a_choice_is_made_by_its_word_too(record: Path, words: str, wrong: str, right: str, said: str) -> None:
    refused = run(record, *words.format(wrong).split())
    assert refused.exit_code == 2 and refused.stderr.startswith(said), refused.stderr
    taken = run(record, *words.format(right).split())
    # There is no such review or consultation in the record: the word itself was read.
    assert taken.exit_code == 0 or taken.stderr.startswith(("编号 number: ", "REVIEW: ")), taken.stderr
