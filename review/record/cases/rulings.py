"""A ruling (裁定): what an officer decides on a review, and what is wrong with it.

One that departs from the recommendation needs a reason and the clause relied on; approving over a mandatory failure two persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from review.errors import Fault, Refused, Text, quoted
from review.law.edition import Ruleset
from review.record.cases.grounds import ground_fault
from review.record.cases.persons import Named, Person, name_of
from review.record.projects.standing import DISPOSITIONS
from review.record.projects.state import Conditions
from review.record.storage.text_limits import validate_words
from review.terms import FOLLOWS, OUTCOMES, RECOMMENDATION_WORDS, not_among
from review.verdict.document import ReviewDocument


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


def departs(recommendation: str, outcome: str) -> bool:
    """Whether an outcome departs from what was recommended."""
    return FOLLOWS[recommendation] != outcome


@dataclass(frozen=True)
class Circumstances:
    """What a ruling is validated against: the review, its edition, the project's stage, sources that are short now."""

    document: ReviewDocument
    edition: Ruleset
    stage: str | None
    short: tuple[str, ...]


def validate_ruling(ruling: Ruling, officer: str) -> None:
    """Raises Refused for words that cannot be recorded, and for an outcome that there is not."""
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
        raise Refused([Fault("outcome", not_among(ruling.outcome, OUTCOMES))])


def ruling_faults(ruling: Ruling, facts: Circumstances) -> Iterator[Fault]:
    """What a ruling lacks, or has and may not have."""
    outcome, recommended = ruling.outcome, facts.document["recommendation"]
    short = facts.short if outcome == "approve" else ()
    if departs(recommended, outcome) or short:
        words = RECOMMENDATION_WORDS[recommended]
        zh, en = f"与建议“{words.zh}”不同", f"departs from the recommendation “{words.en}”"
        if short:
            names = quoted(short)
            zh, en = f"来源{names.zh}的替代量已不足", f"less is left of source {names.en} than the project asks"
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


def needs_two_persons(ruling: Ruling, facts: Circumstances) -> bool:
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


def conditions_of(document: ReviewDocument, ruling: Ruling) -> Conditions:
    """The commitments of the findings that pass on one, then the officer's own, without repetition."""
    if ruling.outcome != "approve":
        return []
    found = [each["condition"] for each in document["findings"] if each["condition"]]
    every = [*found, *(each.as_json() for each in ruling.conditions)]
    return list({each["zh"]: each for each in every}.values())
