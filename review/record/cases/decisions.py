"""Decisions (决定) on the latest review of a project. Each is appended, none is changed.

A decision that departs from the recommendation needs a reason and the clause relied on; approving over a mandatory failure a second person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from review.clock import today
from review.errors import Conflict, Fault, Refused, Text
from review.facts.register_keys import asked
from review.record.access.signing_rules import read_signing_rules, signatures_fault
from review.record.access.weakening import NO_SECOND_PERSON, set_weakened
from review.record.cases.open_signatures import require_none_open
from review.record.cases.persons import asserted, is_stated, pair_of
from review.record.cases.rulings import (
    Circumstances,
    Ruling,
    conditions_of,
    departs,
    needs_two_persons,
    ruling_faults,
    validate_ruling,
)
from review.record.projects.standing import (
    ENDED,
    RELEASING,
    SETTLING,
    append_to_project,
    require_state,
    short_of,
)
from review.record.projects.state import ProjectState
from review.record.register.balances import lacking, movements
from review.record.storage.actors import Actor, acting
from review.record.storage.bodies import DecisionBody, Movement
from review.record.storage.contents import body_at, last_decision, read_review, read_ruleset, read_sheet_bytes
from review.record.storage.journal import by_request, drafted, next_position
from review.record.storage.signing_bodies import SignedOff
from review.record.storage.store import Store
from review.record.storage.tables import Decision
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.replay.recorded import RecordedReview, sheet_from
from review.verdict.document import Wording

_ASKED = ("outcome", "reason", "clause", "responsible")


@dataclass(frozen=True)
class Decided:
    """A recorded decision; `short` names sources of which the project holds less than it asks."""

    id: int
    departs: bool
    conditions: tuple[Wording, ...]
    short: tuple[str, ...]
    again: bool = False


def decide(
    store: Store,
    review: int,
    ruling: Ruling,
    officer: str | Actor,
    *,
    expected: int | None = None,
    second_person: bool = True,
    request: str | None = None,
    seen: bool = True,
) -> Decided:
    """Record a decision on the latest review of a project.

    `expected` is the last decision the officer saw on it (0: none); without it, and not `seen`, a review that is decided is not decided again
    (a Conflict at `seen`). With `second_person`, approving over a mandatory failure needs
    another person known to the office. `request` is the sender's own key: the same key and ruling give the recorded decision again. Raises Refused, Conflict, NotRecorded, RecordUnavailable; then nothing is recorded.
    """
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        if request and (known := known_decision(connection, request, review, ruling, expected=expected)) is not None:
            return known
        recorded = read_review(connection, review)
        if not seen and expected is None and (last := last_decision(connection, review)) is not None:
            raise decided_already(review, last)
        return record_decision(
            connection,
            recorded,
            ruling,
            acting(officer),
            expected=expected,
            second_person=second_person,
            request=request,
        )


def decided_already(review: int, last: int) -> Conflict:
    """Where the officer does not say which decision was seen on a review that has one: at `seen`."""
    return _conflict(
        "seen",
        f"审查 {review} 已有决定 {last}；请先查看，并说明所见的是哪一项",
        f"review {review} has a decision already, {last}: see it first, and say that you did",
    )


def known_decision(
    connection: Connection,
    request: str,
    review: int,
    ruling: Ruling,
    *,
    second: bool = False,
    expected: int | None = None,
) -> Decided | None:
    """The decision recorded under the sender's key; `second`: whoever confirmed it. Raises Conflict where the key came with another ruling."""
    row = by_request(connection, Decision, request)
    if row is None:
        return None
    due = ruling.due.isoformat() if ruling.due else None
    same = (review, due, *(getattr(ruling, name) for name in _ASKED)) == tuple(
        row[name] for name in ("review", "due", *_ASKED)
    )
    subjects = _subjects(connection, row["position"])
    for name in ("on_behalf_of",) if second else ("on_behalf_of", "second"):
        same = same and is_stated(getattr(ruling, name), row[name], subjects[name])
    same = same and (expected is None or expected == (row["previous"] or 0))
    # A decision that states no day was made on the day it came.
    same = same and (ruling.decided_on is None or ruling.decided_on.isoformat() == row["decided_on"])
    # What is recorded are the conditions of the review and the officer's.
    if not same or conditions_of(read_review(connection, review).document(), ruling) != json.loads(row["conditions"]):
        raise _conflict("request", f"该提交编号已用于决定 {row['position']}，而内容不同；请换用新的编号",
                        f"this key was used for decision {row['position']} with another content: use a new key")  # fmt: skip
    return Decided(row["position"], row["departs"], tuple(json.loads(row["conditions"])), (), again=True)


def _subjects(connection: Connection, position: int) -> dict[str, str | None]:
    """The subjects of the persons that a decision names, where it was recorded with them."""
    body = body_at(connection, position)
    return {name: body.get(f"{name}_subject") for name in ("on_behalf_of", "second")}


def record_decision(
    connection: Connection,
    recorded: RecordedReview,
    ruling: Ruling,
    officer: Actor,
    *,
    expected: int | None = None,
    second_person: bool = True,
    historic: bool = False,
    request: str | None = None,
    confirmed_by: Actor | None = None,
    signed: SignedOff | None = None,
) -> Decided:
    """Record a decision inside the writer's transaction; `confirmed_by` is a second person who is signed in.

    A `historic` decision was made before the product gave recommendations: what it lacks is recorded as lacking, and no hook is sent word of it.
    One that is not `signed` is refused where the office asks for more than one step.
    """
    if signed is None and not historic:
        require_none_open(connection, recorded.id)
    drawn_up = draw_up(
        connection, recorded, ruling, officer, expected=expected, historic=historic, request=request, confirmed_by=confirmed_by
    )  # fmt: skip
    body, others = drawn_up.body, drawn_up.faults
    if signed is not None:
        second = signed["signatures"][1]
        body |= {"sign_off": signed, "second": second["name"], "second_subject": second["subject"]}
    elif not historic:
        steps = read_signing_rules(connection).needed(ruling.outcome, body["departs"])
        others = (*others, *signatures_fault(steps))
    if every := [*others, *(drawn_up.persons if second_person else ())]:
        raise Refused(every)
    if drawn_up.persons:
        set_weakened(connection, NO_SECOND_PERSON, True, officer)
    number = next_position(connection)
    if not historic:
        body["balances"] = number - 1
    draft = drafted("decision", officer, body, quiet=historic)
    position, after = append_to_project(connection, draft, drawn_up.standing, number)
    return Decided(position, body["departs"], tuple(body["conditions"]), tuple(short_of(after)))


@dataclass(frozen=True)
class DrawnUp:
    """A decision as it would be recorded; what is wrong with it, and apart from that with its persons; whether two must answer for it."""

    body: DecisionBody
    standing: ProjectState
    faults: tuple[Fault, ...]
    persons: tuple[Fault, ...]
    needs_two: bool


def draw_up(
    connection: Connection,
    recorded: RecordedReview,
    ruling: Ruling,
    officer: Actor,
    *,
    expected: int | None = None,
    historic: bool = False,
    request: str | None = None,
    confirmed_by: Actor | None = None,
) -> DrawnUp:
    """The decision as it would be recorded now, with what is wrong with it. Raises Conflict, Refused where there can be none on the review."""
    document = recorded.document()
    standing = require_state(connection, recorded.project)
    if standing["review"] != recorded.id:
        newer = standing["review"]
        raise _conflict(
            "id",
            f"审查 {recorded.id} 已被审查 {newer} 替代，请对后者作出决定",
            f"review {recorded.id} was replaced by {newer}: decide on that",
        )
    if standing["state"] in ENDED:
        raise Refused(
            [Fault("id", Text("该项目已结束，请先恢复（reopened）", "the project has ended: reopen it first"))]
        )
    previous = last_decision(connection, recorded.id)
    if expected is not None and expected != (previous or 0):
        raise _conflict(
            "expected",
            f"审查 {recorded.id} 已有新的决定 {previous}，请先查看",
            f"review {recorded.id} has another decision, {previous}: see it first",
        )
    validate_ruling(ruling, officer.name)
    draws, short = _drawn(connection, recorded, ruling.outcome, standing)
    stated: list[Fault] = []
    others: list[Fault] = []
    persons: list[Fault] = []
    needs_two = False
    behalf = asserted(connection, "on_behalf_of", ruling.on_behalf_of, stated)
    second = asserted(connection, "second", ruling.second, stated)
    if not historic:
        facts = Circumstances(
            document, read_ruleset(connection, recorded.ruleset), standing["profile"]["stage"], tuple(short)
        )
        needs_two = needs_two_persons(ruling, facts)
        if needs_two:
            pair, persons = pair_of(connection, ruling.on_behalf_of, ruling.second, officer, confirmed_by)
            behalf = (pair.on_behalf_of.name, pair.on_behalf_of.subject) if pair.on_behalf_of else behalf
            second = (pair.second.name, pair.second.subject) if pair.second else second
            stated = []
        others = [*ruling_faults(ruling, facts), *stated]
    body: DecisionBody = {
        "project": {"id": recorded.project, "new": False}, "review": recorded.id, "previous": previous, "outcome": ruling.outcome,
        "departs": is_departure(document["recommendation"], ruling, short),
        "reason": ruling.reason, "clause": ruling.clause, "officer": officer.name, "on_behalf_of": behalf[0], "second": second[0],
        "decided_on": (ruling.decided_on or today()).isoformat(), "responsible": ruling.responsible,
        "due": ruling.due.isoformat() if ruling.due else None, "conditions": conditions_of(document, ruling), "request": request,
        "draws": draws, "edition": recorded.ruleset, "on_behalf_of_subject": behalf[1], "second_subject": second[1],
    }  # fmt: skip
    if confirmed_by is not None and confirmed_by.session:
        body["second_session"] = confirmed_by.session
    return DrawnUp(body, standing, tuple(others), tuple(persons), needs_two)


def is_departure(recommended: str, ruling: Ruling, short: list[str]) -> bool:
    """Whether a ruling departs from the recommendation, or approves while sources are short."""
    return departs(recommended, ruling.outcome) or (ruling.outcome == "approve" and bool(short))


def short_sources(connection: Connection, recorded: RecordedReview) -> list[str]:
    """The sources of which the project would hold less than it asks, were its latest review approved now; none for an earlier review."""
    standing = require_state(connection, recorded.project)
    return _drawn(connection, recorded, "approve", standing)[1] if standing["review"] == recorded.id else []


def _drawn(
    connection: Connection, recorded: RecordedReview, outcome: str, standing: ProjectState
) -> tuple[list[Movement], list[str]]:
    """What a decision draws or gives back, and the sources of which the project then holds less than its sheet asks.

    An amount that was free when the sheet was reviewed may be another project's by now, and a holding may have been cut.
    """
    wanted = {} if outcome in RELEASING else asked(sheet_from(read_sheet_bytes(connection, recorded.sheet)))
    settles = "approval" in standing and outcome in SETTLING
    changes = outcome in RELEASING or settles or not standing["holdings"]
    # What a version of the product drew nothing on that did not know its kind yet is drawn on now.
    anew = {source: amount for source, amount in wanted.items() if source not in standing["holdings"]}
    if changes:
        draws = movements(connection, recorded.project, wanted, standing["holdings"])
    else:
        draws = movements(connection, recorded.project, anew, ())
    return draws, lacking(connection, wanted, standing["holdings"], draws)


def _conflict(where: str, zh: str, en: str) -> Conflict:
    return Conflict([Fault(where, Text(zh, en))])
