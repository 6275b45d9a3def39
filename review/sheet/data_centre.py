"""Data centres (数据中心) of the sheet."""

from __future__ import annotations

from typing import Annotated

from review.sheet.fields import (
    Amount,
    AsAbsent,
    AsStated,
    Flag,
    OrNone,
    Part,
    field,
)


class DataCentre(Part):
    """数据中心."""

    racks: Amount = field("标准机架数", "standard racks", unit="个", example="5000")
    green: Flag = field(
        "绿色数据中心", "green data centre", meaning=("达到绿色数据中心要求", "meets the requirements"), example=True
    )


MaybeDataCentre = Annotated[Annotated[DataCentre, AsStated] | AsAbsent, OrNone] | None
