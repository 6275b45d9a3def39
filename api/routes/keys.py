"""`/keys`: keys to this API, made, listed and revoked by an administrator."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Admin, StateNeeded
from api.openapi import answers, reference
from api.received import Values
from api.wire.office import Key, KeyMade, key_from
from review.record.access.keys import create_key, list_keys, revoke_key

router = APIRouter(prefix=PREFIX, tags=["keys"])


@router.get(
    "/keys",
    operation_id="list_keys",
    response_model=list[Key],
    summary="全部密钥，不含密文 / every key, no secret",
)
def list_access_keys(caller: Admin, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return list_keys(connection)


@router.post(
    "/keys",
    operation_id="create_key",
    status_code=201,
    openapi_extra=reference("KeyRequest"),
    response_model=KeyMade,
    summary="新建密钥，只显示一次 / make a key, shown once",
)
def add_key(caller: Admin, content: Values, app_state: StateNeeded) -> Any:
    name, role, days = key_from(content)
    return {"key": create_key(app_state.store, name, role, caller.acting("api"), days=days)}


@router.delete(
    "/keys/{key}",
    operation_id="revoke_key",
    status_code=204,
    responses=answers(404),
    summary="撤销密钥 / revoke a key",
)
def remove_key(
    caller: Admin, key: Annotated[str, Path(max_length=40)], app_state: StateNeeded,
    reason: Annotated[str, Query(min_length=1, max_length=200)] = "revoked",
) -> Response:  # fmt: skip
    revoke_key(app_state.store, key, reason, caller.acting("api"))
    return Response(status_code=204)
