"""`demo`: the pages on a record that is made for looking at (演示), with sample sheets reviewed and people of every role; it is gone when the service ends."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from review.cli.options import complain, refusing
from review.errors import TwoHighError
from review.verdict.terminal import safe

# Fictional people of each role, by login.
_PEOPLE = (
    ("shencha", "林审查（示例）", "officer"),
    ("fuhe", "陈复核（示例）", "officer"),
    ("shenji", "黄审计（示例）", "auditor"),
    ("guanli", "周管理（示例）", "admin"),
)


@dataclass(frozen=True)
class _Furnished:
    """How many sheets were reviewed and recorded; the password of all the people, and a key of the administrator, both made for this run."""

    reviews: int
    password: str
    key: str


def demo(
    sheets: Annotated[list[Path], typer.Argument(metavar="SHEET…", help="样例项目表 / sample sheets to be recorded")],
    host: Annotated[str | None, typer.Option("--host", metavar="HOST", help="监听地址 / address to listen on")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="PORT", help="监听端口 / port to listen on")] = None,
) -> None:
    """演示：录入样例、建好各角色人员后打开网页；结束即全部删除 / pages on sample sheets and people, gone when it ends."""
    from api.server import require_free, run
    from api.settings import read_settings

    # The office's own settings are for its record alone: its keys, its folder of checkpoints, its address.
    for name in [each for each in os.environ if each.startswith("TWO_HIGH_")]:
        del os.environ[name]
    # Whatever ends the process, the record goes with it.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    with refusing(), tempfile.TemporaryDirectory(prefix="two-high-demo-") as folder:
        database = f"sqlite:///{Path(folder) / 'demo.sqlite'}"
        settings = read_settings(
            host=host or "127.0.0.1", port=port, workers=1, database=database, anchor_folder="none"
        )
        require_free(settings.host, settings.port)
        print("录入样例 / recording the samples …", flush=True)
        made = _furnish(database, sheets)
        print(
            f"已审查并记录 {made.reviews} 个样例项目（虚构） / {made.reviews} sample projects (fictional) reviewed and recorded"
        )
        print(f"打开 / open: http://{settings.host}:{settings.port}")
        for login, name, role in _PEOPLE:
            print(f"    {login:8} {made.password}   {name}  {role}")
        print(f"    接口密钥 / key to the API: {made.key}")
        print(
            "Ctrl+C 结束，演示的记录随之删除 / Ctrl+C ends it, and the record of the demonstration goes with it",
            flush=True,
        )
        run(settings)


def _furnish(database: str, sheets: Sequence[Path]) -> _Furnished:
    """Make people and record the sheets as of today; a sheet that cannot be used is named and left out. Raises RecordUnavailable."""
    from review.evaluation.engine import load
    from review.readers.sheets import read_sheet_file
    from review.record.access.keys import create_key
    from review.record.access.people import add_person, change_password
    from review.record.cases.submissions import submit
    from review.record.storage.actors import at_terminal
    from review.record.storage.store import open_store

    load()
    store = open_store(database)
    try:
        by = at_terminal("演示 demonstration")
        password = secrets.token_urlsafe(12)
        for login, name, role in _PEOPLE:
            first = add_person(store, login, name, role, by)
            change_password(store, login, first, password)
        many = 0
        for path in sheets:
            try:
                submit(store, read_sheet_file(path), by)
                many += 1
            except TwoHighError as error:
                complain(*error.faults, file=safe(str(path)))
        return _Furnished(many, password, create_key(store, "演示密钥 demonstration", "admin", by))
    finally:
        store.close()
