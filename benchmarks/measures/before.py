"""The product against a version before it: `BASELINE=FOLDER make bench PARTS=before`, where FOLDER is a checkout of that version with its `.venv`."""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measures.line import Line, line
from benchmarks.pairs import paired
from benchmarks.peers.processes import ROOT, Disagreement
from benchmarks.samples import fixtures
from benchmarks.sweep import generate
from review import ProjectSheet
from review.canonical_json import canonical
from review.sheet import canonical_sheet

ROUNDS, SEED = 7, 19
# Sheets of a pass; each pass of `unseen` and `submit` takes new ones.
UNSEEN, SUBMITTED, CHECKED, REPLAYED = 40, 30, 40, 100


class NotAsked(RuntimeError):
    """What a part needs was not named: it is left as it was."""


@dataclass(frozen=True)
class Version:
    """A version at work in a process of its own."""

    process: subprocess.Popen[str]

    def asked(self, word: str, numbers: Sequence[int]) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"word": word, "numbers": list(numbers)}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the version at {self.process.args!r} ended")
        return json.loads(answer)


@contextmanager
def version(checkout: Path, sheets: Path) -> Iterator[Version]:
    """The version of a checkout, by its own Python."""
    command = [
        str(checkout / ".venv" / "bin" / "python"),
        "-P",
        str(Path(__file__).with_name("reviewing.py")),
        str(sheets),
    ]
    # Its own modules come before what its environment has installed.
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    process = subprocess.Popen(
        command, cwd=checkout, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Version(process)
    finally:
        assert process.stdin and process.stdout
        process.stdin.close()
        process.wait()
        process.stdout.close()


def text(sheet: ProjectSheet, number: int) -> str:
    """A sheet as JSON, under a name and code of its own."""
    raw = canonical_sheet(sheet)
    named = {"name": f"生成项目 {number}（虚构）", "code": f"GEN-{number:08}"}
    return canonical({**raw, "project": {**raw["project"], **named}}).decode()


def commit_of(checkout: Path) -> str:
    """The commit of a checkout, shortened."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=checkout, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def measured() -> Iterator[Line]:
    """Reviews, submissions, replays and calls of both versions in turn. No line is given unless every review has the same bytes."""
    folder = os.environ.get("BASELINE")
    if not folder:
        raise NotAsked("BASELINE=FOLDER says which checkout to measure against / 用 BASELINE=目录 指定要比较的版本")
    baseline = Path(folder).resolve()
    chance = random.Random(SEED)
    known = [sheet for _, sheet in fixtures()]
    passes = ROUNDS + 1
    count = REPLAYED + passes * (UNSEEN + SUBMITTED)
    sheets = known + [generate(chance) for _ in range(count)]
    of = iter(range(len(known), len(sheets)))
    replayed = [next(of) for _ in range(REPLAYED)]
    unseen, submitted = ([[next(of) for _ in range(size)] for _ in range(passes)] for size in (UNSEEN, SUBMITTED))
    samples = list(range(len(known)))
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "sheets.json"
        file.write_text(json.dumps([text(sheet, number) for number, sheet in enumerate(sheets)]), encoding="utf-8")
        with version(ROOT, file) as ours, version(baseline, file) as before:
            for each in (ours, before):
                each.asked("record", replayed)
            pairs = []
            for label, word, numbers, least in (
                ("complete review of the samples", "reviews", [samples] * passes, 2.0),
                ("complete review of sheets not seen before", "reviews", unseen, 1.8),
                ("submit: judged and recorded", "submit", submitted, 1.6),
                ("replay, a review", "replay", [replayed] * passes, 1.8),
                ("`POST /check`, what the server's process spends", "check", [replayed[:CHECKED]] * passes, None),
            ):
                mine, theirs = (in_turn(side, word, numbers) for side in (ours, before))
                pairs.append((label, paired(mine, theirs, ROUNDS), least))
            # Only now, as a pass of `unseen` is to be of sheets that are new to both.
            agreement = agreed(ours, before, range(len(sheets)))
    for label, pair, least in pairs:
        yield line(label, f"the version before, {commit_of(baseline)}", pair, least=least, agreement=agreement)


def in_turn(side: Version, word: str, numbers: Sequence[Sequence[int]]) -> Callable[[], float]:
    """Seconds of a sheet, each time of the next numbers."""
    following = iter(numbers)

    def seconds() -> float:
        some = next(following)
        return float(side.asked(word, some)) / len(some)

    return seconds


def agreed(ours: Version, before: Version, numbers: Sequence[int]) -> str:
    """That every review has the same bytes. Raises Disagreement."""
    mine, theirs = ours.asked("digests", numbers), before.asked("digests", numbers)
    differing = [number for number, a, b in zip(numbers, mine, theirs, strict=True) if a != b]
    if differing:
        raise Disagreement(
            f"{len(differing)} of {len(numbers)} reviews have other bytes, the first of sheet {differing[0]}"
        )
    return f"SHA-256 of {len(numbers)}/{len(numbers)} reviews"
