"""Coal (用煤): whether a project may burn any, which is asked before coal boilers and power units are."""

from __future__ import annotations

from typing import Any

from review.errors import Text
from review.facts.model import Case, Fact, Note
from review.law.edition import Row
from review.quantities import EQUIVALENTS, UNITS
from review.sheet import Energy, EnergyItem

_BURNERS = ("boilers", "kilns")


def is_coal(row: Row) -> bool:
    """Whether a carrier is coal, or is where an officer finds so."""
    return row["coal"] in ("yes", "maybe")


def items_listed(energy: Energy) -> bool:
    """Whether the energy items are listed: an empty list beside a stated total above 0 is not complete."""
    totals = (energy.total_tce, energy.electricity_mwh, energy.coal_t, energy.total_tce_primary)
    return energy.items is not None and (bool(energy.items) or not any(totals))


def coal_possible(case: Case, units: str) -> bool:
    """Whether there may be coal units (`boilers`, `kilns`, `power_units`) where the sheet does not state the list.

    There are none where the energy items are complete and no carrier among them is coal, nor any coal is stated.
    """
    return _units(case, units) is not None or not _without_coal(case)


def coal_facts(case: Case) -> dict[str, Fact]:
    """`coal.boilers_possible` and `coal.power_units_possible`: false only where there surely are none."""
    return {
        f"coal.{units}_possible": Fact(possible, paths=() if possible else ("energy.items",))
        for units in ("boilers", "power_units")
        for possible in (coal_possible(case, units),)
    }


def coal_notes(case: Case) -> list[Note]:
    """A note where the sheet states units that burn coal, and no coal among its complete energy items."""
    if not _without_coal(case):
        return []
    stated = [
        f"coal.{units}" for units in _BURNERS if any(unit.fuel == "coal" for unit in _units(case, units) or ())
    ] + (["coal.power_units"] if _units(case, "power_units") else [])
    return [
        Note("coal-contradiction", path, Text(
            "填报了燃煤设备，而能源明细完整且没有煤炭，请核对", "units that burn coal are stated, and no coal among the complete energy items; please check"))
        for path in stated
    ]  # fmt: skip


def _units(case: Case, units: str) -> tuple[Any, ...] | None:
    coal = case.sheet.coal
    if coal is None:
        return None
    return () if isinstance(coal, str) else getattr(coal, units)


def _without_coal(case: Case) -> bool:
    energy = case.sheet.energy
    if energy is None or energy.items is None or energy.coal_t or not items_listed(energy):
        return False
    rows = [case.ruleset.row("coal_equivalents", item.carrier) if item.carrier else None for item in energy.items]
    return all(
        row is not None and not is_coal(row) and _complete(item, row)
        for item, row in zip(energy.items, rows, strict=True)
    )


def _complete(item: EnergyItem, row: Row) -> bool:
    """Whether an item says all that its standard coal is worked out from: a coefficient too, where its unit and its carrier give none."""
    if item.quantity is None or item.unit is None:
        return False
    return item.factor is not None or bool(row["factor"]) or UNITS[item.unit].dimension in EQUIVALENTS
