"""Sending what waits in the outbox: signed by the Standard Webhooks scheme, to every hook beside the others, never to a private address unless the office allows it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from types import TracebackType
from typing import Self

import httpx
from sqlalchemy import Connection
from standardwebhooks import Webhook

from api.destinations import Destinations, Forbidden
from api.settings import Settings
from api.traces import continued
from review.clock import utc_now
from review.errors import RecordUnavailable, TwoHighError
from review.record.storage import outbox
from review.record.storage.outbox import Waiting
from review.record.storage.store import Store
from review.record.work import webhooks
from review.record.work.webhooks import Target

_LOG = logging.getLogger("api")
# Messages to a hook that a process leases together.
A_TURN = 20


@dataclass(frozen=True)
class Leased:
    """A message that this process sends: no target where its hook is removed, no body where it cannot be made."""

    message: Waiting
    target: Target | None
    body: bytes | None


@dataclass(frozen=True)
class Attempt:
    """How sending a message went: the HTTP status that was answered, else why there was none; `reached`: whether its receiver answered in time."""

    message: Waiting
    status: int | None
    detail: str | None = None
    reached: bool = True


def _made(connection: Connection, waiting: Waiting) -> Leased:
    """A message with where it goes and its bytes; one that cannot be made the log tells; other messages are sent all the same."""
    try:
        target = webhooks.target_of(connection, waiting.hook)
        return Leased(waiting, target, webhooks.message_of(connection, waiting))
    except (TwoHighError, LookupError, ValueError, TypeError) as error:
        _LOG.error("the message of event %s could not be made: %s", waiting.position, type(error).__name__)
        return Leased(waiting, None, None)


class Sender:
    """Leases messages, sends them, and records how it went: the messages of a hook one after the other, every hook beside the others."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.destinations = Destinations.of(settings)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What is being sent is sent to its end; what was leased beside it is given back."""
        self._stopping = True
        await self.idle()
        if "client" in vars(self):
            await self.client.aclose()

    @cached_property
    def client(self) -> httpx.AsyncClient:
        """What sends, made for the first message: to read the certificates of the authorities takes tens of milliseconds."""
        # No connection is used again: two names at one address must not share what was proved of the other.
        limits = httpx.Limits(max_keepalive_connections=0)
        timeout = self.settings.webhook_timeout_seconds
        return httpx.AsyncClient(timeout=timeout, trust_env=False, follow_redirects=False, limits=limits)

    async def round(self) -> bool:
        """Begin to send to every hook that something is due to and nobody is sending to; whether there was any."""
        found = await asyncio.to_thread(self._begin)
        for hook, leased in groupby(found, lambda each: each.message.hook):
            self._under_way[hook] = asyncio.create_task(self._send_to(hook, list(leased)))
        return bool(found)

    async def idle(self) -> None:
        """Wait until what is due to the hooks that are being sent to is sent."""
        await asyncio.gather(*self._under_way.values())

    def _begin(self) -> list[Leased]:
        with self.store.reading() as connection:
            hooks = [hook for hook in outbox.hooks_due(connection) if hook not in self._under_way]
        if not hooks:
            return []
        with self.store.writing() as connection:
            webhooks.forget_old_secrets(connection)
            leased = [each for hook in hooks for each in self._lease(connection, hook)]
        return self._make(leased)

    def _lease(self, connection: Connection, hook: str) -> list[Waiting]:
        # Long enough for a turn, so that no other worker sends the same meanwhile: the last attempt begins within the first timeout.
        seconds = self.settings.webhook_timeout_seconds * 2 + self.settings.busy_seconds
        return outbox.lease(connection, hook, A_TURN, seconds)

    def _make(self, leased: Sequence[Waiting]) -> list[Leased]:
        with self.store.reading() as connection:
            return [_made(connection, each) for each in leased]

    async def _send_to(self, hook: str, leased: list[Leased]) -> None:
        """Send to a hook as long as something is due to it."""
        try:
            while leased:
                attempts = await self._turn(leased)
                rest = [each.message for each in leased[len(attempts) :]]
                leased = await asyncio.to_thread(self._go_on, hook, attempts, rest)
        except RecordUnavailable:
            _LOG.warning("the record cannot be reached: messages wait")
        except Exception as error:
            _LOG.error("sending to a hook failed: %s", type(error).__name__)
        finally:
            del self._under_way[hook]

    async def _turn(self, leased: Sequence[Leased]) -> list[Attempt]:
        """Send in order, while there is time; a receiver that does not answer is not asked a second time at once."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.settings.webhook_timeout_seconds
        attempts: list[Attempt] = []
        for each in leased:
            if attempts and (self._stopping or not attempts[-1].reached or loop.time() >= ends):
                break
            attempts.append(await self._sent(each))
        return attempts

    def _go_on(self, hook: str, attempts: Sequence[Attempt], rest: Sequence[Waiting]) -> list[Leased]:
        """Keep how it went and give the rest back; what is sent next, nothing where the server stops."""
        with self.store.writing() as connection:
            for each in attempts:
                outbox.settle(
                    connection, each.message, each.status, each.detail,
                    attempts=self.settings.webhook_attempts, wait_seconds=self.settings.webhook_wait_seconds,
                )  # fmt: skip
            outbox.release(connection, rest)
            leased = [] if self._stopping else self._lease(connection, hook)
        return self._make(leased)

    async def _sent(self, leased: Leased) -> Attempt:
        message = leased.message
        if leased.body is None:
            return Attempt(message, None, "could not be made: see the log")
        if leased.target is None:
            return Attempt(message, 410, "removed")
        if not leased.target.secrets:
            return Attempt(message, None, "secret unreadable")
        try:
            async with asyncio.timeout(self.settings.webhook_timeout_seconds):
                return Attempt(message, await self._post(message, leased.target, leased.body))
        except Forbidden:
            return Attempt(message, None, "address not allowed")
        except (TimeoutError, httpx.TimeoutException):
            return Attempt(message, None, "timed out", reached=False)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            return Attempt(message, None, f"not reached: {type(error).__name__}", reached=False)

    async def _post(self, message: Waiting, target: Target, body: bytes) -> int:
        url = httpx.URL(target.url)
        address = await self.destinations.address(url)
        now = utc_now()
        # With two secrets a receiver finds the signature that it can check among both, as the scheme says.
        signatures = (Webhook(each).sign(message.id, now, body.decode()) for each in target.secrets)
        headers = {
            "Host": url.netloc.decode("ascii"), "Content-Type": "application/json", "User-Agent": "two-high", "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": " ".join(signatures),
        }  # fmt: skip
        if message.trace is not None:
            headers["traceparent"] = continued(message.trace)
        # The certificate is checked against the name, not the address.
        extensions = {"sni_hostname": url.raw_host.decode("ascii")}
        async with self.client.stream(
            "POST", url.copy_with(host=str(address)), content=body, headers=headers, extensions=extensions
        ) as answer:
            return answer.status_code
