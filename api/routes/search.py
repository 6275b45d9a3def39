"""`/search`: whatever was recorded, found by any of its words."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import PREFIX, Reader, StateNeeded
from api.wire.search import SearchPage
from review.record.search.index import bring_up_if_possible
from review.record.search.searching import LARGEST_PAGE, LONGEST_QUERY, kinds_for, search

router = APIRouter(prefix=PREFIX, tags=["search"])


@router.get(
    "/search",
    operation_id="search_record",
    response_model=SearchPage,
    summary="检索项目、减排来源和规则修改 / search projects, reduction sources and changes of the rules",
)
def search_record(
    caller: Reader, app_state: StateNeeded,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST_QUERY, description="名称、代码、文号、人员、编号；几个词须都有 / names, codes, documents, people, numbers; every word must be there")],
    after: Annotated[str | None, Query(max_length=20, description="上一页的 next / `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 25,
) -> Any:  # fmt: skip
    bring_up_if_possible(app_state.store)
    with app_state.store.reading() as connection:
        return search(connection, q, kinds_for(caller.role in ("auditor", "admin")), after=after, limit=limit)
