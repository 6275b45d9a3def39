"""The arithmetic of a sheet that is being filled in, line by line, so that it can be followed by hand (算式)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from review.drafting.typed import rows
from review.errors import SheetError
from review.facts import build_facts
from review.facts.lines import EnergyLine, energy_line
from review.facts.model import Case, Fact
from review.law.edition import Ruleset
from review.law.place import offset_ratio
from review.quantities import Range, exact, total
from review.sheet import ProjectSheet, parse_sheet
from review.sheet.paths import value_at


@dataclass(frozen=True)
class EnergySum:
    """The items and what they come to: `computed` so far, `stated` on the sheet, and the figure that counts (an interval while open).

    `counts` is None while the energy section has faults.
    """

    lines: tuple[EnergyLine, ...]
    computed: Range
    complete: bool
    stated: Decimal | None
    counts: Range | None


@dataclass(frozen=True)
class OffsetSum:
    """What offsets are to reach, `ratio` × `emission` = `required`, and what of those stated counts, before any register."""

    ratio: Decimal | None
    emission: Decimal | None
    required: Decimal | None
    counts: Range


def energy_sum(values: dict[str, Any], ruleset: Ruleset, as_of: date) -> EnergySum:
    """The arithmetic of the energy section, item by item; what cannot be read yet is left out and said."""
    with exact():
        lines = tuple(_line(index, row, ruleset, as_of) for index, row in enumerate(rows(values, "energy.items")))
        computed = total(-line.tce if line.export else line.tce for line in lines if line.tce is not None)
        judged = _fact(values, "energy", "energy.total_tce", ruleset, as_of)
        stated = _part({"total_tce": value_at(values, "energy.total_tce")}, "energy")
        figure = stated.energy.total_tce if stated and stated.energy else None
        return EnergySum(
            lines, computed, all(line.tce is not None for line in lines), figure, judged.range if judged else None
        )


def _line(index: int, row: dict[str, Any], ruleset: Ruleset, as_of: date) -> EnergyLine:
    sheet = _part({"items": [row]}, "energy")
    items = sheet.energy.items if sheet and sheet.energy else None
    if sheet is None or not items:
        return EnergyLine(index, faulty=True)
    item = items[0]
    try:
        line = energy_line(Case(sheet, ruleset, as_of), 0, item)
    except SheetError:
        return EnergyLine(index, quantity=item.quantity, unit=item.unit, faulty=True)
    return replace(line, index=index, open=tuple(path.replace("items[0]", f"items[{index}]") for path in line.open))


def offset_sum(values: dict[str, Any], ruleset: Ruleset, as_of: date) -> OffsetSum | None:
    """What VOC offsets are to reach, and what of them counts; None while the section has faults or states that there are no VOCs."""
    with exact():
        counts = _fact(values, "voc", "voc.offset_t", ruleset, as_of)
        sheet = _part(value_at(values, "voc"), "voc")
        voc = sheet.voc if sheet else None
        if counts is None or voc is None or isinstance(voc, str):
            return None
        parameter = offset_ratio(ruleset)
        ratio = parameter.value if parameter else None
        required = None if ratio is None or voc.emission_t is None else ratio * voc.emission_t
        return OffsetSum(ratio, voc.emission_t, required, counts.range)


def _part(value: Any, section: str) -> ProjectSheet | None:
    """A sheet of that section alone; None where it has faults."""
    try:
        return parse_sheet({"project": {"name": "-"}, **({section: value} if value is not None else {})})
    except SheetError:
        return None


def _fact(values: dict[str, Any], section: str, name: str, ruleset: Ruleset, as_of: date) -> Fact | None:
    sheet = _part(value_at(values, section), section)
    if sheet is None:
        return None
    try:
        return build_facts(Case(sheet, ruleset, as_of)).project[name]
    except SheetError:
        return None
