"""The dossier (卷宗) of a paper: one recorded review, its sheet and edition, the decision on it, and the code that ties them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select

from review.clock import SHANGHAI
from review.law.edition import Ruleset
from review.record.access.office import Office, read_office
from review.record.cases.answers import Answer, FindingKey, standing_answers
from review.record.cases.attachments import Attachment, beside, list_attachments
from review.record.cases.beside import beside_positions
from review.record.cases.consultations import Consultation, list_consultations
from review.record.proof.paper_code import code_of, read_decision
from review.record.storage.bodies import DecisionBody
from review.record.storage.contents import last_decision, read_review, read_ruleset, read_sheet_bytes, reason_of
from review.record.storage.journal import table
from review.record.storage.tables import Event
from review.record.storage.text_limits import LARGEST_NUMBER
from review.record.views.balances import BalanceLine, balances
from review.record.views.edition_names import edition_names
from review.replay.recorded import RecordedReview, sheet_from
from review.sheet import ProjectSheet
from review.verdict.document import ReviewDocument


@dataclass(frozen=True)
class Dossier:
    """What a paper is written from. `balances` are what the city might still add when the decision was made; none of a decision that does not say when. `attachments`, `answers` to findings and `consultations` are as they stood at the event `attached`; `decision` is the decision's event body, of the number `decided`, `reason` why the review is as of another day.

    `office` is the office as it is now, `reference` the document number (文号) of its letter on this review; empty without a series.
    """

    recorded: RecordedReview
    document: ReviewDocument
    sheet: ProjectSheet
    ruleset: Ruleset
    decision: DecisionBody | None
    decided: int | None
    code: str
    reason: str | None = None
    office: Office = field(default_factory=Office)
    reference: str = ""
    # How the edition is called, by its digest as recorded where its name means another content today; "" by its own name.
    called: str = ""
    attachments: tuple[Attachment, ...] = ()
    attached: int = 0
    answers: Mapping[FindingKey, Answer] = field(default_factory=dict)
    balances: tuple[BalanceLine, ...] = ()
    consultations: tuple[Consultation, ...] = ()

    @property
    def edition(self) -> str:
        """How the edition is called on paper, without its ruleset: `2023`, `2023~12345678`."""
        return (self.called or self.ruleset.name).partition("@")[2]

    @property
    def day(self) -> str:
        """The day a paper is dated: that of the decision, else of the review."""
        return self.decision["decided_on"] if self.decision else self.recorded.as_of.isoformat()


def read_dossier(
    connection: Connection, review: int, decision: int | None = None, attached: int = LARGEST_NUMBER
) -> Dossier:
    """The dossier of a review with one decision on it, by default with the last, if there is one, with none for 0, and what stands beside it up to an event.

    Raises NotRecorded, and RecordDamaged where what is stored is no longer what was recorded.
    """
    recorded = read_review(connection, review)
    office = read_office(connection)
    decided = last_decision(connection, review) if decision is None else decision or None
    last = max(beside_positions(connection, recorded.project, review, decided, attached), default=0)
    among = beside(recorded.project, review, decided)
    decision_body = read_decision(connection, review, decided) if decided is not None else None
    ruleset = read_ruleset(connection, recorded.ruleset)
    return Dossier(
        recorded, recorded.document(), sheet_from(read_sheet_bytes(connection, recorded.sheet)), ruleset, decision_body, decided, code_of(connection, review, decided, last), reason_of(connection, review),
        office, _reference(connection, office, review), edition_names(connection, [review]).get(review, ""),
        tuple(list_attachments(connection, among, upto=last)), last, standing_answers(connection, review, last),
        _balances(connection, ruleset, review, decision_body),
        tuple(list_consultations(connection, recorded.project, last)),
    )  # fmt: skip


def _balances(
    connection: Connection, ruleset: Ruleset, review: int, decision: DecisionBody | None
) -> tuple[BalanceLine, ...]:
    """What the city might still add as the record stood at the event that the decision names."""
    if decision is None or "balances" not in decision:
        return ()
    day = date.fromisoformat(decision["decided_on"])
    return tuple(balances(connection, ruleset.id, day, review=review, upto=decision["balances"]))


def _reference(connection: Connection, office: Office, review: int) -> str:
    """The document number of a review: the office's series, the year it was recorded in, and its ordinal among that year's reviews."""
    if not office.series:
        return ""
    events = table(Event)
    at = connection.execute(select(events.c.at).where(events.c.position == review)).scalar_one()
    year = datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(SHANGHAI).year
    begins = datetime(year, 1, 1, tzinfo=SHANGHAI).astimezone(UTC).isoformat().replace("+00:00", "Z")
    query = select(func.count()).where(events.c.kind == "review", events.c.position <= review, events.c.at >= begins)
    return f"{office.series}〔{year}〕{connection.execute(query).scalar_one()}号"
