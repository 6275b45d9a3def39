"""What a sheet states and leaves open, as facts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from review import choose, parse_sheet
from review.facts import Case, Fact, Facts, build_facts
from review.quantities import UNKNOWN, UNSTATED, exact, point
from tests.sheets import AS_OF, sheet


def facts(stated: dict[str, Any]) -> Facts:
    with exact():
        return build_facts(Case(parse_sheet(sheet(stated)), choose("fuqing@2026", AS_OF), AS_OF))


def test_a_field_is_its_value_or_the_path_that_would_settle_it() -> None:
    found = facts({"voc": {"emission_t": "2.5", "ecocloud": False}, "site": {"sewage": "direct"}}).project
    assert found["voc.emission_t"] == Fact(point(Decimal("2.5")), paths=("voc.emission_t",))
    assert found["voc.ecocloud"] == Fact(False, paths=("voc.ecocloud",))
    assert found["site.sewage"] == Fact("direct", paths=("site.sewage",))
    assert found["voc.added_t"] == Fact(UNSTATED, missing=("voc.added_t",))
    assert found["voc.coatings_used"] == Fact(None, missing=("voc.coatings_used",))
    assert found["stated(voc.emission_t)"] == Fact(True, paths=("voc.emission_t",))
    assert found["stated(voc.added_t)"] == Fact(False)


def test_a_section_that_does_not_exist_has_nothing_in_it() -> None:
    found = facts({"voc": "none", "capacity": "none"}).project
    assert found["voc.emission_t"] == Fact(point(0), paths=("voc.emission_t",))
    assert found["voc.ecocloud"] == Fact(False, paths=("voc.ecocloud",))
    assert found["stated(voc.emission_t)"] == Fact(False)
    assert found["capacity.required"] == Fact(False, paths=("capacity",))
    assert found["capacity.new_t"] == Fact(UNSTATED, missing=("capacity.new_t",))


def test_a_document_is_recorded_held_or_stated_not_to_exist() -> None:
    approvals = {"eia": {"document": "审〔2025〕1 号"}, "permit": "none", "filing": {"date": "2025-03-01"}}
    found = facts({"approvals": approvals}).project
    assert found["recorded(approvals.eia)"] == Fact(True, paths=("approvals.eia.document",))
    assert found["held(approvals.eia)"] == Fact(True, paths=("approvals.eia",))
    assert found["held(approvals.permit)"] == Fact(False, paths=("approvals.permit",))
    assert found["recorded(approvals.permit)"] == Fact(False)
    for path in ("approvals.filing", "approvals.acceptance"):
        assert found[f"held({path})"] == Fact(None, missing=(f"{path}.document",))


def test_a_gate_is_passed_with_its_document() -> None:
    gates = {"laws": {"conforms": True, "document": "节"}, "zoning": {"conforms": True}, "total_control": {"conforms": False},
             "planning": {"conforms": "not_applicable", "note": "无此要求"}}  # fmt: skip
    found = facts({"eia": gates}).project
    assert found["eia.laws.satisfied"] == Fact(True, paths=("eia.laws",))
    assert found["eia.zoning.satisfied"] == Fact(None, missing=("eia.zoning.document",))
    assert found["eia.total_control.satisfied"] == Fact(False, paths=("eia.total_control",))
    assert found["eia.access_list.satisfied"].missing == ("eia.access_list.conforms", "eia.access_list.document")
    marked = "eia.planning.marked_not_applicable"
    assert found[marked] == Fact(True, paths=("eia.planning.conforms",))


def test_an_item_has_its_index_in_its_paths_and_figures_below_zero_are_without_bound() -> None:
    products = [{"name": "甲"}, {"name": "乙", "benchmark": "none", "advanced_level": "-1"}]
    first, second = facts({"products": products}).items["products"] or ()
    assert first["item.advanced_level"] == Fact(UNKNOWN, missing=("products[0].advanced_level",))
    assert second["item.advanced_level"] == Fact(point(-1), paths=("products[1].advanced_level",))
    assert first["item.output"] == Fact(UNSTATED, missing=("products[0].output",))
