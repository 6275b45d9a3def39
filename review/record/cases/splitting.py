"""A review merged by mistake (误并另立): its project goes back to how it stood before, and the sheet becomes a project of its own."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection, select, union_all

from review.errors import Fault, Refused, Text
from review.record.cases.approval import wanted_of
from review.record.cases.submissions import record_review
from review.record.projects.standing import ENDED, RELEASING, append_to_project, latest, outcome_of
from review.record.projects.state import ProjectState
from review.record.register.balances import movements, read_register
from review.record.storage.actors import Actor
from review.record.storage.beside_tables import StoredConsultation, StoredSignature
from review.record.storage.bodies import Restored, StepBody
from review.record.storage.contents import read_review, read_ruleset, read_sheet_bytes
from review.record.storage.journal import drafted, next_position, table
from review.record.storage.tables import Step
from review.replay.recorded import sheet_from
from review.verdict.judging import judge


def split_off(
    connection: Connection, standing: ProjectState, actor: Actor, reason: str | None, request: str | None
) -> int:
    """Split a project's newest review off, inside the writer's transaction. Returns the number of the step on the project it was merged into.

    That project stands as before the review, which stays in its history; the sheet is reviewed anew, by the same edition and as of the same
    day, as a project of its own. Raises Refused where steps, consultations or signatures were recorded since.
    """
    project, number = standing["project"], standing["review"]
    before = latest(connection, project, before=number) if number is not None else None
    if number is None or before is None:
        raise Refused([Fault("project", Text("该项目没有可另立的审查", "the project has no review to be split off"))])
    later = union_all(
        *(
            select(rows.c.position).where(rows.c.project == project, rows.c.position > number)
            for rows in map(table, (Step, StoredConsultation, StoredSignature))
        )
    )
    if (found := connection.execute(later.limit(1)).scalar()) is not None:
        words = Text(
            f"审查 {number} 之后已记录节点 {found}，不能再另立",
            f"step {found} was recorded after review {number}: too late",
        )
        raise Refused([Fault("project", words)])
    recorded = read_review(connection, number)
    restored: Restored = {
        "review": before["review"],
        "decision": before["decision"],
        "conditions": before["conditions"],
        "disposition": before["disposition"],
        "state": before["state"],
        "unlisted": before["unlisted"],
        "approval": before.get("approval"),
    }
    if "clock" in before:
        restored["clock"] = before["clock"]
    body: StepBody = {
        "project": {"id": project, "new": False}, "step": "split", "sheet": None, "condition": None, "document": None, "reason": reason,
        "request": request, "profile": before["profile"], "split": number, "restored": restored,
        "draws": movements(connection, project, _wanted(connection, before), standing["holdings"]),
    }  # fmt: skip
    draft = drafted("step", actor, body)
    position, _ = append_to_project(connection, draft, standing, next_position(connection))
    sheet = sheet_from(read_sheet_bytes(connection, recorded.sheet))
    edition = recorded.edition(read_ruleset(connection, recorded.ruleset))
    review = judge(sheet, edition, recorded.as_of, read_register(connection, sheet, None))
    record_review(connection, review, actor, reason=reason, split_from=number)
    return position


def _wanted(connection: Connection, before: ProjectState) -> dict[str, Decimal]:
    """What the project asked of each source before, in t/a."""
    if before["review"] is None or before["state"] in ENDED or outcome_of(before) in RELEASING:
        return {}
    return wanted_of(
        connection, before, sheet_from(read_sheet_bytes(connection, read_review(connection, before["review"]).sheet))
    )
