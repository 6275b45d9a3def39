"""Capacity (产能) and its replacement."""

from __future__ import annotations

from typing import Annotated

from review.sheet.fields import LONGEST_LIST, Amount, AsAbsent, AsStated, DayOrNone, Flag, OrNone, Part, Words, field
from review.sheet.identifiers import IdentifierOrNone
from review.sheet.project import ReasonedDocument


class Retired(Part):
    """置换（退出）产能."""

    enterprise: Words = field("退出企业", "enterprise", example="某水泥厂（虚构）")
    capacity_t: Amount = field("退出产能", "capacity", unit="t/a", example="1500000")
    document: IdentifierOrNone = field(
        "置换方案公告",
        "announcement",
        meaning=("公告文号；没有写 none", "its number; none where there is none"),
        example="闽工信公告〔2024〕3 号（示例）",
    )
    closed_before_operation: Flag = field(
        "投产前关停",
        "closed before operation",
        meaning=("已关停或承诺投产前关停", "closed, or committed"),
        example=True,
    )


class Capacity(Part):
    """产能置换."""

    new_t: Amount = field("新增产能", "new capacity", unit="t/a", example="1000000")
    required: Flag = field("需产能置换", "replacement required", example=True)
    ratio: Amount = field("置换比例", "ratio", meaning=("退出产能与新增产能之比", "retired to new"), example="1.5")
    announced: DayOrNone = field(
        "置换方案公告日",
        "replacement announced on",
        meaning=("尚未公告写 none", "none where not announced yet"),
        example="2025-02-01",
        since=2,
    )
    cross_province: Flag = field("跨省置换", "replaced across provinces", example=False, since=2)
    restricted: Flag = field("置换限制类产能", "restricted capacity replaced", example=False, since=2)
    merger: Flag = field(
        "兼并重组", "merger", meaning=("因兼并重组置换", "replaced within a merger"), example=False, since=2
    )
    same_site: Flag = field(
        "同一法人同一厂区", "same owner, same site", meaning=("退出和新建产能同属一个法人、一个厂区", "of what is retired and what is new"), example=False, since=2,
    )  # fmt: skip
    exemption: ReasonedDocument | None = field("免于置换依据", "ground for exemption")
    retired: tuple[Retired, ...] | None = field("置换产能", "retired capacity", longest=LONGEST_LIST)


MaybeCapacity = Annotated[Annotated[Capacity, AsStated] | AsAbsent, OrNone] | None
