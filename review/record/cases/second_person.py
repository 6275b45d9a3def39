"""A second pair of eyes (复核): a decision that overrides a mandatory failure, or a source that is short, waits until another officer confirms it.

What waits is no part of the record: the confirmed decision is, with both names. It can be withdrawn, returned with a
reason, and waits for a week at most.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.facts.register_keys import identifier_of
from review.record.access.known_people import has_ended
from review.record.access.names import person_key
from review.record.cases.decisions import Decided, decided_already, known_decision, record_decision, short_sources
from review.record.cases.persons import Named, Person
from review.record.cases.rulings import Ruling
from review.record.projects.standing import ENDED, require_state
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.contents import last_decision, read_review
from review.record.storage.journal import table
from review.record.storage.operations import PendingDecision
from review.record.storage.store import Store
from review.record.storage.tables import Decision, Event, StoredReview
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.replay.recorded import RecordedReview
from review.verdict.document import FindingShown, ReviewDocument

DAYS = 7
# What is ticked for a source that is short, where a failure has its rule.
SHORT = "source"
_ROWS: Any = table(PendingDecision)
_REVIEWS, _DECISIONS, _EVENTS = table(StoredReview), table(Decision), table(Event)
_VERSIONS = _REVIEWS.alias("version")
_WAITING = select(_ROWS).where(_ROWS.c.state == "waiting", _ROWS.c.expires > bindparam("now"))
_WAITING_ON, _ALL_WAITING = (
    _WAITING.where(_ROWS.c.review == bindparam("review")).limit(1),
    _WAITING.order_by(_ROWS.c.made),
)
_RETURNED = (
    select(_ROWS, _REVIEWS.c.project)
    .join(_REVIEWS, _REVIEWS.c.position == _ROWS.c.review)
    .where(
        _ROWS.c.made.in_(select(func.max(_ROWS.c.made)).group_by(_ROWS.c.review)),
        _ROWS.c.state == "returned",
        _ROWS.c.login.in_(bindparam("logins", expanding=True)),
        ~exists(
            select(1).where(
                _DECISIONS.c.review == _ROWS.c.review,
                _EVENTS.c.position == _DECISIONS.c.position,
                _EVENTS.c.at > _ROWS.c.ended,
            )
        ),
        ~exists(select(1).where(_VERSIONS.c.project == _REVIEWS.c.project, _VERSIONS.c.position > _REVIEWS.c.position)),
    )
    .order_by(_ROWS.c.made.desc())
)
_TEXTS = ("outcome", "reason", "clause", "responsible")
_LAPSED = Text(
    "作出决定的人账户已停用，该决定已失效，请重新作出",
    "the account of who decided has ended and the decision lapsed: decide anew",
)


@dataclass(frozen=True)
class Pending:
    """A decision that waits: what was decided by whom, seeing which last decision (0: none), until when. `again`: it was there already."""

    id: str
    review: int
    officer: str
    login: str
    ruling: Ruling
    expected: int
    request: str
    made: str
    expires: str
    again: bool = False


def decide_or_wait(
    store: Store,
    review: int,
    ruling: Ruling,
    officer: Actor,
    *,
    expected: int | None,
    second_person: bool,
    request: str,
    seen: bool = True,
) -> Decided | Pending:
    """Record a decision, or let it wait where it needs a second person.

    `expected` is the last decision the officer saw on the review (0: none), None for whichever is the last; without it, and not `seen`,
    a review that is decided is not decided again (a Conflict at `seen`).
    The same `request` gives what was made of it before; a Conflict where it came with another content, or waits no longer.
    Raises Refused (never for the second person), Conflict, NotRecorded, AccessEnded, RecordUnavailable.
    """
    validate_words({"request": request}, required=("request",), longest=LONGEST_KEY)
    with store.writing() as connection:
        known = known_decision(connection, request, review, ruling, second=True) or _by_request(
            connection, request, (review, _written(ruling), expected)
        )
        if known is not None:
            return known
        recorded = read_review(connection, review)
        last = last_decision(connection, review)
        if not seen and expected is None and last is not None:
            raise decided_already(review, last)
        expected = (last or 0) if expected is None else expected
        if (other := waiting_on(connection, review)) is not None:
            raise Conflict([Fault("pending", _waits_already(other))])
        try:
            return record_decision(
                connection,
                recorded,
                ruling,
                officer,
                expected=expected,
                second_person=second_person,
                request=request,
            )
        except Refused as error:
            # All faults are told together: where only the second person is lacking, the rest is in order.
            if others := [each for each in error.faults if each.where != "second"]:
                raise Refused(others) from error
        officer.require_still(connection)
        return _put(connection, review, ruling, officer, expected, request)


def _waits_already(other: Pending) -> Text:
    return Text(
        f"{other.officer} 的一项决定正在等待复核；请先复核、退回，或由其撤回",
        f"a decision by {other.officer} waits for a second person: confirm or return it, or let it be withdrawn",
    )


def _put(connection: Connection, review: int, ruling: Ruling, officer: Actor, expected: int, request: str) -> Pending:
    row = {
        "id": secrets.token_hex(8), "review": review, "officer": officer.name, "login": officer.principal, "session": officer.session, "ruling": _written(ruling),
        "expected": expected, "request": request, "made": timestamp(), "expires": timestamp(DAYS * 86_400), "state": "waiting",
    }  # fmt: skip
    connection.execute(insert(_ROWS), row)
    return _pending(row)


def confirm(store: Store, pending: str, second: Actor, seen: frozenset[tuple[str, str]]) -> Decided:
    """Record a waiting decision, confirmed by a second person who has `seen` every mandatory failure (rule, subject) that it overrides,
    and every source that is short by now (SHORT, source).

    Raises Refused, Conflict, NotRecorded, RecordUnavailable; then it goes on waiting.
    """
    with store.writing() as connection:
        row = _row(connection, pending)
        found = _pending(row)
        # Names of who confirms are unique among people: whoever else comes is told that it is done.
        if row["state"] == "confirmed" and row["by"] == second.name:
            known = known_decision(connection, found.request, found.review, found.ruling, second=True)
            if known is not None:
                return known
        _require_waiting(row)
        if has_ended(connection, found.login):
            raise Conflict([Fault("pending", _LAPSED)])
        if second.principal == found.login or person_key(second.name) == person_key(found.officer):
            words = Text("不能复核自己的决定", "nobody confirms a decision of their own")
            raise Refused([Fault("second", words, "second-same")])
        recorded = read_review(connection, found.review)
        require_seen(connection, recorded, seen)
        officer = Actor(found.officer, found.login, second.channel, row["session"], second.still)
        made = record_decision(
            connection,
            recorded,
            found.ruling,
            officer,
            expected=found.expected,
            request=found.request,
            confirmed_by=second,
        )
        _end(connection, pending, "confirmed", second.name, None)
        return made


def require_seen(connection: Connection, recorded: RecordedReview, seen: Set[tuple[str, str]]) -> None:
    """Raises Refused unless every mandatory failure (rule, subject) that an approval overrides, and every source that is short by now (SHORT, source), was seen."""
    failures = {(each["rule"], each["subject"]): Text(**each["title"]) for each in overridden(recorded.document())}
    short = {
        (SHORT, each): Text(
            f"来源“{identifier_of(each)}”替代量不足", f"too little is left of source “{identifier_of(each)}”"
        )
        for each in short_sources(connection, recorded)
    }
    if unseen := [words for key, words in (failures | short).items() if key not in seen]:
        zh, en = "、".join(each.zh for each in unseen), ", ".join(each.en for each in unseen)
        raise Refused([Fault("seen", Text(f"请逐项查看并勾选：{zh}", f"look at each of these and tick it: {en}"))])


def give_back(store: Store, pending: str, second: Actor, reason: str) -> Pending:
    """Return a waiting decision with a reason. Raises Refused, NotRecorded, AccessEnded, RecordUnavailable."""
    validate_words({"why": reason}, required=("why",))
    with store.writing() as connection:
        second.require_still(connection)
        row = _row(connection, pending)
        _require_waiting(row)
        if second.principal == row["login"]:
            raise Refused([Fault("second", Text("自己的决定请用“撤回”", "withdraw a decision of your own instead"))])
        _end(connection, pending, "returned", second.name, reason)
        return _pending(row)


def withdraw(store: Store, pending: str, officer: Actor) -> Pending:
    """Take one's own waiting decision back. Raises Refused, NotRecorded, AccessEnded, RecordUnavailable."""
    with store.writing() as connection:
        officer.require_still(connection)
        row = _row(connection, pending)
        _require_waiting(row)
        if officer.principal != row["login"]:
            raise Refused([Fault("second", Text("只有作出决定的人可以撤回", "only who decided can withdraw it"))])
        _end(connection, pending, "withdrawn", officer.name, None)
        return _pending(row)


def waiting_on(connection: Connection, review: int) -> Pending | None:
    """The decision that waits on a review, if one does."""
    row = connection.execute(_WAITING_ON, {"now": timestamp(), "review": review}).mappings().first()
    return None if row is None else _pending(row)


def waiting(connection: Connection) -> tuple[Pending, ...]:
    """All that wait for a second person, the oldest first."""
    return tuple(_pending(row) for row in connection.execute(_ALL_WAITING, {"now": timestamp()}).mappings())


def review_of(connection: Connection, pending: str) -> int:
    """The review that a decision of that id waits or waited on. Raises NotRecorded."""
    return int(_row(connection, pending)["review"])


class Returned(TypedDict):
    """A decision that was returned: whose it was, who returned it, and the reason."""

    officer: str
    by: str
    detail: str


def last_returned(connection: Connection, review: int) -> Returned | None:
    """The last decision on a review where it was returned; None where another came after it."""
    row = (
        connection.execute(select(_ROWS).where(_ROWS.c.review == review).order_by(_ROWS.c.made.desc()).limit(1))
        .mappings()
        .first()
    )
    if row is None or row["state"] != "returned":
        return None
    return {"officer": row["officer"], "by": row["by"], "detail": row["detail"]}


def returned_to(connection: Connection, logins: Sequence[str]) -> list[tuple[int, Returned]]:
    """What was returned to these persons and can still be decided anew, by review, newest first: no decision and no version came after, the project has not ended."""
    rows = connection.execute(_RETURNED, {"logins": list(logins)}).mappings().all()
    return [
        (row["review"], {"officer": row["officer"], "by": row["by"], "detail": row["detail"]})
        for row in rows
        if require_state(connection, row["project"])["state"] not in ENDED
    ]


def overridden(document: ReviewDocument) -> list[FindingShown]:
    """The mandatory failures of a review, which an approval overrides."""
    return [each for each in document["findings"] if each["force"] == "mandatory" and each["status"] == "fail"]


def _row(connection: Connection, pending: str) -> Any:
    row = connection.execute(select(_ROWS).where(_ROWS.c.id == pending)).mappings().first()
    if row is None:
        raise NotRecorded([Fault("pending", Text("没有这项待复核的决定", "there is no such decision waiting"))])
    return row


def _by_request(connection: Connection, request: str, stated: tuple[int, str, int | None]) -> Pending | None:
    """What waits under the sender's key. Raises Conflict where the key came with another content, or it waits no longer."""
    row = connection.execute(select(_ROWS).where(_ROWS.c.request == request)).mappings().first()
    if row is None:
        return None
    review, ruling, expected = stated
    if (row["review"], row["ruling"]) != (review, ruling) or expected not in (None, row["expected"]):
        words = Text(
            "该提交编号已用于另一内容的决定；请换用新的编号",
            "this key was used for a decision with another content: use a new key",
        )
        raise Conflict([Fault("request", words)])
    _require_waiting(row)
    return replace(_pending(row), again=True)


def _require_waiting(row: Any) -> None:
    words = {
        "confirmed": Text("该决定已复核", "that decision was confirmed already"),
        "returned": Text("该决定已退回", "that decision was returned"),
        "withdrawn": Text("该决定已撤回", "that decision was withdrawn"),
        "lapsed": _LAPSED,
        "waiting": Text(
            f"该决定超过 {DAYS} 天未复核，已失效，请重新作出", f"nobody confirmed it within {DAYS} days: decide anew"
        ),
    }
    if row["state"] != "waiting" or row["expires"] <= timestamp():
        raise Conflict([Fault("pending", words[row["state"]])])


def _end(connection: Connection, pending: str, state: str, by: str, detail: str | None) -> None:
    connection.execute(
        update(_ROWS).where(_ROWS.c.id == pending).values(state=state, by=by, detail=detail, ended=timestamp())
    )


def _written(ruling: Ruling) -> str:
    content = {name: getattr(ruling, name) for name in _TEXTS} | {
        "on_behalf_of": _person_written(ruling.on_behalf_of),
        "due": ruling.due.isoformat() if ruling.due else None,
        "conditions": [each.as_json() for each in ruling.conditions],
    }
    return chain.canonical(content).decode()


def _person_written(named: Named) -> Any:
    return {"subject": named.subject, "name": named.name} if isinstance(named, Person) else named


def _person_read(written: Any) -> Named:
    return Person(**written) if isinstance(written, dict) else written


def _pending(row: Any) -> Pending:
    content = json.loads(row["ruling"])
    ruling = Ruling(
        **{name: content[name] for name in _TEXTS}, on_behalf_of=_person_read(content["on_behalf_of"]), due=date.fromisoformat(content["due"]) if content["due"] else None,
        conditions=tuple(Text(**each) for each in content["conditions"]),
    )  # fmt: skip
    names = ("id", "review", "officer", "login", "expected", "request", "made", "expires")
    return Pending(**{name: row[name] for name in names if name not in ("ruling",)}, ruling=ruling)
