"""The sheets that are measured: the sample projects and seeded generated ones."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.peers.lowered import Lowering, lowered_sheets
from benchmarks.peers.program import Answer, Sheet
from benchmarks.sweep import generate
from review import ProjectSheet, choose, read_sheet_file
from review.facts import Case, Facts
from tests.sheets import AS_OF

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "sheets"
EDITION = "fuqing@2023"
GENERATED, SEED = 100, 7


@dataclass(frozen=True)
class Samples:
    """Cases with their facts, their rows and the answers of `exact.py`."""

    lowering: Lowering
    cases: list[Case]
    facts: list[Facts]
    rows: list[Sheet]
    answers: list[Answer]


def fixtures() -> list[tuple[str, ProjectSheet]]:
    return [(path.name, read_sheet_file(path)) for path in sorted(FIXTURES.glob("*.json"))]


def samples(sheets: list[tuple[str, ProjectSheet]]) -> Samples:
    """Some sheets, made ready for every engine."""
    ruleset = choose(EDITION, AS_OF)
    lowering = Lowering(ruleset)
    cases = [(name, Case(sheet, ruleset, AS_OF)) for name, sheet in sheets]
    rows, answers, facts = lowered_sheets(lowering, cases)
    return Samples(lowering, [case for _, case in cases], facts, rows, answers)


@cache
def mixed() -> Samples:
    """The sample projects and generated sheets with half of their fields stated and up to three items a list."""
    chance = random.Random(SEED)
    return samples(fixtures() + [(f"generated {number}", generate(chance)) for number in range(GENERATED)])
