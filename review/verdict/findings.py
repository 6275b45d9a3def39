"""Findings (审查意见条目): each rule's outcome with its figures, words, remedy, missing paths and citations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from review.canonical_json import write, write_list, write_object
from review.errors import Text
from review.evaluation import Entry, Outcome, Scope, Subject
from review.evaluation.exact import evaluate
from review.facts import Fact, Source, parameter_fact
from review.law.conditions import Compare, Condition, Relation, atoms, facts_of
from review.law.edition import _PLACEHOLDER, Citation, Rule, Ruleset
from review.quantities import Range, plain, quotient
from review.sheet import describe
from review.terms import STATUSES, TRUTH_WORDS
from review.verdict.plan_period import rule_words
from review.verdict.unknowns import choice_words, in_words, missing_of, range_words, why_not


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
    """One rule on one subject. `frame` is what it says of its rule and status, as JSON text."""

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
    frame: tuple[str, str, str] = field(repr=False)

    @property
    def written(self) -> str:
        """The finding as JSON text, in the order of the contract."""
        observed, required, margin = self.measure.written() if self.measure else ("null", "null", "null")
        remedy = self.remedy.written if self.remedy else "null"
        condition = self.condition.written if self.condition else "null"
        missing, notes = write_list(map(write, self.missing)), write_list([note.written for note in self.notes])
        citations = write_list([citation.written for citation in self.citations])
        first, second, last = self.frame
        return (
            f'{first}{write(self.subject)}{second}{observed},"required":{required},"margin":{margin},"message":{self.message.written},'
            f'"remedy":{remedy},"condition":{condition},"missing":{missing},"notes":{notes},"citations":{citations}{last}'
        )


def status_of(rule: Rule, outcome: Outcome) -> str:
    """rules.md, “How a rule is judged”: the outcome by the rule's force."""
    if outcome == "unmet":
        return "fail" if rule.force in ("mandatory", "in_principle") else "attention"
    return {"not_applicable": "not_applicable", "met": "pass", "excused": "attention", "unknown": "missing"}[outcome]


class _Standing:
    """What the findings of a rule say whatever the facts are: made once for an edition."""

    def __init__(self, rule: Rule, ruleset: Ruleset) -> None:
        self.rule, self.ruleset = rule, ruleset
        self.notes = (*((rule.note,) if rule.note else ()), *rule_words(rule, ruleset))
        self.reads = {whole: rule.outer_reads if whole else rule.reads for whole in (False, True)}
        self.facts = {whole: frozenset(read.facts) for whole, read in self.reads.items()}
        self.parameters = {
            whole: _sources_of([parameter_fact(ruleset, name) for name in read.parameters])
            for whole, read in self.reads.items()
        }
        self.citations = {whole: (*rule.citations, *_cited(sources)) for whole, sources in self.parameters.items()}
        self._reasons: dict[tuple[int, str | None], tuple[Condition, Text]] = {}
        self._not_applicable: dict[tuple[int, str, bool], str] = {}

    @cached_property
    def frames(self) -> Mapping[str, tuple[str, str, str]]:
        """By status, as JSON text: what stands before the subject, up to what was observed, and after the citations."""
        said = self.rule.written
        rests = f',"rests":{write(self.rule.rests)}' if self.ruleset.facts > 1 else ""
        return {
            status: (
                f'{{"rule":{said["rule"]},"subject":',
                f',"matter":{said["matter"]},"title":{said["title"]},"status":{write(status)},"force":{said["force"]},"observed":',
                f',"authorities":{said["authorities"]}{rests}}}',
            )
            for status in STATUSES
        }

    @cached_property
    def citations_written(self) -> Mapping[bool, str]:
        """The citations as JSON text, of the rule as a whole or not."""
        return {whole: write_list([each.written for each in cited]) for whole, cited in self.citations.items()}

    def reason(self, why: Condition, scope: Scope) -> Text:
        """Why the rule does not apply, in words; where they hold no figure they are made once."""
        key = id(why), scope.subject.path
        known = self._reasons.get(key)
        if known is not None:
            return known[1]
        said = in_words(why, scope)
        zh = _within_quotes(said.zh) if self.ruleset.facts > 1 else said.zh
        words = Text(f"本条不适用：不符合“{zh}”", f"does not apply: not the case that {said.en}")
        if not any(isinstance(atom, Compare) for atom in atoms(why)):
            # The condition is stored beside its words, so that no other can get its id.
            self._reasons[key] = why, words
        return words

    def tells(self, scope: Scope, whole: bool) -> bool:
        """Whether a fact that the rule reads brings a source or a remark of its own."""
        return not self.facts[whole].isdisjoint(scope.telling)


@lru_cache(maxsize=16)
def _standing(ruleset: Ruleset) -> Mapping[str, _Standing]:
    return {rule.id: _Standing(rule, ruleset) for rule in ruleset.rules}


def finding(entry: Entry, scope: Scope) -> Finding:
    """The finding for one rule on one subject, all of it read from the facts in `scope`, the project's."""
    rule, subject, outcome = entry
    scope, status = scope.at(subject), status_of(rule, outcome)
    standing = _standing(scope.case.ruleset)[rule.id]
    whole = subject.path is not None and subject.index is None
    measure = None if whole else _measure(rule, status, scope)
    missing = missing_of(rule, scope) if status == "missing" else ()
    words = _Words(rule, scope, measure, missing, _name(subject, scope), standing)
    told, remarks = standing.citations[whole], tuple[Text, ...]()
    if standing.tells(scope, whole):
        facts = [scope.fact(name) for name in standing.reads[whole].facts]
        sources = _sources_of(facts)
        told = (*rule.citations, *_cited((*sources, *standing.parameters[whole])))
        remarks = (
            *(source.remark for source in sources if source.remark),
            *dict.fromkeys(remark for fact in facts for remark in fact.remarks),
        )
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
        notes=() if status == "not_applicable" else (*standing.notes, *remarks),
        citations=told,
        frame=standing.frames[status],
    )


def written(entry: Entry, scope: Scope) -> str:
    """The finding as JSON text, as `Finding.written` has it. Of a rule that does not apply the text is joined from what stands ready."""
    rule, subject, outcome = entry
    whole = subject.path is not None and subject.index is None
    if outcome != "not_applicable" or rule.figure == "applies":
        return finding(entry, scope).written
    scope = scope.at(subject)
    standing = _standing(scope.case.ruleset)[rule.id]
    if standing.tells(scope, whole):
        return finding(entry, scope).written
    message = _Words(rule, scope, None, (), "", standing).not_applicable(whole).written
    first, second, last = standing.frames["not_applicable"]
    return (
        f'{first}"{subject_name(rule, subject)}"{second}null,"required":null,"margin":null,"message":{message},'
        f'"remedy":null,"condition":null,"missing":[],"notes":[],"citations":{standing.citations_written[whole]}{last}'
    )


def subject_name(rule: Rule, subject: Subject) -> str:
    """What a finding calls its subject: the item or list, else the section of the sheet."""
    return str(subject) if subject.path else rule.section


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


def _cited(sources: tuple[Source, ...]) -> Iterator[Citation]:
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
    standing: _Standing

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
        if whole and self.scope.truth(condition) is not False:
            words = describe(f"{self.scope.subject.path}").label
            return Text(f"本条不适用：{words.zh}为空", f"does not apply: no {words.en}")
        return self.standing.reason(why_not(condition, self.scope), self.scope)

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
