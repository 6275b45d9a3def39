"""Who signs a step of a decision (签批人): the persons whom the office named who can still sign it, and their deputies; each step another person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from review.clock import today
from review.errors import Conflict, Fault, Text
from review.record.access.absences import absent_for
from review.record.access.known_people import Known, has_ended, name_known, person_of
from review.record.access.names import name_key, person_key
from review.record.access.signing_rules import DRAFTS, ISSUES, REVIEWS, SIGNER_WORDS, SigningRules, read_signing_rules
from review.record.cases.decisions import is_departure, short_sources
from review.record.cases.persons import is_same, name_of, subject_of
from review.record.cases.rulings import Ruling
from review.record.cases.sign_offs import SignOff
from review.record.storage.contents import read_review

# What keeps a person from signing a step of a decision.
_DRAFTED = Text("是经办人", "drafts it")
_MADE_FOR = Text("决定代其作出", "it is made on that person's behalf")


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
    step = found.due_step
    if nobody := _why_nobody(connection, rules, found, step, following):
        words = nobody
    elif roles:
        zh, en = "、".join(each.name for each in following), " and ".join(each.name for each in following)
        words = Text(
            f"下一步（第 {step + 1} 步）只有 {zh} 可签，这一步请由他人签批",
            f"only {en} can sign the next step ({step + 1}): let another person sign this one",
        )
    else:
        words = Text(
            "这一步由指定的人签批，您不在其中", "this step is for the persons whom the office named, and you are none"
        )
    return Fault("by", words, "no-signer")


def returning_as(connection: Connection, rules: SigningRules, found: SignOff, by: Known) -> Known | Fault | None:
    """For whom that person may send the decision back at the step that is due, as of signing it.

    So may whoever alone can sign the next step and for that does not sign this one: once it is sent back nothing is left to sign.
    """
    role = signing_as(connection, rules, found, by)
    if isinstance(role, Fault) and not took_part(found, by):
        return next(iter(_roles(connection, rules, found, by)), role)
    return role


def may_end(connection: Connection, rules: SigningRules, found: SignOff, by: Known) -> bool:
    """Whether a person who may not sign the step that is due may withdraw the decision, or send it back."""
    if took_part(found, by):
        return found.drafter.by.subject == by.subject
    return bool(_roles(connection, rules, found, by))


def steps_without_signer(connection: Connection, rules: SigningRules, found: SignOff) -> dict[int, Text]:
    """Each step that waits and that nobody can sign by now: why each person whom the office named cannot, and what to do."""
    following, due = _next_signers(connection, rules, found), found.due_step
    said = {
        step: _why_nobody(connection, rules, found, step, following if step == due else ())
        for step in range(due, ISSUES + 1)
    }
    without = {step: words for step, words in said.items() if words is not None}
    # How many steps are needed by now can take the whole review to tell.
    steps = _steps_by_now(connection, rules, found) if without else 0
    return {step: words for step, words in without.items() if step <= steps}


def _why_nobody(
    connection: Connection, rules: SigningRules, found: SignOff, step: int, following: Sequence[Known]
) -> Text | None:
    """Why nobody can sign a step, and what to do about it; None where somebody can. `following`: those who can sign the step after it, of whom the only one does not sign this one."""
    left = left_to_sign(connection, rules, step, [*taking_part(found)])
    if left is None or not all(_are_all(following, [each]) for each in left):
        return None
    only = Text(f"第 {step + 1} 步只有其可签", f"nobody else can sign step {step + 1}")
    why = _why_none_signs(connection, rules, step, [*_parts(found), *((each, only) for each in left)])
    drafter = found.drafter.by
    zh, en = ["由管理员改签批设定"], ["an administrator name others"]
    if step > (due := found.due_step):
        # Nobody sends it back either where none is left of those who are named for the step that is due.
        if left_to_sign(connection, rules, due, [*taking_part(found)]) != ():
            zh.insert(0, f"由第 {due} 步的签批人退回")
            en.insert(0, f"a signer of step {due} send it back")
    elif left:
        zh.insert(0, f"由 {'、'.join(each.name for each in left)} 退回")
        en.insert(0, f"{' or '.join(each.name for each in left)} send it back")
    if not has_ended(connection, drafter.subject):
        zh.insert(0, f"由经办人 {drafter.name} 撤回")
        en.insert(0, f"{drafter.name}, who drafted it, withdraw it")
    ways = Text(*(_either(ways, marks) for ways, marks in ((zh, ("，", "或")), (en, (", ", "or ")))))
    return Text(f"{why.zh}；请{ways.zh}", f"{why.en}: let {ways.en}")


def nobody_left(connection: Connection, steps: int, drafter: Known, ruling: Ruling) -> Iterator[Fault]:
    """The first step that nobody could sign of those whom the office named: it would be found out only once the others have signed."""
    rules = read_signing_rules(connection)
    before = [(drafter, _DRAFTED), *((each, _MADE_FOR) for each in made_for(ruling))]
    for step in range(REVIEWS, steps + 1):
        left = left_to_sign(connection, rules, step, [each for each, _ in before])
        if left == ():
            why = _why_none_signs(connection, rules, step, before)
            words = Text(
                f"{why.zh}；请由他人拟定，或由管理员改签批设定",
                f"{why.en}: let another person draft it, or an administrator name others",
            )
            yield Fault("by", words)
            return
        if left and len(left) == 1:
            only = Text(f"第 {step} 步只有其可签", f"nobody else can sign step {step}")
            before += [(each, only) for each in left]


def require_in_office(connection: Connection, found: SignOff) -> None:
    """Raises Conflict where nobody is left to answer for a signature: who signed or was signed for has an account that has ended.

    So it is of who is known no more, where the step was for persons whom the office named; any other may sign by single sign-on unknown.
    """
    for each in found.signed:
        was_named = bool(read_signing_rules(connection, each.id).signers.get(each.step))
        is_gone = (
            person_of(connection, each.by.subject) is None if was_named else has_ended(connection, each.by.subject)
        )
        gone = each.by if is_gone else None
        if each.deputy_for is not None and person_of(connection, each.deputy_for.subject) is None:
            gone = each.deputy_for
        if gone is not None:
            name = gone.name
            words = Text(
                f"{name} 的账户已停用，请退回后重新拟定",
                f"the account of {name} has ended: return it, and let it be drafted anew",
            )
            raise Conflict([Fault("pending", words, "signer-ended")])


def _either(ways: Sequence[str], marks: tuple[str, str]) -> str:
    """Ways to choose from, as a sentence goes on."""
    comma, word = marks
    return comma.join([*ways[:-1], (word if len(ways) > 1 else "") + ways[-1]])


def _why_none_signs(
    connection: Connection, rules: SigningRules, step: int, parts: Sequence[tuple[Known, Text]]
) -> Text:
    """That nobody can sign a step, and why each of those whom the office named for it cannot. `parts`: what persons have to do with the other steps."""
    reasons: dict[Text, list[str]] = {}
    for subject in rules.signers.get(step, ()):
        person = person_of(connection, subject)
        why = Text("已停用", "has ended") if person is None else _part(person, parts)
        reasons.setdefault(why, []).append(name_known(connection, subject))
    zh = "，".join(f"{'、'.join(names)}（{why.zh}）" for why, names in reasons.items())
    en = ", ".join(f"{', '.join(names)} ({why.en})" for why, names in reasons.items())
    role = SIGNER_WORDS[step]
    return Text(f"第 {step} 步（{role.zh}）无人可签：{zh}", f"nobody can sign step {step} ({role.en}): {en}")


def _part(person: Known, parts: Sequence[tuple[Known, Text]]) -> Text:
    return next(why for other, why in parts if is_same(other, person))


def _parts(found: SignOff) -> Iterator[tuple[Known, Text]]:
    """Everybody who has a part in a sign-off, with what it is."""
    for each in found.signed:
        step = each.step
        yield each.by, _DRAFTED if step == DRAFTS else Text(f"已签第 {step} 步", f"signed step {step}")
        if each.deputy_for is not None:
            yield each.deputy_for, Text(f"第 {step} 步已由人代签", f"step {step} was signed by a deputy")
    for person in made_for(found.ruling):
        yield person, _MADE_FOR


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
    return left if left and found.due_step < _steps_by_now(connection, rules, found) else ()


def _steps_by_now(connection: Connection, rules: SigningRules, found: SignOff) -> int:
    """How many steps a sign-off needs by now."""
    if found.steps == ISSUES:
        return ISSUES
    recorded = read_review(connection, found.review)
    departing = is_departure(recorded.document()["recommendation"], found.ruling, short_sources(connection, recorded))
    return needed_steps(rules, found, departing)


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
