"""Who may use the JSON API: keys (密钥) with a role and an end, made and revoked as events of the record.

A key is shown only when it is made; of its secret only an HMAC by the key file is stored, so that the database alone does not suffice to make a key.
Of keys made before there was a key file the SHA-256 is stored. A secret has 256 random bits, so a fast digest is enough.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Hashable
from typing import TypedDict

from sqlalchemy import Connection, select

from review.clock import whole_seconds
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.access.callers import KeyRow, Principal, key_over, key_row
from review.record.access.names import require_no_subject, require_own_name
from review.record.storage.actors import Actor, acting
from review.record.storage.audit_log import AttemptKind
from review.record.storage.journal import append, drafted, table
from review.record.storage.key_file import DIGESTED, KeyFile, digested, key_file_of
from review.record.storage.office_bodies import KeyBody
from review.record.storage.store import Store
from review.record.storage.tables import AccessEnd, AccessKey, Account, KnownPerson
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.terms import ROLE_WORDS, not_among

ROLES = tuple(ROLE_WORDS)
LONGEST_DAYS = 3660
_PREFIX = "two-high"
_NUMBER = re.compile(r"[0-9a-f]{16}")


def create_key(
    store: Store, name: str, role: str, by: str | Actor, *, days: int | None = None, number: str | None = None
) -> str:
    """Make a key that ends after `days`, or never. Returns the key, which is not stored. Raises Refused, Conflict, RecordUnavailable.

    `number` is the id it is to have, 16 hexadecimal figures: a form sent twice makes one key.
    """
    actor = acting(by)
    validate_words({"name": name, "by": actor.name}, required=("name", "by"), longest=LONGEST_KEY)
    if role not in ROLES:
        raise Refused([Fault("role", not_among(role, ROLE_WORDS))])
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise Refused([Fault("days", Text(f"应为 1 至 {LONGEST_DAYS} 天", f"should be 1 to {LONGEST_DAYS} days"))])
    if number is not None and not _NUMBER.fullmatch(number):
        raise Refused([Fault("number", Text("应为 16 位十六进制数字", "should be 16 hexadecimal figures"))])
    key, secret = number or secrets.token_hex(8), secrets.token_urlsafe(32)
    expires = whole_seconds(days) if days else None
    keys = table(AccessKey)
    with store.writing() as connection:
        if connection.execute(select(keys.c.key).where(keys.c.key == key)).first() is not None:
            words = Text(
                "该密钥已建立，其内容只显示一次；请查看列表，需要时另建",
                "this key was made already and is shown once only: see the list, make another if need be",
            )
            raise Conflict([Fault("", words)])
        stored = key_file_of(connection).for_writing(connection).digest_of(secret)
        # A key that takes the place of another may have its name.
        require_own_name(connection, name, among=(Account, KnownPerson))
        if connection.execute(select(keys.c.key).where(keys.c.name == name)).first() is None:
            require_no_subject(name)
        body: KeyBody = {"key": key, "name": name, "role": role, "secret": stored, "expires": expires}
        append(connection, drafted("key", actor, body))
    return f"{_PREFIX}.{key}.{secret}"


def revoke_key(store: Store, key: str, reason: str, by: str | Actor) -> None:
    """End a key immediately, by its id. Raises NotRecorded, Refused, RecordUnavailable."""
    actor = acting(by)
    validate_words({"key": key, "reason": reason, "by": actor.name}, required=("reason", "by"))
    keys, ends = table(AccessKey), table(AccessEnd)
    with store.writing() as connection:
        if connection.execute(select(keys.c.key).where(keys.c.key == key)).first() is None:
            raise NotRecorded([Fault("key", Text("没有这个密钥", "there is no such key"))])
        if connection.execute(select(ends.c.key).where(ends.c.key == key)).first() is not None:
            raise Refused([Fault("key", Text("该密钥已撤销", "the key is revoked already"))])
        append(connection, drafted("key_end", actor, {"key": key, "reason": reason}))


class KeyLine(TypedDict):
    """A key without its secret: `key` is its id, `expires` UTC to the second or None, `revoked` the reason or None."""

    key: str
    name: str
    role: str
    expires: str | None
    revoked: str | None


def list_keys(connection: Connection) -> list[KeyLine]:
    """Every key that was made, oldest first."""
    keys, ends = table(AccessKey), table(AccessEnd)
    query = select(keys.c.key, keys.c.name, keys.c.role, keys.c.expires, ends.c.reason.label("revoked"))
    rows = connection.execute(query.outerjoin(ends, ends.c.key == keys.c.key).order_by(keys.c.position)).mappings()
    return [
        {
            "key": row["key"],
            "name": row["name"],
            "role": row["role"],
            "expires": row["expires"],
            "revoked": row["revoked"],
        }
        for row in rows
    ]


def authenticate(connection: Connection, presented: str) -> Principal | None:
    """The caller who presents this key; None where it is malformed, unknown, expired or revoked. The secret is compared in constant time.

    Raises KeyFileUnusable where the key's digest needs the key file and that cannot be used.
    """
    return _caller(_presented(connection, presented))


class KnownKeys:
    """Authenticates callers with look-ups of keys that hold until the record changes. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mark: Hashable | None = None
        self._rows: dict[str, KeyRow] = {}
        self._lock = threading.Lock()

    def authenticate(self, presented: str) -> Principal | None:
        """As `authenticate`, as the record is now: a key that was revoked before is refused. Raises KeyFileUnusable, RecordUnavailable."""
        mark, number = self._store.mark(), _number(presented)
        with self._lock:
            if mark is None or mark != self._mark:
                self._mark, self._rows = mark, {}
            rows = self._rows
        row = rows.get(number or "")
        if row is None and number:
            with self._store.reading() as connection:
                row = key_row(connection, number)
            if row is not None:
                # Read after the mark, so as new as it or newer.
                rows[number] = row
        return _caller(_own(row, presented, self._store.key_file))


def ended_key(connection: Connection, presented: str) -> tuple[AttemptKind, str] | None:
    """How the key that is presented ended, and its id; None where it has not ended, or its secret is not right."""
    row = _presented(connection, presented)
    over = key_over(row) if row is not None else None
    return (over, str(row["key"])) if row is not None and over else None


def _caller(row: KeyRow | None) -> Principal | None:
    return None if row is None or key_over(row) else Principal(row["key"], row["name"], row["role"])


def _presented(connection: Connection, presented: str) -> KeyRow | None:
    """The row of the key that is presented with its own secret, whether it has ended or not. Raises KeyFileUnusable."""
    number = _number(presented)
    row = key_row(connection, number) if number else None
    return _own(row, presented, key_file_of(connection))


def _number(presented: str) -> str | None:
    """The id of a key that is presented; None where it has not the form of one."""
    prefix, _, rest = presented.partition(".")
    key = rest.partition(".")[0]
    return key if prefix == _PREFIX and len(key) == 16 and key.isascii() and key.isalnum() else None


def _own(row: KeyRow | None, presented: str, key_file: KeyFile) -> KeyRow | None:
    """The row of a key where it is presented with its own secret. Raises KeyFileUnusable."""
    secret = presented.partition(".")[2].partition(".")[2]
    # For a key that is not there a digest is made and compared too.
    stored = row["secret"] if row else digested(b"", "")
    if row is None:
        presented_digest = digested(b"", secret)
    elif stored.startswith(DIGESTED):
        presented_digest = key_file.for_reading().digest_of(secret)
    else:
        presented_digest = digest(secret)
    same = hmac.compare_digest(stored, presented_digest)
    return row if same else None


def digest(secret: str) -> str:
    """The SHA-256 of a random secret: what is stored of a session's token, and of keys made before there was a key file."""
    return "sha256:" + hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
