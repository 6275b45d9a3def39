"""Verification (核验): every digest and link computed anew, every row derived again from its event, every review judged again.

The first break in the order of the record is named precisely; what depends on it may break after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain as chain_of
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, and_, bindparam, exists, select

from review.record.projects.standing import counted_row, follow, latest, standing_row
from review.record.proof.anchors import found_anchors, unknown_signers
from review.record.proof.answers import answer_breaks
from review.record.proof.attachments import attachment_breaks
from review.record.proof.breaks import (
    MOST_BREAKS,
    UNEXAMINED,
    Break,
    Verified,
    broken,
    compared,
    is_digest,
    raw,
    raw_without_content,
    remark,
)
from review.record.proof.consultations import consultation_breaks, note_breaks
from review.record.proof.derived import DERIVED, OF_REVIEWS, astray_breaks
from review.record.proof.documents import document_breaks
from review.record.proof.editions import Editions
from review.record.proof.entries import Entries
from review.record.proof.outside import Anchor, Outside
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.rules import Rules
from review.record.proof.sources import Sources
from review.record.proof.starting import WHOLE, Start, known_breaks, start_from
from review.record.proof.triggers import trigger_breaks
from review.record.storage import chain
from review.record.storage.audit_tables import AuditEntry
from review.record.storage.balance_tables import Counted
from review.record.storage.bodies import ProjectBody
from review.record.storage.contents import Span
from review.record.storage.journal import FOLDED, OF_PROJECTS, Row, Rows, ahead_of_clock, body_of, rows_of, table
from review.record.storage.tables import (
    Checkpoint,
    Draw,
    Event,
    Standing,
    StoredFile,
    StoredReview,
    StoredRuleset,
    StoredSheet,
)
from review.replay.replaying import Target

BATCH = 200
_STORED = (*DERIVED, StoredSheet, StoredRuleset, StoredFile, Standing, Counted, *OF_REVIEWS)
_EVENTS = (
    raw(table(Event))
    .where(table(Event).c.position > bindparam("last"))
    .order_by(table(Event).c.position)
    .limit(BATCH)
)  # fmt: skip


def _key(model: Any) -> Any:
    """The column of a table that says which event a row belongs to."""
    rows = table(model)
    return rows.c.review if model in OF_REVIEWS else rows.c.position


def _within(model: Any) -> Any:
    return and_(_key(model) >= bindparam("first"), _key(model) <= bindparam("last"))


# Which of the tables have rows of some events at all: to ask each of them takes longer.
_FILLED = select(*(exists(select(1).where(_within(model))) for model in _STORED))
_ROWS = {
    model: (raw_without_content if model is StoredFile else raw)(table(model))
    .where(_within(model))
    .order_by(*table(model).primary_key.columns)
    for model in (*_STORED, Checkpoint)
}


def verify(
    connection: Connection,
    *,
    outside: Sequence[Anchor] = (),
    start: Anchor | None = None,
    folder: Path | None = None,
    jobs: int | None = None,
    rejudging: bool = True,
    progress: Callable[[int], None] = lambda done: None,
) -> Verified:
    """Verify the record as the connection sees it, and the whole audit log; with `start`, a signed checkpoint, only what comes after it.

    The record must still lead to every checkpoint stored `outside`, to those in the `folder` of anchors, and to those of its own that
    are signed. Without `rejudging` digests, links, rows and the product's own rules are verified and findings are not judged again.
    Raises RecordUnavailable where the folder cannot be read, NotRecorded where nothing can be verified from `start`.
    """
    begun = WHOLE if start is None else start_from(connection, start, outside)
    anchors, unreadable = found_anchors(connection, folder)
    # What the product finds by itself before the start is left to a verification of the whole.
    found_later = (each for each in anchors if each.position >= begun.position)
    anchors = [*outside, *([start] if start else ()), *found_later]
    walk = _Walk(connection, begun, Outside(anchors), progress)
    breaks, remarks = list[Break](), list[Break]()
    for each in chain_of(unreadable, unknown_signers(connection, anchors), walk.breaks()):
        found = remarks if each.remark else breaks
        if len(found) < MOST_BREAKS:
            found.append(each)
        if len(breaks) == MOST_BREAKS:
            break
    if rejudging and not breaks:
        breaks = list(_rejudged(connection, begun, jobs, progress))[:MOST_BREAKS]
    return Verified(
        after=begun.position,
        events=walk.position - begun.position,
        reviews=walk.reviews,
        checkpoints=walk.checkpoints,
        head=walk.head,
        breaks=tuple(sorted(breaks, key=lambda each: each.position)),
        remarks=tuple(sorted(remarks, key=lambda each: each.position)),
        entries=walk.entries.number,
        compared=walk.outside.compared(),
        anchors=walk.outside.count,
        newest_anchor=walk.outside.newest,
    )


def _rejudged(
    connection: Connection, start: Start, jobs: int | None, progress: Callable[[int], None]
) -> Iterator[Break]:
    for done, result in enumerate(rejudge(tasks(connection, Span(after=start.position)), Target(), jobs), 1):
        progress(done)
        difference = result["difference"]
        if difference is not None:
            # Against its own edition a review differs by a layer.
            assert "layer" in difference
            layer, detail = difference["layer"], difference["detail"]
            yield broken(
                result["review"], StoredReview, result["review"],
                f"重新审查的结论与记录不同（{layer}：{detail}）", f"judged again, it is not what is recorded ({layer}: {detail})",
            )  # fmt: skip


class _Walk:
    """One pass over the events in order, with the rows of each."""

    def __init__(self, connection: Connection, start: Start, outside: Outside, progress: Callable[[int], None]) -> None:
        self.connection, self.start, self.outside, self.progress = connection, start, outside, progress
        self.entries, self.rules = Entries(connection), Rules(connection)
        self.editions = Editions(connection)
        self.position, self.head, self.at = start.position, start.head, start.at
        self.size, self.peaks = start.position, list(start.peaks)
        self.reviews = self.checkpoints = 0
        self.sources = Sources()

    def breaks(self) -> Iterator[Break]:
        last = self.start.position
        yield from self._before()
        while batch := self.connection.execute(_EVENTS, {"last": last}).mappings().all():
            stored = self._stored(batch[0]["position"], batch[-1]["position"])
            checkpoints = {
                row["position"]: row for row in self._rows(Checkpoint, batch[0]["position"], batch[-1]["position"])
            }
            for event in map(dict, batch):
                position = event["position"]
                yield from self._examined(position, Event, self._link(event))
                yield from self._examined(position, Event, self._event(event, stored.get(position, {})))
                yield from self._examined(
                    position, Checkpoint, self._checkpoint(position, checkpoints.pop(position, None))
                )
            last = batch[-1]["position"]
            self.progress(last)
        if ahead_of_clock(self.at):
            yield remark(
                self.position, Event, self.position,
                f"最后一个事件的时间 {self.at} 晚于本机时钟：时钟曾被拨快，此后的事件至该时刻都记作该时间",
                f"the time of the last event, {self.at}, is ahead of the clock of this machine: the clock was set forward, and until then every event bears that time",
            )  # fmt: skip
        yield from astray_breaks(self.connection, self.start.position, self.position)
        yield from self.outside.beyond(self.position)
        yield from self._examined(self.position, AuditEntry, self.entries.breaks(self.position))
        yield from trigger_breaks(self.connection, self.position)

    def _before(self) -> Iterator[Break]:
        """Take in what is known of before the start; what is found of it here is told by a verification of the whole."""
        yield from known_breaks(self.start)
        for event in self.start.known:
            position = event["position"]
            for _ in self._examined(position, Event, self._known(event)):
                pass
        yield from self._examined(self.start.position, Draw, self._held())
        yield from self.outside.breaks(self.position, self.head, self.peaks)

    def _held(self) -> Iterator[Break]:
        """Take in what was held of each source at the start."""
        for source, project, held_t in self.start.holdings:
            if (amount := Decimal(held_t)) != 0:
                self.sources.hold(source, project, amount)
        yield from ()

    def _known(self, event: Mapping[str, Any]) -> Iterator[Break]:
        body = body_of(event)
        self.sources.take(event["kind"], body)
        yield from self.rules.breaks(event, body, self.sources)
        yield from self.editions.breaks(event, body, {})

    def _examined(self, position: int, model: Any, found: Iterator[Break]) -> Iterator[Break]:
        """Breaks as they are found; what cannot even be examined is one too, and the walk goes on."""
        try:
            yield from found
        except UNEXAMINED as error:
            kind = type(error).__name__
            yield broken(
                position,
                model,
                position,
                f"内容被改动，无法核验（{kind}）",
                f"its content was edited and cannot be examined ({kind})",
            )

    def _link(self, event: Mapping[str, Any]) -> Iterator[Break]:
        """The event itself: no number left out, joined to the one before, its digest its own."""
        position, before, head = event["position"], self.position, self.head
        digest = event["digest"] if is_digest(event["digest"]) else chain.START
        self.position, self.head = position, digest
        self.size, self.peaks = chain.grow(self.size, self.peaks, [digest])
        if position != before + 1:
            gone = before + 1
            upto = "" if position - gone == 1 else f"–{position - 1}"
            yield broken(gone, Event, gone, f"缺少第 {gone}{upto} 号事件", f"event {gone}{upto} is missing")
        elif not (own := chain.event_digest(event) == event["digest"]) and (other := self._swapped(event)) is not None:
            yield broken(
                position,
                Event,
                position,
                f"第 {position} 号与第 {other} 号事件被对调",
                f"events {position} and {other} are swapped",
            )
        elif not own:
            yield broken(
                position,
                Event,
                position,
                "事件被改动：内容与其摘要不符",
                "the event was edited: it does not have its digest",
            )
        elif event["previous"] != head:
            yield broken(position, Event, position, "与前一事件不衔接：其前有事件被改动或替换",
                          "does not join the event before it: one before was edited or replaced")  # fmt: skip

    def _swapped(self, event: Mapping[str, Any]) -> int | None:
        """The number that an event which has not its own digest had when it was recorded, where that is another one."""
        events = table(Event)
        before = (
            self.connection.execute(select(events.c.position).where(events.c.digest == event["previous"]))
            .scalars()
            .all()
        )
        position = event["position"]
        for number in (*(each + 1 for each in before), position + 1, position - 1):
            if number != position and chain.event_digest({**event, "position": number}) == event["digest"]:
                return int(number)
        return None

    def _event(self, event: Mapping[str, Any], stored: Rows) -> Iterator[Break]:
        """The rows of the event: those its body gives, no other, and its documents with their digests."""
        position = event["position"]
        try:
            body = body_of(event)
            expected = rows_of(event["kind"], position, body)
        except (ValueError, KeyError, TypeError):
            yield broken(position, Event, position, "事件内容无法读取", "the event's body cannot be read")
            return
        for model in DERIVED:
            if model in expected or model in stored:
                yield from compared(position, model, expected.get(model, []), stored.get(model, []))
        yield from self._time(event, body)
        yield from document_breaks(self.connection, position, body, stored)
        self.reviews += "digest" in body and bool(stored.get(StoredReview))
        yield from self.sources.breaks(position, event["kind"], body)
        yield from self._standings(position, event, body, stored)
        yield from self.rules.breaks(event, body, self.sources)
        yield from self.editions.breaks(event, body, stored)
        if event["kind"] == "attachment":
            yield from attachment_breaks(self.connection, position, body)
        if event["kind"] == "answer":
            yield from answer_breaks(self.connection, position, body)
        if event["kind"] == "note":
            yield from note_breaks(self.connection, position, body)
        if event["kind"] == "consultation":
            yield from consultation_breaks(self.connection, event, body)
        yield from self.entries.sessions(event, body)

    def _time(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Break]:
        """Times ascend: the product appends none that is before the last."""
        before, self.at = self.at, event["at"]
        if event["at"] < before:
            tell = broken if body.get("product") else remark
            yield tell(
                event["position"], Event, event["position"],
                f"时间 {event['at']} 早于前一事件的 {before}", f"its time, {event['at']}, is before that of the event before it, {before}",
            )  # fmt: skip

    def _standings(
        self, position: int, event: Mapping[str, Any], body: Mapping[str, Any], stored: Rows
    ) -> Iterator[Break]:
        projects = (
            [body["project"]["id"]]
            if body.get("project") and event["kind"] in FOLDED
            else list(dict.fromkeys(each["project"] for each in body.get("draws", ())))
        )
        # What the body lacks or has besides is told as a break, by whoever examines it.
        stated = cast(ProjectBody, body)
        expected, counted = list[Row](), list[Row]()
        for ordinal, project in enumerate(projects):
            before = latest(self.connection, project, before=position)
            after = follow(before, event["kind"], position, event["at"], stated)
            expected.append(standing_row(position, ordinal, after))
            if event["kind"] in OF_PROJECTS:
                counted.append(counted_row(position, after))
        yield from compared(position, Standing, expected, stored.get(Standing, []))
        yield from compared(position, Counted, counted, stored.get(Counted, []))

    def _checkpoint(self, position: int, row: Mapping[str, Any] | None) -> Iterator[Break]:
        if row is None:
            if position % chain.CHECKPOINT_EVERY == 0:
                yield broken(position, Checkpoint, position, "缺少检查点", "the checkpoint is missing")
        else:
            self.checkpoints += 1
            if (
                row["head"] != self.head
                or row["peaks"] != chain.canonical(self.peaks).decode()
                or row["root"] != chain.root_of(self.peaks)
            ):
                yield broken(position, Checkpoint, position, "与检查点不符：其前有事件被改动，或检查点被改动",
                              "differs from its checkpoint: an event before it, or the checkpoint, was edited")  # fmt: skip
        yield from self.outside.breaks(position, self.head, self.peaks)

    def _stored(self, first: int, last: int) -> dict[int, Rows]:
        """The stored rows of the events from `first` to `last`, by position and table."""
        result: dict[int, Rows] = {}
        filled = self.connection.execute(_FILLED, {"first": first, "last": last}).one()
        for model in (each for each, has_rows in zip(_STORED, filled, strict=True) if has_rows):
            key = _key(model).name
            for row in self._rows(model, first, last):
                result.setdefault(row[key], {}).setdefault(model, []).append(row)
        return result

    def _rows(self, model: Any, first: int, last: int) -> list[Row]:
        found = self.connection.execute(_ROWS[model], {"first": first, "last": last})
        return [dict(row) for row in found.mappings()]
