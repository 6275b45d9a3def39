"""`serve`, `config`, `keys …`: the JSON API and who may call it."""

from __future__ import annotations

from typing import Annotated

import typer

from review.commands.options import DatabaseOption, FormatOption, OfficerOption, emit, hold_format, opened, refusing
from review.paper import safe

keys = typer.Typer(no_args_is_help=True, help="JSON API 的密钥 / keys to the JSON API")
_CLI = "two-high"


@keys.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="给谁或给什么系统 / for whom")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="system officer auditor admin")],
    days: Annotated[int | None, typer.Option("--days", metavar="DAYS", help="有效天数 / days until it ends")] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """新建密钥：只在此处显示一次 / make a key; it is shown this once."""
    from review.records.access import create_key

    with opened(database) as store:
        print(create_key(store, name, role, officer or _CLI, days=days))


@keys.command("list")
def list_all(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """全部密钥，不含密文 / every key, without its secret."""
    from review.records.access import list_keys

    hold_format(format)
    with opened(database, create=False) as store, store.reading() as connection:
        found = list_keys(connection)
    if format == "json":
        emit(found)
        return
    for each in found:
        end = f"已撤销 revoked: {each['revoked']}" if each["revoked"] else each["expires"] or "长期 no end"
        print(safe(f"{each['key']}  {each['role']:8} {each['name']}  {end}"))


@keys.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="密钥的编号（不是密文） / the key's id, not its secret")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="撤销的原因 / why")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """撤销密钥，立即生效 / revoke a key at once."""
    from review.records.access import revoke_key

    with opened(database, create=False) as store:
        revoke_key(store, key, reason, officer or _CLI)


def config() -> None:
    """当前设置（不含密码） / the settings in force, without passwords."""
    with refusing():
        from api.settings import read_settings, shown

        emit(shown(read_settings()))


def serve(
    host: Annotated[str | None, typer.Option("--host", metavar="HOST", help="监听地址 / address to listen on")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="PORT", help="监听端口 / port to listen on")] = None,
    workers: Annotated[int | None, typer.Option("--workers", metavar="N", help="工作进程数 / worker processes")] = None,
    database: DatabaseOption = None,
) -> None:
    """启动 JSON API；没有管理员时建一个并显示一次密钥 / serve the JSON API; the first start makes an administrator's key and shows it."""
    from api.server import run
    from api.settings import read_settings

    with refusing():
        run(read_settings(host=host, port=port, workers=workers, database=database))
