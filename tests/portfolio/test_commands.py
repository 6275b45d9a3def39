"""Portfolios from the command line: facts exported, what-if answered, a record replayed as columns."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.command_line import command_line
from review import choose, parse_sheet
from review.errors import PortfolioError
from review.parallel import spread_batches
from review.portfolio.columns import tables
from review.portfolio.deriving import facts_table
from review.portfolio.evaluating import Digest, evaluate
from review.portfolio.folder import FactsFolder, FactsWriter
from review.record.cases.submissions import submit
from review.record.storage.store import open_store
from review.sheet import canonical_sheet
from review.verdict import judging
from tests.commands import two_high
from tests.databases import Databases
from tests.portfolio.test_portfolio import cases, edition, mixture
from tests.record.projects import OFFICER, drawing, project, registered
from tests.record.tampering import tamper
from tests.sheets import AS_OF, sheet

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def record(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A record of projects that draw on sources, one of them reviewed twice, one with a name that means to be a script."""
    url, _ = databases.copy("sqlite", tmp_path_factory.mktemp("record"))
    store = open_store(url)
    registered(store, "100")
    for number, allocated in enumerate(("6", "7", "7.4", "7.5", "9")):
        submit(store, drawing(f"A-{number}", allocated), OFFICER, as_of=AS_OF, reason="补录（示例）")
    submit(store, drawing("A-0", "6.5"), OFFICER, as_of=AS_OF, reason="补录（示例）")
    named = {"project.name": "<script>alert(1)</script>（虚构）", "site.park": "jiangyin"}
    submit(
        store,
        parse_sheet(_merged(drawing("A-9", "6.1", source="S-9"), named)),
        OFFICER,
        as_of=AS_OF,
        reason="补录（示例）",
    )
    submit(
        store,
        project("B-1", {"products": [{"name": "粘胶", "benchmark": "viscose-staple", "unit_energy": "1"}]}),
        OFFICER,
        as_of=AS_OF,
        reason="补录（示例）",
    )
    store.close()
    yield url


def _merged(made: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    return sheet(changes, canonical_sheet(made))


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(command_line(), [str(each) for each in arguments])
    assert done.exit_code == code, (done.exit_code, done.output, done.exception)
    return done.stdout


def what_if(*arguments: object, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        run("what-if", *arguments, "--ruleset", "fuqing@2023", "--format", "json", code=code)
    )
    return found


@pytest.mark.parametrize("server", ["127.0.0.1:1", "[", "127.0.0.1:1?sslmode=no"])
def test_an_engine_that_cannot_be_reached_is_named_without_its_password(record: str, server: str) -> None:
    engine = f"postgresql://somebody:hidden@{server}/x"
    done = two_high("what-if", "--set", "offset_ratio=1.5", "--engine", engine, "--database", record)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("--engine: 无法连接用于计算的 PostgreSQL") and "hidden" not in done.stderr


def test_days_in_the_wrong_order_are_refused(record: str, tmp_path: Path) -> None:
    days = ("--since", "2025-02-01", "--until", "2025-01-31", "--database", record)
    run("what-if", "--set", "offset_ratio=1.5", *days, code=2)
    run("export-facts", "--out", tmp_path / "facts", *days, code=2)


def test_what_if_names_the_projects_that_would_flip(record: str) -> None:
    found = what_if("--set", "offset_ratio=1.5", "--database", record)
    assert found["set"] == {"offset_ratio": {"then": "1.2", "now": "1.5"}}
    # Emission 5 each: 6 would need 7.5. A-0 is judged by its second review (6.5).
    flips = {
        each["name"]: [(rule["rule"], rule["then"], rule["now"]) for rule in each["rules"]] for each in found["flips"]
    }
    assert set(flips) == {
        "测试项目 A-0（虚构）",
        "测试项目 A-1（虚构）",
        "测试项目 A-2（虚构）",
        "<script>alert(1)</script>（虚构）",
    }
    assert all(rules == [("voc-offset", "pass", "fail")] for rules in flips.values())
    summary = found["summary"]
    assert (summary["projects"], summary["flipped"], summary["unjudged"]) == (7, 4, 0)
    assert summary["by_rule"] == {"voc-offset": {"pass → fail": 4}}
    assert summary["by_park"] == {"jiangyin": {"projects": 1, "flipped": 1}, "—": {"projects": 6, "flipped": 3}}
    assert summary["by_industry"] == {"3011": {"projects": 7, "flipped": 4}}


def test_exported_facts_give_the_same_answer(record: str, tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    assert "reviews 8" in run("export-facts", "--out", folder, "--ruleset", "fuqing@2023", "--database", record)
    assert what_if("--set", "offset_ratio=1.5", "--facts", folder) == what_if(
        "--set", "offset_ratio=1.5", "--database", record
    )
    run("what-if", "--set", "kgce_per_kgoe=1.5", "--facts", folder, code=2)
    assert what_if("--set", "kgce_per_kgoe=1.5", "--database", record)["summary"]["flipped"] == 0
    run("export-facts", "--out", folder, "--since", "2025-03-02", "--ruleset", "fuqing@2023", "--database", record)
    assert what_if("--set", "offset_ratio=1.5", "--facts", folder)["summary"]["projects"] == 0


def test_a_what_if_as_page_csv_and_text(record: str, tmp_path: Path) -> None:
    page, table = tmp_path / "page.html", tmp_path / "table.csv"
    asked = ("what-if", "--set", "offset_ratio=1.5", "--ruleset", "fuqing@2023", "--database", record)
    text = run(*asked, "--out", page)
    assert "would flip 4" in text and "█" in text and "jiangyin" in text
    html = page.read_text(encoding="utf-8")
    assert "<svg" in html and "&lt;script&gt;" in html and "<script" not in html
    assert not re.findall(r"(?:src|href|url\()", html)
    run(*asked, "--out", table)
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 4 and rows[0]["rules"] == "voc-offset [voc] pass → fail"
    run(*asked, "--out", tmp_path / "page.pdf", code=2)
    run("what-if", "--set", "no_such=1", "--database", record, code=2)
    run("what-if", "--set", "offset_ratio=1.5", "--engine", "no-such", "--database", record, code=2)
    run("what-if", "--set", "offset_ratio=1.5", "--facts", tmp_path, code=2)


def test_a_replay_as_columns_is_a_replay(record: str) -> None:
    assert "identical 8" in run("replay", "--portfolio", "--sample", "1", "--database", record)
    for against in ("fuqing@2022", "fuqing@2023"):
        asked = ("replay", "--against", against, "--format", "json", "--database", record)
        code = 1 if against == "fuqing@2022" else 0
        columns, rows = (json.loads(run(*asked, *how, code=code)) for how in (("--portfolio",), ()))
        assert columns["summary"] == rows["summary"]
        assert [each for each in rows["differences"] if each["difference"]["flips"]] == columns["differences"]


def test_a_replay_that_exact_does_not_bear_out_concludes_nothing(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = judging.statuses

    def lying(*arguments: Any) -> Any:
        overall, found = honest(*arguments)
        return overall, {**found, ("sea-outfall", "site"): "pass"}

    monkeypatch.setattr("review.portfolio.replaying.statuses", lying)
    run("replay", "--portfolio", "--sample", "1", "--database", record, code=3)


def said(*arguments: object) -> str:
    """What a replay as columns that ends well says of itself on the error stream."""
    done = CliRunner().invoke(command_line(), ["replay", "--portfolio", *(str(each) for each in arguments)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stderr


@pytest.mark.parametrize(("sample", "held"), [(100, 1), (8, 1), (7, 2), (3, 3), (1, 8)])
def test_the_first_that_does_not_flip_and_every_nth_is_held_against_exact(
    record: str, sample: int, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of eight reviews, whatever their numbers and wherever a batch ends."""
    words = f"exact.py agrees on the {held} it was asked about"
    assert words in said("--sample", sample, "--database", record)
    monkeypatch.setattr("review.portfolio.replaying.BATCH", 2)
    assert words in said("--sample", sample, "--database", record)


def test_what_flips_is_held_against_exact_beside_the_sample(record: str) -> None:
    arguments = ("replay", "--portfolio", "--against", "fuqing@2022", "--format", "json", "--database", record)
    done = CliRunner().invoke(command_line(), [*arguments, "--sample", "100"])
    flips = len(json.loads(done.stdout)["differences"])
    assert flips and f"exact.py agrees on the {flips + 1} it was asked about" in done.stderr


def test_where_nothing_was_held_against_exact_it_is_said(record: str) -> None:
    words = said("--since", "2031-01-01", "--database", record)
    assert "没有一件由精确求值核对" in words and "none was held against exact.py" in words
    assert "agrees" not in words


def test_a_small_portfolio_that_exact_does_not_bear_out_concludes_nothing(
    record: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the default sample, larger than the portfolio."""
    honest = judging.statuses

    def lying(*arguments: Any) -> Any:
        overall, found = honest(*arguments)
        return overall, {**found, ("sea-outfall", "site"): "pass"}

    monkeypatch.setattr("review.portfolio.replaying.statuses", lying)
    run("replay", "--portfolio", "--database", record, code=3)


def test_a_damaged_review_is_named_and_the_others_exported(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    store = open_store(url)
    first = submit(store, drawing("A-1", "6"), OFFICER, as_of=AS_OF, reason="补录（示例）")
    submit(store, drawing("A-2", "6"), OFFICER, as_of=AS_OF, reason="补录（示例）")
    tamper(
        store, f"UPDATE sheet SET content = x'00' WHERE digest = (SELECT sheet FROM review WHERE position = {first.id})"
    )
    store.close()
    done = CliRunner().invoke(command_line(), ["export-facts", "--out", str(tmp_path / "facts"), "--database", url])
    assert done.exit_code == 1 and "reviews 1" in done.stdout and f"{first.id}: sheet" in done.stderr


def test_a_folder_of_facts_is_read_back_batch_by_batch(tmp_path: Path) -> None:
    numbered = cases(mixture(20), edition())
    facts = [facts_table(numbered[start : start + 9]) for start in range(0, len(numbered), 9)]
    with FactsWriter(tmp_path, edition()) as writer:
        for each in facts:
            writer.add(each)
    folder = FactsFolder(tmp_path)
    back = list(folder.batches(edition()))
    assert [len(each) for each in back] == [len(each) for each in facts]
    assert all(
        a.tables[name].equals(b.tables[name])
        for a, b in zip(back, facts, strict=True)
        for name in tables(edition().vocabulary)
    )
    whole, parts = Digest(), Digest()
    whole.add(evaluate(facts_table(numbered), edition()))
    for each in back:
        parts.add(evaluate(each, edition()))
    assert whole.hexdigest() == parts.hexdigest()


def test_an_export_that_broke_off_is_not_taken_for_whole(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), FactsWriter(tmp_path, edition()):
        raise RuntimeError
    with pytest.raises(PortfolioError, match=r"facts\.json"):
        FactsFolder(tmp_path)


def doubled(batch: list[int]) -> list[int]:
    return [2 * each for each in batch]


@pytest.mark.server
def test_work_is_spread_and_stays_in_order() -> None:
    for jobs in (1, 2):
        assert [each for batch in spread_batches(doubled, range(900), 100, jobs) for each in batch] == [
            2 * each for each in range(900)
        ]


@pytest.mark.server
def test_no_other_command_pays_for_the_portfolio() -> None:
    check = "import api.command_line, review.verdict.judging, sys; api.command_line.command_line(); print(sorted({'ibis', 'pyarrow', 'duckdb', 'numpy', 'pandas', 'pyspark'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_without_the_extra_a_command_says_what_to_install(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ibis", None)
    ruleset = choose("fuqing@2022", AS_OF)
    from review.portfolio.evaluating import compiled

    compiled.cache_clear()
    with pytest.raises(PortfolioError, match=r"pip install 'two-high-review\[portfolio\]'"):
        compiled(ruleset, "duckdb")
    asked = ("what-if", "--set", "offset_ratio=1.5", "--database", record)
    run(*asked, "--engine", "duckdb", code=2)
    run(*asked)
    monkeypatch.setitem(sys.modules, "numpy", None)
    run(*asked, code=2)
