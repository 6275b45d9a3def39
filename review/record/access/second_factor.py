"""The second factor (动态口令): codes of an authenticator by RFC 6238, each of which counts a single time, and recovery codes in their place.

Its secret is no part of the record, and stored encrypted by the key file. For whom it is asked is a setting of the office, each change
an event with a reason. Taking it from somebody else is an event of the account.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from review.clock import timestamp
from review.errors import Fault, NotRecorded, Refused, Text
from review.record.access.keys import ROLES
from review.record.storage.actors import Actor
from review.record.storage.audit_log import Origin, append_entry
from review.record.storage.journal import append, drafted, table
from review.record.storage.key_file import key_file_of
from review.record.storage.office_bodies import SettingBody
from review.record.storage.operations import Session
from review.record.storage.sign_in_tables import RecoveryCode, SecondFactor
from review.record.storage.store import Store
from review.record.storage.stored_settings import last_setting
from review.record.storage.tables import Account
from review.record.storage.text_limits import validate_words
from review.terms import ROLE_WORDS, not_among

SETTING = "sign_in.second_factor"
STEP_SECONDS, DIGITS = 30, 6
# A clock may be a step before ours or behind it.
_BESIDE = 1
_RECOVERY_CODES = 10
ISSUER = "two-high"
_FACTORS = table(SecondFactor)
_CONFIRMED = select(_FACTORS.c.login).where(_FACTORS.c.confirmed.is_not(None))
_IS_ON = _CONFIRMED.where(_FACTORS.c.login == bindparam("login"))


@dataclass(frozen=True)
class Enrolment:
    """A second factor that is not confirmed yet: its secret in base32, and the address that authenticators read from a QR code."""

    secret: str
    address: str


def is_on(connection: Connection, login: str) -> bool:
    """Whether a login is asked for a second factor."""
    return connection.execute(_IS_ON, {"login": login}).first() is not None


def logins_with(connection: Connection) -> frozenset[str]:
    """The logins that are asked for a second factor."""
    return frozenset(connection.execute(_CONFIRMED).scalars())


def required_roles(connection: Connection) -> tuple[str, ...]:
    """The roles that must have a second factor, by the office's setting; none where it says nothing."""
    return tuple((last_setting(connection, SETTING) or "").split())


def setting_is_sound(name: str, value: str) -> bool:
    """Whether a recorded setting of roles is one that could have been entered; others are not for here to say."""
    return name != SETTING or value == " ".join(each for each in ROLES if each in value.split())


def set_required_roles(store: Store, roles: Iterable[str], actor: Actor, reason: str) -> bool:
    """Record which roles must have a second factor. Returns whether that is new. Raises Refused, RecordUnavailable."""
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    asked = list(roles)
    if unknown := [each for each in asked if each not in ROLES]:
        raise Refused([Fault("roles", not_among(unknown[0], ROLE_WORDS))])
    value = " ".join(each for each in ROLES if each in asked)
    with store.writing() as connection:
        if " ".join(required_roles(connection)) == value:
            return False
        body: SettingBody = {"setting": SETTING, "value": value, "reason": reason}
        append(connection, drafted("setting", actor, body))
    return True


def is_due(connection: Connection, login: str, role: str) -> bool:
    """Whether a person must set up a second factor before anything else."""
    return role in required_roles(connection) and not is_on(connection, login)


def begin(store: Store, login: str) -> Enrolment:
    """Make the secret of a second factor, in place of one that was never confirmed. Raises Refused where one is on, RecordUnavailable."""
    import pyotp

    rows, secret = table(SecondFactor), pyotp.random_base32(32)
    with store.writing() as connection:
        if is_on(connection, login):
            raise Refused([Fault("", Text("已启用动态口令，请先停用", "a second factor is on: end it first"))])
        keys = key_file_of(connection).for_writing(connection)
        connection.execute(delete(rows).where(rows.c.login == login))
        row = {"login": login, "secret": keys.encrypted(secret, _of(login)), "made": timestamp(), "counted": 0}
        connection.execute(insert(rows), [row])
    return _enrolment(login, secret)


def begun(connection: Connection, login: str) -> Enrolment | None:
    """The second factor that a login has begun to set up and not confirmed; None for none. Raises KeyFileUnusable."""
    row = _row(connection, login)
    secret = _secret(connection, row) if row is not None and row.confirmed is None else None
    return _enrolment(login, secret) if secret is not None else None


def confirm(store: Store, login: str, code: str, origin: Origin, session: str | None = None) -> list[str]:
    """Have the second factor asked for from now on, shown by its first code. Returns the recovery codes, shown this once. Raises Refused.

    Every session of the login ends, but the one with this number: another may be somebody's who knows the password alone.
    """
    rows, recovery = table(SecondFactor), table(RecoveryCode)
    codes = ["-".join(secrets.token_hex(2) for _ in range(4)) for _ in range(_RECOVERY_CODES)]
    with store.writing() as connection:
        row = _row(connection, login)
        if row is None or row.confirmed is not None or not is_readable(connection, login):
            raise Refused([Fault("", Text("请先取得新的密钥", "begin anew: there is nothing to confirm"))])
        if not _code_counts(connection, login, code):
            raise Refused([wrong()])
        connection.execute(update(rows).where(rows.c.login == login).values(confirmed=timestamp()))
        keys = key_file_of(connection).for_reading()
        connection.execute(delete(recovery).where(recovery.c.login == login))
        connection.execute(
            insert(recovery), [{"login": login, "code": keys.digest_of(f"{login} {_plain(each)}")} for each in codes]
        )
        sessions = table(Session)
        connection.execute(delete(sessions).where(sessions.c.login == login, sessions.c.id != (session or "")))
        append_entry(connection, "second_factor_on", login, origin=origin)
    return codes


def counts(connection: Connection, login: str, code: str, origin: Origin) -> bool:
    """Whether a code is good now, and take it: neither it nor an earlier one counts again. Meant for the writer, who is alone.

    A recovery code is gone when it was taken, which the audit log says.
    """
    if _code_counts(connection, login, code):
        return True
    rows = table(RecoveryCode)
    stored = key_file_of(connection).for_reading().digest_of(f"{login} {_plain(code)}")
    mine = (rows.c.login == login, rows.c.code == stored)
    if connection.execute(delete(rows).where(*mine)).rowcount != 1:
        return False
    append_entry(connection, "recovery_code_used", login, origin=origin)
    return True


def end(store: Store, login: str, role: str, code: str, origin: Origin) -> None:
    """End one's own second factor, shown by a code. Raises Refused where the role must have one, or the code is wrong."""
    with store.writing() as connection:
        if role in required_roles(connection):
            words = Text("本单位规定该角色须用动态口令", "the office asks a second factor of this role")
            raise Refused([Fault("code", words)])
        if not is_on(connection, login):
            raise Refused([Fault("", Text("没有启用动态口令", "no second factor is on"))])
        if not is_readable(connection, login):
            raise Refused([unreadable()])
        if not counts(connection, login, code, origin):
            raise Refused([wrong()])
        forget(connection, login)
        append_entry(connection, "second_factor_off", login, origin=origin)


def take_away(store: Store, login: str, reason: str, actor: Actor) -> None:
    """End the second factor of somebody else who lost it; the sessions stay. Raises NotRecorded, Refused, RecordUnavailable."""
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    if actor.principal == f"person:{login}":
        words = Text(
            "不能取消自己的动态口令：请用口令停用，或由另一位管理员办理",
            "nobody takes away the own second factor: end it with a code, or another administrator does",
        )
        raise Refused([Fault("login", words)])
    accounts = table(Account)
    with store.writing() as connection:
        query = select(accounts).where(accounts.c.login == login).order_by(accounts.c.position.desc()).limit(1)
        row = connection.execute(query).mappings().first()
        if row is None or row["act"] == "ended" or _row(connection, login) is None:
            raise NotRecorded([Fault("login", Text("该人员没有动态口令", "the person has no second factor"))])
        append(
            connection,
            drafted(
                "account",
                actor,
                {
                    "login": login,
                    "act": "second_factor_ended",
                    "name": row["name"],
                    "role": row["role"],
                    "reason": reason,
                },
            ),
        )
        forget(connection, login)
        append_entry(connection, "second_factor_off", login, origin=Origin(actor.channel), by=actor.principal)


def forget(connection: Connection, login: str) -> None:
    """Forget the second factor of a login with its recovery codes. Meant for the writer."""
    for model in (SecondFactor, RecoveryCode):
        connection.execute(delete(table(model)).where(table(model).c.login == login))


def wrong() -> Fault:
    """That a code is wrong, or was taken already."""
    words = Text(
        "动态口令不正确，或已用过：每个只能用一次，请等下一个",
        "the code is wrong or was used: each counts once, wait for the next",
    )
    return Fault("code", words, "second-factor-wrong")


def unreadable() -> Fault:
    """That no code can be right, as the key file that the secret was encrypted by is lost."""
    words = Text(
        "密钥文件已丢失，动态口令无法核对：请管理员在命令行执行 people second-factor 取消后重新设置",
        "the key file was lost and no code can be checked: an administrator takes the second factor away on the command line (people second-factor)",
    )
    return Fault("", words, "second-factor-unreadable")


def is_readable(connection: Connection, login: str) -> bool:
    """Whether the secret of a login's second factor can be read by the present key file. Raises KeyFileUnusable."""
    row = _row(connection, login)
    return row is not None and _secret(connection, row) is not None


def needed() -> Fault:
    """That a code is needed beside the password."""
    return Fault(
        "code", Text("还须填写动态口令", "the code of the second factor is needed too"), "second-factor-needed"
    )


def _of(login: str) -> str:
    """What a secret is encrypted as: stored with another login it cannot be read."""
    return f"second_factor:{login}"


def _row(connection: Connection, login: str) -> Any:
    rows = table(SecondFactor)
    return connection.execute(select(rows).where(rows.c.login == login)).first()


def _secret(connection: Connection, row: Any) -> str | None:
    return key_file_of(connection).for_reading().decrypted(row.secret, _of(row.login))


def _enrolment(login: str, secret: str) -> Enrolment:
    import pyotp

    return Enrolment(
        secret,
        pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name=ISSUER),
    )


def _plain(code: str) -> str:
    return "".join(each for each in code.lower() if each.isalnum())


def _code_counts(connection: Connection, login: str, code: str) -> bool:
    """Whether a code of the authenticator is good now and later than the last one that was taken; it is the last one from then on."""
    import pyotp

    row = _row(connection, login)
    secret = _secret(connection, row) if row is not None else None
    if secret is None:
        return False
    made = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    now, typed = (
        int(datetime.fromisoformat(timestamp()).timestamp()) // STEP_SECONDS,
        "".join(code.split()).encode("utf-8", "replace"),
    )
    # Every step is compared, so that which of them it was does not show in the time.
    steps = [
        step
        for step in range(now - _BESIDE, now + _BESIDE + 1)
        if hmac.compare_digest(made.generate_otp(step).encode(), typed)
    ]
    later = [step for step in steps if step > row.counted]
    rows = table(SecondFactor)
    if not later:
        return False
    mine = (rows.c.login == login, rows.c.counted < later[0])
    return connection.execute(update(rows).where(*mine).values(counted=later[0])).rowcount == 1
