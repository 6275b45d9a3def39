"""Who signs a step of a decision (签批人): the persons whom the office named who can still sign it, and their deputies; each step another person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from review.clock import today
from review.errors import Fault, Text
from review.record.access.absences import absent_for
from review.record.access.known_people import Known, person_of
from review.record.access.names import name_key, person_key
from review.record.access.signing_rules import DRAFTS, SigningRules
from review.record.cases.decisions import is_departure, short_sources
from review.record.cases.persons import is_same, name_of, subject_of
from review.record.cases.rulings import Ruling
from review.record.cases.sign_offs import SignOff
from review.record.storage.contents import read_review


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
    departing = is_departure(recorded, found.ruling, short_sources(connection, recorded))
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
