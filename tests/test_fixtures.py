"""The sample sheets, held against what a careful officer works out by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from review import Review, choose, judge, read_sheet_file
from review.quantities import plain
from tests.sheets import found

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXPECTED = sorted(FIXTURES.joinpath("expected").glob("*.yaml"))


@cache
def expectation(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@cache
def reviewed(name: str, ruleset: str, as_of: str) -> Review:
    day = date.fromisoformat(as_of)
    edition = choose(ruleset, day)
    return judge(read_sheet_file(FIXTURES / "sheets" / name), edition, day)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_a_sample_comes_out_as_worked_by_hand(path: Path) -> None:
    expected = expectation(path)
    review = reviewed(expected["sheet"], expected["ruleset"], str(expected["as_of"]))
    for each in expected["findings"]:
        mine = [f for f in found(review, each["rule"]) if f.subject == each.get("subject", f.subject)]
        assert len(mine) == 1, each
        assert mine[0].status == each["status"], each
        if "margin" in each:
            assert mine[0].measure is not None and mine[0].measure.margin is not None
            assert plain(mine[0].measure.margin) == each["margin"], each
    assert review.recommendation == expected["recommendation"]
    assert review.guidance_required is expected["guidance_required"]


def test_every_sample_has_its_expectation() -> None:
    assert {expectation(path)["sheet"] for path in EXPECTED} == {
        path.name for path in FIXTURES.joinpath("sheets").glob("*.json")
    }
    assert len(EXPECTED) >= 14


@pytest.mark.parametrize("path", sorted(FIXTURES.joinpath("sheets").glob("*.yaml")), ids=lambda path: path.stem)
def test_yaml_reads_as_json(path: Path) -> None:
    twin = reviewed(path.with_suffix(".json").name, "fuqing@2023", "2026-11-23")
    assert reviewed(path.name, "fuqing@2023", "2026-11-23").to_bytes() == twin.to_bytes()


def test_together_the_samples_show_every_rule_in_every_status_it_can_have() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    rules = {}
    for path in EXPECTED:
        expected = expectation(path)
        review = reviewed(expected["sheet"], expected["ruleset"], str(expected["as_of"]))
        for each in review.findings:
            seen[each.rule.id].add(each.status)
            rules[each.rule.id] = each.rule
    lacking = {}
    for name, rule in rules.items():
        never = rule.requires_text == "False"
        unmet = {"fail"} if rule.force in ("mandatory", "in_principle") else {"attention"}
        possible = (
            unmet
            | {"missing", "not_applicable"}
            | (set() if never else {"pass"})
            | ({"attention"} if rule.excused else set())
        )
        if name in ("sea-outfall",):
            possible -= {"not_applicable"}
        if name == "water-intensity":
            possible -= {"missing"}
        if possible - seen[name]:
            lacking[name] = possible - seen[name]
    assert not lacking
