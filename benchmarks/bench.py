"""`make bench`: everything side by side in one run, written to RESULTS.md and quoted in docs/reference/speed.md and README.md.

    python -m benchmarks.bench [PART …]

Parts: rows, before, columns, start, api, growth, spark; all of them where none is named. A part that is not measured stays in RESULTS.md as it
was, with the day that it was measured on. `before` measures against the checkout that BASELINE names. Exit 1 where a peer or an engine judges
otherwise than `exact.py`, or reviews have other bytes than before: then that part is not written, and what follows is not measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.measures import before, portfolio, rows, serving
from benchmarks.measures.line import Line
from benchmarks.peers.processes import Disagreement
from benchmarks.report import machine, printed, quoted, written

PARTS: dict[str, Callable[[], Iterator[Line]]] = {
    "rows": rows.measured, "before": before.measured, "columns": portfolio.columns, "start": serving.command_start, "api": serving.api,
    "growth": portfolio.growth, "spark": portfolio.spark,
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
    for name in names or PARTS:
        try:
            written(measure(name))
        except before.NotAsked as error:
            print(f"{name}: 未测，保留原结果 / not measured, left as it was: {error}", file=sys.stderr)
        except Disagreement as error:
            print(f"{name}: 结论不一致，本部分作废 / outcomes differ, this part is void\n{error}", file=sys.stderr)
            return 1
    quoted()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
