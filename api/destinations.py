"""Where messages may go (可发往的地址): every public address, and the private networks that the office allows.

A name is looked up a single time and the connection made to the very address that was looked at: a name that changes its mind in between gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass

import httpx

from api.settings import Settings

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The address is not one that messages may go to."""


@dataclass(frozen=True)
class Destinations:
    """Which addresses messages may go to: public ones, those of these networks, with `private` every one."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    private: bool

    @classmethod
    def of(cls, settings: Settings) -> Destinations:
        return cls(settings.networks(), settings.webhook_private)

    async def address(self, url: httpx.URL) -> Address:
        """The address to connect to. Raises Forbidden, OSError where the name has none."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(
            url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM
        )
        addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        if not addresses or not all(map(self.allows, addresses)):
            raise Forbidden
        return addresses[0]

    def allows(self, address: Address) -> bool:
        """Whether messages may go to an address; a network is compared with the address that it carries within, too."""
        if self.private or public(address):
            return True
        inner = within(address) or address
        return any(inner in each for each in self.networks)


def within(address: Address) -> ipaddress.IPv4Address | None:
    """The address of the fourth version that one of the sixth carries within; None for none."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    found = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if found is None and address in _NAT64:
        found = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return found


def public(address: Address) -> bool:
    """Whether an address is of the public network, also the one that it carries within."""
    inner = within(address)
    if inner is not None:
        return public(inner)
    # What was local to a site counts as global still.
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
