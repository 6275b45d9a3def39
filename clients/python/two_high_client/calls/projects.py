"""The work list, its ledger, projects, and the search over the record."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from two_high_client.answers.indicators import FieldDifference, IndicatorsShown, VersionShown
from two_high_client.answers.projects import LedgerItem, LedgerWhole, ProjectWhole, WorklistLine, WorklistPage
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
    updated_since: datetime | str | None
    as_of: date | None


class ProjectCalls:
    """Calls about projects."""

    @pages("/worklist", WorklistLine, cursor="cursor")
    def worklist(self, **filters: Unpack[WorklistFilters]) -> Asked:
        """两高项目工作清单, newest first or with `sort="due"` by what is due."""
        return Asked(query=stated(**filters))

    @one("GET", "/worklist", of(WorklistPage))
    def worklist_page(self, *, cursor: str | None = None, limit: int = 50, **filters: Unpack[WorklistFilters]) -> Asked:
        """A page of the work list. To see later what has changed: with `sort="project"`, give the first page's `recorded_until` as `updated_since`."""
        return Asked(query={"cursor": cursor, "limit": limit, **filters})

    @one("GET", "/worklist:split", of(list[dict[str, Any]]))
    def split_projects(self) -> Asked:
        """Projects that only together reach a threshold."""
        return Asked()

    @one("GET", "/indicators", of(IndicatorsShown))
    def indicators(self) -> Asked:
        """The city's indicators beside the plan's targets."""
        return Asked()

    @pages("/indicators/projects", WorklistLine, cursor="cursor")
    def counted_projects(self) -> Asked:
        """The projects that the indicators add up, newest first."""
        return Asked()

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

    @pages("/projects/{project}/versions", VersionShown, cursor="before")
    def versions(self, project: int) -> Asked:
        """The versions of a project with their decisions, newest first."""
        return Asked({"project": project})

    @one("GET", "/projects/{project}/differences", of(list[FieldDifference]))
    def compare_versions(self, project: int, from_: int, to: int) -> Asked:
        """What differs between the sheets of two versions."""
        return Asked({"project": project}, stated(from_=from_, to=to))

    @pages("/search", SearchHit, cursor="after", limit=100)
    def search(self, q: str) -> Asked:
        """What words stand in, by when they came up last, the latest first."""
        return Asked(query={"q": q})

    @one("GET", "/search", of(SearchPage))
    def search_page(self, q: str, *, after: str | None = None, limit: int = 25) -> Asked:
        """A page of hits, which also says how many events are not in the index yet."""
        return Asked(query=stated(q=q, after=after, limit=limit))
