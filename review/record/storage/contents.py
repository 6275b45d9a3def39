"""What the record stores whole: sheets, editions and reviews, read back by digest or number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, Self, TypedDict

from sqlalchemy import Connection, bindparam, func, select

from review.clock import begin_of_day
from review.drafting.typed import Values
from review.errors import Fault, NotRecorded, RecordDamaged, Refused, Text
from review.law.at_hand import default_ruleset
from review.law.compiling import compiled
from review.law.edition import Ruleset
from review.record.storage.journal import body_of, packed, table, unpacked
from review.record.storage.tables import Decision, Event, StoredReview, StoredRuleset, StoredSheet
from review.record.storage.text_limits import LARGEST_NUMBER
from review.replay.recorded import RecordedReview

_REVIEW = select(table(StoredReview)).where(table(StoredReview).c.position == bindparam("number"))
_BODY = select(table(Event).c.body).where(table(Event).c.position == bindparam("number"))
_RULESET = select(table(StoredRuleset).c.content).where(table(StoredRuleset).c.digest == bindparam("digest"))
_SHEETS = select(table(StoredSheet).c.digest, table(StoredSheet).c.content).where(
    table(StoredSheet).c.digest.in_(bindparam("digests", expanding=True))
)
_LAST_DECISION = (
    select(table(Decision).c.position)
    .where(table(Decision).c.review == bindparam("review"))
    .order_by(table(Decision).c.position.desc())
    .limit(1)
)
_NO_SHEET = Text("记录中没有该项目表", "the record has no such sheet")


def read_review(connection: Connection, number: int) -> RecordedReview:
    """The review of that number. Raises NotRecorded."""
    known = 0 < number <= LARGEST_NUMBER
    row = connection.execute(_REVIEW, {"number": number}).mappings().first() if known else None
    if row is None:
        raise NotRecorded([Fault("id", Text(f"没有编号为 {number} 的审查", f"there is no review {number}"))])
    return recorded_from(row)


def reason_of(connection: Connection, number: int) -> str | None:
    """Why a review is as of another day, or took the place of another project: as its event states it."""
    found: str | None = body_at(connection, number).get("reason")
    return found


def body_at(connection: Connection, position: int) -> Any:
    """What the event of that number states; nothing where there is none."""
    row = connection.execute(_BODY, {"number": position}).mappings().first()
    return body_of(dict(row)) if row is not None else {}


def recorded_from(row: Any) -> RecordedReview:
    return RecordedReview(
        row["position"], row["project"], row["version"], row["replaces"], row["sheet"], row["ruleset"], date.fromisoformat(row["as_of"]),
        row["recommendation"], row["digest"], unpacked(row["content"]),
    )  # fmt: skip


def recorded_or_damaged(row: Any) -> tuple[RecordedReview, tuple[str, str] | None]:
    """A review, without its bytes where they are damaged, and then the layer and the reason."""
    try:
        return recorded_from(row), None
    except RecordDamaged as error:
        return recorded_from({**row, "content": packed(b"")}), ("findings", str(error))


@dataclass(frozen=True)
class Span:
    """Which reviews: as of days between `since` and `until`, both included; of a project; with numbers above `after` up to `upto`."""

    since: date | None = None
    until: date | None = None
    project: int | None = None
    after: int = 0
    upto: int | None = None

    def in_order(self) -> Self:
        """The same, where some day can lie between the two. Raises Refused: of no review at all everything could be said."""
        if self.since and self.until and self.since > self.until:
            raise Refused([Fault("until", Text(f"{self.until} 早于起日 {self.since}", f"{self.until} is before the first day, {self.since}"))])  # fmt: skip
        return self

    def of(self, query: Any) -> Any:
        """A query over reviews, limited to these."""
        rows = table(StoredReview)
        query = query.where(rows.c.position > self.after)
        if self.since:
            query = query.where(rows.c.as_of >= self.since.isoformat())
        if self.until:
            query = query.where(rows.c.as_of <= self.until.isoformat())
        if self.project is not None:
            query = query.where(rows.c.project == (self.project if 0 < self.project <= LARGEST_NUMBER else 0))
        return query if self.upto is None else query.where(rows.c.position <= self.upto)


def count_reviews(connection: Connection, span: Span) -> int:
    """How many reviews there are."""
    return int(connection.execute(span.of(select(func.count()).select_from(table(StoredReview)))).scalar_one())


# A review, and the layer that is damaged and why where one is.
Read = tuple[RecordedReview, tuple[str, str] | None]


def review_batches(connection: Connection, span: Span, batch: int = 200) -> Iterator[list[Read]]:
    """The reviews in order of number, so many at a time."""
    rows = table(StoredReview)
    query = select(rows).order_by(rows.c.position).limit(batch)
    while found := connection.execute(span.of(query)).mappings().all():
        yield [recorded_or_damaged(row) for row in found]
        span = replace(span, after=found[-1]["position"])


def each_review(connection: Connection, span: Span, batch: int = 200) -> Iterator[Read]:
    """The reviews in order of number, each with the layer that is damaged and why; read in batches."""
    return (each for some in review_batches(connection, span, batch) for each in some)


class ReviewLine(TypedDict):
    """A recorded review in a list, without its bytes; `id` is its number as text."""

    id: str
    project: int
    version: int
    as_of: str
    recommendation: str
    digest: str


class ReviewsPage(TypedDict):
    """A page of reviews, newest first; `next`: the number that the next page goes on before, None at the end."""

    items: list[ReviewLine]
    next: int | None


def reviews_page(
    connection: Connection, span: Span, *, recommendation: str | None, before: int | None, limit: int
) -> ReviewsPage:
    """A page of the reviews of a span."""
    rows = table(StoredReview)
    names = ("position", "project", "version", "as_of", "recommendation", "digest")
    query = select(*(rows.c[name] for name in names)).order_by(rows.c.position.desc()).limit(limit + 1)
    # The days are looked up by their index, else a page of few days would have every review read.
    dated = span.since is not None or span.until is not None
    query = query.where(rows.c.position.in_(span.of(select(rows.c.position)))) if dated else span.of(query)
    if recommendation is not None:
        query = query.where(rows.c.recommendation == recommendation)
    if before is not None:
        query = query.where(rows.c.position < before)
    found = connection.execute(query).mappings().all()
    items: list[ReviewLine] = [
        {
            "id": str(row["position"]), "project": row["project"], "version": row["version"], "as_of": row["as_of"],
            "recommendation": row["recommendation"], "digest": row["digest"],
        }
        for row in found[:limit]
    ]  # fmt: skip
    return {"items": items, "next": int(items[-1]["id"]) if len(found) > limit else None}


def position_at(connection: Connection, day: date | None) -> int | None:
    """The last position that was recorded by the end of a day of the office; None: of all there is."""
    if day is None or day == date.max:
        return None
    return position_before(connection, begin_of_day(day + timedelta(days=1)))


def position_before(connection: Connection, end: str) -> int:
    """The last position that was recorded before a time (UTC, as events have it); 0 for none."""
    return number_before(connection, table(Event), table(Event).c.position, end)


def number_before(connection: Connection, rows: Any, key: Any, end: str) -> int:
    """The last row of a table that is chained, by its key, whose time `at` is before `end`; 0 for none."""
    # Times ascend with numbers, so it is looked for by halves: no index has the times.
    last, nearest = _numbered(rows, key)
    low, high = 0, int(connection.execute(last).scalar() or 0)
    while low < high:
        middle = (low + high + 1) // 2
        at = connection.execute(nearest, {"upto": middle}).scalar()
        low, high = (middle, high) if at is None or at < end else (low, middle - 1)
    return low


@cache
def _numbered(rows: Any, key: Any) -> tuple[Any, Any]:
    """The last number of a chained table, and the time of the last row up to a number."""
    return select(func.max(key)), select(rows.c.at).where(key <= bindparam("upto")).order_by(key.desc()).limit(1)


def last_decision(connection: Connection, review: int) -> int | None:
    """The number of the last decision on a review."""
    number: int | None = connection.execute(_LAST_DECISION, {"review": review}).scalar()
    return number


def read_sheet_bytes(connection: Connection, digest: str) -> bytes:
    """The canonical JSON of a sheet. Raises NotRecorded."""
    return unpacked_sheet(digest, packed_sheets(connection, (digest,)).get(digest))


def packed_sheets(connection: Connection, digests: Iterable[str]) -> dict[str, Any]:
    """The sheets of those digests that the record has, by digest, as they are stored."""
    rows = connection.execute(_SHEETS, {"digests": [*dict.fromkeys(digests)]})
    return {row.digest: row.content for row in rows}


def unpacked_sheet(digest: str, content: Any) -> bytes:
    """The canonical JSON of a sheet as it is stored; None where the record has none. Raises NotRecorded, RecordDamaged."""
    if content is None:
        raise NotRecorded([Fault(digest, _NO_SHEET)])
    return unpacked(content)


def read_ruleset_bytes(connection: Connection, digest: str) -> bytes:
    """The canonical content of an edition. Raises NotRecorded."""
    return unpacked(packed_ruleset(connection, digest))


def packed_ruleset(connection: Connection, digest: str) -> Any:
    """The content of an edition as it is stored. Raises NotRecorded."""
    content = connection.execute(_RULESET, {"digest": digest}).scalar()
    if content is None:
        raise NotRecorded([Fault(digest, Text("记录中没有该规则版本", "the record has no such edition"))])
    return content


def sheet_values(content: bytes) -> Values:
    """What canonical JSON of a sheet states, as values to go on filling in."""
    values: Values = json.loads(content)
    return values


def rulesets_in_use(connection: Connection) -> tuple[str, ...]:
    """The office's own ruleset, and those that the record has reviews by, in order and without repetition."""
    rows, reviews = table(StoredRuleset), table(StoredReview)
    used = select(reviews.c.ruleset).distinct()
    query = select(rows.c.id).where(rows.c.digest.in_(used)).group_by(rows.c.id).order_by(func.min(rows.c.position))
    judged = connection.execute(query).scalars()
    return tuple(dict.fromkeys((default_ruleset(), *judged)))


def read_ruleset(connection: Connection, digest: str) -> Ruleset:
    """An edition out of the record, whatever has become of it on disk. Raises NotRecorded, RecordDamaged."""
    return _edition_in(packed_ruleset(connection, digest))


@lru_cache(maxsize=32)
def _edition_in(stored: Any) -> Ruleset:
    """The edition of a content as it is stored, memoised: to unpack it takes several times as long as to read it."""
    return compiled(unpacked(stored))
