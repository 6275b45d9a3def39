"""Arbitrary sheets: every field of the catalogue, stated or not, with the figures that boundaries are made of."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from review.law.names import is_of_gate
from review.sheet import FieldDescription, all_fields, all_parts

# A review takes far longer than other things that are tried: of whole sheets two fifths of the examples, of `make fuzz` too.
EXAMPLES = settings().max_examples * 2 // 5
FIGURES = [
    "0", "5", "5.000001", "35", "12", "100", "100.1", "107", "117", "270", "1000", "3000", "5000", "10000", "49999.9999", "50000", "500000",
    "0.000000001", "999999999999.999999999",
]  # fmt: skip
_FIGURES = st.one_of(
    st.sampled_from(FIGURES),
    st.decimals(min_value=0, max_value=1000, places=6).map(lambda value: format(value, "f")),
    st.integers(0, 10**6),
)
DAYS = ["2016-12-31", "2020-01-01", "2023-05-31", "2023-06-01", "2025-08-31", "2025-09-01", "2026-11-23"]
WORDS = {
    "energy.items[].carrier": ["raw_coal", "natural_gas", "electricity", "heat", "naphtha", "diesel"],
    "products[].benchmark": [
        "none",
        "cement-clinker",
        "flat-glass-over-800",
        "ethylene",
        "titanium-dioxide",
        "steelmaking-converter",
        "viscose-staple",
    ],
    "site.park": ["none", "jiangyin", "yuanhong"],
    "voc.offsets[].source": ["甲", "乙"],
    "voc.offsets[].document": ["none", "文号"],
    "capacity.retired[].document": ["none", "文号"],
    "carbon.replacement[].source": ["甲", "乙"],
    "carbon.replacement[].document": ["none", "文号"],
    "pollutants[].reduction_document": ["none", "文号"],
    "products[].limit": ["none"],
}
INDUSTRIES = ["3011", "2614", "4411", "2812", "6450", "2311", "3120", "0111"]
LEFT_OUT = {"energy.items[].factor", "products[].unit", "site.longitude", "site.latitude"}
TCE = ["tce", "kgce", "10^4tce", "toe"]


@cache
def sheets() -> st.SearchStrategy[dict[str, Any]]:
    """Any sheet that validates: half of its fields stated."""
    return _part("").map(_named)


def _named(sheet: dict[str, Any]) -> dict[str, Any]:
    return admissible({**sheet, "project": {**sheet.get("project", {}), "name": "任意（虚构）"}})


def admissible(sheet: dict[str, Any]) -> dict[str, Any]:
    """The sheet without what contradicts itself, which no intake takes."""
    result = {**sheet}
    for section, inner, whole in (
        ("voc", "added_t", "emission_t"),
        ("carbon", "added_t", "total_t"),
        ("energy", "added_tce", "total_tce"),
    ):
        part = sheet.get(section)
        if isinstance(part, dict) and {inner, whole} <= part.keys():
            low, high = sorted((part[inner], part[whole]), key=lambda figure: Decimal(str(figure)))
            result[section] = {**part, inner: low, whole: high}
    project = sheet["project"]
    started, stage = project.get("construction_started"), project.get("stage")
    if started and stage and (started == "none") != (stage == "proposed"):
        result["project"] = {name: value for name, value in project.items() if name != "construction_started"}
    if "pollutants" in sheet:
        rows = {each.get("pollutant"): each for each in sheet["pollutants"]}
        result["pollutants"] = list(rows.values())
    return result


def _later(prefix: str) -> st.SearchStrategy[Any]:
    def part() -> st.SearchStrategy[dict[str, Any]]:
        return _part(prefix)

    return st.deferred(part)


def _part(prefix: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = {
        f.path.removeprefix(prefix): _field(f) for f in all_fields() if child(f.path, prefix) and f.path not in LEFT_OUT
    }
    for part in all_parts():
        if child(part.path, prefix):
            inner: st.SearchStrategy[Any] = _later(f"{part.path}.")
            if part.kind == "list":
                inner = st.lists(_later(f"{part.path}[]."), max_size=2)
            if part.may_be_none:
                inner = st.one_of(inner, inner, st.just("none"))
            fields[part.path.removeprefix(prefix)] = inner
    if is_of_gate(prefix):
        return st.sampled_from(
            [{}, {"conforms": True}, {"conforms": True, "document": "节"}, {"conforms": False}, {"document": "节"}]
        )
    return st.fixed_dictionaries({}, optional=fields)


def child(path: str, prefix: str) -> bool:
    rest = path.removeprefix(prefix)
    return path.startswith(prefix) and "." not in rest and not rest.endswith("[]") and rest != ""


def _field(field: FieldDescription) -> st.SearchStrategy[Any]:
    if field.path in WORDS:
        return st.sampled_from(WORDS[field.path])
    if field.choices:
        return st.sampled_from(sorted(field.choices))
    return {
        "figure": _FIGURES, "flag": st.booleans(), "day": st.sampled_from([*DAYS, "none"] if field.may_be_none else DAYS), "industry": st.sampled_from(INDUSTRIES), "unit": st.sampled_from(TCE), "text": st.just("文号"),
        "conforms": st.booleans(),
    }[field.kind]  # fmt: skip
