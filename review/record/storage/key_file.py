"""The key file (密钥文件): three independent keys that stand outside the record: one signs, one digests the keys of callers, one encrypts secrets.

Whoever has the database alone can forge none of what they make. The file is made once, is shared by every worker and host, and is in no
backup. The record knows the public half of the key that signs, so that a missing or foreign file is reported.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import stat
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import URL

from review.canonical_json import digest_of
from review.clock import timestamp
from review.errors import Fault, KeyFileUnusable, Text, joined, system_words
from review.record.storage.operations import SigningKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VARIABLE = "TWO_HIGH_KEY_FILE"
SCHEMA = "two-high/key-file/1"
DIGESTED, ENCRYPTED = "hmac-sha256:", "aes-256-gcm:"
_NAMES = ("sign", "digest", "encrypt")
_LENGTH, _NONCE = 32, 12
_LARGEST = 10_000
_KEYS: Any = SigningKey.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, repr=False)
class Keys:
    """The three keys, 32 bytes each."""

    sign: bytes
    digest: bytes
    encrypt: bytes

    @cached_property
    def public(self) -> str:
        """The public half of the key that signs, in base64."""
        return _text(self._private.public_key().public_bytes_raw())

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.sign)

    def signature(self, content: bytes) -> str:
        """The Ed25519 signature of a content, in base64: always the same."""
        return _text(self._private.sign(content))

    def digest_of(self, secret: str) -> str:
        """What is stored of a caller's secret: its HMAC."""
        return digested(self.digest, secret)

    def encrypted(self, secret: str, of: str) -> str:
        """A secret as it is stored; it can be read again only as that `of` the same thing."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE)
        return ENCRYPTED + _text(nonce + AESGCM(self.encrypt).encrypt(nonce, secret.encode(), of.encode()))

    def decrypted(self, stored: str, of: str) -> str | None:
        """A stored secret; None where another key encrypted it, it is of something else, or it was changed."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            content = base64.b64decode(stored.removeprefix(ENCRYPTED), validate=True)
            return AESGCM(self.encrypt).decrypt(content[:_NONCE], content[_NONCE:], of.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError):
            return None


def digested(key: bytes, secret: str) -> str:
    """The HMAC-SHA256 of a secret by a key, as it is stored."""
    return DIGESTED + hmac.new(key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def is_signature(public: str, signature: str, content: bytes) -> bool:
    """Whether a signature of a content was made with the private half of that key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def fingerprint(public: str) -> str:
    """A public key in short, to be compared by eye."""
    return digest_of(public.encode())[7:23]


class KeyFile:
    """A key file by its path, read when its keys are first needed. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._keys: Keys | None = None

    def for_reading(self) -> Keys:
        """The keys. Raises KeyFileUnusable where the file is missing or cannot be used."""
        with self._lock:
            if self._keys is None:
                self._keys = self._read()
            return self._keys

    def made_or_read(self) -> Keys:
        """The keys, of a new file where there is none. Raises KeyFileUnusable."""
        if not self.path.exists():
            self._make()
        return self.for_reading()

    def for_writing(self, connection: Connection) -> Keys:
        """The keys, which the record knows from now on: the file is made where the record knows none. Call it within the writer's transaction, which no other runs beside.

        Raises KeyFileUnusable where the file is missing though the record knows its key, or holds other keys than the record knows.
        """
        known = known_keys(connection)
        if not known and not self.path.exists():
            self._make()
        keys = self.for_reading()
        if not known:
            connection.execute(
                insert(_KEYS), [{"public": keys.public, "made": timestamp(), "ended": None, "reason": None}]
            )
        elif keys.public not in known:
            raise self._foreign(keys, known)
        return keys

    def require(self, connection: Connection) -> None:
        """That the file is the one that the record knows, where it knows one. Raises KeyFileUnusable."""
        known = known_keys(connection)
        if known and (keys := self.for_reading()).public not in known:
            raise self._foreign(keys, known)

    def replace(self, connection: Connection, reason: str) -> Keys:
        """Make another file after the old one was lost or seen by others: what the old keys made is good no longer.

        The old file must be gone. Call it within the writer's transaction, which no other runs beside. Raises KeyFileUnusable.
        """
        if self.path.exists():
            raise self._unusable("已有该文件；请先移走", "is there: move it away first")
        self._make()
        with self._lock:
            self._keys = None
        now = timestamp()
        connection.execute(update(_KEYS).where(_KEYS.c.ended.is_(None)).values(ended=now, reason=reason))
        keys = self.for_reading()
        connection.execute(insert(_KEYS), [{"public": keys.public, "made": now, "ended": None, "reason": None}])
        return keys

    def _make(self) -> None:
        """Write a new file, readable by its owner alone; where another process was quicker its file stays."""
        content = {"schema": SCHEMA, "made": timestamp()}
        content |= {name: _text(secrets.token_bytes(_LENGTH)) for name in _NAMES}
        unfinished = self.path.with_name(f"{self.path.name}.unfinished-{secrets.token_hex(8)}")
        try:
            opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(opened, "w", encoding="utf-8") as file:
                    file.write(json.dumps(content, indent=2) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                with contextlib.suppress(FileExistsError):
                    os.link(unfinished, self.path)
            finally:
                unfinished.unlink()
        except OSError as error:
            raise self._unusable(f"无法建立：{system_words(error)}", f"cannot be made: {error.strerror}") from error

    def _read(self) -> Keys:
        try:
            with self.path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read(_LARGEST)
        except FileNotFoundError:
            raise self._unusable(
                f"缺少密钥文件；请放回原来的文件，或用 {VARIABLE} 指明；确已丢失的，用 signing-key --replace 另建",
                f"the key file is missing: put it back or name it with {VARIABLE}; if it is lost, make another with signing-key --replace",
            ) from None
        except OSError as error:
            raise self._unusable(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}") from error
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise self._unusable(
                f"其他用户也能读取（权限 {stat.S_IMODE(mode):04o}）；请 chmod 600",
                f"others may read it (mode {stat.S_IMODE(mode):04o}): chmod 600",
            )
        try:
            found = json.loads(content)
            keys = [base64.b64decode(found[name], validate=True) for name in _NAMES]
            if found["schema"] == SCHEMA and all(len(key) == _LENGTH for key in keys):
                return Keys(*keys)
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        raise self._unusable("不是密钥文件", "is no key file")

    def _foreign(self, keys: Keys, known: list[str]) -> KeyFileUnusable:
        there = joined(map(fingerprint, known))
        return self._unusable(
            f"不是该记录所用的密钥文件（指纹 {fingerprint(keys.public)}，应为 {there.zh}）；请用 {VARIABLE} 指明",
            f"is not the key file of this record (fingerprint {fingerprint(keys.public)}, should be {there.en}): name it with {VARIABLE}",
        )

    def _unusable(self, zh: str, en: str) -> KeyFileUnusable:
        return KeyFileUnusable([Fault(str(self.path), Text(zh, en))])


def place_of(address: URL, given: str | None = None) -> Path:
    """Where the key file of a record is: as given, as TWO_HIGH_KEY_FILE says, beside the file of SQLite, else in the current folder."""
    named = given or os.environ.get(VARIABLE)
    return Path(named) if named else beside(address, "keys")


def beside(address: URL, ending: str) -> Path:
    """The path beside the file of SQLite with that ending; of PostgreSQL in the current folder."""
    name = address.database if address.get_backend_name() == "sqlite" and address.database else "two-high"
    return Path(f"{name}.{ending}")


def known_keys(connection: Connection) -> list[str]:
    """The public keys that sign now, as the record knows them."""
    return list(connection.execute(select(_KEYS.c.public).where(_KEYS.c.ended.is_(None))).scalars())


def all_keys(connection: Connection) -> list[dict[str, Any]]:
    """Every public key that has signed, oldest first, with the time from which it no longer does and why."""
    return [dict(row) for row in connection.execute(select(_KEYS).order_by(_KEYS.c.made)).mappings()]


def key_file_of(connection: Connection) -> KeyFile:
    """The key file of the record that a connection of its store leads to."""
    found: KeyFile = connection.get_execution_options()["record_key_file"]
    return found


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
