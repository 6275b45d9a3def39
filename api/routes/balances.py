"""`/balances`, `/quotas`: what the city may still add, and the quotas as the office enters them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.deps import PREFIX, Admin, Day, Reader, StateNeeded, edition
from api.openapi import answers, reference
from api.received import Values
from api.wire.balances import BalanceShown, Medium, QuotaMade, UnstatedProject, quota_from
from review.clock import today
from review.record.register.quotas import set_quota
from review.record.storage.contents import position_at, read_review
from review.record.views.balances import balances, not_stated

router = APIRouter(prefix=PREFIX, tags=["balances"])
AsOf = Annotated[Day | None, Query(description="截至这一天结束时已记录的 / as recorded by the end of this day")]


@router.get(
    "/balances",
    operation_id="list_balances",
    response_model=list[BalanceShown],
    responses=answers(404),
    summary="总量台账：指标、已批准、待决定、剩余 / what the city may still add",
)
def list_balances(
    caller: Reader,
    app_state: StateNeeded,
    review: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="旁列的审查 / the review shown beside them")
    ] = None,
    as_of: AsOf = None,
) -> Any:
    ruleset = edition(app_state, None, None)[0].id
    with app_state.store.reading() as connection:
        if review is not None:
            read_review(connection, review)
        upto = position_at(connection, as_of)
        return balances(connection, ruleset, as_of or today(), review=review, upto=upto)


@router.get(
    "/balances/{medium}/not-stated",
    operation_id="list_not_stated",
    response_model=list[UnstatedProject],
    summary="未载明新增量的项目 / the projects that do not state what they add",
)
def list_not_stated(
    caller: Reader,
    medium: Medium,
    app_state: StateNeeded,
    side: Literal["approved", "pending"] = "approved",
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页最后一个项目 / the last project of the page before")] = 0,
    as_of: AsOf = None,
) -> Any:  # fmt: skip
    ruleset = edition(app_state, None, None)[0].id
    with app_state.store.reading() as connection:
        return not_stated(connection, ruleset, medium, side, upto=position_at(connection, as_of), after=after)


@router.put(
    "/quotas",
    operation_id="set_quota",
    openapi_extra=reference("QuotaEntry"),
    response_model=QuotaMade,
    summary="录入总量指标 / enter a quota",
)
def enter_quota(caller: Admin, content: Values, app_state: StateNeeded) -> Any:
    made = set_quota(app_state.store, quota_from(content), caller.acting("api"))
    return {"id": None if made is None else str(made)}
