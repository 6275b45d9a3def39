"""What stands beside a review (审查之外): its attachments and the answers to its findings, as the events that made them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from review.record.cases.attachments import attachment_positions, beside
from review.record.storage.journal import table
from review.record.storage.tables import StoredAnswer
from review.record.storage.text_limits import LARGEST_NUMBER


def beside_positions(
    connection: Connection, project: int, review: int, decision: int | None, upto: int = LARGEST_NUMBER
) -> list[int]:
    """The events up to one of them that a paper of a review with one decision shows beside it, in order."""
    answers = table(StoredAnswer)
    query = select(answers.c.position).where(answers.c.review == review, answers.c.position <= upto)
    attached = attachment_positions(connection, beside(project, review, decision), upto)
    return sorted([*attached, *connection.execute(query).scalars()])
