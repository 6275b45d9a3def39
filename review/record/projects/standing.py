"""A project's state (动态管理): folded from its events one by one, each result stored as a row of the work list.

`follow` is pure: the state before, the event, and what the project then holds of each source give the state after.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal, cast

from sqlalchemy import Connection, and_, bindparam, func, select

from review.clock import local_time
from review.errors import Fault, NotRecorded, Text
from review.record.projects.profile import low_end, sortable
from review.record.projects.state import Awaited, Disposition, Holding, LastDecision, ProjectState
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.balance_tables import Counted
from review.record.storage.bodies import (
    CaseClock,
    ConsultationBody,
    DecisionBody,
    Movement,
    ProjectBody,
    ReviewBody,
    StepBody,
)
from review.record.storage.journal import Draft, Last, Row, append, last_event, table, time_after
from review.record.storage.tables import Standing
from review.record.storage.text_limits import LARGEST_NUMBER

DISPOSITIONS = ("rectify", "suspend", "phase_out")
ENDED = ("withdrawn", "lapsed", "closed")
# Decisions and steps after which a project holds no offsets.
RELEASING = frozenset({"reject", "phase_out", *ENDED})
# Decisions on a newer version that take the place of an approval; others leave it in force.
SETTLING = frozenset({"approve", "reject", *DISPOSITIONS})
# Steps that state the day of something in the life of a case.
CaseDay = Literal["received", "accepted", "noticed"]
CASE_DAYS: tuple[CaseDay, ...] = ("received", "accepted", "noticed")
NO_DAYS: CaseClock = {"received": None, "accepted": None, "noticed": None, "resumed": None}
# Who signs in with a password or by single sign-on.
_PERSONS = ("person:", "oidc:")
_STANDINGS = table(Standing)
_LATEST = (
    select(_STANDINGS.c.detail)
    .where(_STANDINGS.c.project == bindparam("project"), _STANDINGS.c.position < bindparam("before"))
    .order_by(_STANDINGS.c.position.desc())
    .limit(1)
)
_NEWEST = (
    select(_STANDINGS.c.project, func.max(_STANDINGS.c.position).label("position"))
    .where(_STANDINGS.c.project.in_(bindparam("projects", expanding=True)))
    .group_by(_STANDINGS.c.project)
    .subquery()
)
_NAMED = select(_STANDINGS.c.project, _STANDINGS.c.name, _STANDINGS.c.code).join(
    _NEWEST, and_(_STANDINGS.c.project == _NEWEST.c.project, _STANDINGS.c.position == _NEWEST.c.position)
)
# As many as a statement may name on either database.
_MOST_NAMED = 10_000


def follow(before: ProjectState | None, kind: str, position: int, at: str, body: ProjectBody) -> ProjectState:
    """The state after an event of the project (`review`, `decision`, `step`, `consultation`), or after its holdings changed (`source`)."""
    # A project's first event brings its profile.
    after = before.copy() if before else _fresh(cast(ReviewBody, body))
    if kind == "consultation":
        _consulted(after, position, cast(ConsultationBody, body))
        return after
    of_case = cast(StepBody, body)
    after["holdings"] = _holdings(after["holdings"], after["project"], of_case["draws"])
    if kind == "review":
        _reviewed(after, position, at, cast(ReviewBody, body))
    elif kind == "decision":
        _decided(after, position, cast(DecisionBody, body))
    elif kind == "step":
        _stepped(after, of_case)
    if kind != "source" and "holder" in of_case:
        after["holder"] = of_case["holder"]
    why = _why(after)
    if why != after["list"]["why"]:
        after["list"] = {
            "on": why in ("two-high", "unsettled", "listed"),
            "why": why,
            "since": at,
            "position": position,
        }
    return after


def _fresh(body: ReviewBody) -> ProjectState:
    return {
        "project": body["project"]["id"], "profile": body["profile"], "review": None, "version": 0, "decision": None, "conditions": [],
        "met": [], "disposition": None, "state": "open", "listed": False, "unlisted": False, "holdings": {},
        "list": {"on": False, "why": "", "since": "", "position": 0},
    }  # fmt: skip


def _holdings(holdings: Mapping[str, Holding], project: int, draws: Iterable[Movement]) -> dict[str, Holding]:
    after = dict(holdings)
    for draw in draws:
        if draw["project"] == project:
            after[draw["source"]] = {"asked_t": draw["asked_t"], "held_t": draw["held_t"]}
            if draw["asked_t"] == "0":
                del after[draw["source"]]
    return after


def _reviewed(after: ProjectState, position: int, at: str, body: ReviewBody) -> None:
    if "clock" in after:
        _supplemented(after, at)
    if "fold" in body:
        held = None if after["state"] in ENDED else approval_of(after)
        after.pop("approval", None)
        if held is not None:
            after["approval"] = held
    after["profile"], after["review"], after["version"] = body["profile"], position, body["version"]
    after["state"], after["unlisted"] = "open", False


def _supplemented(after: ProjectState, at: str) -> None:
    """A new version is the supplement that a notice asked for; after a decision that settles the case it begins another one."""
    if outcome_of(after) in SETTLING:
        del after["clock"]
    elif after["clock"]["noticed"] is not None and after["clock"]["resumed"] is None:
        after["clock"] = {**after["clock"], "resumed": local_time(at)[:10]}


def _decided(after: ProjectState, position: int, body: DecisionBody) -> None:
    decision: LastDecision = {
        "position": position, "review": body["review"], "outcome": body["outcome"], "departs": body["departs"], "officer": body["officer"],
        "on_behalf_of": body["on_behalf_of"], "second": body["second"], "decided_on": body["decided_on"], "reason": body["reason"],
        "clause": body["clause"],
    }  # fmt: skip
    if "fold" in body:
        decision["on_behalf_of_subject"] = body.get("on_behalf_of_subject")
        decision["second_subject"] = body.get("second_subject")
    after["decision"] = decision
    if "fold" in body and body["outcome"] in SETTLING:
        after.pop("approval", None)
    elif "approval" in after:
        # What is asked for or put off on a newer version leaves the approval as it is, with its conditions.
        return
    met = {each["zh"] for each in after["met"]}
    after["conditions"] = [each for each in body["conditions"] if each["zh"] not in met]
    # An open disposition is ended by the step that closes it, or by another disposition, and by nothing else.
    if body["outcome"] in DISPOSITIONS:
        after["disposition"] = {
            "kind": body["outcome"],
            "responsible": body["responsible"],
            "due": body["due"],
            "closed": False,
        }


def _stepped(after: ProjectState, body: StepBody) -> None:
    step = body["step"]
    if step == "listed":
        after["listed"], after["unlisted"] = True, False
        if body["profile"] is not None and after["review"] is None:
            after["profile"] = body["profile"]
    elif step == "unlisted":
        after["unlisted"] = True
    elif step == "condition_met":
        after["met"] = [*after["met"], *(each for each in after["conditions"] if each["zh"] == body["condition"])]
        after["conditions"] = [each for each in after["conditions"] if each["zh"] != body["condition"]]
    elif step == "condition_due":
        after["due"] = {**after.get("due", {}), str(body["condition"]): body["day"]}
    elif step in CASE_DAYS:
        days: Any = {**after.get("clock", NO_DAYS), step: body["day"]}
        if "resumed" in body:
            days["resumed"] = body["resumed"]
        after["clock"] = days
    elif step == "disposition_closed":
        after["disposition"] = {**cast(Disposition, after["disposition"]), "closed": True}
    elif step in ENDED:
        after["state"] = step
        after.pop("clock", None)
    elif step == "reopened":
        after["state"], after["unlisted"] = "open", False
    elif step == "split":
        _restored(after, body)


def _consulted(after: ProjectState, position: int, body: ConsultationBody) -> None:
    if "holder" in body:
        after["holder"] = body["holder"]
    awaited = dict(after.get("consultations", {}))
    if body["act"] == "asked":
        awaited[str(position)] = {"due": str(body["due"]), "units": list(body["units"] or ())}
    elif (number := str(body["asked"])) in awaited:
        left = [each for each in awaited[number]["units"] if body["act"] == "replied" and each != body["unit"]]
        if left:
            awaited[number] = {"due": awaited[number]["due"], "units": left}
        else:
            del awaited[number]
    after.pop("consultations", None)
    if awaited:
        after["consultations"] = awaited


def _restored(after: ProjectState, body: StepBody) -> None:
    """As before the review that is split off; versions are counted on."""
    restored, profile = body["restored"], body["profile"]
    assert profile is not None  # a split brings the profile of before
    after["profile"], after["review"], after["decision"] = profile, restored["review"], restored["decision"]
    after["conditions"], after["disposition"] = restored["conditions"], restored["disposition"]
    after["state"], after["unlisted"] = restored["state"], restored["unlisted"]
    after.pop("approval", None)
    if restored["approval"] is not None:
        after["approval"] = restored["approval"]
    after.pop("clock", None)
    if "clock" in restored:
        after["clock"] = restored["clock"]


def _why(after: ProjectState) -> str:
    """Why the project is on the list, or off it."""
    if after["state"] in ENDED:
        return after["state"]
    if after["unlisted"]:
        return "unlisted"
    if outcome_of(after) == "reject":
        return "reject"
    two_high = after["profile"]["two_high"]
    if two_high is True:
        return "two-high"
    if after["listed"] and (two_high is None):
        return "listed"
    return "unsettled" if two_high is None else "not-two-high"


def outcome_of(standing: ProjectState) -> str | None:
    """The outcome decided on the latest review; None while that awaits its decision."""
    decision = standing["decision"]
    return decision["outcome"] if decision and decision["review"] == standing["review"] else None


def approval_of(standing: ProjectState) -> LastDecision | None:
    """The approval that is in force: of the newest version, or of an earlier one while the newest awaits its decision."""
    if standing["state"] in ENDED:
        return None
    return standing["decision"] if outcome_of(standing) == "approve" else standing.get("approval")


def case_runs(standing: ProjectState) -> bool:
    """Whether the case awaits a decision that settles it; of a project that is listed only, whether a day of a case was recorded."""
    begun = standing["review"] is not None or "clock" in standing
    return begun and standing["state"] not in ENDED and outcome_of(standing) not in SETTLING


def conditions_due(standing: ProjectState) -> dict[str, str]:
    """By when open conditions are to be met, by their Chinese words: those for which that was recorded; none of a project that has ended."""
    due = standing.get("due", {}) if standing["state"] not in ENDED else {}
    return {each["zh"]: due[each["zh"]] for each in standing["conditions"] if each["zh"] in due}


def replies_awaited(standing: ProjectState) -> list[Awaited]:
    """The consultations to which replies are awaited; none of a project that has ended."""
    return list(standing.get("consultations", {}).values()) if standing["state"] not in ENDED else []


def short_of(standing: ProjectState) -> list[str]:
    """The sources of which the project holds less than it asks."""
    return [name for name, each in standing["holdings"].items() if each["held_t"] != each["asked_t"]]


def standing_row(position: int, ordinal: int, standing: ProjectState) -> Row:
    """The stored row of a state: what is filtered by as columns, the whole as canonical JSON."""
    profile, review = standing["profile"], standing["profile"]["review"]
    values: Mapping[str, object] = profile
    disposition = standing["disposition"]
    names = ("code", "name", "applicant", "industry", "sector", "park", "stage", "two_high", "band")
    return {
        "position": position,
        "ordinal": ordinal,
        "project": standing["project"],
        **{name: values[name] for name in names},
        "on_list": standing["list"]["on"],
        "review": standing["review"],
        "recommendation": review["recommendation"] if review else None,
        "outcome": outcome_of(standing),
        "energy_from_tce": sortable(low_end(profile["energy_tce"])),
        "open_conditions": len(standing["conditions"]),
        "open_supplements": len(review["supplement"]) if review else 0,
        "due": disposition["due"] if disposition and not disposition["closed"] else None,
        "clocked": True if "clock" in standing and case_runs(standing) else None,
        "condition_due": min(conditions_due(standing).values(), default=None),
        "holder": standing["holder"]["subject"] if "holder" in standing else None,
        "consultation_due": min((each["due"] for each in replies_awaited(standing)), default=None),
        "detail": chain.canonical(standing).decode(),
    }


def counted_row(position: int, standing: ProjectState) -> Row:
    """Which review of a project counts as approved after an event of it, and which waits for a decision: until it is refused, or the project ends."""
    approved, approved_on, pending = _counted(standing)
    return {
        "position": position,
        "project": standing["project"],
        "approved": approved,
        "approved_on": approved_on,
        "pending": pending,
    }


def _counted(standing: ProjectState) -> tuple[int | None, str | None, int | None]:
    if standing["state"] in ENDED:
        return None, None, None
    approval = approval_of(standing)
    waits = outcome_of(standing) in (None, "supplement", "defer")
    return (
        approval["review"] if approval else None,
        approval["decided_on"] if approval else None,
        standing["review"] if waits else None,
    )


def latest(connection: Connection, project: int, before: int | None = None) -> ProjectState | None:
    """The last state of a project, or the last before a position, as the fold made it; None where there is none."""
    if not 0 < project <= LARGEST_NUMBER:
        return None
    asked = {"project": project, "before": LARGEST_NUMBER if before is None else before}
    detail = connection.execute(_LATEST, asked).scalar()
    if detail is None:
        return None
    found: ProjectState = json.loads(detail)
    return found


def named_projects(connection: Connection, projects: Collection[int]) -> Iterator[Any]:
    """Those projects that have a state, each with its `project`, `name` and `code` as they stand now."""
    numbers = [*projects]
    for first in range(0, len(numbers), _MOST_NAMED):
        yield from connection.execute(_NAMED, {"projects": numbers[first : first + _MOST_NAMED]})


def append_to_project(
    connection: Connection, draft: Draft, before: ProjectState | None, position: int, last: Last | None = None
) -> tuple[int, ProjectState]:
    """Append an event of a project, which is the record's next, with the state that follows. Returns its number and that state.

    `last` is the last event, where the writer has read it.

    The first person who acts on a case becomes its holder.
    """
    last = last or last_event(connection)
    at = time_after(last)
    if is_person(draft.actor) and "holder" not in draft.body and (before is None or "holder" not in before):
        held: Any = {**draft.body, "holder": {"name": draft.actor.name, "subject": draft.actor.principal}}
        draft.body = held
    after = follow(before, draft.kind, position, at, cast(ProjectBody, draft.body))
    draft.contents[Standing] = [standing_row(position, 0, after)]
    draft.contents[Counted] = [counted_row(position, after)]
    return append(connection, draft, at, last), after


def is_person(actor: Actor) -> bool:
    """Whether somebody who signed in acts; else a system's key, a command, or a program."""
    return actor.principal.startswith(_PERSONS)


def require_state(connection: Connection, project: int) -> ProjectState:
    """The project's state now. Raises NotRecorded where there is no such project."""
    found = latest(connection, project)
    if found is None:
        raise NotRecorded([Fault("project", Text(f"没有编号为 {project} 的项目", f"there is no project {project}"))])
    return found
