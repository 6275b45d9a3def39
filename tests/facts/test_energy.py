"""Standard coal from the items: sums, exports, feedstock, what is not stated, and the two accounts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets import review, sheet

COAL = {"carrier": "raw_coal", "quantity": "100", "unit": "t"}  # 71.43 tce


def facts(energy: Any) -> dict[str, Any]:
    result = review(sheet({"energy": energy})).document()["facts"]
    assert isinstance(result, dict)
    return result


@pytest.mark.parametrize(
    ("energy", "total"),
    [
        ({"items": [COAL]}, "71.43"),
        ({"items": [{"carrier": "raw_coal", "quantity": "100000", "unit": "kg"}]}, "71.43"),
        ({"items": [{"carrier": "raw_coal", "quantity": "1", "unit": "10^4 t"}]}, "7143"),
        ({"items": [{"carrier": "natural_gas", "quantity": "1", "unit": "万m³"}]}, {"low": "11", "high": "13.3"}),
        ({"items": [{"carrier": "natural_gas", "quantity": "1", "unit": "万m³"}], "total_tce": "12"}, "12"),
        ({"items": [{"carrier": "natural_gas", "quantity": "1", "unit": "万m³"}], "total_tce": "14"}, "14"),
        (
            {"items": [{"carrier": "natural_gas", "quantity": "1", "unit": "万m³"}], "total_tce": "10"},
            {"low": "11", "high": "13.3"},
        ),
        (
            {"items": [{"carrier": "natural_gas", "quantity": "1", "unit": "万m³", "use": "export"}, COAL]},
            {"low": "58.13", "high": "60.43"},
        ),
        ({"items": [{"carrier": "electricity", "quantity": "1", "unit": "10⁴ kW·h"}]}, "1.229"),
        ({"items": [{"carrier": "heat", "quantity": "1000", "unit": "GJ"}]}, "34.12"),
        ({"items": [{"carrier": "naphtha", "quantity": "10", "unit": "t", "factor": "1.5"}]}, "15"),
        ({"items": [{"carrier": "raw_coal", "quantity": "10", "unit": "t", "factor": "0.6"}]}, "6"),
        ({"items": [{"carrier": "crude_oil", "quantity": "10", "unit": "toe"}]}, "14.286"),
        ({"items": [{"carrier": "naphtha", "quantity": "10", "unit": "tce"}]}, "10"),
        ({"items": [{"carrier": "naphtha", "quantity": "2", "unit": "万吨标准煤"}]}, "20000"),
        ({"items": [COAL, {**COAL, "quantity": "40", "use": "export"}]}, "42.858"),
        ({"items": [{**COAL, "use": "export"}]}, "0"),
        ({"items": [COAL], "total_tce": "80"}, "80"),
        ({"items": [COAL], "total_tce": "70"}, "71.43"),
        ({"items": [], "total_tce": "70"}, "70"),
        ({"items": []}, "0"),
        ({"total_tce": "70"}, "70"),
        (
            {"items": [COAL, {"carrier": "naphtha", "quantity": "10", "unit": "t"}], "total_tce": "70"},
            {"low": "71.43", "high": None},
        ),
        ({"items": [COAL, {"carrier": "naphtha", "quantity": "10", "unit": "t"}], "total_tce": "75"}, "75"),
        ({}, {"low": "0", "high": None}),
        ({"items": [COAL, {"carrier": "naphtha", "quantity": "10", "unit": "t"}]}, {"low": "71.43", "high": None}),
        ({"items": [COAL, {"carrier": "diesel", "use": "export"}]}, {"low": "0", "high": "71.43"}),
        ({"items": [COAL, {"carrier": "diesel", "use": "export"}, {"carrier": "diesel"}]}, {"low": "0", "high": None}),
    ],
)
def test_the_total(energy: Any, total: Any) -> None:
    assert facts(energy)["energy.total_tce"] == total


@pytest.mark.parametrize(
    ("items", "electricity", "coal"),
    [
        ([COAL, {"carrier": "electricity", "quantity": "5", "unit": "MWh"}], "5", "100"),
        ([{"carrier": "coke", "quantity": "5", "unit": "t"}], "0", "0"),
        ([{"carrier": "electricity", "quantity": "5", "unit": "tce"}], {"low": "0", "high": None}, "0"),
        ([{"quantity": "5", "unit": "t"}], {"low": "0", "high": None}, {"low": "0", "high": None}),
    ],
)
def test_electricity_and_coal(items: Any, electricity: Any, coal: Any) -> None:
    found = facts({"items": items})
    assert (found["energy.electricity_mwh"], found["energy.coal_t"]) == (electricity, coal)


def test_the_two_accounts_and_the_primary_total() -> None:
    power = {"carrier": "electricity", "quantity": "1000", "unit": "MWh"}
    found = facts(
        {
            "items": [
                COAL,
                {**COAL, "use": "feedstock"},
                {**power, "new_renewable": True},
                {**power, "new_renewable": False},
            ],
            "primary_factor_kgce_per_kwh": "0.3",
        }
    )
    assert found["energy.total_tce"] == "388.66"
    assert found["energy.intensity_account_tce"] == "317.23"
    assert found["energy.total_account_tce"] == "194.33"
    assert found["energy.total_tce_primary"] == "742.86"


def test_a_difference_over_one_per_cent_is_noted() -> None:
    def codes(total: str) -> list[str]:
        return [note.code for note in review(sheet({"energy": {"items": [COAL], "total_tce": total}})).notes]

    assert "energy-total-differs" not in codes("72.15") and "energy-total-differs" in codes("72.16")


def test_a_range_factor_is_said() -> None:
    result = review(sheet({"energy.items": [{"carrier": "natural_gas", "quantity": "10000", "unit": "10^4m3"}]}))
    guidance = next(f for f in result.findings if f.rule.id == "guidance-50k")
    assert any("1.1000～1.3300" in note.zh for note in guidance.notes)
