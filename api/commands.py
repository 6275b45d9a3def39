"""`serve`, `config`: the JSON API and its settings."""

from __future__ import annotations

import gc
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
    """启动网页和接口；首次启动时建管理员，密钥和首次密码写入文件 / serve the pages and the JSON API; the first start makes an administrator and writes key and first password to a file."""
    # What is loaded stays to the end: looking through it for cycles on the way takes a quarter of the time.
    gc.disable()
    try:
        from api.server import run
        from api.settings import read_settings
    finally:
        gc.freeze()
        gc.enable()

    with refusing():
        run(read_settings(host=host, port=port, workers=workers, database=database))
