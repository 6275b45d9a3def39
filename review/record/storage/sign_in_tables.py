"""The tables of signing in: second factors, attempts that are counted, places known of a login, requests counted over all workers.

They change as people come and go and prove nothing. Times are UTC to the microsecond, as text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class SecondFactor(SQLModel, table=True):
    """What a person's one-time codes (动态口令) are made from, encrypted by the key file; `confirmed`: since when it is asked for.

    `counted` is the last time step of which a code was taken: no code of that step or before counts again.
    """

    __tablename__ = "second_factor"
    login: str = Field(primary_key=True)
    secret: str
    made: str
    confirmed: str | None = None
    counted: int = 0


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for a one-time code a single time (恢复码), as its HMAC by the key file; gone when it was used."""

    __tablename__ = "recovery_code"
    login: str = Field(primary_key=True)
    code: str = Field(primary_key=True)


class SignInCount(SQLModel, table=True):
    """Attempts to sign in that are counted together (`subject`); none is looked at before `until`, the count is forgotten at `forgotten`."""

    __tablename__ = "sign_in_count"
    __table_args__ = (Index("sign_in_count_forgotten", "forgotten"),)
    subject: str = Field(primary_key=True)
    many: int
    until: str
    forgotten: str


class KnownPlace(SQLModel, table=True):
    """A browser or address that a login signed in from (登录过的地方), and when it did last."""

    __tablename__ = "known_place"
    login: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    last: str


class SingleSession(SQLModel, table=True):
    """Somebody who signed in on the pages by single sign-on, as the provider named them then. Of the token only the SHA-256 is stored."""

    __tablename__ = "single_session"
    id: str = Field(primary_key=True)
    secret: str
    subject: str
    name: str
    role: str
    made: str
    expires: str


class RateTaken(SQLModel, table=True):
    """How much of a caller's quota of a minute the workers have taken between them."""

    __tablename__ = "rate_taken"
    minute: str = Field(primary_key=True)
    caller: str = Field(primary_key=True)
    taken: int


_MODELS: tuple[Any, ...] = (SecondFactor, RecoveryCode, SignInCount, KnownPlace, SingleSession, RateTaken)
SIGN_IN_TABLES: tuple[Any, ...] = tuple(each.__table__ for each in _MODELS)
