"""Answers of officers to findings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it was recorded; the last one to a finding stands."""

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


@dataclass(frozen=True, kw_only=True)
class FindingNamed:
    """A finding by its rule and what it is about."""

    rule: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class ReviewAnswers:
    """Every answer to findings of a review, in order; findings that fail, are missing or to be looked at and have none; those in doubt."""

    answers: tuple[Answer, ...]
    unanswered: tuple[FindingNamed, ...]
    doubted: tuple[FindingNamed, ...]


@dataclass(frozen=True, kw_only=True)
class AnswerMade:
    """What was recorded: the number of the event."""

    id: str
