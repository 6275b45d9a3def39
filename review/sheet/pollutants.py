"""Key pollutants (重点污染物) of the sheet: what is added of each, and what reduces it in the region."""

from __future__ import annotations

from typing import Literal

from review.sheet.fields import Amount, Part, field
from review.sheet.identifiers import IdentifierOrNone

POLLUTANTS = {
    "cod": ("化学需氧量", "chemical oxygen demand"), "nh3n": ("氨氮", "ammonia nitrogen"), "so2": ("二氧化硫", "sulphur dioxide"),
    "nox": ("氮氧化物", "nitrogen oxides"), "pm": ("颗粒物", "particulate matter"),
}  # fmt: skip


class Pollutant(Part):
    """重点污染物: one pollutant, at most once."""

    pollutant: Literal["cod", "nh3n", "so2", "nox", "pm"] | None = field(
        "污染物", "pollutant", meaning=("每种只填一行", "each at most once"), choices=POLLUTANTS, example="so2"
    )
    added_t: Amount = field("新增排放量", "added emission", unit="t/a", example="12")
    reduction_t: Amount = field("区域削减量", "reduction in the region", unit="t/a", example="12")
    reduction_document: IdentifierOrNone = field(
        "削减方案文号",
        "document of the reduction",
        meaning=("区域削减方案的文号；没有写 none", "the number; none where there is none"),
        example="示环〔2026〕9 号（示例）",
    )
