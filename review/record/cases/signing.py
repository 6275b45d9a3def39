"""Signing a decision (签批): the drafter proposes it, a reviewer and, where three are asked for, an issuer sign it; with the last signature it takes effect.

Whoever signs has seen one content of the record; where any of it moved since the drafter proposed, nobody signs and it is sent back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from sqlalchemy import Connection

from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.access.known_people import Known
from review.record.access.signing_rules import DRAFTS, REVIEWS, SigningRules, read_signing_rules
from review.record.cases.decisions import DrawnUp, draw_up, record_decision, short_sources
from review.record.cases.open_signatures import (
    AGREED,
    ISSUED,
    PROPOSED,
    RETURNED,
    WITHDRAWN,
    require_none_open,
)
from review.record.cases.persons import name_of
from review.record.cases.rulings import Ruling, departs
from review.record.cases.second_person import require_seen, waiting_on
from review.record.cases.sign_offs import SignOff, named, open_on, read_sign_off, ruling_written, sign_offs_of
from review.record.cases.signed_content import CONTENT_WORDS, content_digest, content_of, moved
from review.record.cases.signers import needed_steps, nobody_left, require_in_office, returning_as, signing_as
from review.record.storage.actors import Actor
from review.record.storage.beside_tables import StoredSignature
from review.record.storage.contents import body_at, last_decision, read_review
from review.record.storage.journal import append, by_request, drafted
from review.record.storage.sender_keys import used_otherwise
from review.record.storage.signing_bodies import SignatureBody, SignedOff
from review.record.storage.store import Store
from review.record.storage.text_limits import LONGEST_KEY, stated_text, validate_words

# Outcomes that a signer gives an opinion on, as on a departure.
_WITH_OPINION = ("reject",)


@dataclass(frozen=True)
class Seen:
    """What somebody saw who signs: the last step of the sign-off, by its number, the content by its digest (None: not stated), and the failures and short sources that were ticked."""

    last: int
    content: str | None = None
    ticked: Set[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Signed:
    """A step of a sign-off as it was recorded: its number, the proposal, how many steps are needed; the decision where it was the last. `again`: recorded before."""

    id: int
    proposal: int
    act: str
    step: int
    steps: int
    decision: int | None = None
    again: bool = False


def steps_of(connection: Connection, review: int, ruling: Ruling) -> int:
    """Through how many steps that decision would go now. Raises NotRecorded."""
    recorded = read_review(connection, review)
    departing = departs(recorded.document()["recommendation"], ruling.outcome)
    if ruling.outcome == "approve" and not departing:
        departing = bool(short_sources(connection, recorded))
    return read_signing_rules(connection).needed(ruling.outcome, departing)


def propose(
    store: Store,
    review: int,
    ruling: Ruling,
    officer: Actor,
    *,
    expected: int | None = None,
    seen: bool = True,
    request: str | None = None,
) -> Signed:
    """Propose a decision that goes through more than one step.

    `expected` is the last decision that the drafter saw (0: none); without it, and not `seen`, a review that is decided is not decided anew
    (a Conflict at `seen`). The same `request` and decision give what was recorded before. Raises Refused, Conflict, NotRecorded, RecordUnavailable; then nothing is recorded.
    """
    validate_words({"request": request}, longest=LONGEST_KEY)
    _require_person(officer)
    if (name_of(ruling.second) or "").strip():
        words = Text("复核人不由经办人指定，由签批的人签署", "nobody names a second person: who signs is one")
        raise Refused([Fault("second", words)])
    with store.writing() as connection:
        written = ruling_written(ruling)
        if (known := _known(connection, request, {"act": PROPOSED, "review": review, "ruling": written})) is not None:
            return known
        recorded = read_review(connection, review)
        if expected is None:
            expected = last_decision(connection, review) or 0
            if expected and not seen:
                words = Text(
                    f"审查 {review} 已有决定 {expected}；请先查看，并说明所见的是哪一项",
                    f"review {review} has a decision already, {expected}: see it first, and say that you did",
                )
                raise Conflict([Fault("seen", words)])
        if (other := waiting_on(connection, review)) is not None:
            name = other.officer
            words = Text(f"{name} 的一项决定正在等待复核", f"a decision by {name} waits for a second person")
            raise Conflict([Fault("pending", words)])
        require_none_open(connection, review)
        drawn_up = draw_up(connection, recorded, ruling, officer, expected=expected)
        steps = read_signing_rules(connection).needed(ruling.outcome, drawn_up.body["departs"])
        if steps == DRAFTS:
            words = Text(
                "按本单位设定，这一决定由一人作出，无须签批",
                "by the office's setting this decision needs no further signature",
            )
            raise Refused([Fault("outcome", words)])
        drafter = Known(officer.principal, officer.name)
        if faults := [*_faults(drawn_up), *nobody_left(connection, steps, drafter, ruling)]:
            raise Refused(faults)
        body: SignatureBody = {
            "act": PROPOSED, "project": {"id": recorded.project, "new": False}, "review": review, "proposal": None, "step": DRAFTS, "steps": steps,
            "drafter": named(drafter), "deputy_for": None, "opinion": ruling.reason, "content": content_of(connection, recorded), "request": request, "ruling": written,
        }  # fmt: skip
        number = append(connection, drafted("signature", officer, body))
        return Signed(number, number, PROPOSED, DRAFTS, steps)


def sign(
    store: Store, review: int, seen: Seen, signer: Actor, *, opinion: str | None = None, request: str | None = None
) -> Signed:
    """Sign the step that waits; the last signature records the decision.

    Raises Refused where that person may not, the opinion or a tick is lacking; Conflict where somebody signed meanwhile, or what was
    proposed is about another content by now; NotRecorded, RecordUnavailable. Then it goes on waiting.
    """
    with store.writing() as connection:
        asked = {"review": review, "opinion": stated_text(opinion)}
        if (known := _known(connection, request, asked, (AGREED, ISSUED), seen)) is not None:
            return known
        found, deputy_for = _at_step(connection, review, seen.last, signer, opinion, request)
        recorded = read_review(connection, review)
        now = content_of(connection, recorded)
        if others := moved(found.content, now):
            raise Conflict([_moved(others)])
        if content_digest(now) != seen.content:
            words = Text(
                "您所见的与现在的不同，请重新查看后再签", "what you saw is not what it is now: look again, then sign"
            )
            raise Conflict([Fault("content", words, "content-moved")])
        require_in_office(connection, found)
        author = found.drafter.actor
        # Who signs the second step is the second person.
        confirmed_by = signer if found.due_step == REVIEWS else found.signatures[1].actor
        drawn_up = draw_up(
            connection, recorded, found.ruling, author, expected=found.expected, confirmed_by=confirmed_by
        )
        if faults := [*drawn_up.faults, *drawn_up.persons]:
            raise Refused(faults)
        departing = drawn_up.body["departs"]
        if (departing or found.ruling.outcome in _WITH_OPINION) and not stated_text(opinion):
            words = Text(
                "与建议不同或不予批准的决定，须写明签批意见",
                "a decision that departs from the recommendation, or rejects, needs your opinion",
            )
            raise Refused([Fault("opinion", words)])
        if drawn_up.needs_two:
            require_seen(connection, recorded, seen.ticked)
        steps = needed_steps(read_signing_rules(connection), found, departing)
        act = ISSUED if found.due_step == steps else AGREED
        body = _body(found, act, found.due_step, steps, deputy_for, opinion, request)
        if drawn_up.needs_two:
            body["seen"] = [{"rule": rule, "subject": subject} for rule, subject in sorted(seen.ticked)]
        number = append(connection, drafted("signature", signer, body))
        decision = None
        if act == ISSUED:
            decision = record_decision(
                connection, recorded, found.ruling, author, expected=found.expected, confirmed_by=confirmed_by, signed=_signed_off(connection, found.id)
            )  # fmt: skip
        return Signed(number, found.id, act, found.due_step, steps, decision.id if decision else None)


def send_back(
    store: Store, review: int, last: int, signer: Actor, opinion: str, *, request: str | None = None
) -> Signed:
    """Send a decision back to its drafter with an opinion; `last` is the number of its last step as it was seen. Raises Refused, Conflict, NotRecorded, RecordUnavailable."""
    with store.writing() as connection:
        asked = {"review": review, "opinion": stated_text(opinion)}
        if (known := _known(connection, request, asked, (RETURNED,), Seen(last))) is not None:
            return known
        found, deputy_for = _at_step(connection, review, last, signer, opinion, request, returning_as)
        if not stated_text(opinion):
            raise Refused([Fault("opinion", Text("退回须写明意见", "say why it is sent back"))])
        body = _body(found, RETURNED, found.due_step, found.steps, deputy_for, opinion, request)
        number = append(connection, drafted("signature", signer, body))
        return Signed(number, found.id, RETURNED, found.due_step, found.steps)


def take_back(store: Store, review: int, last: int, officer: Actor, *, request: str | None = None) -> Signed:
    """Take back a decision that one proposed. Raises Refused, Conflict, NotRecorded, RecordUnavailable."""
    with store.writing() as connection:
        if (known := _known(connection, request, {"review": review}, (WITHDRAWN,), Seen(last))) is not None:
            return known
        found = _open(connection, review, last)
        if officer.principal != found.drafter.by.subject:
            raise Refused([Fault("by", Text("只有经办人可以撤回", "only who drafted it can withdraw it"))])
        body = _body(found, WITHDRAWN, found.last.step, found.steps, None, None, request)
        number = append(connection, drafted("signature", officer, body))
        return Signed(number, found.id, WITHDRAWN, found.last.step, found.steps)


def _faults(drawn_up: DrawnUp) -> list[Fault]:
    """What is wrong with a proposal: that its second person is yet to sign is not."""
    return [*drawn_up.faults, *(each for each in drawn_up.persons if each.where != "second")]


def _require_person(actor: Actor) -> None:
    """Raises Refused unless somebody signed in acts: a key, a command and a program are nobody who could sign."""
    if not actor.principal.startswith(("person:", "oidc:")):
        words = Text("签批须由审批人员本人登录办理", "whoever drafts or signs is a person who is signed in")
        raise Refused([Fault("by", words, "person-needed")])


def _open(connection: Connection, review: int, last: int) -> SignOff:
    """The sign-off that waits, as it was seen. Raises NotRecorded, Conflict where another step was taken since."""
    read_review(connection, review)
    found = open_on(connection, review)
    if found is None:
        if any(last in (step.id for step in each.signatures) for each in sign_offs_of(connection, review)):
            words = Text(
                "这项决定已签发、退回或撤回，请刷新查看",
                "the decision was issued, returned or withdrawn meanwhile: look again",
            )
            raise Conflict([Fault("last", words, "signed-meanwhile")])
        raise NotRecorded([Fault("last", Text("没有待签批的决定", "no decision waits to be signed"))])
    if found.last.id != last:
        name = found.last.by.name
        words = Text(f"{name} 已先办理，请刷新查看后再办", f"{name} was first: look again before you act")
        raise Conflict([Fault("last", words, "signed-meanwhile")])
    return found


def _at_step(
    connection: Connection,
    review: int,
    last: int,
    signer: Actor,
    opinion: str | None,
    request: str | None,
    acting_as: Callable[[Connection, SigningRules, SignOff, Known], Known | Fault | None] = signing_as,
) -> tuple[SignOff, Known | None]:
    """The sign-off that waits for the signer, and for whom the signer acts as deputy, by `acting_as`. Raises Refused, Conflict, NotRecorded."""
    validate_words({"opinion": opinion, "by": signer.name}, required=("by",))
    validate_words({"request": request}, longest=LONGEST_KEY)
    _require_person(signer)
    found = _open(connection, review, last)
    role = acting_as(connection, read_signing_rules(connection), found, Known(signer.principal, signer.name))
    if isinstance(role, Fault):
        raise Refused([role])
    return found, role


def _moved(others: list[str]) -> Fault:
    zh = "；".join(CONTENT_WORDS[each].zh for each in others)
    en = "; ".join(CONTENT_WORDS[each].en for each in others)
    words = Text(
        f"拟定之后有变动（{zh}），不能就原来的内容签批；请退回经办人重新拟定",
        f"something moved since it was drafted ({en}): it cannot be signed, return it to be drafted anew",
    )
    return Fault("content", words, "content-moved")


def _body(
    found: SignOff, act: str, step: int, steps: int, deputy_for: Known | None, opinion: str | None, request: str | None
) -> SignatureBody:
    return {
        "act": act, "project": {"id": found.project, "new": False}, "review": found.review, "proposal": found.id, "step": step, "steps": steps,
        "drafter": named(found.drafter.by), "deputy_for": named(deputy_for) if deputy_for else None, "opinion": stated_text(opinion), "content": found.content,
        "request": request,
    }  # fmt: skip


def _signed_off(connection: Connection, proposal: int) -> SignedOff:
    """The signatures as the decision names them."""
    found = read_sign_off(connection, proposal)
    assert found is not None
    return {
        "proposal": proposal,
        "signatures": [
            {
                "step": each.step, "position": each.id, "at": each.at, "name": each.by.name, "subject": each.by.subject,
                "deputy_for": named(each.deputy_for) if each.deputy_for else None, "opinion": each.opinion,
            }
            for each in found.signed
        ],
    }  # fmt: skip


def _known(
    connection: Connection,
    request: str | None,
    asked: Mapping[str, object],
    acts: tuple[str, ...] = (PROPOSED,),
    seen: Seen | None = None,
) -> Signed | None:
    """What was recorded under the sender's key. Raises Conflict where the key came with another content."""
    row = by_request(connection, StoredSignature, request) if request else None
    if row is None:
        return None
    body = body_at(connection, row["position"])
    same = row["act"] in acts and all(body.get(name) == value for name, value in asked.items())
    if same and seen is not None:
        steps = read_sign_off(connection, row["proposal"], row["position"])
        same = steps is not None and steps.last.id == seen.last
        same = same and seen.content in (None, content_digest(body["content"]))
    if not same:
        raise used_otherwise("signature", row["position"])
    # The last signature and its decision are recorded as one.
    decision = row["position"] + 1 if row["act"] == ISSUED else None
    return Signed(
        row["position"],
        row["proposal"] or row["position"],
        row["act"],
        row["step"],
        body["steps"],
        decision,
        again=True,
    )
