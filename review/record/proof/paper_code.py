"""The verification code (核验码): a short code printed on a paper that ties it to the record.

`12D15-7Q3M-0VXK-2A9C-H4TB`: review 12, decision 15 (0: none), and 80 bits of a SHA-256 over their events, as four groups in
Crockford's base 32. It is read with or without dashes and spaces, in either case and width, O for 0, I and L for 1.
`12D15A40-…`: of a paper that shows what stands beside the review, attachments, answers to findings and consultations, up to event 40; their events are
part of the SHA-256, so that a paper from before the last of them is found as it was.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hmac import compare_digest

from sqlalchemy import Connection, func, select

from review.canonical_json import digest_of
from review.errors import Fault, NotRecorded, RecordDamaged, Text
from review.readers.written.answers import fold
from review.record.cases.beside import beside_positions
from review.record.storage import chain
from review.record.storage.bodies import DecisionBody
from review.record.storage.contents import last_decision, read_review, read_sheet_bytes
from review.record.storage.journal import Row, body_of, table
from review.record.storage.tables import Event, StoredReview
from review.record.storage.text_limits import LARGEST_NUMBER

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _GROUP, _BITS = 16, 4, 5
_FORM = re.compile(rf"([0-9]{{1,19}})D([0-9]{{1,19}})(?:A([0-9]{{1,19}}))?([{_DIGITS}]{{{_LENGTH}}})")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LONGEST = 200
# Fewer than the numbers that a statement of either database can bind.
_AT_ONCE = 500


@dataclass(frozen=True)
class Belongs:
    """What a code belongs to; `attached` is the event up to which the paper shows attachments, answers and consultations, 0 where it shows none.

    `later_decision` and `later_review` are what has taken its place since, `later_attached` the last event since then that attached or
    withdrew a file, answered a finding or was of a consultation, if anything has.
    """

    code: str
    project: int
    version: int
    review: int
    decision: int | None
    later_decision: int | None
    later_review: int | None
    attached: int = 0
    later_attached: int | None = None


def code_of(connection: Connection, review: int, decision: int | None = None, attached: int = 0) -> str:
    """The code of a review, or of a review and one decision on it, with what stands beside it up to the event `attached`.

    Raises NotRecorded, and RecordDamaged where what is stored is no longer what the event names.
    """
    recorded = read_review(connection, review)
    event = read_event(connection, review, "review")
    body = body_of(event)
    for layer, content, digest in (
        ("review", recorded.content, body["digest"]), ("sheet", read_sheet_bytes(connection, recorded.sheet), body["sheet"]),
    ):  # fmt: skip
        if digest_of(content) != digest:
            raise RecordDamaged(
                [
                    Fault(
                        layer,
                        Text("存档内容与记录不符，请用 verify 核验", "is not what the record names: verify the record"),
                    )
                ]
            )
    digests = [chain.event_digest(event)]
    if decision is not None:
        decided = read_event(connection, decision, "decision")
        if body_of(decided)["review"] != review:
            raise no_decision(decision, review)
        digests.append(chain.event_digest(decided))
    listed = beside_positions(connection, recorded.project, review, decision, attached)
    digests += [chain.event_digest(each) for each in _events(connection, listed)]
    number = int.from_bytes(hashlib.sha256(chain.canonical(digests)).digest()) >> (256 - _LENGTH * _BITS)
    letters = "".join(_DIGITS[number >> (_BITS * place) & 31] for place in reversed(range(_LENGTH)))
    head = f"{review}D{decision or 0}" + (f"A{listed[-1]}" if listed else "")
    return "-".join((head, *(letters[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP))))


def look_up(connection: Connection, code: str) -> Belongs | None:
    """What a code as printed or typed belongs to; None where no paper has it, or the record is no longer what the paper was made of."""
    letters = re.sub(r"[\W_]", "", fold(code[:_LONGEST])).upper().translate(_READ_AS)
    match = _FORM.fullmatch(letters)
    if match is None:
        return None
    review, decision, attached = int(match[1]), int(match[2]) or None, int(match[3] or 0)
    if attached > LARGEST_NUMBER:
        return None
    try:
        known = code_of(connection, review, decision, attached)
        recorded = read_review(connection, review)
    except (NotRecorded, RecordDamaged):
        return None
    # A number with leading zeros is no printed form, but means the same.
    head, letters = known.split("-", 1)
    if int(head.partition("A")[2] or 0) != attached or not compare_digest(letters.replace("-", ""), match[4]):
        return None
    last = last_decision(connection, review)
    rows = table(StoredReview)
    newest = connection.execute(
        select(func.max(rows.c.position)).where(rows.c.project == recorded.project)
    ).scalar_one()
    listed = beside_positions(connection, recorded.project, review, decision)
    return Belongs(
        known, recorded.project, recorded.version, review, decision, last if last != decision else None, newest if newest != review else None,
        attached, listed[-1] if listed and listed[-1] > attached else None,
    )  # fmt: skip


def _events(connection: Connection, positions: Sequence[int]) -> Iterator[Row]:
    """These events, in order."""
    events = table(Event)
    for start in range(0, len(positions), _AT_ONCE):
        some = positions[start : start + _AT_ONCE]
        query = select(events).where(events.c.position.in_(some)).order_by(events.c.position)
        yield from (dict(row) for row in connection.execute(query).mappings())


def read_event(connection: Connection, position: int, kind: str) -> Row:
    """The event of that number and kind. Raises NotRecorded."""
    events = table(Event)
    row = None
    if 0 < position <= LARGEST_NUMBER:
        query = select(events).where(events.c.position == position, events.c.kind == kind)
        row = connection.execute(query).mappings().first()
    if row is None:
        raise NotRecorded(
            [Fault("id", Text(f"记录中没有编号为 {position} 的该项记录", f"the record has no {kind} {position}"))]
        )
    return dict(row)


def read_decision(connection: Connection, review: int, decision: int) -> DecisionBody:
    """A decision on a review as its event states it. Raises NotRecorded."""
    body: DecisionBody = body_of(read_event(connection, decision, "decision"))
    if body["review"] != review:
        raise no_decision(decision, review)
    return body


def no_decision(decision: int, review: int) -> NotRecorded:
    return NotRecorded(
        [Fault("decision", Text(f"审查 {review} 没有决定 {decision}", f"review {review} has no decision {decision}"))]
    )
