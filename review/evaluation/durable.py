"""The durable-rules evaluator, contained: a durable ruleset per rule file and per list, flat documents of integers, no Host, no timers.

Of each rule the engine is asked what leads to each of its outcomes, a conjunction an engine rule; conjunctions that several rules share are
asked once. After a document is asserted, what fired is read off, and exactly one outcome must have been found per rule. Anything else is an
error, never a verdict. An evaluator serves one thread at a time.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from review.errors import EngineDisagreement
from review.evaluation.engine import load
from review.evaluation.exact import PROJECT, Outcome, Outcomes, Subject
from review.evaluation.normal_form import (
    Alternatives,
    Conjunction,
    Fields,
    Test,
    alternatives,
    both,
    either,
    most_at_once,
)
from review.facts import NUMERIC_EVIDENCE, Fact, Facts
from review.law.conditions import And, Condition, Constant, Flag
from review.law.edition import Rule, Ruleset, fact_names

_SID = "s"
# Every engine rule's name is so long: what fired is read off its answer, `{"012":…`.
_NAME = 3
_RETRACT = json.dumps({"id": _SID})
# Of the engine: 65 rules matching at once stop it, the 513th distinct condition hangs it, 254 properties a document.
MOST_MATCHES, MOST_CONDITIONS, MOST_FIELDS = 65, 512, 254
_SERIAL = threading.Lock()
_COUNTER = iter(range(1, 2**62))
Asked = Mapping[Outcome, Alternatives]
# What a rule is judged by: its inner part, what it requires, what excuses it.
Parts = tuple[Condition, Condition, Condition | None]


class EngineFailure(RuntimeError):
    """The engine answered outside its contract; the caller turns it into a disagreement."""


@dataclass(frozen=True)
class Size:
    """How near a durable ruleset is to the engine's limits."""

    rules: int
    conditions: int
    fields: int
    matches: int


class DurableRuleset:
    """What is asked of the engine about some rules: the conjunctions that lead to each outcome of each."""

    def __init__(self, names: Sequence[str], asked: Sequence[Asked], fields: Fields) -> None:
        self.names, self.fields = names, fields
        meaning: dict[Conjunction, list[tuple[int, Outcome]]] = {}
        for number, outcomes in enumerate(asked):
            for outcome, found in outcomes.items():
                for conjunction in found:
                    meaning.setdefault(conjunction, []).append((number, outcome))
        # The engine works through a tree of comparisons: it is smallest where what most rules ask comes first.
        often = Counter(test for conjunction in meaning for test in conjunction)
        named = {f"{at:0{_NAME}}": conjunction for at, conjunction in enumerate(meaning)}
        self.definition = {
            name: {
                "all": [
                    {"m": {"$and": [_written(test) for test in sorted(each, key=lambda test: (-often[test], test))]}}
                ]
            }
            for name, each in named.items()
        }
        self.conjunctions = tuple(meaning)
        self.meaning = {name: tuple(meaning[each]) for name, each in named.items()}
        self.template = "{" + ",".join([f'"id":"{_SID}"', *(f'"{name}":%d' for name in fields.names())]) + "}"
        _prove_distinct(fields.names())
        self.handle: int | None = None

    def size(self) -> Size:
        """The figures that `rules lint` compares with the engine's limits."""
        conditions = {test for conjunction in self.conjunctions for test in conjunction}
        return Size(len(self.conjunctions), len(conditions), len(self.fields.names()), most_at_once(self.conjunctions))

    def open(self) -> None:
        """Create the engine's ruleset and drain what its first message of all leaves behind."""
        with _SERIAL:
            self.handle = load().create_ruleset(f"file{next(_COUNTER)}", json.dumps(self.definition))
        self.fired([-7] * len(self.fields.names()))

    def close(self) -> None:
        """Give the ruleset's memory back. Its state stays behind (about 0.5 MB): `delete_state` corrupts the heap on rulesets of this shape."""
        if self.handle is not None:
            handle, self.handle = self.handle, None
            with _SERIAL:
                load().delete_ruleset(handle)

    def judge(self, facts: Mapping[str, Fact]) -> list[Outcome]:
        """The outcome of each rule on what is known of one subject. Raises EngineFailure unless each has exactly one."""
        return self.outcomes(self.fired(self.fields.values(facts)))

    def outcomes(self, fired: Iterable[str]) -> list[Outcome]:
        """The outcome of each rule, by the engine rules that fired. Raises EngineFailure unless each has exactly one."""
        found: list[Outcome | None] = [None] * len(self.names)
        for name in fired:
            for number, outcome in self.meaning[name]:
                before = found[number]
                if before is not None and before != outcome:
                    raise EngineFailure(f"{self.names[number]}: {before} and {outcome}")
                found[number] = outcome
        if None in found:
            raise EngineFailure(
                f"no outcome: {', '.join(self.names[number] for number, outcome in enumerate(found) if outcome is None)}"
            )
        return found  # type: ignore[return-value]

    def fired(self, values: Sequence[int]) -> list[str]:
        """The names of the engine rules that fire on a flat document of integers, which is retracted again."""
        assert self.handle is not None
        names: list[str] = []
        engine = load()
        following = engine.complete_and_start_action
        try:
            status, state = engine.assert_fact(self.handle, self.template % tuple(values))
            if status not in (0, 1):
                raise EngineFailure(f"assert_fact answered {status}")
            first = engine.start_action_for_state(self.handle, state) if status == 0 else None
            answer = first[1] if first else None
            while answer is not None:
                names.append(answer[2 : 2 + _NAME])
                if len(names) > MOST_MATCHES:
                    raise EngineFailure("more rules fired than the engine can hold")
                answer = following(self.handle, state)
        finally:
            engine.retract_fact(self.handle, _RETRACT)
        return names


def rulesets_of(ruleset: Ruleset, *, checked_only: bool = False) -> dict[str, DurableRuleset]:
    """An edition as durable rulesets: of each rule file; of each list, under `head(list)`, whether each rule is judged on its items at all.

    With `checked_only` nothing is known of parameters whose evidence is not official.
    """
    compiled = {name: file_ruleset(ruleset, rules, checked_only) for name, rules in ruleset.files.items()}
    for path, rules in listed_rules(ruleset).items():
        fields = _fields(ruleset, (), checked_only)
        asked = [listing(rule.outer, path, fields) for rule in rules]
        compiled[head(path)] = DurableRuleset([f"{rule.id} [{path}]" for rule in rules], asked, fields)
    return compiled


def head(path: str) -> str:
    """What the durable ruleset is called that asks whether rules are judged on the items of a list; no rule file is called so."""
    return f"[{path}]"


def listed_rules(ruleset: Ruleset) -> dict[str, list[Rule]]:
    """The rules of each list, in order."""
    found: dict[str, list[Rule]] = {}
    for rules in ruleset.files.values():
        for rule in rules:
            for path in rule.each:
                found.setdefault(path, []).append(rule)
    return found


def file_ruleset(ruleset: Ruleset, rules: tuple[Rule, ...], checked_only: bool = False) -> DurableRuleset:
    """The rules of one file, asked of the project or of an item."""
    fields = _fields(ruleset, rules[0].each, checked_only)
    return DurableRuleset([rule.id for rule in rules], [judging(parts_of(rule), fields) for rule in rules], fields)


def parts_of(rule: Rule) -> Parts:
    """What the engine is asked about a rule, on the project or an item."""
    return rule.inner, rule.requires, rule.excused


def listing(outer: Condition, path: str, fields: Fields) -> Asked:
    """Whether a rule is judged on the items of a list (`met`: it is, each by itself)."""
    whole = And((outer, Flag(f"listed({path})")))
    return {
        "not_applicable": alternatives(whole, "false", fields),
        "unknown": alternatives(whole, "unknown", fields),
        "met": alternatives(whole, "true", fields),
    }


def judging(parts: Parts, fields: Fields) -> Asked:
    """What leads to each outcome of a rule on the project or an item."""
    inner, requires, excused = parts
    excuse: Condition = excused or Constant(False)
    applies = alternatives(inner, "true", fields)
    unmet = both(applies, alternatives(requires, "false", fields))
    return {
        "not_applicable": alternatives(inner, "false", fields),
        "unknown": either(
            alternatives(inner, "unknown", fields), both(applies, alternatives(requires, "unknown", fields))
        ),
        "met": both(applies, alternatives(requires, "true", fields)),
        "unmet": both(unmet, alternatives(excuse, "not_true", fields)),
        "excused": both(unmet, alternatives(excuse, "true", fields)),
    }


def _written(test: Test) -> dict[str, object]:
    field, operator, value = test
    return {field: value} if operator == "$eq" else {operator: {field: value}}


class DurableEvaluator:
    """A whole edition, compiled into the engine, for one thread at a time."""

    def __init__(self, ruleset: Ruleset, *, checked_only: bool = False) -> None:
        self.ruleset = ruleset
        self.compiled = rulesets_of(ruleset, checked_only=checked_only)
        self.of_project = {
            name: tuple((rule.id, PROJECT) for rule in rules)
            for name, rules in ruleset.files.items()
            if not rules[0].each
        }
        self.of_lists = {
            path: tuple((rule.id, path) for rule in rules) for path, rules in listed_rules(ruleset).items()
        }
        for each in self.compiled.values():
            each.open()

    def close(self) -> None:
        for each in self.compiled.values():
            each.close()

    def judge(self, facts: Facts) -> Outcomes:
        """The outcome of every rule on every subject, in the ruleset's order."""
        found: dict[tuple[str, Subject], Outcome] = {}
        heads = self._heads(facts)
        for name, rules in self.ruleset.files.items():
            compiled = self.compiled[name]
            if name in self.of_project:
                found.update(zip(self.of_project[name], compiled.judge(facts.project), strict=True))
                continue
            judged = {path: self._items(compiled, rules, path, facts, heads) for path in rules[0].each}
            for number, rule in enumerate(rules):
                for path in rule.each:
                    head = heads[rule.id, path]
                    if head != "met":
                        found[rule.id, Subject(path)] = head
                        continue
                    found.update(((rule.id, subject), outcomes[number]) for subject, outcomes in judged[path])
        return found

    def _heads(self, facts: Facts) -> dict[tuple[str, str], Outcome]:
        """Of each rule and list, whether the items are judged (`met`), or what the list as a whole comes to."""
        found: dict[tuple[str, str], Outcome] = {}
        for path, names in self.of_lists.items():
            found.update(zip(names, self.compiled[head(path)].judge(facts.with_lists), strict=True))
        return found

    def _items(
        self,
        compiled: DurableRuleset,
        rules: tuple[Rule, ...],
        path: str,
        facts: Facts,
        heads: Mapping[tuple[str, str], Outcome],
    ) -> list[tuple[Subject, list[Outcome]]]:
        """Each item of a list with the outcome of each rule, where any rule is judged on the items."""
        if all(heads[rule.id, path] != "met" for rule in rules):
            return []
        return [
            (Subject(path, index), compiled.judge(facts.of_item(path, index)))
            for index in range(len(facts.items[path] or ()))
        ]


def _fields(ruleset: Ruleset, lists: Iterable[str], checked_only: bool) -> Fields:
    choices = {name: entry.choices for name, entry in fact_names(ruleset.content, lists).items()}
    values = {name: each.value for name, each in ruleset.parameters.items() if each.value is not None}
    left_out = {name for name in values if checked_only and ruleset.parameters[name].evidence != NUMERIC_EVIDENCE}
    return Fields(values, choices, left_out)


def _prove_distinct(names: list[str]) -> None:
    """The engine knows a property by a 32-bit hash of its name: no two of a document may share one."""
    seen: dict[int, str] = {}
    for name in (*names, "id", "sid", "$s"):
        value = 2166136261
        for byte in name.encode():
            value = (value * 16777619) % 2**32 ^ byte
        if seen.setdefault(value, name) != name:
            raise EngineFailure(f"fields {name} and {seen[value]} cannot be told apart by the engine")


# Two of each of some eight editions, twice.
_AT_REST = 32
_Key = tuple[str, bool]


class _Resting:
    """Evaluators that no thread uses, the latest used last: a cache that can be dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._evaluators: list[tuple[_Key, DurableEvaluator]] = []

    def take(self, key: _Key) -> DurableEvaluator | None:
        """The evaluator of an edition that was used last, for the calling thread alone; None where none is at rest."""
        with self._lock:
            for place in range(len(self._evaluators) - 1, -1, -1):
                if self._evaluators[place][0] == key:
                    return self._evaluators.pop(place)[1]
        return None

    def give_back(self, key: _Key, evaluator: DurableEvaluator) -> None:
        """Put an evaluator to rest; of too many the one that rests longest is closed."""
        with self._lock:
            self._evaluators.append((key, evaluator))
            over = self._evaluators.pop(0)[1] if len(self._evaluators) > _AT_REST else None
        if over is not None:
            over.close()


_RESTING = _Resting()


@contextmanager
def evaluator(ruleset: Ruleset, *, checked_only: bool = False) -> Iterator[DurableEvaluator]:
    """An evaluator of an edition, or of its checked figures only, for this thread alone; compiled where none is at rest."""
    key = (ruleset.digest, checked_only)
    taken = _RESTING.take(key) or DurableEvaluator(ruleset, checked_only=checked_only)
    try:
        yield taken
    except BaseException:
        # What broke off in the engine may have left something behind there.
        taken.close()
        raise
    _RESTING.give_back(key, taken)


def judge(facts: Facts, ruleset: Ruleset, *, checked_only: bool = False) -> Outcomes:
    """The outcome of every rule on every subject. Raises EngineDisagreement where the engine gives no clear one.

    With `checked_only` nothing is known of parameters whose evidence is not official, as of the figures behind such `facts`.
    """
    try:
        with evaluator(ruleset, checked_only=checked_only) as mine:
            return mine.judge(facts)
    except EngineFailure as error:
        raise EngineDisagreement(str(error), "", "-", "no clear outcome", {}) from error
