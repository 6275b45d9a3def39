"""What routes ask for: the application state, the caller, and the body within its limits."""

from __future__ import annotations

import asyncio
import io
import math
import re
import threading
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, get_args
from urllib.parse import quote

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BeforeValidator, WithJsonSchema
from starlette.requests import ClientDisconnect

from api.attempts import Attempts
from api.batch_slots import Batches
from api.identity import Identities
from api.observation import Meters
from api.parameters import within
from api.problems import Problem
from api.rate_limit import state_quota
from api.rates import Rates
from api.readiness import Readiness
from api.settings import Settings
from review.clock import today, utc_now
from review.errors import AccessEnded, EditionNotFound, Fault, Text
from review.law.at_hand import default_ruleset
from review.law.edition import Ruleset
from review.readers.sheets import decode, read_json, read_sheet
from review.record.access.callers import ENDED, Principal
from review.record.access.keys import ROLES
from review.record.editions.in_force import CurrentLaw
from review.record.storage.sender_keys import Made
from review.record.storage.store import Store
from review.record.views.inbox import Inboxes
from review.sheet import ProjectSheet
from review.sheet.fields import iso_day, refuse

PREFIX = "/api/v1"
JSON, NDJSON = "application/json", "application/x-ndjson"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASSED_OVER = "Two-High-Passed-Over"
REPLAYED = "Idempotent-Replayed"


# What a caller may send who is not known yet.
BEFORE_SIGN_IN = 10_000


@dataclass(frozen=True)
class State:
    """The application state: what is shared while it runs."""

    settings: Settings
    store: Store
    meters: Meters
    identities: Identities
    rates: Rates
    batches: Batches
    writing: threading.Semaphore
    attempts: Attempts
    readiness: Readiness
    law: CurrentLaw
    inboxes: Inboxes
    judging: ThreadPoolExecutor

    @classmethod
    def of(cls, settings: Settings, store: Store, meters: Meters) -> State:
        return cls(
            settings,
            store,
            meters,
            Identities.of(settings, store),
            Rates(store, settings.requests_per_minute, settings.workers),
            Batches(settings.batches, settings.batches_in_all),
            threading.Semaphore(1),
            Attempts(store),
            Readiness(store, settings),
            CurrentLaw(store),
            Inboxes(store),
            ThreadPoolExecutor(1, "judging"),
        )

    def close(self) -> None:
        """Let go of what the state alone holds: the judging thread."""
        self.judging.shutdown()

    def require_within_quota(self, scope: MutableMapping[str, Any], caller: str) -> None:
        """Count a request within a caller's quota of the minute, which its answer will state. Raises Problem 429 where it is used up, RecordUnavailable."""
        within_quota = self.rates.hit(caller)
        left, reset = self.rates.left(caller)
        state_quota(scope, self.rates.quota, left, reset)
        if not within_quota:
            raise Problem(429, headers={"Retry-After": str(max(1, math.ceil(reset - utc_now().timestamp())))})


def address_of(request: Request) -> str | None:
    """The address that a request comes from, as the server sees it."""
    return request.client.host if request.client else None


# What does not wait is asynchronous: a dependency that is not takes the request to another thread and back.
async def state(request: Request) -> State:
    return state_of(request)


def state_of(request: Request) -> State:
    """The state of the application that a request came to."""
    found: State = request.app.state.two_high
    return found


StateNeeded = Annotated[State, Depends(state)]


async def bearer(authorization: Annotated[str | None, Header()] = None) -> str:
    """The token that the caller presents; empty for none."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


Token = Annotated[str, Depends(bearer)]


def caller(*roles: str, first: bool = False) -> Callable[..., Principal]:
    """A dependency: the caller, if key or session is good and the role is one of these. Raises Problem 401, 403, 429.

    `first`: also a person who has yet to change the first password, or to set up a second factor.
    """

    def identify(request: Request, app_state: StateNeeded, token: Token) -> Principal:
        found = app_state.identities.principal(app_state.store, token)
        if found is None:
            app_state.attempts.ended_key(token, address_of(request))
            words = Text("请在 Authorization: Bearer 中给出有效密钥", "give a valid key as Authorization: Bearer KEY")
            raise Problem(401, Fault("", words), headers={"WWW-Authenticate": "Bearer"})
        request.scope["principal"] = found
        app_state.require_within_quota(request.scope, found.key)
        if found.role not in roles:
            there = ", ".join(roles)
            raise Problem(403, Fault("", Text(f"需要角色：{there}", f"needs one of the roles: {there}")))
        if found.must_change_password and not first:
            raise Problem(
                403,
                Fault(
                    "",
                    Text(
                        "请先更改首次密码：POST /api/v1/password",
                        "change the first password first: POST /api/v1/password",
                    ),
                ),
            )
        if found.second_factor_due and not first:
            words = Text(
                "请先设置动态口令：POST /api/v1/second-factor",
                "set up a second factor first: POST /api/v1/second-factor",
            )
            raise Problem(403, Fault("", words, "second-factor-due"))
        return found

    identify.__dict__["roles"] = roles
    return identify


READERS = tuple(ROLES)
Reader = Annotated[Principal, Depends(caller(*READERS))]
Anyone = Annotated[Principal, Depends(caller(*READERS, first=True))]
Submitter = Annotated[Principal, Depends(caller("system", "officer"))]
Officer = Annotated[Principal, Depends(caller("officer"))]
Replayer = Annotated[Principal, Depends(caller("officer", "auditor", "admin"))]
Admin = Annotated[Principal, Depends(caller("admin"))]
LogReader = Annotated[Principal, Depends(caller("auditor", "admin"))]


_DIGITS = re.compile("-?[0-9]+")


def _is_number(kind: Any) -> bool:
    """Whether the type of a parameter is a whole number, or that or nothing."""
    return kind is int or any(_is_number(each) for each in get_args(kind))


async def known_query(request: Request) -> None:
    """Raises Problem 422 for a parameter that the call does not have, or has twice: passing it over would answer another question.

    So would a number that is written in another way than by its digits: 1_0 would be read as 10.
    """
    parts = list(within(request.scope["route"].dependant))
    known = {each.alias for part in parts for each in part.query_params}
    given = [name for name, _ in request.query_params.multi_items()]
    there = ", ".join(sorted(known)) or "-"
    faults = [
        Fault(name[:80], Text(f"不是本接口的参数；可用：{there}", f"is no parameter of this call; there are: {there}"))
        for name in dict.fromkeys(given)
        if name not in known
    ]
    faults += [Fault(name, Text("写了两次", "is there twice")) for name in sorted(known) if given.count(name) > 1]
    faults += [
        Fault(each.alias.title(), Text("写了两次", "is there twice"))
        for part in parts for each in part.header_params
        if each.alias != "authorization" and len(request.headers.getlist(each.alias)) > 1
    ]  # fmt: skip
    faults += [
        Fault(each.alias, Text("应为整数", "should be a whole number"))
        for part in parts
        for sent, params in ((request.path_params, part.path_params), (request.query_params, part.query_params))
        for each in params if each.alias in sent and _is_number(each.field_info.annotation) and not _DIGITS.fullmatch(str(sent[each.alias]))
    ]  # fmt: skip
    if faults:
        raise Problem(422, *faults)


def _day(value: Any) -> Any:
    day = iso_day(value) if isinstance(value, str) else None
    if day is None:
        raise refuse("day", "应写成 2025-03-01", "should be a date such as 2025-03-01")
    return day


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def _instant(value: Any) -> Any:
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            read = datetime.fromisoformat(value).astimezone(UTC)
            return read.isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        pass
    raise refuse(
        "instant", "应写成 2025-03-01T08:00:00Z", "should be a time with its offset, such as 2025-03-01T08:00:00Z"
    )


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


_PASSED_OVER = 65_536


async def received(request: Request, largest: int, seconds: float, *, passed_over: int = _PASSED_OVER) -> bytes:
    """The request's body, no larger than that and received in that time. Raises Problem 400, 408, 413.

    `passed_over`: so many bytes beyond are read and dropped before it is refused: a client that is still sending sees no answer.
    """
    stated = request.headers.get("content-length", "")
    # Written into, it gives its bytes without another copy of them.
    content = io.BytesIO()
    arrived = 0
    try:
        async with asyncio.timeout(seconds):
            if stated.isdigit() and int(stated[:20]) > largest + passed_over:
                raise _too_large(largest)
            async for chunk in request.stream():
                arrived += len(chunk)
                if arrived > largest + passed_over:
                    raise _too_large(largest)
                if arrived <= largest:
                    content.write(chunk)
    except TimeoutError:
        raise Problem(408, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400) from None
    if arrived > largest:
        raise _too_large(largest)
    return content.getvalue()


def _too_large(largest: int) -> Problem:
    words = Text(f"最多 {largest:,} 字节", f"at most {largest:,} bytes")
    return Problem(413, Fault("", words), headers={"Connection": "close"})


def require_plain(request: Request) -> None:
    """Raises Problem 415 for a body that is compressed: it would be taken for broken text."""
    coded = request.headers.get("content-encoding", "").strip().lower()
    if coded not in ("", "identity"):
        words = Text("请求内容不压缩发送", "a body is sent as it is, not compressed")
        raise Problem(415, Fault("Content-Encoding", words), headers={"Accept-Encoding": "identity"})


def unsupported(*allowed: str) -> Problem:
    there = ", ".join(allowed)
    return Problem(415, Fault("", Text(f"应为 {there}", f"should be {there}")))


async def body(request: Request, app_state: StateNeeded) -> bytes:
    """The JSON body as bytes. Raises Problem 400, 408, 413, 415."""
    return await _body(request, app_state, app_state.settings.sheet_bytes)


async def body_with_files(request: Request, app_state: StateNeeded) -> bytes:
    """A JSON body that can bring files in base64. Raises Problem 400, 408, 413, 415."""
    # Base64 takes four bytes for three.
    return await _body(request, app_state, app_state.settings.file_bytes * 4 // 3 + app_state.settings.sheet_bytes)


async def _body(request: Request, app_state: State, largest: int) -> bytes:
    if media_type(request) != JSON:
        raise unsupported(JSON)
    require_plain(request)
    known = "principal" in request.scope
    return await received(request, largest if known else BEFORE_SIGN_IN, app_state.settings.receive_seconds)


async def upload(request: Request, app_state: StateNeeded) -> tuple[bytes, str]:
    """A sheet as bytes with its kind, `json` or `xlsx`. Raises Problem 400, 408, 413, 415."""
    media = media_type(request)
    if media not in (JSON, WORKBOOK):
        raise unsupported(JSON, WORKBOOK)
    require_plain(request)
    kind, largest = (
        ("xlsx", app_state.settings.upload_bytes) if media == WORKBOOK else ("json", app_state.settings.sheet_bytes)
    )
    return await received(request, largest, app_state.settings.receive_seconds), kind


@dataclass(frozen=True)
class SentSheet:
    """A sheet as it was sent, and the worksheets of its workbook that were passed over."""

    sheet: ProjectSheet
    passed_over: tuple[Fault, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """Says in the answer what was passed over: names of worksheets, each percent-encoded."""
        names = ", ".join(quote(each.where, safe="") for each in self.passed_over)
        return {PASSED_OVER: names} if names else {}


def sheet(content: Annotated[tuple[bytes, str], Depends(upload)]) -> SentSheet:
    """The sheet in the body, its decimals exact. Raises SheetError."""
    passed_over: list[Fault] = []
    return SentSheet(read_sheet(*content, passed_over.append), tuple(passed_over))


def values(request: Request, content: Annotated[bytes, Depends(body)]) -> Any:
    """The JSON values in the body, its decimals exact. Raises SheetError."""
    return _noted(request, read_json(decode(content)))


def values_with_files(request: Request, content: Annotated[bytes, Depends(body_with_files)]) -> Any:
    """As `values`, of a body that can bring files: its size is bounded where it is received. Raises SheetError."""
    return _noted(request, read_json(decode(content, len(content))))


def _noted(request: Request, sent: Any) -> Any:
    """What was sent, its fields noted: a fault of one of them lies in the body."""
    request.scope["sent"] = frozenset(sent) if isinstance(sent, dict) else ()
    return sent


Sheet = Annotated[SentSheet, Depends(sheet)]
Values = Annotated[Any, Depends(values)]
ValuesWithFiles = Annotated[Any, Depends(values_with_files)]
RulesetName = Annotated[
    str | None,
    Query(
        alias="ruleset",
        max_length=100,
        description="规则集及版本，默认取审查日施行的版本 / ID[@EDITION]",
        examples=["city@2023"],
    ),
]
# A day is written in one way only: 20250301 would be read as seconds since 1970.
Day = Annotated[date, BeforeValidator(_day)]
# A time with its offset, given on in UTC as the record writes it.
Instant = Annotated[str, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
AsOf = Annotated[
    Day | None,
    Query(
        description="审查日，默认今天（上海时间） / day of review, today in Shanghai by default",
        examples=["2025-03-01"],
    ),
]
Reason = Annotated[
    str | None,
    Query(
        max_length=2000,
        description="理由：审查日不是今天，或以另一名称、单位替代已批准的项目时必填 / asked for as of another day, or where an approved project gets another name",
        examples=["补录纸质案卷（示例）"],
    ),
]
Number = Annotated[int, Query(ge=1, le=2**63 - 1)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=150, description="提交编号：同一编号和内容只记录一次 / recorded once",
        examples=["case-2026-0001"],
    ),
]  # fmt: skip


def edition(app_state: State, name: str | None, as_of: date | None) -> tuple[Ruleset, date]:
    """The edition asked for, of those that the record has adopted, and the day. Raises EditionNotFound. Names of folders are not looked at."""
    when = as_of or today()
    place = (name or default_ruleset()).partition("@")[0]
    if not place.isidentifier():
        raise EditionNotFound([Fault("ruleset", Text("应写成 ID 或 ID@版本", "should be ID or ID@EDITION"))])
    return app_state.law.now().choose(name, when), when


def replayed(again: bool) -> dict[str, str]:
    """The header that says of an answer that it was given before under the same key."""
    return {REPLAYED: "true"} if again else {}


def made_answer(made: Made, response: Response) -> dict[str, str]:
    """The number of what was recorded, as text; the answer's header says where that was before under the same key."""
    response.headers.update(replayed(made.again))
    return {"id": str(made.id)}


def require_still(app_state: State, token: str, caller: Principal) -> None:
    """Raises AccessEnded where who was let in when a call began is let in no longer, or as another."""
    found = app_state.identities.principal(app_state.store, token)
    if found is None or (found.key, found.role) != (caller.key, caller.role):
        raise AccessEnded([Fault("", ENDED)])


def request_key(principal: Principal, key: str | None) -> str | None:
    """A sender's key, of that sender alone."""
    return f"{principal.key}:{key}" if key else None
