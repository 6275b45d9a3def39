"""Gathering changes (改动草稿): what a person has checked against its document and not proposed yet, with the scans. It proves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.law.amendments import Amended, Amendment, amendment_json, require_amendments, stored_amendment
from review.record.editions.drawing_up import proposal_for
from review.record.editions.proposals import propose
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.event_marks import FileNamed
from review.record.storage.files import MOST_IN_RECORD, Scan, validate_files
from review.record.storage.journal import packed, table, unpacked
from review.record.storage.operations import LawDraft, LawDraftFile
from review.record.storage.store import Store

MOST_CHANGES = 2000


@dataclass(frozen=True)
class Gathered:
    """The changes that a person has gathered, in order, and the scans; `version` counts the saves, 0: nothing is gathered."""

    version: int
    amendments: tuple[Amendment, ...] = ()
    files: tuple[FileNamed, ...] = ()


def gathered(connection: Connection, author: str) -> Gathered:
    """What a person has gathered, as it was stored: it can be opened and emptied even where it cannot be proposed."""
    drafts = table(LawDraft)
    row = connection.execute(select(drafts).where(drafts.c.author == author)).mappings().first()
    if row is None:
        return Gathered(0)
    amendments = tuple(stored_amendment(each) for each in json.loads(row["content"]))
    return Gathered(row["version"], amendments, tuple(each.named for each in _scans(connection, author)))


def _scans(connection: Connection, author: str) -> list[Scan]:
    files = table(LawDraftFile)
    query = select(files).where(files.c.author == author).order_by(files.c.name, files.c.digest)
    return [Scan(row["name"], row["media"], unpacked(row["content"])) for row in connection.execute(query).mappings()]


def gathered_file(connection: Connection, author: str, digest: str) -> tuple[FileNamed, bytes]:
    """A scan that a person has gathered. Raises NotRecorded, RecordDamaged."""
    found = next((each for each in _scans(connection, author) if each.digest == digest), None)
    if found is None:
        raise NotRecorded([Fault("file", Text("草稿中没有这个文件", "no such file is gathered"))])
    return found.named, found.content


def gather(store: Store, author: str, amendments: Sequence[Amendment], scans: Sequence[Scan] = ()) -> None:
    """Add changes; one of a row that was changed before takes that one's place.

    Raises RulesetError where a change could not be proposed as it stands, Refused, RecordUnavailable.
    """
    require_amendments(amendments)

    def change(before: tuple[Amendment, ...]) -> tuple[Amendment, ...]:
        by_row = {_row(each): each for each in (*before, *amendments)}
        return tuple(by_row.values())

    _saved(store, author, change, scans=scans)


def drop(store: Store, author: str, places: Sequence[int], version: int) -> None:
    """Take changes off what is gathered, by their places in that version. Raises Conflict where it has changed since, RecordUnavailable."""
    _saved(
        store,
        author,
        lambda before: tuple(each for place, each in enumerate(before) if place not in places),
        version=version,
    )


def propose_gathered(
    store: Store,
    author: str,
    version: int,
    first: date,
    reason: str,
    by: Actor,
    *,
    most_files: int = MOST_IN_RECORD,
) -> int:
    """Propose what a person has gathered, in force from a day, and clear it, in one transaction. Returns the proposal's number.

    Raises Conflict where it has changed since that version, and as `require_amendments`, `proposal_for` and `propose` do; then it stays gathered.
    """
    with store.reading() as connection:
        found, scans = gathered(connection, author), _scans(connection, author)
    _require_version(found, version)
    if not found.amendments:
        raise Refused([Fault("", Text("草稿中还没有改动", "no change is gathered yet"))])
    require_amendments(found.amendments)
    drawn = proposal_for(store, Amended(first, found.amendments))

    def clear(connection: Connection) -> None:
        current = gathered(connection, author)
        _require_version(current, version)
        _clear(connection, author, current)

    return propose(store, drawn, reason, by, scans=scans, most_files=most_files, within=clear)


def _saved(
    store: Store,
    author: str,
    change: Callable[[tuple[Amendment, ...]], tuple[Amendment, ...]],
    *,
    scans: Sequence[Scan] = (),
    version: int | None = None,
) -> None:
    contents = {each.digest: packed(each.content) for each in scans}
    drafts, files = table(LawDraft), table(LawDraftFile)
    with store.writing() as connection:
        found = gathered(connection, author)
        if version is not None:
            _require_version(found, version)
        amendments = change(found.amendments)
        if len(amendments) > MOST_CHANGES:
            words = Text(f"一份提案最多 {MOST_CHANGES} 项改动", f"a proposal has at most {MOST_CHANGES} changes")
            raise Refused([Fault("", words)])
        if not amendments:
            _clear(connection, author, found)
            return
        content = chain.canonical([amendment_json(each) for each in amendments]).decode()
        values = {"saved": timestamp(), "version": found.version + 1, "content": content}
        if found.version:
            connection.execute(update(drafts).where(drafts.c.author == author).values(**values))
        else:
            connection.execute(insert(drafts), [{"author": author, **values}])
        there = {each["digest"] for each in found.files}
        added = [each for each in {each.digest: each for each in scans}.values() if each.digest not in there]
        if added:
            connection.execute(
                insert(files),
                [
                    {"author": author, "digest": each.digest, "name": each.name, "media": each.media, "content": contents[each.digest]}
                    for each in added
                ],
            )  # fmt: skip
        named = {each.paper.file for each in amendments if each.paper and each.paper.file}
        connection.execute(delete(files).where(files.c.author == author, files.c.digest.not_in(named)))
        validate_files([*found.files, *(each.named for each in added)])


def _clear(connection: Connection, author: str, found: Gathered) -> None:
    """Nothing is gathered any more; the versions go on, so that a page of before cannot be taken for one of what comes after."""
    drafts, files = table(LawDraft), table(LawDraftFile)
    connection.execute(delete(files).where(files.c.author == author))
    values = {"saved": timestamp(), "version": found.version + 1, "content": "[]"}
    connection.execute(update(drafts).where(drafts.c.author == author).values(**values))


def _require_version(found: Gathered, version: int) -> None:
    if found.version != version:
        words = Text(
            "草稿在此期间有改动，请核对后重新提交",
            "what is gathered was changed meanwhile: look at it and send it again",
        )
        raise Conflict([Fault("", words)])


def _row(each: Amendment) -> tuple[str, tuple[tuple[str, str], ...]]:
    return each.table, tuple(sorted(each.row.items()))
