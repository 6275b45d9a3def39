"""The energy items of a sheet as lines of arithmetic: quantity × unit × factor = tonnes of standard coal (折标)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from review.facts.book import Case, Source
from review.facts.energy import Line, coal_equivalent
from review.quantities import UNITS
from review.sheet import EnergyItem


@dataclass(frozen=True)
class EnergyLine:
    """One energy item: `quantity` in `unit`, `base` units of the dimension in one, times `factor`, gives `tce`.

    None of them where it is not stated; `export` counts against the total.
    """

    path: str
    name: str
    quantity: Decimal | None
    unit: str | None
    base: Decimal | None
    factor: Decimal | None
    tce: Decimal | None
    export: bool
    sources: tuple[Source, ...]


def energy_lines(case: Case) -> tuple[EnergyLine, ...]:
    """The items whose standard coal the total is made of, in the sheet's order. Raises SheetError as `energy_facts` does."""
    items = (case.sheet.energy.items if case.sheet.energy else None) or ()
    lines = (coal_equivalent(case, i, item) for i, item in enumerate(items))
    return tuple(_shown(case, item, line) for item, line in zip(items, lines, strict=True))


def _shown(case: Case, item: EnergyItem, line: Line) -> EnergyLine:
    row = case.ruleset.row("coal_equivalents", item.carrier) if item.carrier else None
    unit = UNITS[item.unit] if item.unit else None
    return EnergyLine(
        line.path, row["name"] if row else item.carrier or "", item.quantity, item.unit, unit.base if unit else None, line.factor,
        line.amount.point if line.amount else None, line.export, line.sources,
    )  # fmt: skip
