"""A project's timeline (项目经过): every event that concerned it, in order, with a line of words each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import Connection, select

from review.errors import Text
from review.record.cases.past_decisions import imported_reference
from review.record.projects.standing import require_state
from review.record.storage.bodies import Movement
from review.record.storage.journal import body_of, table
from review.record.storage.tables import Event, Standing
from review.record.views.edition_names import edition_names
from review.record.views.worklist import Line, line
from review.terms import OUTCOMES, RECOMMENDATION_WORDS, STEP_WORDS
from review.verdict.document import Wording


class EventLine(TypedDict):
    """An event that concerned a project: when (`at`, UTC), by whom, in words, and the project's movements on sources."""

    position: int
    at: str
    actor: str
    kind: str
    summary: Wording
    draws: list[Movement]


class Timeline(TypedDict):
    """A project's line of the work list, and its events, oldest first."""

    project: int
    standing: Line
    events: list[EventLine]


def timeline(connection: Connection, project: int) -> Timeline:
    """The timeline of a project. Raises NotRecorded."""
    standing = require_state(connection, project)
    events, standings = table(Event), table(Standing)
    rows = connection.execute(
        select(events)
        .join(standings, standings.c.position == events.c.position)
        .where(standings.c.project == project)
        .order_by(events.c.position)
    ).mappings()
    return {
        "project": project,
        "standing": line(standing, edition_names(connection, [standing["review"] or 0])),
        "events": [_event(row, project) for row in rows],
    }


def _event(row: Any, project: int) -> EventLine:
    body = body_of(row)
    draws = [each for each in body["draws"] if each["project"] == project]
    return {
        "position": row["position"], "at": row["at"], "actor": row["actor"], "kind": row["kind"],
        "summary": _summary(row["kind"], body).as_json(), "draws": draws,
    }  # fmt: skip


def _summary(kind: str, body: Mapping[str, Any]) -> Text:
    if kind == "review":
        words = RECOMMENDATION_WORDS[body["recommendation"]]
        reference = imported_reference(body["request"])
        zh, en = (f"（原案号 {reference}）", f" (reference {reference})") if reference else ("", "")
        return Text(
            f"第 {body['version']} 版审查{zh}：{words.zh}", f"version {body['version']} reviewed{en}: {words.en}"
        )
    if kind == "decision":
        words = OUTCOMES[body["outcome"]]
        why = body["reason"] or ""
        return Text(
            f"{body['officer']} 决定{words.zh} {why}".strip(), f"{body['officer']} decided: {words.en} {why}".strip()
        )
    if kind == "step":
        words = STEP_WORDS[body["step"]]
        what = "；".join(str(body[name]) for name in ("condition", "document", "reason") if body[name])
        return Text(f"{words.zh}：{what}", f"{words.en}: {what}")
    return Text(
        f"来源“{body['source']}”登记变更，占用量调整",
        f"source “{body['source']}” registered or amended: holdings changed",
    )
