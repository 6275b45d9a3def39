"""Sign-offs (签批): a decision that goes from its drafter through a reviewer to who issues it, read from the events that are its signatures.

Each signature is given to one content of the record; what was said stays, however the sign-off ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, select

from review.canonical_json import canonical, digest_of
from review.clock import today
from review.errors import EditionNotFound, Fault, Text
from review.record.access.absences import absent_for
from review.record.access.known_people import Known, person_of
from review.record.access.names import name_key, person_key
from review.record.access.signing_rules import DRAFTS, SigningRules
from review.record.cases.beside import beside_positions
from review.record.cases.decisions import is_departure, short_sources
from review.record.cases.open_signatures import ISSUED, OPEN, open_proposal, open_proposals, returned_proposals
from review.record.cases.persons import Named, Person, is_same, name_of, subject_of
from review.record.cases.rulings import Ruling
from review.record.editions.in_force import law_of
from review.record.projects.standing import ENDED, require_state
from review.record.storage.actors import Actor, Channel
from review.record.storage.beside_tables import StoredSignature
from review.record.storage.contents import last_decision, read_review, read_ruleset
from review.record.storage.event_marks import PersonNamed
from review.record.storage.journal import body_of, table
from review.record.storage.signing_bodies import RulingStated, SignatureBody, SignedContent
from review.record.storage.tables import Event
from review.record.storage.text_limits import LARGEST_NUMBER
from review.replay.recorded import RecordedReview

# What of the record a signature is given to, in words.
CONTENT_WORDS: Mapping[str, Text] = {
    "review": Text("项目有新的审查", "the project was reviewed anew"),
    "edition": Text("审查所依据的规则版本不同", "the review's edition is another"),
    "in_force": Text("施行的规则版本有变", "another edition of the rules is in force"),
    "beside": Text("附件、条目意见或征求意见有变", "attachments, answers to findings or consultations changed"),
    "decision": Text("已有新的决定", "it was decided meanwhile"),
    "short": Text("不足的来源有变", "other sources are short"),
}
_TEXTS = ("outcome", "reason", "clause", "responsible")
# Fewer than the numbers that a statement of either database can bind.
_AT_ONCE = 500


@dataclass(frozen=True)
class Signature:
    """A signature or another step of a sign-off as it was recorded: its number, when (UTC), at which step, and by whom; for whom as a deputy."""

    id: int
    at: str
    act: str
    step: int
    actor: Actor
    opinion: str | None
    deputy_for: Known | None

    @property
    def by(self) -> Known:
        return Known(self.actor.principal, self.actor.name)


@dataclass(frozen=True)
class SignOff:
    """A decision that is proposed, `id` the number of that event: what was decided, seeing which last decision, and what became of it.

    `steps` are those that were needed at the last of its steps; `content` is what all of it is given to.
    """

    id: int
    project: int
    review: int
    ruling: Ruling
    expected: int
    steps: int
    content: SignedContent
    signatures: tuple[Signature, ...]

    @property
    def drafter(self) -> Signature:
        return self.signatures[0]

    @property
    def last(self) -> Signature:
        return self.signatures[-1]

    @property
    def is_open(self) -> bool:
        return self.last.act in OPEN

    @property
    def due_step(self) -> int:
        """The step that waits to be signed."""
        return self.last.step + 1

    @property
    def signed(self) -> tuple[Signature, ...]:
        """Those who signed, in the order of the steps, the drafter first."""
        return tuple(each for each in self.signatures if each.act in (*OPEN, ISSUED))


def sign_offs_of(connection: Connection, review: int, before: int = LARGEST_NUMBER) -> list[SignOff]:
    """Every sign-off on a review by the events before one, oldest first."""
    rows = table(StoredSignature)
    query = select(rows.c.position).where(rows.c.review == review, rows.c.position < before)
    return _read(connection, connection.execute(query).scalars())


def read_sign_off(connection: Connection, proposal: int, before: int = LARGEST_NUMBER) -> SignOff | None:
    """The sign-off of that number by the events before one; None where there is none."""
    rows = table(StoredSignature)
    query = select(rows.c.position).where(
        (rows.c.proposal == proposal) | (rows.c.position == proposal), rows.c.position < before
    )
    return next((each for each in _read(connection, connection.execute(query).scalars()) if each.id == proposal), None)


def open_on(connection: Connection, review: int) -> SignOff | None:
    """The sign-off of a review that waits for a signature, if one does."""
    proposal = open_proposal(connection, review)
    return None if proposal is None else read_sign_off(connection, proposal)


def open_sign_offs(connection: Connection) -> list[SignOff]:
    """All that wait for a signature and can have one, oldest first: on the latest review of a project that has not ended."""
    return _running(connection, open_proposals(connection))


def returned_to(connection: Connection, subject: str) -> list[SignOff]:
    """What was sent back to that person and can still be decided anew: nothing came after, the project has not ended."""
    return _running(connection, returned_proposals(connection, subject))


def _running(connection: Connection, proposals: Sequence[int]) -> list[SignOff]:
    rows = table(StoredSignature)
    positions: list[int] = []
    for start in range(0, len(proposals), _AT_ONCE):
        some = proposals[start : start + _AT_ONCE]
        query = select(rows.c.position).where(rows.c.position.in_(some) | rows.c.proposal.in_(some))
        positions += connection.execute(query).scalars()
    found = _read(connection, positions)
    return [each for each in found if require_state(connection, each.project)["state"] not in ENDED]


def _read(connection: Connection, positions: Iterable[int]) -> list[SignOff]:
    """The sign-offs that these events make up, oldest first."""
    numbers, events = sorted(positions), table(Event)
    steps: dict[int, list[tuple[Mapping[str, Any], SignatureBody]]] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        query = select(events).where(events.c.position.in_(numbers[start : start + _AT_ONCE]))
        for row in connection.execute(query.order_by(events.c.position)).mappings():
            body: SignatureBody = body_of(dict(row))
            steps.setdefault(body["proposal"] or row["position"], []).append((dict(row), body))
    return [_sign_off(number, found) for number, found in sorted(steps.items())]


def _sign_off(number: int, steps: Sequence[tuple[Mapping[str, Any], SignatureBody]]) -> SignOff:
    first, last = steps[0][1], steps[-1][1]
    return SignOff(
        number, first["project"]["id"], first["review"], ruling_read(first["ruling"]), first["content"]["decision"], last["steps"], first["content"],
        tuple(_signature(row, body) for row, body in steps),
    )  # fmt: skip


def _signature(row: Mapping[str, Any], body: SignatureBody) -> Signature:
    by, deputy_for = body["by"], body["deputy_for"]
    actor = Actor(row["actor"], by["principal"], cast(Channel, by["channel"]), by.get("session"))
    absent = Known(deputy_for["subject"], deputy_for["name"]) if deputy_for else None
    return Signature(row["position"], row["at"], body["act"], body["step"], actor, body["opinion"], absent)


def content_of(connection: Connection, recorded: RecordedReview) -> SignedContent:
    """What a signature of a review is given to now."""
    decided = last_decision(connection, recorded.id)
    edition = read_ruleset(connection, recorded.ruleset)
    latest = require_state(connection, recorded.project)["review"] or recorded.id
    try:
        in_force: str | None = law_of(connection).choose(edition.id, today()).digest
    except EditionNotFound:
        in_force = None
    return {
        "review": read_review(connection, latest).digest, "edition": recorded.ruleset, "in_force": in_force,
        "beside": beside_digest(connection, recorded, decided), "decision": decided or 0, "short": short_sources(connection, recorded),
    }  # fmt: skip


def beside_digest(
    connection: Connection, recorded: RecordedReview, decided: int | None, upto: int = LARGEST_NUMBER
) -> str:
    """The digest of what stood beside a review with one decision once an event was recorded, by the digests of its events."""
    events = table(Event)
    found: list[str] = []
    positions = beside_positions(connection, recorded.project, recorded.id, decided, upto)
    for start in range(0, len(positions), _AT_ONCE):
        query = select(events.c.digest).where(events.c.position.in_(positions[start : start + _AT_ONCE]))
        found += connection.execute(query.order_by(events.c.position)).scalars()
    return digest_of(canonical(found))


def content_digest(content: SignedContent) -> str:
    """A content in one digest, as a signer states what was seen."""
    return digest_of(canonical(content))


def moved(before: SignedContent, now: SignedContent) -> list[str]:
    """What of a content is another by now, by the keys of CONTENT_WORDS."""
    one: Mapping[str, object] = before
    other: Mapping[str, object] = now
    return [each for each in CONTENT_WORDS if one.get(each) != other.get(each)]


def signing_as(connection: Connection, rules: SigningRules, found: SignOff, by: Known) -> Known | Fault | None:
    """For whom that person may sign the step that is due: None for no other, an absent person as deputy; a Fault where the person may not.

    Who signs is not the only one who can sign the next step: nobody could issue the decision any more.
    """
    same = Text(
        "签批各步须为不同的人，您已经办、代办或签过其中一步",
        "each step is signed by another person, and you have taken part in one",
    )
    if took_part(found, by):
        return Fault("by", same, "signed-already")
    following = _next_signers(connection, rules, found)
    roles = _roles(connection, rules, found, by)
    for role in roles:
        if not _are_all(following, [by, *([role] if role else ())]):
            return role
    step, left = found.due_step + 1, left_to_sign(connection, rules, found.due_step, [*taking_part(found)])
    if left is not None and all(_are_all(following, [each]) for each in left):
        words = Text(
            "这一步由指定的人签批，而他们都已停用或参与其中，无人可签；请由经办人撤回，或由管理员改签批设定",
            "everybody whom the office named for this step has ended or taken part, so nobody can sign it: let the drafter withdraw it, or an administrator name others",
        )
    elif roles:
        zh, en = "、".join(each.name for each in following), " and ".join(each.name for each in following)
        words = Text(
            f"下一步（第 {step} 步）只有 {zh} 可签，这一步请由他人签批",
            f"only {en} can sign the next step ({step}): let another person sign this one",
        )
    else:
        words = Text(
            "这一步由指定的人签批，您不在其中", "this step is for the persons whom the office named, and you are none"
        )
    return Fault("by", words, "no-signer")


def _roles(connection: Connection, rules: SigningRules, found: SignOff, by: Known) -> tuple[Known | None, ...]:
    """As whom a person is among those who may sign the step that is due: None for no other, or the absent persons."""
    if not rules.signers.get(found.due_step):
        return (None,)
    # Neither an account that has ended nor who is known no more signs a step that is for certain persons, nor by another.
    if person_of(connection, by.subject) is None:
        return ()
    if rules.names(found.due_step, by.subject):
        return (None,)
    return tuple(
        each
        for each in absent_for(connection, by.subject, today())
        if person_of(connection, each.subject) is not None
        and rules.names(found.due_step, each.subject)
        and not took_part(found, each)
    )


def _next_signers(connection: Connection, rules: SigningRules, found: SignOff) -> tuple[Known, ...]:
    """Those who can sign the step after the one that is due, where it is for certain persons; nobody where there is none, or nobody can."""
    left = left_to_sign(connection, rules, found.due_step + 1, [*taking_part(found)])
    if not left or found.due_step < found.steps:
        return left or ()
    recorded = read_review(connection, found.review)
    departing = is_departure(recorded.document()["recommendation"], found.ruling, short_sources(connection, recorded))
    return left if found.due_step < needed_steps(rules, found, departing) else ()


def _are_all(some: Sequence[Known], persons: Sequence[Known]) -> bool:
    """Whether there are some, and each of them is one of those persons."""
    return bool(some) and all(any(is_same(one, each) for each in persons) for one in some)


def left_to_sign(
    connection: Connection, rules: SigningRules, step: int, taking: Sequence[Known]
) -> tuple[Known, ...] | None:
    """Those of whom the office named for a step who are known still and are none of those taking part; None where it named nobody.

    A deputy signs for one of them, and for nobody who cannot.
    """
    if not (named := rules.signers.get(step)):
        return None
    known = [person_of(connection, each) for each in named]
    return tuple(each for each in known if each and not any(is_same(one, each) for one in taking))


def took_part(found: SignOff, person: Known, *, as_before: bool = False) -> bool:
    """Whether a person signed one of its steps, had it signed by a deputy, or is whom the decision is made for.

    `as_before`: as it was asked when the first signatures were recorded, by whole names, while a text for whom it is made was no login.
    """
    key = name_key if as_before else person_key
    return any(is_same(each, person, key) for each in taking_part(found, as_before=as_before))


def taking_part(found: SignOff, *, as_before: bool = False) -> Iterator[Known]:
    """Everybody who has a part in the signatures of a sign-off."""
    for each in found.signed:
        yield each.by
        if each.deputy_for is not None:
            yield each.deputy_for
    yield from made_for(found.ruling, as_before=as_before)


def made_for(ruling: Ruling, *, as_before: bool = False) -> Iterator[Known]:
    """For whom a decision is made, where it says so: a text is a login or a name, `as_before` a name alone."""
    if stated := name_of(ruling.on_behalf_of):
        yield Known(subject_of(ruling.on_behalf_of) or ("" if as_before else stated), stated)


def needed_steps(rules: SigningRules, found: SignOff, departs: bool) -> int:
    """How many steps a sign-off needs by now: what was needed before, or more where the office asks for more meanwhile."""
    return max(found.steps, rules.needed(found.ruling.outcome, departs), DRAFTS + 1)


def ruling_written(ruling: Ruling) -> RulingStated:
    """A ruling as an event states it."""
    return {
        "outcome": ruling.outcome, "reason": ruling.reason, "clause": ruling.clause, "responsible": ruling.responsible,
        "on_behalf_of": _written(ruling.on_behalf_of), "due": ruling.due.isoformat() if ruling.due else None,
        "conditions": [each.as_json() for each in ruling.conditions],
    }  # fmt: skip


def ruling_read(stated: RulingStated) -> Ruling:
    """The ruling that an event states."""
    named: Any = stated["on_behalf_of"]
    texts: Mapping[str, Any] = stated
    return Ruling(
        **{name: texts[name] for name in _TEXTS}, on_behalf_of=Person(**named) if isinstance(named, dict) else named,
        due=date.fromisoformat(stated["due"]) if stated["due"] else None, conditions=tuple(Text(**each) for each in stated["conditions"]),
    )  # fmt: skip


def _written(named: Named) -> str | dict[str, str | None] | None:
    return {"subject": named.subject, "name": named.name} if isinstance(named, Person) else named


def named(person: Known) -> PersonNamed:
    """A person as an event names one."""
    return {"name": person.name, "subject": person.subject}
