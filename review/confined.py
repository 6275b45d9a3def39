"""Work on untrusted input in a separate process with bounded time and memory; the caller continues however that process ends.

The processes are forked from a server that has the modules loaded, so that each starts in milliseconds. It is multiprocessing's,
started when it is first needed, ended with this process; what it forks imports nothing of the caller's main module.
"""

from __future__ import annotations

import gc
import io
import os
import pickle
import resource
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import Pipe, forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, TypeVar

from review.errors import Fault, TwoHighError

Item = TypeVar("Item")
Work = Callable[[bytes], Iterable[Item]]

# Of the processor's time, and of memory beside what the loaded modules take.
MOST_SECONDS, MOST_BYTES = 20, 110_000_000
_LARGEST_ITEM = 30_000_000
_STATE = Path("/proc/self/statm")
_ONE = threading.Lock()


class BrokeOff(Exception):
    """The work did not come to its end: it needed more time or memory than it may have, or its process was killed."""


@dataclass(frozen=True)
class _Made:
    """An item that the work made."""

    item: Any


@dataclass(frozen=True)
class _Refused:
    """The work refused what it was given."""

    kind: type[TwoHighError]
    faults: Sequence[Fault]


@dataclass(frozen=True)
class _Failed:
    """The work met an unforeseen error, reported by its kind and place alone: its words could contain untrusted input."""

    what: str


@dataclass(frozen=True)
class _Over:
    """The work came to its end."""


def confined(
    work: Work[Item],
    content: bytes,
    modules: tuple[str, ...] = (),
    *,
    seconds: int = MOST_SECONDS,
    most: int = MOST_BYTES,
) -> Iterator[Item]:
    """The items that `work`, a function of a module, makes of the content; `modules` are loaded before any process is started.

    The process may take `seconds` of the processor's time and `most` bytes. It ends with the iteration, also where the caller stops
    early. Raises what the work raises of TwoHighError, RuntimeError for an error that nobody foresaw, and BrokeOff.
    """
    ours, theirs = Pipe()
    with ours, ExitStack() as until_over:
        with theirs:
            until_over.callback(os.close, _started(_Process(work, seconds, most), theirs, modules))
        given: bytes | None = content
        while not isinstance(told := _told(ours, given), _Over):
            given = None
            if isinstance(told, _Refused):
                raise told.kind(told.faults)
            if isinstance(told, _Failed):
                raise RuntimeError(told.what)
            yield told.item


def _told(connection: Connection, content: bytes | None) -> Any:
    """What the process says next, once it has been given the content, where there is any. Raises BrokeOff."""
    try:
        if content is not None:
            connection.send_bytes(content)
        return pickle.loads(connection.recv_bytes(_LARGEST_ITEM))
    except (EOFError, OSError) as error:
        raise BrokeOff from error


def _started(process: _Process[Any], connection: Connection, modules: tuple[str, ...]) -> int:
    """Start a process that has the connection; what is returned is to be closed when it is no longer needed. Raises BrokeOff."""
    message = io.BytesIO()
    # What multiprocessing's server reads: how to prepare the process, and what to run in it.
    pickle.dump({"sys_path": sys.path}, message)
    pickle.dump(process, message)
    with _ONE:
        server = _server(modules)
    ended, given = server.connect_to_new_process([connection.fileno()])
    try:
        with open(given, "wb") as pipe:
            pipe.write(message.getbuffer())
    except OSError as error:
        os.close(ended)
        raise BrokeOff from error
    return ended


@lru_cache(maxsize=4)
def _server(modules: tuple[str, ...]) -> forkserver.ForkServer:
    """The server that forks processes with these modules: one in each process, however many threads it has."""
    server = forkserver.ForkServer()
    server.set_forkserver_preload([__name__, *modules])
    return server


class _Process(Generic[Item]):
    """What is run in the process, in the place of a `multiprocessing.Process`, which would import the caller's main module."""

    def __init__(self, work: Work[Item], seconds: int, most: int) -> None:
        self.work, self.seconds, self.most = work, seconds, most

    def _bootstrap(self, parent_sentinel: int | None = None) -> int:
        """Called by multiprocessing in the new process; returns its exit code."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # The modules that were loaded before stay: looking through them for garbage would copy their memory.
        gc.freeze()
        # What a library passes over is not for the caller's error stream.
        warnings.simplefilter("ignore")
        [number] = forkserver.get_inherited_fds() or []
        with Connection(number) as connection:
            try:
                content = connection.recv_bytes()
                _confine(self.seconds, self.most)
                _work(self.work, content, connection)
            except (MemoryError, ConnectionError, EOFError):
                # The caller sees that the connection has ended, or has ended it.
                return 1
        return 0


def _work(work: Work[Item], content: bytes, connection: Connection) -> None:
    try:
        for item in work(content):
            connection.send(_Made(item))
        connection.send(_Over())
    except TwoHighError as error:
        connection.send(_Refused(type(error), error.faults))
    except (MemoryError, ConnectionError):
        raise
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        at = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
        connection.send(_Failed(f"{type(error).__name__} at {at}"))


def _confine(seconds: int, most: int) -> None:
    """Bound the time and memory of this process, from this time on; it leaves no image of its memory behind."""
    bounds = ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_DATA, _data_bytes() + most))
    for each, bound in bounds:
        allowed = resource.getrlimit(each)[1]
        bound = bound if allowed == resource.RLIM_INFINITY else min(bound, allowed)
        resource.setrlimit(each, (bound, bound))


def _data_bytes() -> int:
    """The bytes of data that this process has; where the system does not say, as many as it ever had in memory."""
    if _STATE.exists():
        return int(_STATE.read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
