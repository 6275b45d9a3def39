"""The dossier (卷宗) of a paper: one recorded review, its sheet and edition, the decision on it, and the code that ties them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from review.law.edition import Ruleset
from review.record.proof.paper_code import code_of, read_decision
from review.record.storage.bodies import DecisionBody
from review.record.storage.contents import last_decision, read_review, read_ruleset, read_sheet_bytes, reason_of
from review.replay.recorded import RecordedReview, sheet_from
from review.sheet import ProjectSheet
from review.verdict.document import ReviewDocument


@dataclass(frozen=True)
class Dossier:
    """What a paper is written from. `decision` is the decision's event body, of the number `decided`, `reason` why the review is as of another day."""

    recorded: RecordedReview
    document: ReviewDocument
    sheet: ProjectSheet
    ruleset: Ruleset
    decision: DecisionBody | None
    decided: int | None
    code: str
    reason: str | None = None

    @property
    def day(self) -> str:
        """The day a paper is dated: that of the decision, else of the review."""
        return self.decision["decided_on"] if self.decision else self.recorded.as_of.isoformat()


def read_dossier(connection: Connection, review: int, decision: int | None = None) -> Dossier:
    """The dossier of a review with one decision on it; by default with the last, if there is one.

    Raises NotRecorded, and RecordDamaged where what is kept is no longer what was recorded.
    """
    recorded = read_review(connection, review)
    decided = decision if decision is not None else last_decision(connection, review)
    return Dossier(
        recorded, recorded.document(), sheet_from(read_sheet_bytes(connection, recorded.sheet)), read_ruleset(connection, recorded.ruleset),
        read_decision(connection, review, decided) if decided is not None else None, decided, code_of(connection, review, decided), reason_of(connection, review),
    )  # fmt: skip
