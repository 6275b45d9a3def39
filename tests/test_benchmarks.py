"""The benchmark's translators agree with `exact.py`, and its figures are told as they were measured."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from benchmarks.measures.line import Line, line, unavailable
from benchmarks.pairs import Pair, paired
from benchmarks.peers.plain import PlainPython
from benchmarks.peers.program import All, Always, End, Is, NoneOf, OneOf, Side, Some, opposite, simplified, ways
from benchmarks.peers.worker import first_difference
from benchmarks.report import machine, quoted, written
from benchmarks.samples import fixtures, samples
from benchmarks.sweep import generate
from review.quantities import exact


def test_the_program_holds_every_rule_once() -> None:
    lowering = samples([]).lowering
    found = [rule.id for rule in lowering.program.project] + [head.id for head in lowering.program.heads]
    assert sorted(set(found)) == sorted(rule.id for rule in lowering.ruleset.rules) != []


def test_plain_python_agrees_with_exact_on_every_sample_and_some_generated() -> None:
    chance = random.Random(11)
    some = samples(fixtures() + [(f"generated {number}", generate(chance)) for number in range(40)])
    peer = PlainPython(some.lowering.program)
    with exact():
        found = [peer.judge(peer.prepare(row)) for row in some.rows]
    assert first_difference(some.rows, found, some.answers) == ""
    assert {code for answer in some.answers for code in answer.project} >= {0, 1, 2, 4}


def test_a_peer_that_judges_otherwise_is_told_with_the_sheet() -> None:
    some = samples(fixtures()[:2])
    wrong = [some.answers[0], some.answers[0]]
    assert first_difference(some.rows, wrong, some.answers).startswith(some.rows[1].name)


def test_tests_are_simplified_and_turned_round() -> None:
    here, there = Is("a", True), OneOf("b", ("x",))
    end = End("c", ">=", 5, Side((), 0), Side((), 0))  # type: ignore[arg-type]
    assert simplified(All((Always(True), here, All((there, here))))) == All((here, there))
    assert simplified(Some((Always(True), here))) == Always(True) and simplified(All(())) == Always(True)
    assert ways(All((Some((here, there)), end))) == [(here, end), (there, end)]
    assert opposite(All((here, there, end))) == Some(
        (Is("a", False), NoneOf("b", ("x",)), End("c", "<", 5, end.left, end.right))
    )


def test_ratios_are_of_the_pairs() -> None:
    ours, other = iter([9.0, 1.0, 2.0, 4.0]), iter([9.0, 2.0, 2.0, 12.0])
    pair = paired(lambda: next(ours), lambda: next(other), 3)
    assert pair == Pair(2.0, 2.0, 2.0, 1.0, 3.0)
    assert pair.inverse().ratio == 0.5


def part(*lines: Line) -> dict[str, Any]:
    return {
        "part": "rows",
        "at": "2026-01-01 00:00 UTC",
        "seconds": 1,
        "machine": machine(),
        "lines": [each.as_json() for each in lines],
    }


def test_a_figure_that_is_not_reached_or_not_measured_is_told_so(tmp_path: Path) -> None:
    slow = line("ours", "another", Pair(0.5, 0.25, 0.5, 0.4, 0.6), least=2)
    found = part(
        slow,
        line("ours", "a third", Pair(1, 3, 3, 3, 3), least=2),
        unavailable("ours", "a fourth", "not installed here", "≥ 2×"),
    )
    written([found], tmp_path / "RESULTS.md")
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "| ours | another | 2.00 sheets/s | 4.00 sheets/s | 0.50× (0.40–0.60) | ≥ 2× | **否 / no** |" in text
    assert "3.00× (3.00–3.00) | ≥ 2× | 是 / yes |" in text
    assert "未测 / not measured" in text and "a fourth: not installed here" in text


def test_the_readme_quotes_only_what_something_is_asked_of(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n", encoding="utf-8")
    pair = Pair(1, 2, 2, 2, 2)
    quoted([part(line("ours", "asked", pair, least=1), line("ours", "not asked", pair))], readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("after\n") and "| ours | asked |" in text
    assert "old" not in text and "not asked" not in text
    readme.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="markers"):
        quoted([], readme)
