"""Sheets as people fill them in: what a sheet states is read back however the product prints it, and a paper's own words are taken."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.web.display import figure
from api.web.sheet_words import value_words
from review.errors import SheetError
from review.law.edition import Ruleset
from review.law.loading import choose
from review.quantities import UNITS, grouped, measure_words, plain
from review.readers.sheets import read_sheet, read_sheet_file
from review.readers.written.fields import read_field
from review.readers.written.numbers import read_figure, read_quantity
from review.readers.written.sheet import understood, written_sheet
from review.sheet import canonical_sheet, describe, parse_sheet, sheet_digest
from review.sheet.paths import leaves, put
from tests.strategies import sheets

DAY = date(2026, 3, 1)
# A float glass line, typed as its paper writes it.
PAPER: dict[str, Any] = {
    "project": {
        "name": "日熔化 900 吨浮法玻璃项目（虚构）", "industry": "C3041平板玻璃制造", "nature": "新建（迁建）", "stage": "拟建", "policy_category": "允许类",
        "received": "2026年11月10日", "investment_wan": "85,000 万元", "value_added_wan": "4.2亿元", "water_m3": "13万m³/年",
    },
    "site": {"park": "江阴港城经济区", "longitude": "119度18分0秒", "latitude": "北纬25.45°", "in_fuel_ban_zone": "否", "sea_outfall": "无"},
    "energy": {
        "items": [
            {"carrier": "天然气", "quantity": "1.1亿 Nm³"},
            {"carrier": "电力", "quantity": "9,800万kWh"},
            {"carrier": "柴油", "quantity": "2.5", "unit": "千吨"},
        ],
        "online_monitoring": "√",
        "review": "/",
    },
    "products": [{"name": "浮法玻璃", "benchmark": "平板玻璃 900 t/d", "unit_energy": "7.9 kgce/重量箱", "limit": "—"}],
    "voc": "无",
    "capacity": {"new_t": "900 t/d×365 d", "ratio": "1.25:1", "announced": "2026.10.8"},
    "eia": {"laws": {"conforms": "符合", "document": "环评报告书第 3 章（示例）"}, "access_list": {"conforms": "不适用", "note": "无此清单"}},
    "management": {"environment_officer": "有", "key_discharger": "Y"},
}  # fmt: skip
STATED: dict[str, Any] = {
    "project": {
        "name": "日熔化 900 吨浮法玻璃项目（虚构）", "industry": "3041", "nature": "new", "stage": "proposed", "policy_category": "permitted",
        "received": "2026-11-10", "investment_wan": "85000", "value_added_wan": "42000", "water_m3": "130000",
    },
    "site": {"park": "jiangyin", "longitude": "119.3", "latitude": "25.45", "in_fuel_ban_zone": False, "sea_outfall": "none"},
    "energy": {
        "items": [
            {"carrier": "natural_gas", "quantity": "11000", "unit": "10^4m3"},
            {"carrier": "electricity", "quantity": "9800", "unit": "10^4kWh"},
            {"carrier": "diesel", "quantity": "2500", "unit": "t"},
        ],
        "online_monitoring": True,
        "review": "none",
    },
    "products": [{"name": "浮法玻璃", "benchmark": "flat-glass-over-800", "unit_energy": "7.9", "unit": "kgce/重量箱", "limit": "none"}],
    "voc": "none",
    "capacity": {"new_t": "328500", "ratio": "1.25", "announced": "2026-10-08"},
    "eia": {"laws": {"conforms": True, "document": "环评报告书第 3 章（示例）"}, "access_list": {"conforms": "not_applicable", "note": "无此清单"}},
    "management": {"environment_officer": True, "key_discharger": True},
}  # fmt: skip


def edition() -> Ruleset:
    return choose(None, DAY)


def test_a_file_is_taken_as_its_paper_writes_it() -> None:
    sheet, readings = written_sheet(PAPER, edition)
    assert sheet == parse_sheet(STATED)
    said = {path: (words.zh, words.en) for path, words in readings.items()}
    assert said["energy.items[0].quantity"] == ("读作 11,000 万m³", "read as 11,000 × 10⁴ m³")
    assert said["energy.items[0].unit"] == ("读作 万m³", "read as 10⁴ m³")
    assert said["project.nature"] == ("读作 新建", "read as new")
    assert said["products[0].benchmark"][0] == "读作 平板玻璃 生产能力>800 t/d"
    assert "voc" not in said and "energy.items[0].carrier" not in said


def test_yaml_is_read_as_people_write_and_json_is_not(tmp_path: Path) -> None:
    text = "project: {name: 甲, industry: C3872照明灯具制造, nature: 新建（迁建）, investment_wan: '4,000 万元', received: 20261110}\n"
    said: list[str] = []
    sheet = read_sheet(
        text.encode(), "yaml", edition=edition, said=lambda note: said.append(f"{note.where} {note.text.zh}")
    )
    assert (sheet.project.industry, sheet.project.nature, sheet.project.investment_wan) == (
        "3872",
        "new",
        Decimal(4000),
    )
    assert sheet.project.received == date(2026, 11, 10)
    assert "project.nature “建设性质”读作 新建" in said
    with pytest.raises(SheetError, match="应为数字"):
        read_sheet('{"project": {"name": "甲", "investment_wan": "4,000"}}'.encode(), "json")
    (tmp_path / "甲.yaml").write_text(text, encoding="utf-8")
    assert read_sheet_file(tmp_path / "甲.yaml") == sheet


def test_a_monthly_report_in_million_kilojoules_is_read() -> None:
    items = [
        {"carrier": "热力", "quantity": "38900", "unit": "百万千焦"},
        {"carrier": "电力", "quantity": "8365", "unit": "万kWh"},
    ]
    sheet, _ = written_sheet({"project": {"name": "甲"}, "energy": {"items": items}}, edition)
    assert sheet.energy and sheet.energy.items
    assert [(each.quantity, each.unit) for each in sheet.energy.items] == [
        (Decimal(38900), "GJ"),
        (Decimal(8365), "10^4kWh"),
    ]


def test_every_refusal_names_its_field_and_is_told_with_the_others() -> None:
    raw = {
        "project": {"name": "甲", "investment_wan": "8.5万", "received": "25/3/1", "uscc": "x" * 3000},
        "site": {"longitude": "0", "park": "某园区"},
        "energy": {"items": [{"carrier": "天燃气", "quantity": "10-20"}]},
    }
    with pytest.raises(SheetError) as error:
        written_sheet(raw, edition)
    told = {fault.where: fault.text for fault in error.value.faults}
    assert set(told) == {
        "project.investment_wan", "project.received", "project.uscc", "site.longitude", "site.park", "energy.items[0].carrier", "energy.items[0].quantity",
    }  # fmt: skip
    for path, words in told.items():
        label = describe(path).label
        assert words.zh.startswith(f"“{label.zh}”：") and words.en.startswith(f"“{label.en}”: "), words
    assert "8.5 万元，或 85,000 万元" in told["project.investment_wan"].zh


@pytest.mark.parametrize(
    ("factor", "read"), [("0.7143 kgce/kg", "0.7143"), ("0.7 表列单位", "0.7"), ("0.7", "0.7"), ("0.7 kgce/m³", None), ("0.7 tce/t", None)]
)  # fmt: skip
def test_a_coefficient_is_read_in_the_unit_of_its_row(factor: str, read: str | None) -> None:
    raw = {"project": {"name": "甲"}, "energy": {"items": [{"carrier": "原煤", "factor": factor}]}}
    if read is None:
        with pytest.raises(SheetError, match="单位为 kgce/kg"):
            written_sheet(raw, edition)
        return
    assert canonical_sheet(written_sheet(raw, edition)[0])["energy"]["items"][0]["factor"] == read


def test_two_figures_of_a_row_do_not_state_two_units() -> None:
    raw = {"project": {"name": "甲"}, "products": [{"capacity": "60万吨", "output": "550万重量箱"}]}
    with pytest.raises(SheetError, match="不同"):
        written_sheet(raw, edition)


@pytest.mark.parametrize("word", ["无", "/", "—", "none"])
@pytest.mark.parametrize(
    "path", ["voc.offsets[0].source", "project.code", "eia.laws.document", "energy.review.document"]
)
def test_a_word_for_nothing_is_no_id_and_no_document(path: str, word: str) -> None:
    """A document “无” would be one that is there."""
    raw: dict[str, Any] = {"project": {"name": "甲"}}
    put(raw, path, word)
    for read in (lambda: written_sheet(raw, edition), lambda: parse_sheet(raw)):
        with pytest.raises(SheetError, match="不能写"):
            read()


@pytest.mark.parametrize("word", ["无", "/", "—"])
def test_a_word_for_nothing_is_none_where_that_can_be_stated(word: str) -> None:
    raw: dict[str, Any] = {"project": {"name": "甲"}}
    paths = (
        "voc.offsets[0].document",
        "site.park",
        "capacity.announced",
        "energy.review",
        "coal",
        "products[0].benchmark",
    )
    for path in paths:
        put(raw, path, word)
    sheet, _ = written_sheet(raw, edition)
    content = dict(leaves(canonical_sheet(sheet)))
    assert [content[path] for path in paths] == ["none"] * len(paths)
    with pytest.raises(SheetError, match="none"):
        parse_sheet({"project": {"name": "甲"}, "voc": {"offsets": [{"document": word}]}})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets())
def test_what_a_sheet_states_is_read_as_it_is(raw: dict[str, Any]) -> None:
    found = understood(canonical_sheet(parse_sheet(raw)), edition)
    assert not found.faults and found.readings == {}
    assert sheet_digest(parse_sheet(found.values)) == sheet_digest(parse_sheet(raw))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets(), st.sampled_from(["zh", "en"]))
def test_what_the_pages_print_is_read_back(raw: dict[str, Any], language: str) -> None:
    """Every value as a page shows it, in either language: grouped, with its unit, by its word, with the name of its row."""
    content = canonical_sheet(parse_sheet(raw))
    ruleset = edition()
    for path, value in leaves(content):
        if path == "schema" or isinstance(value, list | dict) or (value == "none" and describe(path).kind == "part"):
            continue
        field = describe(path)
        words, text = value_words(path, value, ruleset)
        printed = (getattr(words, language) if words else text) if words or text else str(value)
        if field.kind == "figure":
            printed = f"{figure(Decimal(value))} {field.unit or ''}".strip()
        read = read_field(field, printed, {}, edition)
        expected = Decimal(value) if field.kind == "figure" else value
        assert (Decimal(read.value) if field.kind == "figure" else read.value) == expected, (path, printed)


_EXACT = st.decimals(min_value=-(10**6), max_value=10**6, places=6)


@settings(deadline=None)
@given(_EXACT, st.sampled_from([None, "万元", "万元/年", "t/a", "tce/a", "MWh/a", "m³/年", "t CO₂/a", "t/h", "MW", "gce/kWh", "kgce/kWh", "个"]))  # fmt: skip
def test_every_figure_is_read_back_as_it_is_printed(value: Decimal, unit: str | None) -> None:
    for text in (plain(value), grouped(value), f"{grouped(value)} {unit or ''}"):
        assert Decimal(read_figure(text, unit).value) == value


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read_back_as_it_is_shown(unit: str) -> None:
    words = measure_words(unit)
    field = describe("energy.items[0].unit")
    assert [read_field(field, text, {}, edition).value for text in (words.zh, words.en, unit)] == [unit] * 3


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**6, places=4), st.sampled_from(sorted(UNITS)))
def test_every_quantity_is_read_back_as_it_is_printed(value: Decimal, unit: str) -> None:
    words = measure_words(unit)
    for text in (f"{grouped(value)} {words.zh}", f"{grouped(value)} × {words.en}" if words.en.startswith("10") else f"{grouped(value)} {words.en}", f"{plain(value)} {unit}"):  # fmt: skip
        read = read_quantity(text, None)
        assert (Decimal(read.value), read.beside["unit"]) == (value, unit), text
