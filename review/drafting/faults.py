"""What is wrong with values that are being filled in: all of it at once, as far as one mistake does not hide another."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from review.errors import Fault, SheetError, Text
from review.facts import Case, build_facts
from review.law.edition import Ruleset
from review.quantities import exact
from review.sheet import parse_sheet
from review.sheet.paths import take_out, value_at

MOST_LISTED = 200
_MOST_ROUNDS = 20
FURTHER = Text(
    f"只列出前 {MOST_LISTED} 处；更正后会列出其余",
    f"only the first {MOST_LISTED} are listed: the others show once these are corrected",
)


@dataclass(frozen=True)
class _Filled:
    """Values, which are the same where they are written alike."""

    written: str
    values: dict[str, Any] = field(compare=False, repr=False)


def faults_of(values: dict[str, Any], ruleset: Ruleset, as_of: date) -> tuple[Fault, ...]:
    """Every fault of the values: what no sheet can state, and keys and units that the edition's tables do not know.

    At most `MOST_LISTED`; where there may be further ones, a last fault without a place says so.
    """
    return _found(_Filled(repr(values), values), ruleset, as_of)


# A form that is saved asks for the faults of its draft before it is answered, and the page that follows asks again.
@lru_cache(maxsize=16)
def _found(filled: _Filled, ruleset: Ruleset, as_of: date) -> tuple[Fault, ...]:
    found: dict[Fault, None] = {}
    rest = deepcopy(filled.values)
    for _ in range(_MOST_ROUNDS):
        fresh = [fault for each in _faults(rest, ruleset, as_of) if (fault := _of_name(each)) not in found]
        found |= dict.fromkeys(fresh)
        if not fresh or len(found) > MOST_LISTED:
            break
        for fault in fresh:
            _pass(rest, fault.where)
    listed = tuple(found)
    return listed if not fresh else (*listed[:MOST_LISTED], Fault("", FURTHER))


def _faults(values: dict[str, Any], ruleset: Ruleset, as_of: date) -> list[Fault]:
    """The faults reported together; further ones are reported the next time."""
    try:
        sheet = parse_sheet(values, most=MOST_LISTED + 1)
        with exact():
            build_facts(Case(sheet, ruleset, as_of))
    except SheetError as error:
        return [fault for fault in error.faults if fault.where]
    return []


def is_unnamed(fault: Fault, values: dict[str, Any]) -> bool:
    """Whether it says no more than that the name is still to come: no mistake while the sheet is being filled in."""
    return fault.where == "project.name" and value_at(values, "project.name") is None


def _of_name(fault: Fault) -> Fault:
    """A sheet without its project lacks the name: that is where it is put right."""
    return Fault("project.name", fault.text) if fault.where == "project" else fault


def _pass(values: dict[str, Any], where: str) -> None:
    """Take out of the values what is at fault, so that what it hid can be seen."""
    if where == "project.name":
        values["project"] = {**(value_at(values, "project") or {}), "name": "-"}
    else:
        take_out(values, where)
