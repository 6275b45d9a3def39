"""What routes ask for: the application state, the caller, and parameters that several of them have."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, get_args

from fastapi import Depends, Header, Query, Request
from pydantic import BeforeValidator, WithJsonSchema

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
from review.errors import AccessEnded, EditionNotFound, Fault, Text, joined
from review.law.at_hand import default_ruleset
from review.law.edition import Ruleset
from review.record.access.callers import ENDED, Principal
from review.record.access.keys import ROLES
from review.record.editions.in_force import CurrentLaw
from review.record.storage.store import Store
from review.record.views.inbox import Inboxes
from review.sheet.fields import iso_day, refuse

PREFIX = "/api/v1"


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
            there = joined(roles)
            raise Problem(403, Fault("", Text(f"需要角色：{there.zh}", f"needs one of the roles: {there.en}")))
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
    there = joined(sorted(known) or "-")
    faults = [
        Fault(
            name[:80],
            Text(f"不是本接口的参数；可用：{there.zh}", f"is no parameter of this call; there are: {there.en}"),
        )
        for name in dict.fromkeys(given)
        if name not in known
    ]
    faults += [Fault(name, Text("写了两次", "is there twice")) for name in sorted(known) if given.count(name) > 1]
    faults += [
        Fault(name.title(), Text("写了两次", "is there twice"))
        for name in dict.fromkeys(each.alias for part in parts for each in part.header_params)
        if len(request.headers.getlist(name)) > 1
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


def edition(app_state: State, name: str | None, as_of: date | None) -> tuple[Ruleset, date]:
    """The edition asked for, of those that the record has adopted, and the day. Raises EditionNotFound. Names of folders are not looked at."""
    when = as_of or today()
    place = (name or default_ruleset()).partition("@")[0]
    if not place.isidentifier():
        raise EditionNotFound([Fault("ruleset", Text("应写成 ID 或 ID@版本", "should be ID or ID@EDITION"))])
    return app_state.law.now().choose(name, when), when


def require_still(app_state: State, token: str, caller: Principal) -> None:
    """Raises AccessEnded where who was let in when a call began is let in no longer, or as another."""
    found = app_state.identities.principal(app_state.store, token)
    if found is None or (found.key, found.role) != (caller.key, caller.role):
        raise AccessEnded([Fault("", ENDED)])
