"""Judge many sheets by every edition with all witnesses: the compiled rules and durable-rules in `judge`, `exact.py`, and the columns.

    python -m benchmarks.witnesses [COUNT] [SEED]

A sheet is generated from the catalogue, or a sample with some of its parts generated anew. Editions take turns, the last one three of
them, each on days of its period. Printed are the disagreements, what was set aside as too wide for columns, and how often each rule came out in each status.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.sweep import generate
from review import ProjectSheet, Ruleset, SheetError, judge, parse_sheet
from review.errors import EngineDisagreement
from review.facts import Case
from review.law.loading import ends, load_builtin
from review.portfolio.deriving import Numbered, facts_table
from review.portfolio.evaluating import evaluate
from review.sheet import canonical_sheet
from review.terms import STATUSES
from tests.strategies import admissible

BATCH = 250
SAMPLES = sorted(Path(__file__).resolve().parents[1].joinpath("fixtures/sheets").glob("*.json"))
STAGES = ("proposed", "under_construction", "existing")
NATURES = ("new", "relocation", "rebuild", "expansion", "technical_renovation")
Counted = Counter[tuple[str, str]]


@cache
def _samples() -> tuple[dict[str, Any], ...]:
    from review import read_sheet_file

    return tuple(canonical_sheet(read_sheet_file(path)) for path in SAMPLES)


def mixed(chance: random.Random) -> ProjectSheet:
    """A generated sheet, or a sample with some parts generated anew and another stage or nature."""
    while True:
        made = canonical_sheet(generate(chance))
        if chance.random() < 0.6:
            sample = chance.choice(_samples())
            made = {**sample, **{part: value for part, value in made.items() if chance.random() < 0.35}}
            made["project"] = {**sample["project"], "stage": chance.choice(STAGES), "nature": chance.choice(NATURES)}
        try:
            return parse_sheet(admissible(made))
        except SheetError:
            continue


def days_of(editions: tuple[Ruleset, ...], index: int, chance: random.Random) -> date:
    """A day of an edition's period: its first, or one before the next begins."""
    first = date.fromisoformat(str(editions[index].content["from"]))
    last = ends(editions[index].content, [each.content for each in editions]) or first + timedelta(300)
    return chance.choice((first, last, first + timedelta(chance.randrange((last - first).days + 1))))


def compared(batch: int, seed: int) -> tuple[list[str], int, Counted]:
    """One batch by one edition: what the witnesses differ on, how many were set aside, and the statuses counted."""
    chance = random.Random(seed * 1_000_003 + batch)
    editions = load_builtin()
    # The last edition has the most rules: it takes three turns of each round.
    turns = (*range(len(editions)), len(editions) - 1, len(editions) - 1)
    index = turns[batch % len(turns)]
    ruleset = editions[index]
    numbered, judged = [], {}
    differing: list[str] = []
    counted: Counted = Counter()
    for number in range(BATCH):
        sheet, day = mixed(chance), days_of(editions, index, chance)
        try:
            review = judge(sheet, ruleset, day)
        except SheetError:
            continue
        except EngineDisagreement as error:
            differing.append(f"{ruleset.name} {day}: {error}")
            continue
        exactly = judge(sheet, ruleset, day, exact_only=True)
        if review.judged.outcomes != exactly.judged.outcomes or review.to_bytes() != exactly.to_bytes():
            differing.append(f"{ruleset.name}, batch {batch}, sheet {number}: exact.py differs")
        judged[number] = {(each.rule.id, each.subject): each.status for each in review.findings}
        counted.update((rule, status) for (rule, _), status in judged[number].items())
        numbered.append(Numbered(number, Case(sheet, ruleset, day), number))
    facts = facts_table(numbered)
    outcomes = evaluate(facts, ruleset)
    columns = outcomes.statuses()
    aside = {each.number for each in facts.aside} | set(outcomes.refused)
    for number, found in judged.items():
        if number not in aside and columns.get(number) != found:
            first = next((key for key in found if columns.get(number, {}).get(key) != found[key]), None)
            differing.append(f"{ruleset.name}, batch {batch}, sheet {number}: columns differ on {first}")
    return differing, len(aside), counted


def rows(counted: Counted) -> Iterator[str]:
    """The table of statuses by rule."""
    yield f"{'rule':36}" + "".join(f"{status:>16}" for status in STATUSES)
    for rule in dict.fromkeys(rule for rule, _ in sorted(counted)):
        yield f"{rule:36}" + "".join(f"{counted[rule, status]:>16}" for status in STATUSES)


def main(count: int, seed: int) -> int:
    differing: list[str] = []
    aside, counted = 0, Counter[tuple[str, str]]()
    batches = range(-(-count // BATCH))
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for found, left, statuses in pool.map(compared, batches, [seed] * len(batches)):
            differing += found
            aside += left
            counted.update(statuses)
    print("\n".join(rows(counted)))
    print(*differing[:20], sep="\n")
    print(f"{len(batches) * BATCH} sheets, {len(differing)} disagreements, {aside} set aside by the columns")
    return 1 if differing else 0


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else 20_000, numbers[1] if len(numbers) > 1 else 1))
