"""Steps of a project after its decision (节点): conditions met, dispositions closed (销号), withdrawals, splits. Each is appended, none is changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from review.errors import Fault, Refused, Text
from review.record.cases.approval import wanted_of
from review.record.cases.splitting import split_off
from review.record.projects.standing import ENDED, RELEASING, append_to_project, outcome_of, require_state
from review.record.projects.state import ProjectState
from review.record.register.balances import movements
from review.record.storage.actors import Actor, acting
from review.record.storage.bodies import StepBody
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.journal import by_request, drafted, next_position
from review.record.storage.sender_keys import Made, used_otherwise
from review.record.storage.store import Store
from review.record.storage.tables import Step
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.replay.recorded import sheet_from
from review.terms import LIST_WORDS, NONE_WORD

STEPS = ("condition_met", "disposition_closed", "withdrawn", "lapsed", "closed", "unlisted", "reopened", "split")


def take_step(
    store: Store,
    project: int,
    kind: str,
    officer: str | Actor,
    *,
    reason: str | None = None,
    document: str | None = None,
    condition: str | None = None,
    request: str | None = None,
) -> Made:
    """Record a step of a project: `condition_met`, `disposition_closed`, `withdrawn`, `lapsed`, `closed`, `unlisted`, `reopened`, `split`.

    A condition is named by its Chinese words or its number in the list, from 1. `request` is the sender's
    own key: the same key and step give the recorded one again. Raises Refused, Conflict, NotRecorded, RecordUnavailable.
    """
    actor = acting(officer)
    words = {"officer": actor.name, "reason": reason, "document": document, "condition": condition}
    validate_words(words, required=("officer",))
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        if (
            request
            and (known := _known_step(connection, request, (project, kind, reason, document, condition))) is not None
        ):
            return known
        standing = require_state(connection, project)
        if kind == "condition_met":
            condition = open_condition(standing, condition)
        fault = _step_fault(standing, kind, reason, document)
        if fault:
            raise Refused([Fault(*fault)])
        if kind == "split":
            return Made(split_off(connection, standing, actor, reason, request))
        wanted: dict[str, Decimal] = {}
        if kind == "reopened" and standing["review"] is not None and outcome_of(standing) not in RELEASING:
            newest = sheet_from(read_sheet_bytes(connection, read_review(connection, standing["review"]).sheet))
            # As it stood before it ended: with the approval that was in force.
            wanted = wanted_of(connection, {**standing, "state": "open"}, newest)
        moves = kind in ENDED or kind == "reopened"
        body: StepBody = {
            "project": {"id": project, "new": False}, "step": kind, "sheet": None, "condition": condition, "document": document,
            "reason": reason, "request": request, "profile": None,
            "draws": movements(connection, project, wanted, standing["holdings"]) if moves else [],
        }  # fmt: skip
        return Made(append_to_project(connection, drafted("step", actor, body), standing, next_position(connection))[0])


def open_steps(connection: Connection, project: int) -> tuple[str, ...]:
    """The steps that a project could take as it stands. Raises NotRecorded."""
    standing = require_state(connection, project)
    possible = [kind for kind in STEPS if _step_fault(standing, kind, "-", "-") is None]
    hidden = {"condition_met"} if not standing["conditions"] else set()
    return tuple(
        kind for kind in possible if kind not in hidden and not (kind == "unlisted" and not standing["list"]["on"])
    )


def _known_step(connection: Connection, request: str, stated: tuple[Any, ...]) -> Made | None:
    """The step recorded under the sender's key. Raises Conflict where the key came with another step."""
    row = by_request(connection, Step, request)
    if row is None:
        return None
    recorded = tuple(row[name] for name in ("project", "step", "reason", "document", "condition"))
    # A condition named by its number is recorded by its words; the number may be another's by now.
    numbered = stated[1] == "condition_met" and str(stated[4]).isdigit()
    if stated[:4] != recorded[:4] or (not numbered and stated[4] != recorded[4]):
        raise used_otherwise("step", row["position"])
    return Made(int(row["position"]), again=True)


def _step_fault(standing: ProjectState, kind: str, reason: str | None, document: str | None) -> tuple[str, Text] | None:
    disposition = standing["disposition"]
    if kind == "condition_met":
        return (
            None
            if (document or "").strip()
            else ("document", Text("须写明证明文号", "give the document that shows it"))
        )
    if kind == "disposition_closed" and (disposition is None or disposition["closed"]):
        return "project", Text("该项目没有未销号的处置意见", "the project has no open disposition")
    if kind == "split" and (standing["review"] is None or standing["version"] < 2):
        return "project", Text(
            "该项目只有一版，没有可另立的审查", "the project has one version: there is none to be split off"
        )
    if kind not in ("disposition_closed", *ENDED, "unlisted", "reopened", "split"):
        return "step", Text(f"“{kind}”不可用", f"“{kind}” is not a step")
    if kind in ENDED and standing["state"] in ENDED:
        return "project", Text(
            f"该项目已结束：{LIST_WORDS[standing['state']].zh}", f"the project is {standing['state']} already"
        )
    if kind == "reopened" and standing["state"] not in ENDED and not standing["unlisted"]:
        return "project", Text("该项目未结束", "the project has not ended")
    if not (reason or "").strip():
        return "reason", Text("必须填写", "is required")
    return None


def open_condition(standing: ProjectState, named: str | None) -> str:
    """The Chinese words of the open condition that is named by them or by its number in the list, from 1. Raises Refused."""
    conditions = [str(each["zh"]) for each in standing["conditions"]]
    if named in conditions:
        return named or ""
    if named and named.isascii() and named.isdigit() and 0 < int(named[:6]) <= len(conditions):
        return conditions[int(named[:6]) - 1]
    there = [f"{i}. {each}" for i, each in enumerate(conditions, 1)]
    zh, en = "；".join(there) or NONE_WORD.zh, "; ".join(there) or NONE_WORD.en
    raise Refused(
        [
            Fault(
                "condition",
                Text(f"没有该项未落实条件；现有：{zh}", f"there is no such open condition; there are: {en}"),
            )
        ]
    )
