"""Who signs a decision (签批设定): through how many steps it goes, one to three, for the office and by matter, and who may sign each.

Settings of the office, each change an event with a reason; the last of each counts. None takes away the second person that a decision
needs without them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from review.canonical_json import digest_of
from review.errors import Conflict, Fault, Refused, Text
from review.record.access.known_people import is_officer, person_of, same_subject
from review.record.storage import chain
from review.record.storage.actors import Actor
from review.record.storage.journal import append, drafted
from review.record.storage.office_bodies import SettingBody
from review.record.storage.store import Store
from review.record.storage.stored_settings import settings_like
from review.record.storage.text_limits import LARGEST_NUMBER, validate_words
from review.terms import OUTCOMES, not_among

DRAFTS, REVIEWS, ISSUES = 1, 2, 3
# Who signs each step.
SIGNER_WORDS: Mapping[int, Text] = {
    DRAFTS: Text("经办人", "drafted by"),
    REVIEWS: Text("审核人", "reviewed by"),
    ISSUES: Text("签发人", "issued by"),
}
DEPARTS = "departs"
# What a number of steps can be set for: an outcome takes the place of the office's number, a departure asks for no fewer.
MATTERS: Mapping[str, Text] = {
    **OUTCOMES,
    DEPARTS: Text("与建议不同的决定", "a decision that departs from the recommendation"),
}
MOST_SIGNERS = 50
PREFIX = "sign_off."
_STEPS, _SIGNERS = f"{PREFIX}steps", f"{PREFIX}signers."


@dataclass(frozen=True)
class SigningRules:
    """How decisions are signed: steps of the office, steps by matter (a key of MATTERS), and by step the subjects who may sign it; any officer where there is none."""

    steps: int = DRAFTS
    matters: Mapping[str, int] = field(default_factory=dict)
    signers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def needed(self, outcome: str, departs: bool) -> int:
        """Through how many steps a decision of that outcome goes."""
        own = self.matters.get(outcome, self.steps)
        return max(own, self.matters.get(DEPARTS, DRAFTS)) if departs else own

    def names(self, step: int, subject: str) -> bool:
        """Whether that subject is among those who may sign the step; everybody where nobody is named."""
        signers = self.signers.get(step, ())
        return not signers or any(same_subject(subject, each) for each in signers)

    def as_settings(self) -> dict[str, str]:
        """The settings that say so; blank where a matter has no number of its own, or nobody is named."""
        found = {_STEPS: str(self.steps)}
        found |= {f"{_STEPS}.{each}": str(self.matters[each]) if each in self.matters else "" for each in MATTERS}
        for step in (REVIEWS, ISSUES):
            signers = self.signers.get(step, ())
            found[f"{_SIGNERS}{step}"] = chain.canonical([*signers]).decode() if signers else ""
        return found


def rules_of(settings: Mapping[str, str]) -> SigningRules:
    """The rules that the last value of each setting says."""
    matters = {each: int(settings[f"{_STEPS}.{each}"]) for each in MATTERS if settings.get(f"{_STEPS}.{each}")}
    signers = {
        step: tuple(json.loads(settings[f"{_SIGNERS}{step}"]))
        for step in (REVIEWS, ISSUES)
        if settings.get(f"{_SIGNERS}{step}")
    }
    return SigningRules(int(settings.get(_STEPS) or DRAFTS), matters, signers)


def signing_rule_is_sound(name: str, value: str) -> bool:
    """Whether a recorded setting of signing is one that could have been entered; others are not for here to say."""
    if not name.startswith(PREFIX):
        return True
    try:
        found = rules_of({name: value})
        written = found.as_settings()
        return name in written and written[name] == value and not [*_faults(found)]
    except (ValueError, TypeError, LookupError, AttributeError):
        return False


def read_signing_rules(connection: Connection, before: int = LARGEST_NUMBER) -> SigningRules:
    """The rules as the record has them last by the events before one: one step where it speaks of none."""
    return rules_of(settings_like(connection, f"{PREFIX}%", before - 1))


def signatures_fault(steps: int) -> Iterator[Fault]:
    """What is wrong with recording a decision by one signature; nothing where the office asks for no more."""
    if steps > 1:
        words = Text(
            f"按本单位设定，这一决定须经 {steps} 步签批；请由审批人员登录后在网页或接口提交签批",
            f"by the office's setting this decision goes through {steps} signatures: let an officer who is signed in propose it, on the pages or by the API",
        )
        yield Fault("outcome", words, "signatures-needed")


def rules_digest(rules: SigningRules) -> str:
    """What tells rules from others."""
    return digest_of(chain.canonical(rules.as_settings()))


def set_signing_rules(
    store: Store, rules: SigningRules, actor: Actor, reason: str, *, expected: str | None = None
) -> bool:
    """Record what is new about the rules, an event for each setting. Returns whether anything is.

    `expected` is the digest of the rules that the administrator saw. Raises Refused: numbers but 1 to 3, matters or steps that there are
    not, signers who are no officers of the office, no reason; Conflict where the rules are others by now.
    """
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    if faults := [*_faults(rules)]:
        raise Refused(faults)
    with store.writing() as connection:
        named, faults = _known(connection, rules)
        if faults:
            raise Refused(faults)
        stored = read_signing_rules(connection)
        if expected is not None and expected != rules_digest(stored):
            words = Text(
                "签批设定刚由他人改动，请核对现在的设定后再保存",
                "somebody has changed the sign-off meanwhile: look at it as it is now, then save",
            )
            raise Conflict([Fault("", words)])
        before, now = stored.as_settings(), replace(rules, signers=named).as_settings()
        changed = {name: value for name, value in now.items() if before[name] != value}
        for name, value in changed.items():
            body: SettingBody = {"setting": name, "value": value, "reason": reason}
            append(connection, drafted("setting", actor, body))
    return bool(changed)


def _faults(rules: SigningRules) -> Iterator[Fault]:
    for where, steps in (("steps", rules.steps), *((f"matters.{each}", many) for each, many in rules.matters.items())):
        if not DRAFTS <= steps <= ISSUES:
            yield Fault(where, Text("应为 1 至 3", "should be 1 to 3"))
    for each in rules.matters:
        if each not in MATTERS:
            yield Fault("matters", not_among(each, MATTERS))
    for step, signers in rules.signers.items():
        if step not in (REVIEWS, ISSUES):
            yield Fault("signers", Text("只有第 2、3 步可以指定签批人", "signers are named for steps 2 and 3"))
        if len(signers) > MOST_SIGNERS:
            yield Fault(f"signers.{step}", Text(f"最多 {MOST_SIGNERS} 人", f"at most {MOST_SIGNERS} persons"))


def _known(connection: Connection, rules: SigningRules) -> tuple[dict[int, tuple[str, ...]], list[Fault]]:
    """The signers by the subjects that the office knows, and those who are none of its officers."""
    named: dict[int, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for step, signers in rules.signers.items():
        found = []
        for each in signers:
            person = person_of(connection, each)
            if person is None or not is_officer(connection, person.subject):
                faults.append(_no_officer(f"signers.{step}", each))
            else:
                found.append(person.subject)
        named[step] = tuple(dict.fromkeys(found))
    return named, faults


def _no_officer(where: str, shown: str) -> Fault:
    words = Text(
        f"“{shown[:80]}”不是本单位的审批人员；请写登录名或已登记的标识",
        f"“{shown[:80]}” is no approval officer of the office: give a login, or a subject that is known",
    )
    return Fault(where, words)


def written_subjects(text: str) -> Sequence[str]:
    """The subjects in a text, apart by commas, spaces or lines."""
    for mark in "，、,；;":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(text.split()))
