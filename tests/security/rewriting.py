"""An insider who has the whole database rewrites history: an edit, then every later digest, row, standing and checkpoint anew, triggers restored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select, text

from review.canonical_json import digest_of
from review.record.cases.rulings import departs
from review.record.projects.standing import counted_row, follow, latest, standing_row
from review.record.storage.actors import Actor
from review.record.storage.added import added_rows
from review.record.storage.balance_tables import Added, Counted
from review.record.storage.journal import (
    FOLDED,
    OF_PROJECTS,
    Draft,
    append,
    checkpoint,
    finding_rows,
    packed,
    table,
    unpacked,
)
from review.record.storage.store import Store
from review.record.storage.tables import (
    RECORD_TABLES,
    Checkpoint,
    Event,
    Standing,
    StoredFile,
    StoredFinding,
    StoredPlan,
    StoredReview,
    StoredRuleset,
    StoredSheet,
)


@dataclass
class Told:
    """An event as it is told anew: its body as values, and the documents that it brings."""

    at: str
    actor: str
    kind: str
    body: Any
    contents: dict[Any, list[Any]] = field(default_factory=dict)


History = list[Told]


def rewrite(store: Store, edit: Callable[[History], None]) -> None:
    """Tell the history anew with an edit. Nothing in the database shows that it was ever another."""
    with store.writing() as connection, _without_triggers(connection, store.is_sqlite):
        history = _history(connection)
        points = connection.execute(select(table(Checkpoint).c.position)).scalars().all()
        edit(history)
        for each in reversed(RECORD_TABLES):
            connection.execute(delete(each))
        for position, event in enumerate(history, 1):
            _tell(connection, position, event)
            if position in points:
                checkpoint(connection)


def _history(connection: Connection) -> History:
    history = [
        Told(row["at"], row["actor"], row["kind"], json.loads(row["body"]))
        for row in connection.execute(select(table(Event)).order_by(table(Event).c.position)).mappings()
    ]
    for model, columns in (
        (StoredSheet, ("digest", "position", "content")), (StoredRuleset, ("digest", "position", "id", "edition", "content")),
        (StoredReview, ("content",)), (StoredPlan, ("content",)), (StoredFile, ("digest", "position", "content")),
    ):  # fmt: skip
        for row in connection.execute(select(table(model))).mappings():
            brought = history[row["position"] - 1].contents
            brought.setdefault(model, []).append({name: row[name] for name in columns})
    return history


def _tell(connection: Connection, position: int, event: Told) -> None:
    contents, body = dict(event.contents), event.body
    if StoredReview in contents:
        document = json.loads(unpacked(contents[StoredReview][0]["content"]))
        contents[StoredFinding] = finding_rows(position, document)
        sheets = table(StoredSheet)
        stored = select(sheets.c.content).where(sheets.c.digest == body["sheet"])
        brought = next((each["content"] for each in contents.get(StoredSheet, ())), None)
        content = brought if brought is not None else connection.execute(stored).scalar_one()
        contents[Added] = added_rows(position, json.loads(unpacked(content)), document)
    concerned = (
        [body["project"]["id"]]
        if body.get("project") and event.kind in FOLDED
        else list(dict.fromkeys(each["project"] for each in body.get("draws", ())))
    )
    states = [follow(latest(connection, project), event.kind, position, event.at, body) for project in concerned]
    contents[Standing] = [standing_row(position, ordinal, each) for ordinal, each in enumerate(states)]
    if event.kind in OF_PROJECTS:
        contents[Counted] = [counted_row(position, each) for each in states]
    append(connection, Draft(event.kind, Actor(event.actor), body, contents, quiet=True), event.at)


@contextmanager
def _without_triggers(connection: Connection, is_sqlite: bool) -> Iterator[None]:
    if not is_sqlite:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def first(history: History, kind: str) -> Told:
    """The first event of a kind."""
    return next(each for each in history if each.kind == kind)


def stating(kind: str, **values: Any) -> Callable[[History], None]:
    """An edit: the first event of that kind states other values."""

    def edit(history: History) -> None:
        event = first(history, kind)
        assert any(event.body.get(name) != value for name, value in values.items())
        event.body.update(values)

    return edit


def approving(history: History) -> None:
    """An edit: the first review comes to approve."""
    event = first(history, "review")
    document = json.loads(unpacked(event.contents[StoredReview][0]["content"]))
    assert document["recommendation"] != "approve"
    document["recommendation"] = "approve"
    content = json.dumps(document, ensure_ascii=False).encode()
    event.contents[StoredReview] = [{"content": packed(content)}]
    event.body.update(digest=digest_of(content), recommendation="approve")
    number = history.index(event) + 1
    for each in history:
        if each.kind == "decision" and each.body["review"] == number:
            each.body["departs"] = departs("approve", each.body["outcome"])


def another_actor(history: History) -> None:
    """An edit: somebody else did the first thing."""
    history[0].actor = "另一人（示例）"


def another_time(history: History) -> None:
    """An edit: the first thing was done a day earlier."""
    day = int(history[0].at[8:10])
    history[0].at = f"{history[0].at[:8]}{day - 1 or 28:02}{history[0].at[10:]}"


def cut_off(history: History) -> None:
    """An edit: the last event never was."""
    history.pop()


def exchanged(history: History) -> None:
    """An edit: two neighbours in the other order."""
    places = [place for place, each in enumerate(history) if each.kind in ("key_end", "hook")]
    one, other = places[-2:]
    history[one], history[other] = history[other], history[one]
    history[one].at, history[other].at = history[other].at, history[one].at
