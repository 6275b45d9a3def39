"""`/second-factor…`, `/sign-in-rules`: one-time codes beside the password, and who must have them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.deps import PREFIX, Admin, Anyone, StateNeeded, address_of
from api.openapi import answers, reference
from api.received import Values
from api.signing import begin_second_factor, end_second_factor, login_of
from api.wire.people import (
    RecoveryCodes,
    SecondFactorBegun,
    SignInRules,
    beginning_from,
    code_from,
    sign_in_rules_from,
)
from review.record.access.second_factor import confirm, required_roles, set_required_roles, take_away
from review.record.storage.audit_log import Origin

router = APIRouter(prefix=PREFIX, tags=["people"])


def _origin(request: Request) -> Origin:
    return Origin("api", address_of(request))


@router.post(
    "/second-factor",
    operation_id="begin_second_factor",
    openapi_extra=reference("SecondFactorBeginning"),
    response_model=SecondFactorBegun,
    responses=answers(429),
    summary="取得自己动态口令的密钥，确认后启用 / begin to set up one's own second factor",
)
def begin_own_second_factor(request: Request, caller: Anyone, content: Values, app_state: StateNeeded) -> Any:
    made = begin_second_factor(app_state, caller, beginning_from(content).password, _origin(request))
    return {"secret": made.secret, "address": made.address}


@router.post(
    "/second-factor/confirm",
    operation_id="confirm_second_factor",
    openapi_extra=reference("SecondFactorCode"),
    response_model=RecoveryCodes,
    summary="用第一个口令确认启用；恢复码只显示一次 / have it asked for from now on; recovery codes are shown once",
)
def confirm_second_factor(request: Request, caller: Anyone, content: Values, app_state: StateNeeded) -> Any:
    code = code_from(content)
    return {"recovery_codes": confirm(app_state.store, login_of(caller), code, _origin(request), caller.session)}


@router.post(
    "/second-factor/end",
    operation_id="end_second_factor",
    status_code=204,
    openapi_extra=reference("SecondFactorCode"),
    responses=answers(429),
    summary="停用自己的动态口令 / end one's own second factor",
)
def end_own_second_factor(request: Request, caller: Anyone, content: Values, app_state: StateNeeded) -> Response:
    end_second_factor(app_state, caller, code_from(content), _origin(request))
    return Response(status_code=204)


@router.delete(
    "/people/{login}/second-factor",
    operation_id="take_away_second_factor",
    status_code=204,
    responses=answers(404),
    summary="取消他人的动态口令（遗失） / take away the second factor of somebody who lost it",
)
def take_away_second_factor(
    caller: Admin,
    login: Annotated[str, Path(max_length=60, description="登录名 / login", examples=["shenchagang"])],
    app_state: StateNeeded,
    reason: Annotated[str, Query(min_length=1, max_length=200, examples=["手机遗失（示例）"])],
) -> Response:
    take_away(app_state.store, login, reason, caller.acting("api"))
    return Response(status_code=204)


@router.get(
    "/sign-in-rules",
    operation_id="read_sign_in_rules",
    response_model=SignInRules,
    summary="哪些角色须用动态口令 / which roles must have a second factor",
)
def read_sign_in_rules(caller: Admin, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return {"second_factor_roles": list(required_roles(connection))}


@router.put(
    "/sign-in-rules",
    operation_id="set_sign_in_rules",
    openapi_extra=reference("SignInRulesChange"),
    response_model=SignInRules,
    summary="设定哪些角色须用动态口令 / set which roles must have a second factor",
)
def set_sign_in_rules(caller: Admin, content: Values, app_state: StateNeeded) -> Any:
    asked = sign_in_rules_from(content)
    set_required_roles(app_state.store, asked.second_factor_roles, caller.acting("api"), asked.reason)
    with app_state.store.reading() as connection:
        return {"second_factor_roles": list(required_roles(connection))}
