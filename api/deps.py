"""What routes ask for: the store, the settings, who calls, and the body within its limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import ClientDisconnect

from api.problems import Problem
from api.settings import Settings
from review.editions import DEFAULT, load_builtin, pick
from review.errors import EditionNotFound, Fault, Text
from review.reading import decode, read_json, read_sheet
from review.records.access import ROLES, Principal, authenticate
from review.records.store import Store
from review.ruleset import Ruleset
from review.sheet import ProjectSheet
from review.verdict import today

PREFIX = "/api/v1"


@dataclass(frozen=True)
class State:
    """What the application holds while it runs."""

    settings: Settings
    store: Store
    limiter: MovingWindowRateLimiter

    @classmethod
    def of(cls, settings: Settings, store: Store) -> State:
        return cls(settings, store, MovingWindowRateLimiter(MemoryStorage()))


def state(request: Request) -> State:
    found: State = request.app.state.two_high
    return found


StateNeeded = Annotated[State, Depends(state)]


def caller(*roles: str) -> Callable[..., Principal]:
    """A dependency: the caller, if the key is good and the role is one of these. Raises Problem 401, 403, 429."""

    def identify(request: Request, here: StateNeeded, authorization: Annotated[str | None, Header()] = None) -> Principal:
        scheme, _, key = (authorization or "").partition(" ")
        with here.store.reading() as connection:
            found = authenticate(connection, key.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            words = Text("请在 Authorization: Bearer 中给出有效密钥", "give a valid key as Authorization: Bearer KEY")
            raise Problem(401, Fault("", words), headers={"WWW-Authenticate": "Bearer"})
        if not here.limiter.hit(parse(f"{here.settings.requests_per_minute}/minute"), found.key):
            raise Problem(429, headers={"Retry-After": "60"})
        if found.role not in roles:
            there = ", ".join(roles)
            raise Problem(403, Fault("", Text(f"需要角色：{there}", f"needs one of the roles: {there}")))
        request.scope["principal"] = found
        return found

    identify.__dict__["roles"] = roles
    return identify


READERS = tuple(ROLES)
Reader = Annotated[Principal, Depends(caller(*READERS))]
Submitter = Annotated[Principal, Depends(caller("system", "officer"))]
Officer = Annotated[Principal, Depends(caller("officer"))]
Replayer = Annotated[Principal, Depends(caller("officer", "auditor", "admin"))]
Admin = Annotated[Principal, Depends(caller("admin"))]


async def body(request: Request, here: StateNeeded) -> bytes:
    """The request's body, no larger than a sheet may be and received in time. Raises Problem 400, 408, 413, 415."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and not media.endswith("+json"):
        raise Problem(415, Fault("", Text("应为 application/json", "should be application/json")))
    largest = here.settings.sheet_bytes
    content = bytearray()
    try:
        async with asyncio.timeout(here.settings.receive_seconds):
            async for chunk in request.stream():
                content += chunk
                if len(content) > largest:
                    raise Problem(
                        413, Fault("", Text(f"最多 {largest:,} 字节", f"at most {largest:,} bytes")), headers={"Connection": "close"}
                    )
    except TimeoutError:
        raise Problem(408, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400) from None
    return bytes(content)


Body = Annotated[bytes, Depends(body)]


def sheet(content: Body) -> ProjectSheet:
    """The sheet in the body, its decimals exact. Raises SheetError."""
    return read_sheet(content, "json")


def values(content: Body) -> Any:
    """The JSON values in the body, its decimals exact. Raises SheetError."""
    return read_json(decode(content))


Sheet = Annotated[ProjectSheet, Depends(sheet)]
Values = Annotated[Any, Depends(values)]
RulesetName = Annotated[
    str | None,
    Query(alias="ruleset", max_length=100, description="规则集及版本，默认取审查日施行的版本 / ID[@EDITION]", examples=["fuqing@2023"]),
]
AsOf = Annotated[date | None, Query(description="审查日，默认今天（上海时间） / day of review, today in Shanghai by default")]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=150, description="提交编号：同一编号和内容只记录一次 / recorded once"),
]


def edition(name: str | None, as_of: date | None) -> tuple[Ruleset, date]:
    """The edition asked for and the day. Raises EditionNotFound. Names of folders are not looked at: they are the server's."""
    when = as_of or today()
    place = (name or DEFAULT).partition("@")[0]
    if not place.isidentifier():
        raise EditionNotFound([Fault("ruleset", Text("应写成 ID 或 ID@版本", "should be ID or ID@EDITION"))])
    return pick(load_builtin(place), (name or "").partition("@")[2], when, name or place), when


def request_key(principal: Principal, key: str | None) -> str | None:
    """A sender's key, of that sender alone."""
    return f"{principal.key}:{key}" if key else None
