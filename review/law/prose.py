"""Rules read aloud (规则通读): a rule's logic, figures and words as a reader would say them, without a project's figures.

Facts are named by their labels, terms are expanded, parameters stand with value, unit and evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from review.errors import Text
from review.law.conditions import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Constant,
    Expression,
    Figure,
    Flag,
    Member,
    Not,
    Number,
    Or,
    free_names,
    parameters_read,
)  # fmt: skip
from review.law.edition import PIECE, Rule, Ruleset
from review.law.names import Declaration, Vocabulary
from review.law.shown_days import shown_days, shown_texts
from review.law.tables import parameter_words
from review.quantities import plain
from review.sheet import describe
from review.terms import EVIDENCE_WORDS, TRUTH_WORDS

_RELATIONS = {
    ">=": Text("不低于", "is at least"), ">": Text("高于", "is more than"), "<=": Text("不高于", "is at most"), "<": Text("低于", "is less than"),
}  # fmt: skip
_SIGNS = {"+": "+", "-": "−", "*": "×"}
_CALLS = (
    ("recorded(", "有文件依据", "is documented"),
    ("held(", "已取得", "is held"),
    ("stated(", "已填报", "is stated"),
)
_GATES = {
    ".satisfied": Text("：符合，且有文件依据", " is so and documented"),
    ".marked_not_applicable": Text("：填为不适用", " is stated not to apply"),
}
_SLOTS = {
    "observed": Text("实际值", "the figure found"), "required": Text("要求值", "the figure required"), "gap": Text("差额", "the gap"),
    "unit": Text("单位", "unit"), "name": Text("名称", "its name"),
}  # fmt: skip
# Units that are words of one language; the others are signs that both have.
_UNITS = {
    "个": Text("个", "units"), "万元": Text("万元", "10,000 yuan"), "万元/年": Text("万元/年", "10,000 yuan a year"), "m³/年": Text("m³/年", "m³ a year"),
    "standard rack": Text("个标准机架", "standard racks"), "m³ per 10⁴ yuan": Text("m³/万元", "m³ per 10,000 yuan"),
    "表列单位": Text("表列单位", "the unit of the table"), "of the stated total": Text("（占填报总量的比例）", "of the stated total"),
    "of the approved": Text("倍", "of the approved"),
}  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """A condition in words: what must be true, or the head of the `parts` that it is made of."""

    words: Text
    parts: tuple[Spoken, ...] = ()

    def all_words(self) -> Iterator[Text]:
        """Its words and those of its parts, in order."""
        yield self.words
        for part in self.parts:
            yield from part.all_words()


@dataclass(frozen=True)
class Recital:
    """A rule's logic in words: what it is judged on, when it applies, what it asks, and what excuses from it."""

    subjects: tuple[Text, ...]
    applies: Spoken
    requires: Spoken
    excused: Spoken | None


def recite(rule: Rule, ruleset: Ruleset) -> Recital:
    """The rule's logic in words."""
    teller = _Teller(rule.each[0] if rule.each else None, ruleset)
    return Recital(
        subjects=tuple(describe(path).label for path in rule.each),
        applies=teller.condition(_whole(rule)),
        requires=teller.condition(rule.requires, required=True),
        excused=teller.condition(rule.excused) if rule.excused is not None else None,
    )


def spoken(condition: Condition, ruleset: Ruleset) -> Spoken:
    """A condition on the project in words."""
    return _Teller(None, ruleset).condition(condition)


def parameters_of_rule(rule: Rule, ruleset: Ruleset) -> tuple[str, ...]:
    """The parameters that a rule's logic, or the facts it rests on, read."""
    conditions = _conditions(rule)
    direct = [name for each in conditions for name in parameters_read(each)]
    behind = [name for each in _declared(rule, ruleset) for name in (*each.reads.parameters, *each.reads.noted)]
    return tuple(name for name in dict.fromkeys((*direct, *behind)) if name in ruleset.parameters)


def tables_of_rule(rule: Rule, ruleset: Ruleset) -> tuple[str, ...]:
    """The tables whose rows a rule's facts are read from."""
    return tuple(dict.fromkeys(table for each in _declared(rule, ruleset) for table in each.reads.tables))


def template_words(template: Text, rule: Rule, ruleset: Ruleset) -> Text:
    """What a rule says to a person, with each figure's place named: `{observed}` → 〔实际值〕."""
    zh, en = (
        PIECE.sub(r"〔载明的：\1〕〔未载明的：\2〕", template.zh),
        PIECE.sub(r"[where known: \1][else: \2]", template.en),
    )
    zh, en = zh.replace("〔未载明的：〕", ""), en.replace("[else: ]", "")
    for name in sorted({*_SLOTS, *_names_of(template)}, key=len, reverse=True):
        words = _slot(name, rule, ruleset)
        zh, en = zh.replace(f"{{{name}}}", words.zh), en.replace(f"{{{name}}}", words.en)
    return Text(zh, en)


@lru_cache(maxsize=1024)
def fact_label(name: str, path: str | None, vocabulary: Vocabulary) -> Text:
    """A fact's name in words; `path`: the list that `item.` speaks of. `recorded(energy.guidance)` → “窗口指导记录…有文件依据”."""
    for call, zh, en in _CALLS:
        if name.startswith(call):
            inner = fact_label(name.removeprefix(call).removesuffix(")"), path, vocabulary)
            return Text(f"{inner.zh}{zh}", f"{inner.en} {en}")
    if name.startswith("eia.") and name.endswith(tuple(_GATES)):
        return fact_label(name.rsplit(".", 1)[0] + ".conforms", path, vocabulary)
    return vocabulary.described(name, path)[0]


def shown_label(name: str, rule: Rule, ruleset: Ruleset) -> Text:
    """A fact or day that the findings of a rule show, in words."""
    return (
        shown_days().get(name)
        or shown_texts().get(name)
        or fact_label(name, rule.each[0] if rule.each else None, ruleset.vocabulary)
    )


def choice_label(name: str, value: str, path: str | None, ruleset: Ruleset) -> Text:
    """A choice in words (`relocation` → 迁建)."""
    found = ruleset.vocabulary.find(name, path)
    if found is not None and found.rows_of is not None:
        row = ruleset.row(found.rows_of, value)
        return Text(row["name"] if row else value, value)
    words = (describe(ruleset.vocabulary.field(name, path)).choices or {}).get(value)
    return words if isinstance(words, Text) else Text(value, value)


def unit_words(unit: str | None) -> Text:
    """A unit in words, empty for none."""
    return _UNITS.get(unit or "") or Text(unit or "", unit or "")


def _whole(rule: Rule) -> Condition:
    parts = tuple(part for part in (rule.outer, rule.inner) if part != Constant(True))
    flat = tuple(each for part in parts for each in (part.parts if isinstance(part, And) else (part,)))
    return Constant(True) if not flat else flat[0] if len(flat) == 1 else And(flat)


def _conditions(rule: Rule) -> tuple[Condition, ...]:
    return (rule.outer, rule.inner, rule.requires, *((rule.excused,) if rule.excused is not None else ()))


def _declared(rule: Rule, ruleset: Ruleset) -> Iterator[Declaration]:
    """The declarations of the facts that a rule reads, in order."""
    path = rule.each[0] if rule.each else None
    for condition in _conditions(rule):
        for name in free_names(condition):
            found = ruleset.vocabulary.find(name, path)
            if found is not None:
                yield found


def _names_of(template: Text) -> set[str]:
    return {part.partition("}")[0] for words in (template.zh, template.en) for part in words.split("{")[1:]}


def _slot(name: str, rule: Rule, ruleset: Ruleset) -> Text:
    if name == "unit" and rule.unit:
        return unit_words(rule.unit)
    if name in ruleset.parameters:
        return Text(ruleset.parameters[name].text, ruleset.parameters[name].text)
    words = _SLOTS.get(name) or shown_label(name, rule, ruleset)
    return Text(f"〔{words.zh}〕", f"[{words.en}]")


@dataclass(frozen=True)
class _Teller:
    """Puts conditions into words: those of the items of a list (`path`), or of the project."""

    path: str | None
    ruleset: Ruleset

    def condition(self, condition: Condition, required: bool = False) -> Spoken:
        match condition:
            case And(parts) | Or(parts):
                every = isinstance(condition, And)
                head = (
                    Text("以下各项都成立", "all of these hold")
                    if every
                    else Text("以下至少一项成立", "at least one of these holds")
                )
                return Spoken(head, tuple(self.condition(part) for part in _flat(condition, parts)))
            case Not(part):
                inner = self.condition(part)
                if inner.parts:
                    return Spoken(Text("以下情形不成立", "this is not the case"), (inner,))
                return Spoken(Text(f"并非：{inner.words.zh}", f"not: {inner.words.en}"))
            case Constant(value):
                return Spoken(self.constant(value, required))
            case Flag(name):
                return Spoken(self.flag(name))
            case Member(name, values, negated):
                return Spoken(self.member(name, values, negated))
            case Compare(left, relation, right):
                sides, words = (self.side(left), self.side(right)), _RELATIONS[relation]
                return Spoken(Text(f"{sides[0].zh}{words.zh}{sides[1].zh}", f"{sides[0].en} {words.en} {sides[1].en}"))
        raise AssertionError(condition)

    def constant(self, value: bool, required: bool) -> Text:
        if required and not value:
            return Text(
                "凡适用的，都须由人核实或处理，没有可以自动满足的条件",
                "nothing meets it by itself: wherever it applies, a person is to look into it",
            )
        return Text("一律如此", "in every case") if value else Text("从不", "never")

    def flag(self, name: str) -> Text:
        words = fact_label(name, self.path, self.ruleset.vocabulary)
        for ending, more in _GATES.items():
            if name.startswith("eia.") and name.endswith(ending):
                return Text(f"{words.zh}{more.zh}", f"{words.en}{more.en}")
        if name.startswith(tuple(call for call, _, _ in _CALLS)):
            return words
        if self.ruleset.vocabulary.derived(name, self.path):
            return words
        yes = TRUTH_WORDS[True]
        return Text(f"“{words.zh}”为“{yes.zh}”", f"“{words.en}” is “{yes.en}”")

    def member(self, name: str, values: tuple[str, ...], negated: bool) -> Text:
        words, options = (
            fact_label(name, self.path, self.ruleset.vocabulary),
            [choice_label(name, value, self.path, self.ruleset) for value in values],
        )
        zh, en = "、".join(f"“{each.zh}”" for each in options), " or ".join(f"“{each.en}”" for each in options)
        if len(values) == 1:
            return Text(
                f"{words.zh}{'不是' if negated else '是'}{zh}", f"{words.en} {'is not' if negated else 'is'} {en}"
            )
        return Text(
            f"{words.zh}{'不是' if negated else '是'}{zh}之一",
            f"{words.en} is {'none' if negated else 'one'} of {en.replace(' or ', ', ')}",
        )

    def side(self, expression: Expression, inside: bool = False) -> Text:
        match expression:
            case Number(value):
                return Text(f" {plain(value)}", plain(value))
            case Figure(name, True):
                return self.parameter(name)
            case Figure(name, False):
                return self.figure(name)
            case Arithmetic(left, operator, right):
                a, b, sign = self.side(left, True), self.side(right, True), _SIGNS[operator]
                words = Text(f"{a.zh} {sign} {b.zh}", f"{a.en} {sign} {b.en}")
                return Text(f"（{words.zh}）", f"({words.en})") if inside and operator != "*" else words
        raise AssertionError(expression)

    def figure(self, name: str) -> Text:
        words = fact_label(name, self.path, self.ruleset.vocabulary)
        unit = unit_words(self.ruleset.vocabulary.described(name, self.path)[1])
        return Text(f"{words.zh}（{unit.zh}）", f"{words.en} ({unit.en})") if unit.zh else words

    def parameter(self, name: str) -> Text:
        found = self.ruleset.parameters[name]
        evidence = EVIDENCE_WORDS[found.evidence]
        unit, zh, en = unit_words(found.unit), evidence.zh, evidence.en
        if found.source in self.ruleset.clauses:
            zh, en = f"条款 {found.source}，{zh}", f"clause {found.source}, {en}"
        amount = Text(f"{found.text} {unit.zh}".strip(), f"{found.text} {unit.en}".strip())
        words = parameter_words(name)
        return Text(f" {amount.zh}〔{words.zh}，{zh}〕", f"{amount.en} [{words.en}, {en}]")


def _flat(condition: And | Or, parts: tuple[Condition, ...]) -> Iterator[Condition]:
    """The parts, those of a same connective within them taken out: `a and (b and c)` has three."""
    for part in parts:
        if isinstance(part, And | Or) and type(part) is type(condition):
            yield from _flat(part, part.parts)
        else:
            yield part
