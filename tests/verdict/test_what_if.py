"""What if: other figures, other findings; the sheet itself stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from review import Review, SheetError, choose, judge, read_sheet_file
from review.quantities import plain
from review.sheet import canonical_sheet
from review.verdict.summary import deciding, levels, to_justify, unchecked, why
from review.verdict.what_if import MOST_CHANGES, fields_of, turning, what_if, with_values
from tests.sheets import AS_OF

SHEETS = sorted((Path(__file__).parents[2] / "fixtures" / "sheets").glob("*.json"))


def made(name: str) -> Review:
    path = next(each for each in SHEETS if each.stem == name)
    return judge(read_sheet_file(path), choose("fuqing@2023", AS_OF), AS_OF, exact_only=True)


def test_one_gram_less_of_offsets_fails() -> None:
    review = made("adhesive-tape")
    before = canonical_sheet(review.case.sheet)
    found = what_if(review, {"voc.emission_t": "4.100001"})
    assert [
        (each.rule, each.then["status"], each.now["status"])
        for each in found.differences
        if each.flips and each.then and each.now
    ] == [("voc-offset", "pass", "fail")]
    assert found.changes[0].then and found.changes[0].now
    assert (found.changes[0].then.zh, found.changes[0].now.zh) == ("4.1", "4.100001")
    assert canonical_sheet(review.case.sheet) == before


def test_a_failure_put_right_changes_the_recommendation() -> None:
    review = made("adhesive-tape")
    failing = next(each for each in review.findings if each.status == "fail")
    assert failing.rule.id == "voc-low-materials"
    path = next(each for each in turning(review) if each.startswith("voc.") and "low" in each)
    found = what_if(review, {path: "是"})
    assert found.recommendation[0] == "reject" and found.recommendation[1] != "reject"


def test_nothing_changed_changes_nothing() -> None:
    found = what_if(made("adhesive-tape"), {"voc.emission_t": "4.1"})
    assert found.changes == () and found.differences == ()
    assert found.recommendation == ("reject", "reject")


def test_blank_is_not_stated() -> None:
    found = what_if(made("adhesive-tape"), {"voc.emission_t": ""})
    assert found.changes[0].now is None
    flipped = {each.rule: each.now["status"] for each in found.differences if each.flips and each.now}
    assert flipped["voc-offset"] == "missing"


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"voc.emission_t": "much"}, "voc.emission_t"),
        ({"voc.offsets[9].allocated_t": "1"}, "voc.offsets[9].allocated_t"),
        ({"voc.offsets[].allocated_t": "1"}, "voc.offsets[].allocated_t"),
        ({"no.such": "1"}, "no.such"),
    ],
)
def test_what_cannot_be_is_told_with_its_path(values: dict[str, str], where: str) -> None:
    with pytest.raises(SheetError) as caught:
        what_if(made("adhesive-tape"), values)
    assert caught.value.faults[0].where == where


def test_no_more_changes_than_can_be_read() -> None:
    with pytest.raises(SheetError):
        with_values(made("adhesive-tape").case.sheet, {f"x{i}": "1" for i in range(MOST_CHANGES + 1)})


@pytest.mark.parametrize("path", SHEETS, ids=lambda each: each.stem)
def test_every_default_field_can_be_changed(path: Path) -> None:
    review = judge(read_sheet_file(path), choose("fuqing@2023", AS_OF), AS_OF, exact_only=True)
    known = dict(fields_of(review.case.sheet))
    for each in turning(review):
        assert each in known or "[" in each
    document = review.document()
    words = why(document)
    assert words.zh and words.en
    if document["recommendation"] != "approve":
        assert deciding(document) and deciding(document)[0]["title"]["zh"] in words.zh
    assert bool(unchecked(document)) <= document["provisional"]
    assert all(
        (each["force"], each["status"]) == ("in_principle", "fail")
        or (each["status"] == "attention" and each["remedy"])
        for each in to_justify(document)
    )


def test_the_levels_of_a_product_stand_beside_each_other() -> None:
    review = made("converter-steel")
    found = next(
        each for each in review.document()["findings"] if each["rule"].startswith("energy-b") and each["observed"]
    )
    assert {words.zh: plain(value) for words, value in levels(review.facts, found)} == {
        "标杆（或先进）水平": "-30",
        "基准水平": "-10",
        "强制性限额": "-28",
    }
    assert levels(review.facts, {**found, "subject": "energy"}) == ()
