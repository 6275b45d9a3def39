"""Reads files, each in a process of its own, and says of each what became of it and how much memory it took, its own processes included.

Run as a module with the kind and the path of each file: `python -m tests.security.measured workbook FILE draft FILE past FILE …`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from review import SheetError
from review.confined import _server
from review.readers.past_decisions import read_history
from review.readers.sheets import read_sheet, read_typed
from review.readers.workbook_opening import _MODULES
from tests.commands import ROOT


def measured(files: Iterable[tuple[str, Path]]) -> dict[str, dict[str, Any]]:
    """By file: `refused` (the words of its first fault, or None), `alone` (whether a process was started), `peak` in bytes."""
    arguments = [each for kind, path in files for each in (kind, str(path))]
    done = subprocess.run(
        [sys.executable, "-m", __name__, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert not done.stderr
    return {each["file"]: each for each in found}


def _read(kind: str, path: Path) -> None:
    if kind == "past":
        for row in read_history(path):
            if row.faults:
                raise SheetError(row.faults)
    elif kind == "draft":
        read_typed(path.read_bytes(), path.name)
    else:
        read_sheet(path.read_bytes(), {".xlsx": "xlsx", ".json": "json", ".yaml": "yaml"}[path.suffix])


def _told(kind: str, path: Path) -> dict[str, Any]:
    try:
        _read(kind, path)
        words = None
    except SheetError as error:
        words = f"{error.faults[0].where}: {error.faults[0].text.zh}"
    alone = _server.cache_info().currsize > 0
    if alone:
        # What it has forked counts when it has been waited for.
        _server(_MODULES)._stop()  # type: ignore[attr-defined]
    return {"refused": words, "alone": alone}


def _main(arguments: list[str]) -> None:
    for kind, name in zip(arguments[::2], arguments[1::2], strict=True):
        told, tell = os.pipe()
        process = os.fork()
        if not process:
            try:
                os.write(tell, json.dumps(_told(kind, Path(name))).encode())
            finally:
                os._exit(0)
        os.close(tell)
        with open(told, "rb") as pipe:
            found = json.loads(pipe.read())
        usage = os.wait4(process, 0)[2]
        print(json.dumps({"file": name, **found, "peak": usage.ru_maxrss * 1024}), flush=True)


if __name__ == "__main__":
    _main(sys.argv[1:])
