"""Checkpoints from outside (另行保存的检查点): the record must still lead to each; where it does not, the first event that differs is named.

A checkpoint holds the root of the tree over all digests. One that holds the peaks of that tree too tells which stretch of events
differs first; an earlier one with which the record agrees narrows it further.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from review.record.proof.breaks import Break, ComparedShown, broken
from review.record.proof.receipts import CheckpointNamed
from review.record.storage import chain
from review.record.storage.tables import Checkpoint, Event


class Outside:
    """Checkpoints from outside, held against the record as it is walked through."""

    def __init__(self, checkpoints: Sequence[CheckpointNamed]) -> None:
        self._checkpoints = sorted(checkpoints, key=lambda each: each["position"])
        self._compared: list[ComparedShown] = []
        # The last event of which a checkpoint says that it and all before it are as they were.
        self._agreed = 0
        # The peaks of the record's own tree, at every position where a stretch of a checkpoint ends.
        self._ends = {end for each in self._checkpoints for _, end in _stretches(each["position"])}
        self._peaks: dict[int, list[str]] = {}

    def breaks(self, position: int, head: str, peaks: Sequence[str]) -> Iterator[Break]:
        """What differs, now that the walk has come to this position with this head and these peaks of the tree."""
        if position in self._ends:
            self._peaks[position] = [*peaks]
        for each in self._checkpoints:
            if each["position"] == position:
                agrees = (each["head"], each["root"]) == (head, chain.root_of(peaks))
                self._compared.append({"position": position, "head": each["head"], "agrees": agrees})
                if not agrees:
                    yield self._differs(each)
                else:
                    self._agreed = position

    def beyond(self, last: int) -> Iterator[Break]:
        """Checkpoints beyond the last event: the end was cut off."""
        for each in self._checkpoints:
            if each["position"] > last:
                self._compared.append({"position": each["position"], "head": each["head"], "agrees": False})
                name_zh, name_en = _named(each)
                yield broken(
                    last + 1, Event, each["position"],
                    f"末尾被截断：缺少第 {last + 1} 号起的事件；{name_zh}", f"the end was cut off: events from {last + 1} on are missing; {name_en}",
                )  # fmt: skip

    def compared(self) -> tuple[ComparedShown, ...]:
        """The checkpoints that were compared, and whether the record agrees with each."""
        return tuple(self._compared)

    def _differs(self, each: CheckpointNamed) -> Break:
        first, last = self._stretch(each)
        which_zh = f"第 {first} 号" if first == last else f"第 {first}–{last} 号中的一项"
        which_en = f"event {first}" if first == last else f"one of the events {first}–{last}"
        name_zh, name_en = _named(each)
        return broken(
            first, Checkpoint, each["position"],
            f"与另行保存的检查点不符：最先不同的是{which_zh}事件；{name_zh}",
            f"differs from the checkpoint kept elsewhere: the first that differs is {which_en}; {name_en}",
        )  # fmt: skip

    def _stretch(self, each: CheckpointNamed) -> tuple[int, int]:
        """The first and last event of the stretch in which the first difference is."""
        first, position = self._agreed + 1, each["position"]
        peaks = each.get("peaks") or []
        stretches = _stretches(position)
        if len(peaks) == len(stretches):
            for (begin, end), peak in zip(stretches, peaks, strict=True):
                # The last peak of the tree as it was at the end of the stretch is that stretch's own.
                if self._peaks[end][-1] != peak:
                    return max(first, begin), end
        return first, position


def _stretches(size: int) -> list[tuple[int, int]]:
    """The stretches of events that the peaks of a tree of that size are over, in order: one for each bit, the largest first."""
    found, begin = [], 0
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            found.append((begin + 1, begin + (1 << bit)))
            begin += 1 << bit
    return found


def _named(each: CheckpointNamed) -> tuple[str, str]:
    short = each["head"].removeprefix("sha256:")[:12]
    return (
        f"所比对的是另行保存的检查点：第 {each['position']} 号，链头 {short}",
        f"compared with the checkpoint kept elsewhere at {each['position']}, head {short}",
    )
