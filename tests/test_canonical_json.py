"""What is written quickly is what the plain way writes."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.sweep import generate
from review import choose, judge
from review.canonical_json import canonical, require_whole, write, write_list, write_object
from review.evaluation import exact
from review.facts import Case, build_facts
from review.quantities import exact as exact_arithmetic
from review.verdict.findings import status_of
from review.verdict.recommendation import recommend
from tests.sheets import AS_OF

pytestmark = pytest.mark.slow

_VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(1 - 2**53, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=15,
)


@given(_VALUES)
@example({"\ue000": "a", "\U0001f600": "b"})
@example({"\ue000": {"\U0001f600": None}, "a": ["\u2028", "\x7f", '"\\/\b\t\n\f\r\x01']})
def test_canonical_json_is_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(_VALUES)
@example([2**53 - 1, {"a": [1 - 2**53]}])
def test_whole_numbers_that_every_program_reads_alike_are_let_through(value: Any) -> None:
    require_whole(value)


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**70, 0.5, 1.0, float("nan"), float("inf")])
def test_other_numbers_are_refused_wherever_they_stand(number: float) -> None:
    for value in (number, [True, number], {"a": {"b": [{"c": number}]}}, ["x", (None, number)]):
        with pytest.raises(ValueError):
            require_whole(value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_written(number: float) -> None:
    with pytest.raises(ValueError):
        canonical([number])


@given(st.dictionaries(st.sampled_from(["a", "b_c", "d"]), _VALUES), st.lists(_VALUES, max_size=3))
def test_pieces_put_together_are_the_whole(parts: dict[str, Any], items: list[Any]) -> None:
    plain = json.dumps({**parts, "list": items}, ensure_ascii=False, separators=(",", ":"))
    pieces = {name: write(value) for name, value in parts.items()} | {"list": write_list(write(item) for item in items)}
    assert write_object(pieces) == plain


@pytest.mark.parametrize(("edition", "day"), [("fuqing@2023", AS_OF), ("fuqing@2026", date(2026, 11, 23))])
def test_leaving_out_unchecked_figures_judges_as_judging_everything_again_does(edition: str, day: date) -> None:
    """`provisional` judges only the rules again that rest on such a figure; rules in doubt count as guidance."""
    chance, ruleset = random.Random(3), choose(edition, day)
    seen = set()
    for _ in range(60):
        sheet = generate(chance)
        review = judge(sheet, ruleset, day)
        with exact_arithmetic():
            checked = Case(sheet, ruleset, day, checked_only=True)
            outcomes = exact.judge(checked, build_facts(checked), ruleset)
        pairs = [
            (
                "guidance" if rule in ruleset.doubtful else ruleset.by_id[rule].force,
                status_of(ruleset.by_id[rule], outcome),
            )
            for (rule, _), outcome in outcomes.items()
        ]
        assert review.provisional is (recommend(pairs, sheet.project.stage) != review.recommendation)
        seen.add(review.provisional)
    assert seen == {True, False}
