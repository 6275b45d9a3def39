"""The server process: uvicorn over the application, in one or several workers; on shutdown it finishes the requests it accepted."""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import uvicorn
from pydantic import SecretStr

from api.logs import set_up
from api.settings import SHARED, Settings
from review.errors import Fault, KeyFileUnusable, ServiceNotStarted, Text, system_words
from review.evaluation.engine import load
from review.law.at_hand import rulesets_at_hand
from review.record.access.keys import create_key, list_keys
from review.record.access.people import add_person, list_people
from review.record.proof import time_stamps
from review.record.storage.actors import at_terminal
from review.record.storage.store import Store, open_store
from review.record.work.webhooks import encrypt_secrets

ADMINISTRATOR = "admin"
# The exit code of uvicorn where it cannot start.
STARTUP_FAILURE = 3


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises EngineUnavailable, ServiceNotStarted, RulesetError, and RecordUnavailable where the record cannot be opened."""
    load()
    # What loads editions reads where they are from the environment, in this process and in workers, which read all settings there.
    os.environ.update(as_environment(settings))
    rulesets_at_hand()
    require_free(settings.host, settings.port)
    set_up()
    if settings.time_stamp_url:
        time_stamps.require_extra()
    _require_key_file(settings)
    _require_administrator(settings)
    with _shared_meters(settings.workers):
        try:
            uvicorn.run(
                "api.server:application",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                **options(settings),
            )
        except SystemExit as ended:
            if ended.code != STARTUP_FAILURE:
                raise
            words = Text("服务未能启动，原因见上一行", "the service could not start; the line above says why")
            raise ServiceNotStarted([Fault(f"{settings.host}:{settings.port}", words)]) from None


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as variables that read back as they are, passwords as they were given."""
    return {
        f"TWO_HIGH_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings.model_dump(exclude_none=True).items()
    }


def options(settings: Settings) -> dict[str, Any]:
    """How uvicorn serves the application, wherever it listens."""
    return {
        "access_log": False, "server_header": False, "log_config": None, "timeout_graceful_shutdown": settings.finish_seconds, "timeout_keep_alive": 5,
        "h11_max_incomplete_event_size": 65_536, "http": "api.connections:Connection", "ws": "none",
        # A worker that is busy is no worker that has died.
        "timeout_worker_healthcheck": 60,
    }  # fmt: skip


def require_free(host: str, port: int) -> None:
    """That the service can listen there. Raises ServiceNotStarted before anything is made of the record.

    Of other obstacles uvicorn finds out: which addresses of a name it can do without is for it to say.
    """
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(address)
    except OSError as error:
        words = _obstacle(error)
        if words is not None:
            raise ServiceNotStarted([Fault(f"{host}:{port}", words)]) from None


def _obstacle(error: OSError) -> Text | None:
    if isinstance(error, socket.gaierror):
        return Text("没有这个地址，请用 --host 另指定", "there is no such address: name another with --host")
    if error.errno == errno.EADDRINUSE:
        return Text("端口已被占用，请停止占用它的程序，或用 --port 另指定", "the port is taken: stop what listens there, or name another with --port")  # fmt: skip
    if error.errno == errno.EACCES:
        return Text("无权监听该端口，请用 --port 另指定 1024 以上的端口", "the port is not allowed to this account: name one above 1024 with --port")  # fmt: skip
    return None


@contextmanager
def _shared_meters(workers: int) -> Iterator[None]:
    """A folder in which several workers put what each has counted, so that any of them can show the sum."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="two-high-meters-") as folder:
        os.environ[SHARED] = folder
        yield


def application() -> object:
    """The application with the settings of the environment, for a worker."""
    set_up()
    _end_with_parent()
    # Here alone: a process that has workers serves nothing itself. What is loaded stays to the end, see `api/commands.py`.
    gc.disable()
    try:
        from api.app import create_app
    finally:
        gc.freeze()
        gc.enable()
    return create_app(Settings(), started=_settle)


def _end_with_parent() -> None:
    """Have a worker whose parent was killed end as if it had been told to: nobody else would, and it keeps the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def end() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end, daemon=True).start()


def _settle() -> None:
    """What starting made stays to the end: no request has it looked through for cycles."""
    gc.collect()
    gc.freeze()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _require_key_file(settings: Settings) -> None:
    """That the key file is there: made at the first start, later the one that the record knows. Raises ServiceNotStarted."""
    store = open_store(settings.database, busy_seconds=settings.busy_seconds, key_file=settings.key_file)
    try:
        with store.writing() as connection:
            store.key_file.for_writing(connection)
        encrypt_secrets(store)
    except KeyFileUnusable as error:
        raise ServiceNotStarted(error.faults) from None
    finally:
        store.close()


def _require_administrator(settings: Settings) -> None:
    """Make an administrator, by key and by login, where there is none; the way in is written to a file for this account alone."""
    store = open_store(settings.database, busy_seconds=settings.busy_seconds, key_file=settings.key_file)
    try:
        with store.reading() as connection:
            known = any(each["role"] == "admin" and each["revoked"] is None for each in list_keys(connection))
            people = any(each["role"] == "admin" and each["ended"] is None for each in list_people(connection))
        if not (known and people):
            file, by = _first_password_file(settings, store), at_terminal("two-high")
            # Opened before anything is made: what is shown this once must have a place.
            with _opened_alone(file) as written:
                if not known:
                    key = create_key(store, "管理员 administrator", "admin", by)
                    written.write(f"管理员密钥 / the administrator's key: {key}\n")
                if not people:
                    password = add_person(store, ADMINISTRATOR, "系统管理员 system administrator", "admin", by)
                    written.write(
                        f"管理员登录名和首次密码 / the administrator's login and first password: {ADMINISTRATOR} {password}\n"
                    )
            _say(
                f"管理员的密钥、登录名和首次密码在文件 {file.absolute()} 中，取用后请删除 / the administrator's key, login and first password are in that file: delete it once they are taken"
            )
        _say(f"网页 / the pages: http://{settings.host}:{settings.port}/")
    finally:
        store.close()


def _first_password_file(settings: Settings, store: Store) -> Path:
    """Where the setting says, else beside the record, or in the folder where the server was started."""
    if settings.first_password_file:
        return Path(settings.first_password_file)
    name = "first-password.txt"
    return store.file.with_name(f"{store.file.name}.{name}") if store.file else Path(f"two-high.{name}")


def _opened_alone(file: Path) -> TextIO:
    """A new file, readable by this account alone. Raises ServiceNotStarted."""
    try:
        number = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        words = Text(
            f"首次密码无处可写：{system_words(error)}；请移走该文件，或用 TWO_HIGH_FIRST_PASSWORD_FILE 另指定",
            f"the first password cannot be written: {error.strerror}; move the file away, or name another by TWO_HIGH_FIRST_PASSWORD_FILE",
        )
        raise ServiceNotStarted([Fault(str(file), words)]) from error
    return open(number, "w", encoding="utf-8")
