"""After the plan's period: which findings ask whether the plan continues, and which rules make a recommendation provisional."""

from __future__ import annotations

from datetime import date

import pytest

from review.law.loading import choose
from tests.law_2026.witnesses import DAY
from tests.sheets import review, sheet

PLAN_ALONE = {
    "kiln-clean-energy", "coal-power-plan", "coal-power-efficiency", "voc-offset", "voc-offset-altered", "voc-online-monitoring",
}  # fmt: skip
SEEN_AT_THIRD_HAND = {"carbon-replacement", "park-planning-eia", "coal-boiler-new-small", "coal-power-captive"}
GATES = ("carbon_peak", "sector_conditions", "approval_principles")


@pytest.mark.parametrize("day", ["2026-01-01", "2026-08-15"])
def test_in_doubt_is_what_rests_on_the_plan_alone_or_on_words_at_third_hand(day: str) -> None:
    ruleset = choose(None, date.fromisoformat(day))
    assert ruleset.doubtful == (PLAN_ALONE | SEEN_AT_THIRD_HAND) & ruleset.by_id.keys()


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_with_a_law_that_lives_is_not_in_doubt(gate: str) -> None:
    result = review(sheet({f"eia.{gate}": {"conforms": False, "document": "文号（示例）"}}), edition=None, as_of=DAY)
    (found,) = [each for each in result.findings if each.rule.id == f"eia-{gate.replace('_', '-')}"]
    assert found.status == "fail" and not [note for note in found.notes if "方案期满" in note.zh]
    assert result.recommendation == "reject" and not result.provisional


def test_after_the_plan_a_mandatory_rule_names_a_law_that_lives_or_rests_on_the_plan_alone() -> None:
    figures = {"energy-benchmark", "energy-baseline", "energy-limit", "energy-review-authority", "capacity-replacement"}
    without = {
        rule.id
        for rule in choose(None, DAY).rules
        if rule.force == "mandatory" and all(each.clause for each in rule.citations)
    }
    # Levels, limits, thresholds and ratios are cited with the document of their row.
    assert without - figures == PLAN_ALONE - {"voc-offset-altered"}
