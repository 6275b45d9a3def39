"""Answers to findings by the product's own rules: to a finding of a review of that project, with what each answer asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from review.errors import TwoHighError
from review.record.cases.answers import AGREED, OVERRULED
from review.record.cases.attachments import ADDED
from review.record.cases.grounds import ground_fault
from review.record.editions.in_force import edition_of_digest
from review.record.proof.breaks import Break, broken
from review.record.storage.beside_tables import StoredAnswer, StoredAttachment
from review.record.storage.contents import body_at, read_review
from review.record.storage.journal import table
from review.terms import ANSWER_WORDS


def answer_breaks(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[Break]:
    """What is wrong with what an event says of a finding."""
    for zh, en in _faults(connection, position, body):
        yield broken(position, StoredAnswer, position, zh, en)


def _faults(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    answer = body["answer"]
    if answer not in ANSWER_WORDS:
        yield f"“{str(answer)[:40]}”不是可用的意见", f"{str(answer)[:40]} is no answer"
    if answer != AGREED and not (body["reason"] or "").strip():
        yield "意见没有理由", "it has no reason"
    if answer == OVERRULED and not (body["clause"] or "").strip():
        yield "不予采纳而没有依据条款", "it overrules without a clause"
    if body["attachment"] is not None and not attached_before(
        connection, position, body["attachment"], body["project"]["id"]
    ):
        yield "所依据的不是该项目此前的附件", "what it rests on was not attached to its project before"
    try:
        recorded = read_review(connection, body["review"])
        findings = [(each["rule"], each["subject"]) for each in recorded.document()["findings"]]
    except TwoHighError:
        # What is missing or damaged is told where it stands.
        return
    clause = (body["clause"] or "").strip()
    if clause and (fault := ground_fault(clause, edition_of_digest(connection, recorded.ruleset))):
        yield f"依据条款不可用：{fault.zh}", f"its clause cannot be relied on: {fault.en}"
    if body["page"] and body["attachment"] is None:
        yield "写了页码而没有附件", "it names a page of no file"
    if recorded.project != body["project"]["id"]:
        yield "所属审查不是该项目的", "its review is not of its project"
    if (body["finding"]["rule"], body["finding"]["subject"]) not in findings:
        yield "该审查没有这一条目", "the review has no such finding"


def attached_before(connection: Connection, position: int, number: int, project: int) -> bool:
    """Whether that event attached a file to the project before a position, and it was not withdrawn by then."""
    before = body_at(connection, number)
    owner = (before.get("project") or {}).get("id")
    rows = table(StoredAttachment)
    ended = select(rows.c.position).where(rows.c.added == number, rows.c.position < position).limit(1)
    return bool(
        number < position
        and before.get("act") == ADDED
        and owner == project
        and connection.execute(ended).first() is None
    )
