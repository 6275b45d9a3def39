"""Findings (审查意见条目): each rule's outcome with its figures, words, remedy, missing paths and citations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from review.canonical_json import write, write_list, write_object
from review.errors import Text
from review.evaluation import Outcome, Scope, Subject
from review.evaluation.exact import evaluate, truth
from review.facts import Fact, Source
from review.law.conditions import Relation, facts_of
from review.law.edition import _PLACEHOLDER, Citation, Rule
from review.quantities import Range, plain, quotient
from review.sheet import describe
from review.terms import TRUTH_WORDS
from review.verdict.plan_period import rule_words
from review.verdict.unknowns import (
    Way,
    choice_words,
    in_words,
    range_words,
    smallest,
    together,
    unknown_paths,
    ways,
    why_not,
)


@dataclass(frozen=True)
class Measure:
    """The figure a finding turns on, in the unit of the sheet: observed, required, and how far inside the limit."""

    observed: Range
    relation: Relation
    required: Range
    margin: Decimal | None
    unit: str | None

    def written(self) -> tuple[str, str, str]:
        """`observed`, `required` and `margin` as JSON text; null where nothing is known of a side."""
        required = _written_side(self.required, self.unit, relation=write(self.relation))
        return (
            _written_side(self.observed, self.unit),
            required,
            write(None if self.margin is None else plain(self.margin)),
        )


@dataclass(frozen=True)
class Finding:
    """One rule on one subject."""

    rule: Rule
    subject: str
    status: str
    measure: Measure | None
    message: Text
    remedy: Text | None
    condition: Text | None
    missing: tuple[str, ...]
    notes: tuple[Text, ...]
    citations: tuple[Citation, ...]
    ways: tuple[Way, ...]
    # Whether it says what its law rests on: of facts 2.
    says_rests: bool = False

    @cached_property
    def written(self) -> str:
        """The finding as JSON text, in the order of the contract."""
        observed, required, margin = self.measure.written() if self.measure else ("null", "null", "null")
        said = self.rule.written
        remedy = self.remedy.written if self.remedy else "null"
        condition = self.condition.written if self.condition else "null"
        missing, notes = write_list(map(write, self.missing)), write_list([note.written for note in self.notes])
        citations = write_list([citation.written for citation in self.citations])
        rests = f',"rests":{write(self.rule.rests)}' if self.says_rests else ""
        return (
            f'{{"rule":{said["rule"]},"subject":{write(self.subject)},"matter":{said["matter"]},"title":{said["title"]},'
            f'"status":{write(self.status)},"force":{said["force"]},"observed":{observed},"required":{required},"margin":{margin},'
            f'"message":{self.message.written},"remedy":{remedy},"condition":{condition},"missing":{missing},"notes":{notes},'
            f'"citations":{citations},"authorities":{said["authorities"]}{rests}}}'
        )


def status_of(rule: Rule, outcome: Outcome) -> str:
    """rules.md, “How a rule is judged”: the outcome by the rule's force."""
    if outcome == "unmet":
        return "fail" if rule.force in ("mandatory", "in_principle") else "attention"
    return {"not_applicable": "not_applicable", "met": "pass", "excused": "attention", "unknown": "missing"}[outcome]


def finding(rule: Rule, subject: Subject, outcome: Outcome, scope: Scope) -> Finding:
    """The finding for one rule on one subject, all of it read from the facts in `scope`."""
    status = status_of(rule, outcome)
    whole = subject.path is not None and subject.index is None
    measure = None if whole else _measure(rule, status, scope)
    missing = _missing(rule, scope, whole) if status == "missing" else ()
    facts = _facts(rule, scope, whole)
    sources = _sources_of(facts)
    words = _Words(rule, scope, measure, missing, _name(subject, scope))
    unmet = status in ("fail", "attention")
    return Finding(
        rule=rule,
        subject=subject_name(rule, subject),
        status=status,
        measure=measure,
        message=words.message(status, whole),
        remedy=words.render(rule.remedy)
        if unmet and rule.remedy
        else _to_supplement(missing)
        if status == "missing"
        else None,
        condition=_condition(rule, status, scope),
        missing=missing,
        notes=tuple(_notes(rule, status, facts, sources, scope)),
        citations=(*rule.citations, *_sources(sources)),
        ways=_ways(rule, scope, whole) if status == "missing" else (),
        says_rests=scope.case.ruleset.facts > 1,
    )


def subject_name(rule: Rule, subject: Subject) -> str:
    """What a finding calls its subject: the item or list, else the section of the sheet."""
    return str(subject) if subject.path else rule.section


def _missing(rule: Rule, scope: Scope, whole: bool) -> tuple[str, ...]:
    if whole:
        listed = scope.facts.listed(scope.subject.path or "")
        return tuple(dict.fromkeys((*unknown_paths(rule.outer, scope), *listed.missing)))
    found = (*unknown_paths(rule.inner, scope), *unknown_paths(rule.requires, scope))
    return tuple(dict.fromkeys(found))


def _ways(rule: Rule, scope: Scope, whole: bool) -> tuple[Way, ...]:
    """What could settle the finding: that the rule does not apply, or that it does and is met."""
    if whole:
        listed = tuple(frozenset(way) for way in scope.facts.listed(scope.subject.path or "").alternatives)
        applied = together(ways(rule.outer, True, scope), listed or (frozenset(),))
        return smallest((*ways(rule.outer, False, scope), *listed, *applied))
    met = ways(rule.requires, True, scope) or ways(rule.requires, False, scope)
    return smallest((*ways(rule.inner, False, scope), *together(ways(rule.inner, True, scope), met)))


def _facts(rule: Rule, scope: Scope, whole: bool) -> list[Fact]:
    read = rule.outer_reads if whole else rule.reads
    return [*(scope.fact(name) for name in read.facts), *(scope.case.parameter(name) for name in read.parameters)]


def _sources_of(facts: list[Fact]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys([source for fact in facts for source in fact.sources]))


def _measure(rule: Rule, status: str, scope: Scope) -> Measure | None:
    atom = rule.compared
    if atom is None or (status == "not_applicable" and rule.figure != "applies"):
        return None
    observed, required = evaluate(atom.left, scope), evaluate(atom.right, scope)
    facts = [scope.fact(name) for name in (*facts_of(atom.left), *facts_of(atom.right))]
    per = next((fact.per for fact in facts if fact.per is not None), None)
    unit = rule.unit or next((fact.unit for fact in facts if fact.unit), None)
    margin = None
    if observed.point is not None and required.point is not None:
        gap = observed.point - required.point
        margin = gap if atom.relation in (">=", ">") else -gap
    if per is not None:
        observed, required = _divided(observed, per), _divided(required, per)
        margin = None if margin is None else quotient(margin, per)
    return Measure(observed, atom.relation, required, margin, unit)


def _divided(value: Range, per: Decimal) -> Range:
    return Range(
        None if value.low is None else quotient(value.low, per),
        None if value.high is None else quotient(value.high, per),
    )


def _written_side(value: Range, unit: str | None, **first: str) -> str:
    if value.point is not None:
        return write_object({**first, "value": write(plain(value.point)), "unit": write(unit)})
    if value.low is None:
        return "null"
    high = write(None if value.high is None else plain(value.high))
    return write_object({**first, "low": write(plain(value.low)), "high": high, "unit": write(unit)})


def _condition(rule: Rule, status: str, scope: Scope) -> Text | None:
    """A commitment (承诺) that goes into the opinion: what is not yet standing is promised, not there."""
    if status != "pass" or rule.commitment is None or scope.facts.project["project.stage"].value == "existing":
        return None
    return rule.commitment


def _notes(rule: Rule, status: str, facts: list[Fact], sources: tuple[Source, ...], scope: Scope) -> Iterator[Text]:
    if status == "not_applicable":
        return
    if rule.note:
        yield rule.note
    yield from rule_words(rule, scope.case.ruleset)
    for source in sources:
        if source.remark:
            yield source.remark
    yield from dict.fromkeys(remark for fact in facts for remark in fact.remarks)


def _sources(sources: tuple[Source, ...]) -> Iterator[Citation]:
    for source in sources:
        if not (source.kind == "parameter" and source.evidence == "official"):
            yield source.citation


def _name(subject: Subject, scope: Scope) -> str:
    if subject.path is None or subject.index is None:
        return ""
    return scope.facts.names[subject.path][subject.index] or f"#{subject.index + 1}"


@lru_cache(maxsize=1024)
def _within_quotes(words: str) -> str:
    """Words that are put between quotation marks: those within become single ones, and a pair around the whole falls away."""
    whole = words.startswith("“") and words.find("”") == len(words) - 1
    return words[1:-1] if whole else words.replace("“", "‘").replace("”", "’")


def _not_stated(paths: tuple[str, ...]) -> Text:
    names = [describe(path).label for path in paths]
    zh, en = "、".join(n.zh for n in names) or "所需数值", ", ".join(n.en for n in names) or "a figure it needs"
    return Text(f"未载明{zh}，本条无法判断", f"cannot be judged: not stated: {en}")


@lru_cache(maxsize=1024)
def _to_supplement(paths: tuple[str, ...]) -> Text | None:
    if not paths:
        return None
    names = [describe(path).label for path in paths]
    return Text("请补充载明：" + "、".join(n.zh for n in names), "please state: " + ", ".join(n.en for n in names))


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, ...]:
    """A template taken apart: words, the name of a placeholder, words, …"""
    return tuple(_PLACEHOLDER.split(template))


@dataclass(frozen=True)
class _Words:
    """The words of one finding: templates filled with its figures."""

    rule: Rule
    scope: Scope
    measure: Measure | None
    missing: tuple[str, ...]
    name: str

    def message(self, status: str, whole: bool) -> Text:
        template = self.rule.messages.get(status)
        if template and not whole:
            return self.render(template)
        if status == "not_applicable":
            return self.not_applicable(whole)
        if status == "missing":
            return _not_stated(self.missing)
        return self.rule.title

    def not_applicable(self, whole: bool) -> Text:
        condition = self.rule.outer if whole else self.rule.applies
        if whole and truth(condition, self.scope) is not False:
            words = describe(f"{self.scope.subject.path}").label
            return Text(f"本条不适用：{words.zh}为空", f"does not apply: no {words.en}")
        why = in_words(why_not(condition, self.scope), self.scope)
        zh = _within_quotes(why.zh) if self.scope.case.ruleset.facts > 1 else why.zh
        return Text(f"本条不适用：不符合“{zh}”", f"does not apply: not the case that {why.en}")

    def render(self, template: Text) -> Text:
        zh, en = _pieces(template.zh), _pieces(template.en)
        if len(zh) == len(en) == 1:
            return template
        words = {name: self.value(name) for name in dict.fromkeys((*zh[1::2], *en[1::2]))}
        return Text(
            "".join(words[piece].zh if at % 2 else piece for at, piece in enumerate(zh)),
            "".join(words[piece].en if at % 2 else piece for at, piece in enumerate(en)),
        )

    def value(self, name: str) -> Text:
        measure = self.measure
        if name == "name":
            return Text(self.name, self.name)
        if name == "unit":
            unit = (measure.unit if measure else None) or ""
            return Text(unit, unit)
        if name in ("observed", "required"):
            return range_words(getattr(measure, name)) if measure else Text("—", "—")
        if name == "gap":
            gap = self.gap()
            return Text(gap, gap)
        if name in self.scope.case.ruleset.parameters:
            return range_words(self.scope.case.parameter(name).range)
        fact = self.scope.fact(name)
        if isinstance(fact.value, Range):
            return range_words(fact.value)
        if isinstance(fact.value, str):
            return choice_words(name, fact.value, self.scope)
        return TRUTH_WORDS[fact.value]

    def gap(self) -> str:
        measure = self.measure
        if measure is None:
            return "—"
        if measure.margin is not None:
            return plain(abs(measure.margin))
        observed, required = measure.observed, measure.required
        far = (required.high, observed.low) if measure.relation in (">=", ">") else (observed.high, required.low)
        return plain(abs(far[0] - far[1])) if far[0] is not None and far[1] is not None else "—"
