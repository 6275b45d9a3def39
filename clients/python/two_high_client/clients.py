"""A client of the API for programs that wait (`Client`), and one for programs that do not (`AsyncClient`). Both know the same calls."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from typing import Self, TypeVar

import httpx

from two_high_client.calls import Calls
from two_high_client.carrying import Outcome, Step, Wait, attempts, headers
from two_high_client.operations import Call, Eventual, Part, Waiting

T = TypeVar("T")


class Client(Calls, Waiting):
    """Calls that wait for their answer.

    `key`: a key, or a session's token; None before signing in. `timeout`: seconds for an attempt; `retries`: attempts after the first;
    `language`: of problems, zh or en; `verify`: the certificates that are trusted; `transport`: httpx's, where it is not the network's.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float | httpx.Timeout = 60,
        retries: int = 4,
        language: str = "zh",
        verify: ssl.SSLContext | bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        sent = headers(key, language)
        self._http = httpx.Client(base_url=url, headers=sent, timeout=timeout, verify=verify, transport=transport)
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def carry_out(self, call: Call[T]) -> T:
        """Make a call, again where that can do no harm. Raises CallError."""
        steps = attempts(call, self._http, self._retries)
        outcome: Outcome = None
        try:
            while True:
                outcome = self._taken(steps.send(outcome))
        except StopIteration as end:
            found: T = end.value
            return found

    def _taken(self, step: Step) -> Outcome:
        if isinstance(step, Wait):
            time.sleep(step.seconds)
            return None
        try:
            return self._http.send(step)
        except httpx.RequestError as error:
            return error

    def through(self, first: Call[Part[T]] | None) -> Iterator[T]:
        """Every item of every part, from the one that this call answers with. Raises CallError."""
        call = first
        while call is not None:
            part = self.carry_out(call)
            yield from part.items
            call = part.following()


class AsyncClient(Calls, Eventual):
    """The same calls for asyncio, made with the same options: `await client.check(sheet)`, `async for line in client.worklist()`."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float | httpx.Timeout = 60,
        retries: int = 4,
        language: str = "zh",
        verify: ssl.SSLContext | bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        sent = headers(key, language)
        self._http = httpx.AsyncClient(base_url=url, headers=sent, timeout=timeout, verify=verify, transport=transport)
        self._retries = retries

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def carry_out(self, call: Call[T]) -> T:
        """Make a call, again where that can do no harm. Raises CallError."""
        steps = attempts(call, self._http, self._retries)
        outcome: Outcome = None
        try:
            while True:
                outcome = await self._taken(steps.send(outcome))
        except StopIteration as end:
            found: T = end.value
            return found

    async def _taken(self, step: Step) -> Outcome:
        if isinstance(step, Wait):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return await self._http.send(step)
        except httpx.RequestError as error:
            return error

    async def through(self, first: Call[Part[T]] | None) -> AsyncIterator[T]:
        """Every item of every part, from the one that this call answers with. Raises CallError."""
        call = first
        while call is not None:
            part = await self.carry_out(call)
            for each in part.items:
                yield each
            call = part.following()
