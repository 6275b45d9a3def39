"""The audit log (审计日志): who came in and went, and who could not. A chain of its own beside the record's, appended to by the one writer.

Attempts that fail are counted by address and by who was claimed while their minute lasts, and entered when it is over: however many
there are, an hour has a bounded number of entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from review.canonical_json import digest_of
from review.clock import timestamp, utc_now
from review.record.storage import chain
from review.record.storage.actors import Channel
from review.record.storage.audit_tables import AuditEntry
from review.record.storage.operations import FailedAttempt

AttemptKind = Literal["sign_in_failed", "code_needed", "sign_in_refused", "key_expired", "key_revoked"]
Kind = (
    Literal[
        "signed_in", "signed_out", "password_reset", "password_changed", "carried",
        "second_factor_on", "second_factor_off", "recovery_code_used",
    ]
    | AttemptKind
)  # fmt: skip
# Pairs of an address and who was claimed that are told apart within a minute, and within an hour; further ones are counted together.
MOST_A_MINUTE, MOST_AN_HOUR = 100, 1000
# Address and claim of attempts that are counted together.
OTHERS = "*"
_ENTRIES: Any = AuditEntry.__table__  # type: ignore[attr-defined]
_ATTEMPTS: Any = FailedAttempt.__table__  # type: ignore[attr-defined]
COLUMNS = tuple(column.name for column in _ENTRIES.columns if column.name != "digest")


@dataclass(frozen=True)
class Origin:
    """Where a person or program comes from: the way in, and the address where it is a network's."""

    channel: Channel = "library"
    address: str | None = None


class Attempt(NamedTuple):
    """What failed attempts are counted by; `minute` is UTC, such as `2026-11-26T01:12Z`."""

    minute: str
    kind: AttemptKind
    address: str
    who: str


def attempt(kind: AttemptKind, address: str | None, who: str) -> Attempt:
    """An attempt of this minute."""
    return Attempt(_minute(utc_now()), kind, (address or "")[:100], who)


def login_hash(login: str) -> str:
    """What stands for what was typed as a login where signing in failed: people type passwords there."""
    typed = login.strip().lower().encode("utf-8", "surrogatepass")
    return "sha256:" + hashlib.sha256(b"two-high login " + typed).hexdigest()[:32]


def entry_digest(entry: Mapping[str, Any]) -> str:
    """The digest that an entry should have, from its own columns."""
    return digest_of(chain.canonical({name: entry[name] for name in COLUMNS}))


def append_entry(
    connection: Connection,
    kind: Kind,
    who: str,
    *,
    session: str | None = None,
    origin: Origin | None = None,
    by: str | None = None,
) -> int:
    """Append an entry, after those of the minutes that are over. Call it within the writer's transaction, which no other runs beside. Returns its number."""
    seal_attempts(connection)
    stated = {"kind": kind, "who": who, "session": session, "by": by, "minute": None, "count": 1}
    if origin is not None:
        stated |= {"address": origin.address, "channel": origin.channel}
    return _append(connection, stated)


def count_attempts(connection: Connection, attempts: Mapping[Attempt, int]) -> None:
    """Count failed attempts, each in its minute. Meant for the writer."""
    seal_attempts(connection)
    for each, many in attempts.items():
        if not _add(connection, each, many) and not _add(connection, each := _place(connection, each), many):
            connection.execute(insert(_ATTEMPTS), [{**each._asdict(), "count": many}])


def attempts_are_due(connection: Connection) -> bool:
    """Whether attempts of a minute that is over wait to be entered."""
    query = select(_ATTEMPTS.c.minute).where(_ATTEMPTS.c.minute < _minute(utc_now())).limit(1)
    return connection.execute(query).first() is not None


def seal_attempts(connection: Connection) -> None:
    """Enter what was counted in minutes that are over. Meant for the writer."""
    over = _ATTEMPTS.c.minute < _minute(utc_now())
    rows = connection.execute(select(_ATTEMPTS).where(over).order_by(*_ATTEMPTS.primary_key.columns)).mappings().all()
    for row in rows:
        _append(connection, {**row, "address": row["address"] or None})
    if rows:
        connection.execute(delete(_ATTEMPTS).where(over))


def _append(connection: Connection, stated: Mapping[str, Any]) -> int:
    query = select(_ENTRIES.c.number, _ENTRIES.c.at, _ENTRIES.c.digest).order_by(_ENTRIES.c.number.desc()).limit(1)
    last = connection.execute(query).first()
    row = dict.fromkeys(COLUMNS) | {
        **stated,
        "number": last.number + 1 if last else 1,
        "at": max(timestamp(), last.at) if last else timestamp(),
        "previous": last.digest if last else chain.START,
    }
    connection.execute(insert(_ENTRIES), [{**row, "digest": entry_digest(row)}])
    return int(row["number"])


def _add(connection: Connection, each: Attempt, many: int) -> bool:
    """Add to a count; false where there is none yet."""
    columns = (_ATTEMPTS.c[name] == value for name, value in each._asdict().items())
    done = connection.execute(update(_ATTEMPTS).where(*columns).values(count=_ATTEMPTS.c.count + many))
    return done.rowcount > 0


def _place(connection: Connection, each: Attempt) -> Attempt:
    """What an attempt is counted by: itself, or together with others where its minute or hour has enough."""
    within = select(func.count()).select_from(_ATTEMPTS).where(_ATTEMPTS.c.minute == each.minute)
    since = _minute(datetime.fromisoformat(each.minute) - timedelta(hours=1))
    hour = select(func.count()).select_from(_ENTRIES).where(_ENTRIES.c.minute > since)
    here = connection.execute(within).scalar_one()
    full = here >= MOST_A_MINUTE or here + connection.execute(hour).scalar_one() >= MOST_AN_HOUR
    return each._replace(address=OTHERS, who=OTHERS) if full else each


def _minute(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%MZ")
