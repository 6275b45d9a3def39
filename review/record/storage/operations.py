"""The tables of what is under way: deliveries, jobs, sessions, drafts. They change as the work goes on and prove nothing; the record does.

Secrets are among them: what is in the record stays for ever, and a secret must be able to go. Times are UTC to the microsecond, as text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlmodel import Field, SQLModel

from review.record.storage.audit_tables import AUDIT_TABLES
from review.record.storage.sign_in_tables import SIGN_IN_TABLES
from review.record.storage.tables import RECORD_TABLES, Packed

_Position = BigInteger().with_variant(Integer, "sqlite")
# Text that sorts by its characters on both databases.
_Plain = Text().with_variant(Text(collation="C"), "postgresql")


def _number(**options: Any) -> Any:
    return Field(sa_type=_Position, **options)


class HookSecret(SQLModel, table=True):
    """What messages to a hook are signed with, encrypted by the key file; plain where it was stored before there was one.

    `previous` is the secret before, which signs too until `until` (UTC) and is forgotten then.
    """

    __tablename__ = "hook_secret"
    hook: str = Field(primary_key=True)
    secret: str
    previous: str | None = None
    until: str | None = None


class SigningKey(SQLModel, table=True):
    """The public half of a key that signs, from the key file; `ended`: until when it did, `reason`: why it was replaced."""

    __tablename__ = "signing_key"
    public: str = Field(primary_key=True)
    made: str
    ended: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)


class SignedCheckpoint(SQLModel, table=True):
    """A checkpoint as it was signed and handed out."""

    __tablename__ = "signed_checkpoint"
    position: int = _number(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: str = Field(sa_type=Text, description="canonical JSON")


class Delivery(SQLModel, table=True):
    """Word of one event, or of a signed checkpoint, or a test (`kind`), to one hook (待发通知): `waiting`, `delivered` or `dead`.

    Leased by the process that is sending it. `made` is when a test was asked for; `position` is then that of the hook's last event.
    """

    __table_args__ = (
        Index("delivery_due", "state", "due"),
        Index("delivery_listed", "state", "position"),
        Index("delivery_leased", "state", "leased"),
        Index("delivery_of_hook", "hook", "state", "last"),
        Index("delivery_placed", "position", "id"),
    )
    id: str = Field(primary_key=True)
    hook: str
    position: int = _number()
    state: str
    attempts: int
    due: str
    leased: str
    status: int | None = None
    detail: str | None = Field(default=None, sa_type=Text)
    last: str | None = None
    kind: str = Field(default="event", sa_column_kwargs={"server_default": "event"})
    made: str | None = None
    trace: str | None = Field(
        default=None, description="the trace of the request that recorded it, as traceparent has it"
    )


class Mail(SQLModel, table=True):
    """A mail that tells a person what entered the inbox (待发邮件): `waiting`, `sent` or `dead`. Leased by the process that is sending it.

    `lines` is canonical JSON of what it lists, `many` how many things entered. The address is none of it: it is looked up when it is sent.
    """

    __table_args__ = (Index("mail_due", "state", "due"),)
    id: str = Field(primary_key=True)
    person: str = Field(sa_type=_Plain)
    lines: str = Field(sa_type=Text)
    many: int
    state: str
    attempts: int
    due: str
    leased: str
    detail: str | None = Field(default=None, sa_type=Text)
    last: str | None = None


class Told(SQLModel, table=True):
    """What of a person's inbox was put into a mail (已告知的事项), by the digest that the thing has however often it is looked at."""

    person: str = Field(primary_key=True, sa_type=_Plain)
    item: str = Field(primary_key=True)
    at: str


class Job(SQLModel, table=True):
    """A replay of many reviews (重放任务), or a verification of the record (核验任务), by `kind`.

    It is `queued`, `running`, `done`, `failed` or `cancelled`; `after` is the last review judged.
    """

    __table_args__ = (Index("job_state", "state", "leased"),)
    id: str = Field(primary_key=True)
    made: str
    actor: str = Field(sa_type=Text)
    request: str | None = Field(default=None, unique=True)
    asked: str = Field(sa_type=Text, description="canonical JSON")
    editions: str = Field(sa_type=Text, description="digests of what is judged against, canonical JSON")
    state: str
    after: int = _number()
    upto: int = _number()
    done: int
    total: int
    summary: str = Field(sa_type=Text, description="canonical JSON")
    leased: str
    ended: str | None = None
    detail: str | None = Field(default=None, sa_type=Text)
    kind: str = Field(default="replay", sa_column_kwargs={"server_default": "replay"})


class JobResult(SQLModel, table=True):
    """A review that a job found to differ."""

    __tablename__ = "job_result"
    job: str = Field(primary_key=True, foreign_key="job.id")
    review: int = _number(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: str = Field(sa_type=Text)


class Credential(SQLModel, table=True):
    """The password of a login, as argon2's hash; `once`: it must be changed before anything else."""

    login: str = Field(primary_key=True)
    hash: str
    once: bool


class Session(SQLModel, table=True):
    """Someone who signed in. Of the token only the SHA-256 is stored."""

    id: str = Field(primary_key=True)
    login: str = Field(index=True)
    secret: str
    made: str
    expires: str


class SheetDraft(SQLModel, table=True):
    """A sheet being filled in (草稿); `version` is its last, `submitted` the review it became, `away`: put away, its versions stay."""

    __tablename__ = "draft"
    __table_args__ = (Index("draft_listed", "away", "saved"),)
    id: int = _number(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title: str = Field(sa_type=Text)
    made: str
    made_key: str
    made_by: str = Field(sa_type=Text)
    saved: str
    saved_by: str = Field(sa_type=Text)
    version: int
    replaces: int | None = Field(default=None, sa_type=_Position, description="the review whose next version it is")
    submitted: int | None = Field(default=None, sa_type=_Position)
    away: bool
    request: str | None = Field(default=None, unique=True)


class DraftVersion(SQLModel, table=True):
    """The content of a draft when it was saved; rows are added and never changed."""

    __tablename__ = "draft_version"
    draft: int = _number(primary_key=True, foreign_key="draft.id", sa_column_kwargs={"autoincrement": False})
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str
    by: str = Field(sa_type=Text)
    how: str = Field(description="how it came about: form, workbook, json, review, restored")
    content: str = Field(sa_type=Text, description="what was typed, canonical JSON")
    request: str | None = Field(default=None, description="the sender's key: the same form sent twice is one version")


class LawDraft(SQLModel, table=True):
    """The changes of the law that a person is gathering (改动草稿); `author` is the key of the account, `version` counts the saves, `content` is canonical JSON."""

    __tablename__ = "law_draft"
    author: str = Field(primary_key=True)
    saved: str
    version: int
    content: str = Field(sa_type=Text)


class LawDraftFile(SQLModel, table=True):
    """A scan among what a person is gathering; it comes into the record with the proposal, or goes with the draft."""

    __tablename__ = "law_draft_file"
    author: str = Field(primary_key=True, foreign_key="law_draft.author")
    digest: str = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    media: str
    content: bytes = Field(sa_type=Packed)


class PendingDecision(SQLModel, table=True):
    """A decision that waits for a second person (待复核的决定): `waiting`, `confirmed`, `returned`, `withdrawn` or `lapsed`; waiting no longer after `expires`."""

    __tablename__ = "pending_decision"
    id: str = Field(primary_key=True)
    review: int = _number(index=True)
    officer: str = Field(sa_type=Text)
    login: str
    ruling: str = Field(sa_type=Text, description="canonical JSON")
    expected: int = _number()
    request: str = Field(unique=True)
    made: str
    expires: str
    state: str
    by: str | None = Field(default=None, sa_type=Text)
    detail: str | None = Field(default=None, sa_type=Text)
    ended: str | None = None
    session: str | None = Field(default=None, description="the number of the officer's session")


class FailedAttempt(SQLModel, table=True):
    """Attempts that failed within a minute that is not over yet, counted by address and by who was claimed; entries of the audit log after it."""

    __tablename__ = "failed_attempt"
    minute: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    count: int


class SearchText(SQLModel, table=True):
    """What an event says in words that its subject did not say before (检索文字): made from the record, and made anew where it is lost.

    `folded` is what is searched, a text a line; `stated` the texts as they are, with their places, canonical JSON.
    """

    __tablename__ = "search_text"
    position: int = _number(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    subject: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)
    stated: bytes = Field(sa_type=Packed)
    __table_args__ = (Index("search_text_subject", "kind", "subject"),)


OPERATION_TABLES = (
    *SIGN_IN_TABLES,
    *(each for each in SQLModel.metadata.sorted_tables if each not in (*RECORD_TABLES, *AUDIT_TABLES, *SIGN_IN_TABLES)),
)
