"""The energy items of a sheet as lines of arithmetic: quantity × unit × factor = tonnes of standard coal (折标)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from review.facts.consumption import consumption_line
from review.facts.energy import coal_equivalent, item_carrier
from review.facts.model import Case, Source
from review.quantities import UNITS, Range, point
from review.sheet import EnergyItem


@dataclass(frozen=True)
class EnergyLine:
    """One energy item: `quantity` in `unit`, × `base` (base units in one of it) × `factor` = `tce`, taken off where it is exported.

    A coefficient that the table gives as a range, where none is measured, gives a range of tce (editions with `facts: 2`). What is not stated is None; `open` are the paths that would complete it. `measured`: the factor is the sheet's own. A `faulty` one cannot be read.
    """

    index: int
    name: str = ""
    quantity: Decimal | None = None
    unit: str | None = None
    base: Decimal | None = None
    factor: Range | None = None
    measured: bool = False
    tce: Range | None = None
    export: bool = False
    sources: tuple[Source, ...] = ()
    open: tuple[str, ...] = ()
    faulty: bool = False

    @property
    def path(self) -> str:
        return f"energy.items[{self.index}]"


def energy_lines(case: Case) -> tuple[EnergyLine, ...]:
    """The items whose standard coal the total is made of, in the sheet's order. Raises SheetError as `energy_facts` does."""
    items = (case.sheet.energy.items if case.sheet.energy else None) or ()
    return tuple(energy_line(case, index, item) for index, item in enumerate(items))


def energy_line(case: Case, index: int, item: EnergyItem) -> EnergyLine:
    """One item. Raises SheetError for an unknown carrier, or a unit that does not fit it."""
    path, _, carrier = item_carrier(case, index, item)
    line = (consumption_line if case.ruleset.facts > 1 else coal_equivalent)(case, path, item, carrier)
    return EnergyLine(
        index,
        carrier.row["name"] if carrier else item.carrier or "",
        item.quantity,
        item.unit,
        UNITS[item.unit].base if item.unit else None,
        line.factor,
        item.factor is not None and line.factor == point(item.factor) and not line.sources,
        line.amount,
        line.export,
        line.sources,
        line.open,
    )
