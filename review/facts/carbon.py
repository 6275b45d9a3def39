"""Carbon (碳排放): what a project adds, and what of its replacement counts (4.3-4; 中办国办意见, April 2026).

A source counts as an offset of VOC does, without areas: surely with a document and a name, never without a document; no more than is
free by the register, and perhaps only where other projects draw on a source that is in none.
"""

from __future__ import annotations

from decimal import Decimal

from review.facts.model import Case, Fact
from review.facts.register_keys import CARBON, draw_key
from review.facts.registered import claim_of, entry_of, free_of, register_remarks
from review.quantities import UNSTATED, ZERO, Range, point, total
from review.sheet.carbon import CarbonReplacement

UNIT = "t CO₂/a"
_ADDED, _TOTAL, _LIST = "carbon.added_t", "carbon.total_t", "carbon.replacement"


def carbon_facts(case: Case) -> dict[str, Fact]:
    """`carbon.to_replace_t`, what is to be replaced, and `carbon.replaced_t`, what counts as replacing it; t CO₂ a year."""
    carbon = case.sheet.carbon
    added, all_of_it = getattr(carbon, "added_t", None), getattr(carbon, "total_t", None)
    new = case.sheet.project.nature == "new"
    if added is not None:
        due = Fact(point(added), paths=(_ADDED,), unit=UNIT)
    elif new and all_of_it is not None:
        due = Fact(point(all_of_it), paths=(_TOTAL,), unit=UNIT)
    else:
        ways = ((_ADDED,), (_TOTAL,)) if new else ((_ADDED,),)
        due = Fact(Range(ZERO, all_of_it), missing=(_ADDED,), ways=ways, unit=UNIT)
    return {"carbon.to_replace_t": due, "carbon.replaced_t": _replaced(case, getattr(carbon, "replacement", None))}


def _replaced(case: Case, rows: tuple[CarbonReplacement, ...] | None) -> Fact:
    if rows is None:
        return Fact(UNSTATED, missing=(_LIST,), unit=UNIT)
    groups: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(f"\0{index}" if row.source is None else case.key_of(row.source), []).append(index)
    counted = [_counted(case, rows, places) for places in groups.values()]
    missing = tuple(dict.fromkeys(path for amount, paths in counted if amount.point is None for path in paths))
    paths = tuple(f"{_LIST}[{index}]" for index in range(len(rows)))
    names = dict.fromkeys(row.source for row in rows if row.source is not None)
    return Fact(
        total(amount for amount, _ in counted),
        missing=missing,
        paths=paths or (_LIST,),
        unit=UNIT,
        remarks=tuple(said for name in names for said in register_remarks(case, draw_key(CARBON, name), name)),
    )


def _counted(case: Case, rows: tuple[CarbonReplacement, ...], places: list[int]) -> tuple[Range, list[str]]:
    """What the rows of one source count, no more than its smallest verified reduction, or what is free by the register; and the paths that would settle it."""
    surely, perhaps, open_paths = ZERO, Range(ZERO, ZERO), list[str]()
    reductions = [amount for place in places if (amount := rows[place].reduction_t) is not None]
    for place in places:
        row, path = rows[place], f"{_LIST}[{place}]"
        if row.document == "none":
            continue
        unstated = [name for name in ("source", "document", "allocated_t") if getattr(row, name) is None]
        open_paths += [f"{path}.{name}" for name in unstated]
        drawn = UNSTATED if row.allocated_t is None else point(row.allocated_t)
        perhaps += drawn
        if not unstated:
            surely += drawn.low or ZERO
    if perhaps == Range(ZERO, ZERO):
        return perhaps, []
    keys = [draw_key(CARBON, name) for place in places if (name := rows[place].source) is not None]
    key = next((each for each in keys if entry_of(case, each) or claim_of(case, each)), keys[0] if keys else None)
    entry = entry_of(case, key) if key is not None else None
    claim = claim_of(case, key) if key is not None else None
    if claim is not None:
        open_paths += [f"{_LIST}[{place}].source" for place in places]
    if entry is None and not reductions:
        return Range(ZERO, perhaps.high), [*open_paths, *(f"{_LIST}[{place}].reduction_t" for place in places)]
    cap: Decimal = min(reductions) if entry is None or key is None else free_of(entry, key)
    left = max(ZERO, cap - (claim.asked_t if claim else ZERO))
    return Range(min(surely, left), cap if perhaps.high is None else min(perhaps.high, cap)), open_paths
