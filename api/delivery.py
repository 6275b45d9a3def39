"""Sending what waits in the outbox: signed by the Standard Webhooks scheme, never to a private address unless the office allows it.

A name is looked up once and the connection made to the very address that was looked at: a name that changes its mind in between gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import httpx
from sqlalchemy import Connection
from standardwebhooks import Webhook

from api.settings import Settings
from review.clock import utc_now
from review.errors import TwoHighError
from review.record.storage import outbox
from review.record.storage.outbox import Waiting
from review.record.storage.store import Store
from review.record.work import webhooks
from review.record.work.webhooks import Target

_LOG = logging.getLogger("api")
AT_ONCE = 8
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The address is not one that messages may go to."""


def _made(connection: Connection, waiting: Waiting) -> tuple[Target | None, bytes | None]:
    """Where a message goes and its bytes; no bytes where it cannot be made, which the log tells; other messages are sent all the same."""
    try:
        return webhooks.target_of(connection, waiting.hook), webhooks.message_of(connection, waiting)
    except (TwoHighError, LookupError, ValueError, TypeError) as error:
        _LOG.error("the message of event %s could not be made: %s", waiting.position, type(error).__name__)
        return None, None


class Sender:
    """Leases messages, sends them, and keeps how it went."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        # No connection is used again: two names at one address must not share what was proved of the other.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.client = httpx.AsyncClient(
            timeout=settings.webhook_timeout_seconds, trust_env=False, follow_redirects=False, limits=limits
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def round(self) -> bool:
        """Send what is due; whether there was anything."""
        found = await asyncio.to_thread(self._lease)
        results = await asyncio.gather(*(self._sent(each) for each in found))
        if results:
            await asyncio.to_thread(self._settle, results)
        return bool(found)

    def _lease(self) -> Sequence[tuple[Waiting, Target | None, bytes | None]]:
        with self.store.reading() as connection:
            if not outbox.anything_due(connection):
                return ()
        # Long enough for an attempt, so that no other worker sends the same meanwhile.
        seconds = self.settings.webhook_timeout_seconds * 2 + self.settings.busy_seconds
        with self.store.writing() as connection:
            leased = outbox.lease(connection, AT_ONCE, seconds)
        with self.store.reading() as connection:
            return [(each, *_made(connection, each)) for each in leased]

    def _settle(self, results: Sequence[tuple[Waiting, int | None, str | None]]) -> None:
        with self.store.writing() as connection:
            for message, status, detail in results:
                outbox.settle(
                    connection, message, status, detail, attempts=self.settings.webhook_attempts, wait_seconds=self.settings.webhook_wait_seconds
                )  # fmt: skip

    async def _sent(
        self, leased: tuple[Waiting, Target | None, bytes | None]
    ) -> tuple[Waiting, int | None, str | None]:
        message, target, body = leased
        if body is None:
            return message, None, "could not be made: see the log"
        if target is None:
            return message, 410, "removed"
        try:
            async with asyncio.timeout(self.settings.webhook_timeout_seconds):
                return message, await self._post(message, target, body), None
        except Forbidden:
            return message, None, "address not allowed"
        except (TimeoutError, httpx.TimeoutException):
            return message, None, "timed out"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            return message, None, f"not reached: {type(error).__name__}"

    async def _post(self, message: Waiting, target: Target, body: bytes) -> int:
        url = httpx.URL(target.url)
        address = await self._address(url)
        now = utc_now()
        headers = {
            "Host": url.netloc.decode("ascii"), "Content-Type": "application/json", "User-Agent": "two-high", "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": Webhook(target.secret).sign(message.id, now, body.decode()),
        }  # fmt: skip
        # The certificate is checked against the name, not the address.
        extensions = {"sni_hostname": url.raw_host.decode("ascii")}
        async with self.client.stream(
            "POST", url.copy_with(host=str(address)), content=body, headers=headers, extensions=extensions
        ) as answer:
            return answer.status_code

    async def _address(self, url: httpx.URL) -> _Address:
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(
            url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM
        )
        addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        if not addresses or not (self.settings.webhook_private or all(public(each) for each in addresses)):
            raise Forbidden
        return addresses[0]


def public(address: _Address) -> bool:
    """Whether an address is of the public network, also the one that it carries within."""
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if within is None and address in _NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return public(within)
    return address.is_global and not address.is_multicast and not address.is_reserved
