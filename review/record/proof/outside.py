"""Checkpoints from outside (另行保存的检查点): the record must still lead to each; where it does not, the first event that differs is named.

A checkpoint holds the root of the tree over all digests. One that holds the peaks of that tree too tells which stretch of events
differs first; an earlier one with which the record agrees narrows it further.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from review.errors import Text
from review.record.proof.breaks import Break, ComparedShown
from review.record.proof.receipts import CheckpointNamed
from review.record.storage import chain
from review.record.storage.journal import table
from review.record.storage.operations import SignedCheckpoint
from review.record.storage.tables import Checkpoint, Event


@dataclass(frozen=True)
class Anchor:
    """A checkpoint to hold the record against: where it was found, and the public key that signed it; None where none did.

    One that somebody gave (`given`) is listed with what came of it; those that the product finds by itself are counted.
    """

    name: str
    checkpoint: CheckpointNamed
    key: str | None = None
    given: bool = True

    @property
    def position(self) -> int:
        """The event that it was made at."""
        return self.checkpoint["position"]


class Outside:
    """Checkpoints from outside, compared with the record as it is walked through."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self._anchors: dict[int, list[Anchor]] = {}
        for each in sorted(anchors, key=lambda each: each.position):
            self._anchors.setdefault(each.position, []).append(each)
        self.newest = max(self._anchors, default=0)
        self.count = len(anchors)
        self._compared: list[ComparedShown] = []
        # The last event of which a checkpoint says that it and all before it are as they were.
        self._agreed = 0
        # The last peak of the record's own tree, at every position where a stretch of a checkpoint ends.
        self._ends = {end for each in anchors if each.checkpoint.get("peaks") for _, end in _stretches(each.position)}
        self._peaks: dict[int, str] = {}

    def breaks(self, position: int, head: str, peaks: Sequence[str]) -> Iterator[Break]:
        """What differs, now that the walk has come to this position with this head and these peaks of the tree."""
        if position in self._ends:
            self._peaks[position] = peaks[-1]
        for each in self._anchors.get(position, ()):
            agrees = (each.checkpoint["head"], each.checkpoint["root"]) == (head, chain.root_of(peaks))
            self._note(each, agrees)
            if not agrees:
                yield self._differs(each)
            else:
                self._agreed = position

    def beyond(self, last: int) -> Iterator[Break]:
        """Checkpoints beyond the last event: the end was cut off."""
        for position, anchors in self._anchors.items():
            for each in anchors if position > last else ():
                self._note(each, False)
                name = _named(each)
                yield _broken(
                    each, last + 1, Event,
                    f"末尾被截断：缺少第 {last + 1} 号起的事件；{name.zh}", f"the end was cut off: events from {last + 1} on are missing; {name.en}",
                )  # fmt: skip

    def compared(self) -> tuple[ComparedShown, ...]:
        """The checkpoints that were given and those that differ, and whether the record agrees with each."""
        return tuple(self._compared)

    def _note(self, each: Anchor, agrees: bool) -> None:
        if each.given or not agrees:
            self._compared.append({"position": each.position, "head": each.checkpoint["head"], "agrees": agrees})

    def _differs(self, each: Anchor) -> Break:
        first, last = self._stretch(each)
        which_zh = f"第 {first} 号" if first == last else f"第 {first}–{last} 号中的一项"
        which_en = f"event {first}" if first == last else f"one of the events {first}–{last}"
        name = _named(each)
        return _broken(
            each, first, Checkpoint,
            f"与另行保存的检查点不符：最先不同的是{which_zh}事件；{name.zh}",
            f"differs from the checkpoint kept elsewhere: the first that differs is {which_en}; {name.en}",
        )  # fmt: skip

    def _stretch(self, each: Anchor) -> tuple[int, int]:
        """The first and last event of the stretch in which the first difference is."""
        first, position = self._agreed + 1, each.position
        peaks = each.checkpoint.get("peaks") or []
        stretches = _stretches(position)
        if len(peaks) == len(stretches):
            for (begin, end), peak in zip(stretches, peaks, strict=True):
                # The last peak of the tree as it was at the end of the stretch is that stretch's own.
                if self._peaks.get(end) != peak:
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


def _broken(each: Anchor, position: int, model: type, zh: str, en: str) -> Break:
    """A break found by a checkpoint; of one that is signed the key is its name."""
    if each.key is None:
        return Break(position, table(model).name, str(each.position), Text(zh, en))
    return Break(position, table(SignedCheckpoint).name, each.name, Text(zh, en))


def _named(each: Anchor) -> Text:
    short = each.checkpoint["head"].removeprefix("sha256:")[:12]
    return Text(
        f"所比对的是另行保存的检查点：第 {each.position} 号，链头 {short}",
        f"compared with the checkpoint kept elsewhere at {each.position}, head {short}",
    )
