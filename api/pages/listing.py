"""The filters of the work list read from its address and written into one: what was typed stays, what cannot be read is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from review.errors import Fault, SheetError, Text
from review.quantities import grouped, plain
from review.readers.written.answers import placed, read_as, same
from review.readers.written.days import written_day
from review.readers.written.names import written_beginning
from review.readers.written.numbers import written_figure
from review.record.views.worklist import ME, PENDING, Filters
from review.sheet.characters import is_printable

_WORDS = ("stage", "recommendation", "outcome", "sector", "industry", "park", "band", "text")
_FLAGS = ("conditions", "supplements", "overdue")
_NAMES = (*_WORDS, "energy", "as_of", *_FLAGS, "list", "holder", "sort")
DUE = "due"
_LISTS: Mapping[str, bool | None] = {"": True, "off": False, "every": None}
_LONGEST = 200
_INDUSTRY = Text("行业代码", "industry code")
_ENERGY, _AS_OF = Text("综合能源消费量", "energy"), Text("截至", "as of the end of")


@dataclass(frozen=True)
class Asked:
    """What the address asks: as it was typed, and as filters; `faults` where it cannot be read."""

    typed: Mapping[str, str]
    filters: Filters
    faults: tuple[Fault, ...] = field(default=())

    def address(self, path: str = "/worklist", **changes: str) -> str:
        """The same with changes; what is empty is left out."""
        wanted = {name: value for name, value in {**self.typed, **changes}.items() if value}
        return f"{path}?{urlencode(wanted)}" if wanted else path

    @property
    def energy_read(self) -> Text | None:
        """What the energy was read as, where it was written otherwise."""
        figure = self.filters.energy_from_tce
        return (
            None
            if figure is None or plain(figure) == self.typed["energy"]
            else read_as(same(f"{grouped(figure)} tce/a"))
        )

    @property
    def narrowed(self) -> bool:
        return any(value for name, value in self.typed.items() if name != "sort")

    @property
    def by_due(self) -> bool:
        return self.typed["sort"] == DUE


def asked_of(request: Request, day: date, caller: str) -> Asked:
    """The filters of the request; `overdue` is as of that day, `holder` is who is known by `caller` or nobody in particular."""
    typed = {name: request.query_params.get(name, "").strip()[: _LONGEST + 1] for name in _NAMES}
    faults: list[Fault] = []
    energy: Decimal | None = None
    if typed["energy"]:
        try:
            energy = written_figure(typed["energy"], "tce/a")
        except SheetError as error:
            faults += placed(error, "energy", _ENERGY)
    as_of: date | None = None
    if typed["as_of"]:
        try:
            as_of = written_day(typed["as_of"])
        except SheetError as error:
            faults += placed(error, "as_of", _AS_OF)
    industry: str | None = None
    if typed["industry"]:
        try:
            industry = written_beginning(typed["industry"])
        except SheetError as error:
            faults += placed(error, "industry", _INDUSTRY)
    for name in _WORDS:
        if len(typed[name]) > _LONGEST or not all(map(is_printable, typed[name])):
            faults.append(
                Fault(
                    name,
                    Text(f"最多 {_LONGEST} 字，不含控制字符", f"at most {_LONGEST} characters, no control characters"),
                )
            )
    words: dict[str, Any] = {name: typed[name] or None for name in _WORDS} if not faults else {}
    words |= {"industry": industry} if words else {}
    filters = Filters(
        on_list=_LISTS.get(typed["list"], True), energy_from_tce=energy, open_conditions=True if typed["conditions"] else None,
        open_supplements=True if typed["supplements"] else None, late_on=(as_of or day) if typed["overdue"] else None,
        holders=(caller,) if typed["holder"] == ME else None, reviewed=True if typed["outcome"] == PENDING else None, as_of=as_of, **words,
    )  # fmt: skip
    return Asked(typed, filters, tuple(faults))
