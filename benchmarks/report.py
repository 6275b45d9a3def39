"""The benchmark's tables: RESULTS.md, and the lines of it that docs/reference/speed.md quotes between its markers."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measures.line import Line, number

ROOT = Path(__file__).resolve().parents[1]
RESULTS, QUOTING = Path(__file__).with_name("RESULTS.md"), ROOT / "docs" / "reference" / "speed.md"
OPENS, CLOSES = "<!-- bench -->", "<!-- /bench -->"
HEAD = "| 本产品 / ours | 对照 / against | 本产品 / ours | 对照 / theirs | 比值（最小–最大）/ ratio (least–most) | 目标 / to reach | 达到 / reached |\n|---|---|---|---|---|---|---|"
TITLES = {
    "rows": "逐份判断 / One sheet at a time", "columns": "整批按列判断 / Whole portfolios, from columns", "start": "命令从头到尾 / The command, start to end",
    "api": "接口 / The API", "growth": "规模 / Growth", "spark": "Spark",
}  # fmt: skip
INTRODUCTION = """# `make bench`: measured

*Written by `make bench`; do not edit.* Ratios say how many times as fast ours is (of times, how many times as long ours takes); each is the median of pairs measured in turn
(A B A B …), with the least and the greatest. 各项为交替成对测量的比值中位数，括号内为最小和最大。

How it is fair: every peer judges all 55 rules of `fuqing@2023`, translated by `peers/` from the same parsed conditions (three-valued logic as a pair of tests: surely true, surely false); the rules are compiled
once, before anything is measured; the rows of facts stand ready in the form each takes fastest. A peer is one process of its own, on the same Python. Rules about the project and the heads of the rules over
lists are one call, each item of a list that is to be judged another: that dispatch is the same code for all. Figures are whole numbers on a grid of 10⁻⁶, both ends of each comparison ready
made; our own evaluator makes them within its measured time. Plain Python has exact decimals and does its own arithmetic. Before it is measured, every peer's every outcome is
held against `exact.py`: one that differs voids the run. One sheet at a time is measured in the processor's seconds (all threads of the process), everything else by the clock, on all cores.
"""


def machine() -> dict[str, str]:
    """What this machine is: no name, no path."""
    model, memory = platform.machine(), ""
    cpu, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpu.exists():
        found = re.search(r"model name\s*:\s*(.+)", cpu.read_text(encoding="utf-8", errors="replace"))
        model = found[1].strip() if found else model
    if meminfo.exists():
        found = re.search(r"MemTotal:\s*(\d+) kB", meminfo.read_text(encoding="ascii"))
        memory = f"{int(found[1]) / 2**20:.0f} GB" if found else ""
    return {
        "cores": str(os.cpu_count()), "memory": memory, "processor": model, "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }  # fmt: skip


def ratio(each: Mapping[str, Any]) -> str:
    if each["ratio"] is None:
        return "—"
    if each["least"] is None:
        return f"{number(each['ratio'])}×"
    return f"{number(each['ratio'])}× ({number(each['least'])}–{number(each['greatest'])})"


def row(each: Mapping[str, Any]) -> str:
    """A line as a row of a table."""
    reached = {True: "是 / yes", False: "**否 / no**", None: "—"}[each["reached"]]
    if each["ratio"] is None:
        reached = "未测 / not measured"
    cells = (
        each["ours"],
        each["other"],
        each["measured"] or "—",
        each["compared"] or "—",
        ratio(each),
        each["asked"] or "—",
        reached,
    )
    return "| " + " | ".join(cells) + " |"


def printed(each: Line) -> str:
    return row(each.as_json())


def section(part: Mapping[str, Any]) -> str:
    """A part's table with what is to be said of it."""
    lines = part["lines"]
    agreements = dict.fromkeys(each["agreement"] for each in lines if each["agreement"])
    notes = [f"- {each['ours']} / {each['other']}: {each['note']}" for each in lines if each["note"]]
    said = [f"Agreement with `exact.py` / 与精确判断一致: {', '.join(agreements)}."] if agreements else []
    where = part["machine"]
    measured = f"{part['at']}, {part['seconds']} s; {where['cores']} cores, {where['memory']}, {where['processor']}, {where['system']}, {where['python']}."
    return "\n".join(
        [
            f"\n## {TITLES[part['part']]}\n",
            HEAD,
            *map(row, lines),
            "",
            measured,
            *said,
            *([""] if notes else []),
            *notes,
        ]
    )


def written(parts: Sequence[Mapping[str, Any]], path: Path = RESULTS) -> None:
    """RESULTS.md from the parts that were measured."""
    text = INTRODUCTION + "\n".join(map(section, parts)) + "\n"
    why = path.with_name("PROFILE.md")
    if why.exists():
        text += "\n" + why.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")


def quotable(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """The rows that the reference quotes: those that something is asked of."""
    return [row(each) for part in parts for each in part["lines"] if each["asked"]]


def quoted(parts: Sequence[Mapping[str, Any]], path: Path = QUOTING) -> None:
    """The table of docs/reference/speed.md between its markers, anew."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(OPENS)
    _, closing, after = rest.partition(CLOSES)
    if not closing:
        raise ValueError(f"{path.name} lacks the markers {OPENS} and {CLOSES}")
    path.write_text(f"{before}{OPENS}\n{HEAD}\n" + "\n".join(quotable(parts)) + f"\n{CLOSES}{after}", encoding="utf-8")
