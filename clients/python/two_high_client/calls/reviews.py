"""Reviews: made, recorded, read, judged again, and their findings answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from two_high_client.answers.document import Recommendation, Review
from two_high_client.answers.findings import AnswerMade, ReviewAnswers
from two_high_client.answers.reviews import (
    ItemAnswer,
    ReplayedAlone,
    ReviewLine,
    ReviewRead,
    ReviewRecorded,
    ReviewSupplement,
)
from two_high_client.declarations import Batch, chunks, new_key, of, one, pages
from two_high_client.operations import Asked
from two_high_client.words import FindingAnswer
from two_high_client.writing import Sheet, body, sheet_bytes, stated


def _placed(answer: ItemAnswer, before: int) -> ItemAnswer:
    return replace(answer, index=answer.index + before)


class ReviewCalls:
    """Calls about reviews."""

    @one("POST", "/check", of(Review), again=True)
    def check(self, sheet: Sheet, *, ruleset: str | None = None, as_of: date | None = None) -> Asked:
        """Review a sheet; nothing is stored."""
        return Asked(query=stated(ruleset=ruleset, as_of=as_of), body=sheet_bytes(sheet))

    @one("POST", "/reviews", of(ReviewRecorded))
    def submit(
        self,
        sheet: Sheet,
        *,
        ruleset: str | None = None,
        as_of: date | None = None,
        replaces: str | int | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Review a sheet and store the review. The same `key`, sheet and options are recorded once; without a key, one is made.

        `reason` is asked of a review as of another day than today.
        """
        query = stated(ruleset=ruleset, as_of=as_of, replaces=replaces, reason=reason)
        return Asked(query=query, body=sheet_bytes(sheet), key=key or new_key())

    @chunks("/check:batch", ItemAnswer, _placed)
    def check_many(
        self, sheets: Iterable[Sheet], *, ruleset: str | None = None, as_of: date | None = None, brief: bool = False
    ) -> Batch:
        """Review many sheets; one that is bad has a `problem` and spoils no other. `brief`: the recommendation instead of the review."""
        return Batch(sheets, stated(ruleset=ruleset, as_of=as_of, brief=brief or None))

    @chunks("/reviews:batch", ItemAnswer, _placed)
    def submit_many(
        self,
        sheets: Iterable[Sheet],
        *,
        ruleset: str | None = None,
        as_of: date | None = None,
        reason: str | None = None,
        brief: bool = False,
        key: str | None = None,
    ) -> Batch:
        """Review many sheets and store the reviews. With the same `key`, sending the same sheets again records nothing new."""
        query = stated(ruleset=ruleset, as_of=as_of, reason=reason, brief=brief or None)
        return Batch(sheets, query, key or new_key())

    @one("GET", "/reviews/{number}", of(ReviewRead, etag="etag"))
    def review(self, number: str | int) -> Asked:
        """A recorded review."""
        return Asked({"number": number})

    @one("GET", "/reviews/{number}/supplement", of(ReviewSupplement))
    def supplement(self, number: str | int) -> Asked:
        """What a review asks to be stated, checked or put right."""
        return Asked({"number": number})

    @pages("/reviews", ReviewLine, cursor="cursor")
    def reviews(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        project: int | None = None,
        recommendation: Recommendation | None = None,
    ) -> Asked:
        """Recorded reviews, newest first."""
        return Asked(query=stated(since=since, until=until, project=project, recommendation=recommendation))

    @one("POST", "/reviews/{number}/replay", of(ReplayedAlone), again=True)
    def replay(self, number: str | int, *, against: str | None = None, as_of: date | None = None) -> Asked:
        """Judge a recorded review again: the very same, or against another edition or day."""
        return Asked({"number": number}, body=body(against=against, as_of=as_of))

    @one("GET", "/reviews/{number}/answers", of(ReviewAnswers))
    def answers(self, number: str | int) -> Asked:
        """The answers to a review's findings, and the findings that have none."""
        return Asked({"number": number})

    @one("POST", "/reviews/{number}/answers", of(AnswerMade))
    def answer_finding(
        self,
        number: str | int,
        rule: str,
        subject: str,
        answer: FindingAnswer,
        *,
        reason: str | None = None,
        clause: str | None = None,
        attachment: str | None = None,
        page: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Answer a finding: agreed, doubted or overruled."""
        said = body(
            rule=rule, subject=subject, answer=answer, reason=reason, clause=clause, attachment=attachment, page=page
        )
        return Asked({"number": number}, body=said, key=key or new_key())
