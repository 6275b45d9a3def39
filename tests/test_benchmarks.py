"""The benchmark's translators agree with `exact.py`, and its figures are told as they were measured."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.bench import PARTS
from benchmarks.measures import before, portfolio, rows, serving
from benchmarks.measures.line import Line, line, unavailable
from benchmarks.measures.ours import ReadyDocuments, ReadySlots, engine_of, seconds_of
from benchmarks.pairs import Pair, paired
from benchmarks.peers.plain import PlainPython, PlainWhole
from benchmarks.peers.processes import Disagreement
from benchmarks.peers.program import All, Always, End, Is, NoneOf, OneOf, Side, Some, opposite, simplified, ways
from benchmarks.peers.worker import first_difference
from benchmarks.report import (
    CLOSES,
    OPENS,
    PROFILE,
    README,
    RESULTS,
    SHOWN,
    TITLES,
    machine,
    put,
    quoted,
    sections,
    shown,
    together,
    written,
)
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
    for kind in (PlainPython, PlainWhole):
        peer = kind(some.lowering.program)
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
    written(found, tmp_path / "RESULTS.md")
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "| ours | another | 2.00 sheets/s | 4.00 sheets/s | 0.50× (0.40–0.60) | ≥ 2× | **否 / no** |" in text
    assert "3.00× (3.00–3.00) | ≥ 2× | 是 / yes |" in text
    assert "未测 / not measured" in text and "a fourth: not installed here" in text


def test_a_part_that_is_not_measured_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "RESULTS.md"
    pair = Pair(1, 2, 2, 2, 2)
    written({**part(line("this", "that", pair)), "part": "api"}, results)
    written(part(line("one", "another", pair)), results)
    written(part(line("one", "a third", pair)), results)
    text = results.read_text(encoding="utf-8")
    assert text.index("| one | a third |") < text.index("| this | that |") and "| one | another |" not in text
    assert text.count(PROFILE.read_text(encoding="utf-8")) == 1
    monkeypatch.delenv("BASELINE", raising=False)
    with pytest.raises(before.NotAsked):
        next(before.measured())


def test_every_part_has_a_title() -> None:
    assert list(TITLES) == list(PARTS)


def test_documents_quote_what_something_is_asked_of_and_readme_its_five_rows(tmp_path: Path) -> None:
    results, speed, readme = (tmp_path / name for name in ("RESULTS.md", "speed.md", "README.md"))
    for each in (speed, readme):
        each.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n", encoding="utf-8")
    pair = Pair(1, 2, 2, 2, 2)
    every = [line(ours, f"{other} 1.0", pair, least=1) for ours, other in SHOWN]
    written(part(*every, line("ours", "asked", pair, least=1), line("ours", "not asked", pair)), results)
    quoted(results, speed, readme)
    text, short = speed.read_text(encoding="utf-8"), readme.read_text(encoding="utf-8")
    for shortened in (text, short):
        assert shortened.startswith("before\n") and shortened.endswith("after\n") and "old" not in shortened
    assert "| ours | asked |" in text and "not asked" not in text and text.count("\n| ") == 7
    assert "| ours | asked |" not in short and short.count("\n| ") == 6
    written(part(*every[1:]), results)
    with pytest.raises(ValueError, match="no row of"):
        quoted(results, speed, readme)
    readme.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="markers"):
        put(readme, [])


PEERS = Path(before.__file__).parents[1] / "peers"


def title_of(module: str, name: str) -> str:
    """A peer's title, read from its source: most peers are not installed where the tests run."""
    for kind in ast.parse((PEERS / f"{module}.py").read_text(encoding="utf-8")).body:
        if isinstance(kind, ast.ClassDef) and kind.name == name:
            for each in kind.body:
                if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) in (
                    "title",
                    "(title, package)",
                    "title, package",
                ):
                    value = ast.literal_eval(each.value)
                    return str(value if isinstance(value, str) else value[0])
    raise AssertionError(f"{module}.{name} has no title")


def every_line(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Line]]:
    """The lines of the parts that documents quote, by part, where every measurement takes one second."""

    @contextmanager
    def worker(peer: tuple[str, str], payload: Path, repeats: int) -> Iterator[Any]:
        yield SimpleNamespace(title=title_of(*peer), version="1.0", count=1)

    def nothing(*_: Any, **__: Any) -> Any:
        return lambda: 1.0

    same = Pair(1, 1, 1, 1, 1)
    for module in (rows, portfolio):
        monkeypatch.setattr(module, "worker", worker)
        monkeypatch.setattr(module, "written", nothing)
    for name in ("evaluating", "ready_columns", "complete", "declared"):
        monkeypatch.setattr(portfolio, name, nothing)
    monkeypatch.setattr(portfolio, "installed", lambda: True)
    monkeypatch.setattr(portfolio, "generated", lambda: samples(fixtures()[:1]))
    monkeypatch.setattr(portfolio, "checked", lambda _: [0])
    monkeypatch.setattr(portfolio, "part", lambda _: SimpleNamespace(DuckDB=nothing))
    monkeypatch.setattr(rows, "mixed", lambda: samples(fixtures()[:1]))
    monkeypatch.setattr(rows, "turns", lambda sides, _: [[1.0]] * len(sides))
    for module in (rows, portfolio, serving):
        monkeypatch.setattr(module, "paired", lambda *_: same)
    monkeypatch.setattr(serving, "start", nothing)
    monkeypatch.setattr(serving, "stop", nothing)
    monkeypatch.setattr(serving, "_calls", nothing)
    monkeypatch.setattr(serving, "mixed", lambda: samples(fixtures()[:1]))
    for part_name, lines in (("rows", rows.measured()), ("columns", portfolio.columns()), ("api", serving.api())):
        for each in lines:
            yield part_name, each


def test_readme_has_its_rows_of_what_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, list[Line]] = {}
    for name, each in every_line(monkeypatch):
        found.setdefault(name, []).append(each)
    for name, lines in found.items():
        written({**part(*lines), "part": name}, tmp_path / "RESULTS.md")
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert len(set(shown(text))) == len(SHOWN)
    asked = {each.ours: each.asked for each in found["rows"]}
    assert asked[rows.FROM_FACTS] == "stated", "the like-for-like line is quoted beside that from ready slots"


def test_a_sheet_that_takes_longer_in_a_whole_portfolio_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    took = {10_000: 2.0, 100_000: 1.0, 1_000_000: 1.5}
    monkeypatch.setattr(portfolio, "installed", lambda: True)
    monkeypatch.setattr(portfolio, "apart", lambda _, count: {"seconds": took[int(count)], "peak": 1})
    small, middle = portfolio.growth()
    assert (small.other, small.ratio, small.reached) == ("at 10,000", 0.75, True)
    assert (middle.other, middle.ratio, middle.reached) == ("at 100,000", 1.5, False)


def test_results_have_the_introduction_and_the_reasons_of_today() -> None:
    text = RESULTS.read_text(encoding="utf-8")
    assert text == together(sections(text))


def test_readme_shows_rows_as_they_were_measured() -> None:
    text = README.read_text(encoding="utf-8").split(OPENS)[1].split(CLOSES)[0]
    rows = [each for each in text.splitlines() if each.startswith("| ")][1:]
    assert rows == shown(RESULTS.read_text(encoding="utf-8"))
    assert len(rows) == 5


def test_ours_is_judged_from_ready_rows_as_exact_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    some = samples(fixtures()[:6])
    for kind in (ReadySlots, ReadyDocuments):
        assert seconds_of(kind(some), some, 1)() > 0
    monkeypatch.setattr(ReadySlots, "codes", lambda self, place, row: [0] * len(self.runs[place](*row)[1]))
    with pytest.raises(Disagreement, match=some.rows[0].name):
        seconds_of(ReadySlots(some), some, 1)


def test_the_stock_host_is_asked_our_engine_rules_about_our_documents() -> None:
    some = samples(fixtures()[:2])
    ours = ReadyDocuments(some)
    engine, rows = engine_of(ours, some)
    for place, rulesets in ours.rulesets.items():
        assert [each.definition for each in engine.rulesets[place]] == [each.definition for each in rulesets]
    values = ReadySlots(some).ready(some.facts[0])[0]
    names = ours.made.project.fields.names()
    assert rows[0].project.items() <= dict(zip(names, values, strict=True)).items() and rows[0].project
