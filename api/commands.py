"""`serve`, `config`: the JSON API and its settings."""

from __future__ import annotations

from typing import Annotated

import typer

from review.cli.options import DatabaseOption, emit, refusing


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
