"""What errors of the database say (数据库的错误), on SQLite and PostgreSQL alike: in both languages, and what a person can do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from review.errors import Fault, RecordUnavailable, Refused, Text

# What PostgreSQL's driver says of a text that no text of PostgreSQL can be.
_NUL = "cannot contain NUL"
# Errors that say "try again later" on SQLite, by the words of its own message.
_SQLITE_WORDS = {
    "locked": ("数据库正被其他程序占用", "the database is held by another program"),
    "full": ("磁盘已满", "the disk is full"),
    "disk i/o": ("读写数据库文件出错", "reading or writing the database file failed"),
    "unable to open": (
        "数据库文件无法打开，请检查路径和权限",
        "the database file cannot be opened: look at its path and permissions",
    ),
}
# Errors that no second attempt helps with, and what does.
_SQLITE_REMEDIES = {
    "readonly": ("数据库不可写", "the database cannot be written", "须有该文件及其文件夹的写权限", "have write access to the file and its folder"),
    "not a database": ("该文件不是记录数据库", "the file is not a record", "请检查路径", "look at its path"),
    "malformed": ("数据库文件已损坏", "the database file is damaged", "请恢复备份（restore）", "restore a backup"),
}  # fmt: skip


def unavailable(zh: str, en: str, where: str = "--database") -> RecordUnavailable:
    """That the record cannot be used, in both languages."""
    return RecordUnavailable([Fault(where, Text(zh, en))])


@contextmanager
def translated() -> Iterator[None]:
    """What the database raises within, in words of the product. Raises RecordUnavailable, Refused for a text with U+0000."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise unavailable(
            f"缺少 {error.name}，请安装 postgres 附加组件", f"{error.name} is missing: install the extra “postgres”"
        ) from error
    except PoolTimeout as error:
        raise unavailable(
            "同时使用数据库的请求过多；未记录任何内容，请稍后重试",
            "too many use the database at once; nothing was recorded: try again",
        ) from error
    except DBAPIError as error:
        if _NUL in str(error.orig):
            raise _holds_nul() from error
        raise _explained(error) from error


def require_texts(
    connection: Connection, cursor: object, statement: str, values: Any, context: object, many: bool
) -> None:
    """Raises Refused for a text with U+0000: SQLite would take it, and PostgreSQL takes none."""
    for row in values if many else (values,):
        for each in row:
            if isinstance(each, str) and "\0" in each:
                raise _holds_nul()


def _holds_nul() -> Refused:
    return Refused([Fault("", Text("含有空字符（U+0000）", "holds the character U+0000"))])


def _explained(error: DBAPIError) -> RecordUnavailable:
    """What a person can do about it; the statement and its values stay out of it."""
    words = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    for sign, (zh, en) in _SQLITE_WORDS.items():
        if sign in words.lower():
            return unavailable(
                f"{zh}（{words}）；未记录任何内容，请稍后重试", f"{en} ({words}); nothing was recorded: try again"
            )
    for sign, (zh, en, remedy, helps) in _SQLITE_REMEDIES.items():
        if sign in words.lower():
            return unavailable(
                f"{zh}（{words}）；未记录任何内容，{remedy}", f"{en} ({words}); nothing was recorded: {helps}"
            )
    return unavailable(
        f"数据库不可用（{words}）；未记录任何内容，请稍后重试",
        f"the database cannot be used ({words}); nothing was recorded: try again",
    )
