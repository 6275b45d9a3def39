"""Numbers and units as people write them: each spelling that is taken, with its one value, and each that is refused, with why."""

from __future__ import annotations

import pytest

from review.errors import SheetError
from review.readers.written.answers import Read
from review.readers.written.numbers import read_figure, read_of_product, read_per_product, read_quantity


def refusal(error: pytest.ExceptionInfo[SheetError]) -> str:
    [fault] = error.value.faults
    assert fault.text.zh and fault.text.en and fault.text.zh != fault.text.en
    return fault.text.zh


@pytest.mark.parametrize(
    ("text", "own", "value"),
    [
        ("85000", "万元", "85000"),
        ("85,000", "万元", "85000"),
        ("８５０００", "万元", "85000"),
        ("85，000", "万元", "85000"),
        ("85,000 万元", "万元", "85000"),
        ("85,000.50万元", "万元", "85000.5"),
        ("8.5亿元", "万元", "85000"),
        ("8.5万元", "万元", "8.5"),
        ("85000000元", "万元", "8500"),
        ("42,000万元/年", "万元/年", "42000"),
        ("42,000万元", "万元/年", "42000"),
        ("8.5万", "t/a", "85000"),
        ("8.5 万", "tce/a", "85000"),
        ("1.1亿", "m³/年", "110000000"),
        ("8.5×10⁴", "t/a", "85000"),
        ("8.5×10^4 t", "t/a", "85000"),
        ("3千", "t/a", "3000"),
        ("49999.99吨标准煤", "tce/a", "49999.99"),
        ("5万吨标准煤/年", "tce/a", "50000"),
        ("5万吨标煤", "tce/a", "50000"),
        ("61,250.4 tce", "tce/a", "61250.4"),
        ("61250400 kgce", "tce/a", "61250.4"),
        ("9,800万kWh", "MWh/a", "98000"),
        ("9,800 万千瓦时", "MWh/a", "98000"),
        ("9,800万kW·h/a", "MWh/a", "98000"),
        ("0.98亿度", "MWh/a", "98000"),
        ("98GWh", "MWh/a", "98000"),
        ("48万m³", "m³/年", "480000"),
        ("48万立方米/年", "m³/年", "480000"),
        ("48万㎥", "m³/年", "480000"),
        ("12500kg/a", "t/a", "12.5"),
        ("12.5吨/年", "t/a", "12.5"),
        ("8万吨", "t/a", "80000"),
        ("15万吨二氧化碳", "t CO₂/a", "150000"),
        ("15万tCO2/a", "t CO₂/a", "150000"),
        ("15万吨", "t CO₂/a", "150000"),
        ("900 t/d×365 d", "t/a", "328500"),
        ("900t/d，330天", "t/a", "297000"),
        ("900吨/天（年运行330天）", "t/a", "297000"),
        ("75t/h", "t/h", "75"),
        ("75吨/小时", "t/h", "75"),
        ("75蒸吨", "t/h", "75"),
        ("66万千瓦", "MW", "660"),
        ("268gce/kWh", "gce/kWh", "268"),
        ("298.9 gce/(kW·h)", "kgce/kWh", "0.2989"),
        ("5,000个", "个", "5000"),
        ("0.5万架", "个", "5000"),
        ("−7.4", None, "-7.4"),
        ("－7.4", None, "-7.4"),
        ("1,234,567.89", None, "1234567.89"),
        (" 12.5 ", "t/a", "12.5"),
        ("1e3", "t/a", "1e3"),
        (".5", "t/a", ".5"),
        ("00012.50", "t/a", "00012.50"),
    ],
)
def test_a_number_that_can_be_read_in_one_way_is_read(text: str, own: str | None, value: str) -> None:
    assert read_figure(text, own).value == value


@pytest.mark.parametrize(
    ("text", "own", "both"),
    [
        ("8.5万", "万元", ("8.5 万元", "85,000 万元", "8.5万元")),
        ("8.5 万", "万元/年", ("8.5 万元/年", "85,000 万元/年", "8.5万元")),
        ("1.1亿", "万元", ("11,000 万元", "110,000,000 万元", "1.1亿元")),
        ("8.5×10⁴", "万元", ("8.5 万元", "85,000 万元", "元")),
        ("3千", "万元", ("0.3 万元", "3,000 万元", "3千元")),
    ],
)
def test_a_scale_without_a_unit_in_a_field_with_a_scale_has_two_readings(
    text: str, own: str, both: tuple[str, ...]
) -> None:
    with pytest.raises(SheetError) as error:
        read_figure(text, own)
    assert "两种读法" in refusal(error) and all(each in refusal(error) for each in both)


@pytest.mark.parametrize(
    ("text", "own", "why"),
    [
        ("1,25", "t/a", "逗号"),
        ("0,125", "t/a", "逗号"),
        ("1.000,5", "t/a", "逗号"),
        ("1,2345", "t/a", "逗号"),
        ("12,34,567", "t/a", "逗号"),
        ("012,345", "t/a", "逗号"),
        ("1.2.3", "t/a", "逗号"),
        ("85 000", "t/a", "逗号"),
        ("85、000", "t/a", "逗号"),
        ("10-20", "t/a", "区间"),
        ("10～20", "t/a", "区间"),
        ("10~20万吨", "t/a", "区间"),
        ("10至20", "t/a", "区间"),
        ("10—20", "t/a", "区间"),
        ("约8.5万", "t/a", "确切"),
        ("≥800", "t/a", "确切"),
        ("<0.01", "t/a", "确切"),
        ("不超过5", "t/a", "确切"),
        ("0.05L", "t/a", "不能换算"),
        ("两", "t/a", "应为数字"),
        ("两万", "t/a", "应为数字"),
        ("十二万", "t/a", "应为数字"),
        ("无", "t/a", "请写 0"),
        ("/", "t/a", "请写 0"),
        ("—", "t/a", "请写 0"),
        ("5²", "t/a", "不识单位"),
        ("½", "t/a", "应为数字"),
        ("①5", "t/a", "应为数字"),
        ("٥", "t/a", "应为数字"),
        ("5*", "t/a", "不识单位"),
        ("2×660", "MW", "不识单位"),
        ("3万5", "t/a", "不识单位"),
        ("125%", "t/a", "不识单位"),
        ("1.25:1", "t/a", "应为数字"),
        ("5万吨", "tce/a", "不能换算"),
        ("5万吨标准煤", "t/a", "不能换算"),
        ("85,000万美元", "万元", "不识单位"),
        ("85,000万元/年", "万元", "不是每年"),
        ("900t/d", "t/a", "多少天"),
        ("900t/d×400d", "t/a", "多少天"),
        ("5万吨/月", "t/a", "不识单位"),
        ("5Mt", "t/a", "不识单位"),
        ("5mt", "t/a", "不识单位"),
        ("5w", "t/a", "不识单位"),
        ("– 5", "t/a", "应为数字"),
        ("(5)", "t/a", "应为数字"),
        ("9800 104kWh", "MWh/a", "逗号"),
        ("8.5万", "万元", "两种读法"),
        ("12345678901234万", "t/a", "12 位"),
        ("5吨", None, "不带单位"),
        ("1" * 300, "t/a", ""),
    ],
)
def test_a_number_that_cannot_is_refused_with_what_is_taken(text: str, own: str | None, why: str) -> None:
    if not why:
        assert read_figure(text, own) == Read(text)  # the sheet refuses it for its length
        return
    with pytest.raises(SheetError) as error:
        read_figure(text, own)
    assert why in refusal(error) and error.value.faults[0].where == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.25", "1.25"), ("1.25:1", "1.25"), ("1.25：1", "1.25"), ("1.25∶1", "1.25"), ("125%", "1.25"), ("125％", "1.25"), ("1.25倍", "1.25"), ("1:1", "1"), ("2 : 1.0", "2")],
)  # fmt: skip
def test_a_ratio_is_read_as_retired_to_new(text: str, value: str) -> None:
    assert read_figure(text, ratio=True).value == value


@pytest.mark.parametrize(
    ("text", "why"),
    [("1:1.25", "两种读法"), ("5:4", "两种读法"), ("1.25:0", "两种读法"), ("1.25万", "应写成"), ("1,25:1", "逗号"), ("120-125%", "区间"), ("1.25/1", "应写成"), ("25%以上", "应写成")],
)  # fmt: skip
def test_a_ratio_that_may_be_the_other_way_round_is_refused(text: str, why: str) -> None:
    with pytest.raises(SheetError) as error:
        read_figure(text, ratio=True)
    assert why in refusal(error)


@pytest.mark.parametrize(
    ("text", "beside", "value", "unit"),
    [
        ("9,800万kWh", None, "9800", "10^4kWh"),
        ("9800万kW·h", None, "9800", "10^4kWh"),
        ("9800万千瓦时", None, "9800", "10^4kWh"),
        ("0.98亿kWh", None, "9800", "10^4kWh"),
        ("98GWh", None, "98000", "MWh"),
        ("98,000,000 度", None, "98000000", "kWh"),
        ("1.1亿 Nm³", None, "11000", "10^4m3"),
        ("1.1亿 m³", None, "11000", "10^4m3"),
        ("11,000万Nm³", None, "11000", "10^4m3"),
        ("11,000 万方", None, "11000", "10^4m3"),
        ("1428万㎥", None, "1428", "10^4m3"),
        ("11,000 × 10⁴ m³", None, "11000", "10^4m3"),
        ("9800 10^4kWh", None, "9800", "10^4kWh"),
        ("11000标准立方米", None, "11000", "m3"),
        ("2860吨", None, "2860", "t"),
        ("28.6千吨", None, "28600", "t"),
        ("2.86万吨", None, "2.86", "10^4t"),
        ("38900百万千焦", None, "38900", "GJ"),
        ("3.89万GJ", None, "38900", "GJ"),
        ("38.9TJ", None, "38900", "GJ"),
        ("5万吨标准煤", None, "5", "10^4tce"),
        ("38900", "百万千焦", "38900", "GJ"),
        ("1.1", "亿kWh", "11000", "10^4kWh"),
        ("3.89", "万GJ", "38900", "GJ"),
        ("98", "GWh", "98000", "MWh"),
        ("9,800", "万kWh", "9800", "10^4kWh"),
        ("9,800万kWh", "10^4kWh", "9800", "10^4kWh"),
        ("8.5万", "kWh", "85000", "kWh"),
        ("8.5万", "吨", "85000", "t"),
    ],
)
def test_a_quantity_is_read_with_its_unit(text: str, beside: str | None, value: str, unit: str) -> None:
    found = read_quantity(text, beside)
    assert (found.value, found.beside["unit"]) == (value, unit)


@pytest.mark.parametrize(("text", "value"), [("85,000", "85000"), ("8.5万", "85000"), ("85000", "85000")])
def test_a_quantity_without_a_unit_states_none(text: str, value: str) -> None:
    found = read_quantity(text, None)
    assert (found.value, dict(found.beside)) == (value, {})


@pytest.mark.parametrize(
    ("text", "beside", "why"),
    [
        ("8.5万", "万kWh", "两种读法"),
        ("8.5万", "10^4m3", "两种读法"),
        ("1.1亿", "亿kWh", "两种读法"),
        ("9,800万kWh", "kWh", "只写一处"),
        ("9,800万kWh", "磅", "只写一处"),
        ("30万升", None, "密度"),
        ("300 kL", None, "密度"),
        ("900t/d", None, "年用量"),
        ("85,000万元", None, "不是能源计量单位"),
        ("5桶", None, "不识单位"),
        ("1,25", "t", "逗号"),
    ],
)
def test_a_quantity_that_may_be_another_is_refused(text: str, beside: str | None, why: str) -> None:
    with pytest.raises(SheetError) as error:
        read_quantity(text, beside)
    assert why in refusal(error)


def test_what_was_understood_is_said_with_its_unit_in_both_languages() -> None:
    words = read_quantity("1.1亿 Nm³", None).words
    assert words and (words.zh, words.en) == ("11,000 万m³", "11,000 × 10⁴ m³")
    assert read_quantity("11000", "10^4m3").words is None and read_figure("85000", "万元").words is None
    said = read_figure("８５０００", "万元").words
    assert said and said.zh == "85,000 万元"


@pytest.mark.parametrize(
    ("text", "beside", "value", "unit"),
    [
        ("900 t/d×365 d", None, "328500", "t"),
        ("60万吨", None, "600000", "t"),
        ("550万重量箱", None, "5500000", "重量箱"),
        ("550万重量箱", "万重量箱", "550", None),
        ("55万吨", "万吨", "55", None),
        ("550,000", "t", "550000", None),
        ("30万吨/年", "吨", "300000", None),
    ],
)
def test_an_output_is_read_with_its_unit(text: str, beside: str | None, value: str, unit: str | None) -> None:
    found = read_of_product(text, beside)
    assert (found.value, found.beside.get("output_unit")) == (value, unit)


@pytest.mark.parametrize(
    ("text", "beside", "why"),
    [("900 t/d", None, "多少天"), ("55万", "万吨", "两种读法"), ("55万吨", "重量箱", "只写一处"), ("550万片", None, "不识单位")],
)  # fmt: skip
def test_an_output_that_may_be_another_is_refused(text: str, beside: str | None, why: str) -> None:
    with pytest.raises(SheetError) as error:
        read_of_product(text, beside)
    assert why in refusal(error)


@pytest.mark.parametrize(
    ("text", "beside", "value", "unit"),
    [
        ("7.9 kgce/重量箱", None, "7.9", "kgce/重量箱"),
        ("7.9千克标准煤/重量箱", None, "7.9", "kgce/重量箱"),
        ("0.115 tce/t", None, "115", "kgce/t"),
        ("13,000 kW·h/t", None, "13000", "kWh/t"),
        ("1,150", "kgce/t", "1150", None),
        ("1,150 kgce/t", "kgce/t", "1150", None),
        ("−30", "kgce/t", "-30", None),
    ],
)
def test_an_energy_per_product_is_read_with_its_unit(
    text: str, beside: str | None, value: str, unit: str | None
) -> None:
    found = read_per_product(text, beside)
    assert (found.value, found.beside.get("unit")) == (value, unit)


@pytest.mark.parametrize(
    ("text", "beside", "why"),
    [("7.9 kgce", None, "应为数字"), ("1.15千", None, "应为数字"), ("1,150 kgoe/t", "kgce/t", "只写一处"), ("115-120", None, "区间")],
)  # fmt: skip
def test_an_energy_per_product_that_may_be_another_is_refused(text: str, beside: str | None, why: str) -> None:
    with pytest.raises(SheetError) as error:
        read_per_product(text, beside)
    assert why in refusal(error)
