"""The condition language (条件): parsed, three-valued, with its free names known.

Its grammar is a closed part of Python's expressions: `and`, `or`, `not`, comparisons, `in`, `+ - *`, names of facts, parameters
and terms, and `recorded(…)`, `held(…)`, `stated(…)`. A parsed condition is an immutable tree that every evaluator reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

from review.errors import Text
from review.law.forms import none_of
from review.quantities import read_decimal

Relation = Literal[">=", ">", "<=", "<"]
RELATIONS: dict[type[ast.cmpop], Relation] = {ast.GtE: ">=", ast.Gt: ">", ast.LtE: "<=", ast.Lt: "<"}
MOST_NESTED = 60
_CALLS = ("recorded", "held", "stated")


class ConditionError(ValueError):
    """A condition that cannot be read: `text` says what is wrong; `term` is the term in whose definition it is, if in one.

    The loader adds file and line.
    """

    def __init__(self, zh: str, en: str, term: str | None = None) -> None:
        self.text, self.term = Text(zh, en), term
        super().__init__(str(self.text))


@dataclass(frozen=True)
class Constant:
    """True or false, whatever the facts."""

    value: bool


@dataclass(frozen=True)
class Flag:
    """A fact that is true, false or unknown."""

    name: str


@dataclass(frozen=True)
class Member:
    """A choice that is (or is not) one of `values`."""

    name: str
    values: tuple[str, ...]
    negated: bool


@dataclass(frozen=True)
class Figure:
    """A figure by name: of the facts, or of the edition's parameters."""

    name: str
    parameter: bool


@dataclass(frozen=True)
class Number:
    """A number as the condition writes it."""

    value: Decimal


@dataclass(frozen=True)
class Arithmetic:
    """A sum, difference or product of two figures."""

    left: Expression
    operator: Literal["+", "-", "*"]
    right: Expression


@dataclass(frozen=True)
class Compare:
    """Two figures, and how the first is to stand to the second."""

    left: Expression
    relation: Relation
    right: Expression

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts that are compared, without repetition, in order."""
        return tuple(dict.fromkeys(facts_of(self.left) + facts_of(self.right)))


@dataclass(frozen=True)
class And:
    """All of the parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Or:
    """Any of the parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The opposite of the part."""

    part: Condition


Expression: TypeAlias = Figure | Number | Arithmetic
Atom: TypeAlias = Constant | Flag | Member | Compare
Condition: TypeAlias = Atom | And | Or | Not

TRUE = Constant(True)


@dataclass(frozen=True)
class Entry:
    """What a name means to a condition: its kind and, of a choice, what it can be."""

    kind: Literal["truth", "choice", "figure"]
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Names:
    """All that a condition may speak of: facts with their kinds, parameters, and terms with their definitions."""

    facts: Mapping[str, Entry]
    parameters: frozenset[str]
    terms: Mapping[str, str]


@lru_cache(maxsize=8192)
def parse(text: str, names: Names) -> Condition:
    """The condition that `text` writes, memoised. Raises ConditionError naming the word that is wrong."""
    return _Reader(text, names).read()


@lru_cache(maxsize=4096)
def _shared(condition: Condition) -> Condition:
    """The one condition that stands for all equal ones: what rules share is memoised for a subject (`exact.memoise`)."""
    return condition


@lru_cache(maxsize=4096)
def _tree(text: str) -> ast.Expression:
    """What a text is as Python, memoised: editions have most of their conditions in common, and nothing alters the tree.

    Raises RecursionError where it is nested so deep that what reads conditions, which goes down them by recursion, could not.
    """
    tree = ast.parse(text, mode="eval")
    level: list[ast.AST] = [tree]
    for _ in range(MOST_NESTED):
        level = [child for each in level for child in ast.iter_child_nodes(each)]
        if not level:
            return tree
    raise RecursionError


class _Reader:
    def __init__(self, text: str, names: Names, inside: tuple[str, ...] = ()) -> None:
        self.text, self.names, self.inside = text, names, inside

    def read(self) -> Condition:
        try:
            tree = _tree(self.text.strip())
        except RecursionError as error:
            raise ConditionError(
                f"“{self.text[:60]}…”嵌套超过 {MOST_NESTED} 层", f"{self.text[:60]!r} … is nested more than {MOST_NESTED} deep"
            ) from error  # fmt: skip
        except (SyntaxError, ValueError, MemoryError) as error:
            raise ConditionError(
                f"“{self.text}”不能读作条件", f"{self.text!r} cannot be read as a condition"
            ) from error
        self.text = self.text.strip()
        return self.condition(tree.body)

    def condition(self, node: ast.expr) -> Condition:
        return _shared(self.part(node))

    def part(self, node: ast.expr) -> Condition:
        match node:
            case ast.Constant(value=bool() as value):
                return Constant(value)
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.condition(value) for value in values)
                return And(parts) if isinstance(op, ast.And) else Or(parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.comparison(left, op, right)
            case ast.Name() | ast.Attribute() | ast.Call():
                return self.truth(node)
        raise _not_of_the_language(node)

    def term(self, name: str) -> Condition:
        """The definition of a term; what is wrong in it is said of the term."""
        try:
            return _Reader(self.names.terms[name], self.names, (*self.inside, name)).read()
        except ConditionError as error:
            raise ConditionError(error.text.zh, error.text.en, error.term or name) from error

    def truth(self, node: ast.expr) -> Condition:
        name = self.name(node)
        if name in self.names.terms:
            if name in self.inside:
                raise ConditionError(f"用语 {name} 以自身定义", f"the term {name!r} is defined by itself", name)
            return self.term(name)
        if self.entry(name).kind != "truth":
            raise ConditionError(
                f"{name} 本身没有真假，应与别的比较",
                f"{name!r} is not true or false by itself; compare it with something",
            )
        return Flag(name)

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        if type(op) in RELATIONS:
            return Compare(self.expression(left), RELATIONS[type(op)], self.expression(right))
        if not isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            raise ConditionError(
                f"{ast.unparse(left)} 的比较方式不可用",
                f"{ast.unparse(left)!r} is compared in a way the language does not have",
            )
        name = self.name(left)
        entry = self.entry(name)
        values = self.strings(right)
        if entry.kind != "choice":
            raise ConditionError(
                f"{name} 不是选项，不能与 {ast.unparse(right)} 比较",
                f"{name!r} is not a choice and cannot be compared with {ast.unparse(right)}",
            )
        for value in values:
            if value not in entry.choices:
                words = none_of(value, entry.choices)
                raise ConditionError(f"{name} 的取值{words.zh}", f"{name!r} is never {value!r}: {words.en}")
        return Member(name, values, isinstance(op, ast.NotEq | ast.NotIn))

    def figure(self, node: ast.Constant) -> Decimal | None:
        """The figure that a literal writes, read from its text, as exact as it is written; None where it writes none."""
        return read_decimal((ast.get_source_segment(self.text, node) or "").replace("_", ""))

    def expression(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant() if (figure := self.figure(node)) is not None:
                return Number(figure)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Arithmetic(Number(Decimal(0)), "-", self.expression(operand))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
                sign: Literal["+", "-", "*"] = (
                    "+" if isinstance(op, ast.Add) else "-" if isinstance(op, ast.Sub) else "*"
                )
                product = Arithmetic(self.expression(left), sign, self.expression(right))
                if sign == "*" and facts_of(product.left) and facts_of(product.right):
                    raise ConditionError(
                        f"{ast.unparse(node)} 是两个事实相乘；事实只能乘以数值和参数",
                        f"{ast.unparse(node)!r} multiplies two facts; a fact is multiplied by numbers and parameters only",
                    )
                return product
            case ast.Name() | ast.Attribute():
                name = self.name(node)
                if name in self.names.parameters:
                    return Figure(name, parameter=True)
                if self.entry(name).kind != "figure":
                    raise ConditionError(f"{name} 不是数值", f"{name!r} is not a figure")
                return Figure(name, parameter=False)
        raise _not_of_the_language(node)

    def strings(self, node: ast.expr) -> tuple[str, ...]:
        match node:
            case ast.Constant(value=str() as value):
                return (value,)
            case ast.Tuple(elts=elements) if elements:
                return tuple(value for element in elements for value in self.strings(element))
        raise ConditionError(
            f"{ast.unparse(node)} 应为引号内的词，或括号内的若干词",
            f"{ast.unparse(node)!r} should be a word in quotation marks, or several in brackets",
        )

    def name(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=word):
                return word
            case ast.Attribute(value=value, attr=word):
                return f"{self.name(value)}.{word}"
            case ast.Call(func=ast.Name(id=word), args=[argument], keywords=[]) if word in _CALLS:
                return f"{word}({self.name(argument)})"
        raise ConditionError(f"{ast.unparse(node)} 不是名称", f"{ast.unparse(node)!r} is not a name")

    def entry(self, name: str) -> Entry:
        entry = self.names.facts.get(name)
        if entry is None:
            words = none_of(name, (*self.names.facts, *self.names.parameters, *self.names.terms))
            raise ConditionError(f"没有这个名称：{words.zh}", f"unknown name: {words.en}")
        return entry


def _not_of_the_language(node: ast.expr) -> ConditionError:
    words = ast.unparse(node)
    return ConditionError(f"“{words}”不属于条件语言", f"{words!r} is not part of the condition language")


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom of a condition, left to right."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield condition


def facts_of(expression: Expression) -> tuple[str, ...]:
    """The facts an expression reads, parameters aside."""
    match expression:
        case Figure(name, False):
            return (name,)
        case Arithmetic(left, _, right):
            return facts_of(left) + facts_of(right)
    return ()


def parameters_of(expression: Expression) -> tuple[str, ...]:
    """The parameters an expression reads."""
    match expression:
        case Figure(name, True):
            return (name,)
        case Arithmetic(left, _, right):
            return parameters_of(left) + parameters_of(right)
    return ()


@lru_cache(maxsize=4096)
def free_names(condition: Condition) -> tuple[str, ...]:
    """The facts a condition reads, without repetition, in order."""
    names: dict[str, None] = {}
    for atom in atoms(condition):
        match atom:
            case Flag(name) | Member(name):
                names[name] = None
            case Compare(left, _, right):
                names.update(dict.fromkeys(facts_of(left) + facts_of(right)))
    return tuple(names)


def parameters_read(condition: Condition) -> tuple[str, ...]:
    """The parameters a condition reads, without repetition, in order."""
    compares = [atom for atom in atoms(condition) if isinstance(atom, Compare)]
    return tuple(
        dict.fromkeys(name for atom in compares for side in (atom.left, atom.right) for name in parameters_of(side))
    )


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must all be true; of anything but a conjunction, itself alone."""
    if isinstance(condition, And):
        return tuple(each for part in condition.parts for each in conjuncts(part))
    return () if condition == TRUE else (condition,)


def conjunction(parts: tuple[Condition, ...]) -> Condition:
    """All of `parts` together; of none, true."""
    return TRUE if not parts else parts[0] if len(parts) == 1 else And(parts)


def linear(
    expression: Expression, parameters: Mapping[str, Decimal]
) -> tuple[tuple[tuple[str, Decimal], ...], Decimal]:
    """The expression as facts with what each is multiplied by, and a constant, parameters folded in; exact under `quantities.exact()`.

    A fact that stands twice is there twice: of an interval less itself not even the sign is known.
    """
    match expression:
        case Number(value):
            return (), value
        case Figure(name, True):
            return (), parameters[name]
        case Figure(name, False):
            return ((name, Decimal(1)),), Decimal(0)
        case Arithmetic(left, operator, right):
            a, a0 = linear(left, parameters)
            b, b0 = linear(right, parameters)
            if operator == "*":
                scale, of, constant = (a0, b, b0) if not a else (b0, a, a0)
                return tuple([(name, scale * factor) for name, factor in of]), scale * constant
            sign = Decimal(1 if operator == "+" else -1)
            return (*a, *((name, sign * factor) for name, factor in b)), a0 + sign * b0
    raise AssertionError(expression)
