"""The durable-rules evaluator, contained: a few durable rulesets for the project and one for the items of each list, flat documents of integers, no Host, no timers.

Of each rule the engine is asked what leads to each of its outcomes, a conjunction an engine rule; conjunctions that several rules share are
asked once. No two conjunctions of a rule hold at once. After a document is asserted, what fired is read off, and exactly one outcome must
have been found per rule. Anything else is an error, never a verdict. An evaluator serves one thread at a time.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from review.errors import EngineDisagreement
from review.evaluation.engine import load
from review.evaluation.exact import OUTCOMES
from review.evaluation.normal_form import Alternatives, Conjunction, Fields, Test, alternatives, both, either
from review.evaluation.program import (
    EXCUSED,
    MET,
    NOT_APPLICABLE,
    UNKNOWN,
    UNMET,
    Asked,
    Codes,
    Place,
    Program,
    program_of,
)
from review.law.conditions import Constant
from review.law.edition import Ruleset

_SID = "s"
# Every engine rule's name is so long: what fired is read off its answer, `{"012":…`.
_NAME = 3
_RETRACT = json.dumps({"id": _SID})
# Of the engine: 65 rules matching at once stop it, the 513th distinct condition hangs it, 254 properties a document. Names end at 999.
MOST_MATCHES, MOST_CONDITIONS, MOST_FIELDS, MOST_RULES = 65, 512, 254, 10**_NAME - 1
# A rule by itself may come so near to a limit, as a share of it.
NEAR = 0.9
# Rules are put together up to this share. Each answer of the engine repeats its whole document, so two short documents are quicker than one.
TOGETHER = 0.5
_SERIAL = threading.Lock()
_COUNTER = iter(range(1, 2**62))
# What leads to each outcome, in the order of OUTCOMES.
Ways = tuple[Alternatives, ...]
# The answers of the engine to documents that it was asked about before: by ruleset and document.
Answered = dict[tuple[int, tuple[int, ...]], Codes]


class EngineFailure(RuntimeError):
    """The engine answered outside its contract; the caller turns it into a disagreement."""


@dataclass(frozen=True)
class Size:
    """How near a durable ruleset is to the engine's limits; of each rule one engine rule matches at once."""

    rules: int
    conditions: int
    fields: int
    matches: int

    def within(self, share: float) -> bool:
        """Whether it stays within a share of every limit."""
        return (
            self.matches <= MOST_MATCHES * share
            and self.conditions <= MOST_CONDITIONS * share
            and self.fields <= MOST_FIELDS * share
            and self.rules <= MOST_RULES * share
        )


def ways_of(asked: Asked, fields: Fields) -> Ways:
    """What leads to each outcome of a rule on the project or an item."""
    applies = alternatives(asked.inner, "true", fields)
    unmet = both(applies, alternatives(asked.requires, "false", fields))
    excuse = asked.excused or Constant(False)
    found = {
        NOT_APPLICABLE: alternatives(asked.inner, "false", fields),
        MET: both(applies, alternatives(asked.requires, "true", fields)),
        UNMET: both(unmet, alternatives(excuse, "not_true", fields)),
        EXCUSED: both(unmet, alternatives(excuse, "true", fields)),
        UNKNOWN: either(
            alternatives(asked.inner, "unknown", fields), both(applies, alternatives(asked.requires, "unknown", fields))
        ),
    }
    return tuple(found[code] for code in range(len(OUTCOMES)))


def size_of(every: Sequence[Ways]) -> Size:
    """The size of the durable ruleset that asks about some rules."""
    conjunctions = {each for ways in every for found in ways for each in found}
    tests = {test for conjunction in conjunctions for test in conjunction}
    return Size(len(conjunctions), len(tests), len({field for field, _, _ in tests}), len(every))


class DurableRuleset:
    """What is asked of the engine about some rules: the conjunctions that lead to each outcome of each."""

    def __init__(self, names: Sequence[str], every: Sequence[Ways], fields: Fields) -> None:
        self.names, self.size = names, size_of(every)
        if not self.size.within(1):
            raise EngineFailure(f"more than the engine can hold: {', '.join(names)}")
        meaning: dict[Conjunction, list[tuple[int, int]]] = {}
        for number, ways in enumerate(every):
            for outcome, found in enumerate(ways):
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
        self.meaning = {name: tuple(meaning[each]) for name, each in named.items()}
        read = {test[0] for test in often}
        every_field = fields.names()
        # Where in the values of the place the fields of its documents stand.
        self.slots = tuple(slot for slot, name in enumerate(every_field) if name in read)
        self.fields = tuple(every_field[slot] for slot in self.slots)
        self.template = "{" + ",".join([f'"id":"{_SID}"', *(f'"{name}":%d' for name in self.fields)]) + "}"
        _prove_distinct(self.fields)
        self.handle: int | None = None

    def open(self) -> None:
        """Create the engine's ruleset and drain what its first message of all leaves behind."""
        with _SERIAL:
            self.handle = load().create_ruleset(f"file{next(_COUNTER)}", json.dumps(self.definition))
        self.fired((-7,) * len(self.fields))

    def close(self) -> None:
        """Give the ruleset's memory back. Its state stays behind (about 0.5 MB): `delete_state` corrupts the heap on rulesets of this shape."""
        if self.handle is not None:
            handle, self.handle = self.handle, None
            with _SERIAL:
                load().delete_ruleset(handle)

    def judge(self, values: Sequence[int], answered: Answered) -> Codes:
        """The outcome of each rule, by the values of its place. Raises EngineFailure unless each has exactly one."""
        document = tuple([values[slot] for slot in self.slots])
        key = id(self), document
        found = answered.get(key)
        if found is None:
            found = answered[key] = self.outcomes(self.fired(document))
        return found

    def outcomes(self, fired: Iterable[str]) -> Codes:
        """The outcome of each rule, by the engine rules that fired. Raises EngineFailure unless each has exactly one."""
        found: list[int] = [-1] * len(self.names)
        for name in fired:
            for number, outcome in self.meaning[name]:
                before = found[number]
                if before not in (-1, outcome):
                    raise EngineFailure(f"{self.names[number]}: {OUTCOMES[before]} and {OUTCOMES[outcome]}")
                found[number] = outcome
        if -1 in found:
            raise EngineFailure(
                f"no outcome: {', '.join(self.names[number] for number, outcome in enumerate(found) if outcome < 0)}"
            )
        return tuple(found)

    def fired(self, document: tuple[int, ...]) -> list[str]:
        """The names of the engine rules that fire on a flat document of integers, which is retracted again."""
        assert self.handle is not None
        names: list[str] = []
        engine = load()
        following = engine.complete_and_start_action
        try:
            status, state = engine.assert_fact(self.handle, self.template % document)
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


def rulesets_of(place: Place, names: Sequence[str]) -> tuple[DurableRuleset, ...]:
    """The rules of a place as durable rulesets, in order: as many rules in each as stay well within the engine's limits.

    A rule that does not, by itself, has one of its own; one beyond the limits raises EngineFailure (`rules lint` refuses it before).
    """
    every = [ways_of(each, place.fields) for each in place.asked]
    made: list[DurableRuleset] = []
    first = 0
    for at in range(1, len(every) + 1):
        if at == len(every) or not size_of(every[first : at + 1]).within(TOGETHER):
            made.append(DurableRuleset(names[first:at], every[first:at], place.fields))
            first = at
    return tuple(made)


def _written(test: Test) -> dict[str, object]:
    field, operator, value = test
    return {field: value} if operator == "$eq" else {operator: {field: value}}


class DurableEvaluator:
    """A whole edition, compiled into the engine, for one thread at a time."""

    def __init__(self, program: Program) -> None:
        headings = [f"{each.rule.id} [{each.path}]" for each in program.headings]
        self.project = rulesets_of(program.project, [*(rule.id for rule in program.rules), *headings])
        self.lists = {
            path: rulesets_of(place, [f"{rule.id} [{path}]" for rule in program.of_list[path]])
            for path, place in program.lists.items()
        }
        try:
            for each in self.every():
                each.open()
        except BaseException:
            self.close()
            raise

    def every(self) -> Iterator[DurableRuleset]:
        """Each durable ruleset."""
        yield from self.project
        for rulesets in self.lists.values():
            yield from rulesets

    def close(self) -> None:
        for each in self.every():
            each.close()

    def of_project(self, values: Sequence[int], answered: Answered) -> Codes:
        """The outcome of every rule about the project and of every heading, in the program's order."""
        return tuple([code for each in self.project for code in each.judge(values, answered)])

    def of_item(self, path: str, values: Sequence[int], answered: Answered) -> Codes:
        """The outcome of every rule on an item of a list, in the program's order."""
        return tuple([code for each in self.lists[path] for code in each.judge(values, answered)])


def _prove_distinct(names: Iterable[str]) -> None:
    """The engine knows a property by a 32-bit hash of its name: no two of a document may share one."""
    seen: dict[int, str] = {}
    for name in (*names, "id", "sid", "$s"):
        value = 2166136261
        for byte in name.encode():
            value = (value * 16777619) % 2**32 ^ byte
        if seen.setdefault(value, name) != name:
            raise EngineFailure(f"fields {name} and {seen[value]} cannot be told apart by the engine")


# One of each of some eight editions, for four threads.
_AT_REST = 32


class _Resting:
    """Evaluators that no thread uses, the latest used last: a cache that can be dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._evaluators: list[tuple[str, DurableEvaluator]] = []

    def take(self, key: str) -> DurableEvaluator | None:
        """The evaluator of an edition that was used last, for the calling thread alone; None where none is at rest."""
        with self._lock:
            for place in range(len(self._evaluators) - 1, -1, -1):
                if self._evaluators[place][0] == key:
                    return self._evaluators.pop(place)[1]
        return None

    def give_back(self, key: str, evaluator: DurableEvaluator) -> None:
        """Put an evaluator to rest; of too many the one that rests longest is closed."""
        with self._lock:
            self._evaluators.append((key, evaluator))
            over = self._evaluators.pop(0)[1] if len(self._evaluators) > _AT_REST else None
        if over is not None:
            over.close()


_RESTING = _Resting()


@contextmanager
def evaluator(ruleset: Ruleset) -> Iterator[DurableEvaluator]:
    """An evaluator of an edition, for this thread alone; compiled where none is at rest. Raises EngineDisagreement for an EngineFailure."""
    taken: DurableEvaluator | None = None
    try:
        taken = _RESTING.take(ruleset.digest) or DurableEvaluator(program_of(ruleset))
        yield taken
    except BaseException as error:
        # What broke off in the engine may have left something behind there.
        if taken is not None:
            taken.close()
        if isinstance(error, EngineFailure):
            raise EngineDisagreement(str(error), "", "-", "no clear outcome", {}) from error
        raise
    _RESTING.give_back(ruleset.digest, taken)
