"""Sheet and edition → facts: exact figures, three-valued truths, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from review.errors import Fault, SheetError, Text
from review.facts.burners import LISTS as BURNERS
from review.facts.burners import burner_facts, stands
from review.facts.capacity import capacity_facts
from review.facts.carbon import carbon_facts
from review.facts.coal import coal_facts, coal_notes, coal_possible
from review.facts.consistency import consistency_notes
from review.facts.consumption import consumption_facts
from review.facts.days import known_on_day
from review.facts.eia_life import eia_life_facts
from review.facts.energy import energy_facts
from review.facts.energy_review import review_facts
from review.facts.model import (
    NUMERIC_EVIDENCE,
    Balance,
    Case,
    Fact,
    Facts,
    Note,
    Register,
    Share,
    Source,
    gather,
    of_each,
    parameter_fact,
    telling,
)
from review.facts.planned_parks import planned_park_facts
from review.facts.pollutants import pollutant_facts, pollutant_item
from review.facts.products import product_facts
from review.facts.replacement import replacement_facts
from review.facts.review_life import life_facts, life_notes
from review.facts.voc import net_added, offset_item, offset_total, validate_areas
from review.law.edition import Row, Ruleset
from review.law.table_words import cited_figure
from review.law.vocabulary import ITEM, ITEM_NAMES, LISTS, gates, is_of_gate, item_list, may_be_none
from review.quantities import UNKNOWN, UNSTATED, ZERO, point
from review.sheet import FieldDescription, all_fields
from review.sheet.paths import section_of, split_last, stated_in

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

# Figures that may be negative are unknown without bound where they are not stated; the others cannot lie below zero.
_SIGNED = frozenset({"item.unit_energy", "item.advanced_level", "item.limit_corrected"})


def build_facts(case: Case, *, levels: bool = True) -> Facts:
    """Every fact of the case. Raises SheetError for a key that no table of the edition knows.

    Without `levels` a product has none of what the edition's benchmark table says of it: for joining that later.
    """
    case, known_notes = known_on_day(case) if case.ruleset.facts > 1 else (case, [])
    sheet = case.sheet
    project = _stated_facts(sheet)
    project |= _document_facts(sheet) | _gate_facts(sheet)
    sector, sector_notes = _sector_facts(case)
    project |= sector | _park_facts(case)
    if case.ruleset.facts > 1:
        parks, park_notes = planned_park_facts(case)
        project |= life_facts(case) | carbon_facts(case) | coal_facts(case) | eia_life_facts(case) | parks
        project |= burner_facts(case) | pollutant_facts(case)
        sector_notes = [*sector_notes, *park_notes]
    notes = (*known_notes, *sector_notes)
    lists = {path: _list(sheet, path) for path in LISTS}
    offsets = lists["voc.offsets"]
    validate_areas(case, offsets)
    project["voc.offset_t"] = offset_total(case, offsets)
    project["voc.net_added_t"] = net_added(case)
    items: dict[str, tuple[Mapping[str, Fact], ...] | None] = {}
    for path, members in lists.items():
        items[path] = (
            None if members is None else tuple(_item_facts(case, path, i, member) for i, member in enumerate(members))
        )
    if offsets is not None and items["voc.offsets"] is not None:
        items["voc.offsets"] = tuple(
            {**facts, **offset_item(case, offsets, i)} for i, facts in enumerate(items["voc.offsets"])
        )
    names = {path: tuple(getattr(m, ITEM_NAMES[path]) for m in members or ()) for path, members in lists.items()}
    return with_figures(case, Facts(project, items, names, notes), levels=levels)


def with_figures(case: Case, facts: Facts, *, levels: bool = True) -> Facts:
    """The facts, and those that rest on figures of the edition: energy, capacity, the levels of products."""
    if case.ruleset.facts > 1:
        case, _ = known_on_day(case)
        energy, energy_notes = consumption_facts(case)
        review, review_notes = review_facts(case, energy, facts.project["two_high"])
        more = (
            *coal_notes(case),
            *life_notes(case, review["energy.review_required"]),
            *consistency_notes(case, energy["energy.total_tce"]),
        )
        energy, energy_notes = energy | review, [*energy_notes, *review_notes, *more]
        capacity, capacity_notes = replacement_facts(case)
    else:
        energy, energy_notes = energy_facts(case, facts.project["two_high"])
        capacity, capacity_notes = capacity_facts(case)
    products, product_notes = facts.items["products"], list[Note]()
    if levels and products is not None:
        products, product_notes = _with_levels(case, products)
    project, items = {**facts.project, **energy, **capacity}, {**facts.items, "products": products}
    return Facts(project, items, facts.names, (*facts.notes, *energy_notes, *capacity_notes, *product_notes))


def _list(sheet: Any, path: str) -> tuple[Any, ...] | None:
    value, absent = stated_in(sheet, path)
    return () if absent else None if value is None else tuple(value)


def _stated_facts(sheet: Any) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for part, fields in _parts().items():
        value, absent = stated_in(sheet, part)
        if value is None or isinstance(value, str):
            facts |= _unstated(part, (absent or value == "none") and section_of(part) in ("voc", "data_centre", "coal"))
            continue
        for name, field in fields:
            facts |= _field_facts(field, getattr(value, name))
    if sheet.capacity == "none":
        facts["capacity.required"] = Fact(False, paths=("capacity",))
    return facts


@cache
def _parts() -> Mapping[str, tuple[tuple[str, FieldDescription], ...]]:
    """The parts of the sheet that are no lists, each with its fields."""
    parts: dict[str, list[tuple[str, FieldDescription]]] = {}
    for field in all_fields():
        if "[]" not in field.path and not is_of_gate(field.path):
            part, name = split_last(field.path)
            parts.setdefault(part, []).append((name, field))
    return {part: tuple(fields) for part, fields in parts.items()}


@cache
def _unstated(part: str, absent: bool) -> Mapping[str, Fact]:
    """The facts of a part that is not stated, or stated absent."""
    facts: dict[str, Fact] = {}
    for _, field in _parts()[part]:
        facts |= _field_facts(field, None, absent)
    return facts


def _field_facts(field: FieldDescription, value: Any, absent: bool = False) -> dict[str, Fact]:
    facts = {f"stated({field.path})": _stated(field.path, value is not None)}
    fact = _read(field.kind, field.path, value, absent)
    return facts if fact is None else {**facts, field.path: fact}


@cache
def _stated(path: str, stated: bool) -> Fact:
    return Fact(stated, paths=(path,) if stated else ())


def _read(kind: str, path: str, value: Any, absent: bool) -> Fact | None:
    paths = () if value is None and not absent else (path,)
    missing = () if paths else (path,)
    if kind == "figure":
        if absent:
            return Fact(point(ZERO), paths=paths)
        return Fact(point(value), paths=paths) if isinstance(value, Decimal) else Fact(UNSTATED, missing=missing)
    if kind == "flag":
        return Fact(False if absent else value, missing=missing, paths=paths)
    if kind == "choice":
        return Fact(value if isinstance(value, str) else None, missing=missing, paths=paths)
    return None


def _document_facts(sheet: Any) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for path in _documents():
        value, _ = stated_in(sheet, path)
        recorded = getattr(value, "document", None) is not None
        facts[f"recorded({path})"] = _stated(f"{path}.document", recorded)
        if path in may_be_none():
            has_document = True if recorded else False if value == "none" else None
            facts[f"held({path})"] = Fact(
                has_document,
                missing=(f"{path}.document",) if has_document is None else (),
                paths=() if has_document is None else (path,),
            )
    return facts


@cache
def _documents() -> tuple[str, ...]:
    """The documents that a sheet may state, those of a list's items and of the gates aside."""
    ends = ".document"
    paths = (field.path for field in all_fields() if field.path.endswith(ends))
    return tuple(path.removesuffix(ends) for path in paths if "[]" not in path and not is_of_gate(path))


def _gate_facts(sheet: Any) -> dict[str, Fact]:
    """四（三）: a gate is passed where it conforms and says by which document; failed where it does not conform."""
    facts: dict[str, Fact] = {}
    for gate in gates():
        path = f"eia.{gate}"
        value, _ = stated_in(sheet, path)
        conforms, document = getattr(value, "conforms", None), getattr(value, "document", None)
        satisfied = False if conforms is False else True if conforms is True and document is not None else None
        missing = tuple(
            f"{path}.{name}" for name, stated in (("conforms", conforms), ("document", document)) if stated is None
        )
        facts[f"{path}.marked_not_applicable"] = Fact(
            conforms == "not_applicable", paths=(f"{path}.conforms",) if conforms is not None else ()
        )
        facts[f"{path}.satisfied"] = Fact(
            satisfied, missing=missing if satisfied is None else (), paths=(path,) if satisfied is not None else ()
        )
    return facts


def sector_row(ruleset: Ruleset, industry: str | None) -> Row | None:
    """The row of the sector with the longest prefix of an industry code, if any has one."""
    found = [
        (len(p), row)
        for row in ruleset.table("sectors")
        for p in row["industry_prefixes"].split(";")
        if industry and industry.startswith(p)
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _sector_facts(case: Case) -> tuple[dict[str, Fact], list[Note]]:
    """The sector by the longest prefix of the industry code, and whether the project is two-high (“两高”认定)."""
    industry, override = case.sheet.project.industry, case.sheet.project.sector_override
    path = "project.industry"
    notes: list[Note] = []
    row = sector_row(case.ruleset, industry)
    if industry is None:
        unknown = Fact(None, missing=(path,))
        facts = {"sector": unknown, "two_high": unknown, "sector_park_expected": unknown, "sector_voc_key": unknown}
    elif row is None:
        facts = {"sector": Fact("none", paths=(path,))} | {
            name: Fact(False, paths=(path,)) for name in ("two_high", "sector_park_expected", "sector_voc_key")
        }
        words = case.ruleset.note("sector-unlisted", industry=industry) or Text(
            f"行业 {industry} 不在分类表内，按非“两高”处理",
            f"industry {industry} is in no listed sector and is taken as not two-high",
        )
        notes.append(Note("sector-unlisted", path, words))
    else:
        source = (
            Source(
                "table",
                "sectors",
                row["sector"],
                cited_figure("sectors", row),
                row["source"],
                row["evidence"],
            ),
        )
        two_high = Fact(row["two_high"] == "yes", paths=(path,), sources=source)
        if row["two_high"] == "if-coal-units":
            units = _list(case.sheet, "coal.power_units")
            none_possible = case.ruleset.facts > 1 and not coal_possible(case, "power_units")
            two_high = (
                Fact(False, paths=(path, "energy.items"), sources=source)
                if none_possible
                else Fact(None, missing=("coal.power_units",), sources=source)
                if units is None
                else Fact(bool(units), paths=(path, "coal.power_units"), sources=source)
            )
        facts = {
            "sector": Fact(row["sector"], paths=(path,), sources=source),
            "two_high": two_high,
            "sector_park_expected": Fact(row["park_expected"] == "yes", paths=(path,), sources=source),
            "sector_voc_key": Fact(row["voc_key"] == "yes", paths=(path,), sources=source),
        }
    if override is not None and override.document is not None and override.two_high is not None:
        facts["two_high"] = Fact(override.two_high, paths=("project.sector_override",))
    return facts, notes


def _park_facts(case: Case) -> dict[str, Fact]:
    path = "site.park"
    park, _ = stated_in(case.sheet, path)
    if park is None:
        unknown = Fact(None, missing=(path,))
        return {"site.in_park": unknown, "site.park_is_chemical": unknown}
    if park == "none":
        outside = Fact(False, paths=(path,))
        return {"site.in_park": outside, "site.park_is_chemical": outside}
    row = case.ruleset.row("parks", park)
    if row is None:
        allowed = "、".join(f"{each['park']}（{each['name']}）" for each in case.ruleset.table("parks"))
        raise SheetError(
            [
                Fault(
                    path,
                    Text(
                        f"未知园区“{park}”；可用：{allowed}；在园区外请写 none",
                        f"unknown park {park!r}; known: {allowed}; write none outside every park",
                    ),
                )
            ]
        )
    source = (
        Source(
            "table",
            "parks",
            row["park"],
            cited_figure("parks", row),
            row["source"],
            row["evidence"],
        ),
    )
    return {
        "site.in_park": Fact(True, paths=(path,), sources=source),
        "site.park_is_chemical": Fact(row["chemical_park"] == "yes", paths=(path,), sources=source),
    }


@cache
def _fields_of(path: str) -> tuple[tuple[str, FieldDescription], ...]:
    """The fields of an item of the list at `path`, each by its path in the item."""
    return tuple(
        (field.path.removeprefix(f"{path}[]."), field) for field in all_fields() if item_list(field.path) == path
    )


def _item_facts(case: Case, path: str, index: int, member: Any) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name, field in _fields_of(path):
        value, _ = stated_in(member, name)
        fact = _read(field.kind, f"{path}[{index}].{name}", value, False)
        if fact is not None:
            signed = ITEM + name in _SIGNED and value is None
            facts[ITEM + name] = Fact(UNKNOWN, missing=fact.missing) if signed else fact
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


def _with_levels(
    case: Case, items: tuple[Mapping[str, Fact], ...]
) -> tuple[tuple[Mapping[str, Fact], ...], list[Note]]:
    made = of_each(lambda index, product: product_facts(case, index, product), case.sheet.products or ())
    result = tuple({**facts, **levels} for facts, (levels, _) in zip(items, made, strict=True))
    return result, [note for _, notes in made for note in notes]
