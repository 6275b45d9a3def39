"""Names of what stands in an edition's tables: by code, by name, or by the only row that fits."""

from __future__ import annotations

from datetime import date

import pytest

from review.drafting.pickers import choices
from review.errors import SheetError
from review.law.edition import Ruleset
from review.law.loading import choose
from review.readers.written.names import NAMED_FIELDS, read_name


@pytest.fixture(scope="module")
def edition() -> Ruleset:
    return choose("fuqing@2025.3", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("pattern", "text", "key"),
    [
        ("energy.items[].carrier", "天然气", "natural_gas"), ("energy.items[].carrier", "natural_gas", "natural_gas"), ("energy.items[].carrier", "natural gas", "natural_gas"),
        ("energy.items[].carrier", "天然气（natural_gas）", "natural_gas"), ("energy.items[].carrier", "电力", "electricity"), ("energy.items[].carrier", "电", "electricity"),
        ("energy.items[].carrier", "电力（当量值）", "electricity"), ("energy.items[].carrier", "热力", "heat"), ("energy.items[].carrier", "LNG", "lng"),
        ("energy.items[].carrier", "蒸汽", "steam_low_pressure"),
        ("site.park", "福州江阴港城经济区", "jiangyin"), ("site.park", "江阴港城经济区", "jiangyin"), ("site.park", "jiangyin", "jiangyin"),
        ("site.park", "融侨经济技术开发区", "rongqiao"), ("site.park", "元洪投资区", "yuanhong"), ("site.park", "闽台（福州）蓝色经济产业园", "lanyuan"),
        ("products[].benchmark", "平板玻璃 900 t/d", "flat-glass-over-800"), ("products[].benchmark", "平板玻璃900t/d", "flat-glass-over-800"),
        ("products[].benchmark", "平板玻璃（900吨/天）", "flat-glass-over-800"), ("products[].benchmark", "平板玻璃 800 t/d", "flat-glass-500-800"),
        ("products[].benchmark", "平板玻璃 500 t/d", "flat-glass-500-800"), ("products[].benchmark", "平板玻璃 800.5 t/d", "flat-glass-over-800"),
        ("products[].benchmark", "水泥熟料", "cement-clinker"), ("products[].benchmark", "炼钢 转炉", "steelmaking-converter"), ("products[].benchmark", "炼钢 100t电弧炉", "steelmaking-eaf-over-50"),
        ("products[].benchmark", "炼钢 49.9t电弧炉", "steelmaking-eaf-30-50"), ("products[].benchmark", "合成氨 优质无烟块煤", "ammonia-anthracite-lump"),
        ("products[].benchmark", "合成氨 天然气", "ammonia-natural-gas"), ("products[].benchmark", "flat-glass-over-800", "flat-glass-over-800"),
        ("products[].limit", "MDI", "mdi"), ("products[].limit", "二苯基甲烷二异氰酸酯", "mdi"), ("products[].limit", "光伏压延玻璃 650 t/d", "photovoltaic-glass-over-300"),
        ("products[].limit", "光伏压延玻璃 300t/d", "photovoltaic-glass-to-300"),
        ("project.industry", "C3872照明灯具制造", "C3872"), ("project.industry", "照明灯具制造（C3872）", "C3872"), ("project.industry", "3041 平板玻璃制造", "3041"),
        ("project.industry", "平板玻璃制造", "3041"), ("project.industry", "平板玻璃", "3041"), ("project.industry", "数据中心", "6450"), ("project.industry", "3041", "3041"),
    ],
)  # fmt: skip
def test_a_name_is_read(pattern: str, text: str, key: str, edition: Ruleset) -> None:
    assert read_name(text, pattern, edition).value == key


@pytest.mark.parametrize(
    ("pattern", "text", "named"),
    [
        ("products[].benchmark", "平板玻璃", ("生产能力>800", "500 t/d≤")), ("products[].benchmark", "平板玻璃 30万t/a", ()), ("products[].benchmark", "平板玻璃 400 t/d", ()),
        ("products[].benchmark", "合成氨", ("优质无烟块煤", "天然气")), ("products[].benchmark", "炼钢 100t", ("转炉", "电弧炉")), ("products[].benchmark", "烧碱 45%", ("30%", "45%")),
        ("products[].benchmark", "水泥熟料 新型干法", ()), ("products[].benchmark", "浮法玻璃", ()),
        ("site.park", "江阴", ("福州江阴港城经济区",)), ("site.park", "经济技术开发区", ("福清融侨经济技术开发区",)), ("site.park", "港城经济区", ()), ("site.park", "莆田江阴港城经济区", ("福州江阴港城经济区",)),
        ("energy.items[].carrier", "天燃气", ("天然气",)), ("energy.items[].carrier", "煤", ()), ("energy.items[].carrier", "水", ()), ("energy.items[].carrier", "苯", ()),
        ("energy.items[].carrier", "洗煤", ()), ("energy.items[].carrier", "管道天然气", ("天然气",)),
        ("project.industry", "化工", ("2612", "2614")), ("project.industry", "煤电", ("4411", "4412")), ("project.industry", "C3041、C3042", ("C3041", "C3042")), ("project.industry", "C30", ("C3041",)),
        ("project.industry", "制鞋", ("195",)), ("project.industry", "照明灯具制造", ("四位小类代码",)),
    ],
)  # fmt: skip
def test_a_name_that_may_be_two_or_none_is_refused(
    pattern: str, text: str, named: tuple[str, ...], edition: Ruleset
) -> None:
    with pytest.raises(SheetError) as error:
        read_name(text, pattern, edition)
    words = error.value.faults[0].text
    assert all(each in words.zh for each in named), words.zh
    assert words.en != words.zh


@pytest.mark.parametrize("pattern", sorted(NAMED_FIELDS - {"project.industry"}))
def test_every_row_is_read_by_its_code_by_its_name_and_as_the_pages_show_it(pattern: str, edition: Ruleset) -> None:
    for each in choices(edition, pattern):
        for text in (each.key, each.name, f"{each.name}（{each.key}）"):
            assert read_name(text, pattern, edition).value == each.key, text


def test_a_code_of_another_edition_is_left_to_the_rules(edition: Ruleset) -> None:
    for code in ("raw-coal-2", *edition.content["known_elsewhere"][:2]):
        assert read_name(code, "products[].benchmark", edition).value == code
