"""An edition compiled once: of each place (the project, the items of a list) what its rules read as integers, its conditions numbered, and the straight-line code that works them out.

The code is generated from the parsed conditions. It holds numbers of fields, operators and integers, never a word of an edition. Truths are
0 (false), 1 (unknown) and 3 (true), so that `and` and `or` are those of bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from review.evaluation.exact import OUTCOMES, Truth
from review.evaluation.normal_form import FALSE_FLAG, TRUE_FLAG, UNKNOWN_CHOICE, UNKNOWN_FLAG, Fields
from review.facts import NUMERIC_EVIDENCE
from review.law.conditions import (
    TRUE,
    And,
    Compare,
    Condition,
    Constant,
    Flag,
    Member,
    Not,
    Or,
    Relation,
    conjuncts,
)
from review.law.edition import Rule, Ruleset

# Truths by their codes.
TRUTHS: tuple[Truth, ...] = (False, None, None, True)
NOT_APPLICABLE, MET, UNMET, EXCUSED, UNKNOWN = range(len(OUTCOMES))
Codes = tuple[int, ...]
Run = Callable[..., tuple[Codes, Codes]]
# Of a comparison: which end against the bound makes it true, and which makes it false.
_SURELY: Mapping[Relation, str] = {
    ">=": "3 if s{low} >= {bound} else 0 if s{high} < {bound} else 1",
    ">": "3 if s{low} > {bound} else 0 if s{high} <= {bound} else 1",
    "<=": "3 if s{high} <= {bound} else 0 if s{low} > {bound} else 1",
    "<": "3 if s{high} < {bound} else 0 if s{low} >= {bound} else 1",
}
_OPPOSITE = "(3, 1, 1, 0)[c{part}]"


@dataclass(frozen=True)
class Asked:
    """What is asked about a rule at a place, as conditions: whether it applies there, what it requires, what excuses it."""

    inner: Condition
    requires: Condition
    excused: Condition | None = None


class Place:
    """The rules that are judged on the project, or on an item of some lists: what they read, and their code."""

    def __init__(self, asked: Sequence[Asked], fields: Fields, more: Iterable[Condition] = ()) -> None:
        self.asked, self.fields = tuple(asked), fields
        self._numbers: dict[Condition, int] = {}
        # By identity, which is quicker to look up. The conditions are stored beside, so that no other can get the id of one.
        self._known: dict[int, tuple[int, Condition]] = {}
        self._lines: list[str] = []
        judged = [self._judged(each) for each in self.asked]
        for each in more:
            self._number(each)
        # The names are complete once every condition has been walked.
        self._slots = {name: slot for slot, name in enumerate(fields.names())}
        self.source = self._written(judged)
        self.numbers = {key: number for key, (number, _) in self._known.items()}

    @cached_property
    def run(self) -> Run:
        """The code: the values of `fields`, one argument each → the truth of every condition, and the outcome of every rule, as codes."""
        names: dict[str, Run] = {}
        exec(compile(self.source, "<edition>", "exec"), {"__builtins__": {}}, names)
        return names["run"]

    def _judged(self, asked: Asked) -> str:
        """The expression of a rule's outcome: the table of rules.md, “How a rule is judged”, as `exact.judge_one` has it."""
        inner, requires = self._number(asked.inner), self._number(asked.requires)
        otherwise = str(UNMET)
        if asked.excused is not None:
            otherwise = f"{EXCUSED} if c{self._number(asked.excused)} == {TRUE_FLAG} else {UNMET}"
        return (
            f"{NOT_APPLICABLE} if c{inner} == {FALSE_FLAG} else "
            f"{UNKNOWN} if c{inner} == {UNKNOWN_FLAG} or c{requires} == {UNKNOWN_FLAG} else "
            f"{MET} if c{requires} == {TRUE_FLAG} else {otherwise}"
        )

    def _number(self, condition: Condition) -> int:
        """The number of a condition; a new one gets the next, after those of its parts."""
        known = self._known.get(id(condition))
        if known is not None:
            return known[0]
        # Equal conditions have one number. Their parts are met again, as objects of their own.
        match condition:
            case And(parts) | Or(parts):
                written = self._joined(condition, [self._number(part) for part in parts])
            case Not(part):
                written = _OPPOSITE.format(part=self._number(part))
            case _:
                written = self._atom(condition)
        number = self._numbers.get(condition)
        if number is None:
            number = self._numbers[condition] = len(self._lines)
            self._lines.append(written)
        self._known[id(condition)] = number, condition
        return number

    def _joined(self, condition: Condition, parts: list[int]) -> str:
        every = isinstance(condition, And)
        if not parts:
            return str(TRUE_FLAG if every else FALSE_FLAG)
        return (" & " if every else " | ").join(f"c{part}" for part in parts)

    def _atom(self, condition: Condition) -> str:
        """The code of an atom, its fields by their names in braces: their numbers are not known yet."""
        match condition:
            case Constant(value):
                return str(TRUE_FLAG if value else FALSE_FLAG)
            case Flag(name):
                return f"{{{self.fields.flag(name)}}}"
            case Member(name, values, negated):
                field = self.fields.member(name)
                inside, outside = (FALSE_FLAG, TRUE_FLAG) if negated else (TRUE_FLAG, FALSE_FLAG)
                codes = [UNKNOWN_FLAG] * (UNKNOWN_CHOICE + 1)
                codes += [inside if choice in values else outside for choice in self.fields.choices[name]]
                return f"({', '.join(map(str, codes))})[{{{field}}}]"
            case Compare(_, relation, _):
                scaled = self.fields.compare(condition)
                return (
                    _SURELY[relation]
                    .replace("s{low}", f"{{{scaled.low}}}")
                    .replace("s{high}", f"{{{scaled.high}}}")
                    .replace("{bound}", str(scaled.bound))
                )
        raise AssertionError(condition)

    def _written(self, judged: Sequence[str]) -> str:
        slots = {name: f"s{slot}" for name, slot in self._slots.items()}
        lines = [
            f"def run({', '.join(slots.values())}):",
            *(f"    c{number} = {line.format_map(slots)}" for number, line in enumerate(self._lines)),
            f"    return ({_tuple(f'c{number}' for number in range(len(self._lines)))}), ({_tuple(judged)})",
        ]
        return "\n".join(lines) + "\n"


def _tuple(items: Iterable[str]) -> str:
    return "".join(f"{item}, " for item in items)


@dataclass(frozen=True)
class Heading:
    """A rule and a list: at the project's place it is asked whether the rule is judged on the list's items at all."""

    rule: Rule
    path: str

    def asked(self) -> Asked:
        """`met` says that it is judged on each item; anything else is what the list as a whole comes to."""
        return Asked(And((self.rule.outer, Flag(f"listed({self.path})"))), TRUE)


class Program:
    """An edition's places: the project, with its own rules and every heading; and each list, with the rules judged on its items."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.rules = tuple(rule for rule in ruleset.rules if not rule.each)
        self.headings = tuple(Heading(rule, path) for rule in ruleset.rules for path in rule.each)
        asked = [*(asked_of(rule) for rule in self.rules), *(each.asked() for each in self.headings)]
        self.project = Place(asked, _fields(ruleset, ()), self._of_project())
        self.of_list: dict[str, tuple[Rule, ...]] = {}
        for each in self.headings:
            self.of_list[each.path] = (*self.of_list.get(each.path, ()), each.rule)
        self.lists = {
            path: Place(
                [asked_of(rule) for rule in rules],
                _fields(ruleset, (path,)),
                (part for rule in rules for part in conjuncts(rule.applies)),
            )
            for path, rules in self.of_list.items()
        }

    def _of_project(self) -> Iterator[Condition]:
        """What else is asked of the project: the parts that words are made of, and what laws remind of."""
        for rule in self.ruleset.rules:
            yield rule.outer
            if not rule.each:
                yield rule.applies
        yield from (each.applies for each in self.ruleset.reminders)

    @cached_property
    def order(self) -> tuple[tuple[int, Rule, tuple[tuple[str, int, int], ...]], ...]:
        """The rules in the ruleset's order, each with the number of its outcome on the project, or for each of its lists the path,
        the number of its outcome on an item, and that of the heading on the project."""
        of_project = {rule.id: number for number, rule in enumerate(self.rules)}
        headings: dict[str, list[tuple[str, int, int]]] = {}
        for number, each in enumerate(self.headings, len(self.rules)):
            place = self.of_list[each.path].index(each.rule)
            headings.setdefault(each.rule.id, []).append((each.path, place, number))
        return tuple(
            (of_project.get(rule.id, -1), rule, tuple(headings.get(rule.id, ()))) for rule in self.ruleset.rules
        )


def asked_of(rule: Rule) -> Asked:
    """What is asked about a rule on the project or an item."""
    return Asked(rule.inner, rule.requires, rule.excused)


def _fields(ruleset: Ruleset, lists: Iterable[str]) -> Fields:
    choices = {name: entry.choices for name, entry in ruleset.fact_names(lists).items()}
    values = {name: each.value for name, each in ruleset.parameters.items() if each.value is not None}
    return Fields(values, choices, {name for name in values if ruleset.parameters[name].evidence != NUMERIC_EVIDENCE})


@lru_cache(maxsize=32)
def program_of(ruleset: Ruleset) -> Program:
    """The program of an edition, compiled once."""
    return Program(ruleset)
