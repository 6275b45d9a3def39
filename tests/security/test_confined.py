"""Work in a process of its own: its items arrive in order; whatever becomes of it, the caller goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from review.confined import BrokeOff, _server, confined
from review.errors import Conflict
from tests.commands import ROOT
from tests.security import work


def open_files() -> set[str]:
    return {os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()}


def test_items_arrive_in_order_and_nothing_stays_open() -> None:
    assert list(confined(work.counted, b"")) == []
    before = open_files()
    assert list(confined(work.counted, b"x" * 1000)) == list(range(1000))
    assert next(confined(work.endless, b"telling")) == 1
    assert open_files() == before


def test_a_refusal_is_the_callers_with_its_faults() -> None:
    items = confined(work.refusing, b"")
    assert next(items) == 1
    with pytest.raises(Conflict) as refusal:
        next(items)
    assert [(each.where, each.text.en) for each in refusal.value.faults] == [("here", "no")]


def test_an_unforeseen_error_is_told_by_kind_and_place_alone() -> None:
    with pytest.raises(RuntimeError, match=r"^KeyError at .*work\.py:\d+$"):
        list(confined(work.failing, b""))


@pytest.mark.parametrize("end", [work.endless, work.greedy, work.killed])
def test_work_that_dies_leaves_the_caller_alive(end: object) -> None:
    with pytest.raises(BrokeOff):
        list(confined(end, b"", seconds=1))  # type: ignore[arg-type]
    assert list(confined(work.counted, b"x")) == [0]


def test_threads_share_one_server() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda many: list(confined(work.counted, b"x" * many)), range(24)))
    assert found == [list(range(many)) for many in range(24)]


def test_a_server_that_died_is_started_again() -> None:
    assert list(confined(work.counted, b"x")) == [0]
    server = _server(())
    os.kill(server._forkserver_pid, 9)  # type: ignore[attr-defined]
    os.waitid(os.P_PID, server._forkserver_pid, os.WEXITED | os.WNOWAIT)  # type: ignore[attr-defined]
    assert list(confined(work.counted, b"xx")) == [0, 1]


def test_the_callers_main_module_is_not_run_again(tmp_path: Path) -> None:
    """A script reads a workbook without any guard, and nothing of Python's complains as it ends."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nsys.path.insert(0, sys.argv[1])\nprint('run')\n"
        "from review.confined import confined\nfrom tests.security import work\n"
        "print(*confined(work.main_module, b''))\nprint(*confined(work.counted, b'xxx'))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", script, ROOT], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.stdout, done.stderr, done.returncode) == ("run\nNone\n0 1 2\n", "", 0)
