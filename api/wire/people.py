"""People, sessions and passwords on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.wire.office import Role
from api.wire.reading import read


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SignIn(_Asked):
    """Login and password."""

    login: str = Field(max_length=200, examples=["shenchagang"])
    password: str = Field(max_length=1000, examples=["不是真密码-example"])
    code: str = Field(
        "", max_length=40, description="动态口令或恢复码，启用的人员须填 / one-time or recovery code, where it is on"
    )


class PasswordChange(_Asked):
    """The current password and the new one."""

    current: str = Field(max_length=1000, examples=["不是真密码-example"])
    new: str = Field(
        max_length=1000, description="12 至 200 个字符 / 12 to 200 characters", examples=["另一个示例密码-example"]
    )


class PersonRequest(_Asked):
    """An account to be made."""

    login: str = Field(min_length=2, max_length=32, pattern="^[a-z0-9][a-z0-9._-]+$", examples=["shenchagang"])
    name: str = Field(
        min_length=1,
        max_length=200,
        description="写入记录的姓名 / the name that the record shows",
        examples=["审查岗（示例）"],
    )
    role: Role = Field(examples=["officer"])


class Reason(_Asked):
    """Why."""

    reason: str = Field(min_length=1, max_length=2000, examples=["忘记密码（示例）"])


class SessionMade(BaseModel):
    """A session. The token is shown this once and used as `Authorization: Bearer TOKEN`."""

    token: str
    expires: str = Field(description="UTC", examples=["2026-11-24T17:00:00.000000Z"])
    once: bool = Field(description="须先更改密码 / the password must be changed first")
    must_change_password: bool = Field(description="同 once / the same as `once`")
    second_factor_due: bool = Field(description="须先设置动态口令 / a second factor must be set up first")


class Me(BaseModel):
    """Who the caller is."""

    key: str = Field(
        description="密钥编号或 person:登录名 / the key's id, or person:LOGIN", examples=["person:shenchagang"]
    )
    name: str
    role: Role
    once: bool = Field(description="须先更改密码 / the password must be changed first")
    must_change_password: bool = Field(description="同 once / the same as `once`")
    second_factor_due: bool = Field(description="须先设置动态口令 / a second factor must be set up first")


class SecondFactorBegun(BaseModel):
    """A second factor to be confirmed: its secret, shown this once, and the address that authenticators read from a QR code."""

    secret: str = Field(description="base32")
    address: str = Field(examples=["otpauth://totp/two-high:shenchagang?secret=…&issuer=two-high"])


class SecondFactorBeginning(_Asked):
    """The password of whoever sets up a second factor."""

    password: str = Field(
        max_length=1000, description="当前密码 / the current password", examples=["不是真密码-example"]
    )


class SecondFactorCode(_Asked):
    """A code of the authenticator, or a recovery code where one is taken."""

    code: str = Field(min_length=1, max_length=40, examples=["123456"])


class RecoveryCodes(BaseModel):
    """Recovery codes, shown this once; each counts a single time."""

    recovery_codes: list[str]


class SignInRules(BaseModel):
    """Who must have a second factor."""

    second_factor_roles: list[Role]


class SignInRulesChange(_Asked):
    """Who must have a second factor, and why."""

    second_factor_roles: list[Role] = Field(max_length=4, examples=[["admin"]])
    reason: str = Field(min_length=1, max_length=2000, examples=["内部规定（示例）"])


class Account(BaseModel):
    """An account."""

    login: str
    name: str
    role: Role
    ended: str | None = Field(description="停用的原因 / why it ended")
    once: bool = Field(description="首次密码未更改 / the first password is not changed yet")
    must_change_password: bool = Field(description="同 once / the same as `once`")
    doubles: list[str] = Field(
        description="早先同名者的登录名、标识或密钥编号 / logins, subjects or keys of others of the same name, from before"
    )


class PersonKnown(_Asked):
    """A person to be made known by the subject that another system calls them."""

    subject: str = Field(min_length=1, max_length=200, examples=["zhang.fuhe@approval"])
    name: str = Field(min_length=1, max_length=200, examples=["张复核（示例）"])


class KnownPerson(BaseModel):
    """A person made known."""

    subject: str
    name: str
    ended: str | None = Field(description="不再为已知人员的原因 / why the person is known no longer")


class PersonMade(BaseModel):
    """A first password, shown this once."""

    login: str
    password: str


def password_change_due(due: bool) -> dict[str, bool]:
    """The two fields that say whether the password must be changed first: `once`, as callers know it, and `must_change_password`."""
    return {"once": due, "must_change_password": due}


def beginning_from(content: Any) -> SecondFactorBeginning:
    """Raises Refused."""
    return read(SecondFactorBeginning, content)


def code_from(content: Any) -> str:
    """Raises Refused."""
    return read(SecondFactorCode, content).code


def sign_in_rules_from(content: Any) -> SignInRulesChange:
    """Raises Refused."""
    return read(SignInRulesChange, content)


def sign_in_from(content: Any) -> SignIn:
    """Raises Refused."""
    return read(SignIn, content)


def password_change_from(content: Any) -> PasswordChange:
    """Raises Refused."""
    return read(PasswordChange, content)


def person_from(content: Any) -> PersonRequest:
    """Raises Refused."""
    return read(PersonRequest, content)


def known_from(content: Any) -> PersonKnown:
    """Raises Refused."""
    return read(PersonKnown, content)


def reason_from(content: Any) -> str:
    """Raises Refused."""
    return read(Reason, content).reason
