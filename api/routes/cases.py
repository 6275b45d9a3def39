"""`/projects/{project}/steps`, `/projects/{project}/holder`, `/inbox`, `/absences`, `/calendar`: the day's work on cases."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from api.deps import PREFIX, Admin, Officer, Reader, StateNeeded, caller
from api.openapi import answers, reference
from api.received import Values
from api.repeats import IdempotencyKey, made_answer, request_key
from api.wire.cases import (
    AbsenceShown,
    CalendarWhole,
    InboxWhole,
    StepMade,
    absence_from,
    absence_json,
    calendar_from,
    calendar_json,
    hand_over_from,
    step_from,
    terms_from,
)
from api.wire.reading import refuse
from review.record.access.absences import end_absence, list_absences, record_absence
from review.record.access.callers import Principal
from review.record.calendar.settings import (
    FIRST_YEAR,
    LAST_YEAR,
    read_calendar,
    read_review_days,
    set_review_days,
    set_year,
)
from review.record.cases.case_days import DAY_STEPS, hand_over, record_day
from review.record.cases.steps import take_step
from review.record.views.inbox import inbox

router = APIRouter(prefix=PREFIX, tags=["cases"])
Project = Annotated[int, Path(ge=1, le=2**63 - 1)]
Keeper = Annotated[Principal, Depends(caller("officer", "admin"))]


@router.post(
    "/projects/{project}/steps",
    operation_id="take_step",
    status_code=201,
    openapi_extra=reference("CaseStep"),
    response_model=StepMade,
    responses=answers(404, 409),
    summary="记录一步：收件、受理、告知、条件、销号等 / record a step of a project",
)
def add_step(
    caller: Officer,
    project: Project,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    asked, day = step_from(content)
    request = request_key(caller, idempotency_key)
    words = {"reason": asked.reason, "document": asked.document, "condition": asked.condition}
    if asked.step in DAY_STEPS:
        if day is None:
            refuse("day", "必须填写", "is required")
        made = record_day(app_state.store, project, asked.step, day, caller.acting("api"), request=request, **words)
    else:
        if day is not None:
            refuse("day", "该步骤不写日期", "this step has no day of its own")
        made = take_step(app_state.store, project, asked.step, caller.acting("api"), request=request, **words)
    return made_answer(made, response)


@router.post(
    "/projects/{project}/holder",
    operation_id="hand_over",
    status_code=201,
    openapi_extra=reference("HandOver"),
    response_model=StepMade,
    responses=answers(404, 409),
    summary="移交给另一人经办 / hand a case over",
)
def give_to(
    caller: Officer,
    project: Project,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    asked = hand_over_from(content)
    request = request_key(caller, idempotency_key)
    made = hand_over(app_state.store, project, asked.holder, caller.acting("api"), note=asked.note, request=request)
    return made_answer(made, response)


@router.get(
    "/inbox",
    operation_id="read_inbox",
    response_model=InboxWhole,
    summary="我的收件箱，代办的在内 / what asks for the caller, as a deputy too",
)
def read_inbox(caller: Reader, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return inbox(
            connection,
            caller.key,
            officer=caller.role == "officer",
            administrator=caller.role == "admin",
            name=caller.name,
        )


@router.get(
    "/absences",
    operation_id="list_absences",
    response_model=list[AbsenceShown],
    summary="外出委托，最近的在前 / absences with their deputies, newest first",
)
def read_absences(caller: Reader, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return [absence_json(each) for each in list_absences(connection)]


@router.post(
    "/absences",
    operation_id="record_absence",
    status_code=201,
    openapi_extra=reference("AbsenceRequest"),
    response_model=StepMade,
    summary="记录外出和代办人 / record an absence with its deputy",
)
def add_absence(caller: Keeper, content: Values, app_state: StateNeeded) -> Any:
    asked, begins, ends = absence_from(content)
    number = record_absence(
        app_state.store, asked.person, asked.deputy, begins, ends, caller.acting("api"), reason=asked.reason
    )
    return {"id": str(number)}


@router.delete(
    "/absences/{absence}",
    operation_id="end_absence",
    status_code=204,
    responses=answers(404),
    summary="提前结束 / end an absence now",
)
def remove_absence(
    caller: Keeper, absence: Annotated[int, Path(ge=1, le=2**63 - 1)], app_state: StateNeeded
) -> Response:
    end_absence(app_state.store, absence, caller.acting("api"))
    return Response(status_code=204)


@router.get(
    "/calendar",
    operation_id="read_calendar",
    response_model=CalendarWhole,
    summary="工作日历和审查期限 / the office's calendar and its term of review",
)
def show_calendar(caller: Reader, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return calendar_json(read_calendar(connection), read_review_days(connection))


@router.put(
    "/calendar/{year}",
    operation_id="set_calendar_year",
    status_code=204,
    openapi_extra=reference("CalendarYear"),
    summary="录入一年的假日和调休上班日 / enter a year",
)
def enter_year(
    caller: Admin, year: Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)], content: Values, app_state: StateNeeded
) -> Response:
    set_year(app_state.store, calendar_from(year, content), caller.acting("api"), replaces=True)
    return Response(status_code=204)


@router.put(
    "/terms",
    operation_id="set_terms",
    status_code=204,
    openapi_extra=reference("Terms"),
    summary="设定审查期限 / set the term of review",
)
def enter_terms(caller: Admin, content: Values, app_state: StateNeeded) -> Response:
    set_review_days(app_state.store, terms_from(content), caller.acting("api"))
    return Response(status_code=204)
