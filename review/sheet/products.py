"""Products (产品) of the sheet."""

from __future__ import annotations

from review.sheet.fields import Amount, Figure, Part, Words, field
from review.sheet.identifiers import IdentifierOrNone
from review.sheet.project import Document


class Product(Part):
    """产品: capacity, output and energy per unit."""

    name: Words = field("产品名称", "product", example="合成氨")
    benchmark: IdentifierOrNone = field(
        "标杆表行",
        "benchmark row",
        meaning=("能效标杆表的行编号；表中没有写 none", "row id; none where the table has no such product"),
        example="ammonia-other-lump",
    )
    capacity: Amount = field("设计产能", "capacity", example="300000")
    output: Amount = field("产量", "output", example="280000")
    output_unit: Words = field("产量单位", "output unit", example="t")
    unit_energy: Figure = field(
        "单位产品能耗",
        "energy per unit of product",
        meaning=("以“单位”一栏计；可为负", "in the unit beside it; may be negative"),
        example="1150",
    )
    unit: Words = field(
        "单位产品能耗的单位", "its unit", meaning=("默认为标杆表的单位", "the row's by default"), example="kgce/t"
    )
    limit: IdentifierOrNone = field(
        "限额表行",
        "limit row",
        meaning=("能耗限额表的行编号；表中没有写 none", "row id of the limits; none where they have no such product"),
        example="mdi",
        since=2,
    )
    limit_corrected: Figure = field(
        "修正后的限额",
        "corrected limit",
        meaning=(
            "按标准规定的修正方法计算，单位同限额；可为负",
            "worked out as the standard says, in the limit's unit; may be negative",
        ),
        example="-7.4",
        since=2,
    )
    limit_correction: Document | None = field("修正依据", "ground of the correction", since=2)
    advanced_level: Figure = field(
        "先进水平", "advanced level", meaning=("标杆表无此产品时填写", "where the table has none"), example="1100"
    )
    advanced_source: Document | None = field("先进水平依据", "its source")
