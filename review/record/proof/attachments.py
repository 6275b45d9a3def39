"""Attachments by the product's own rules: each names one file and what it is attached to; a withdrawal names what was attached and not withdrawn before, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from review.record.cases.attachments import ADDED, WITHDRAWN
from review.record.proof.breaks import Break, broken
from review.record.storage.beside_tables import StoredAttachment
from review.record.storage.contents import body_at
from review.record.storage.journal import table
from review.record.storage.tables import Decision, Source, StoredReview
from review.sheet.catalogue import describe

# What is wrong: Chinese and English.
Fault = tuple[str, str]
_SUBJECT = ("project", "review", "path", "decision", "source")


def attachment_breaks(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[Break]:
    """What is wrong with what an event attached or withdrew; its file is examined with the other documents."""
    for zh, en in _faults(connection, position, body):
        yield broken(position, StoredAttachment, position, zh, en)


def _faults(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[Fault]:
    if body["act"] == ADDED:
        yield from _added(connection, position, body)
    elif body["act"] == WITHDRAWN:
        yield from _withdrawn(connection, position, body)
    else:
        yield f"“{str(body['act'])[:40]}”不是附加也不是撤回", f"{str(body['act'])[:40]} is neither added nor withdrawn"


def _added(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[Fault]:
    if len(body["files"]) != 1 or body["added"] is not None:
        yield "一次附加应只有一个文件", "it attaches other than one file"
    project = body["project"]["id"] if body["project"] else None
    if (project is None) is (body["source"] is None):
        yield "应属于项目或来源之一", "it is attached to neither a project nor a source, or to both"
    if body["review"] is not None and project != _of(connection, StoredReview, "project", body["review"]):
        yield "所属审查不是该项目的", "its review is not of its project"
    if body["decision"] is not None and body["review"] != _of(connection, Decision, "review", body["decision"]):
        yield "所属决定不是该审查的", "its decision is not on its review"
    if body["path"] is not None and (body["review"] is None or body["decision"] is not None):
        yield "字段应属于一项审查", "its figure is of no review"
    if body["path"] is not None and not _is_field(body["path"]):
        yield "所写的不是项目表的字段", "its figure is no field of the sheet"
    if body["source"] is not None and not _registered(connection, position, body["source"]):
        yield "来源此前没有登记", "its source was not registered before"


def _is_field(path: str) -> bool:
    try:
        describe(path)
    except (KeyError, IndexError, ValueError):
        return False
    return True


def _registered(connection: Connection, position: int, source: str) -> bool:
    rows = table(Source)
    query = select(rows.c.position).where(rows.c.source == source, rows.c.position < position).limit(1)
    return connection.execute(query).first() is not None


def _of(connection: Connection, model: Any, column: str, position: int) -> Any:
    rows = table(model)
    return connection.execute(select(rows.c[column]).where(rows.c.position == position)).scalar()


def _withdrawn(connection: Connection, position: int, body: Mapping[str, Any]) -> Iterator[Fault]:
    if not (body["reason"] or "").strip() or body.get("files"):
        yield "撤回应写明理由，不带文件", "it withdraws without a reason, or brings a file"
    rows = table(StoredAttachment)
    before = body_at(connection, body["added"])
    if body["added"] >= position or before.get("act") != ADDED or any(before[name] != body[name] for name in _SUBJECT):
        yield "所撤回的不是此前的附件", "what it withdraws was not attached before"
    query = select(rows.c.position).where(rows.c.added == body["added"], rows.c.position < position).limit(1)
    if connection.execute(query).first() is not None:
        yield "该附件此前已撤回", "what it withdraws was withdrawn before"
