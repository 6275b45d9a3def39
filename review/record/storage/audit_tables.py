"""The table of the audit log, which stands beside the record: no row of it is ever changed or deleted either."""

from __future__ import annotations

from sqlalchemy import Index, Table, Text
from sqlmodel import Field, SQLModel

from review.record.storage.columns import number_key


class AuditEntry(SQLModel, table=True):
    """An entry of the audit log (审计日志), which is chained apart from the record: who came in and went, and who could not.

    `who` is a login or a key's id; of a failed attempt the hash of what was typed as the login. `count` attempts within a `minute` are
    one entry. `digest` covers all of it and the digest of the entry before it.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_session", "session"),
        Index("audit_minute", "minute"),
        Index("audit_kind", "kind", "number"),
        Index("audit_who", "who", "number"),
        Index("audit_by", "by", "number"),
        Index("audit_address", "address", "number"),
    )
    number: int = number_key()
    at: str
    kind: str
    who: str = Field(sa_type=Text)
    session: str | None = None
    address: str | None = Field(default=None, sa_type=Text)
    channel: str | None = None
    by: str | None = Field(default=None, sa_type=Text, description="who did it, where that is another")
    minute: str | None = None
    count: int
    previous: str
    digest: str


AUDIT_TABLES: tuple[Table, ...] = (AuditEntry.__table__,)  # type: ignore[attr-defined]
