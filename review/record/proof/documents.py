"""The documents of an event: sheet, edition, the plan's text and the review's bytes, each with its digest; the findings that the bytes give."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, type_coerce
from sqlalchemy.types import NullType

from review.canonical_json import digest_of
from review.errors import NotRecorded, RecordDamaged
from review.law.loading import builtin_digests
from review.law.shipped import shipped_before
from review.record.proof.breaks import Break, broken, compared, remark
from review.record.proof.editions import digest_in, named_in
from review.record.storage.added import added_rows
from review.record.storage.balance_tables import Added
from review.record.storage.contents import read_sheet_bytes
from review.record.storage.journal import Row, Rows, finding_rows, table, unpacked
from review.record.storage.tables import StoredFile, StoredFinding, StoredPlan, StoredReview, StoredRuleset, StoredSheet
from review.verdict.document import ReviewDocument

_FILE = select(type_coerce(table(StoredFile).c.content, NullType()).label("content")).where(
    table(StoredFile).c.digest == bindparam("digest")
)
_BEFORE = {
    model: select(table(model).c.digest).where(
        table(model).c.digest == bindparam("digest"), table(model).c.position < bindparam("position")
    )
    for model in (StoredSheet, StoredRuleset, StoredFile)
}


def document_breaks(
    connection: Connection, position: int, body: Mapping[str, Any], stored: Rows
) -> Iterator[Break]:  # fmt: skip
    """What is wrong with the documents that an event brought, or names though another before it brought them."""
    sheets, editions = (
        [body.get("sheet")],
        [body.get("ruleset"), *(each["digest"] for each in body.get("editions", ()))],
    )
    for model, digests in ((StoredSheet, sheets), (StoredRuleset, editions)):
        brought = {row["digest"]: row for row in stored.get(model, [])}
        for digest in digests:
            row = brought.pop(digest, None)
            if digest is not None and row is not None:
                yield from _document(position, model, digest, digest, row)
            elif digest is not None and not _known(connection, model, digest, position):
                yield broken(position, model, digest, "原文缺失", "the document is missing")
        for key in brought:
            yield broken(position, model, key, "多出这一行：没有事件记载它", "a row too many: no event speaks of it")
    yield from _files(connection, position, body, stored)
    for row in stored.get(StoredPlan, []) if "text_digest" in body else ():
        yield from _document(position, StoredPlan, position, body["text_digest"], row)
    rows = stored.get(StoredReview, [])
    if "digest" not in body or not rows:
        yield from compared(position, StoredFinding, [], stored.get(StoredFinding, []))
        yield from compared(position, Added, [], stored.get(Added, []))
        return
    faults = list(_document(position, StoredReview, position, body["digest"], rows[0]))
    yield from faults
    if not faults:
        document = json.loads(unpacked(rows[0]["content"]))
        yield from compared(position, StoredFinding, finding_rows(position, document), stored.get(StoredFinding, []))
        yield from _added(connection, position, body["sheet"], document, stored.get(Added, []))


def _added(
    connection: Connection, position: int, sheet: str, document: ReviewDocument, stored: list[Row]
) -> Iterator[Break]:
    """What the review's project adds; of a sheet that is missing or damaged nothing can be said, which is told where it stands."""
    try:
        stated = json.loads(read_sheet_bytes(connection, sheet))
    except (NotRecorded, RecordDamaged):
        return
    yield from compared(position, Added, added_rows(position, stated, document), stored)


def _files(connection: Connection, position: int, body: Mapping[str, Any], stored: Rows) -> Iterator[Break]:
    """What is wrong with the files that an event brought or names; each is read by itself."""
    brought = {row["digest"] for row in stored.get(StoredFile, [])}
    for named in body.get("files", ()):
        digest = named["digest"]
        if digest not in brought:
            if not _known(connection, StoredFile, digest, position):
                yield broken(
                    position, StoredFile, digest, f"文件“{named['name']}”缺失", f"the file {named['name']} is missing"
                )
            continue
        brought.discard(digest)
        row = dict(connection.execute(_FILE, {"digest": digest}).mappings().one())
        yield from _document(position, StoredFile, digest, digest, row)
    for key in brought:
        yield broken(position, StoredFile, key, "多出这一行：没有事件记载它", "a row too many: no event speaks of it")


def _known(connection: Connection, model: Any, digest: str, position: int) -> bool:
    return connection.execute(_BEFORE[model], {"digest": digest, "position": position}).first() is not None


def _document(position: int, model: Any, key: object, digest: str, row: Mapping[str, Any]) -> Iterator[Break]:
    try:
        found = digest_in(row["content"]) if model is StoredRuleset else digest_of(unpacked(row["content"]))
    except RecordDamaged:
        yield broken(position, model, key, "原文已损坏，无法读取", "the document is damaged and cannot be read")
        return
    if found != digest:
        yield broken(
            position, model, key, "原文被改动：与其摘要不符", "the document was edited: it does not have its digest"
        )
    elif model is StoredRuleset:
        edition = named_in(row["content"])
        if (row["id"], row["edition"]) != (edition["id"], edition["edition"]):
            yield broken(position, model, key, "这一行被改动：id、edition", "the row was edited: id, edition")
        yield from _never_shipped(position, digest, edition["id"], f"{edition['id']}@{edition['edition']}")


def _never_shipped(position: int, digest: str, place: str, name: str) -> Iterator[Break]:
    """A content that no version of the product came with, under the name of an edition that it comes with."""
    before = shipped_before()
    now = builtin_digests(place) if any(each.startswith(f"{place}@") for each in before) else {}
    shipped = {*before.get(name, ()), now.get(name)}
    if (name in now or name in before) and digest not in shipped:
        yield remark(
            position,
            StoredRuleset,
            digest,
            f"以随程序发布的版本 {name} 为名，而内容从未随程序发布",
            f"is called {name} like an edition that the product comes with, and no version of the product came with this content",
        )
