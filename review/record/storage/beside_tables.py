"""The tables of what stands beside reviews and their projects (审查之外): attachments, answers to findings, signatures, notes, consultations."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from review.record.storage.columns import Plain, number_key, position_column


class StoredAttachment(SQLModel, table=True):
    """A file that is attached to a part of the record (附件), or the withdrawal of one that was `added`; the event names the file.

    What it is attached to: a project, a review, a figure of its sheet (`path`), a decision, or a source, which has no project.
    """

    __tablename__ = "attachment"
    position: int = number_key(foreign_key="event.position")
    act: str
    added: int | None = position_column(default=None, foreign_key="attachment.position", index=True)
    project: int | None = position_column(default=None, foreign_key="project.id", index=True)
    review: int | None = position_column(default=None, foreign_key="review.position")
    decision: int | None = position_column(default=None, foreign_key="decision.position")
    path: str | None = None
    source: str | None = Field(default=None, sa_type=Plain, index=True)
    request: str | None = Field(default=None, unique=True)


class StoredAnswer(SQLModel, table=True):
    """What an officer says of a finding (条目意见); the last row of a review's rule and subject counts."""

    __tablename__ = "answer"
    position: int = number_key(foreign_key="event.position")
    project: int = position_column(foreign_key="project.id", index=True)
    review: int = position_column(foreign_key="review.position", index=True)
    rule: str
    subject: str
    answer: str
    request: str | None = Field(default=None, unique=True)


class StoredSignature(SQLModel, table=True):
    """A step of a decision's sign-off (签批): proposed, agreed, issued, returned or withdrawn (`act`); the event says by whom.

    `proposal` is the position of the event that proposed the decision, None of that event itself; `drafter` the subject of who did.
    """

    __tablename__ = "signature"
    __table_args__ = (Index("signature_act", "act", "proposal"), Index("signature_drafter", "act", "drafter"))
    position: int = number_key(foreign_key="event.position")
    project: int = position_column(foreign_key="project.id", index=True)
    review: int = position_column(foreign_key="review.position", index=True)
    proposal: int | None = position_column(default=None, foreign_key="signature.position", index=True)
    act: str
    step: int
    drafter: str = Field(sa_type=Plain)
    request: str | None = Field(default=None, unique=True)


class StoredNote(SQLModel, table=True):
    """A note on a project (备注), or the withdrawal of one that was `added`; it can be tied to a review, a finding of it, or a figure of its sheet."""

    __tablename__ = "note"
    position: int = number_key(foreign_key="event.position")
    act: str
    added: int | None = position_column(default=None, foreign_key="note.position", index=True)
    project: int = position_column(foreign_key="project.id", index=True)
    review: int | None = position_column(default=None, foreign_key="review.position", index=True)
    rule: str | None = None
    subject: str | None = None
    path: str | None = None
    request: str | None = Field(default=None, unique=True)


class StoredConsultation(SQLModel, table=True):
    """A consultation of units (征求意见), or a reply to one that was `asked`, its end or withdrawal; the event states what."""

    __tablename__ = "consultation"
    position: int = number_key(foreign_key="event.position")
    act: str
    asked: int | None = position_column(default=None, foreign_key="consultation.position", index=True)
    project: int = position_column(foreign_key="project.id", index=True)
    request: str | None = Field(default=None, unique=True)
