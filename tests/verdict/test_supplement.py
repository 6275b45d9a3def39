"""The supplement list is the greedy choice that its definition says, and a long sheet does not make it slow."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import choose, judge, parse_sheet
from review.verdict.supplement import fewest
from review.verdict.unknowns import Way
from tests.sheets import AS_OF

_WAYS = st.lists(st.frozensets(st.sampled_from("abcdefg"), max_size=3), min_size=1, max_size=4)


def defined(ways: Sequence[Sequence[Way]]) -> Set[str]:
    """The definition, word for word: the best way again and again, everything weighed each time; then what can be left out, is."""
    chosen: set[str] = set()
    waiting = [each for each in ways if frozenset() not in each]

    def settled(each: Sequence[Way], by: Set[str]) -> bool:
        return any(way <= by for way in each)

    def worth(way: Set[str]) -> tuple[int, int, list[str]]:
        new = way - chosen
        return (-sum(settled(each, chosen | way) for each in waiting) * 1000 // len(new), len(new), sorted(way))

    while waiting:
        chosen |= min((way for each in waiting for way in each), key=worth)
        waiting = [each for each in waiting if not settled(each, chosen)]
    for path in sorted(chosen, reverse=True):
        if all(settled(each, chosen - {path}) for each in ways):
            chosen.discard(path)
    return chosen


@given(st.lists(_WAYS, max_size=9))
def test_the_choice_is_the_one_that_is_defined(ways: list[list[Way]]) -> None:
    assert fewest(ways) == defined(ways)


@pytest.mark.slow
def test_every_list_as_long_as_it_may_be_is_judged() -> None:
    """Weighing every way against every finding at every step took hours for such a sheet."""
    empty: list[dict[str, Any]] = [{} for _ in range(500)]
    lists = {
        "coal": {"boilers": empty, "kilns": empty, "power_units": empty}, "products": empty, "voc": {"offsets": empty},
        "energy": {"items": empty}, "capacity": {"retired": empty},
    }  # fmt: skip
    review = judge(parse_sheet({"project": {"name": "各表都填满的项目（虚构）"}, **lists}), choose(None, AS_OF), AS_OF)
    assert len(review.findings) > 2000
    asked = {each.path for each in review.supplement}
    assert any(path.startswith("coal.boilers[499]") for path in asked) and "project.stage" in asked
