"""What stands beside a review (审查之外): its attachments, the answers to its findings, the consultations on its project, as the events that made them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from review.record.cases.attachments import attachment_positions, beside
from review.record.storage.beside_tables import StoredAnswer, StoredConsultation
from review.record.storage.journal import table
from review.record.storage.text_limits import LARGEST_NUMBER


def beside_positions(
    connection: Connection, project: int, review: int, decision: int | None, upto: int = LARGEST_NUMBER
) -> list[int]:
    """The events up to one of them that a paper of a review with one decision shows beside it, in order."""
    answers = table(StoredAnswer)
    query = select(answers.c.position).where(answers.c.review == review, answers.c.position <= upto)
    attached = attachment_positions(connection, beside(project, review, decision), upto)
    consulted = table(StoredConsultation)
    of_project = select(consulted.c.position).where(consulted.c.project == project, consulted.c.position <= upto)
    return sorted([*attached, *connection.execute(query).scalars(), *connection.execute(of_project).scalars()])
