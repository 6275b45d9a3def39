"""Balances of what the city may still add, and the quotas they rest on, on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Plain
from api.wire.reading import read, refuse, with_whole_number
from review.quantities import fits, read_decimal
from review.record.register.quotas import Quota

Medium = Literal["energy", "coal", "carbon", "voc", "nox", "so2", "cod", "nh3n"]


class QuotaEntry(BaseModel):
    """What may be added of a medium from the first year to the last, both included."""

    model_config = ConfigDict(extra="forbid", strict=True)
    medium: Medium
    first_year: int = Field(examples=[2026])
    last_year: int = Field(examples=[2030])
    amount: str = Field(
        description="十进制文字，单位见总量台账 / decimal as text, in the unit of the balance", examples=["50000"]
    )
    document: str = Field(
        max_length=2000, description="下达指标的文号 / the document", examples=["示政〔2026〕1 号（示例）"]
    )
    reason: str = Field(
        max_length=2000, description="理由 / why it is entered or changed", examples=["年度总量（示例）"]
    )


class QuotaMade(BaseModel):
    """A recorded quota; without an `id` it was so already."""

    id: str | None


class SideShown(BaseModel):
    """What projects add together, how many there are, and how many of them do not state it."""

    amount: Plain
    projects: int
    not_stated: int


class QuotaShown(BaseModel):
    """A quota as it was entered."""

    amount: Plain
    document: str
    reason: str
    position: int
    at: str = Field(description="UTC")
    actor: str


class ThisShown(BaseModel):
    """What one review's project adds (null: not stated), and as what it is counted."""

    amount: Plain | None
    counted: Literal["approved", "pending"] | None


class BalanceShown(BaseModel):
    """A medium in a period, in `unit`. `quota` is null where none was entered; with `left_at_most` no more is left than `left`."""

    medium: Medium
    unit: str = Field(examples=["tce/a"])
    first_year: int
    last_year: int
    quota: QuotaShown | None
    approved: SideShown
    pending: SideShown
    left: Plain | None
    left_at_most: bool
    this: ThisShown | None
    left_after: Plain | None


class UnstatedProject(BaseModel):
    """A project that does not state what it adds of a medium."""

    project: int
    name: str
    review: int


def quota_from(content: Any) -> Quota:
    """The quota that JSON values state. Raises Refused."""
    for name in ("first_year", "last_year"):
        content = with_whole_number(content, name)
    found = read(QuotaEntry, content)
    amount = read_decimal(found.amount)
    if amount is None or not fits(amount):
        refuse(
            "amount",
            "应为数字：整数最多 12 位、小数最多 9 位",
            "should be a number of at most 12 digits before the point and 9 after it",
        )
    return Quota(found.medium, found.first_year, found.last_year, amount, found.document, found.reason)
