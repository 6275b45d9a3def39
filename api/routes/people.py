"""`/sessions`, `/password`, `/me`, `/people…`: people who sign in with a password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.deps import PREFIX, Admin, Anyone, StateNeeded, Token, address_of
from api.openapi import answers, reference
from api.received import Values
from api.signing import open_session, set_password
from api.wire.people import (
    Account,
    KnownPerson,
    Me,
    PersonMade,
    SessionMade,
    known_from,
    password_change_due,
    password_change_from,
    person_from,
    reason_from,
    sign_in_from,
)
from review.errors import Fault, Refused, Text
from review.record.access.known_people import forget_person, know_person, list_known
from review.record.access.people import add_person, end_person, list_people, reset_password
from review.record.access.sessions import is_session, session_of, sign_out
from review.record.storage.audit_log import Origin

router = APIRouter(prefix=PREFIX, tags=["people"])
Login = Annotated[str, Path(max_length=60, description="登录名 / login", examples=["shenchagang"])]


def _origin(request: Request) -> Origin:
    return Origin("api", address_of(request))


@router.post(
    "/sessions",
    operation_id="sign_in",
    status_code=201,
    openapi_extra=reference("SignIn"),
    response_model=SessionMade,
    responses=answers(401, 429),
    summary="登录 / sign in with login and password",
)
def create_session(request: Request, content: Values, app_state: StateNeeded) -> Any:
    asked = sign_in_from(content)
    made = open_session(request, app_state, asked.login, asked.password, asked.code, "api")
    with app_state.store.reading() as connection:
        principal = session_of(connection, made.token)
    due = principal is not None and principal.second_factor_due
    return {
        "token": made.token, "expires": made.expires, **password_change_due(made.must_change_password), "second_factor_due": due,
    }  # fmt: skip


@router.delete("/sessions", operation_id="sign_out", status_code=204, summary="退出登录 / sign out")
def end_session(request: Request, caller: Anyone, token: Token, app_state: StateNeeded) -> Response:
    if not is_session(token):
        raise Refused([Fault("", Text("这不是登录会话", "this is not a session of someone who signed in"))])
    sign_out(app_state.store, token, origin=_origin(request))
    return Response(status_code=204)


@router.get("/me", operation_id="read_me", response_model=Me, summary="我是谁 / who I am")
def read_me(caller: Anyone) -> Any:
    return {
        "key": caller.key,
        "name": caller.name,
        "role": caller.role,
        **password_change_due(caller.must_change_password),
        "second_factor_due": caller.second_factor_due,
    }


@router.post(
    "/password",
    operation_id="change_password",
    status_code=204,
    openapi_extra=reference("PasswordChange"),
    summary="更改自己的密码，所有登录失效 / change one's password",
)
def change_own_password(request: Request, caller: Anyone, content: Values, app_state: StateNeeded) -> Response:
    asked = password_change_from(content)
    set_password(app_state, caller, asked.current, asked.new, _origin(request))
    return Response(status_code=204)


@router.get("/people", operation_id="list_people", response_model=list[Account], summary="全部人员 / everyone")
def list_accounts(caller: Admin, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return list_people(connection)


@router.post(
    "/people",
    operation_id="add_person",
    status_code=201,
    openapi_extra=reference("PersonRequest"),
    response_model=PersonMade,
    summary="新增人员；首次密码只显示一次 / add a person; the first password is shown once",
)
def add_account(caller: Admin, content: Values, app_state: StateNeeded) -> Any:
    asked = person_from(content)
    return {
        "login": asked.login,
        "password": add_person(app_state.store, asked.login, asked.name, asked.role, caller.acting("api")),
    }


@router.get(
    "/known-people",
    operation_id="list_known_people",
    response_model=list[KnownPerson],
    summary="已知人员 / persons made known",
)
def list_known_people(caller: Admin, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return list_known(connection)


@router.post(
    "/known-people",
    operation_id="know_person",
    status_code=201,
    openapi_extra=reference("PersonKnown"),
    response_model=KnownPerson,
    summary="登记已知人员，可作为复核人 / make a person known, who can be a second person",
)
def know(caller: Admin, content: Values, app_state: StateNeeded) -> Any:
    asked = known_from(content)
    know_person(app_state.store, asked.subject, asked.name, caller.acting("api"))
    return {"subject": asked.subject.strip(), "name": asked.name.strip(), "ended": None}


@router.delete(
    "/known-people/{subject}",
    operation_id="forget_person",
    status_code=204,
    responses=answers(404),
    summary="不再作为已知人员 / a person is known no longer",
)
def forget(
    caller: Admin,
    subject: Annotated[str, Path(max_length=200, description="标识 / the subject", examples=["zhang.fuhe@approval"])],
    app_state: StateNeeded,
    reason: Annotated[str, Query(min_length=1, max_length=200)] = "ended",
) -> Response:
    forget_person(app_state.store, subject, reason, caller.acting("api"))
    return Response(status_code=204)


@router.post(
    "/people/{login}/password",
    operation_id="reset_password",
    openapi_extra=reference("Reason"),
    response_model=PersonMade,
    responses=answers(404),
    summary="重置密码 / give a person another first password",
)
def reset_account_password(caller: Admin, login: Login, content: Values, app_state: StateNeeded) -> Any:
    return {
        "login": login,
        "password": reset_password(app_state.store, login, reason_from(content), caller.acting("api")),
    }


@router.delete(
    "/people/{login}",
    operation_id="end_person",
    status_code=204,
    responses=answers(404),
    summary="停用人员 / end an account",
)
def end_account(
    caller: Admin, login: Login, app_state: StateNeeded, reason: Annotated[str, Query(min_length=1, max_length=200)] = "ended"
) -> Response:  # fmt: skip
    end_person(app_state.store, login, reason, caller.acting("api"))
    return Response(status_code=204)
