"""A client of the JSON API, for programs that wait (`Client`) and programs that do not (`AsyncClient`). Both have the same calls.

    with Client("http://127.0.0.1:8000", key) as client:
        made = client.submit(sheet)
        print(made.id, made.review.recommendation)

A call is tried again where the server could not be reached or was busy, and where that can do no harm: whatever is recorded carries an
Idempotency-Key, so that it is recorded once. Raises CallRefused, NoAnswer, SheetError.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from functools import wraps
from typing import Any, Generic, ParamSpec, Self, TypeVar, overload

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

from api import calls
from api.calls import Call, Chunks, Pages
from api.wire.reviews import ItemAnswer
from review.errors import CallError, CallRefused, Fault, NoAnswer, Text

P = ParamSpec("P")
T = TypeVar("T")
PREFIX = "/api/v1"
_BUSY = (408, 429, 502, 503, 504)
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.5, 30.0


class _One(Generic[P, T]):
    """A method of both clients that carries out one call."""

    def __init__(self, make: Callable[P, Call[T]]) -> None:
        self.make = make

    @overload
    def __get__(self, client: Client, owner: type[Client]) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: type[AsyncClient]) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, client: Client | AsyncClient, owner: object) -> Callable[P, T | Awaitable[T]]:
        return wraps(self.make)(lambda *args, **kwargs: client.carry_out(self.make(*args, **kwargs)))


class _All(Generic[P, T]):
    """A method of both clients that goes through every page."""

    def __init__(self, make: Callable[P, Pages[T]]) -> None:
        self.make = make

    @overload
    def __get__(self, client: Client, owner: type[Client]) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: type[AsyncClient]) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, client: Client | AsyncClient, owner: object) -> Callable[P, Iterator[T] | AsyncIterator[T]]:
        return wraps(self.make)(lambda *args, **kwargs: client.through(self.make(*args, **kwargs)))


class _Many(Generic[P]):
    """A method of both clients that sends many sheets, and answers for each."""

    def __init__(self, make: Callable[P, Chunks[ItemAnswer]]) -> None:
        self.make = make

    @overload
    def __get__(self, client: Client, owner: type[Client]) -> Callable[P, Iterator[ItemAnswer]]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: type[AsyncClient]) -> Callable[P, AsyncIterator[ItemAnswer]]: ...
    def __get__(
        self, client: Client | AsyncClient, owner: object
    ) -> Callable[P, Iterator[ItemAnswer] | AsyncIterator[ItemAnswer]]:
        return wraps(self.make)(lambda *args, **kwargs: client.in_chunks(self.make(*args, **kwargs)))


class _Calls:
    """What both clients can be asked."""

    check = _One(calls.check)
    submit = _One(calls.submit)
    check_many = _Many(calls.check_many)
    submit_many = _Many(calls.submit_many)
    review = _One(calls.review)
    reviews = _All(calls.reviews)
    decide = _One(calls.decide)
    sign_offs = _One(calls.sign_offs)
    propose_decision = _One(calls.propose_decision)
    sign_decision = _One(calls.sign_decision)
    send_decision_back = _One(calls.send_decision_back)
    withdraw_decision = _One(calls.withdraw_decision)
    replay = _One(calls.replay)
    start_replay = _One(calls.start_replay)
    replay_job = _One(calls.replay_job)
    cancel_replay = _One(calls.cancel_replay)
    differences = _All(calls.differences)
    worklist = _All(calls.worklist)
    ledger = _One(calls.ledger)
    project = _One(calls.project)
    take_step = _One(calls.take_step)
    hand_over = _One(calls.hand_over)
    inbox = _One(calls.inbox)
    offsets = _All(calls.offsets)
    offset_claims = _All(calls.offset_claims)
    register_offset = _One(calls.register_offset)
    rulesets = _One(calls.rulesets)
    ruleset = _One(calls.ruleset)
    rule = _One(calls.rule)
    me = _One(calls.me)


class Client(_Calls):
    """Calls that wait for their answer. `timeout`: seconds for an attempt; `retries`: attempts after the first; `language`: of problems."""

    def __init__(self, url: str, key: str, *, timeout: float = 60, retries: int = 4, language: str = "zh") -> None:
        self._http = httpx.Client(base_url=url.rstrip("/") + PREFIX, headers=_headers(key, language), timeout=timeout)
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def carry_out(self, call: Call[T]) -> T:
        """Make a call, again where that can do no harm. Raises CallRefused, NoAnswer."""
        for attempt in range(self._retries + 1):
            try:
                answer: httpx.Response | None = self._http.request(**_request(call))
            except httpx.TransportError as error:
                answer = None
                reason: Exception | None = error
            else:
                reason = None
            wait = _wait(call, answer, attempt, self._retries)
            if wait is None:
                return _result(call, answer, reason)
            time.sleep(wait)
        raise AssertionError("the last attempt has no wait")

    def through(self, pages: Pages[T]) -> Iterator[T]:
        """Every item of every page."""
        cursor: Any = None
        while True:
            items, cursor = self.carry_out(pages.at(cursor))
            yield from items
            if cursor is None:
                return

    def in_chunks(self, chunks: Chunks[ItemAnswer]) -> Iterator[ItemAnswer]:
        """An answer for each sheet, in their order."""
        for before, call in chunks.calls:
            for each in self.carry_out(call):
                yield each.model_copy(update={"index": each.index + before})


class AsyncClient(_Calls):
    """The same calls for asyncio: `await client.check(sheet)`, `async for line in client.worklist()`."""

    def __init__(self, url: str, key: str, *, timeout: float = 60, retries: int = 4, language: str = "zh") -> None:
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/") + PREFIX, headers=_headers(key, language), timeout=timeout
        )
        self._retries = retries

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def carry_out(self, call: Call[T]) -> T:
        """Make a call, again where that can do no harm. Raises CallRefused, NoAnswer."""
        for attempt in range(self._retries + 1):
            try:
                answer: httpx.Response | None = await self._http.request(**_request(call))
            except httpx.TransportError as error:
                answer = None
                reason: Exception | None = error
            else:
                reason = None
            wait = _wait(call, answer, attempt, self._retries)
            if wait is None:
                return _result(call, answer, reason)
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt has no wait")

    async def through(self, pages: Pages[T]) -> AsyncIterator[T]:
        """Every item of every page."""
        cursor: Any = None
        while True:
            items, cursor = await self.carry_out(pages.at(cursor))
            for each in items:
                yield each
            if cursor is None:
                return

    async def in_chunks(self, chunks: Chunks[ItemAnswer]) -> AsyncIterator[ItemAnswer]:
        """An answer for each sheet, in their order."""
        for before, call in chunks.calls:
            for each in await self.carry_out(call):
                yield each.model_copy(update={"index": each.index + before})


def _headers(key: str, language: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Accept-Language": language, "User-Agent": "two-high-client"}


def _request(call: Call[Any]) -> dict[str, Any]:
    headers = dict(call.headers)
    if call.body is not None:
        headers["Content-Type"] = call.media
    if call.key is not None:
        headers["Idempotency-Key"] = call.key
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query),
        "content": call.body,
        "headers": headers,
    }


def _wait(call: Call[Any], answer: httpx.Response | None, attempt: int, retries: int) -> float | None:
    """Seconds until the next attempt; None where this was the last."""
    busy = answer is None or answer.status_code in _BUSY
    if not busy or attempt >= retries or not call.may_be_repeated:
        return None
    told = answer.headers.get("retry-after", "") if answer is not None else ""
    wait = (
        float(told)
        if told.isascii() and told.isdigit()
        else _FIRST_WAIT_SECONDS * 2**attempt * random.uniform(0.8, 1.2)
    )
    return min(wait, _LONGEST_WAIT_SECONDS)


def _result(call: Call[T], answer: httpx.Response | None, reason: Exception | None) -> T:
    if answer is None:
        kind = type(reason).__name__
        words = Text(f"服务器无法访问或中断（{kind}）", f"the server cannot be reached, or broke off ({kind})")
        raise NoAnswer(call.key, [Fault(str(call.path), words)]) from reason
    if answer.is_success:
        return call.read(answer)
    raise _refusal(call, answer)


def _refusal(call: Call[Any], answer: httpx.Response) -> CallError:
    """A problem as an error: its faults keep their sheet paths."""
    try:
        problem = json.loads(answer.content)
        stated = [(str(each["path"]), str(each["detail"])) for each in problem["errors"]] or [
            ("", str(problem["title"]))
        ]
        reference = problem["instance"]
    except (ValueError, KeyError, TypeError):
        stated, reference = [("", f"HTTP {answer.status_code}")], None
    faults = [Fault(path, Text(detail, detail)) for path, detail in stated]
    if answer.status_code >= 500 or answer.status_code in _BUSY:
        return NoAnswer(call.key, faults)
    return CallRefused(answer.status_code, reference, faults)


def read_webhook(secret: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """A message that was sent to a hook, its signature and age checked: `type`, `timestamp`, `data`.

    A message may come more than once: take each `webhook-id` once. Raises CallRefused.
    """
    try:
        found: dict[str, Any] = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    except (WebhookVerificationError, ValueError) as error:
        raise CallRefused(
            401,
            None,
            [Fault("webhook-signature", Text("签名不符或已过期", "the signature does not fit, or is too old"))],
        ) from error
    return found
