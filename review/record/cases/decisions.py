"""Decisions (决定) on the latest review of a project. Each is appended, none is changed.

A decision that departs from the recommendation needs a reason and the clause relied on; approving over a mandatory failure a second person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from review.clock import today
from review.errors import Conflict, Fault, Refused, Text
from review.facts.register_keys import asked
from review.law.edition import Ruleset
from review.record.access.signing_rules import read_signing_rules, signatures_fault
from review.record.access.weakening import NO_SECOND_PERSON, set_weakened
from review.record.cases.grounds import ground_fault
from review.record.cases.open_signatures import require_none_open
from review.record.cases.persons import Named, Person, asserted, is_stated, name_of, pair_of
from review.record.projects.standing import (
    DISPOSITIONS,
    ENDED,
    RELEASING,
    SETTLING,
    append_to_project,
    require_state,
    short_of,
)
from review.record.projects.state import Conditions, ProjectState
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
from review.terms import FOLLOWS, OUTCOMES, RECOMMENDATION_WORDS
from review.verdict.document import ReviewDocument, Wording

_ASKED = ("outcome", "reason", "clause", "responsible")


@dataclass(frozen=True)
class Ruling:
    """What an officer decides. `on_behalf_of` and `second` are persons, or names where one person is enough. `conditions` are added to those of the review's findings when the outcome is `approve`."""

    outcome: str
    reason: str | None = None
    clause: str | None = None
    on_behalf_of: Named = None
    second: Named = None
    responsible: str | None = None
    due: date | None = None
    conditions: tuple[Text, ...] = field(default=())
    decided_on: date | None = None


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
    if not same or _conditions(read_review(connection, review).document(), ruling) != json.loads(row["conditions"]):
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
    _validate_ruling(ruling, officer.name)
    draws, short = _drawn(connection, recorded, ruling.outcome, standing)
    stated: list[Fault] = []
    others: list[Fault] = []
    persons: list[Fault] = []
    needs_two = False
    behalf = asserted(connection, "on_behalf_of", ruling.on_behalf_of, stated)
    second = asserted(connection, "second", ruling.second, stated)
    if not historic:
        facts = _Facts(document, read_ruleset(connection, recorded.ruleset), standing["profile"]["stage"], tuple(short))
        needs_two = _needs_two(ruling, facts)
        if needs_two:
            pair, persons = pair_of(connection, ruling.on_behalf_of, ruling.second, officer, confirmed_by)
            behalf = (pair.on_behalf_of.name, pair.on_behalf_of.subject) if pair.on_behalf_of else behalf
            second = (pair.second.name, pair.second.subject) if pair.second else second
            stated = []
        others = [*_faults(ruling, facts), *stated]
    body: DecisionBody = {
        "project": {"id": recorded.project, "new": False}, "review": recorded.id, "previous": previous, "outcome": ruling.outcome,
        "departs": departs(document["recommendation"], ruling.outcome) or (ruling.outcome == "approve" and bool(short)),
        "reason": ruling.reason, "clause": ruling.clause, "officer": officer.name, "on_behalf_of": behalf[0], "second": second[0],
        "decided_on": (ruling.decided_on or today()).isoformat(), "responsible": ruling.responsible,
        "due": ruling.due.isoformat() if ruling.due else None, "conditions": _conditions(document, ruling), "request": request,
        "draws": draws, "edition": recorded.ruleset, "on_behalf_of_subject": behalf[1], "second_subject": second[1],
    }  # fmt: skip
    if confirmed_by is not None and confirmed_by.session:
        body["second_session"] = confirmed_by.session
    return DrawnUp(body, standing, tuple(others), tuple(persons), needs_two)


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


def departs(recommendation: str, outcome: str) -> bool:
    """Whether an outcome departs from what was recommended."""
    return FOLLOWS[recommendation] != outcome


@dataclass(frozen=True)
class _Facts:
    """What a decision is validated against: the review, its edition, the project's stage, sources that are short now."""

    document: ReviewDocument
    edition: Ruleset
    stage: str | None
    short: tuple[str, ...]


def _validate_ruling(ruling: Ruling, officer: str) -> None:
    words = {name: getattr(ruling, name) for name in ("reason", "clause", "responsible")}
    for name, person in (("on_behalf_of", ruling.on_behalf_of), ("second", ruling.second)):
        words[name] = name_of(person)
        if isinstance(person, Person):
            words[f"{name}.subject"] = person.subject
    validate_words({"officer": officer, **words}, required=("officer",))
    validate_words(
        {
            f"conditions[{i}].{lang}": getattr(each, lang)
            for i, each in enumerate(ruling.conditions)
            for lang in ("zh", "en")
        }
    )
    if ruling.outcome not in OUTCOMES:
        there, outcome = ", ".join(OUTCOMES), ruling.outcome[:40]
        raise Refused(
            [
                Fault(
                    "outcome",
                    Text(f"“{outcome}”不可用；可用：{there}", f"{outcome!r} is not allowed; allowed: {there}"),
                )
            ]
        )


def _faults(ruling: Ruling, facts: _Facts) -> Iterator[Fault]:
    outcome, recommended = ruling.outcome, facts.document["recommendation"]
    short = facts.short if outcome == "approve" else ()
    if departs(recommended, outcome) or short:
        words = RECOMMENDATION_WORDS[recommended]
        zh, en = f"与建议“{words.zh}”不同", f"departs from the recommendation “{words.en}”"
        if short:
            names = "、".join(short)
            zh, en = f"来源“{names}”的替代量已不足", f"less is left of source “{names}” than the project asks"
        for name, what_zh, what_en in (
            ("reason", "理由", "the reason"),
            ("clause", "所依据的条款", "the clause relied on"),
        ):
            if not (getattr(ruling, name) or "").strip():
                yield Fault(name, Text(f"{zh}，须写明{what_zh}", f"{en}: give {what_en}"))
        if (ruling.clause or "").strip() and (wrong := ground_fault(ruling.clause or "", facts.edition)) is not None:
            yield Fault("clause", wrong)
    elif (
        ruling.clause
        and _shape(ruling.clause.strip()) in {_shape(each) for each in facts.edition.clauses}
        and ruling.clause.strip() not in facts.edition.clauses
    ):
        yield Fault("clause", Text(f"方案没有条款 {ruling.clause}", f"the plan has no clause {ruling.clause}"))
    if outcome in DISPOSITIONS:
        yield from _disposition_faults(ruling, facts.stage)
    if ruling.conditions and outcome != "approve":
        yield Fault("conditions", Text("只有批准可以附条件", "only an approval has conditions"))


def _shape(text: str) -> str:
    """How a clause is numbered: its digits alike, and what stands between them."""
    return re.sub(r"\d+", "0", text)


def _needs_two(ruling: Ruling, facts: _Facts) -> bool:
    """Whether a decision approves over a mandatory failure or a source that is short: two persons answer for that."""
    failed = any(each["force"] == "mandatory" and each["status"] == "fail" for each in facts.document["findings"])
    return ruling.outcome == "approve" and (failed or bool(facts.short))


def _disposition_faults(ruling: Ruling, stage: str | None) -> Iterator[Fault]:
    if stage == "proposed":
        words = Text(
            "处置意见用于在建和存量项目，拟建项目不适用",
            "a disposition is for projects under construction or existing, not proposed ones",
        )
        yield Fault("outcome", words)
    if not (ruling.responsible or "").strip():
        words = Text("处置意见须写明责任单位或责任人", "a disposition needs who is responsible")
        yield Fault("responsible", words)
    if ruling.due is None:
        yield Fault("due", Text("处置意见须写明完成期限", "a disposition needs a date by which it is done"))


def _conditions(document: ReviewDocument, ruling: Ruling) -> Conditions:
    """The commitments of the findings that pass on one, then the officer's own, without repetition."""
    if ruling.outcome != "approve":
        return []
    found = [each["condition"] for each in document["findings"] if each["condition"]]
    every = [*found, *(each.as_json() for each in ruling.conditions)]
    return list({each["zh"]: each for each in every}.values())


def _conflict(where: str, zh: str, en: str) -> Conflict:
    return Conflict([Fault(where, Text(zh, en))])
