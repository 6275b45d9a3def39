"""The record from the command line: what a person types, what comes back, and the exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from review.cli.audit import backup
from review.clock import today
from review.law.loading import builtin
from review.record.cases.rulings import Ruling
from review.record.cases.signing import propose
from review.record.storage.actors import Actor
from review.record.storage.store import Store, open_store
from tests.commands import two_high
from tests.record.tampering import tamper

pytestmark = [pytest.mark.record, pytest.mark.server]

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "fixtures" / "sheets"


class Office:
    """Runs `two-high` against one record."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.environment = {**os.environ, "TWO_HIGH_DATABASE": url, "TWO_HIGH_OFFICER": "审查岗甲"}

    def run(self, *arguments: object, code: int = 0) -> str:
        done = two_high(*arguments, environment=self.environment)
        assert done.returncode == code, (arguments, done.returncode, done.stdout[-800:], done.stderr[-800:])
        assert "Traceback" not in done.stderr
        self.errors = done.stderr
        return done.stdout

    def run_refused(self, *arguments: object) -> str:
        """What is said on standard error of a command that cannot be done."""
        self.run(*arguments, code=2)
        return self.errors

    def json(self, *arguments: object, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--format", "json", code=code))


@pytest.fixture
def office(url: str) -> Office:
    return Office(url)


# The commands are the same on every database, and the record's own tests are on both: one is enough for the longest days.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_an_officers_day(office: Office, tmp_path: Path) -> None:
    office.run("offsets", "add", "S-丙", "--verified", "9", "--document", "核定〔2024〕1 号（示例）")
    assert "不予批准 / reject" in office.run(
        "submit", SHEETS / "pvc.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", code=1
    )
    (submitted,) = office.json(
        "submit", SHEETS / "coal-ammonia.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", "--key", "k-1"
    )
    assert office.json(
        "submit", SHEETS / "coal-ammonia.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", "--key", "k-1"
    ) == [submitted]
    assert "条件 condition" in office.run(
        "decide", submitted["id"], "approve", "--condition", "开工前报备 / report before building"
    )
    office.run("step", submitted["project"], "condition_met", "--condition", "1", "--document", "证明（示例）")
    shown = office.run("project", submitted["project"])
    assert "批准" in shown and "条件已落实" in shown and "开工前报备" in shown
    lines = office.json("worklist", "show", "--outcome", "approve")
    assert [each["review"] for each in lines] == [submitted["id"]]
    assert office.json("offsets", "list")[0]["free_t"] == "0"
    out = tmp_path / "list.csv"
    office.run("worklist", "show", "--out", out)
    assert len(list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))) == 3
    office.run("worklist", "add", SHEETS / "existing-in-order.json", "--reason", "存量摸底")
    assert office.json("indicators")["projects"] == 1
    assert office.json("worklist", "split") == []


def test_the_days_of_a_case(office: Office, tmp_path: Path) -> None:
    for login in ("jia", "yi"):
        office.run("people", "add", login, f"示例人员{login}", "--role", "officer")
    (case,) = office.json(
        "submit", SHEETS / "unsettled.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", code=1
    )
    project, day = case["project"], today()
    late = day - timedelta(days=60)
    office.run("step", project, "received", "--day", late)
    office.run("step", project, "accepted", "--day", "1999-01-01", code=2)
    assert "先后颠倒" in office.errors
    office.run("step", project, "condition_due", "--condition", "1", code=2)
    office.run("step", project, "withdrawn", "--day", day, "--reason", "x", code=2)
    assert "逾期" in office.run("project", project)
    office.run("hand-over", project, "yi", "--reason", "分办（示例）")
    assert [
        each["project"] for each in office.json("worklist", "show", "--late", "--every", "--holder", "yi", "--by-due")
    ] == [project]
    assert office.json("inbox", "yi")["counts"]["overdue"] == 2 and "nothing waits" in office.run("inbox", "jia")
    office.run("inbox", "bing", code=2)
    office.run("absence", "add", "yi", "jia", "--from", day, "--until", day)
    (away,) = office.json("absence", "list")
    assert "代 for 示例人员yi" in office.run("inbox", "jia")
    office.run("absence", "end", away["id"])
    assert "nothing waits" in office.run("inbox", "jia")
    year = tmp_path / "year.csv"
    year.write_text("日期,类别\n2026-10-01至2026-10-07,休\n2026-10-10,班\n", encoding="utf-8")
    assert "2026: 已录入" in office.run("calendar", "import", year) and "2026: 已是如此" in office.run(
        "calendar", "import", year
    )
    office.run("calendar", "term", 30)
    shown = office.json("calendar", "show")
    assert (shown["review_days"], len(shown["years"][0]["holidays"]), shown["years"][0]["workdays"]) == (
        30,
        7,
        ["2026-10-10"],
    )
    assert office.json("verify")["intact"] is True


@ON_SQLITE
def test_how_decisions_are_signed_is_set_with_a_reason(office: Office) -> None:
    office.run("people", "add", "yi", "签发人（示例）", "--role", "officer")
    assert "the office: 1" in office.run("sign-off", "show")
    asked = ("sign-off", "set", "--steps", "2", "--matter", "departs=3", "--matter", "补充材料=1", "--signers", "3=yi")
    assert "已录入" in office.run(*asked, "--reason", "内部规定（示例）")
    assert "已是如此" in office.run(*asked, "--reason", "内部规定（示例）")
    assert office.json("sign-off", "show") == {
        "steps": 2, "matters": {"supplement": 1, "departs": 3}, "signers": {"3": ["person:yi"]},
    }  # fmt: skip
    office.run("sign-off", "set", "--matter", "supplement=", "--reason", "改设（示例）")
    assert (
        "person:yi" in office.run("sign-off", "show") and "supplement" not in office.json("sign-off", "show")["matters"]
    )
    for wrong in (("--steps", "4"), ("--matter", "departs=x"), ("--matter", "nothing=2"), ("--signers", "3=nobody")):
        office.run("sign-off", "set", *wrong, "--reason", "x", code=2)
    office.run("sign-off", "set", "--steps", "3", "--reason", " ", code=2)
    assert office.json("verify")["intact"] is True


@ON_SQLITE
def test_an_auditors_day(office: Office, tmp_path: Path) -> None:
    assert "added 65" in office.run("import", ROOT / "fixtures" / "decisions" / "past.jsonl")
    assert "added 0" in office.run("import", ROOT / "fixtures" / "decisions" / "past.jsonl")
    assert "identical 65" in office.run("replay")
    document = office.json("replay", "--against", "fuqing@2022", code=1)
    assert document["schema"] == "two-high/replay/1" and document["summary"]["flipped_reviews"] == 20
    out = tmp_path / "differences.csv"
    office.run("replay", "--against", "fuqing@2022", "--out", out, code=1)
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert len(rows) == document["summary"]["flips"] + sum(document["summary"]["recommendations"].values())
    office.run("replay", "--against", "fuqing@1900", code=2)
    assert "没有版本 fuqing@1900；现有：" in office.errors
    office.run("replay", "--since", "2025-02-01", "--until", "2025-01-31", code=2)
    assert "until: 2025-01-31 早于起日 2025-02-01" in office.errors
    draft = tmp_path / "draft"
    shutil.copytree(str(builtin()), draft)
    nothing = office.run("replay", "--against", draft)
    assert "nothing was compared; name an edition" in nothing and "identical" not in nothing
    by_name = office.json("replay", "--against", f"{draft}@2022", code=1)
    assert by_name["summary"] == document["summary"] and by_name["reach"] == document["reach"]
    assert 0 < by_name["reach"]["same"] < 65 and by_name["reach"]["outside"] == 65 - by_name["reach"]["same"]
    assert "no review in the span" in office.run("replay", "--since", "2030-01-01")
    assert "benchmark_levels:pta" in office.run("replay", "--as-of", "2023-07-03", code=1)
    checkpoint = tmp_path / "checkpoint.json"
    office.run("checkpoint", "--out", checkpoint)
    assert office.json("verify", "--checkpoint", checkpoint)["intact"] is True
    receipt, verifier = tmp_path / "receipt.json", tmp_path / "verifier.py"
    office.run("export", 2, "--out", receipt, "--verifier", verifier)
    done = subprocess.run(
        [sys.executable, "-I", "-S", verifier, receipt, checkpoint], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "成立" in done.stdout
    backup = tmp_path / "backup.sqlite"
    office.run("backup", backup)
    other = Office(f"sqlite:///{tmp_path / 'restored.sqlite'}")
    other.run("restore", backup)
    assert "完好 intact: 131" in other.run("verify", "--quick", "--checkpoint", checkpoint)


def test_verify_says_which_row_is_broken(office: Office) -> None:
    office.run(
        "submit",
        SHEETS / "pvc.json",
        SHEETS / "fibre.json",
        "--as-of",
        "2025-03-01",
        "--reason",
        "补录（示例）",
        code=1,
    )
    assert "完好 intact" in office.run("verify")
    store = open_store(office.url)
    tamper(store, "UPDATE review SET recommendation = 'approve' WHERE position = 2")
    store.close()
    assert "第 2 号  review 2: 这一行被改动：recommendation" in office.run("verify", code=1)
    assert office.json("verify", code=1)["breaks"][0]["table"] == "review"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("verify",), "没有记录|记录"),
        (("decide", "1", "approve"), "记录"),
        (("replay", "--against", "./tests"), "不是规则文件夹"),
        (("replay", "--against", "./tests@2026"), "不是规则文件夹"),
        (("replay", "--out", "x.docx"), "扩展名应为"),
        (("checkpoint", "--since", "README.md"), "检查点"),
        (("calendar", "import", "README.md"), "README.md:9: "),
        (("replay", "--since", "yesterday"), "应为日期"),
        (("replay", "--until", "2025-W01-1"), "应为日期"),
        (("worklist", "show", "--out", "x.pdf"), "扩展名应为"),
        (("worklist", "show", "--energy-from", "lots"), "应为数字"),
        (("offsets", "add", "S", "--verified", "ten", "--document", "x"), "应为数字"),
        (("import", "none.csv"), "无法读取"),
        (("submit", "none.json"), "无法读取"),
        (("verify", "--database", "mysql://x"), "数据库地址不可用"),
        (("export", "1", "--format"), "没有选项 --format"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    office = Office(f"sqlite:///{tmp_path / 'none.sqlite'}")
    office.run(*arguments, code=2)
    assert any(each in office.errors for each in words.split("|")), office.errors


def test_an_officer_is_asked_for(tmp_path: Path) -> None:
    office = Office(f"sqlite:///{tmp_path / 'record.sqlite'}")
    del office.environment["TWO_HIGH_OFFICER"]
    office.run("submit", SHEETS / "pvc.json", code=2)
    assert "officer: 必须填写" in office.errors
    office.run(
        "submit",
        SHEETS / "pvc.json",
        "--officer",
        "审查岗乙",
        "--as-of",
        "2025-03-01",
        "--reason",
        "补录（示例）",
        code=1,
    )


def test_rejected_rows_are_exit_code_1(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "past.jsonl"
    file.write_text('{"sheet": {"project": {}}, "as_of": "2025-03-01"}\n', encoding="utf-8")
    assert "rejected 1" in office.run("import", file, code=1)
    assert "past.jsonl:1: project.name: 必须填写" in office.errors
    assert office.json("import", file, "--dry-run", code=1)["rejected"][0]["row"] == "1"


@ON_SQLITE
def test_what_is_wrong_in_a_column_names_the_row_and_the_column_once(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text(
        "project.name,project.code,审查日\n甲厂（虚构）,,2025-13-41\n乙厂（虚构）,2.20235E+19,2025-01-02\n",
        encoding="utf-8",
    )
    office.run("import", file, code=1)
    first, second = office.errors.splitlines()
    assert first.startswith(f"{file}:2: 审查日 as_of: “2025-13-41” 读不出来")
    assert first.count("审查日") == first.count("as_of") == 1
    assert second.startswith(f"{file}:3: project.code: 编号已被电子表格改成科学计数法")


@ON_SQLITE
def test_an_inbox_asks_only_for_what_its_owner_may_do(office: Office) -> None:
    for login, role in (("jia", "officer"), ("yi", "officer"), ("admin", "admin"), ("auditor", "auditor")):
        office.run("people", "add", login, f"示例人员{login}", "--role", role)
    (case,) = office.json(
        "submit", SHEETS / "unsettled.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", code=1
    )
    office.run("sign-off", "set", "--steps", "2", "--reason", "内部规定（示例）")
    store = open_store(office.url)
    propose(
        store, case["id"], Ruling("defer", "理由（示例）", "3.10-7"), Actor("示例人员jia", "person:jia"), expected=0
    )
    store.close()
    counts = {login: office.json("inbox", login)["counts"]["sign"] for login in ("jia", "yi", "admin", "auditor")}
    assert counts == {"jia": 0, "yi": 1, "admin": 0, "auditor": 0}


@ON_SQLITE
def test_people_and_hooks_from_the_command_line(office: Office) -> None:
    first = office.run("people", "add", "chen", "示例人员陈", "--role", "officer").strip()
    assert len(first) >= 12 and first not in office.run("people", "list")
    assert office.json("people", "list") == [
        {
            "login": "chen",
            "name": "示例人员陈",
            "role": "officer",
            "ended": None,
            "once": True,
            "must_change_password": True,
            "doubles": [],
        }
    ]
    assert office.run("people", "password", "chen", "--reason", "忘记（示例）").strip() != first
    office.run("people", "second-factor", "chen", "--reason", "遗失（示例）", code=2)
    assert "已记录" in office.run(
        "people", "second-factor-roles", "--roles", "admin,officer", "--reason", "内部规定（示例）"
    )
    assert "已是如此" in office.run("people", "second-factor-roles", "--roles", "officer, admin", "--reason", "x")
    office.run("people", "second-factor-roles", "--roles", "king", "--reason", "x", code=2)
    office.run("people", "end", "chen", "--reason", "调离（示例）")
    assert "调离（示例）" in office.run("people", "list")
    office.run("people", "end", "chen", "--reason", "x", code=2)
    assert "has ended" in office.errors
    office.run("people", "add", "Chen", "x", "--role", "root", code=2)
    secret = office.run("webhooks", "add", "https://approval.example/hook", "--kinds", "decision,review").strip()
    assert secret.startswith("whsec_") and secret not in office.run("webhooks", "list")
    hook = office.json("webhooks", "list")[0]["hook"]
    office.run("submit", SHEETS / "pvc.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", code=1)
    (message,) = office.json("webhooks", "deliveries", "--state", "waiting")
    office.run("webhooks", "resend", message["id"], code=2)
    assert "waiting to be sent" in office.errors
    other = office.run("webhooks", "secret", hook, "--reason", "定期更换（示例）", "--hours", "1").strip()
    assert other.startswith("whsec_") and other != secret
    office.run("webhooks", "secret", hook, "--reason", "x", "--hours", "169", code=2)
    number = office.run("webhooks", "test", hook).strip()
    assert number in {each["id"] for each in office.json("webhooks", "deliveries", "--hook", hook)}
    assert office.json("webhooks", "deliveries", "--hook", "none") == []
    office.run("webhooks", "remove", hook, "--reason", "停用（示例）")
    assert [each["state"] for each in office.json("webhooks", "deliveries")] == ["dead", "dead"]
    assert "removed" in office.run("webhooks", "deliveries")
    office.run("webhooks", "deliveries", "--state", "lost", code=2)
    office.run("webhooks", "add", "ftp://x", code=2)
    assert "http" in office.errors
    office.run("verify")


@ON_SQLITE
def test_files_are_attached_listed_stored_in_a_folder_and_withdrawn(office: Office, tmp_path: Path) -> None:
    (submitted,) = office.json(
        "submit", SHEETS / "pvc.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", code=1
    )
    report = tmp_path / "检测报告（示例）.pdf"
    report.write_bytes(b"%PDF-1.7 fictional report")
    figure = ("--review", submitted["id"], "--path", "voc.emission_t")
    where = ("--page", "3", "--place", "表 1", "--note", "说明（示例）")
    number = office.run("attachments", "add", report, *figure, *where).split()[-1]
    office.run("attachments", "add", report, "--project", submitted["project"])
    shown = office.run("attachments", "list", "--review", submitted["id"])
    assert (
        "检测报告（示例）.pdf" in shown
        and "VOCs 年排放量" in shown
        and "第 3 页 表 1" in shown
        and "说明（示例）" in shown
    )
    office.run("attachments", "list", "--project", submitted["project"], "--files", tmp_path / "out")
    assert {each.read_bytes() for each in (tmp_path / "out").iterdir()} == {report.read_bytes()}
    assert "无法写入" in office.run_refused("attachments", "list", "--project", submitted["project"], "--files", tmp_path / "out")  # fmt: skip
    office.run("attachments", "withdraw", number, "--reason", "附错（示例）")
    first, second = office.json("attachments", "list", "--project", submitted["project"])
    assert (first["withdrawn"]["reason"], second["withdrawn"]) == ("附错（示例）", None)
    assert "已撤回" in office.run_refused("attachments", "withdraw", number, "--reason", "再次（示例）")
    paper = tmp_path / "paper.html"
    office.run("paper", submitted["id"], "--out", paper, "--attached", number)
    text = paper.read_text(encoding="utf-8")
    assert "所附文件" in text and "已撤回" not in text, "as it stood before it was withdrawn"
    for arguments, words in (
        (("add", report), "--project、--review、--decision、--source 之一"),
        (
            ("add", report, "--review", "1", "--decision", "2"),
            "--review, --decision: 只能给出其中之一 / give one of them alone",
        ),
        (("add", report, "--project", "1", "--path", "voc.emission_t"), "--path: 只与 --review 同用"),
        (("list", "--project", "1", "--source", "S-9"), "--project, --source: 只能给出其中之一"),
        (("add", tmp_path / "none.pdf", "--project", "1"), "无法读取"),
        (("list",), "--project、--review、--source 之一"),
        (("list", "--source", "S-9"), "没有来源"),
        (("withdraw", "99", "--reason", "x"), "没有附件 99"),
    ):
        assert words in office.run_refused("attachments", *arguments)


@ON_SQLITE
def test_units_are_consulted_and_notes_written(office: Office) -> None:
    (submitted,) = office.json(
        "submit", SHEETS / "pvc.json", "--as-of", "2025-03-01", "--reason", "补录（示例）", code=1
    )
    project = submitted["project"]
    asked = (
        "--question",
        "总量是否落实（示例）",
        "--unit",
        "市生态环境局（示例）：示例科",
        "--unit",
        "市水利局（示例）",
    )
    number = office.run("consultations", "ask", project, *asked, "--working-days", "5").split()[-1]
    office.run("consultations", "reply", number, "市生态环境局（示例）", "object", "--words", "总量不足（示例）")
    shown = office.run("consultations", "list", project)
    assert "不同意；总量不足（示例）" in shown and "未答复" in shown and "（5 个工作日）" in shown
    assert "市水利局（示例） 尚未答复" in office.run_refused("consultations", "close", number)
    office.run("consultations", "close", number, "--reason", "电话确认（示例）")
    other = office.run("consultations", "ask", project, *asked, "--due", "2030-01-01").split()[-1]
    office.run("consultations", "withdraw", other, "--reason", "重复（示例）")
    states = [(each["state"], each["units"][0]["contact"]) for each in office.json("consultations", "list", project)]
    assert states == [("closed", "示例科"), ("withdrawn", "示例科")]
    assert "--due、--working-days 之一" in office.run_refused("consultations", "ask", project, *asked)
    note = office.run("notes", "add", "现场核实（示例）", "--project", project).split()[-1]
    finding = ("--review", submitted["id"], "--rule", "voc-offset", "--subject", "voc")
    office.run("notes", "add", "条目备注（示例）", *finding)
    office.run("notes", "withdraw", note, "--reason", "写错（示例）")
    shown = office.run("notes", "list", "--project", project)
    assert "现场核实（示例）" in shown and "已撤回" in shown and "条目备注（示例）" in shown
    assert [each["text"] for each in office.json("notes", "list", "--review", submitted["id"])] == ["条目备注（示例）"]
    for arguments, words in (
        (("list",), "--project、--review 之一"),
        (("add", "x"), "project、review 之一"),
        (("add", "x", "--review", submitted["id"], "--rule", "voc-offset"), "--subject"),
        (("withdraw", "99", "--reason", "x"), "没有备注 99"),
    ):
        assert words in office.run_refused("notes", *arguments)
    office.run("verify")


@ON_SQLITE
def test_a_person_s_address_is_entered_and_taken_out(office: Office) -> None:
    office.run("people", "add", "jia", "示例人员", "--role", "officer")
    assert "已记录" in office.run("people", "address", "jia", "jia@office.example")
    assert "已是如此" in office.run("people", "address", "jia", "jia@office.example")
    assert "不是可用的邮箱地址" in office.run_refused("people", "address", "jia", "jia@office")
    assert "没有这个已知人员" in office.run_refused("people", "address", "yi", "yi@office.example")
    assert "jia@office.example" not in office.run("search", "office.example")
    assert "已记录" in office.run("people", "address", "jia")
    office.run("verify")


def test_a_backup_that_is_ended_by_a_signal_leaves_nothing(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("review.record.storage.backup.copy", ended)
    folder = tmp_path / "backups"
    folder.mkdir()
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as left:
            backup(folder / "record.sqlite", filled.full_url)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert left.value.code == 143 and [*folder.iterdir()] == []
