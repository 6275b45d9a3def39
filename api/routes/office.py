"""`/offsets`, `/worklist`, `/ledger`, `/projects…`: the register, the work list, the ledger, how projects stand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Day, Instant, Officer, Reader, StateNeeded
from api.openapi import answers, reference
from api.received import Values
from api.repeats import IdempotencyKey, replayed, request_key
from api.wire.office import (
    Claim,
    Kind,
    LedgerWhole,
    ProjectWhole,
    Source,
    SourceMade,
    WorklistPage,
    source_from,
)
from review.clock import today
from review.errors import Fault, Refused, SheetError, Text
from review.quantities import fits, read_decimal
from review.readers.written.answers import placed
from review.readers.written.periods import read_period
from review.record.register.claims import claim_lines
from review.record.register.entries import register_source
from review.record.register.lines import register_lines
from review.record.storage.contents import position_at
from review.record.views.ledger import bounds_of, ledger_page, ledger_totals
from review.record.views.timeline import timeline
from review.record.views.worklist import Filters, holders_of, page
from review.record.views.worklist_by_project import page_by_project, recorded_until
from review.sheet.characters import is_printable

router = APIRouter(prefix=PREFIX)
UpdatedSince = Annotated[
    Instant | None,
    Query(
        description="该时刻或以后有审查、决定、步骤、征求意见或来源登记的项目；下次用上次第一页的 recorded_until / projects with a review, decision, step, consultation or entry of a source recorded at that time or later: next time give `recorded_until` of the first page of this time",
        examples=["2026-11-26T08:00:00Z"],
    ),
]
_ENTRY = {"source": "S-2024-001", "verified_t": "9.5", "document": "示环〔2024〕5号（示例）"}


@router.get(
    "/offsets",
    operation_id="list_offsets",
    tags=["offsets"],
    response_model=list[Source],
    summary="减排来源：核定、占用、可用 / sources with their balances",
)
def list_offsets(
    caller: Reader, app_state: StateNeeded,
    after: Annotated[str | None, Query(max_length=400, description="上一页最后一个来源 / the last source of the page before")] = None,
    pollutant: Annotated[Kind | None, Query(description="种类 / of that kind alone")] = None,
    as_of: Annotated[Day | None, Query(description="截至这一天结束时已记录的 / as recorded by the end of this day")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Any:  # fmt: skip
    _validate_printable("after", after)
    with app_state.store.reading() as connection:
        return register_lines(connection, after, limit, pollutant=pollutant, upto=position_at(connection, as_of))


@router.post(
    "/offsets",
    operation_id="register_offset",
    tags=["offsets"],
    status_code=201,
    openapi_extra=reference("SourceEntry", _ENTRY),
    response_model=SourceMade,
    responses=answers(409),
    summary="登记或更正来源 / register or amend a source",
)
def add_offset(
    caller: Officer,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    made = register_source(
        app_state.store, source_from(content), caller.acting("api"), request=request_key(caller, idempotency_key)
    )
    response.headers.update(replayed(made.again))
    return {"id": str(made.id), "changed": list(made.changed)}


@router.get(
    "/offsets:claims",
    operation_id="list_claims",
    tags=["offsets"],
    response_model=list[Claim],
    summary="已使用而未登记的来源和退出产能 / what is drawn on and not registered",
)
def list_claims(
    caller: Reader, app_state: StateNeeded,
    after: Annotated[str | None, Query(max_length=400, description="上一页最后一个 key / the last key of the page before")] = None,
    as_of: Annotated[Day | None, Query(description="截至这一天结束时已记录的 / as recorded by the end of this day")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Any:  # fmt: skip
    _validate_printable("after", after)
    with app_state.store.reading() as connection:
        return claim_lines(connection, after, limit, upto=position_at(connection, as_of))


@router.get(
    "/worklist",
    operation_id="list_projects",
    tags=["worklist"],
    responses={200: {"model": WorklistPage}},
    summary="两高项目工作清单，最近变动在前 / the work list, newest first",
)
def list_projects(
    caller: Reader,
    app_state: StateNeeded,
    on_list: Annotated[bool | None, Query(description="在清单；false 为已移出 / on the list; false: taken off")] = True,
    every: Annotated[bool, Query(description="在清单和已移出的 / both")] = False,
    stage: Annotated[str | None, Query(max_length=40)] = None,
    recommendation: Annotated[str | None, Query(max_length=40)] = None,
    outcome: Annotated[str | None, Query(max_length=40, description="pending 为待决定 / pending: none yet")] = None,
    sector: Annotated[str | None, Query(max_length=60)] = None,
    industry: Annotated[str | None, Query(max_length=10)] = None,
    park: Annotated[str | None, Query(max_length=60)] = None,
    band: Annotated[str | None, Query(max_length=40)] = None,
    energy_from: Annotated[str | None, Query(max_length=40, description="tce")] = None,
    open_conditions: bool | None = None,
    open_supplements: bool | None = None,
    overdue: Annotated[Day | None, Query(description="处置期限早于 / disposition due before")] = None,
    late: Annotated[bool, Query(description="今天有事项逾期的 / projects with anything overdue today")] = False,
    holder: Annotated[
        str | None, Query(max_length=200, description="经办人：me、登录名或标识 / whose: me, a login or a subject")
    ] = None,
    sort: Annotated[
        Literal["newest", "due", "project"],
        Query(
            description="due：按期限，逾期的在前；project：按项目编号，翻页期间变动的也不遗漏 / due: ordered by what is due, overdue first; project: by number, so that none is lost that changes while one pages"
        ),
    ] = "newest",
    updated_since: UpdatedSince = None,
    text: Annotated[str | None, Query(max_length=200)] = None,
    as_of: Annotated[
        Day | None, Query(description="截至这一天结束时已记录的 / as recorded by the end of this day")
    ] = None,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    filters = Filters(
        on_list=None if every else on_list, stage=stage, recommendation=recommendation, outcome=outcome, sector=sector, industry=industry,
        park=park, band=band, energy_from_tce=_energy(energy_from), open_conditions=open_conditions, open_supplements=open_supplements,
        overdue_on=overdue, text=text, late_on=(as_of or today()) if late else None, as_of=as_of, changed_since=updated_since,
    )  # fmt: skip
    with app_state.store.reading() as connection:
        if holder is not None:
            filters = replace(filters, holders=holders_of(connection, holder, caller.key))
        if sort == "project":
            listed = page_by_project(connection, filters, cursor=cursor, limit=limit)
            found, until = listed.page, listed.recorded_until
        else:
            found = page(connection, filters, cursor=cursor, limit=limit, by_due=sort == "due")
            until = recorded_until(connection)
    return {"items": list(found.lines), "next": found.cursor, "recorded_until": until}


def _energy(text: str | None) -> Decimal | None:
    figure = read_decimal(text) if text is not None else None
    if text is not None and (figure is None or not fits(figure) or figure < 0):
        raise Refused([Fault("energy_from", Text("应为不小于 0 的数字", "should be a number of no less than 0"))])
    return figure


def _validate_printable(name: str, text: str | None) -> None:
    if text is not None and not all(map(is_printable, text)):
        raise Refused([Fault(name, Text("含有不可见的控制字符", "holds control characters that cannot be seen"))])


@router.get(
    "/ledger",
    operation_id="read_ledger",
    tags=["worklist"],
    responses={200: {"model": LedgerWhole}},
    summary="两高项目台账：一月、一季或一年 / the ledger of a month, a quarter or a year",
)
def read_ledger(
    caller: Reader,
    app_state: StateNeeded,
    period: Annotated[str, Query(max_length=40, description="2026-11, 2026-Q4, 2026", examples=["2026-Q4"])],
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页给出的 next / `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    try:
        wanted = read_period(period)
    except SheetError as error:
        raise Refused(placed(error, "period")) from None
    with app_state.store.reading() as connection:
        bounds = bounds_of(connection, wanted)
        found = ledger_page(connection, bounds, after=after, limit=limit)
        totals = ledger_totals(connection, bounds, wanted)
    return {
        "period": {"code": wanted.code, "first": wanted.first.isoformat(), "last": wanted.last.isoformat()},
        "upto": bounds.end, "totals": totals, "items": list(found.lines), "next": found.next,
    }  # fmt: skip


@router.get(
    "/projects/{project}",
    operation_id="get_project",
    tags=["worklist"],
    responses={200: {"model": ProjectWhole}, **answers(404)},
    summary="一个项目的现状和经过 / how a project stands, and its events",
)
def read_project(
    caller: Reader, project: Annotated[int, Path(ge=1, le=2**63 - 1)], app_state: StateNeeded
) -> dict[str, Any]:
    with app_state.store.reading() as connection:
        return dict(timeline(connection, project))
