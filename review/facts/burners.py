"""Boilers and kilns (锅炉、炉窑) in the fuel-ban zone: whether each stands already, and whether the term to turn to clean fuel has passed."""

from __future__ import annotations

from review.facts.model import Case, Fact

NEW = ("new", "relocation")
LISTS = ("coal.boilers", "coal.kilns")
_STAGE, _NATURE = "project.stage", "project.nature"


def burner_facts(case: Case) -> dict[str, Fact]:
    """`site.fuel_switch_overdue`: whether a term is set and the day of review lies after it."""
    term = case.sheet.site.fuel_switch_by if case.sheet.site else None
    path = "site.fuel_switch_by"
    return {"site.fuel_switch_overdue": Fact(term is not None and case.as_of > term, paths=(path,) if term else ())}


def stands(case: Case, path: str, existing: bool | None) -> Fact:
    """Whether the unit at `path` stands already, by what the sheet states of it (`existing`) and of the project.

    Of a proposed or unfinished project that is new or relocated no unit does, whatever is stated; of an existing plant each does unless
    it is stated not to.
    """
    stage, nature = case.sheet.project.stage, case.sheet.project.nature
    unit = f"{path}.existing"
    if existing is False:
        return Fact(False, paths=(unit,))
    if stage == "existing":
        return Fact(True, paths=(_STAGE, *((unit,) if existing else ())))
    if stage is not None and nature in NEW:
        return Fact(False, paths=(_STAGE, _NATURE))
    if existing and nature is not None and nature not in NEW:
        return Fact(True, paths=(unit, _NATURE))
    unstated = ((_STAGE, stage), (_NATURE, nature), (unit, existing))
    return Fact(None, missing=tuple(each for each, value in unstated if value is None))
