"""`/decisions`: all decisions, filtered, sampled, exported and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.deps import PREFIX, Day, Number, Replayer, StateNeeded
from api.routes.logs import exported, limited
from api.wire.decisions import DecisionsPage, DecisionStatistics
from review.errors import Fault, Refused, Text
from review.record.storage.text_limits import validate_words
from review.record.views.decision_list import (
    LARGEST_SAMPLE,
    DecisionFilters,
    DecisionLine,
    decisions_as_csv,
    each_decision,
    last_event,
    list_decisions,
    sampled,
    statistics,
)
from review.record.views.worklist_export import code_names

router = APIRouter(prefix=PREFIX, tags=["decisions"])


def of_decisions(
    officer: Annotated[str | None, Query(max_length=200, description="姓名的一部分 / part of the name")] = None,
    second: Annotated[str | None, Query(max_length=200, description="复核人姓名的一部分 / part of the second person's name")] = None,
    reference: Annotated[str | None, Query(max_length=200, description="原案号的一部分 / part of the reference of an imported case")] = None,
    since: Annotated[Day | None, Query(description="决定日不早于 / decided on this day or later")] = None,
    until: Annotated[Day | None, Query(description="决定日不晚于 / decided on this day or earlier")] = None,
    outcome: Annotated[str | None, Query(max_length=40)] = None,
    departs: Annotated[bool | None, Query(description="与审查建议不同 / decisions that depart from the recommendation")] = None,
    last: Annotated[bool | None, Query(description="项目最后的决定 / the project's last")] = None,
    rule: Annotated[str | None, Query(max_length=100, description="审查中不符合的规则 / a rule that the review fails")] = None,
    industry: Annotated[str | None, Query(max_length=10, description="行业代码开头 / beginning of the industry code")] = None,
    park: Annotated[str | None, Query(max_length=60)] = None,
    project: Number | None = None,
    upto: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="记录到这一事件为止；以后用同一种子抽出同样的决定 / recorded up to this event: a sample is drawn again later")] = None,
) -> DecisionFilters:  # fmt: skip
    """The filters of decisions. Raises Refused."""
    named = {
        "officer": officer,
        "second": second,
        "reference": reference,
        "outcome": outcome,
        "rule": rule,
        "industry": industry,
        "park": park,
    }
    validate_words(named)
    return DecisionFilters(**named, since=since, until=until, departs=departs, last=last, project=project, upto=upto)


OfDecisions = Annotated[DecisionFilters, Depends(of_decisions)]


@router.get(
    "/decisions",
    operation_id="list_decisions",
    response_model=DecisionsPage,
    summary="全部决定，按记录顺序，或随机抽样 / all decisions in order, or a random sample",
)
def list_all_decisions(
    caller: Replayer, app_state: StateNeeded, filters: OfDecisions,
    sample: Annotated[int | None, Query(ge=1, le=LARGEST_SAMPLE, description="抽取几件 / how many to draw")] = None,
    seed: Annotated[str | None, Query(max_length=200, description="抽样种子；同一种子抽出同样的决定 / the same seed draws the same decisions")] = None,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页的 next / `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Any:  # fmt: skip
    if (sample is None) != (not seed):
        words = Text("抽样要同时给出件数和种子", "a sample needs both how many and a seed")
        raise Refused([Fault("seed" if sample else "sample", words)])
    with app_state.store.reading() as connection:
        if sample is not None:
            drawn = sampled(connection, filters, sample, seed or "")
            return {"items": _numbered(drawn), "next": None, "upto": filters.upto or last_event(connection)}
        found = list_decisions(connection, filters, limit, after=after)
    return {
        "items": _numbered(found),
        "next": found[-1]["decision"] if len(found) == limit else None,
        "upto": filters.upto,
    }


def _numbered(lines: Sequence[DecisionLine]) -> list[dict[str, Any]]:
    """Numbers of the record are text in answers, as no program may reckon with them."""
    return [{**each, **{name: str(each[name]) for name in ("decision", "project", "review")}} for each in lines]


@router.get(
    "/decisions:export",
    operation_id="export_decisions",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="导出决定（CSV） / decisions as CSV",
)
def export_decisions(caller: Replayer, app_state: StateNeeded, filters: OfDecisions) -> Response:
    with app_state.store.reading() as connection:
        return exported(
            "decisions", decisions_as_csv(limited(each_decision(connection, filters)), code_names(connection))
        )


@router.get(
    "/decisions:statistics",
    operation_id="count_decisions",
    response_model=DecisionStatistics,
    summary="决定的统计 / decisions counted",
)
def count_decisions(caller: Replayer, app_state: StateNeeded, filters: OfDecisions) -> Any:
    with app_state.store.reading() as connection:
        return statistics(connection, filters)
