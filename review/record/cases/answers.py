"""Answers to findings (条目意见): an officer agrees with a finding, doubts or overrules it, before deciding. They stand beside it, never over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import Connection, select

from review.errors import Fault, NotRecorded, Refused, Text
from review.record.cases.attachments import read_attachment
from review.record.cases.grounds import ground_fault
from review.record.projects.standing import ENDED, require_state
from review.record.storage.actors import Actor, acting
from review.record.storage.beside_tables import StoredAnswer
from review.record.storage.bodies import AnswerBody
from review.record.storage.contents import read_review, read_ruleset
from review.record.storage.journal import append, body_of, drafted, table
from review.record.storage.sender_keys import Made, recorded_before
from review.record.storage.store import Store
from review.record.storage.tables import Event
from review.record.storage.text_limits import LARGEST_NUMBER, LONGEST_KEY, stated_text, validate_words
from review.replay.recorded import RecordedReview
from review.terms import ANSWER_WORDS, not_among
from review.verdict.document import ReviewDocument

AGREED, DOUBTED, OVERRULED = ANSWER_WORDS
LONGEST_PAGE = 50
# Findings that a decision is to look at.
_CONCERNING = ("fail", "missing", "attention")
# A finding by its rule and subject.
FindingKey = tuple[str, str]


@dataclass(frozen=True)
class Stand:
    """What an officer says of a finding: the answer, why, by which clause or article, and by which attached file and page."""

    answer: str
    reason: str | None = None
    clause: str | None = None
    attachment: int | None = None
    page: str | None = None


@dataclass(frozen=True)
class Answer:
    """An answer as it was recorded: its number, when (UTC) and by whom, to which finding of which review, and what it says."""

    id: int
    at: str
    by: str
    review: int
    rule: str
    subject: str
    stand: Stand

    @property
    def key(self) -> FindingKey:
        return self.rule, self.subject


@dataclass(frozen=True)
class OpenFindings:
    """What is open before a decision: findings that concern it and have no answer, and those in doubt, in the order of the review."""

    unanswered: tuple[FindingKey, ...]
    doubted: tuple[FindingKey, ...]


class AnswerShown(TypedDict):
    """An answer as JSON values; numbers of events are text, `at` is UTC."""

    id: str
    at: str
    by: str
    rule: str
    subject: str
    answer: str
    reason: str | None
    clause: str | None
    attachment: str | None
    page: str | None


def answer_json(each: Answer) -> AnswerShown:
    """An answer as JSON values."""
    stand = each.stand
    return {
        "id": str(each.id), "at": each.at, "by": each.by, "rule": each.rule, "subject": each.subject, "answer": stand.answer,
        "reason": stand.reason, "clause": stand.clause, "attachment": None if stand.attachment is None else str(stand.attachment),
        "page": stand.page,
    }  # fmt: skip


def answer_finding(
    store: Store, review: int, finding: FindingKey, stand: Stand, by: str | Actor, *, request: str | None = None
) -> Made:
    """Record what an officer says of a finding of a project's latest review; a later answer takes the place of this one.

    `request` is the sender's own key: the same key and answer give the recorded one again. Raises Refused, NotRecorded, Conflict,
    RecordUnavailable; then nothing is recorded.
    """
    actor = acting(by)
    words = {"by": actor.name, "reason": stand.reason, "clause": stand.clause}
    validate_words(words, required=("by", *_needed(stand.answer)))
    validate_words({"page": stand.page}, longest=LONGEST_PAGE)
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        recorded = read_review(connection, review)
        body: AnswerBody = {
            "project": {"id": recorded.project, "new": False}, "review": review, "finding": {"rule": finding[0], "subject": finding[1]},
            "answer": stand.answer, "reason": stated_text(stand.reason), "clause": stated_text(stand.clause), "attachment": stand.attachment,
            "page": stated_text(stand.page), "request": request,
        }  # fmt: skip
        if (known := recorded_before(connection, StoredAnswer, body, "answer")) is not None:
            return known
        _require_open(connection, recorded)
        require_finding(recorded.document(), finding)
        if body["clause"] and (fault := ground_fault(body["clause"], read_ruleset(connection, recorded.ruleset))):
            raise Refused([Fault("clause", fault)])
        _require_file(connection, recorded, stand)
        return Made(append(connection, drafted("answer", actor, body)))


def _needed(answer: str) -> tuple[str, ...]:
    """What an answer asks for. Raises Refused for what is none."""
    if answer not in ANSWER_WORDS:
        raise Refused([Fault("answer", not_among(answer, ANSWER_WORDS))])
    return {AGREED: (), DOUBTED: ("reason",), OVERRULED: ("reason", "clause")}[answer]


def _require_open(connection: Connection, recorded: RecordedReview) -> None:
    """Raises Refused where the review was replaced, or its project has ended."""
    standing = require_state(connection, recorded.project)
    if standing["review"] != recorded.id:
        words = Text(
            f"这一版已被替代，请对最新审查 {standing['review']} 提出意见",
            f"this version was replaced: answer the latest review, {standing['review']}",
        )
        raise Refused([Fault("review", words)])
    if standing["state"] in ENDED:
        raise Refused([Fault("review", Text("该项目已结束", "the project has ended"))])


def require_finding(document: ReviewDocument, finding: FindingKey) -> None:
    """Raises NotRecorded for what is no finding of the review."""
    if finding not in {(each["rule"], each["subject"]) for each in document["findings"]}:
        shown = " ".join(finding)[:80]
        raise NotRecorded([Fault("finding", Text(f"该审查没有条目“{shown}”", f"the review has no finding “{shown}”"))])


def _require_file(connection: Connection, recorded: RecordedReview, stand: Stand) -> None:
    """Raises Refused for a file that is not of the review or its project, or was withdrawn; NotRecorded."""
    if stand.attachment is None:
        if stand.page:
            raise Refused([Fault("attachment", Text("写了页码，须选择附件", "a page is named: choose the file"))])
        return
    found = read_attachment(connection, stand.attachment)
    if found.to.project != recorded.project or found.to.review not in (None, recorded.id):
        words = Text("不是该项目或该审查的附件", "is attached to neither the project nor the review")
        raise Refused([Fault("attachment", words)])
    if found.withdrawn is not None:
        raise Refused([Fault("attachment", Text("该附件已撤回", "the file was withdrawn"))])


def list_answers(connection: Connection, review: int, upto: int = LARGEST_NUMBER) -> list[Answer]:
    """Every answer to a finding of a review up to an event, in order."""
    rows, events = table(StoredAnswer), table(Event)
    query = select(events).join(rows, rows.c.position == events.c.position).where(rows.c.review == review)
    query = query.where(rows.c.position <= upto).order_by(rows.c.position)
    return [_answer(dict(row)) for row in connection.execute(query).mappings()]


def standing_answers(connection: Connection, review: int, upto: int = LARGEST_NUMBER) -> dict[FindingKey, Answer]:
    """The answer to each finding that stood once an event was recorded: the last one."""
    return {each.key: each for each in list_answers(connection, review, upto)}


def _answer(row: Mapping[str, Any]) -> Answer:
    body: AnswerBody = body_of(row)
    stand = Stand(body["answer"], body["reason"], body["clause"], body["attachment"], body["page"])
    named = body["finding"]
    return Answer(row["position"], row["at"], row["actor"], body["review"], named["rule"], named["subject"], stand)


def open_findings(document: ReviewDocument, answers: Mapping[FindingKey, Answer]) -> OpenFindings:
    """What is open of a review before a decision."""
    keys = [(each["rule"], each["subject"]) for each in document["findings"] if each["status"] in _CONCERNING]
    doubted = [each for each in answers if answers[each].stand.answer == DOUBTED]
    return OpenFindings(tuple(each for each in keys if each not in answers), tuple(doubted))
