"""Sessions, accounts, known people and keys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SessionMade:
    """A session. The token is shown this once and used as `Authorization: Bearer TOKEN`."""

    token: str
    expires: str  # UTC
    once: bool  # the password must be changed first
    must_change_password: bool  # the same as `once`
    second_factor_due: bool  # a second factor must be set up first


@dataclass(frozen=True, kw_only=True)
class Me:
    """Who the caller is."""

    key: str  # the key's id, or person:LOGIN
    name: str
    role: str
    once: bool  # the password must be changed first
    must_change_password: bool  # the same as `once`
    second_factor_due: bool  # a second factor must be set up first


@dataclass(frozen=True, kw_only=True)
class SecondFactorBegun:
    """A second factor to be confirmed: its secret, shown this once, and the address that authenticators read from a QR code."""

    secret: str
    address: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodes:
    """Recovery codes, shown this once; each counts a single time."""

    recovery_codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SignInRules:
    """Who must have a second factor."""

    second_factor_roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """An account."""

    login: str
    name: str
    role: str
    ended: str | None  # why it ended
    once: bool  # the first password is not changed yet
    must_change_password: bool  # the same as `once`
    doubles: tuple[str, ...]  # logins, subjects or keys of others of the same name, from before


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """A person made known."""

    subject: str
    name: str
    ended: str | None  # why the person is known no longer


@dataclass(frozen=True, kw_only=True)
class PersonMade:
    """A first password, shown this once."""

    login: str
    password: str


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key without its secret."""

    key: str  # the key's id, not its secret
    name: str
    role: str
    expires: str | None  # UTC
    revoked: str | None  # why it was revoked


@dataclass(frozen=True, kw_only=True)
class KeyMade:
    """A new key, shown this once."""

    key: str
