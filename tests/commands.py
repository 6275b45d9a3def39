"""The command line in processes of its own, forked from one that has its modules loaded: in a tenth of the time that starting Python takes.

What is about starting and stopping itself calls the real command instead.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext, ForkServerContext, ForkServerProcess
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import uvicorn._subprocess

from review import cli

ROOT = Path(__file__).resolve().parent.parent
# No command of a test takes so many seconds.
_LONGEST = 600
FORKING = multiprocessing.get_context("forkserver")
# Where the processes of a run ask for what is forked, each as well as the others: to load and warm one process takes five seconds.
SHARED = "TESTS_FORKED_AT"
# `tests.warm` last: it judges, so that no command compiles the editions anew.
FORKING.set_forkserver_preload(
    [
        "api.commands",
        "api.server",
        "api.app",
        *(f"review.cli.{each.name}" for each in iter_modules(cli.__path__)),
        "tests.warm",
    ]
)


class _Process(ForkServerProcess):
    """A process with the environment of this one: the process that it is forked from has the one that the run began with."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._environment = dict(os.environ)

    def run(self) -> None:
        os.environ.clear()
        os.environ.update(self._environment)
        super().run()


class Forking(ForkServerContext):
    """Makes processes that have the product's modules loaded."""

    Process = _Process


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit code, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def two_high(*arguments: object, environment: Mapping[str, str] | None = None, stdin: bytes = b"") -> Done:
    """Run `two-high` with these arguments in the root of the project. `environment`: all of it, by default this process's."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("in", "out", "err")]
        files[0].write_bytes(stdin)
        process = FORKING.Process(
            target=_run, args=([str(each) for each in arguments], dict(environment or os.environ), files)
        )
        process.start()
        process.join(_LONGEST)
        if process.exitcode is None:
            process.kill()
            process.join()
        code = process.exitcode
        process.close()
        assert code is not None
        return Done(code, *(each.read_text(encoding="utf-8") for each in files[1:]))


class Started:
    """`two-high` with these arguments in the root of the project, going on until it is ended as a `subprocess.Popen` is.

    `stderr` is what it writes there, and where they are `joined` what it writes to standard output too. The processes that it
    starts are forked as it is.
    """

    def __init__(self, *arguments: object, environment: Mapping[str, str], joined: bool = False) -> None:
        reading, writing = FORKING.Pipe(duplex=False)
        self._process = FORKING.Process(
            target=_go_on, args=([str(each) for each in arguments], dict(environment), writing, joined, forked_at())
        )
        self._process.start()
        writing.close()
        with reading:
            self.stderr = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, or the signal that it was ended by, negative; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """As `returncode`."""
        return self.returncode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, timeout: float) -> None:
        """Wait for its end. Raises TimeoutError."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError


def forked_at() -> str:
    """Where the process is asked that forks."""
    forkserver.ensure_running()
    address: str = vars(forkserver._forkserver)["_forkserver_address"]
    return address


def fork_from_one(workers: bool) -> None:
    """Let the processes of a run have one that they fork from: called in that which has `workers`, which starts it, and in each of them."""
    if address := os.environ.get(SHARED):
        # A forked process is handed something that it can see its maker's end by.
        vars(forkserver._forkserver)["_forkserver_alive_fd"] = os.open(os.devnull, os.O_WRONLY)
        _fork_at(address)
    elif workers:
        os.environ[SHARED] = forked_at()


def _fork_at(address: str) -> None:
    vars(forkserver._forkserver).update(_forkserver_address=address, ensure_running=lambda: None)


def fork_too(address: str) -> None:
    """Have what this forked process would start anew forked from the process that is asked there."""
    _fork_at(address)
    context = multiprocessing.get_context

    def forking(method: str | None = None) -> BaseContext:
        return Forking() if method == "spawn" else context(method)

    multiprocessing.get_context = forking  # type: ignore[assignment]
    uvicorn._subprocess.spawn = Forking()  # type: ignore[assignment]


def _run(arguments: list[str], environment: dict[str, str], files: list[Path]) -> None:
    _command(arguments, environment, [os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in files])


def _go_on(arguments: list[str], environment: dict[str, str], errors: Connection, joined: bool, address: str) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    fork_too(address)
    _command(arguments, environment, [nothing, os.dup(errors.fileno() if joined else nothing), os.dup(errors.fileno())])


def run_in(folder: str, arguments: list[str], environment: dict[str, str], streams: list[Connection]) -> None:
    """Run `two-high` in this process, in a folder, reading and writing these streams. Ends with SystemExit."""
    _command(arguments, environment, [os.dup(each.fileno()) for each in streams], folder)


def _command(arguments: list[str], environment: dict[str, str], streams: list[int], folder: str | Path = ROOT) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, opened in enumerate(streams):
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, closefd=False) for number, mode in enumerate(("r", "w", "w"))
    )
    sys.argv = ["two-high", *arguments]
    from api.command_line import main

    main()
