"""Whether a product's energy per unit and the total go together (单耗与总量的勾稽): a note where they are far apart, and no rule."""

from __future__ import annotations

import re
from decimal import Decimal

from review.errors import Text
from review.facts.model import Case, Fact, Note
from review.facts.units import spelt_unit, split_unit
from review.quantities import Range, plain, quotient

_TEN_THOUSAND = re.compile(r"^(?:万|10\^?4|10⁴)[×·*]?|^×10⁴")
_KG_IN_T = 1000


def consistency_notes(case: Case, total: Fact) -> list[Note]:
    """A note where the only product's energy × output and the total differ by more than half of the larger (tce)."""
    products, energy = case.sheet.products or (), case.sheet.energy
    feedstock = any(item.use == "feedstock" for item in (energy.items if energy else None) or ())
    if len(products) != 1 or feedstock:
        return []
    product = products[0]
    row = case.ruleset.row("benchmark_levels", product.benchmark) if product.benchmark else None
    unit = product.unit or (row["unit"] if row else "")
    if (
        not unit
        or product.unit_energy is None
        or product.unit_energy <= 0
        or not product.output
        or not product.output_unit
    ):
        return []
    kind, per = split_unit(unit)
    output = _output(product.output, product.output_unit, per)
    parameter = case.ruleset.parameters.get("kgce_per_kgoe")
    scale = {"kgce": Decimal(1), "kgoe": parameter.value if parameter else None}.get(kind)
    if output is None or scale is None:
        return []
    made = product.unit_energy * scale * output / _KG_IN_T
    found = _nearest(total.range, made)
    if abs(made - found) <= max(made, found) / 2:
        return []
    each = plain(quotient(found * _KG_IN_T, output * scale))
    return [Note("energy-consistency", "products[0].unit_energy", Text(
        f"单位产品能耗 {plain(product.unit_energy)} {unit} × 产量 {plain(product.output)} {product.output_unit} = {plain(made)} tce，与年综合能源消费量 {plain(found)} tce（折合 {each} {unit}）相差过大，请核对",
        f"{plain(product.unit_energy)} {unit} × {plain(product.output)} {product.output_unit} make {plain(made)} tce, far from the {plain(found)} tce in all ({each} {unit}); please check"))]  # fmt: skip


def _output(output: Decimal, unit: str, per: str) -> Decimal | None:
    """The output in the unit that the energy is stated per; None where it is in another."""
    spelt = spelt_unit(unit)
    if spelt == per:
        return output
    bare = _TEN_THOUSAND.sub("", spelt)
    return output * 10000 if bare != spelt and bare == per else None


def _nearest(value: Range, figure: Decimal) -> Decimal:
    """The figure of a range that lies nearest to another."""
    if value.low is not None and figure < value.low:
        return value.low
    return value.high if value.high is not None and figure > value.high else figure
