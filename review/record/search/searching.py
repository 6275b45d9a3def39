"""Searching the record (检索): every word of what is typed stands somewhere in what a project, source or proposal ever said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import Connection, exists, func, or_, select

from review.errors import Fault, Refused, Text
from review.facts.register_keys import identifier_of, line_name
from review.record.projects.standing import latest
from review.record.search.folding import folded, words_of
from review.record.search.index import behind, stated_in
from review.record.search.texts import OFFICE_KINDS, Stated, place_words
from review.record.storage.journal import table
from review.record.storage.operations import SearchText
from review.record.storage.tables import Event, Project, Source, StoredReview
from review.record.storage.text_limits import LARGEST_NUMBER
from review.record.views.logs import EVENT_WORDS, event_words
from review.verdict.document import Wording

LONGEST_QUERY, MOST_WORDS = 200, 8
LARGEST_PAGE = 100
# What everybody may look at, and with the kinds of events of the office what may be found at all.
SUBJECTS = ("project", "source", "proposal")
KIND_WORDS: Mapping[str, Text] = {
    **{kind: EVENT_WORDS[kind] for kind in OFFICE_KINDS},
    "project": Text("项目", "project"),
    "source": Text("减排来源", "reduction source"),
    "proposal": Text("规则修改", "change of the rules"),
}
_MOST_FOUND, _MOST_ROWS = 3, 30


class Found(TypedDict):
    """A text in which a word stands, and where it stands."""

    place: Wording
    words: str


class Hit(TypedDict):
    """A `project`, `source` or `proposal` (`kind`) by its number or id, or an event of the office; what it is called, and where the words stand."""

    kind: str
    id: str
    title: Wording
    found: list[Found]


class Hits(TypedDict):
    """A page of hits, by when the longest word came up last, the latest first; `next` asks for the page after it. `behind`: so many events are not in the index yet."""

    items: list[Hit]
    next: str | None
    behind: int


def kinds_for(reads_events: bool) -> Sequence[str]:
    """What a caller may find: events of the office are for those who may read the record's events."""
    return (*SUBJECTS, *OFFICE_KINDS) if reads_events else SUBJECTS


def search(
    connection: Connection, typed: str, kinds: Sequence[str] = SUBJECTS, *, after: str | None = None, limit: int = 25
) -> Hits:
    """What has every word of `typed`. Raises Refused where that holds neither letter nor digit, or `after` is of no page."""
    words = words_of(typed)
    if not words:
        raise Refused([Fault("q", Text("请输入至少一个字、字母或数字", "type at least one letter or digit"))])
    if len(words) > MOST_WORDS or len(typed) > LONGEST_QUERY:
        found = Text(
            f"一次最多 {MOST_WORDS} 个词、{LONGEST_QUERY} 字",
            f"at most {MOST_WORDS} words and {LONGEST_QUERY} characters",
        )
        raise Refused([Fault("q", found)])
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = connection.execute(_query(_is_sqlite(connection), words, kinds, _position(after)).limit(limit + 1)).all()
    numbered = _numbered(connection, words) if after is None else []
    there = {(each["kind"], each["id"]) for each in numbered}
    items = [
        _hit(connection, row.kind, row.subject, words) for row in rows[:limit] if (row.kind, row.subject) not in there
    ]
    more = str(rows[limit - 1].last) if len(rows) > limit else None
    return {"items": numbered + items, "next": more, "behind": behind(connection)}


def _query(is_sqlite: bool, words: Sequence[str], kinds: Sequence[str], before: int | None) -> Any:
    """The newest row of each subject with the longest word, which is mostly the rarest; rows of the subject have the others.

    Rows are read from the newest on, so a word that many have is found as fast as one that few have.
    """
    # Bytes are compared, not characters one by one: there is no case left to fold.
    place = func.instr if is_sqlite else func.strpos
    rows, later, other = table(SearchText), table(SearchText).alias("later"), table(SearchText).alias("other")
    longest, *others = sorted(words, key=len, reverse=True)
    query = select(rows.c.kind, rows.c.subject, rows.c.position.label("last")).where(
        # A kind by itself would have the database read by the index of subjects, and sort all that it finds.
        rows.c.kind.concat("").in_(kinds),
        place(rows.c.folded, longest) > 0,
        ~_of_subject(rows, later, later.c.position > rows.c.position, place(later.c.folded, longest) > 0),
        *(_of_subject(rows, other, place(other.c.folded, word) > 0) for word in others),
    )
    query = query.order_by(rows.c.position.desc())
    return query if before is None else query.where(rows.c.position < before)


def _of_subject(rows: Any, there: Any, *conditions: Any) -> Any:
    return exists(select(1).where(there.c.kind == rows.c.kind, there.c.subject == rows.c.subject, *conditions))


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _position(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Refused([Fault("after", Text("不是本检索给出的页码", "is not a page that this search gave"))])
    return int(after)


def _numbered(connection: Connection, words: Sequence[str]) -> list[Hit]:
    """The project of a review of that number, and the project of that number, where a number alone is looked for."""
    if len(words) != 1 or not (words[0].isascii() and words[0].isdigit()) or int(words[0]) > LARGEST_NUMBER:
        return []
    number = int(words[0])
    reviews, projects = table(StoredReview), table(Project)
    found = []
    project = connection.execute(select(reviews.c.project).where(reviews.c.position == number)).scalar()
    if project is not None:
        found.append((project, Text("审查编号", "review")))
    if connection.execute(select(projects.c.id).where(projects.c.id == number)).scalar() is not None:
        found.append((number, Text("项目编号", "project")))
    hits: dict[int, Hit] = {}
    for project, place in found:
        hit = hits.setdefault(project, _hit_of(connection, "project", str(project), []))
        hit["found"].append({"place": place.as_json(), "words": words[0]})
    return list(hits.values())


def _hit(connection: Connection, kind: str, subject: str, words: Sequence[str]) -> Hit:
    return _hit_of(connection, kind, subject, _found(connection, kind, subject, words))


def _found(connection: Connection, kind: str, subject: str, words: Sequence[str]) -> list[Found]:
    """Texts in which the words stand, each word once if there is room, the latest first."""
    rows = table(SearchText)
    query = (
        select(rows.c.stated)
        .where(
            rows.c.kind == kind,
            rows.c.subject == subject,
            or_(*(rows.c.folded.contains(word, autoescape=True) for word in words)),
        )
        .order_by(rows.c.position.desc())
        .limit(_MOST_ROWS)
    )
    chosen: list[Stated] = []
    wanted = set(words)
    for content in connection.execute(query).scalars():
        for each in stated_in(content):
            plain = folded(each.words)
            if met := {word for word in wanted if word in plain}:
                chosen.append(each)
                wanted -= met
    return [{"place": place_words(each.place).as_json(), "words": each.words} for each in chosen[:_MOST_FOUND]]


def _hit_of(connection: Connection, kind: str, subject: str, found: list[Found]) -> Hit:
    return {"kind": kind, "id": subject, "title": _title(connection, kind, subject).as_json(), "found": found}


def _event_called(connection: Connection, kind: str, subject: str) -> Text:
    """What an event of the office is called."""
    events = table(Event)
    body = connection.execute(select(events.c.body).where(events.c.position == int(subject))).scalar()
    return event_words(kind, body or "")


def _title(connection: Connection, kind: str, subject: str) -> Text:
    if kind == "project":
        state = latest(connection, int(subject))
        name = state["profile"]["name"] if state else subject
        return Text(name, name)
    if kind == "source":
        rows = table(Source)
        query = select(rows.c.name, rows.c.enterprise, rows.c.line).where(rows.c.source == subject)
        row = connection.execute(query.order_by(rows.c.position.desc()).limit(1)).first()
        own = line_name(row.enterprise, row.line) if row and row.enterprise else identifier_of(subject)
        called = f"{own} {row.name}" if row and row.name else own
        return Text(called, called)
    words = KIND_WORDS[kind] if kind in SUBJECTS else _event_called(connection, kind, subject)
    return Text(f"{words.zh} {subject}", f"{words.en} {subject}")
