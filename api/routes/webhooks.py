"""`/webhooks…`: the addresses that receive webhooks, and the deliveries to them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Admin, Number, StateNeeded
from api.openapi import answers, reference
from api.received import Values
from api.wire.operations import DeadSentAgain, DeliveriesPage, Hook, HookMade, hook_from, rotation_from
from review.record.storage.outbox import deliveries, put_test, send_again, send_dead_again
from review.record.work.webhooks import add_hook, list_hooks, remove_hook, rotate_secret

router = APIRouter(prefix=PREFIX, tags=["webhooks"])
HookId = Annotated[str, Path(max_length=40, description="回调编号 / the hook's id")]


@router.get(
    "/webhooks",
    operation_id="list_webhooks",
    response_model=list[Hook],
    summary="全部回调，不含密文 / every hook, no secret",
)
def list_webhooks(caller: Admin, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return list_hooks(connection)


@router.post(
    "/webhooks",
    operation_id="add_webhook",
    status_code=201,
    openapi_extra=reference("HookRequest"),
    response_model=HookMade,
    summary="新增回调；签名密文只显示一次 / add a hook; its signing secret is shown once",
)
def add_webhook(caller: Admin, content: Values, app_state: StateNeeded) -> Any:
    asked = hook_from(content)
    return add_hook(app_state.store, asked.url, asked.kinds, caller.acting("api"))


@router.post(
    "/webhooks/{hook}/secret",
    operation_id="rotate_webhook_secret",
    openapi_extra=reference("SecretRotation"),
    response_model=HookMade,
    responses=answers(404),
    summary="更换签名密文，新旧同时签名一段时间 / give a hook another secret; both sign for a while",
)
def rotate_webhook_secret(caller: Admin, hook: HookId, content: Values, app_state: StateNeeded) -> Any:
    asked = rotation_from(content)
    secret = rotate_secret(app_state.store, hook, asked.reason, caller.acting("api"), hours=asked.hours)
    return {"hook": hook, "secret": secret}


@router.post(
    "/webhooks/{hook}/test",
    operation_id="test_webhook",
    status_code=202,
    responses=answers(404),
    summary="发送一条测试通知，只试一次 / send a test message, tried one time",
)
def test_webhook(caller: Admin, hook: HookId, app_state: StateNeeded) -> dict[str, str]:
    with app_state.store.writing() as connection:
        return {"id": put_test(connection, hook), "state": "waiting"}


@router.post(
    "/webhooks/{hook}/resend",
    operation_id="resend_dead_messages",
    status_code=202,
    response_model=DeadSentAgain,
    responses=answers(404),
    summary="重发该回调全部未送达的通知，编号不变 / send every dead message of a hook again, with its id",
)
def resend_dead_messages(caller: Admin, hook: HookId, app_state: StateNeeded) -> dict[str, int]:
    with app_state.store.writing() as connection:
        return {"messages": send_dead_again(connection, hook)}


@router.get(
    "/deliveries",
    operation_id="list_deliveries",
    response_model=DeliveriesPage,
    summary="通知，新的在前 / messages, newest first",
)
def list_deliveries(
    caller: Admin,
    app_state: StateNeeded,
    state: Annotated[
        Literal["waiting", "delivered", "dead"] | None,
        Query(description="dead 为不再自动重发 / dead: not tried again by itself"),
    ] = None,
    hook: Annotated[str | None, Query(max_length=40, description="只要该回调的 / of this hook alone")] = None,
    cursor: Number | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    with app_state.store.reading() as connection:
        return deliveries(connection, state=state, hook=hook, before=cursor, limit=limit)


@router.post(
    "/deliveries/{delivery}/resend",
    operation_id="resend_delivery",
    status_code=202,
    responses=answers(404),
    summary="重发一条通知，编号不变 / send a message again, with its id",
)
def resend_delivery(
    caller: Admin, delivery: Annotated[str, Path(max_length=60)], app_state: StateNeeded
) -> dict[str, str]:
    with app_state.store.writing() as connection:
        send_again(connection, delivery)
    return {"id": delivery, "state": "waiting"}


@router.delete(
    "/webhooks/{hook}",
    operation_id="remove_webhook",
    status_code=204,
    responses=answers(404),
    summary="移除回调 / remove a hook",
)
def remove_webhook(
    caller: Admin, hook: HookId, app_state: StateNeeded,
    reason: Annotated[str, Query(min_length=1, max_length=200)] = "removed",
) -> Response:  # fmt: skip
    remove_hook(app_state.store, hook, reason, caller.acting("api"))
    return Response(status_code=204)
