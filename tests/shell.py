"""`two-high` for the scripts of a shell: a small program that has each command run in a process forked from a warm one, in its own folder, with its own environment and streams.

`two-high serve`, which is about starting and stopping, it leaves to the real command.
"""

from __future__ import annotations

import socket
import sys
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from tempfile import TemporaryDirectory
from threading import Thread

from tests.commands import FORKING, run_in

_PROGRAM = """#!{python} -IS
import os, socket, sys
if sys.argv[1:2] == ["serve"]:
    os.execv({real!r}, sys.argv)
with socket.socket(socket.AF_UNIX) as asking:
    asking.connect({address!r})
    socket.send_fds(asking, [b" "], [0, 1, 2])
    asking.sendall(repr((os.getcwd(), sys.argv[1:], dict(os.environ))).encode())
    asking.shutdown(socket.SHUT_WR)
    sys.exit(asking.recv(1)[0])
"""


@contextmanager
def forked_commands() -> Iterator[Path]:
    """A folder that has the program `two-high`, for the front of a PATH; it works as long as the context."""
    with TemporaryDirectory() as name:
        folder, address = Path(name) / "bin", f"{name}/address"
        folder.mkdir()
        program = folder / "two-high"
        real = str(Path(sys.executable).parent / "two-high")
        program.write_text(_PROGRAM.format(python=sys.executable, real=real, address=address), encoding="utf-8")
        program.chmod(0o700)
        with ThreadingUnixStreamServer(address, _Command) as server:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
            yield folder
            server.shutdown()


class _Command(BaseRequestHandler):
    """One command: it answers with the exit code that a shell sees, in a byte."""

    def handle(self) -> None:
        _, streams, _, _ = socket.recv_fds(self.request, 1, 3)
        with self.request.makefile("rb") as told:
            folder, arguments, environment = literal_eval(told.read().decode())
        process = FORKING.Process(
            target=run_in, args=(folder, arguments, environment, [Connection(each) for each in streams])
        )
        process.start()
        process.join()
        code = process.exitcode
        assert code is not None
        self.request.sendall(bytes([code if code >= 0 else 128 - code]))
