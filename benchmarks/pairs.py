"""Two things measured side by side: A B A B …, the ratio of each pair, and of the ratios the median, the least and the greatest."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Seconds a unit of work of each side (medians), and how many times as long the other takes as ours."""

    ours: float
    other: float
    ratio: float
    least: float
    greatest: float

    def inverse(self) -> Pair:
        """The same pair seen from the other side."""
        return Pair(self.other, self.ours, 1 / self.ratio, 1 / self.greatest, 1 / self.least)


def turns(sides: Sequence[Callable[[], float]], rounds: int) -> list[list[float]]:
    """All sides in turn, after a pass each that does not count; each gives its seconds a unit, one column a side."""
    for side in sides:
        side()
    rows = [[side() for side in sides] for _ in range(rounds)]
    return [list(column) for column in zip(*rows, strict=True)]


def pair_of(ours: Sequence[float], other: Sequence[float]) -> Pair:
    """Two columns measured in turn."""
    ratios = [theirs / mine for mine, theirs in zip(ours, other, strict=True)]
    return Pair(statistics.median(ours), statistics.median(other), statistics.median(ratios), min(ratios), max(ratios))


def paired(ours: Callable[[], float], other: Callable[[], float], rounds: int) -> Pair:
    """Two sides in turn."""
    mine, theirs = turns((ours, other), rounds)
    return pair_of(mine, theirs)
