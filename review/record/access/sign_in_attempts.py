"""Attempts to sign in (登录尝试), counted over all workers before a password is looked at.

From one place a login has ten attempts at will; then each waits twice as long as the one before. From everywhere a login has a hundred in a
quarter of an hour, but that keeps nobody out at a place where the login has signed in before; at a new place nobody comes in
meanwhile. A place is a browser, by a secret that it alone has, else an address.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from review.clock import timestamp
from review.record.storage.audit_log import login_hash
from review.record.storage.journal import table
from review.record.storage.sign_in_tables import KnownPlace, SignInCount
from review.record.storage.store import Store

AT_WILL, FIRST_WAIT, LONGEST_WAIT = 10, 30, 900
_QUARTER, _DAY = 900, 86_400
MOST_PLACES, PLACE_DAYS = 20, 90


@dataclass(frozen=True)
class _Count:
    """What is counted together: so many in so many seconds; `slows`: further ones wait the longer the more there are."""

    subject: str
    most: int
    seconds: int
    slows: bool = False


@dataclass(frozen=True)
class Place:
    """Where somebody signs in from: the address, and what the browser alone has, if there is one."""

    address: str
    browser: str = ""

    @property
    def by_browser(self) -> str | None:
        """The browser as a known place; of its secret only a digest is stored."""
        if not self.browser:
            return None
        return "browser:" + hashlib.sha256(b"two-high browser " + self.browser.encode("utf-8", "replace")).hexdigest()

    @property
    def by_address(self) -> str:
        """The address as a known place: of the sixth version the network of a site, where a host has as many as it likes."""
        try:
            found = ipaddress.ip_address(self.address.partition("%")[0])
        except ValueError:
            return f"address:{self.address[:100]}"
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
            return f"address:{ipaddress.ip_network((found, 64), strict=False)}"
        return f"address:{getattr(found, 'ipv4_mapped', None) or found}"


def admit(store: Store, login: str, place: Place) -> int:
    """Count an attempt to sign in. Returns 0 where it may be looked at, else for how many seconds not. Raises RecordUnavailable."""
    with store.reading() as connection:
        counts, looked_at = _counts(connection, login, place)
        wait = _wait(connection, [*counts, *looked_at])
    if wait:
        return wait
    with store.writing() as connection:
        # Again by the one writer: of attempts at the same moment no more come through than may.
        wait = _wait(connection, [*counts, *looked_at])
        if not wait:
            for each in counts:
                _add(connection, each)
    return wait


def admit_within(store: Store, what: str, login: str) -> int:
    """Count an attempt of somebody who is signed in, such as to change the password. Returns as `admit`."""
    count = _Count(f"{what} {login}", AT_WILL, _QUARTER)
    with store.writing() as connection:
        wait = _wait(connection, [count])
        if not wait:
            _add(connection, count)
    return wait


def wrong_code(store: Store, login: str) -> None:
    """Count a wrong code of the second factor after the right password: few come in a day but from known places."""
    with store.writing() as connection:
        _add(connection, _codes(login))


def came_in(store: Store, login: str, place: Place) -> None:
    """The right person signed in there: its attempts are forgotten, and the place is known from now on. Raises RecordUnavailable."""
    rows, counts = table(KnownPlace), table(SignInCount)
    now = timestamp()
    with store.writing() as connection:
        near = {_near(login, each).subject for each in (place.by_browser, place.by_address) if each}
        connection.execute(delete(counts).where(counts.c.subject.in_(near)))
        for each in filter(None, (place.by_browser, place.by_address)):
            mine = (rows.c.login == login, rows.c.place == each)
            if connection.execute(update(rows).where(*mine).values(last=now)).rowcount == 0:
                connection.execute(insert(rows), [{"login": login, "place": each, "last": now}])
        latest = select(rows.c.place).where(rows.c.login == login).order_by(rows.c.last.desc()).limit(MOST_PLACES)
        known = list(connection.execute(latest).scalars())
        connection.execute(delete(rows).where(rows.c.login == login, rows.c.place.not_in(known)))


def _counts(connection: Connection, login: str, place: Place) -> tuple[list[_Count], list[_Count]]:
    """What an attempt is counted by, and by what besides it may be refused."""
    rows = table(KnownPlace)
    since = timestamp(-PLACE_DAYS * _DAY)
    query = select(rows.c.place).where(rows.c.login == login, rows.c.last > since)
    known = set(connection.execute(query).scalars())
    if place.by_browser in known:
        return [_near(login, place.by_browser)], []
    here = [_near(login, place.by_address), _Count(f"from {place.by_address}", 60, 60)]
    if place.by_address in known:
        return here, []
    return [*here, _Count(f"login {login_hash(login)}", 100, _QUARTER)], [_codes(login)]


def _near(login: str, place: str | None) -> _Count:
    return _Count(f"near {login_hash(login)} {place}", AT_WILL, _QUARTER, slows=True)


def _codes(login: str) -> _Count:
    return _Count(f"codes {login_hash(login)}", 20, _DAY)


def _wait(connection: Connection, counts: list[_Count]) -> int:
    """The whole seconds for which one of these has to wait."""
    rows = table(SignInCount)
    query = select(rows.c.until).where(
        rows.c.subject.in_([each.subject for each in counts]), rows.c.until > timestamp()
    )
    ends = [datetime.fromisoformat(each) for each in connection.execute(query).scalars()]
    now = datetime.fromisoformat(timestamp())
    return max((int((each - now).total_seconds()) + 1 for each in ends), default=0)


def _add(connection: Connection, count: _Count) -> None:
    rows, now = table(SignInCount), timestamp()
    connection.execute(delete(rows).where(rows.c.forgotten <= now))
    row: Any = connection.execute(select(rows).where(rows.c.subject == count.subject)).first()
    many = row.many + 1 if row is not None else 1
    forgotten = row.forgotten if row is not None else timestamp(count.seconds)
    until = now
    if many >= count.most:
        wait = min(FIRST_WAIT * 2 ** (many - count.most), LONGEST_WAIT) if count.slows else 0
        until = timestamp(wait) if count.slows else forgotten
        forgotten = timestamp(wait + count.seconds) if count.slows else forgotten
    values = {"many": many, "until": until, "forgotten": forgotten}
    if row is None:
        connection.execute(insert(rows), [{"subject": count.subject, **values}])
    else:
        connection.execute(update(rows).where(rows.c.subject == count.subject).values(**values))
