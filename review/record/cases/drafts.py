"""Drafts of sheets (草稿): every save is a version of its own, none is overwritten; they belong to the office, not to one person.

A draft proves nothing and is not in the chain; the review that it becomes is. Changes that two people made to different
blocks go together; a change to what another has changed meanwhile is a Conflict, never an overwrite.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict, cast

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, or_, select, update

from review.clock import timestamp, today
from review.drafting.rows import row_after
from review.drafting.typed import Typed, Values, rows
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.law.edition import Ruleset
from review.readers.written.sheet import written_sheet
from review.record.cases.submissions import Recorded, submit
from review.record.editions.in_force import law_of
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.journal import Row, table
from review.record.storage.operations import DraftVersion, SheetDraft
from review.record.storage.sender_keys import Made
from review.record.storage.store import Store
from review.record.storage.tables import StoredReview
from review.record.storage.text_limits import LARGEST_NUMBER, LONGEST_KEY, validate_words
from review.sheet.characters import is_printable
from review.sheet.paths import value_at

LARGEST, MOST_VERSIONS, LONGEST_TITLE = 2_000_000, 2000, 120
_DRAFTS, _VERSIONS = table(SheetDraft), table(DraftVersion)
_NUMBERED = select(_DRAFTS).where(_DRAFTS.c.id == bindparam("draft"))
_AT = select(_VERSIONS).where(_VERSIONS.c.draft == bindparam("draft"), _VERSIONS.c.version == bindparam("version"))
_COUNT = select(func.count()).where(
    _DRAFTS.c.made_key == bindparam("key"), _DRAFTS.c.away.is_(False), _DRAFTS.c.submitted.is_(None)
)
Change = Callable[[Typed], Typed]
Block = Callable[[Values], Any]


@dataclass(frozen=True)
class Author:
    """Who saves a draft: the key of the account, and the name shown."""

    key: str
    name: str


class DraftHead(TypedDict):
    """A draft without its content: when and by whom it was begun and last saved (UTC), its last version, and what became of it.

    `replaces` is the review whose next version it is, `submitted` the review that it became; `away`: put away.
    """

    id: int
    title: str
    made: str
    made_key: str
    made_by: str
    saved: str
    saved_by: str
    version: int
    replaces: int | None
    submitted: int | None
    away: bool
    request: str | None


class VersionLine(TypedDict):
    """A version of a draft without its content: when (UTC), by whom, and how it came about."""

    version: int
    at: str
    by: str
    how: str


@dataclass(frozen=True)
class SavedDraft:
    """A draft as one of its versions holds it. `again`: saved before under the same key."""

    id: int
    head: DraftHead
    version: int
    at: str
    by: str
    how: str
    typed: Typed
    again: bool = False


def create_draft(
    store: Store,
    by: Author,
    typed: Typed,
    how: str = "form",
    *,
    replaces: int | None = None,
    request: str | None = None,
) -> Made:
    """A new draft; the same sender's `request` and content give the same draft. Returns its number.

    `replaces` is the review whose next version it is. Raises Conflict where the `request` came with another content,
    NotRecorded where there is no such review, Refused, RecordUnavailable.
    """
    validate_words({"request": request}, longest=LONGEST_KEY)
    content = _content(typed)
    with store.writing() as connection:
        drafts = table(SheetDraft)
        known = connection.execute(select(drafts.c.id).where(drafts.c.request == request)).scalar() if request else None
        if known is not None:
            first = read_draft(connection, known, 1)
            if (_content(first.typed), first.head["replaces"]) != (content, replaces):
                words = Text(
                    f"同一提交编号已建立草稿 {known}，而内容不同；重新提交（换用新的编号）即另建一份",
                    f"draft {known} was begun under this key with another content: send it anew, under a new key",
                )
                raise Conflict([Fault("request", words)])
            return Made(int(known), again=True)
        if replaces is not None:
            _require_review(connection, replaces)
        number = (connection.execute(select(func.max(drafts.c.id))).scalar() or 0) + 1
        at_time = timestamp()
        head: DraftHead = {
            "id": number, "title": _title(typed), "made": at_time, "made_key": by.key, "made_by": by.name, "saved": at_time, "saved_by": by.name,
            "version": 1, "replaces": replaces, "submitted": None, "away": False, "request": request,
        }  # fmt: skip
        connection.execute(insert(drafts), [head])
        _add(connection, _version(number, 1, at_time, by, how, content))
    return Made(number)


def _require_review(connection: Connection, number: int) -> None:
    reviews = table(StoredReview)
    query = select(reviews.c.position).where(reviews.c.position == number)
    if not 0 < number <= LARGEST_NUMBER or connection.execute(query).first() is None:
        raise NotRecorded([Fault("replaces", Text(f"没有审查 {number}", f"there is no review {number}"))])


def save_draft(
    store: Store, draft: int, by: Author, change: Change, how: str = "form", *, base: int | None = None, block: Block | None = None,
    request: str | None = None,
) -> SavedDraft:  # fmt: skip
    """Add the version that `change` makes of the last one; what changes nothing adds none.

    `base` is the version that the author saw, `block` what of it the change is about; the same sender's `request` and change give
    the version that they made. Raises Conflict where the block is no longer the same or the `request` came with another change,
    Refused for a draft that was submitted or has grown too large, NotRecorded, RecordUnavailable.
    """
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        if request and (known := _saved_by(connection, draft, request, change)) is not None:
            return known
        last = read_draft(connection, draft)
        if last.head["submitted"] is not None:
            number = last.head["submitted"]
            words = Text(
                f"本表已提交为审查 {number}；请据此新建下一版",
                f"this was submitted as review {number}: begin its next version",
            )
            raise Refused([Fault("", words)])
        if base is not None and base != last.version:
            seen = read_draft(connection, draft, base)
            if block is None or block(seen.typed.values) != block(last.typed.values):
                words = Text(f"{last.by} 在此期间改动了同一处", f"{last.by} has changed the same place meanwhile")
                raise Conflict([Fault("", words)])
        changed = change(last.typed)
        content = _content(changed)
        if content == _content(last.typed):
            return last
        if last.version >= MOST_VERSIONS:
            words = Text(
                f"已保存 {MOST_VERSIONS} 个版本；请下载 JSON，新建一份继续",
                f"there are {MOST_VERSIONS} versions: go on in a new draft",
            )
            raise Refused([Fault("", words)])
        at_time, version = timestamp(), last.version + 1
        _add(connection, _version(draft, version, at_time, by, how, content, request))
        drafts = table(SheetDraft)
        title = _title(changed)
        values = {"title": title, "saved": at_time, "saved_by": by.name, "version": version}
        connection.execute(update(drafts).where(drafts.c.id == draft).values(**values))
        head = last.head.copy()
        head["title"], head["saved"], head["saved_by"], head["version"] = title, at_time, by.name, version
        return SavedDraft(draft, head, version, at_time, by.name, how, changed)


def _saved_by(connection: Connection, draft: int, request: str, change: Change) -> SavedDraft | None:
    """The version saved under the sender's key. Raises Conflict where the key came with another change."""
    version = _version_of(connection, draft, request)
    if version is None:
        return None
    before, saved = read_draft(connection, draft, version - 1), read_draft(connection, draft, version)
    if _content(change(before.typed)) != _content(saved.typed):
        words = Text(
            f"同一提交编号已保存为第 {version} 版，而内容不同；重新保存（换用新的编号）即另添一条",
            f"version {version} was saved under this key with another content: save it anew, under a new key",
        )
        raise Conflict([Fault("request", words)])
    return replace(saved, again=True)


def _version_of(connection: Connection, draft: int, request: str) -> int | None:
    versions = table(DraftVersion)
    query = select(versions.c.version).where(versions.c.draft == draft, versions.c.request == request)
    version = connection.execute(query).scalar()
    return None if version is None else int(version)


def row_added(connection: Connection, draft: int, path: str, request: str) -> tuple[int, int] | None:
    """The version in which a row was added at the end of a list under the sender's key, and its place there; None where it was not."""
    version = _version_of(connection, draft, request)
    if version is None:
        return None
    return version, len(rows(read_draft(connection, draft, version).typed.values, path)) - 1


def follow_row(connection: Connection, draft: int, path: str, index: int, seen: int) -> int | None:
    """Where the row that version `seen` has at `index` of a list stands in the last version; None: it is gone, or cannot be told.

    Raises NotRecorded.
    """
    before = read_draft(connection, draft, seen)
    place = index if 0 <= index < len(rows(before.typed.values, path)) else None
    for version in range(seen + 1, before.head["version"] + 1):
        if place is None:
            return None
        after = read_draft(connection, draft, version)
        place = row_after(
            rows(before.typed.values, path), rows(after.typed.values, path), place, one=after.how == "form"
        )
        before = after
    return place


def restore_version(store: Store, draft: int, version: int, by: Author) -> SavedDraft:
    """An earlier version again, as a new one. Raises as `save_draft` does."""
    with store.reading() as connection:
        earlier = read_draft(connection, draft, version).typed
    return save_draft(store, draft, by, lambda _: earlier, "restored")


def put_away(store: Store, draft: int, away: bool) -> None:
    """Take a draft off the list, or put it back; its versions stay stored. Raises NotRecorded, RecordUnavailable."""
    with store.writing() as connection:
        _head(connection, draft)
        drafts = table(SheetDraft)
        connection.execute(update(drafts).where(drafts.c.id == draft).values(away=away))


def submit_draft(
    store: Store,
    draft: int,
    version: int,
    officer: str | Actor,
    *,
    ruleset: Ruleset | None,
    as_of: date,
    replaces: int | None = None,
    reason: str | None = None,
) -> Recorded:
    """Record the review of a draft as that version holds it and close the draft, in one transaction; sent again, that review again.

    `ruleset` is an edition named by the officer; None: the one in force on the day. Raises Conflict where the draft has another version by then, NotRecorded, and as `submit` does; then nothing is recorded.
    """
    with store.reading() as connection:
        saved = read_draft(connection, draft, version)
        named_by = law_of(connection).asked(ruleset, as_of or today())

    def close(connection: Connection, review: int) -> None:
        drafts = table(SheetDraft)
        free = or_((drafts.c.version == version) & drafts.c.submitted.is_(None), drafts.c.submitted == review)
        closed = connection.execute(update(drafts).where(drafts.c.id == draft, free).values(submitted=review))
        if closed.rowcount != 1:
            words = Text(
                "本表在此期间有改动，尚未提交；请重新核对",
                "the sheet was changed meanwhile and is not submitted: check it again",
            )
            raise Conflict([Fault("", words)])

    # One draft is one review, whoever sends it and however often: the key is the draft's.
    return submit(
        store, written_sheet(saved.typed.values, lambda: named_by)[0], officer, ruleset=ruleset, as_of=as_of, replaces=replaces or saved.head["replaces"], reason=reason,
        request=f"draft:{draft}", within=close,
    )  # fmt: skip


def read_draft(connection: Connection, draft: int, version: int | None = None) -> SavedDraft:
    """A draft at one of its versions, by default the last. Raises NotRecorded."""
    head = _head(connection, draft)
    wanted = head["version"] if version is None else version
    known = 0 < wanted <= head["version"]
    row = connection.execute(_AT, {"draft": draft, "version": wanted}).mappings().first() if known else None
    if row is None:
        raise NotRecorded([Fault("version", Text(f"没有第 {wanted} 版", f"there is no version {wanted}"))])
    content = json.loads(row["content"])
    return SavedDraft(draft, head, row["version"], row["at"], row["by"], row["how"], Typed.from_json(content))


def last_saved_drafts(connection: Connection, key: str, limit: int) -> list[DraftHead]:
    """The heads of somebody's own drafts that are neither submitted nor put away, the last saved first."""
    drafts = table(SheetDraft)
    query = _open(away=False).where(drafts.c.made_key == key).order_by(drafts.c.saved.desc(), drafts.c.id).limit(limit)
    return [cast(DraftHead, dict(row)) for row in connection.execute(query).mappings()]


def page_of_drafts(
    connection: Connection, key: str, *, away: bool = False, after: int | None = None, limit: int = 50
) -> list[DraftHead]:
    """The heads of drafts not submitted yet in an order that no save changes: one's own first, then what was begun last first.

    `after` is the last draft of the page before; one more than `limit` where there are more. Raises Refused for a number that is no draft's.
    """
    drafts = table(SheetDraft)
    query = _open(away).order_by(drafts.c.made_key != key, drafts.c.id.desc()).limit(limit + 1)
    if after is not None:
        known = after <= LARGEST_NUMBER
        begun = connection.execute(select(drafts.c.made_key).where(drafts.c.id == after)).scalar() if known else None
        if begun is None:
            raise Refused([Fault("after", Text("不是本清单给出的页码", "is not a cursor that this list gave"))])
        below = drafts.c.id < after
        theirs = drafts.c.made_key != key
        query = query.where(or_(theirs, below) if begun == key else and_(theirs, below))
    return [cast(DraftHead, dict(row)) for row in connection.execute(query).mappings()]


def _open(away: bool) -> Select[Any]:
    drafts = table(SheetDraft)
    return select(drafts).where(drafts.c.away == away, drafts.c.submitted.is_(None))


def count_drafts(connection: Connection, key: str) -> int:
    """How many drafts somebody has begun that are neither submitted nor put away."""
    return int(connection.execute(_COUNT, {"key": key}).scalar_one())


def list_versions(
    connection: Connection, draft: int, *, before: int | None = None, limit: int = 50
) -> list[VersionLine]:
    """A draft's versions without their content, the last first; `before`: those below that one. One more than `limit` where there are more.

    Raises NotRecorded.
    """
    _head(connection, draft)
    versions = table(DraftVersion)
    columns = (versions.c.version, versions.c.at, versions.c.by, versions.c.how)
    query = select(*columns).where(versions.c.draft == draft).order_by(versions.c.version.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(versions.c.version < before)
    return [cast(VersionLine, dict(row)) for row in connection.execute(query).mappings()]


def _head(connection: Connection, draft: int) -> DraftHead:
    known = 0 < draft <= LARGEST_NUMBER
    row = connection.execute(_NUMBERED, {"draft": draft}).mappings().first() if known else None
    if row is None:
        raise NotRecorded([Fault("draft", Text(f"没有草稿 {draft}", f"there is no draft {draft}"))])
    return cast(DraftHead, dict(row))


def _version(
    draft: int, version: int, at_time: str, by: Author, how: str, content: str, request: str | None = None
) -> Row:
    return {
        "draft": draft,
        "version": version,
        "at": at_time,
        "by": by.name,
        "how": how,
        "content": content,
        "request": request,
    }


def _add(connection: Connection, version: Row) -> None:
    connection.execute(insert(table(DraftVersion)), [version])


def _content(typed: Typed) -> str:
    content = chain.canonical(typed.as_json())
    if len(content) > LARGEST:
        raise Refused([Fault("", Text(f"内容过大：最多 {LARGEST:,} 字节", f"is too large: at most {LARGEST:,} bytes"))])
    return content.decode()


def _title(typed: Typed) -> str:
    name = value_at(typed.values, "project.name")
    words = "".join(c for c in name if is_printable(c)) if isinstance(name, str) else ""
    return words.strip()[:LONGEST_TITLE]
