"""The work list, its ledger, projects, and the search over the record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from two_high_client.answers.projects import LedgerItem, LedgerWhole, ProjectWhole, WorklistLine
from two_high_client.answers.search import SearchHit, SearchPage
from two_high_client.declarations import of, one, pages
from two_high_client.operations import Asked
from two_high_client.words import Order
from two_high_client.writing import stated


class WorklistFilters(TypedDict, total=False):
    """What a line of the work list has; `every`: settled projects too; `late`: what is overdue today; `as_of`: as of the end of a day."""

    on_list: bool | None
    every: bool | None
    stage: str | None
    recommendation: str | None
    outcome: str | None
    sector: str | None
    industry: str | None
    park: str | None
    band: str | None
    energy_from: Decimal | str | None
    open_conditions: bool | None
    open_supplements: bool | None
    overdue: date | None
    late: bool | None
    holder: str | None
    sort: Order | None
    text: str | None
    as_of: date | None


class ProjectCalls:
    """Calls about projects."""

    @pages("/worklist", WorklistLine, cursor="cursor")
    def worklist(self, **filters: Unpack[WorklistFilters]) -> Asked:
        """两高项目工作清单, newest first or with `sort="due"` by what is due."""
        return Asked(query=stated(**filters))

    @one("GET", "/ledger", of(LedgerWhole))
    def ledger(self, period: str, *, after: int = 0, limit: int = 50) -> Asked:
        """The ledger of a period such as 2026-11, 2026-Q4 or 2026, from the project after `after`."""
        return Asked(query={"period": period, "after": after, "limit": limit})

    @pages("/ledger", LedgerItem, cursor="after")
    def ledger_items(self, period: str) -> Asked:
        """Every project of a period's ledger."""
        return Asked(query={"period": period})

    @one("GET", "/projects/{project}", of(ProjectWhole))
    def project(self, project: int) -> Asked:
        """How a project stands, and all that happened to it."""
        return Asked({"project": project})

    @pages("/search", SearchHit, cursor="after", limit=100)
    def search(self, q: str) -> Asked:
        """What words stand in, by when they came up last, the latest first."""
        return Asked(query={"q": q})

    @one("GET", "/search", of(SearchPage))
    def search_page(self, q: str, *, after: str | None = None, limit: int = 25) -> Asked:
        """A page of hits, which also says how many events are not in the index yet."""
        return Asked(query=stated(q=q, after=after, limit=limit))
