"""The peers as seen from the product's side: each a worker process in their environment."""

from __future__ import annotations

import json
import pickle
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.program import Answer, Engine, Program, Sheet

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
# Module and class of each peer, in the order of the table.
ROWS = (
    ("plain", "PlainPython"), ("plain", "PlainWhole"), ("zen_engine", "ZenExpressions"), ("cel", "CelRust"), ("cel", "CelCpp"), ("cedar", "Cedar"),
    ("zen_engine", "ZenGraph"), ("clips", "Clips"), ("ruleengine", "RuleEngine"), ("host", "StockHost"), ("rego", "Rego"),
)  # fmt: skip
COLUMNS = (("openfisca", "OpenFisca"), ("polars_frames", "PolarsFrames"))
PLAIN, HOST = ("plain", "PlainPython"), ("host", "StockHost")


class Disagreement(RuntimeError):
    """A peer that judges otherwise than `exact.py`: the run is void."""


@dataclass
class Worker:
    """A running peer."""

    process: subprocess.Popen[str]
    title: str = ""
    version: str = ""
    count: int = 0

    def _reply(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer's process ended: {self.title or self.process.args!r}")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _ask(self, word: str) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self._reply()

    def greet(self) -> None:
        reply = self._reply()
        self.title, self.version, self.count = reply["title"], reply["version"], reply["count"]

    def check(self) -> None:
        """Every outcome as `exact.py` has it. Raises Disagreement."""
        difference = self._ask("check")["difference"]
        if difference:
            raise Disagreement(f"{self.title}: {difference}")

    def seconds(self, clock: str) -> float:
        """The seconds of one pass over all its sheets, of the `processor` or by the `clock`."""
        return float(self._ask(clock)["seconds"])


def written(path: Path, program: Program | Engine, sheets: Sequence[Sheet], answers: Sequence[Answer]) -> Path:
    """What workers read."""
    path.write_bytes(pickle.dumps((program, list(sheets), list(answers))))
    return path


@contextmanager
def worker(peer: tuple[str, str], payload: Path, repeats: int = 1) -> Iterator[Worker]:
    """A peer, checked against `exact.py` on every sheet before anything is measured."""
    if not PYTHON.exists():
        raise FileNotFoundError(".venv-bench is missing: run tools/setup-bench.sh")
    command = [str(PYTHON), "-m", "benchmarks.peers.worker", *peer, str(payload), str(repeats)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    found = Worker(process)
    try:
        found.greet()
        found.check()
        yield found
    finally:
        assert process.stdin and process.stdout
        process.stdin.close()
        process.wait()
        process.stdout.close()
