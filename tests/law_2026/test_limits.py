"""Mandatory limits of energy per unit of product: from their own day, by the row that is named, and as the standard lets them be corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from review.errors import SheetError
from tests.law_2026.witnesses import DAY, judged, missing, statuses

pytestmark = pytest.mark.slow

PLANT: dict[str, Any] = {
    "project": {"name": "测试项目（虚构）", "industry": "2614", "nature": "new", "stage": "existing"}
}


def product(**stated: Any) -> dict[str, Any]:
    return {"products": [{"name": "产品", **stated}]}


def limit(
    industry: str, as_of: date = DAY, stage: str = "existing", edition: str | None = None, **stated: Any
) -> list[str]:
    changes = {"project.industry": industry, "project.stage": stage, **product(**stated)}
    return statuses(judged(changes, PLANT, as_of, edition), "energy-limit")


@pytest.mark.parametrize(
    ("as_of", "energy", "status"),
    [
        ("2022-06-01", "1540", "not_applicable"), ("2024-11-30", "1560", "not_applicable"), ("2024-12-01", "1560", "fail"),
        ("2024-12-01", "1550", "pass"),
    ],
)  # fmt: skip
def test_a_limit_binds_from_its_own_day(as_of: str, energy: str, status: str) -> None:
    ammonia = {"benchmark": "ammonia-pulverised-coal", "unit_energy": energy}
    assert limit("2621", date.fromisoformat(as_of), **ammonia) == [status]


@pytest.mark.parametrize(
    ("stage", "energy", "status"),
    [("proposed", "181", "fail"), ("proposed", "180", "pass"), ("existing", "190", "pass"), ("existing", "190.000001", "fail")],
)  # fmt: skip
def test_the_row_of_limits_that_is_named_is_used(stage: str, energy: str, status: str) -> None:
    assert limit("2614", stage=stage, benchmark="none", limit="mdi", unit_energy=energy, unit="kgce/t") == [status]
    assert limit("2614", stage=stage, benchmark="none", limit="mdi", unit_energy=energy) == [status]
    before = limit("2614", date(2025, 4, 30), stage, benchmark="none", limit="mdi", unit_energy=energy)
    assert before == ["not_applicable"]


@pytest.mark.parametrize(
    ("industry", "as_of", "status"),
    [("2614", DAY, "missing"), (None, DAY, "missing"), ("2671", DAY, "not_applicable"), ("2614", date(2025, 4, 30), "not_applicable")],
)  # fmt: skip
def test_a_row_that_is_not_named_is_asked_for_where_there_may_be_one(industry: Any, as_of: date, status: str) -> None:
    result = judged(
        {"project.industry": industry, **product(benchmark="none", unit_energy="5", unit="kgce/t")}, PLANT, as_of
    )
    assert statuses(result, "energy-limit") == [status]
    if status == "missing":
        assert "products[0].limit" in missing(result, "energy-limit")


def test_none_is_no_row_and_the_benchmark_row_comes_first() -> None:
    assert limit("2614", benchmark="none", limit="none", unit_energy="5", unit="kgce/t") == ["not_applicable"]
    assert limit("2621", benchmark="ammonia-pulverised-coal", limit="mdi", unit_energy="1550") == ["pass"]


@pytest.mark.parametrize(
    ("energy", "unit", "status"),
    [("79", "kgoe/t", "pass"), ("79.000001", "kgoe/t", "fail"), ("112.8594", "kgce/t", "pass"), ("112.859401", "kgce/t", "fail")],
)  # fmt: skip
def test_units_of_oil_and_coal_are_brought_together(energy: str, unit: str, status: str) -> None:
    assert limit("2651", benchmark="none", limit="polypropylene-gas", unit_energy=energy, unit=unit) == [status]


def test_a_row_that_no_table_has_and_a_unit_that_does_not_fit_are_refused() -> None:
    with pytest.raises(SheetError, match="mdx"):
        judged(product(benchmark="none", limit="mdx", unit_energy="5"), PLANT)
    with pytest.raises(SheetError, match="kgce/t"):
        judged(product(benchmark="none", limit="mdi", unit_energy="5", unit="kWh/t"), PLANT)


@pytest.mark.parametrize(
    ("energy", "corrected", "ground", "status"),
    [
        ("-10", "-7.4", {"document": "核算书（示例）"}, "attention"), ("-7.4", "-7.4", {"document": "核算书（示例）"}, "attention"),
        ("-7.399999", "-7.4", {"document": "核算书（示例）"}, "fail"), ("-10", "-7.4", None, "fail"), ("-10", None, {"document": "核算书（示例）"}, "fail"),
        ("-12", None, None, "pass"),
    ],
)  # fmt: skip
def test_case_17_a_documented_correction_of_the_limit_is_looked_at(
    energy: str, corrected: Any, ground: Any, status: str
) -> None:
    stated = {
        "benchmark": "steelmaking-converter",
        "unit_energy": energy,
        "limit_corrected": corrected,
        "limit_correction": ground,
    }
    result = judged({"project.industry": "3120", **product(**stated)}, PLANT)
    assert statuses(result, "energy-limit") == [status]
    finding = next(each for each in result.findings if each.rule.id == "energy-limit")
    assert any("修正" in note.zh for note in finding.notes)
    assert limit("3120", date(2025, 3, 1), **stated) == ["not_applicable"]


def test_a_row_that_is_not_correctable_is_its_level() -> None:
    stated: dict[str, Any] = {
        "benchmark": "ammonia-pulverised-coal",
        "unit_energy": "1560",
        "limit_corrected": "1600",
        "limit_correction": {"document": "x"},
    }
    assert limit("2621", **stated) == ["fail"]


def test_ferrosilicon_is_measured_by_its_baseline_of_2023() -> None:
    changes = {"project.industry": "3140", **product(benchmark="ferrosilicon", unit_energy="1860")}
    assert statuses(judged(changes, PLANT, edition="fuqing@2023"), "energy-baseline-existing") == ["attention"]


@pytest.mark.parametrize(("as_of", "named"), [(date(2026, 6, 14), False), (date(2026, 6, 15), True)])
def test_the_closing_of_capacity_below_the_baseline_is_named_from_2026_06_15(as_of: date, named: bool) -> None:
    changes = {"project.industry": "3011", **product(benchmark="cement-clinker", unit_energy="118")}
    result = judged(changes, PLANT, as_of)
    finding = next(each for each in result.findings if each.rule.id == "energy-baseline-existing")
    assert finding.status == "attention"
    assert any("2028-12-31" in note.zh for note in finding.notes) is named
