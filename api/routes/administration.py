"""`/office`, `/known-people/{subject}/rule-keeper`, `/known-people/{subject}/address`: the office's own data, rights and addresses of persons."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api.deps import PREFIX, Admin, Reader, StateNeeded
from api.openapi import answers, reference
from api.received import Values
from api.wire.administration import EventMade, OfficeEntry, address_from, office_from, rule_keeper_from
from review.record.access.addresses import set_address
from review.record.access.office import read_office, set_office
from review.record.access.rule_keepers import set_rule_keeper

router = APIRouter(prefix=PREFIX, tags=["people"])
Subject = Annotated[
    str,
    Path(
        max_length=200,
        description="登录名，或登记的标识 / a login, or the subject of a known person",
        examples=["shenchagang"],
    ),
]


@router.get(
    "/office",
    operation_id="read_office",
    response_model=OfficeEntry,
    summary="本单位：名称、文号代字、联系方式 / the office, as its papers name it",
)
def show_office(caller: Reader, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return asdict(read_office(connection))


@router.put(
    "/office",
    operation_id="set_office",
    status_code=204,
    openapi_extra=reference("OfficeEntry", {"name": "示例市发展和改革局"}),
    summary="录入本单位 / enter the office",
)
def enter_office(caller: Admin, content: Values, app_state: StateNeeded) -> Response:
    set_office(app_state.store, office_from(content), caller.acting("api"))
    return Response(status_code=204)


@router.put(
    "/known-people/{subject}/rule-keeper",
    operation_id="set_rule_keeper",
    openapi_extra=reference("RuleKeeperEntry"),
    response_model=EventMade,
    responses=answers(404),
    summary="授予或收回规则管理权 / give a person the right to confirm changes of the rules, or take it",
)
def enter_rule_keeper(caller: Admin, subject: Subject, content: Values, app_state: StateNeeded) -> Any:
    asked = rule_keeper_from(content)
    return _made(set_rule_keeper(app_state.store, subject, asked.on, asked.reason, caller.acting("api")))


@router.put(
    "/known-people/{subject}/address",
    operation_id="set_address",
    openapi_extra=reference("AddressEntry"),
    response_model=EventMade,
    responses=answers(404),
    summary="录入或删去邮箱 / enter where a person gets mail, or take it out",
)
def enter_address(caller: Admin, subject: Subject, content: Values, app_state: StateNeeded) -> Any:
    return _made(set_address(app_state.store, subject, address_from(content), caller.acting("api")))


def _made(event: int | None) -> dict[str, str | None]:
    return {"id": None if event is None else str(event)}
