"""What a sheet states as canonical JSON is written at once, and is what its values give by RFC 8785."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from benchmarks.sweep import generate
from review import read_sheet_file
from review.sheet import canonical_bytes, canonical_sheet, parse_sheet

SHEETS = sorted(Path(__file__).parents[2].joinpath("fixtures/sheets").glob("*.json"))
_WRITTEN: dict[str, Any] = {
    "project": {"name": '𠮷野"\\/ 😀', "applicant": "a\u00ad/b"}, "site": {}, "coal": "none", "energy": {"items": [], "total_tce": "1E+3"},
    "products": [{}, {"name": "熟料", "unit_energy": "-0.000000001", "output": "0.0"}], "eia": {"laws": {}},
    "approvals": {"filing": {"document": "备案", "date": "2025-03-01"}},
}  # fmt: skip


def test_parts_without_anything_are_left_out_and_items_without_anything_are_not() -> None:
    assert canonical_bytes(parse_sheet(_WRITTEN)).decode() == (
        '{"approvals":{"filing":{"date":"2025-03-01","document":"备案"}},"coal":"none","energy":{"items":[],"total_tce":"1000"},'
        '"products":[{},{"name":"熟料","output":"0","unit_energy":"-0.000000001"}],'
        '"project":{"applicant":"a\u00ad/b","name":"𠮷野\\"\\\\/ 😀"},"schema":"two-high/sheet/1"}'
    )


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_sample_is_written_as_its_values_are(path: Path) -> None:
    sheet = read_sheet_file(path)
    assert canonical_bytes(sheet) == rfc8785.dumps(canonical_sheet(sheet))


def test_generated_sheets_are_written_as_their_values_are() -> None:
    chance = random.Random(11)
    for _ in range(100):
        sheet = generate(chance)
        assert canonical_bytes(sheet) == rfc8785.dumps(canonical_sheet(sheet))


def test_a_sheet_made_of_another_is_written_anew() -> None:
    sheet = parse_sheet(_WRITTEN)
    first = canonical_bytes(sheet)
    other = sheet.model_copy(update={"coal": None})
    assert canonical_bytes(sheet) == first
    assert canonical_bytes(other) == rfc8785.dumps(canonical_sheet(other)) != first
