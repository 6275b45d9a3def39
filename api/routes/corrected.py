"""`/corrected-figures`: approvals that rest on a figure since corrected."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.deps import PREFIX, Day, Replayer, StateNeeded
from api.routes.logs import exported, limited
from api.wire.corrected import CorrectedPage
from review.record.views.corrected_figures import Period, corrected_as_csv, each_corrected, list_corrected

router = APIRouter(prefix=PREFIX, tags=["corrected figures"])


def of_period(
    since: Annotated[
        Day | None, Query(description="决定日或审查日不早于 / decided on, or reviewed as of, this day or later")
    ] = None,
    until: Annotated[
        Day | None, Query(description="决定日或审查日不晚于 / decided on, or reviewed as of, this day or earlier")
    ] = None,
) -> Period:
    """The period that is asked for."""
    return Period(since, until)


OfPeriod = Annotated[Period, Depends(of_period)]


@router.get(
    "/corrected-figures",
    operation_id="list_corrected_figures",
    response_model=CorrectedPage,
    summary="所依据数值后经更正的批准 / approvals that rest on a figure since corrected",
)
def list_corrected_figures(
    caller: Replayer, app_state: StateNeeded, period: OfPeriod,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页的 next / `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:  # fmt: skip
    with app_state.store.reading() as connection:
        return list_corrected(connection, period, after=after, limit=limit)


@router.get(
    "/corrected-figures:export",
    operation_id="export_corrected_figures",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="导出（CSV） / as CSV",
)
def export_corrected_figures(caller: Replayer, app_state: StateNeeded, period: OfPeriod) -> Response:
    with app_state.store.reading() as connection:
        return exported("corrected-figures", corrected_as_csv(limited(each_corrected(connection, period))))
