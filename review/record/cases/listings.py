"""Listing a project by its sheet alone (存量项目列入清单): recorded and put on the work list, without a review."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from review.errors import Conflict, Fault, Refused, Text
from review.record.cases.submissions import Written, new_contents, project_body, project_of_code, written_of
from review.record.projects.profile import listed_profile
from review.record.projects.standing import ENDED, append_to_project, latest
from review.record.storage.actors import Actor, acting
from review.record.storage.bodies import StepBody
from review.record.storage.journal import by_request, drafted, next_position
from review.record.storage.store import Store
from review.record.storage.tables import Step
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.sheet import ProjectSheet


@dataclass(frozen=True)
class Listed:
    """A recorded listing: its number and its project's."""

    id: int
    project: int
    again: bool = False


def list_project(
    store: Store, sheet: ProjectSheet, officer: str | Actor, reason: str, *, request: str | None = None
) -> Listed:
    """Put a project on the work list by its sheet alone (存量项目列入清单). Raises Refused, RecordUnavailable."""
    actor = acting(officer)
    validate_words({"officer": actor.name, "reason": reason}, required=("officer", "reason"))
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        return record_listing(connection, sheet, actor, reason, request=request)


def record_listing(
    connection: Connection, sheet: ProjectSheet, actor: Actor, reason: str, *, request: str | None = None
) -> Listed:
    """List a project (存量项目) by its sheet, without a review, inside the writer's transaction."""
    written = written_of(sheet)
    if request and (known := _listed_by(connection, request, written, reason)) is not None:
        return known
    project = by_code = project_of_code(connection, sheet)
    position = next_position(connection)
    before = latest(connection, project) if project is not None else None
    number = position if project is None else project
    if before and before["state"] in ENDED:
        words = Text(f"项目 {number} 已结束，请先恢复（reopened）", f"project {number} has ended: reopen it first")
        raise Refused([Fault("project", words)])
    body: StepBody = {
        "project": project_body(by_code, sheet, project, number), "step": "listed", "sheet": written.digest, "condition": None,
        "document": None, "reason": reason, "request": request, "profile": listed_profile(sheet), "draws": [],
    }  # fmt: skip
    draft = drafted("step", actor, body)
    draft.contents |= new_contents(connection, position, written, None)
    append_to_project(connection, draft, before, position)
    return Listed(position, number)


def _listed_by(connection: Connection, request: str, written: Written, reason: str) -> Listed | None:
    """The listing recorded under the sender's key. Raises Conflict where the key came with another sheet or reason."""
    row = by_request(connection, Step, request)
    if row is None:
        return None
    if (row["sheet"], row["reason"]) != (written.digest, reason):
        words = Text(
            f"该提交编号已用于 {row['position']}，而内容不同；请换用新的编号",
            f"this key was used for {row['position']} with another content: use a new key",
        )
        raise Conflict([Fault("request", words)])
    return Listed(row["position"], row["project"], again=True)
