"""`keys …`, `people …`: who may call the JSON API and sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    acts,
    coded,
    emit,
    opened,
    require_format,
    show_list,
)
from review.terms import ROLE_WORDS
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from review.record.access.keys import KeyLine
    from review.record.access.known_people import KnownLine
    from review.record.access.people import Person

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="登录名 / login")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="原因 / why")]
keys = typer.Typer(no_args_is_help=True, help="JSON API 的密钥 / keys to the JSON API")
people = typer.Typer(no_args_is_help=True, help="用密码登录的人员 / people who sign in with a password")
_CLI = "two-high"


@keys.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="给谁或给什么系统 / for whom")],
    role: Annotated[
        str,
        typer.Option(
            "--role", metavar="ROLE", help="system officer auditor admin：审批系统、审批人员、审计人员、管理员"
        ),
    ],
    days: Annotated[int | None, typer.Option("--days", metavar="DAYS", help="有效天数 / days until it ends")] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """新建密钥：只在此处显示一次 / make a key; it is shown this once."""
    from review.record.access.keys import create_key

    role = coded(role, "--role", ROLE_WORDS) or role
    with opened(database) as store:
        print(create_key(store, name, role, acts(officer or _CLI), days=days))


@keys.command("list")
def list_all(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """全部密钥，不含密文 / every key, without its secret."""
    from review.record.access.keys import list_keys

    def line(each: KeyLine) -> str:
        end = f"已撤销 revoked: {each['revoked']}" if each["revoked"] else each["expires"] or "长期 no end"
        return f"{each['key']}  {each['role']:8} {each['name']}  {end}"

    show_list(list_keys, line, format, database)


@keys.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="密钥的编号（不是密文） / the key's id, not its secret")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="撤销的原因 / why")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """撤销密钥，立即生效 / revoke a key at once."""
    from review.record.access.keys import revoke_key

    with opened(database, create=False) as store:
        revoke_key(store, key, reason, acts(officer or _CLI))


@people.command("add")
def add_one(
    login: LoginArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="写入记录的姓名 / the name that the record shows")],
    role: Annotated[
        str,
        typer.Option(
            "--role", metavar="ROLE", help="system officer auditor admin：审批系统、审批人员、审计人员、管理员"
        ),
    ],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """新增人员：首次密码只在此处显示一次 / add a person; the first password is shown this once."""
    from review.record.access.people import add_person

    role = coded(role, "--role", ROLE_WORDS) or role
    with opened(database) as store:
        print(add_person(store, login, name, role, acts(officer or _CLI)))


@people.command("list")
def list_everyone(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """全部人员，早先同名的一并指明 / everyone; those of one name from before are named."""
    from review.record.access.people import list_people

    def line(each: Person) -> str:
        how = (
            f"已停用 ended: {each['ended']}"
            if each["ended"]
            else "首次密码未更改 first password"
            if each["must_change_password"]
            else "在用 active"
        )
        same = f"  与他人同名 the same name as: {', '.join(each['doubles'])}" if each["doubles"] else ""
        return f"{each['login']}  {each['role']:8} {each['name']}  {how}{same}"

    show_list(list_people, line, format, database)


@people.command()
def know(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="其他系统对该人员的标识 / what another system calls the person")
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="写入记录的姓名 / the name that the record shows")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """登记一位已知人员，可作为复核人 / make a person known, who can be a second person."""
    from review.record.access.known_people import know_person

    with opened(database) as store:
        print(f"已登记 recorded: {know_person(store, subject, name, acts(officer or _CLI))}")


@people.command()
def forget(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="标识 / the person's subject")],
    reason: ReasonOption,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """不再作为已知人员；先前的决定不变 / a person is known no longer; decisions made before stay."""
    from review.record.access.known_people import forget_person

    with opened(database, create=False) as store:
        forget_person(store, subject, reason, acts(officer or _CLI))


@people.command()
def known(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """已知人员：其他系统的标识和姓名 / persons made known, by the subject that another system calls them."""
    from review.record.access.known_people import list_known

    def line(each: KnownLine) -> str:
        how = f"已停用 ended: {each['ended']}" if each["ended"] else "已知 known"
        return f"{each['subject']}  {each['name']}  {how}"

    show_list(list_known, line, format, database)


@people.command("rule-keeper")
def rule_keeper(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="登录名或标识 / a login, or the person's subject")],
    reason: ReasonOption,
    end: Annotated[bool, typer.Option("--end", help="收回 / take the right back")] = False,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """授予规则管理权：可确认规则改动 / give a known person the right to confirm changes of the rules."""
    from review.record.access.rule_keepers import set_rule_keeper

    with opened(database, create=False) as store:
        number = set_rule_keeper(store, subject, not end, reason, acts(officer or _CLI))
    print("已是如此 it is so already" if number is None else f"已记录 recorded: {number}")


@people.command()
def address(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="登录名或标识 / a login, or the person's subject")],
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="邮箱地址；不写则取消 / the address; none: no mail")
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """收件箱的新事项发到哪个邮箱 / the address that receives mail about a person's inbox."""
    from review.record.access.addresses import set_address

    with opened(database, create=False) as store:
        number = set_address(store, subject, address, acts(officer or _CLI))
    print("已是如此 it is so already" if number is None else f"已记录 recorded: {number}")


@people.command("second-factor")
def take_second_factor(
    login: LoginArgument, reason: ReasonOption, officer: OfficerOption = None, database: DatabaseOption = None
) -> None:
    """取消一位人员的动态口令（遗失手机等） / take away the second factor of somebody who lost it."""
    from review.record.access.second_factor import take_away

    with opened(database, create=False) as store:
        take_away(store, login, reason, acts(officer or _CLI))


@people.command("second-factor-roles")
def second_factor_roles(
    reason: ReasonOption,
    roles: Annotated[
        str,
        typer.Option("--roles", metavar="ROLES", help="逗号分隔，留空为不要求 / separated by a comma, empty for none"),
    ] = "",
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """哪些角色须用动态口令 / which roles must have a second factor."""
    from review.record.access.second_factor import set_required_roles

    with opened(database) as store:
        new = set_required_roles(
            store, [each.strip() for each in roles.split(",") if each.strip()], acts(officer or _CLI), reason
        )
    print("已记录 recorded" if new else "已是如此 it is so already")


@people.command()
def password(
    login: LoginArgument, reason: ReasonOption, officer: OfficerOption = None, database: DatabaseOption = None
) -> None:
    """重置密码：只在此处显示一次 / give a person another first password; it is shown this once."""
    from review.record.access.people import reset_password

    with opened(database, create=False) as store:
        print(reset_password(store, login, reason, acts(officer or _CLI)))


@people.command()
def end(
    login: LoginArgument, reason: ReasonOption, officer: OfficerOption = None, database: DatabaseOption = None
) -> None:
    """停用人员，立即生效 / end an account at once."""
    from review.record.access.people import end_person

    with opened(database, create=False) as store:
        end_person(store, login, reason, acts(officer or _CLI))


def office(
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="机关名称 / the office's name")] = None,
    series: Annotated[
        str | None, typer.Option("--series", metavar="TEXT", help="文号代字 / series of its document numbers")
    ] = None,
    contact: Annotated[str | None, typer.Option("--contact", metavar="TEXT", help="联系人 / contact")] = None,
    telephone: Annotated[str | None, typer.Option("--telephone", metavar="TEXT", help="联系电话 / telephone")] = None,
    address: Annotated[str | None, typer.Option("--address", metavar="TEXT", help="地址 / address")] = None,
    officer: OfficerOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """机关信息：文书的署名、文号和联系方式 / the office as its papers name it; what is given is recorded, the rest stays."""
    from dataclasses import asdict, replace

    from review.record.access.office import OFFICE_WORDS, read_office, set_office

    require_format(format)
    stated = {"name": name, "series": series, "contact": contact, "telephone": telephone, "address": address}
    given = {each: value for each, value in stated.items() if value is not None}
    with opened(database, read_only=not given) as store:
        with store.reading() as connection:
            found = read_office(connection)
        if given:
            set_office(store, replace(found, **given), acts(officer or _CLI))
            with store.reading() as connection:
                found = read_office(connection)
    if format == "json":
        emit(asdict(found))
        return
    for each, value in asdict(found).items():
        print(safe(f"{OFFICE_WORDS[each].zh} {OFFICE_WORDS[each].en}: {value or '—'}"))
