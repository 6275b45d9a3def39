"""The durable-rules evaluator, contained: one durable ruleset per rule file, flat documents of integers, no Host, no timers.

Each rule becomes engine rules for each outcome; after a document is asserted, the outcomes that fired are read off and exactly
one must have fired per rule. Anything else is an error, never a verdict. An evaluator belongs to one thread.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import durable_rules_engine as engine

from review.conditions import And, Condition, Constant, Flag
from review.errors import EngineDisagreement
from review.evaluation.exact import PROJECT, Outcome, Outcomes, Scope, Subject
from review.evaluation.normal_form import UNKNOWN_CHOICE, UNKNOWN_FLAG, Alternatives, Conjunction, Fields, alternatives, both, either
from review.facts import Case, Facts
from review.quantities import UNKNOWN
from review.ruleset import Rule, Ruleset, sector_names
from review.vocabulary import item_names, sheet_names

LISTED = "the list has items"
_CODES: dict[str, Outcome] = {"n": "not_applicable", "m": "met", "u": "unmet", "e": "excused", "q": "unknown"}
_SID = "s"
_RETRACT = json.dumps({"id": _SID})
# Of the engine: 65 rules matching at once stop it, the 513th distinct condition hangs it, 254 properties a document.
MOST_MATCHES, MOST_CONDITIONS, MOST_FIELDS = 65, 512, 254
_SERIAL = threading.Lock()
_COUNTER = iter(range(1, 2**62))


class EngineFailure(RuntimeError):
    """The engine answered outside its contract; the caller turns it into a disagreement."""


@dataclass(frozen=True)
class Size:
    """How near a durable ruleset is to the engine's limits."""

    rules: int
    conditions: int
    fields: int
    matches: int


class DurableFile:
    """One rule file as one durable ruleset: `lists` documents judge the outer part, the others an item or the project."""

    def __init__(self, ruleset: Ruleset, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.fields = Fields({k: p.value for k, p in ruleset.parameters.items() if p.value is not None}, _choices(ruleset, rules))
        self.kind = "k"
        definition: dict[str, object] = {}
        self.meaning: dict[str, tuple[int, Outcome]] = {}
        self.size_matches = {0: 0, 1: 0}
        self.expected = (len(rules) if rules[0].each else 0, len(rules))
        for number, rule in enumerate(rules):
            for scope, outcomes in self._outcomes(rule):
                self.size_matches[scope] += max(len(found) for found in outcomes.values())
                for code, found in outcomes.items():
                    for at, conjunction in enumerate(found):
                        name = f"{number}{code}{scope}{at}"
                        definition[name] = {"all": [{"m": self._condition(scope, conjunction)}]}
                        self.meaning[name] = number, _CODES[code]
        self.definition = definition
        self.template = "{" + f'"id":"{_SID}",' + ",".join(f'"{name}":%({name})d' for name in (*self.fields.names(), self.kind)) + "}"
        _prove_distinct([*self.fields.names(), self.kind])
        self.handle: int | None = None

    def _outcomes(self, rule: Rule) -> Iterator[tuple[int, dict[str, Alternatives]]]:
        fields = self.fields
        if rule.each:
            whole = And((rule.outer, Flag(LISTED)))
            yield (
                0,
                {
                    "n": alternatives(whole, "false", fields),
                    "q": alternatives(whole, "unknown", fields),
                    "m": alternatives(whole, "true", fields),
                },
            )
        excused: Condition = rule.excused or Constant(False)
        applies = alternatives(rule.inner, "true", fields)
        unmet = both(applies, alternatives(rule.requires, "false", fields))
        yield (
            1,
            {
                "n": alternatives(rule.inner, "false", fields),
                "q": either(alternatives(rule.inner, "unknown", fields), both(applies, alternatives(rule.requires, "unknown", fields))),
                "m": both(applies, alternatives(rule.requires, "true", fields)),
                "u": both(unmet, alternatives(excused, "not_true", fields)),
                "e": both(unmet, alternatives(excused, "true", fields)),
            },
        )

    def _condition(self, scope: int, conjunction: Conjunction) -> dict[str, object]:
        tests: list[dict[str, object]] = [{self.kind: scope}]
        for field, operator, value in sorted(conjunction):
            tests.append({field: value} if operator == "$eq" else {operator: {field: value}})
        return {"$and": tests}

    def size(self) -> Size:
        """The figures that `rules lint` holds against the engine's limits."""
        conditions = {json.dumps(test) for rule in self.definition.values() for test in rule["all"][0]["m"]["$and"]}  # type: ignore[index]
        return Size(len(self.definition), len(conditions), len(self.fields.names()) + 1, max(self.size_matches.values()))

    def open(self) -> None:
        """Create the engine's ruleset and drain what its first message of all leaves behind."""
        with _SERIAL:
            self.handle = engine.create_ruleset(f"file{next(_COUNTER)}", json.dumps(self.definition))
        self._fired(dict.fromkeys((*self.fields.names(), self.kind), -7))

    def close(self) -> None:
        """Give the ruleset's memory back. Its state stays behind (about 0.5 MB): `delete_state` corrupts the heap here."""
        if self.handle is not None:
            handle, self.handle = self.handle, None
            with _SERIAL:
                engine.delete_ruleset(handle)

    def judge(self, scope: int, document: dict[str, int]) -> list[Outcome]:
        """The outcome of each rule of the file on one document. Raises EngineFailure unless each has exactly one."""
        found: dict[int, set[Outcome]] = {number: set() for number in range(len(self.rules))}
        for name in self._fired({**document, self.kind: scope}):
            number, outcome = self.meaning[name]
            found[number].add(outcome)
        if any(len(outcomes) != 1 for outcomes in found.values()):
            raise EngineFailure(
                f"{self.rules[0].file}: "
                + "; ".join(f"{rule.id}={sorted(found[number])}" for number, rule in enumerate(self.rules) if len(found[number]) != 1)
            )
        return [outcomes.pop() for outcomes in found.values()]

    def _fired(self, document: dict[str, int]) -> list[str]:
        """The names of the engine rules that fire on a flat document of integers, which is retracted again."""
        assert self.handle is not None
        names: list[str] = []
        try:
            status, state = engine.assert_fact(self.handle, self.template % document)
            if status not in (0, 1):
                raise EngineFailure(f"assert_fact answered {status}")
            first = engine.start_action_for_state(self.handle, state) if status == 0 else None
            answer = first[1] if first else None
            while answer is not None:
                names.append(answer[2 : answer.index('"', 2)])
                if len(names) > MOST_MATCHES:
                    raise EngineFailure("more rules fired than the engine can hold")
                answer = engine.complete_and_start_action(self.handle, state)
        finally:
            engine.retract_fact(self.handle, _RETRACT)
        return names


class DurableEvaluator:
    """A whole edition, compiled into the engine for one thread."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.files = tuple(DurableFile(ruleset, rules) for rules in ruleset.files.values())
        for file in self.files:
            file.open()

    def close(self) -> None:
        for file in self.files:
            file.close()

    def judge(self, case: Case, facts: Facts) -> Outcomes:
        """The outcome of every rule on every subject, in the ruleset's order."""
        scope = Scope(case, facts)
        found: dict[tuple[str, Subject], Outcome] = {}
        for file in self.files:
            if not file.rules[0].each:
                found |= {
                    (rule.id, PROJECT): outcome
                    for rule, outcome in zip(file.rules, file.judge(1, _document(file.fields, scope)), strict=True)
                }
                continue
            per_list = [self._per_item(file, path, scope) for path in file.rules[0].each]
            for number in range(len(file.rules)):
                for outcomes in per_list:
                    found |= outcomes[number]
        return found

    def _per_item(self, file: DurableFile, path: str, scope: Scope) -> list[dict[tuple[str, Subject], Outcome]]:
        heads = file.judge(0, _document(file.fields, scope.at(Subject(path))))
        result: list[dict[tuple[str, Subject], Outcome]] = [
            {} if head == "met" else {(rule.id, Subject(path)): head} for rule, head in zip(file.rules, heads, strict=True)
        ]
        if "met" not in heads:
            return result
        for index in range(len(scope.facts.items[path] or ())):
            subject = Subject(path, index)
            for number, outcome in enumerate(file.judge(1, _document(file.fields, scope.at(subject)))):
                if heads[number] == "met":
                    result[number][file.rules[number].id, subject] = outcome
        return result


def _document(fields: Fields, scope: Scope) -> dict[str, int]:
    """The flat integers that a file's rules read of one subject; of a list as a whole, its items' fields are unknown."""
    whole = scope.subject.path is not None and scope.subject.index is None
    facts = scope.names
    document: dict[str, int] = {}
    for name, field in fields.flags.items():
        if name == LISTED:
            value = scope.facts.listed(scope.subject.path).value if scope.subject.path else True
        else:
            value = None if whole and name.startswith("item.") else facts[name].value
        document[field] = int(value) if isinstance(value, bool) else UNKNOWN_FLAG
    for name, field in fields.members.items():
        choice = None if whole and name.startswith("item.") else facts[name].value
        document[field] = fields.choices[name].index(choice) + 1 if isinstance(choice, str) else UNKNOWN_CHOICE
    for scaled in fields.compares.values():
        figures = {name: UNKNOWN if whole and name.startswith("item.") else facts[name].range for name, _ in scaled.coefficients}
        document[scaled.low], document[scaled.high] = scaled.integers(figures)
    return document


def _choices(ruleset: Ruleset, rules: tuple[Rule, ...]) -> dict[str, tuple[str, ...]]:
    names = dict(sheet_names())
    for path in rules[0].each:
        names |= item_names(path)
    return {name: entry.choices for name, entry in names.items()} | {"sector": sector_names(ruleset.content)}


def _prove_distinct(names: list[str]) -> None:
    """The engine knows a property by a 32-bit hash of its name: no two of a document may share one."""
    seen: dict[int, str] = {}
    for name in (*names, "id", "sid", "$s"):
        value = 2166136261
        for byte in name.encode():
            value = (value * 16777619) % 2**32 ^ byte
        if seen.setdefault(value, name) != name:
            raise EngineFailure(f"fields {name} and {seen[value]} cannot be told apart by the engine")


_KEPT = 8


class _Threads(threading.local):
    """The evaluators of this thread, the most recent few: a cache that can be dropped."""

    def __init__(self) -> None:
        self.evaluators: OrderedDict[str, DurableEvaluator] = OrderedDict()


_THREADS = _Threads()


def evaluator(ruleset: Ruleset) -> DurableEvaluator:
    """This thread's evaluator of an edition, compiled on first use."""
    kept = _THREADS.evaluators
    if ruleset.digest not in kept:
        kept[ruleset.digest] = DurableEvaluator(ruleset)
        while len(kept) > _KEPT:
            kept.popitem(last=False)[1].close()
    kept.move_to_end(ruleset.digest)
    return kept[ruleset.digest]


def judge(case: Case, facts: Facts, ruleset: Ruleset) -> Outcomes:
    """The outcome of every rule on every subject. Raises EngineDisagreement where the engine gives no clear one."""
    try:
        return evaluator(ruleset).judge(case, facts)
    except EngineFailure as error:
        raise EngineDisagreement(str(error), "", "-", "no clear outcome", {}) from error
