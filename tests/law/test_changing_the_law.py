"""docs/how-to/change-the-law.md, done as it stands there: a figure from a day and a rule from a day, without touching Python."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from datetime import date
from pathlib import Path

import pytest

from review.record.editions.in_force import law_of
from review.record.storage.store import open_store
from tests.commands import ROOT, Done, two_high

pytestmark = [pytest.mark.record, pytest.mark.server]

BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_what_the_page_says_changes_the_law(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "change-the-law.md").read_text(encoding="utf-8")
    said: list[str] = []
    for kind, block in BLOCKS.findall(page):
        if kind == "sh":
            said += [_run(tmp_path, shlex.split(line, comments=True)) for line in block.splitlines()]
        else:
            _write(tmp_path, block)
    store = open_store(str(tmp_path / "record.sqlite"))
    with store.reading() as connection:
        law = law_of(connection)
    store.close()
    for day, name, ratio, rule in (
        (date(2026, 12, 31), "2026", "1.2", False),
        (date(2027, 1, 1), "2026-o1", "1.5", False),
        (date(2027, 6, 30), "2026-o1", "1.5", False),
        (date(2027, 7, 1), "2027-o1", "1.5", True),
    ):
        found = law.choose(None, day)
        assert (found.edition, found.parameters["offset_ratio"].text) == (name, ratio)
        assert (found.rule("office-voc-monitoring") is not None) is rule
    assert any("office-voc-monitoring" in each for each in said), "the sheet is judged by the new rule"


def _write(folder: Path, block: str) -> None:
    """A file, or what is added to one: the first line says which."""
    head, _, content = block.partition("\n")
    name, _, part = head.removeprefix("# ").partition(": ")
    file = folder / name
    if part == "editions":
        before = file.read_text(encoding="utf-8").replace("rule_files: [", "rule_files: [office.yaml, ", 1)
        # The keys of the folder's head stand without indentation: the editions end where the next one begins.
        end = re.search(r"^\w", before[before.index("\neditions:") + 10 :], re.MULTILINE)
        assert end is not None
        place = before.index("\neditions:") + 10 + end.start()
        content = before[:place] + content + before[place:]
    elif name.endswith(".csv"):
        content = file.read_text(encoding="utf-8") + content
    file.write_text(content, encoding="utf-8")


def _run(folder: Path, words: list[str]) -> str:
    if words[0] == "cp":
        shutil.copytree(ROOT / words[2], folder / words[3])
        clauses = folder / words[3] / "clauses.csv"
        content = clauses.read_text(encoding="utf-8")
        carried = ",rule,voc-online-monitoring"
        assert content.count(carried) == 1
        clauses.write_text(content.replace(carried, f"{carried}; office-voc-monitoring"), encoding="utf-8")
        return ""
    arguments = [
        str(folder / each) if (folder / each).exists() or each == "record.sqlite" else each for each in words[1:]
    ]
    own = {"TWO_HIGH_RULESETS": ""} | {
        name: value for name, value in os.environ.items() if not name.startswith("TWO_HIGH")
    }
    done: Done = two_high(
        *(f"{folder}/fuqing@2027" if each == "./fuqing@2027" else each for each in arguments), environment=own
    )
    assert done.returncode in ((0, 1) if "check" in words else (0,)), (words, done.stdout, done.stderr)
    return done.stdout
