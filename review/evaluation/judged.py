"""A case judged: the outcome of every rule on every subject, and the truth of every condition that words are made of."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from review.errors import EXACT_EVALUATOR, RULES_ENGINE, EngineDisagreement, Text
from review.evaluation import durable, exact
from review.evaluation.exact import OUTCOMES, PROJECT, Outcome, Outcomes, Scope, Subject, Truth
from review.evaluation.program import MET, TRUTHS, Codes, Place, Program, program_of
from review.facts import Case, Facts
from review.law.conditions import Condition
from review.law.edition import Rule, Ruleset
from review.quantities import Range, plain


class Entry(NamedTuple):
    """A rule on a subject, and what it came to."""

    rule: Rule
    subject: Subject
    outcome: Outcome


@dataclass(frozen=True, eq=False)
class Judged:
    """The outcomes in the ruleset's order, and the scope of the project, from which those of items are had."""

    entries: tuple[Entry, ...]
    scope: Scope

    @property
    def outcomes(self) -> Outcomes:
        """The outcomes by rule and subject."""
        return {(rule.id, subject): outcome for rule, subject, outcome in self.entries}


@dataclass(frozen=True, eq=False)
class _Worked(Scope):
    """A scope whose conditions have been worked out by the Program."""

    place: Place = field(kw_only=True)
    codes: Codes = field(kw_only=True)
    # Of the project: the codes of each list's items.
    of_items: Mapping[str, tuple[Place, tuple[Codes, ...]]] = field(default_factory=dict, kw_only=True)

    def truth(self, condition: Condition) -> Truth:
        """Whether a condition holds; one that the Program did not number is worked out exactly."""
        number = self.place.numbers.get(id(condition))
        return exact.truth(condition, self) if number is None else TRUTHS[self.codes[number]]

    def _made(self, subject: Subject) -> Scope:
        path, index = subject
        if path is None:
            return Scope(self.case, self.facts, subject)
        if index is None:
            # A list as a whole is judged on what is known of the project.
            return _Worked(self.case, self.facts, subject, place=self.place, codes=self.codes)
        place, codes = self.of_items[path]
        return _Worked(self.case, self.facts, subject, place=place, codes=codes[index])


class Evaluators:
    """Both evaluators of an edition, for the judgements of one case: the engine is asked about a document once."""

    def __init__(self, engine: durable.DurableEvaluator, program: Program) -> None:
        self.engine, self.program = engine, program
        self._answered: durable.Answered = {}

    def judge(self, case: Case, facts: Facts) -> Judged:
        """The outcome of every rule on every subject, agreed by both. Raises EngineDisagreement."""
        program, checked_only = self.program, case.checked_only
        values = program.project.fields.values(facts.with_lists, checked_only=checked_only)
        truths, project = program.project.run(*values)
        theirs = self.engine.of_project(values, self._answered)
        if theirs != project:
            raise _disagreement(facts, _of_project(program), project, theirs)
        judged_on = {
            heading.path for heading, code in zip(program.headings, project[len(program.rules) :], strict=True) if code == MET
        }  # fmt: skip
        outcomes: dict[str, tuple[Codes, ...]] = {}
        worked: dict[str, tuple[Place, tuple[Codes, ...]]] = {}
        for path, place in program.lists.items():
            found = list[tuple[Codes, Codes]]()
            for index in range(len(facts.items[path] or ()) if path in judged_on else 0):
                values = place.fields.values(facts.of_item(path, index), checked_only=checked_only)
                found.append(place.run(*values))
                theirs = self.engine.of_item(path, values, self._answered)
                if theirs != found[-1][1]:
                    of_item = ((rule, Subject(path, index)) for rule in program.of_list[path])
                    raise _disagreement(facts, of_item, found[-1][1], theirs)
            worked[path] = place, tuple(each for each, _ in found)
            outcomes[path] = tuple(each for _, each in found)
        scope = _Worked(case, facts, place=program.project, codes=truths, of_items=worked)
        return Judged(tuple(_entries(program, project, outcomes)), scope)


def _entries(program: Program, project: Codes, items: Mapping[str, Sequence[Codes]]) -> Iterator[Entry]:
    for number, rule, places in program.order:
        if not places:
            yield Entry(rule, PROJECT, OUTCOMES[project[number]])
        for path, place, heading in places:
            head = project[heading]
            if head != MET:
                yield Entry(rule, _subject(path, None), OUTCOMES[head])
                continue
            for index, codes in enumerate(items[path]):
                yield Entry(rule, _subject(path, index), OUTCOMES[codes[place]])


@lru_cache(maxsize=4096)
def _subject(path: str, index: int | None) -> Subject:
    return Subject(path, index)


@contextmanager
def evaluators(ruleset: Ruleset) -> Iterator[Evaluators]:
    """Both evaluators of an edition, for this thread alone."""
    with durable.evaluator(ruleset) as engine:
        yield Evaluators(engine, program_of(ruleset))


def exactly(case: Case, facts: Facts, rules: Iterable[Rule] | None = None) -> Judged:
    """The outcome of every rule, or of some, on every subject, by `exact.py` alone."""
    scope, by_id = Scope(case, facts), case.ruleset.by_id
    found = exact.outcomes(case.ruleset.rules if rules is None else rules, scope)
    return Judged(tuple(Entry(by_id[rule], subject, outcome) for (rule, subject), outcome in found.items()), scope)


def _of_project(program: Program) -> Iterator[tuple[Rule, Subject]]:
    yield from ((rule, PROJECT) for rule in program.rules)
    yield from ((each.rule, Subject(each.path)) for each in program.headings)


def hold_to_definition(judged: Judged) -> None:
    """Hold what was judged against `exact.py`, which reads the facts themselves. Raises EngineDisagreement where they differ."""
    facts, ours, theirs = judged.scope.facts, judged.outcomes, exactly(judged.scope.case, judged.scope.facts).outcomes
    for key in (*ours, *theirs):
        if ours.get(key) != theirs.get(key):
            raise _disagreeing(facts, key[0], key[1], ours.get(key, "-"), theirs.get(key, "-"), EXACT_EVALUATOR)


def _disagreement(
    facts: Facts, named: Iterable[tuple[Rule, Subject]], ours: Codes, theirs: Codes
) -> EngineDisagreement:
    """The first rule and subject on which the compiled rules and the engine differ."""
    pairs = zip(named, ours, theirs, strict=True)
    (rule, subject), a, b = next(each for each in pairs if each[1] != each[2])
    return _disagreeing(facts, rule.id, subject, OUTCOMES[a], OUTCOMES[b], RULES_ENGINE)


def _disagreeing(facts: Facts, rule: str, subject: Subject, ours: str, theirs: str, by: Text) -> EngineDisagreement:
    logging.getLogger("review.evaluation").error(
        "evaluators disagree on %s [%s]: compiled %s, %s %s", rule, subject, ours, by.en, theirs
    )
    given = {name: shown(fact.value) for name, fact in facts.project.items()}
    return EngineDisagreement(rule, str(subject), ours, theirs, given, by=by)


def shown(value: bool | str | Range | None) -> object:
    """A fact's value as JSON shows it: truths and choices as they are, figures as plain decimals, intervals by their ends."""
    if not isinstance(value, Range):
        return value
    if value.point is not None:
        return plain(value.point)
    if value.low is None and value.high is None:
        return None
    return {
        "low": None if value.low is None else plain(value.low),
        "high": None if value.high is None else plain(value.high),
    }
