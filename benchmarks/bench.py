"""`make bench`: everything side by side in one run, written to RESULTS.md and quoted in docs/reference/speed.md.

    python -m benchmarks.bench [PART …]

Parts: rows, columns, start, api, growth, spark; all of them where none is named. A part's lines are kept under build/bench until it is
measured again, and RESULTS.md says of each when it was. Exit 1 where a peer or an engine judges otherwise than `exact.py`: then nothing is written.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.measures import portfolio, rows, serving
from benchmarks.measures.line import Line
from benchmarks.peers.processes import ROOT, Disagreement
from benchmarks.report import machine, printed, quoted, written

KEPT = ROOT / "build" / "bench"
PARTS: dict[str, Callable[[], Iterator[Line]]] = {
    "rows": rows.measured, "columns": portfolio.columns, "start": serving.command_start, "api": serving.api, "growth": portfolio.growth,
    "spark": portfolio.spark,
}  # fmt: skip


def measure(name: str) -> dict[str, Any]:
    """One part's lines, printed as they come."""
    began, lines = time.perf_counter(), []
    for each in PARTS[name]():
        print(printed(each), flush=True)
        lines.append(each.as_json())
    return {
        "part": name, "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), "seconds": round(time.perf_counter() - began), "machine": machine(),
        "lines": lines,
    }  # fmt: skip


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(
            f"没有这一部分 / no such part: {', '.join(unknown)}；可用 / there are: {', '.join(PARTS)}", file=sys.stderr
        )
        return 2
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in names or PARTS:
        try:
            found = measure(name)
        except Disagreement as error:
            print(f"结论不一致，本次作废 / outcomes differ, the run is void\n{error}", file=sys.stderr)
            return 1
        (KEPT / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    kept = [
        json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))
        for name in PARTS
        if (KEPT / f"{name}.json").exists()
    ]
    written(kept)
    quoted(kept)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
