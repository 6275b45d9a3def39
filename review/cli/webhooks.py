"""`webhooks …`: the addresses that receive webhooks, and the deliveries to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    acts,
    emit,
    opened,
    require_format,
    show_list,
    stop,
)
from review.errors import Fault
from review.terms import DELIVERY_WORDS, HOOK_KINDS, not_among
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from review.record.work.webhooks import HookLine

webhooks = typer.Typer(no_args_is_help=True, help="发往审批系统的通知 / word sent to the approval system")
HookArgument = Annotated[str, typer.Argument(metavar="HOOK", help="回调编号 / the hook's id")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="原因 / why")]
_CLI = "two-high"
_PAGE = 200


@webhooks.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="接收网址 / the address that receives")],
    kinds: Annotated[
        str,
        typer.Option(
            "--kinds",
            metavar="KINDS",
            help=f"{'、'.join(HOOK_KINDS)}，逗号分隔 / separated by a comma",
        ),
    ] = "review,decision",
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """新增回调：签名密文只在此处显示一次 / add a hook; its signing secret is shown this once."""
    from review.record.work.webhooks import add_hook

    with opened(database) as store:
        print(add_hook(store, url, [each.strip() for each in kinds.split(",")], acts(officer or _CLI))["secret"])


@webhooks.command("list")
def list_all(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """全部回调，不含密文 / every hook, without its secret."""
    from review.record.work.webhooks import list_hooks

    def line(each: HookLine) -> str:
        queue = each["queue"]
        stands = f"待发 waiting {queue['waiting']}  未送达 dead {queue['dead']}"
        return f"{each['hook']}  {each['url']}  {', '.join(each['kinds'])}  {stands}"

    show_list(list_hooks, line, format, database)


@webhooks.command()
def secret(
    hook: HookArgument,
    reason: ReasonOption,
    hours: Annotated[
        int,
        typer.Option(
            "--hours", metavar="HOURS", help="旧密文同时签名的小时数，0 至 168 / hours that the old one signs too"
        ),
    ] = 24,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """更换签名密文：只在此处显示一次 / give a hook another secret, shown this once."""
    from review.record.work.webhooks import rotate_secret

    with opened(database, create=False) as store:
        print(rotate_secret(store, hook, reason, acts(officer or _CLI), hours=hours))


@webhooks.command()
def test(hook: HookArgument, database: DatabaseOption = None) -> None:
    """发送一条测试通知，由运行中的服务发出 / send a test message, which the running service sends."""
    from review.record.storage.outbox import put_test

    with opened(database, create=False) as store, store.writing() as connection:
        number = put_test(connection, hook)
    print(number)


@webhooks.command()
def remove(
    hook: HookArgument,
    reason: ReasonOption,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """移除回调，不再发送 / remove a hook: nothing more is sent to it."""
    from review.record.work.webhooks import remove_hook

    with opened(database, create=False) as store:
        remove_hook(store, hook, reason, acts(officer or _CLI))


@webhooks.command("deliveries")
def list_deliveries(
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="waiting delivered dead")] = None,
    hook: Annotated[
        str | None, typer.Option("--hook", metavar="HOOK", help="只列该回调的 / of this hook alone")
    ] = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """最近的通知 / the latest messages."""
    from review.record.storage.outbox import deliveries

    require_format(format)
    if state is not None and state not in DELIVERY_WORDS:
        raise stop(Fault("--state", not_among(state, DELIVERY_WORDS)))
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = deliveries(connection, state=state, hook=hook, before=None, limit=_PAGE)["items"]
    if format == "json":
        emit(found)
        return
    for each in found:
        how = each["detail"] or (f"HTTP {each['status']}" if each["status"] else "")
        print(safe(f"{each['id']}  {each['state']:9} {each['attempts']}  {each['last'] or '-'}  {how}"))


@webhooks.command()
def resend(
    delivery: Annotated[str, typer.Argument(metavar="ID", help="通知编号 / the message's id")], database: DatabaseOption = None
) -> None:  # fmt: skip
    """重发一条通知，编号不变 / send a message again, with its id."""
    from review.record.storage.outbox import send_again

    with opened(database, create=False) as store, store.writing() as connection:
        send_again(connection, delivery)
