"""The days of a case (办理日期): received, accepted, one-time notice sent; by when a condition is to be met; whose the case is. Each is a recorded step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from review.clock import local_time, today
from review.errors import Fault, Refused, Text
from review.record.access.known_people import person_of, role_of, same_subject
from review.record.cases.steps import open_condition
from review.record.projects.standing import (
    CASE_DAYS,
    ENDED,
    NO_DAYS,
    SETTLING,
    append_to_project,
    case_runs,
    conditions_due,
    require_state,
)
from review.record.projects.state import ProjectState
from review.record.storage.actors import Actor, acting
from review.record.storage.bodies import StepBody
from review.record.storage.contents import body_at
from review.record.storage.journal import by_request, drafted, next_position, table
from review.record.storage.sender_keys import Made, used_otherwise
from review.record.storage.store import Store
from review.record.storage.tables import Decision, Event, Step, StoredReview
from review.record.storage.text_limits import LARGEST_NUMBER, LONGEST_KEY, validate_words
from review.terms import ROLE_WORDS, STEP_WORDS, not_among

DAY_STEPS = (*CASE_DAYS, "condition_due")
# A later year is a slip of the pen: nothing is left to be met so long.
LONGEST_TERM_YEARS = 30
_STATED = ("step", "condition", "document", "reason", "day")


def record_day(
    store: Store,
    project: int,
    kind: str,
    day: date,
    officer: str | Actor,
    *,
    reason: str | None = None,
    document: str | None = None,
    condition: str | None = None,
    request: str | None = None,
) -> Made:
    """Record a day of a case: `received`, `accepted`, `noticed`, or by when an open condition is to be met (`condition_due`).

    A day recorded before is put right by recording it again with a reason. A condition is named by its Chinese words or its number in
    the list, from 1. The same `request` and content give the recorded step again. Raises Refused, Conflict,
    NotRecorded, RecordUnavailable.
    """
    actor = acting(officer)
    words = {"officer": actor.name, "reason": reason, "document": document, "condition": condition}
    validate_words(words, required=("officer",))
    if kind not in DAY_STEPS:
        raise Refused([Fault("step", not_among(kind, {each: STEP_WORDS[each] for each in DAY_STEPS}))])
    stated = {"step": kind, "condition": condition, "document": document, "reason": reason, "day": day.isoformat()}
    return _recorded(store, project, actor, stated, request)


def hand_over(
    store: Store,
    project: int,
    subject: str,
    officer: str | Actor,
    *,
    note: str | None = None,
    request: str | None = None,
) -> Made:
    """Give a case to a person known to the office, with a note; to one's own subject: take it. The same `request` and content give the recorded step again.

    Raises Refused, Conflict, NotRecorded, RecordUnavailable.
    """
    actor = acting(officer)
    validate_words({"officer": actor.name, "reason": note, "holder": subject}, required=("officer", "holder"))
    stated = {"step": "handed_over", "condition": None, "document": None, "reason": note, "holder": subject}
    return _recorded(store, project, actor, stated, request)


def open_days(standing: ProjectState) -> tuple[str, ...]:
    """The days that can be recorded of a project as it stands."""
    if standing["state"] in ENDED:
        return ()
    kinds = [
        kind for kind in CASE_DAYS if case_runs(standing) and day_fault(standing, kind, None, "-", on=today()) is None
    ]
    return (*kinds, *(("condition_due",) if standing["conditions"] else ()))


def _recorded(store: Store, project: int, actor: Actor, stated: Mapping[str, Any], request: str | None) -> Made:
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        if request and (known := _known(connection, request, project, stated)) is not None:
            return known
        standing = require_state(connection, project)
        body: StepBody = {
            "project": {"id": project, "new": False}, "step": stated["step"], "sheet": None, "condition": stated["condition"],
            "document": stated["document"], "reason": stated["reason"], "request": request, "profile": None, "draws": [],
        }  # fmt: skip
        if stated["step"] == "handed_over":
            holder = _officer(connection, stated["holder"], standing)
            body["holder"] = {"name": holder[0], "subject": holder[1]}
        else:
            body["day"] = stated["day"]
            if stated["step"] == "condition_due":
                body["condition"] = open_condition(standing, stated["condition"])
            day = date.fromisoformat(stated["day"])
            fault = day_fault(standing, stated["step"], day, stated["reason"], body["condition"], on=today())
            if fault is not None:
                raise Refused([fault])
            if stated["step"] == "noticed":
                supplement = supplemented(connection, project, day)
                if supplement is not None:
                    body["resumed"] = supplement
        return Made(append_to_project(connection, drafted("step", actor, body), standing, next_position(connection))[0])


def _known(connection: Connection, request: str, project: int, stated: Mapping[str, Any]) -> Made | None:
    """The step recorded under the sender's key. Raises Conflict where the key came with another content."""
    row = by_request(connection, Step, request)
    if row is None:
        return None
    body = body_at(connection, row["position"])
    same = row["project"] == project and all(
        body.get(name) == stated.get(name) for name in _STATED if name != "condition"
    )
    # A condition named by its number is recorded by its words; the number may be another's by now.
    named = stated["condition"]
    same = same and (body["condition"] == named or (stated["step"] == "condition_due" and str(named).isdigit()))
    if "holder" in stated:
        same = same and same_subject(body["holder"]["subject"], stated["holder"])
    if not same:
        raise used_otherwise("step", row["position"])
    return Made(int(row["position"]), again=True)


def _officer(connection: Connection, subject: str, standing: ProjectState) -> tuple[str, str]:
    """Name and subject of whom the case is given to. Raises Refused where nobody is known by it, or the case is that person's already."""
    found = person_of(connection, subject)
    if found is None:
        words = Text(
            f"“{subject[:80]}”不是本单位已知的人员；请写登录名，或由管理员先登记",
            f"“{subject[:80]}” is no person known to the office: give a login, or have an administrator make the person known",
        )
        raise Refused([Fault("holder", words)])
    if (role := role_of(connection, found.subject)) not in (None, "officer"):
        words = Text(
            f"{found.name} 的角色是{ROLE_WORDS[role].zh}，不能经办项目",
            f"{found.name} is {ROLE_WORDS[role].en} and cannot hold a case: give it to an officer",
        )
        raise Refused([Fault("holder", words)])
    if "holder" in standing and same_subject(standing["holder"]["subject"], found.subject):
        words = Text(f"该项目已由 {found.name} 经办", f"the case is {found.name}'s already")
        raise Refused([Fault("holder", words)])
    return found.name, found.subject


def day_fault(
    standing: ProjectState,
    kind: str,
    day: date | None,
    reason: str | None,
    condition: str | None = None,
    *,
    on: date,
) -> Fault | None:
    """Why the day cannot be recorded on the day `on`; `day` None asks whether any could."""
    if standing["state"] in ENDED:
        words = Text("该项目已结束，请先恢复（reopened）", "the project has ended: reopen it first")
        return Fault("project", words)
    if kind == "condition_due":
        return _due_fault(standing, condition, day, reason, on)
    if not case_runs(standing) and standing["review"] is not None:
        return Fault("project", Text("该项目已作出决定", "the case has been decided"))
    days = standing.get("clock", NO_DAYS)
    if kind == "noticed" and day is not None and days["resumed"] is not None and day.isoformat() >= days["resumed"]:
        words = Text(
            f"已于 {days['noticed']} 一次性告知，补正已收到；须一次告知全部内容，不能再次停止计时",
            f"the one notice was sent on {days['noticed']} and the supplement has arrived: the clock does not stop again",
        )
        return Fault("step", words)
    if day is None:
        return None
    if day > on:
        return Fault("day", Text("不能晚于今天", "may not be after today"))
    after: dict[str, Any] = {**days, kind: day.isoformat()}
    for earlier, later in (("received", "accepted"), ("received", "noticed")):
        if after[earlier] and after[later] and after[earlier] > after[later]:
            other = earlier if kind == later else later
            words = Text(
                f"与{STEP_WORDS[other].zh}日 {after[other]} 先后颠倒：{STEP_WORDS[earlier].zh}不能晚于{STEP_WORDS[later].zh}",
                f"is in the wrong order with {after[other]} ({STEP_WORDS[other].en}): {earlier} may not be after {later}",
            )
            return Fault("day", words)
    recorded = {"received": days["received"], "accepted": days["accepted"], "noticed": days["noticed"]}[kind]
    return _again(recorded, day, reason)


def supplemented(connection: Connection, project: int, noticed: date, before: int | None = None) -> str | None:
    """The local day of the first further version of the case that arrived on a day after the notice, among events before `before`; None: none did.

    A version that was split off again was none of the case.
    """
    reviews, decisions, events, steps = (table(each) for each in (StoredReview, Decision, Event, Step))
    upto = LARGEST_NUMBER if before is None else before
    splits = select(steps.c.position).where(
        steps.c.project == project, steps.c.step == "split", steps.c.position < upto
    )
    split = [body_at(connection, position)["split"] for position in connection.execute(splits).scalars()]
    settled = (
        select(func.coalesce(func.max(decisions.c.position), 0))
        .join(reviews, reviews.c.position == decisions.c.review)
        .where(reviews.c.project == project, decisions.c.position < upto, decisions.c.outcome.in_(sorted(SETTLING)))
        .scalar_subquery()
    )
    query = (
        select(events.c.at)
        .join(reviews, reviews.c.position == events.c.position)
        .where(reviews.c.project == project, reviews.c.position > settled, reviews.c.position < upto)
        .where(reviews.c.position.not_in(split))
        .order_by(reviews.c.position)
        .offset(1)
    )
    days = (local_time(at)[:10] for at in connection.execute(query).scalars())
    return next((day for day in days if day > noticed.isoformat()), None)


def _due_fault(
    standing: ProjectState, condition: str | None, day: date | None, reason: str | None, on: date
) -> Fault | None:
    if day is None:
        return None
    if day < on:
        return Fault("day", Text("不能早于今天", "may not be before today"))
    if on != date.min and day.year > on.year + LONGEST_TERM_YEARS:
        words = Text(f"不能晚于 {on.year + LONGEST_TERM_YEARS} 年", f"may not be after {on.year + LONGEST_TERM_YEARS}")
        return Fault("day", words)
    return _again(conditions_due(standing).get(condition or ""), day, reason)


def _again(recorded: str | None, day: date, reason: str | None) -> Fault | None:
    """What is recorded already is put right with a reason, and only by another day."""
    if recorded == day.isoformat():
        return Fault("day", Text("与已记录的相同", "is what is recorded already"))
    if recorded is not None and not (reason or "").strip():
        words = Text(
            f"已记录为 {recorded}，更正须写明理由", f"is recorded as {recorded}: give a reason to put it right"
        )
        return Fault("reason", words)
    return None
