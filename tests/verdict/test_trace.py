"""How a finding was computed: the truths of the parts give its outcome, and every figure leads back to a cell or a row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from review import Review, choose, judge, read_sheet_file
from review.facts.lines import energy_lines
from review.quantities import ZERO, Range, total
from review.readers.workbook_layout import cell_of
from review.readers.workbook_template import fill_template
from review.sheet import canonical_sheet
from review.sheet.paths import value_at
from review.verdict.trace import Derivation, Part, derive, leaves_of, outcome, stated_words
from tests.sheets import AS_OF, review, sheet

SHEETS = sorted((Path(__file__).parents[2] / "fixtures" / "sheets").glob("*.json"))


def fixture_review(path: Path) -> Review:
    return judge(read_sheet_file(path), choose("fuqing@2023", AS_OF), AS_OF, exact_only=True)


def combined(part: Part) -> bool | None:
    """The truth of a tree from that of its leaves alone (Kleene)."""
    below = [combined(each) for each in part.parts]
    if part.kind == "all":
        return False if False in below else None if None in below else True
    if part.kind == "any":
        return True if True in below else None if None in below else False
    if part.kind == "not":
        return None if below[0] is None else not below[0]
    return part.truth


def every(found: Derivation) -> list[Part]:
    return [part for part in (found.applies, found.requires, found.excused) if part is not None]


@pytest.mark.parametrize("path", SHEETS, ids=lambda each: each.stem)
def test_the_truths_give_the_outcome_of_every_finding(path: Path) -> None:
    made = fixture_review(path)
    for each in made.findings:
        found = derive(made, each.rule.id, each.subject)
        assert found is not None, (each.rule.id, each.subject)
        assert [combined(part) for part in every(found)] == [part.truth for part in every(found)]
        status = {"met": {"pass"}, "unmet": {"fail", "attention"}, "excused": {"attention"}, "unknown": {"missing"}}
        assert each.status in status.get(found.outcome, {"not_applicable"}), (each.rule.id, each.subject, found.outcome)
        if not found.whole:
            truths = [part.truth if part else None for part in (found.applies, found.requires, found.excused)]
            assert outcome(*truths) == found.outcome


@pytest.mark.parametrize(
    "path",
    [path for path in SHEETS if path.stem in ("adhesive-tape", "converter-steel", "coal-power-unit")],
    ids=lambda each: each.stem,
)
def test_every_stated_value_stands_in_the_cell_that_is_named(path: Path, tmp_path: Path) -> None:
    made = fixture_review(path)
    content = canonical_sheet(made.case.sheet)
    filled = tmp_path / "sheet.xlsx"
    filled.write_bytes(fill_template(content))
    book = load_workbook(filled)
    seen = 0
    for finding in made.findings:
        found = derive(made, finding.rule.id, finding.subject)
        assert found is not None
        places = [
            place
            for part in every(found)
            for leaf in leaves_of(part)
            for each in leaf.operands
            for place in each.stated
        ]
        for place in places:
            value = value_at(content, place.path)
            if isinstance(value, str | bool) and place.cell and ":" not in place.cell:
                title, _, where = place.cell.partition("!")
                assert place.value is not None
                # A row of a table is written by its code in the cell and shown by its name.
                words = stated_words(place.path, book[title][where].value, made.case.ruleset)
                assert words is not None and words.zh == place.value.zh, place
                seen += 1
    assert seen > 3


def test_a_missing_field_is_named_with_its_cell() -> None:
    made = review({"project": {"name": "测试（虚构）", "industry": "3011", "stage": "proposed", "nature": "new"}})
    opened = next(each for each in made.findings if each.status == "missing" and each.missing)
    found = derive(made, opened.rule.id, opened.subject)
    assert found is not None
    missing = {
        place.path: place
        for part in every(found)
        for leaf in leaves_of(part)
        for each in leaf.operands
        for place in each.missing
    }
    assert set(opened.missing) <= set(missing)
    assert missing[opened.missing[0]].value is None


def test_a_formula_shows_its_figures() -> None:
    made = fixture_review(next(path for path in SHEETS if path.stem == "adhesive-tape"))
    found = derive(made, "voc-offset", "voc")
    assert found is not None and found.requires is not None
    leaf = next(leaves_of(found.requires))
    assert "1.2 ×" in leaf.words.zh and "= 4.92" in leaf.words.zh and "= 4.92" in leaf.words.en
    sources = [source for each in leaf.operands for source in each.sources]
    assert any(source.kind == "parameter" and source.name == "offset_ratio" for source in sources)


def test_there_is_no_derivation_of_what_is_not_there() -> None:
    made = review({"project": {"name": "测试（虚构）"}})
    assert derive(made, "no-such-rule", "project") is None
    assert derive(made, "voc-offset", "products[7]") is None


@pytest.mark.parametrize(
    ("path", "cell"),
    [
        ("energy.items[0].quantity", "能源明细"),
        ("project.name", "项目!G"),
        ("no.such.path", None),
        ("products[3].no_such", None),
        ("products[1]", "产品!4:4"),
    ],
)
def test_cells_of_paths(path: str, cell: str | None) -> None:
    found = cell_of(path)
    assert found is None if cell is None else found is not None and found.startswith(cell)


@pytest.mark.parametrize("path", SHEETS, ids=lambda each: each.stem)
def test_the_lines_of_the_energy_total_are_its_arithmetic(path: Path) -> None:
    made = fixture_review(path)
    lines = energy_lines(made.case)
    for line in lines:
        if line.tce is not None:
            assert line.quantity is not None and line.base is not None and line.factor is not None
            assert line.factor * (line.quantity * line.base) == line.tce
    stated = made.case.sheet.energy.total_tce if made.case.sheet.energy else None
    if stated is None and lines and all(line.tce is not None for line in lines):
        amounts = (-line.tce if line.export else line.tce for line in lines if line.tce is not None)
        assert total(amounts).at_least(ZERO) == made.facts.project["energy.total_tce"].range


def test_a_line_without_a_measured_factor_is_over_the_range_of_the_table() -> None:
    gas = {"energy": {"items": [{"carrier": "natural_gas", "quantity": "3000", "unit": "10^4m3"}]}}
    made = review(sheet(gas), as_of=date(2026, 11, 23))
    (line,) = energy_lines(made.case)
    assert line.factor == Range(Decimal("1.1"), Decimal("1.33")) and line.tce == Range(Decimal(33000), Decimal(39900))
    assert not line.measured


def test_the_day_does_not_matter_to_reading() -> None:
    made = judge(read_sheet_file(SHEETS[0]), choose("fuqing@2023", date(2025, 3, 1)), date(2025, 3, 1), exact_only=True)
    assert all(derive(made, each.rule.id, each.subject) for each in made.findings)
