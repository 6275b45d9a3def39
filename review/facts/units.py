"""Units of energy per unit of product (单位产品能耗的单位): kgce and kgoe brought together by multiplying, never by dividing."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from review.errors import Fault, SheetError, Text, quoted
from review.facts.model import Case, Source
from review.law.edition import Row
from review.sheet import Product
from review.values import immutable

_SPELLINGS = {"m2": "m²", "㎡": "m²", "平方米": "m²", "千克标准煤": "kgce", "公斤标准煤": "kgce", "千克油当量": "kgoe", "kw·h": "kwh",
              "千瓦时": "kwh", "吨": "t", "⋅": "·", "•": "·", "(": "（", ")": "）"}  # fmt: skip


@immutable(frozen=True, slots=True)
class Measure:
    """How a product's unit is brought to the row's: both sides are multiplied, never divided."""

    unit: str
    own: Decimal
    row: Decimal
    sources: tuple[Source, ...] = ()


def measured(case: Case, path: str, product: Product, row: Row | None) -> Measure:
    """How a product's unit is brought to that of its benchmark row. Raises SheetError for a unit that does not fit it."""
    one = Decimal(1)
    wanted = row["unit"] if row else ""
    if not product.unit or not wanted or spelt_unit(product.unit) == spelt_unit(wanted):
        return Measure(product.unit or wanted, one, one)
    (own_energy, own_per), (row_energy, row_per) = split_unit(product.unit), split_unit(wanted)
    if own_per == row_per and {own_energy, row_energy} == {"kgce", "kgoe"}:
        parameter = case.parameter("kgce_per_kgoe")
        ratio = parameter.range.point or Decimal(case.ruleset.parameters["kgce_per_kgoe"].text)
        own, level = (one, ratio) if own_energy == "kgce" else (ratio, one)
        return Measure(product.unit, own, level, parameter.sources)
    swapped = wanted.replace("kgoe", "kgce") if "kgoe" in wanted else wanted.replace("kgce", "kgoe")
    fitting = quoted(dict.fromkeys((wanted, swapped)))
    raise SheetError(
        [
            Fault(
                f"{path}.unit",
                Text(
                    f"单位“{product.unit}”与标杆表不符；可用：{fitting.zh}",
                    f"the unit “{product.unit}” does not fit the row; units that fit: {fitting.en}",
                ),
            )
        ]
    )


@lru_cache(maxsize=256)
def spelt_unit(unit: str) -> str:
    """A unit of energy per product in one spelling."""
    text = re.sub(r"\s+", "", unit).lower()
    for old, new in _SPELLINGS.items():
        text = text.replace(old, new)
    return text


def split_unit(unit: str) -> tuple[str, str]:
    """The energy and the product of a unit: `kgce/t` → `kgce`, `t`."""
    energy, _, per = spelt_unit(unit).partition("/")
    return energy, per
