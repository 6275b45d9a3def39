"""The tables of the city's balances: what projects add, and which of their reviews count. Derived from events, sheets and reviews."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from review.record.storage.columns import number_key, position_column


def _groups() -> Any:
    return Field(default=None, sa_type=BigInteger)


class Counted(SQLModel, table=True):
    """Which review of a project counts in the balances as approved (`approved_on`: the day decided) and which as waiting, after an event of it."""

    __table_args__ = (Index("counted_project", "project", "position"),)
    position: int = number_key(foreign_key="event.position")
    project: int = position_column(foreign_key="project.id")
    approved: int | None = position_column(default=None, foreign_key="review.position")
    approved_on: str | None = None
    pending: int | None = position_column(default=None, foreign_key="review.position")


class Added(SQLModel, table=True):
    """What a review's project adds (新增量): `amounts` by medium as text, None where the sheet does not state it, and each in whole units and groups of nine
    decimals, which a database adds up exactly. Without groups an amount is not among sums.
    """

    review: int = number_key(foreign_key="review.position")
    ruleset: str
    amounts: str = Field(sa_type=Text, description="canonical JSON")
    energy_whole: int | None = _groups()
    energy_billionths: int | None = _groups()
    energy_quintillionths: int | None = _groups()
    coal_whole: int | None = _groups()
    coal_billionths: int | None = _groups()
    coal_quintillionths: int | None = _groups()
    carbon_whole: int | None = _groups()
    carbon_billionths: int | None = _groups()
    carbon_quintillionths: int | None = _groups()
    voc_whole: int | None = _groups()
    voc_billionths: int | None = _groups()
    voc_quintillionths: int | None = _groups()
    nox_whole: int | None = _groups()
    nox_billionths: int | None = _groups()
    nox_quintillionths: int | None = _groups()
    so2_whole: int | None = _groups()
    so2_billionths: int | None = _groups()
    so2_quintillionths: int | None = _groups()
    cod_whole: int | None = _groups()
    cod_billionths: int | None = _groups()
    cod_quintillionths: int | None = _groups()
    nh3n_whole: int | None = _groups()
    nh3n_billionths: int | None = _groups()
    nh3n_quintillionths: int | None = _groups()
