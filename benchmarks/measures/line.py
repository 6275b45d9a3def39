"""One line of the benchmark's tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.pairs import Pair


@dataclass(frozen=True)
class Line:
    """Ours against another: both as told, the ratio with its range, what it should reach and whether it does (None: nothing asked)."""

    ours: str
    other: str
    measured: str = ""
    compared: str = ""
    ratio: float | None = None
    least: float | None = None
    greatest: float | None = None
    asked: str = ""
    reached: bool | None = None
    agreement: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def number(value: float) -> str:
    """Three digits that count, no more: `1,234`, `56.7`, `0.89`."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def a_second(seconds: float, unit: str = "sheets/s") -> str:
    return f"{number(1 / seconds)} {unit}"


def line(
    ours: str, other: str, pair: Pair, *, least: float | None = None, asked: str = "", agreement: str = "", note: str = "", unit: str = "sheets/s"
) -> Line:  # fmt: skip
    """A line whose ratio says how many times as fast ours is."""
    return Line(
        ours, other, a_second(pair.ours, unit), a_second(pair.other, unit), pair.ratio, pair.least, pair.greatest,
        asked or (f"≥ {least:g}×" if least is not None else ""), None if least is None else pair.ratio >= least, agreement, note,
    )  # fmt: skip


def unavailable(ours: str, other: str, why: str, asked: str = "") -> Line:
    """A line that could not be measured here, and why."""
    return Line(ours, other, asked=asked, note=why)
