"""The benchmark's tables: RESULTS.md, a section a part, and the lines of it that docs/reference/speed.md and README.md quote between their markers."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measures import portfolio, rows, serving
from benchmarks.measures.line import Line, number
from benchmarks.peers.plain import PlainWhole

ROOT = Path(__file__).resolve().parents[1]
RESULTS, PROFILE = Path(__file__).with_name("RESULTS.md"), Path(__file__).with_name("PROFILE.md")
SPEED, README = ROOT / "docs" / "reference" / "speed.md", ROOT / "README.md"
OPENS, CLOSES = "<!-- bench -->", "<!-- /bench -->"
HEAD = "| 本产品 / ours | 对照 / against | 本产品 / ours | 对照 / theirs | 比值（最小–最大）/ ratio (least–most) | 目标 / to reach | 达到 / reached |\n|---|---|---|---|---|---|---|"
TITLES = {
    "rows": "逐份判断 / One sheet at a time", "before": "与之前的版本 / Against the version before", "columns": "整批按列判断 / Whole portfolios, from columns",
    "start": "命令从头到尾 / The command, start to end", "api": "接口 / The API", "growth": "规模 / Growth", "spark": "Spark",
}  # fmt: skip
AGREES, AGREED = (
    "Agreement with `exact.py` / 与精确判断一致",
    {"before": "The same bytes as before / 与之前版本逐字节相同"},
)
# The rows that README shows: how ours and the other begin; and the columns of them.
SHOWN = (
    (rows.SLOTS, PlainWhole.title), (rows.SLOTS, "zen-engine, bare expressions"), (rows.ENGINE, "durable-rules, stock Host"),
    (portfolio.READY, "OpenFisca"), (serving.API, ""),
)  # fmt: skip
SHOWN_CELLS = (0, 1, 4, 5, 6)
INTRODUCTION = """# `make bench`: measured

*Written by `make bench`; do not edit.* Ratios say how many times as fast ours is (of times, how many times as long ours takes); each is the median of pairs measured in turn
(A B A B …), with the least and the greatest. 各项为交替成对测量的比值中位数，括号内为最小和最大。

How it is fair: every peer judges all 55 rules of `fuqing@2023`, translated by `peers/` from the same parsed conditions (three-valued logic as a pair of tests: surely true, surely false); the rules are compiled
once, before anything is measured; rows stand ready in the form each takes fastest, ours too: figures are whole numbers on a grid of 10⁻⁶, both ends of each comparison ready made. Of plain Python there are two:
one has exact decimals and does its own arithmetic, as a person would write it. The stock Host is asked the engine rules that our evaluator asks. A peer is one process of its own, on the same Python. Rules about
the project and the heads of the rules over lists are one call, each item of a list that is to be judged another, and nothing is remembered from one call to the next: that dispatch is the same code for all, ours among
them. `exact.py` alone has no rows: it reads facts. Ours from facts stands beside it. Before it is measured, every outcome of every peer and of ours is held against `exact.py`: one that differs voids the run. One sheet
at a time, and what stands against the version before, are measured in the processor's seconds (all threads of the process), everything else by the clock, on all cores, unless it says otherwise. Each section says when it was measured; `make bench PARTS=…` measures some anew.
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
    if not each["measured"]:
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
    said = [f"{AGREED.get(part['part'], AGREES)}: {', '.join(agreements)}."] if agreements else []
    where = part["machine"]
    measured = f"{part['at']}, {part['seconds']} s; {where['cores']} cores, {where['memory']}, {where['processor']}, {where['system']}, {where['python']}."
    return "\n".join(
        [
            f"## {TITLES[part['part']]}\n",
            HEAD,
            *map(row, lines),
            "",
            measured,
            *said,
            *([""] if notes else []),
            *notes,
        ]
    )


def sections(text: str) -> dict[str, str]:
    """The parts of RESULTS.md as they were measured."""
    titles = {title: name for name, title in TITLES.items()}
    found = (re.split(r"\n(?=## )", text))[1:]
    return {
        titles[title]: each.rstrip() for each in found if (title := each.split("\n")[0].removeprefix("## ")) in titles
    }


def written(part: Mapping[str, Any], path: Path = RESULTS) -> None:
    """A part that was measured takes the place of its section; the other sections stay as they were."""
    before = sections(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(together(before | {part["part"]: section(part)}), encoding="utf-8")


def together(every: Mapping[str, str]) -> str:
    """RESULTS.md of its sections by part: the introduction, the sections in their order, and why a figure is not reached."""
    why = PROFILE.read_text(encoding="utf-8")
    return "\n\n".join([INTRODUCTION.rstrip(), *(every[name] for name in TITLES if name in every), why])


def cells(line: str) -> list[str]:
    return [each.strip() for each in line.strip("| ").split(" | ")]


def lines_of(text: str) -> list[str]:
    """The rows of every table in RESULTS.md."""
    found = (line for each in sections(text).values() for line in each.splitlines())
    return [line for line in found if line.startswith("| ") and not HEAD.startswith(line)]


def quotable(text: str) -> list[str]:
    """The rows that the reference quotes: those that something is asked of, or that are stated."""
    return [line for line in lines_of(text) if cells(line)[5] != "—"]


def shown(text: str) -> list[str]:
    """The five rows of README, by the columns that it has. Raises ValueError for one that is not there."""
    found = []
    for ours, other in SHOWN:
        begun = (each for each in map(cells, lines_of(text)) if each[0].startswith(ours) and each[1].startswith(other))
        line = next(begun, None)
        if line is None:
            raise ValueError(f"RESULTS.md has no row of {ours} against {other}")
        found.append(narrow(line))
    return found


def narrow(line: list[str]) -> str:
    return "| " + " | ".join(line[at] for at in SHOWN_CELLS) + " |"


def quoted(results: Path = RESULTS, speed: Path = SPEED, readme: Path = README) -> None:
    """The tables of docs/reference/speed.md and README.md between their markers, anew."""
    text = results.read_text(encoding="utf-8")
    put(speed, [HEAD, *quotable(text)])
    put(readme, [narrow(cells(HEAD.split("\n")[0])), "|---" * len(SHOWN_CELLS) + "|", *shown(text)])


def put(path: Path, lines: list[str]) -> None:
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(OPENS)
    _, closing, after = rest.partition(CLOSES)
    if not closing:
        raise ValueError(f"{path.name} lacks the markers {OPENS} and {CLOSES}")
    path.write_text(f"{before}{OPENS}\n" + "\n".join(lines) + f"\n{CLOSES}{after}", encoding="utf-8")
