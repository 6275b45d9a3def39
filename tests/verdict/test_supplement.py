"""The supplement list is the greedy choice that its definition says, and a long sheet does not make it slow."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from review import choose, judge, parse_sheet
from review.sheet import describe
from review.verdict.supplement import fewest
from review.verdict.unknowns import Way
from tests.law.recorded import recorded_edition
from tests.sheets import AS_OF, sheet

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


DAY = date(2026, 11, 23)
ASKING_BOTH = {
    "energy.total_tce": "600000",
    "energy.review": {"document": "文号", "date": "2026-01-01", "authority": "province"},
}


def test_what_the_office_is_to_find_out_stands_apart() -> None:
    """Whether a project is in a key field of the NDRC is not for the applicant to say."""
    listed = judge(parse_sheet(sheet(ASKING_BOTH)), choose(None, DAY), DAY).supplement
    office = [each.path for each in listed if each.by == "office"]
    assert "energy.ndrc_key_field" in office
    assert [each.by for each in listed] == ["applicant"] * (len(listed) - len(office)) + ["office"] * len(office)
    assert all(each.by == describe(each.path).by for each in listed)


def test_content_of_before_does_not_tell_them_apart() -> None:
    edition = recorded_edition("2023")
    review = judge(parse_sheet(sheet(ASKING_BOTH)), edition, AS_OF)
    assert edition.facts == 1 and review.supplement
    assert all(each.keys() == {"path", "label", "settles"} for each in review.document()["supplement"])
