"""The tables of the record. Every row belongs to the event at its `position`; no row is ever changed or deleted. The audit log stands beside it.

Decimals are stored as plain text, the same on every database; documents as zlib-compressed bytes, addressed by the digest of what
they contain.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Index, LargeBinary, Text, TypeDecorator, func, literal_column, text
from sqlmodel import Field, SQLModel

from review.facts.spellings import BRACKETS
from review.record.storage.balance_tables import Added
from review.record.storage.beside_tables import StoredAttachment
from review.record.storage.columns import Plain, number_key, position_column


class Packed(TypeDecorator[bytes]):
    """A compressed document, read as the database has it: unpacking it reports what was put in its place."""

    impl = LargeBinary
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> None:
        return None


def source_of(rows: Any) -> ColumnElement[str]:
    """What tells the source of each row of `Source` or `Draw`, or of an alias: its key, with one kind of bracket, as the indexes have it."""
    return _one_source(rows.c.source)


def _one_source(key: ColumnElement[str]) -> ColumnElement[str]:
    for bracket, one in BRACKETS.items():
        key = func.replace(key, literal_column(f"'{bracket}'"), literal_column(f"'{one}'"), type_=Plain)
    return key


# Of the table that an index is of.
_ONE_SOURCE = text(str(_one_source(literal_column("source"))))


def _few(name: str, where: str, on_postgresql: str | None = None) -> Index:
    """An index of the rows that a filter asks for, said as the filter says it, word for word."""
    return Index(name, "position", "ordinal", sqlite_where=text(where), postgresql_where=text(on_postgresql or where))


class Event(SQLModel, table=True):
    """One link of the chain: what happened, when, by whom. `digest` covers all of it and the digest before it."""

    __table_args__ = (Index("event_kind", "kind", "position"),)
    position: int = number_key()
    at: str
    actor: str = Field(sa_type=Text)
    kind: str
    body: str = Field(sa_type=Text, description="canonical JSON (RFC 8785)")
    previous: str
    digest: str


class Checkpoint(SQLModel, table=True):
    """The state of the chain at a position: its head, and the root and peaks of the Merkle tree over its digests."""

    position: int = number_key(foreign_key="event.position")
    head: str
    root: str
    peaks: str = Field(sa_type=Text, description="canonical JSON")


class StoredRuleset(SQLModel, table=True):
    """An edition's full content (规则版本全文), so that it can be replayed when it is gone from disk."""

    __tablename__ = "ruleset"
    digest: str = Field(primary_key=True)
    position: int = position_column(foreign_key="event.position")
    id: str
    edition: str
    content: bytes = Field(sa_type=Packed)


class StoredSheet(SQLModel, table=True):
    """A sheet's canonical JSON."""

    __tablename__ = "sheet"
    digest: str = Field(primary_key=True)
    position: int = position_column(foreign_key="event.position")
    content: bytes = Field(sa_type=Packed)


class Project(SQLModel, table=True):
    """A project (项目): its number is the position of the event that first named it."""

    id: int = number_key()
    position: int = position_column(foreign_key="event.position")


class ProjectCode(SQLModel, table=True):
    """A project code (项目代码) and whose it is."""

    __tablename__ = "project_code"
    code: str = Field(primary_key=True)
    project: int = position_column(foreign_key="project.id")
    position: int = position_column(foreign_key="event.position")


class StoredReview(SQLModel, table=True):
    """A review: `content` is its bytes, `digest` the SHA-256 over them."""

    __tablename__ = "review"
    __table_args__ = (
        Index("review_recommendation", "recommendation", "position"),
        Index("review_day", "as_of", "position"),
    )
    position: int = number_key(foreign_key="event.position")
    project: int = position_column(foreign_key="project.id", index=True)
    version: int
    replaces: int | None = position_column(default=None, foreign_key="review.position")
    sheet: str = Field(foreign_key="sheet.digest")
    ruleset: str = Field(foreign_key="ruleset.digest")
    as_of: str
    recommendation: str
    request: str | None = Field(default=None, unique=True, description="the sender's own key of the submission")
    digest: str
    content: bytes = Field(sa_type=Packed)


class StoredFinding(SQLModel, table=True):
    """One finding of a review, to be counted and looked up; its words are in the review's bytes."""

    __tablename__ = "finding"
    __table_args__ = {"sqlite_with_rowid": False}
    review: int = number_key(foreign_key="review.position")
    ordinal: int = Field(primary_key=True)
    rule: str
    subject: str
    status: str
    force: str
    margin: str | None = None


class Decision(SQLModel, table=True):
    """A decision (决定) on a review. The last one on a project counts; earlier ones stay."""

    __table_args__ = (
        Index("decision_outcome", "outcome", "position"),
        Index("decision_departs", "departs", "position"),
        Index("decision_day", "decided_on", "position"),
    )
    position: int = number_key(foreign_key="event.position")
    review: int = position_column(foreign_key="review.position", index=True)
    previous: int | None = position_column(default=None, foreign_key="decision.position")
    outcome: str
    departs: bool
    reason: str | None = Field(default=None, sa_type=Text)
    clause: str | None = Field(default=None, sa_type=Text)
    officer: str = Field(sa_type=Text)
    on_behalf_of: str | None = Field(default=None, sa_type=Text)
    second: str | None = Field(default=None, sa_type=Text)
    decided_on: str
    responsible: str | None = Field(default=None, sa_type=Text)
    due: str | None = None
    conditions: str = Field(sa_type=Text, description="canonical JSON")
    request: str | None = Field(default=None, unique=True)


class Step(SQLModel, table=True):
    """A step in a project's life beside reviews and decisions: listed, condition met, closed, withdrawn, lapsed …"""

    position: int = number_key(foreign_key="event.position")
    project: int = position_column(foreign_key="project.id", index=True)
    step: str
    sheet: str | None = Field(default=None, foreign_key="sheet.digest")
    condition: str | None = Field(default=None, sa_type=Text)
    document: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    request: str | None = Field(default=None, unique=True)


class Source(SQLModel, table=True):
    """A reduction source (减排来源) or retired line (退出产能) as registered or amended; the last entry counts."""

    __table_args__ = (
        Index("source_latest", "source", "position"),
        Index("source_one", _ONE_SOURCE, "position"),
    )
    position: int = number_key(foreign_key="event.position")
    source: str = Field(sa_type=Plain)
    name: str | None = Field(default=None, sa_type=Text)
    area: str
    pollutant: str
    verified_t: str
    document: str = Field(sa_type=Text)
    completed: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    request: str | None = Field(default=None, unique=True)
    enterprise: str | None = Field(default=None, sa_type=Text, description="of a retired line")
    line: str | None = Field(default=None, sa_type=Text, description="of a retired line")


class Draw(SQLModel, table=True):
    """A movement on a source: what a project asks of it, holds after this, and what all projects hold together after this."""

    __table_args__ = (
        Index("draw_source", _ONE_SOURCE, "source", "project", "position"),
        Index("draw_last", _ONE_SOURCE, "position", "ordinal"),
    )
    position: int = number_key(foreign_key="event.position")
    ordinal: int = Field(primary_key=True)
    source: str = Field(sa_type=Plain)
    project: int = position_column(foreign_key="project.id", index=True)
    kind: str
    asked_t: str
    held_t: str
    drawn_t: str


class Standing(SQLModel, table=True):
    """How a project stood after an event: a line of the work list (工作清单). The last one of a project is how it stands."""

    __table_args__ = (
        Index("standing_project", "project", "position"),
        Index("standing_recommendation", "recommendation", "position"),
        Index("standing_outcome", "outcome", "position"),
        Index("standing_stage", "stage", "position"),
        Index("standing_due", "due", "position"),
        Index("standing_clocked", "clocked", "position"),
        Index("standing_condition_due", "condition_due", "position"),
        Index("standing_holder", "holder", "position"),
        Index("standing_consultation_due", "consultation_due", "position"),
        Index("standing_sector", "sector", "position"),
        Index("standing_industry", "industry", "position"),
        Index("standing_park", "park", "position"),
        Index("standing_band", "band", "position"),
        _few("standing_off_list", "on_list IS 0", "on_list IS false"),
        _few("standing_unreviewed", "review IS NULL"),
        _few("standing_conditions", "open_conditions > 0"),
        _few("standing_supplements", "open_supplements > 0"),
    )
    position: int = number_key(foreign_key="event.position")
    ordinal: int = Field(primary_key=True)
    project: int = position_column(foreign_key="project.id")
    code: str | None = None
    name: str = Field(sa_type=Text)
    applicant: str | None = Field(default=None, sa_type=Text)
    industry: str | None = None
    sector: str | None = None
    park: str | None = None
    stage: str | None = None
    two_high: bool | None = None
    band: str | None = None
    on_list: bool
    review: int | None = position_column(default=None)
    recommendation: str | None = None
    outcome: str | None = None
    energy_from_tce: str = Field(sa_type=Plain, description="low end, zero-padded so that text sorts as figures do")
    open_conditions: int
    open_supplements: int
    due: str | None = None
    clocked: bool | None = Field(default=None, description="a case that runs, with a day recorded")
    condition_due: str | None = Field(default=None, description="by when the first open condition is to be met")
    holder: str | None = Field(default=None, sa_type=Plain, description="the subject of whose the case is")
    consultation_due: str | None = Field(default=None, description="by when the first reply that is awaited is due")
    detail: str = Field(sa_type=Text, description="canonical JSON of the whole standing")


class AccessKey(SQLModel, table=True):
    """A key to the JSON API: whose, with which role, until when. Of its secret only the SHA-256 is stored."""

    __tablename__ = "access_key"
    position: int = number_key(foreign_key="event.position")
    key: str = Field(unique=True)
    name: str = Field(sa_type=Text)
    role: str
    secret: str
    expires: str | None = None


class AccessEnd(SQLModel, table=True):
    """The end of a key: revoked, and why."""

    __tablename__ = "access_end"
    position: int = number_key(foreign_key="event.position")
    key: str = Field(foreign_key="access_key.key", unique=True)
    reason: str = Field(sa_type=Text)


class Hook(SQLModel, table=True):
    """Where word of events is sent (回调地址), as it was added or given another secret, or its removal; the last row of a hook counts."""

    position: int = number_key(foreign_key="event.position")
    hook: str = Field(index=True)
    act: str
    url: str = Field(sa_type=Text)
    kinds: str = Field(description="event kinds, separated by a space")
    reason: str | None = Field(default=None, sa_type=Text)


class Account(SQLModel, table=True):
    """A person (人员) who signs in with a password: made, given another password, or ended; the last row of a login counts."""

    position: int = number_key(foreign_key="event.position")
    login: str = Field(index=True)
    act: str
    name: str = Field(sa_type=Text)
    role: str
    reason: str | None = Field(default=None, sa_type=Text)


class KnownPerson(SQLModel, table=True):
    """A person (已知人员) made known by the subject that another system calls them, or the end of it; the last row of a subject counts."""

    __tablename__ = "known_person"
    position: int = number_key(foreign_key="event.position")
    subject: str = Field(index=True, sa_type=Plain)
    act: str
    name: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)


class WeakeningSetting(SQLModel, table=True):
    """A setting of the office (机关设定), such as one that weakens a safeguard, or what papers say of the office; the last row of each counts."""

    __tablename__ = "weakening_setting"
    position: int = number_key(foreign_key="event.position")
    setting: str = Field(index=True)
    value: str


class Absence(SQLModel, table=True):
    """A person's absence (外出委托) with the deputy for that person's cases, or its end; `absence` is the event that recorded it."""

    position: int = number_key(foreign_key="event.position")
    act: str
    absence: int | None = position_column(default=None, foreign_key="absence.position", index=True)
    person: str = Field(sa_type=Plain)
    person_name: str = Field(sa_type=Text)
    deputy: str = Field(sa_type=Plain)
    deputy_name: str = Field(sa_type=Text)
    begins: str
    ends: str
    reason: str | None = Field(default=None, sa_type=Text)


class StoredPlan(SQLModel, table=True):
    """The plan's text as it was attached (方案原文): `content` is the file's bytes, `text_digest` the SHA-256 over them; the last row counts."""

    __tablename__ = "plan"
    position: int = number_key(foreign_key="event.position")
    text_digest: str
    form: str
    content: bytes = Field(sa_type=Packed)


class StoredFile(SQLModel, table=True):
    """A file by the SHA-256 over its bytes (文件), which is what `content` unpacks to; the event that brought it names it."""

    __tablename__ = "file"
    digest: str = Field(primary_key=True)
    position: int = position_column(foreign_key="event.position", index=True)
    content: bytes = Field(sa_type=Packed)


class EditionStep(SQLModel, table=True):
    """A step of the law (规则版本的步骤): a proposal made, returned or withdrawn, or editions adopted. `proposal` is the position of its proposal's event."""

    __tablename__ = "edition_step"
    position: int = number_key(foreign_key="event.position")
    act: str
    proposal: int | None = position_column(default=None, foreign_key="edition_step.position", index=True)
    reason: str | None = Field(default=None, sa_type=Text)


class AdoptedEdition(SQLModel, table=True):
    """An edition that was adopted (已采用的版本): its ruleset, name, digest and first day. Where two begin on one day the one adopted last counts."""

    __tablename__ = "adopted_edition"
    position: int = number_key(foreign_key="event.position")
    ordinal: int = Field(primary_key=True)
    id: str
    edition: str
    digest: str = Field(foreign_key="ruleset.digest")
    begins: str


# Those of the balances and of what stands beside a case are of the record; what other modules declare is not, whichever is imported first.
_OF_THE_RECORD = frozenset({__name__, Added.__module__, StoredAttachment.__module__})
_NAMES = {each.__tablename__ for each in SQLModel.__subclasses__() if each.__module__ in _OF_THE_RECORD}
RECORD_TABLES = tuple(each for each in SQLModel.metadata.sorted_tables if each.name in _NAMES)
