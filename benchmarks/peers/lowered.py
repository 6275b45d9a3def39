"""From the product's parsed conditions to a peers' program, and from its facts to rows.

Comparisons are on the same grid as in the product's own rules engine, so that whole numbers decide them exactly; what that engine's evaluator
works out within its own time is here given to the peers ready made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from benchmarks.peers.program import (
    BOUND,
    EXCUSED,
    GRID,
    MET,
    NOT_APPLICABLE,
    NOT_JUDGED,
    PROJECT,
    UNKNOWN,
    UNMET,
    All,
    Always,
    Answer,
    Column,
    End,
    Head,
    Is,
    Judged,
    NoneOf,
    OneOf,
    Program,
    Row,
    Sheet,
    Side,
    Some,
    Test,
    Value,
    simplified,
)
from review.evaluation.exact import PROJECT as WHOLE
from review.evaluation.exact import Outcomes, Scope, Subject, judge
from review.facts import Case, Facts, build_facts
from review.law.conditions import And, Compare, Condition, Constant, Flag, Member, Not, Or, linear
from review.law.conditions import Expression as Expression_
from review.law.edition import Rule, Ruleset
from review.law.vocabulary import LISTS
from review.quantities import Range, exact

CODES = {"not_applicable": NOT_APPLICABLE, "met": MET, "unmet": UNMET, "excused": EXCUSED, "unknown": UNKNOWN}
Reader = Callable[[Scope], Value]


class Lowering:
    """An edition's program, and the readers of its columns."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.parameters = {name: each.value for name, each in ruleset.parameters.items() if each.value is not None}
        self.readers: dict[str, dict[str, tuple[Column, Reader]]] = {place: {} for place in (PROJECT, *LISTS)}
        with exact():
            project = tuple(_Table(self, PROJECT).rule(rule) for rule in ruleset.rules if not rule.each)
            # In the order of the product's own program, so that both are dispatched alike.
            heads = tuple(_Table(self, PROJECT).head(rule, path) for rule in ruleset.rules for path in rule.each)
            items = {
                path: tuple(_Table(self, path).rule(rule) for rule in ruleset.rules if path in rule.each)
                for path in LISTS
            }
        columns = {place: tuple(column for column, _ in found.values()) for place, found in self.readers.items()}
        self.program = Program(project, heads, {path: rules for path, rules in items.items() if rules}, columns)

    def sheet(self, name: str, case: Case, facts: Facts) -> Sheet:
        """A sheet's facts as rows of the program's columns."""
        scope = Scope(case, facts)
        with exact():
            items = {
                path: [self._row(path, scope.at(Subject(path, index))) for index in range(len(facts.items[path] or ()))]
                for path in self.program.items
            }
            return Sheet(name, self._row(PROJECT, scope), items)

    def _row(self, place: str, scope: Scope) -> Row:
        return {name: read(scope) for name, (_, read) in self.readers[place].items()}

    def answer(self, outcomes: Outcomes, facts: Facts) -> Answer:
        """The outcomes of the exact evaluator in the order of the program."""
        project = [CODES[outcomes[rule.id, WHOLE]] for rule in self.program.project]
        judged: dict[tuple[str, str], bool] = {}
        for head in self.program.heads:
            whole = outcomes.get((head.id, Subject(head.path)))
            judged[head.id, head.path] = whole is None
            project.append(MET if whole is None else CODES[whole])
        items = {
            path: [
                [
                    CODES[outcomes[rule.id, Subject(path, index)]] if judged[rule.id, path] else NOT_JUDGED
                    for rule in rules
                ]
                for index in range(len(facts.items[path] or ()))
            ]
            for path, rules in self.program.items.items()
        }
        return Answer(project, items)


def lowered_sheets(
    lowering: Lowering, cases: Iterable[tuple[str, Case]]
) -> tuple[list[Sheet], list[Answer], list[Facts]]:
    """The rows, the answers of `exact.py` and the facts of some cases."""
    sheets, answers, every = list[Sheet](), list[Answer](), list[Facts]()
    with exact():
        for name, case in cases:
            facts = build_facts(case)
            every.append(facts)
            sheets.append(lowering.sheet(name, case, facts))
            answers.append(lowering.answer(judge(case, facts, case.ruleset), facts))
    return sheets, answers, every


def tests_of(lowering: Lowering, place: str, condition: Condition) -> tuple[Test, Test]:
    """The tests that make a condition of a table surely true, and surely false."""
    table = _Table(lowering, place)
    with exact():
        return simplified(table.test(condition, True)), simplified(table.test(condition, False))


class _Table:
    """The conditions over one table of rows: of the project, or of a list's items."""

    def __init__(self, lowering: Lowering, place: str) -> None:
        self.lowering, self.place, self.columns = lowering, place, lowering.readers[place]
        self.choices: Mapping[str, Any] = lowering.ruleset.fact_names((place,) if place else ())

    def rule(self, rule: Rule) -> Judged:
        applies, requires = rule.inner, rule.requires
        excused = self.test(rule.excused, True) if rule.excused else Always(False)
        tests = (
            self.test(applies, False),
            self.test(applies, True),
            self.test(requires, True),
            self.test(requires, False),
            excused,
        )
        return Judged(rule.id, *(simplified(test) for test in tests))

    def head(self, rule: Rule, path: str) -> Head:
        def listed(scope: Scope) -> Value:
            value = scope.facts.listed(path).value
            return value if isinstance(value, bool) else None

        name = self.add(f"listed_{path}", "truth", listed)
        never, judged = (
            Some((self.test(rule.outer, False), Is(name, False))),
            All((self.test(rule.outer, True), Is(name, True))),
        )
        return Head(rule.id, path, simplified(never), simplified(judged))

    def test(self, condition: Condition, wanted: bool) -> Test:
        """The tests that make a condition surely what is wanted."""
        match condition:
            case Constant(value):
                return Always(value is wanted)
            case Flag(name):
                return Is(self.add(name, "truth", lambda scope: _truth(scope.fact(name).value)), wanted)
            case Member(name, values, negated):
                column = self.add(name, "choice", lambda scope: _choice(scope.fact(name).value), self.choices_of(name))
                return OneOf(column, values) if wanted is not negated else NoneOf(column, values)
            case Compare():
                return self.compare(condition, wanted)
            case Not(part):
                return self.test(part, not wanted)
            case And(parts):
                tests = tuple(self.test(part, wanted) for part in parts)
                return All(tests) if wanted else Some(tests)
            case Or(parts):
                tests = tuple(self.test(part, wanted) for part in parts)
                return Some(tests) if wanted else All(tests)

    def choices_of(self, name: str) -> tuple[str, ...]:
        return tuple(self.choices[name].choices)

    def compare(self, atom: Compare, wanted: bool) -> End:
        """A comparison: surely true by one end of the difference, surely false by the other."""
        left, right = self.linear(atom.left), self.linear(atom.right)
        names = dict.fromkeys((*left[0], *right[0]))
        terms = {name: left[0].get(name, Decimal(0)) - right[0].get(name, Decimal(0)) for name in names}
        constant, above = left[1] - right[1], atom.relation in (">=", ">")
        bound, single = -constant * GRID, list(terms.values()) == [Decimal(1)]
        floor = atom.relation in (">=", "<")
        end = "low" if above is wanted else "high"
        if single and bound == bound.to_integral_value():
            stem, constant, whole = next(iter(terms)), Decimal(0), int(bound)
        else:
            stem, whole = " and ".join(f"{factor} {name}" for name, factor in terms.items()) + f" {constant}", 0
            stem = f"excess {stem.replace('-', 'minus ').replace('.', ' ')}"
        column = self.add(f"{stem} {end}{'' if floor else ' upwards'}", "end", _grid(terms, constant, end, floor))
        opposite = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
        relation = atom.relation if wanted else opposite[atom.relation]
        other = "high" if end == "low" else "low"
        return End(column, relation, whole, self.side(left, end), self.side(right, other))  # type: ignore[arg-type]

    def linear(self, expression: Expression_) -> tuple[dict[str, Decimal], Decimal]:
        terms, constant = linear(expression, self.lowering.parameters)
        if len({name for name, _ in terms}) < len(terms):
            raise ValueError("a fact stands twice in a comparison, which the peers' columns do not tell apart")
        return {name: factor for name, factor in terms if factor}, constant

    def side(self, side: tuple[dict[str, Decimal], Decimal], end: str) -> Side:
        terms, other = list[tuple[Decimal, str]](), "high" if end == "low" else "low"
        for name, factor in side[0].items():
            which = end if factor > 0 else other
            terms.append((factor, self.add(f"{name} {which} exactly", "decimal", _exact_end(name, which))))
        return Side(tuple(terms), side[1])

    def add(self, name: str, kind: Any, read: Reader, choices: tuple[str, ...] = ()) -> str:
        column = re.sub(r"\W+", "_", name).strip("_")
        known = self.columns.setdefault(column, (Column(column, kind, choices), read))
        if known[0].kind != kind:
            raise ValueError(f"two columns of one name: {column}")
        return column


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _choice(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _grid(terms: Mapping[str, Decimal], constant: Decimal, end: str, floor: bool) -> Reader:
    rounding = ROUND_FLOOR if floor else ROUND_CEILING

    def read(scope: Scope) -> Value:
        whole = Range(constant, constant)
        for name, factor in terms.items():
            whole = whole + scope.fact(name).range * factor
        value = whole.low if end == "low" else whole.high
        if value is None:
            return -BOUND if end == "low" else BOUND
        return max(-BOUND, min(BOUND, int((value * GRID).to_integral_value(rounding=rounding))))

    return read


def _exact_end(name: str, end: str) -> Reader:
    def read(scope: Scope) -> Value:
        value = scope.fact(name).range
        return value.low if end == "low" else value.high

    return read
