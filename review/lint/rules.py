"""Rules validated by their words (规则的检查): forces, names, units, directions, figures in conditions, conditions that can never apply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from review.errors import Fault, Text, joined
from review.evaluation.normal_form import FLAGS, Fields, Mode, alternatives, both
from review.evaluation.sizes import Choices, Parameters, read_by
from review.facts.energy import RANKS
from review.law.conditions import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Expression,
    Figure,
    Number,
    atoms,
    facts_of,
)
from review.law.edition import PIECE, PIECES_SINCE, PLACEHOLDER, Rule, Ruleset, placeholders
from review.law.forms import none_of
from review.law.prose import tables_of_rule
from review.law.shown_days import days_for, shown_texts
from review.law.vocabulary import ITEM
from review.terms import FORCES, STATUSES

FORCE_OF_WORDS = {
    "mandatory": ("应", "须", "需", "严格", "严禁", "依法不予", "不得"),
    "in_principle": ("原则上",),
    "encouraged": ("鼓励", "推广", "推动", "探索"),
    "guidance": ("指导", "加强", "基本完成", "逐步", "限制"),
}
# Words that contain a force word without its force: 供应, 应用, 需求 …
_INNOCENT = ("供应", "应用", "相应", "需求", "适应", "反应", "响应", "效应", "应急", "对应")
# Whoever is told that such a rule is not met is told what to do.
_MET_WITH_REMEDY = ("mandatory", "in_principle")
_WORDS = ("observed", "required", "gap", "unit", "name")
# Figures that a condition may write itself, beside the places of a rank. Every other one is a parameter with its source.
_LITERALS = (Decimal(0), Decimal(1))
_PLACES = frozenset(map(Decimal, RANKS.values()))
# What a message says of a figure that is met, and of one that is not, where more is asked for and where less is.
_MET = {">": ("不少于", "不低于", "不小于"), "<": ("不高于", "不超过", "不大于")}
_UNMET = {">": ("少于", "低于"), "<": ("高于", "超过", "超出")}
# Conditions, each with what it is to be.
Wanted = tuple[tuple[Condition, Mode], ...]
_UNITS = {"standard rack": "个", "个标准机架": "个"}


def rule_faults(ruleset: Ruleset, lines: Mapping[str, str]) -> Iterator[Fault]:
    """Every fault of an edition's rules; `lines` says where each rule, and each key of it, stands."""
    return RuleInspection().faults(ruleset, lines)


class RuleInspection:
    """The rules of editions that come one after the other. Most of them stay: what was without fault is not inspected again beside the same names and figures."""

    def __init__(self) -> None:
        self._before: Ruleset | None = None
        self._sound: dict[str, Rule] = {}

    def faults(self, ruleset: Ruleset, lines: Mapping[str, str]) -> Iterator[Fault]:
        """As of `rule_faults`, but for what was told of the editions before."""
        if self._before is None or not _keeps_names(self._before, ruleset):
            self._sound = {}
        self._before = ruleset
        # The facts and days that words can speak of, once for all the rules on the same lists.
        shown = {
            lists: dict.fromkeys((*days_for(lists), *ruleset.fact_names(lists)))
            for lists in {rule.each for rule in ruleset.rules}
        }
        for rule in ruleset.rules:
            if self._sound.pop(rule.id, None) != rule:
                found = list(_Rule(rule, ruleset, lines, shown[rule.each]).faults())
                yield from found
                if found:
                    continue
            self._sound[rule.id] = rule
        given = [rule for rule in ruleset.rules if rule.gives]
        for rule in given[1:]:
            yield Fault(lines.get(f"{rule.id}.gives", rule.id), Text(
                f"{rule.gives} 已由规则 {given[0].id} 给出", f"{rule.gives} is given by the rule {given[0].id} already"))  # fmt: skip


def _keeps_names(before: Ruleset, now: Ruleset) -> bool:
    """Whether all that a rule can name is in an edition as it was in the one before; it may have more."""
    return (
        before.vocabulary is now.vocabulary
        and before.findings == now.findings
        and before.keys == now.keys
        and before.parameters.items() <= now.parameters.items()
        and before.content["tables"].keys() <= now.content["tables"].keys()
    )


class _Rule:
    """One rule of an edition under inspection."""

    def __init__(self, rule: Rule, ruleset: Ruleset, lines: Mapping[str, str], shown: Mapping[str, None]) -> None:
        self.rule, self.ruleset, self.lines, self.shown = rule, ruleset, lines, shown

    def fault(self, zh: str, en: str, key: str = "") -> Fault:
        """A fault of the rule, at the line of its `key` where it has one."""
        rule = self.rule.id
        return Fault(self.lines.get(f"{rule}.{key}", self.lines.get(rule, rule)), Text(f"{rule} {zh}", f"{rule} {en}"))

    def faults(self) -> Iterator[Fault]:
        yield from self.forces()
        yield from self.names()
        yield from self.conditions()
        yield from self.directions()
        yield from self.units()
        if never(self.rule, self.ruleset):
            yield self.fault("的适用条件永不成立", "can never apply", "applies")
        elif never(self.rule, self.ruleset, fails=True):
            yield self.fault(
                "的要求总是满足，永不会不符合", "requires what is always so: it can never fail", "requires"
            )
        if self.rule.excused is not None and always(self.rule.excused, self.rule, self.ruleset):
            yield self.fault("的 excused 总是成立，永不会不符合", "is always excused: it can never fail", "excused")
        if self.rule.remedy is None and self.rule.force in _MET_WITH_REMEDY:
            yield self.fault(
                "缺少 remedy：不符合时应写明怎样办", "lacks a remedy: what is to be done where it is not met"
            )
        for table in tables_of_rule(self.rule, self.ruleset):
            if table not in self.ruleset.content["tables"]:
                yield self.fault(f"所依据的表 {table} 不存在", f"reads the table {table}, which the edition lacks")

    def forces(self) -> Iterator[Fault]:
        """A quote that contains another force's word needs a note; what is left after the plan is no more than what was."""
        rule = self.rule
        quotes = [each.quote or "" for each in rule.citations if each.clause]
        words = list(dict.fromkeys(word for quote in quotes for word in _other_force(rule.force, quote)))
        if words and rule.force_basis is None and rule.force != rule.after_plan:
            named = joined(words)
            yield self.fault(
                f"效力为 {rule.force}，引文却含“{named.zh}”，须写 force_basis 说明",
                f"is {rule.force} but its quote says {named.en}: give a force_basis note", "force",
            )  # fmt: skip
        if rule.after_plan and FORCES.index(rule.after_plan) < FORCES.index(rule.force):
            yield self.fault(
                "的 after_plan 不能比 force 更强", "has an after_plan that is more than its force", "after_plan"
            )

    def names(self) -> Iterator[Fault]:
        """Placeholders and statuses of its words that do not exist."""
        rule = self.rule
        texts_shown = shown_texts() if self.ruleset.findings >= PIECES_SINCE else ()
        known = (_WORDS, self.ruleset.parameters, self.shown, texts_shown)
        texts = {**{f"messages.{key}": text for key, text in rule.messages.items()}, "remedy": rule.remedy}
        for key, text in texts.items():
            names = placeholders(text) if text else ()
            for name in sorted(name for name in names if not any(name in each for each in known)):
                words = none_of(name, chain.from_iterable(known))
                yield self.fault(
                    f"的文字引用未知名称 {{{name}}}：{words.zh}", f"uses an unknown name {{{name}}} in its words: {words.en}",
                    key.partition(".")[0],
                )  # fmt: skip
        for name in rule.shows:
            if name not in self.shown:
                words = none_of(name, self.shown)
                yield self.fault(f"的 shows：{words.zh}", f"shows an unknown name: {words.en}", "shows")
        for key, text in texts.items():
            if text and not all(map(_braces_are_pairs, (text.zh, text.en))):
                yield self.fault(
                    "的文字中有没有成对的花括号：占位应写作 {名称}",
                    "has a brace in its words that is part of no placeholder: it should be {name}", key.partition(".")[0],
                )  # fmt: skip
            if text and self.ruleset.findings >= PIECES_SINCE and not all(map(_pieces_are_whole, (text.zh, text.en))):
                yield self.fault(
                    "的文字中的可省部分应写作 [[含占位的文字]] 或 [[含占位的文字||未载明时的文字]]",
                    "has a piece of words that should be [[words with a placeholder]] or [[words with a placeholder||words for what is not known]]",
                    key.partition(".")[0],
                )  # fmt: skip
        for key, text in (("title", rule.title), ("commitment", rule.commitment), ("note", rule.note)):
            if text and any(mark in part for part in (text.zh, text.en) for mark in "{}"):
                yield self.fault(
                    f"的 {key} 有花括号：这里不填数值", f"has a brace in its {key}, where no figure is filled in", key
                )
        for status in rule.messages:
            if status not in STATUSES:
                words = none_of(status, STATUSES)
                yield self.fault(
                    f"的 messages：{words.zh}", f"has messages for an unknown status: {words.en}", "messages"
                )

    def conditions(self) -> Iterator[Fault]:
        """Figures that a condition writes itself, and boundaries that are not those of the words it rests on."""
        for key, condition in self.parts():
            for atom in atoms(condition):
                if isinstance(atom, Compare):
                    if atom.left == atom.right:
                        yield self.fault(
                            f"的 {key} 把同一数值与自身比较", f"compares a figure with itself in {key}", key
                        )
                    numbers = () if self.of_rank(atom) else (*_numbers(atom.left), *_numbers(atom.right))
                    for number in dict.fromkeys(each for each in numbers if each not in _LITERALS):
                        yield self.fault(
                            f"的 {key} 写有数值 {number}：数值应写入参数，注明来源",
                            f"writes the figure {number} in {key}: a figure is a parameter with its source", key,
                        )  # fmt: skip
                    yield from self.boundary(key, atom)

    def of_rank(self, atom: Compare) -> bool:
        """Whether a rank is compared with one of its places: a rank is a derived figure of the project that is measured in nothing."""
        fact = next((each for each in (atom.left, atom.right) if isinstance(each, Figure) and not each.parameter), None)
        number = next((each for each in (atom.left, atom.right) if isinstance(each, Number)), None)
        if fact is None or number is None or fact.name.startswith(ITEM):
            return False
        vocabulary = self.ruleset.vocabulary
        ranked = vocabulary.derived(fact.name) and vocabulary.described(fact.name)[1] is None
        return ranked and number.value in _PLACES

    def parts(self) -> tuple[tuple[str, Condition], ...]:
        rule = self.rule
        excused = () if rule.excused is None else (("excused", rule.excused),)
        return (("applies", And((rule.outer, rule.inner))), ("requires", rule.requires), *excused)

    def boundary(self, key: str, atom: Compare) -> Iterator[Fault]:
        """“大于 5” and 以上 5 are not the same: the quote says whether the figure itself is included."""
        for figure in (atom.left, atom.right):
            if not (isinstance(figure, Figure) and figure.parameter):
                continue
            text = re.escape(self.ruleset.parameters[figure.name].text)
            for citation in self.rule.citations:
                quote = (citation.quote or "") if citation.clause else ""
                beyond = re.search(rf"(?<!不)(大于|高于|超过)\s*{text}(?![\d.])", quote)
                included = re.search(rf"(?<![\d.]){text}\D{{0,10}}以上", quote)
                if (beyond and atom.relation == ">=") or (included and atom.relation == ">"):
                    yield self.fault(
                        f"的 {key} 用 {atom.relation}，与引文“{quote}”的界限不一致",
                        f"has {atom.relation} in {key}, which is not the boundary of the quote “{quote}”", key,
                    )  # fmt: skip

    def directions(self) -> Iterator[Fault]:
        """Messages that speak of more where the condition asks for less, or the other way round."""
        compared = self.rule.compared
        if compared is None:
            return
        asks = compared.relation[0]
        other = "<" if asks == ">" else ">"
        for status, text in self.rule.messages.items():
            words = _MET[other] if status == "pass" else _UNMET[other] if status in ("fail", "attention") else ()
            wrong = [word for word in words if re.search(rf"(?<![不未应须]){word}", text.zh)]
            if wrong and self.rule.figure != "applies":
                yield self.fault(
                    f"的条件为 {compared.relation}，{status} 的文字却说“{wrong[0]}”",
                    f"compares by {compared.relation}, but its words for {status} say {wrong[0]}", "messages",
                )  # fmt: skip

    def units(self) -> Iterator[Fault]:
        """The rule's unit, and that of a parameter, beside those of the facts they are compared with."""
        rule = self.rule
        for key, condition in self.parts():
            for atom in atoms(condition):
                if isinstance(atom, Compare):
                    yield from self.compared_units(key, atom)
        if rule.unit and rule.compared is not None:
            facts = (*facts_of(rule.compared.left), *facts_of(rule.compared.right))
            units = {unit for name in facts if (unit := self.unit_of(name)) is not None}
            if units and _plain(rule.unit) not in units:
                said = joined(sorted(units))
                yield self.fault(f"的单位 {rule.unit} 与所比较数值的单位 {said.zh} 不符", f"has the unit {rule.unit}, its figures are in {said.en}", "unit")  # fmt: skip

    def compared_units(self, key: str, atom: Compare) -> Iterator[Fault]:
        sides = (atom.left, atom.right)
        for mine, other in (sides, sides[::-1]):
            if isinstance(mine, Figure) and isinstance(other, Figure) and other.parameter and not mine.parameter:
                wanted, found = self.unit_of(mine.name), _plain(self.ruleset.parameters[other.name].unit)
                if wanted is not None and found != wanted:
                    yield self.fault(
                        f"的 {key} 把 {mine.name}（{wanted}）与参数 {other.name}（{found or '无单位'}）比较：单位不符",
                        f"compares {mine.name} ({wanted}) with the parameter {other.name} ({found or 'no unit'}): the units differ", key,
                    )  # fmt: skip

    def unit_of(self, name: str) -> str | None:
        """The unit of a fact; None where it has none of its own, as a product's level has that of its row."""
        path = self.rule.each[0] if self.rule.each else None
        unit = self.ruleset.vocabulary.described(name, path)[1]
        return _plain(unit) if unit and unit != "表列单位" else None


def _plain(unit: str) -> str:
    """A unit without the year that amounts of a year may leave out."""
    bare = unit.removesuffix("/a").removesuffix("/年")
    return _UNITS.get(bare, bare)


def _numbers(expression: Expression) -> Iterator[Decimal]:
    match expression:
        case Number(value):
            yield value
        case Arithmetic(left, _, right):
            yield from _numbers(left)
            yield from _numbers(right)


def _other_force(force: str, quote: str) -> Iterator[str]:
    for word in _INNOCENT:
        quote = quote.replace(word, "")
    for other, words in FORCE_OF_WORDS.items():
        if other != force:
            yield from (word for word in words if word in quote)


def never(rule: Rule, ruleset: Ruleset, *, fails: bool = False) -> bool:
    """Whether no facts whatever make a rule apply (with `fails`: apply and not be met), as its conditions contradict each other."""
    applies: Wanted = ((rule.applies, "true"),)
    return not _can_be((*applies, (rule.requires, "false")) if fails else applies, rule, ruleset)


def always(condition: Condition, rule: Rule, ruleset: Ruleset) -> bool:
    """Whether no facts whatever make a condition of a rule false."""
    return not _can_be(((condition, "false"),), rule, ruleset)


def _can_be(wanted: Wanted, rule: Rule, ruleset: Ruleset) -> bool:
    return _satisfied(wanted, *read_by(ruleset, (condition for condition, _ in wanted), rule.each))


@lru_cache(maxsize=4096)
def _satisfied(wanted: Wanted, parameters: Parameters, choices: Choices) -> bool:
    """Whether any facts make each condition what is wanted of it; memoised, as most editions ask most things in the same words."""
    fields = Fields(dict(parameters), dict(choices))
    found = both(*(alternatives(condition, mode, fields) for condition, mode in wanted))
    return any(_satisfiable(each, fields) for each in found)


def _satisfiable(conjunction: Iterable[tuple[str, str, int]], fields: Fields) -> bool:
    sizes = {field: len(fields.choices[name]) for name, field in fields.members.items()}
    figures = {low[1:]: (ends.terms, ends.constant) for ends, (low, _) in fields.ends.items()}
    low: dict[object, tuple[int, bool]] = {}
    high: dict[object, tuple[int, bool]] = {}
    allowed: dict[str, set[int]] = {}
    for field, operator, value in conjunction:
        if operator in ("$eq", "$neq"):
            every = allowed.setdefault(field, set(range(sizes[field] + 1)) if field in sizes else set(FLAGS))
            every &= {value} if operator == "$eq" else every - {value}
        elif operator in ("$gte", "$gt"):
            low[figures[field[1:]]] = max(low.get(figures[field[1:]], (-(10**30), False)), (value, operator == "$gt"))
        else:
            # Of two upper bounds the smaller binds; of equal ones the strict one.
            bound = (value, operator == "$lt")
            high[figures[field[1:]]] = min(
                high.get(figures[field[1:]], bound), bound, key=lambda each: (each[0], not each[1])
            )
    return all(allowed.values()) and all(_room(low[figure], high[figure]) for figure in low if figure in high)


def _room(low: tuple[int, bool], high: tuple[int, bool]) -> bool:
    return low[0] < high[0] or (low[0] == high[0] and not low[1] and not high[1])


@lru_cache(maxsize=4096)
def _braces_are_pairs(words: str) -> bool:
    """Whether each brace of words is part of a placeholder."""
    return not any(mark in PLACEHOLDER.sub("", words) for mark in "{}")


@lru_cache(maxsize=4096)
def _pieces_are_whole(words: str) -> bool:
    """Whether each piece of words that may fall away is closed, holds no other and names something."""
    pieces = list(PIECE.finditer(words))
    marks = ("[[", "]]", "||")
    parts = (PIECE.sub("", words), *(part or "" for each in pieces for part in each.groups()))
    return all(PLACEHOLDER.search(each[1]) for each in pieces) and not any(
        mark in part for part in parts for mark in marks
    )
