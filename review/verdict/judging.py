"""A review (对照审查): sheet, edition, day and register balances in; findings and recommendation out.

The same inputs give the same bytes, on every machine, for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from review.canonical_json import write, write_list, write_object
from review.clock import today
from review.errors import EXACT_EVALUATOR, EngineDisagreement
from review.evaluation import Entry, Judged, Scope, evaluators, exactly, hold_to_definition, shown
from review.evaluation.exact import Truth
from review.facts import NUMERIC_EVIDENCE, Case, Facts, Note, Register, build_facts, with_figures
from review.facts.register_keys import VOC, keys_of, kind_of
from review.law.edition import Ruleset
from review.quantities import exact as exact_arithmetic
from review.sheet import ProjectSheet, sheet_digest
from review.terms import MATTERS
from review.verdict.document import ReviewDocument
from review.verdict.findings import Finding, encoded, finding, status_of, subject_name
from review.verdict.notes import notes
from review.verdict.recommendation import recommend
from review.verdict.reminders import Reminder, reminders
from review.verdict.supplement import Supplement, supplement

SCHEMA = "two-high/review/1"
_AUTHORITIES = (None, None, "city", "province", "ndrc")


@dataclass(frozen=True)
class Review:
    """One review. `to_bytes()` is its public form, `document()` the same as values: read from the bytes, the two cannot differ."""

    case: Case
    facts: Facts
    judged: Judged
    recommendation: str
    provisional: bool
    guidance_required: Truth
    matters: tuple[Mapping[str, Any], ...]
    supplement: tuple[Supplement, ...]
    reminders: tuple[Reminder, ...]
    notes: tuple[Note, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Each rule on each subject, in the ruleset's order."""
        with exact_arithmetic():
            return tuple(finding(each, self.judged.scope) for each in self.judged.entries)

    def document(self) -> ReviewDocument:
        """The review as JSON values, in the order of the contract."""
        values: ReviewDocument = json.loads(self.to_bytes())
        return values

    def to_bytes(self) -> bytes:
        """The review's bytes: UTF-8 JSON without white space, keys in the contract's order, a newline at the end."""
        case, ruleset = self.case, self.case.ruleset
        names = ruleset.vocabulary.shown
        head = {
            "schema": SCHEMA,
            "sheet_digest": sheet_digest(case.sheet),
            "ruleset": {"id": ruleset.id, "edition": ruleset.edition, "digest": ruleset.digest},
            "as_of": case.as_of.isoformat(),
            "register": _register(case),
            "recommendation": self.recommendation,
            "provisional": self.provisional,
            "guidance_required": self.guidance_required,
            "matters": [dict(matter) for matter in self.matters],
            "facts": {name: shown(self.facts.project[name].value) for name in names},
            "origins": {name: _origin(self.facts, name) for name in names},
        }
        tail = {
            "supplement": write_list(each.written for each in self.supplement),
            "reminders": write([each.as_json() for each in self.reminders]),
            "notes": write([note.as_json() for note in self.notes]),
        }
        first = write_object({name: write(value) for name, value in head.items()}).removesuffix("}")
        last = write_object(tail).removeprefix("{")
        pieces = [first.encode(), b',"findings":']
        separator = b"["
        for each in self._encoded_findings():
            pieces.append(separator)
            pieces.extend(each)
            separator = b","
        pieces.append(b"]," if separator == b"," else b"[],")
        return b"".join((*pieces, last.encode(), b"\n"))

    def _encoded_findings(self) -> Iterator[Iterable[bytes]]:
        made = self.__dict__.get("findings")
        if made is not None:
            return iter([(each.encoded,) for each in made])
        with exact_arithmetic():
            return iter([encoded(each, self.judged.scope) for each in self.judged.entries])


def judge(
    sheet: ProjectSheet,
    ruleset: Ruleset,
    as_of: date | None = None,
    register: Register | None = None,
    *,
    exact_only: bool = False,
) -> Review:
    """Review a sheet against an edition as of a day (today in Shanghai by default).

    It is judged by the compiled rules and the rules engine; with `exact_only` by `exact.py` alone, for judging again. Raises SheetError for
    a key no table knows or a unit that does not fit, EngineDisagreement where the two evaluators differ.
    """
    with exact_arithmetic():
        case = Case(sheet, ruleset, as_of or today(), register)
        facts = build_facts(case)
        checked = replace(case, checked_only=True)
        fewer = with_figures(checked, facts)
        if exact_only:
            judged = exactly(case, facts)
            again = tuple(_exactly_again(judged, checked, facts, fewer))
        else:
            with evaluators(ruleset) as both:
                judged = both.judge(case, facts)
                again = both.judge(checked, fewer).entries
        return _reviewed(case, facts, judged, again)


def hold_review_to_definition(review: Review) -> None:
    """Hold a review against `exact.py` before it is recorded: its outcomes, and whether it is provisional. Raises EngineDisagreement."""
    case, facts = review.case, review.facts
    with exact_arithmetic():
        hold_to_definition(review.judged)
        checked = replace(case, checked_only=True)
        again = _exactly_again(review.judged, checked, facts, with_figures(checked, facts))
        found = _recommended(case.sheet.project.stage, again, case.ruleset.doubtful)
        if (found != review.recommendation) is not review.provisional:
            raise EngineDisagreement("provisional", "", str(review.provisional).lower(), found, {}, by=EXACT_EVALUATOR)


def _reviewed(case: Case, facts: Facts, judged: Judged, again: Iterable[Entry]) -> Review:
    """The review, of what was judged, and judged again on checked figures only."""
    ruleset, scope, stage = case.ruleset, judged.scope, case.sheet.project.stage
    found: dict[str, set[tuple[str, str]]] = {matter: set() for matter in MATTERS}
    for rule, _, outcome in judged.entries:
        found[rule.matter].add((rule.force, status_of(rule, outcome)))
    overall = recommend(set().union(*found.values()), stage)
    applied = (
        (each.rule, subject_name(each.rule, each.subject))
        for each in judged.entries
        if each.outcome != "not_applicable"
    )
    return Review(
        case=case, facts=facts, judged=judged, recommendation=overall,
        provisional=_recommended(stage, again, ruleset.doubtful) != overall,
        guidance_required=_guidance(ruleset, scope),
        matters=tuple(_matter(matter, recommend(pairs, stage), facts) for matter, pairs in found.items()),
        supplement=supplement(judged, ruleset.facts), reminders=reminders(scope), notes=notes(case, facts, applied),
    )  # fmt: skip


def _exactly_again(judged: Judged, checked: Case, facts: Facts, fewer: Facts) -> Iterator[Entry]:
    """The second judgement by `exact.py`: only the rules that rest on a figure whose evidence is not official are judged again."""
    in_doubt = facts.differing(fewer) | _unchecked_parameters(checked.ruleset)
    rules = [rule for rule in checked.ruleset.rules if not in_doubt.isdisjoint(rule.rests_on)]
    again = {rule.id for rule in rules}
    yield from (each for each in judged.entries if each.rule.id not in again)
    yield from exactly(checked, fewer, rules).entries


@lru_cache(maxsize=16)
def _unchecked_parameters(ruleset: Ruleset) -> frozenset[str]:
    return frozenset(
        name
        for name, each in ruleset.parameters.items()
        if each.value is not None and each.evidence != NUMERIC_EVIDENCE
    )


def _recommended(stage: str | None, entries: Iterable[Entry], as_guidance: Set[str] = frozenset()) -> str:
    """The recommendation from outcomes; the rules of `as_guidance` count for no more than guidance, which moves none."""
    return recommend(
        {(rule.force, status_of(rule, found)) for rule, _, found in entries if rule.id not in as_guidance}, stage
    )


def statuses(
    sheet: ProjectSheet, ruleset: Ruleset, as_of: date, register: Register | None
) -> tuple[str, dict[tuple[str, str], str]]:
    """The recommendation and the status of every rule and subject, by `exact.py` alone: for asking what made a difference."""
    with exact_arithmetic():
        case = Case(sheet, ruleset, as_of, register)
        entries = exactly(case, build_facts(case)).entries
        return _recommended(sheet.project.stage, entries), {
            (rule.id, subject_name(rule, subject)): status_of(rule, found) for rule, subject, found in entries
        }


def _guidance(ruleset: Ruleset, scope: Scope) -> Truth:
    rule = ruleset.guidance_rule
    return scope.truth(rule.applies) if rule else None


def _matter(matter: str, recommendation: str, facts: Facts) -> dict[str, Any]:
    authority = None
    if matter == "energy_review":
        required = facts.project.get("energy.review_required")
        asked = "energy.review_needed" if required is None else "energy.authority_needed"
        surely = facts.project[asked].range.low if required is None or required.value is True else None
        authority = _AUTHORITIES[int(surely)] if surely is not None else None
    return {"matter": matter, "recommendation": recommendation, "authority": authority}


def _origin(facts: Facts, name: str) -> dict[str, Any]:
    fact = facts.project[name]
    return {
        "paths": list(fact.paths),
        "missing": list(fact.missing),
        "sources": [source.as_json() for source in fact.sources],
    }


def _register(case: Case) -> dict[str, Any] | None:
    """What the review read of the register; by content of the first facts, of offsets alone, whatever the length of their ids."""
    if case.register is None:
        return None
    keys = keys_of(case.sheet)
    if case.ruleset.facts < 2:
        keys = [each for each in keys if kind_of(each) == VOC]
    return case.register.as_json(keys, with_claims=case.ruleset.facts > 1)
