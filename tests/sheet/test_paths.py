"""Paths of the sheet: walked the same way wherever a value is read, set, taken out or named."""

from __future__ import annotations

from typing import Any

import pytest

from review.errors import SheetError
from review.sheet import all_fields, all_parts, describe, parse_sheet
from review.sheet.paths import (
    concrete,
    item_of,
    items_on,
    leaves,
    pattern_of,
    prefixes,
    put,
    section_of,
    split_last,
    stated_in,
    steps,
    take_out,
    value_at,
)
from tests.sheets import sheet

AREA = "voc.offsets[1].area"


def values() -> dict[str, Any]:
    return {"voc": {"offsets": [{"area": "fuqing"}, {"area": "fuzhou"}], "emission_t": "3"}, "products": []}


def test_the_steps_of_a_path_and_what_they_make() -> None:
    assert steps(AREA) == ("voc", "offsets", 1, "area") and steps("") == ()
    assert (pattern_of(AREA), section_of(AREA), split_last(AREA)) == (
        "voc.offsets[].area",
        "voc",
        ("voc.offsets[1]", "area"),
    )
    assert list(prefixes(AREA)) == ["voc", "voc.offsets[1]", AREA] and list(items_on(AREA)) == ["voc.offsets[1]"]
    item = item_of(AREA)
    assert item is not None and (item.list, item.index, item.below) == ("voc.offsets", 1, "area")
    assert item_of("voc.emission_t") is None and section_of("") == ""


def test_every_field_of_the_catalogue_is_its_own_pattern() -> None:
    for each in (*all_fields(), *all_parts()):
        assert pattern_of(each.path) == each.path == pattern_of(each.path.replace("[]", "[7]"))
        assert describe(each.path.replace("[]", "[7]")).kind == each.kind


@pytest.mark.parametrize("index", ["１", "1234567", "9" * 5000, "-1", "x"])
def test_what_is_no_index_names_no_item(index: str) -> None:
    path = f"voc.offsets[{index}].area"
    assert item_of(path) is None and value_at(values(), path) is None
    with pytest.raises(KeyError):
        describe(path)


def test_what_is_stated_at_a_path() -> None:
    assert value_at(values(), AREA) == "fuzhou" and value_at(values(), "products") == []
    assert [
        value_at(values(), path) for path in ("voc.offsets[2].area", "voc.none", "site.park", "products[0].name")
    ] == [None] * 4
    assert list(concrete(values(), "voc.offsets[].area")) == ["voc.offsets[0].area", AREA]
    assert list(concrete(values(), "voc.emission_t")) == ["voc.emission_t"] and not list(
        concrete(values(), "products[].name")
    )
    assert dict(leaves(values())) == {
        "voc.offsets[0].area": "fuqing", AREA: "fuzhou", "voc.emission_t": "3", "products": [],
    }  # fmt: skip


def test_a_part_that_does_not_exist_is_told_from_one_not_stated() -> None:
    assert stated_in(parse_sheet(sheet({"voc": "none"})), "voc.emission_t") == (None, True)
    assert stated_in(parse_sheet(sheet()), "voc.emission_t") == (None, False)


def test_values_are_set_and_taken_out_one_step_at_a_time() -> None:
    found: dict[str, Any] = {}
    for path, value in leaves(values()):
        put(found, path, value)
    assert found == values()
    take_out(found, "voc.offsets[0]")
    take_out(found, "voc.offsets[9]")
    take_out(found, "voc.emission_t")
    take_out(found, "")
    assert found == {"voc": {"offsets": [{}, {"area": "fuzhou"}]}, "products": []}


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        ({"products": "none"}, "products[0].name", "a list stated none"),
        ({"voc": "none"}, "voc.emission_t", "a part stated none"),
        ({"voc": {"emission_t": "3"}}, "voc", "a part stated none"),
    ],
)
def test_nothing_is_filled_in_inside_what_does_not_exist(raw: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(SheetError, match=words):
        put(raw, path, "none")
