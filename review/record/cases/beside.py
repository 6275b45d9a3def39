"""What stands beside a review (审查之外): its attachments, the answers to its findings, the consultations on its project, as the events that made them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from review.record.cases.attachments import beside
from review.record.storage.beside_tables import StoredAnswer, StoredAttachment, StoredConsultation
from review.record.storage.journal import table
from review.record.storage.text_limits import LARGEST_NUMBER

_ANSWERS, _ATTACHED, _CONSULTED = table(StoredAnswer), table(StoredAttachment), table(StoredConsultation)
_POSITIONS = tuple(
    select(rows.c.position).where(among, rows.c.position <= bindparam("upto"))
    for rows, among in (
        (_ANSWERS, _ANSWERS.c.review == bindparam("review")),
        (_ATTACHED, beside(bindparam("project"), bindparam("review"), bindparam("decision"))),
        (_CONSULTED, _CONSULTED.c.project == bindparam("project")),
    )
)


def beside_positions(
    connection: Connection, project: int, review: int, decision: int | None, upto: int = LARGEST_NUMBER
) -> list[int]:
    """The events up to one of them that a paper of a review with one decision shows beside it, in order."""
    asked = {"project": project, "review": review, "decision": decision, "upto": upto}
    return sorted(position for each in _POSITIONS for position in connection.execute(each, asked).scalars())
