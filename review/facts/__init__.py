"""Sheet and edition → facts: exact figures, three-valued truths, each with where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from string import ascii_letters
from typing import Any

from review.errors import Fault, SheetError, Text
from review.facts.burners import LISTS as BURNERS
from review.facts.burners import burner_facts, stands
from review.facts.capacity import capacity_facts
from review.facts.carbon import carbon_facts
from review.facts.coal import coal_facts, coal_notes, coal_possible
from review.facts.consistency import consistency_notes
from review.facts.consumption import consumption_facts
from review.facts.days import contradiction_notes, known_on_day
from review.facts.eia_life import eia_life_facts
from review.facts.energy import energy_facts
from review.facts.energy_review import review_facts
from review.facts.model import (
    NUMERIC_EVIDENCE,
    Balance,
    Case,
    Derivation,
    Derived,
    Fact,
    Facts,
    Note,
    Register,
    Share,
    Source,
    gather,
    of_each,
    of_edition,
    parameter_fact,
    telling,
)
from review.facts.planned_parks import planned_park_facts
from review.facts.pollutants import pollutant_facts, pollutant_item
from review.facts.products import product_facts
from review.facts.replacement import replacement_facts
from review.facts.review_life import life_facts, life_notes
from review.facts.stated import item_facts, stated_facts
from review.facts.voc import net_added, offset_item, offset_total, validate_areas
from review.law.edition import Row, Ruleset
from review.law.table_words import cited_figure, listed_rows
from review.law.vocabulary import ITEM_NAMES, LISTS
from review.sheet.paths import stated_in

__all__ = [
    "NUMERIC_EVIDENCE",
    "Balance",
    "Case",
    "Fact",
    "Facts",
    "Note",
    "Register",
    "Share",
    "Source",
    "build_facts",
    "gather",
    "parameter_fact",
    "telling",
    "with_figures",
]


# What is made of the project or of each item of a list, and the notes on it.
_Made = tuple[tuple[Mapping[str, Fact], ...], Iterable[Note]]


def build_facts(case: Case, *, levels: bool = True) -> Facts:
    """Every fact of the case. Raises SheetError for a key that no table of the edition knows.

    Without `levels` a product has none of what the edition's benchmark table says of it: for joining that later.
    """
    given, notes = case, list[Note]()
    if given.ruleset.facts > 1:
        case, notes = known_on_day(given)
        notes += contradiction_notes(case)
    sheet = case.sheet
    project = stated_facts(sheet)
    sector, sector_notes = _sector_facts(case)
    project |= sector
    project |= _park_facts(case)
    notes += sector_notes
    if case.ruleset.facts > 1:
        parks, park_notes = planned_park_facts(case)
        for more in (life_facts(case), carbon_facts(case), coal_facts(case), eia_life_facts(case), parks):
            project |= more
        project |= burner_facts(case)
        project |= pollutant_facts(case)
        notes += park_notes
    lists = {path: _list(sheet, path) for path in LISTS}
    offsets = lists["voc.offsets"]
    validate_areas(case, offsets)
    project["voc.offset_t"] = offset_total(case, offsets)
    project["voc.net_added_t"] = net_added(case)
    items: dict[str, tuple[Mapping[str, Fact], ...] | None] = {
        path: None if members is None else tuple([_item_facts(case, path, i, each) for i, each in enumerate(members)])
        for path, members in lists.items()
    }
    if offsets is not None and items["voc.offsets"] is not None:
        items["voc.offsets"] = tuple(
            {**facts, **offset_item(case, offsets, i)} for i, facts in enumerate(items["voc.offsets"])
        )
    names = {path: tuple([getattr(m, ITEM_NAMES[path]) for m in members or ()]) for path, members in lists.items()}
    derivation = Derivation(given, case, tuple(notes), {})
    return _with_figures(case, Facts(project, items, names, derivation.notes), derivation, levels=levels)


def with_figures(case: Case, facts: Facts) -> Facts:
    """The facts of a case, those that rest on figures of the edition derived for this one: energy, capacity, the levels of products.

    Of a case with checked figures only, what rests on no other figure is not derived again.
    """
    before = facts.derivation
    if before is None or not before.is_of(case):
        known = known_on_day(case)[0] if case.ruleset.facts > 1 else case
        return _with_figures(known, facts, Derivation(case, known, facts.notes, {}))
    return _with_figures(replace(before.known, checked_only=case.checked_only), facts, before)


def _with_figures(case: Case, facts: Facts, before: Derivation, *, levels: bool = True) -> Facts:
    """The facts with those that rest on figures; what was derived `before` from official ones alone stays."""
    derived: dict[str, Derived] = {}

    def derive(part: str, make: Callable[[], _Made], above: str = "") -> Derived:
        found = before.derived.get(part)
        if found is None or not found.firm or (above and derived[above] is not before.derived.get(above)):
            case.used.unofficial = False
            made, notes = make()
            found = Derived(made, tuple(notes), not case.used.unofficial)
        derived[part] = found
        return found

    two_high, products = facts.project["two_high"], facts.items["products"]
    if case.ruleset.facts > 1:
        (energy,) = derive("consumption", lambda: _one(consumption_facts(case))).facts
        derive("review", lambda: _one(_review_facts(case, energy, two_high)), "consumption")
        derive("capacity", lambda: _one(replacement_facts(case)))
    else:
        derive("energy", lambda: _one(energy_facts(case, two_high)))
        derive("capacity", lambda: _one(capacity_facts(case)))
    if levels and products is not None:
        derive("products", lambda: _levels(case))
    anew = {part: each.facts for part, each in derived.items() if each is not before.derived.get(part)}
    if not anew:
        return facts
    project, items = dict(facts.project), facts.items
    for part, found in anew.items():
        if part != "products":
            project |= found[0]
        elif products is not None:
            items = {**items, part: tuple({**mine, **more} for mine, more in zip(products, found, strict=True))}
    notes = (*before.notes, *(note for each in derived.values() for note in each.notes))
    return Facts(project, items, facts.names, notes, replace(before, derived=derived))


def _one(made: tuple[Mapping[str, Fact], Iterable[Note]]) -> _Made:
    facts, notes = made
    return (facts,), notes


def _review_facts(case: Case, energy: Mapping[str, Fact], two_high: Fact) -> tuple[Mapping[str, Fact], list[Note]]:
    """The energy review that is due, and what is to be said of energy besides."""
    review, notes = review_facts(case, energy, two_high)
    notes += coal_notes(case)
    notes += life_notes(case, review["energy.review_required"])
    notes += consistency_notes(case, energy["energy.total_tce"])
    return review, notes


def _levels(case: Case) -> _Made:
    made = of_each(lambda index, product: product_facts(case, index, product), case.sheet.products or ())
    return tuple(levels for levels, _ in made), [note for _, notes in made for note in notes]


def _list(sheet: Any, path: str) -> tuple[Any, ...] | None:
    value, absent = stated_in(sheet, path)
    return () if absent else None if value is None else tuple(value)


def sector_row(ruleset: Ruleset, industry: str | None) -> Row | None:
    """The row of the sector with the longest prefix of an industry code, if any has one."""
    found = [
        (len(p), row)
        for row in ruleset.table("sectors")
        for p in row["industry_prefixes"].split(";")
        if industry and industry.startswith(p)
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def industry_named(ruleset: Ruleset, industry: str) -> str:
    """An industry by its code with the name of its sector (行业代码和名称); the code alone where it is in none."""
    row = sector_row(ruleset, industry.lstrip(ascii_letters))
    return industry if row is None else f"{industry} {row['name']}"


_INDUSTRY, _PARK, _UNITS = "project.industry", "site.park", "coal.power_units"
_SECTOR = ("two_high", "sector_park_expected", "sector_voc_key")


def _sector_facts(case: Case) -> tuple[Mapping[str, Fact], tuple[Note, ...]]:
    """The sector by the longest prefix of the industry code, and whether the project is two-high (“两高”认定)."""
    override = case.sheet.project.sector_override
    row, facts, notes = _sector(case.ruleset, case.sheet.project.industry)
    if override is not None and override.document is not None and override.two_high is not None:
        return {**facts, "two_high": Fact(override.two_high, paths=("project.sector_override",))}, notes
    if row is not None and row["two_high"] == "if-coal-units":
        return {**facts, "two_high": _with_coal_units(case, facts["sector"].sources)}, notes
    return facts, notes


@of_edition
def _sector(ruleset: Ruleset, industry: str | None) -> tuple[Row | None, Mapping[str, Fact], tuple[Note, ...]]:
    """The row of an industry's sector, and what is known by it."""
    paths = (_INDUSTRY,)
    if industry is None:
        return None, dict.fromkeys(("sector", *_SECTOR), Fact(None, missing=paths)), ()
    row = sector_row(ruleset, industry)
    if row is None:
        words = ruleset.note("sector-unlisted", industry=industry) or Text(
            f"行业 {industry} 不在分类表内，按非“两高”处理",
            f"industry {industry} is in no listed sector and is taken as not two-high",
        )
        known = {"sector": Fact("none", paths=paths)} | dict.fromkeys(_SECTOR, Fact(False, paths=paths))
        return None, known, (Note("sector-unlisted", _INDUSTRY, words),)
    sources = _source("sectors", row["sector"], row)
    columns = zip(_SECTOR, ("two_high", "park_expected", "voc_key"), strict=True)
    truths = {name: Fact(row[column] == "yes", paths=paths, sources=sources) for name, column in columns}
    return row, {"sector": Fact(row["sector"], paths=paths, sources=sources)} | truths, ()


def _with_coal_units(case: Case, sources: tuple[Source, ...]) -> Fact:
    """Whether a project is two-high whose sector is so with coal-fired units."""
    units = _list(case.sheet, _UNITS)
    if case.ruleset.facts > 1 and not coal_possible(case, "power_units"):
        return Fact(False, paths=(_INDUSTRY, "energy.items"), sources=sources)
    if units is None:
        return Fact(None, missing=(_UNITS,), sources=sources)
    return Fact(bool(units), paths=(_INDUSTRY, _UNITS), sources=sources)


def _source(table: str, key: str, row: Row) -> tuple[Source, ...]:
    return (Source("table", table, key, cited_figure(table, row), row["source"], row["evidence"]),)


def _park_facts(case: Case) -> Mapping[str, Fact]:
    site = case.sheet.site
    return _park(case.ruleset, site.park if site else None)


@of_edition
def _park(ruleset: Ruleset, park: str | None) -> Mapping[str, Fact]:
    """Whether a project in that park stands in one, and in a chemical one. Raises SheetError for a park that no row has."""
    paths = (_PARK,)
    if park is None or park == "none":
        fact = Fact(None, missing=paths) if park is None else Fact(False, paths=paths)
        return {"site.in_park": fact, "site.park_is_chemical": fact}
    row = ruleset.row("parks", park)
    if row is None:
        there = listed_rows(ruleset, "parks")
        raise SheetError([Fault(_PARK, Text(
            f"未知园区“{park}”；可用：{there.zh}；在园区外请写 none",
            f"unknown park “{park}”; known: {there.en}; write none outside every park"))])  # fmt: skip
    sources = _source("parks", row["park"], row)
    return {
        "site.in_park": Fact(True, paths=paths, sources=sources),
        "site.park_is_chemical": Fact(row["chemical_park"] == "yes", paths=paths, sources=sources),
    }


def _item_facts(case: Case, path: str, index: int, member: Any) -> dict[str, Fact]:
    facts = item_facts(path, index, member)
    if path in ("coal.boilers", "coal.kilns"):
        fuel = facts["item.fuel"]
        facts["item.named_fuel"] = Fact(None, missing=(f"{path}[{index}].fuel",)) if fuel.value == "other" else fuel
    if path in BURNERS and case.ruleset.facts > 1:
        facts["item.stands"] = stands(case, f"{path}[{index}]", member.existing)
    if path == "pollutants":
        facts |= pollutant_item(case, f"{path}[{index}]", member)
    if path == "products":
        ground = f"{path}[{index}].limit_correction"
        recorded = member.limit_correction is not None and member.limit_correction.document is not None
        facts["item.correction_recorded"] = Fact(recorded, paths=(ground,) if recorded else ())
    if path == "coal.power_units":
        facts["item.marked_existing"] = Fact(
            member.existing is True, paths=(f"{path}[{index}].existing",) if member.existing is not None else ()
        )
    return facts
