"""What is wrong with values that are being filled in: all of it at once, as far as one mistake does not hide another."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from review.errors import Fault, SheetError
from review.facts import Case, build_facts
from review.quantities import exact
from review.ruleset import Ruleset
from review.sheet import ProjectSheet, parse_sheet
from review.sheet.typed import at, without

_MOST_ROUNDS = 60


def faults_of(values: dict[str, Any], ruleset: Ruleset, as_of: date) -> tuple[Fault, ...]:
    """Every fault of the values: what no sheet can hold, and keys and units that the edition's tables do not know."""
    found: dict[Fault, None] = {}
    rest = deepcopy(values)
    sheet: ProjectSheet | None = None
    for _ in range(_MOST_ROUNDS):
        try:
            sheet = parse_sheet(rest)
            with exact():
                build_facts(Case(sheet, ruleset, as_of))
            break
        except SheetError as error:
            fresh = [fault for each in error.faults if (fault := _of_name(each)) not in found]
            if not fresh:
                break
            found |= dict.fromkeys(fresh)
            rest = _past(rest, fresh)
    return tuple(found)


def is_unnamed(fault: Fault, values: dict[str, Any]) -> bool:
    """Whether it says no more than that the name is still to come: no mistake while the sheet is being filled in."""
    return fault.where == "project.name" and at(values, "project.name") is None


def _of_name(fault: Fault) -> Fault:
    """A sheet without its project lacks the name: that is where it is put right."""
    return Fault("project.name", fault.text) if fault.where == "project" else fault


def _past(values: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """The values without what is at fault, so that what it hid can be seen."""
    rest = values
    for fault in faults:
        if fault.where == "project.name":
            rest = {**rest, "project": {**(at(rest, "project") or {}), "name": "-"}}
        elif fault.where:
            rest = without(rest, fault.where)
    return rest
