"""Findings (审查意见条目): each rule's outcome with its figures, words, remedy, missing paths and citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from review.canonical_json import write, write_list, write_object
from review.errors import Text
from review.evaluation import Entry, Outcome, Scope, Subject
from review.evaluation.exact import evaluate
from review.facts import Fact
from review.facts.shown_days import shown_day, shown_text
from review.law.conditions import Relation, free_names
from review.law.edition import PIECE, PIECES_SINCE, PLACEHOLDER, Citation, Rule
from review.law.names import ITEM
from review.law.prose import shown_label, unit_words
from review.law.shown_days import AS_OF, shown_days, shown_texts
from review.quantities import Range, plain, point, quotient
from review.sheet import describe
from review.terms import TRUTH_WORDS
from review.verdict.standing import (
    Standing,
    cannot_be_judged,
    open_encoded,
    open_of,
    sources_of,
    standing_of,
    to_supplement,
)
from review.verdict.unknowns import choice_words, day_words, is_unknown, missing_of, range_words, text_words, why_not


@dataclass(frozen=True, slots=True)
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

    def encoded(self) -> bytes:
        """The same in UTF-8, with the names of what follows the first, up to the message."""
        observed, required, margin = self.written()
        return f'{observed},"required":{required},"margin":{margin},"message":'.encode()


@dataclass(frozen=True, slots=True)
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
    frame: tuple[bytes, bytes, bytes] = field(repr=False)

    @property
    def encoded(self) -> bytes:
        """The finding as JSON text in UTF-8, in the order of the contract."""
        observed, required, margin = self.measure.written() if self.measure else ("null", "null", "null")
        remedy = self.remedy.written if self.remedy else "null"
        condition = self.condition.written if self.condition else "null"
        missing, notes = write_list(map(write, self.missing)), write_list([note.written for note in self.notes])
        citations = write_list([citation.written for citation in self.citations])
        first, second, last = self.frame
        said = (
            f'{observed},"required":{required},"margin":{margin},"message":{self.message.written},"remedy":{remedy},'
            f'"condition":{condition},"missing":{missing},"notes":{notes},"citations":{citations}'
        )
        return b"".join((first, write(self.subject).encode(), second, said.encode(), last))


_STATUSES: Mapping[Outcome, str] = {
    "not_applicable": "not_applicable", "met": "pass", "unmet": "fail", "excused": "attention", "unknown": "missing",
}  # fmt: skip
_OF_GUIDANCE: Mapping[Outcome, str] = {**_STATUSES, "unmet": "attention"}


def status_of(rule: Rule, outcome: Outcome) -> str:
    """rules.md, “How a rule is judged”: the outcome by the rule's force."""
    return (_STATUSES if rule.force in ("mandatory", "in_principle") else _OF_GUIDANCE)[outcome]


def finding(entry: Entry, scope: Scope) -> Finding:
    """The finding for one rule on one subject, all of it read from the facts in `scope`, the project's."""
    rule, subject, outcome = entry
    scope, status = scope.at(subject), status_of(rule, outcome)
    standing = standing_of(scope.case.ruleset)[rule.id]
    whole = subject.is_whole
    measure = None if whole else _measure(standing, status, scope)
    missing = missing_of(rule, scope) if status == "missing" else ()
    words = _Words(standing, scope, measure, missing, _name(subject, scope))
    told = standing.told(scope, whole)
    shown = _shown(standing, scope, status, whole)
    unmet = status in ("fail", "attention")
    return Finding(
        rule=rule,
        subject=subject_name(rule, subject),
        status=status,
        measure=measure,
        message=words.message(status, whole),
        remedy=words.render(rule.remedy)
        if unmet and rule.remedy
        else to_supplement(open_of(missing, scope))
        if status == "missing"
        else None,
        condition=_condition(rule, status, scope),
        missing=missing,
        notes=(*shown, *(() if status == "not_applicable" else (*standing.notes, *_remarks(told)))),
        citations=standing.citations(told, whole),
        frame=standing.frames[status],
    )


def encoded(entry: Entry, scope: Scope) -> Iterable[bytes]:
    """The pieces of a finding's JSON text, as `Finding.encoded` has it: of rules that do not apply or cannot be judged what stands ready."""
    rule, subject, outcome = entry
    whole = subject.is_whole
    status = status_of(rule, outcome)
    if status not in ("not_applicable", "missing") or (status in rule.messages and not whole):
        return (finding(entry, scope).encoded,)
    project, scope = scope, scope.at(subject)
    standing = standing_of(scope.case.ruleset)[rule.id]
    if rule.shows and _shown(standing, scope, status, whole):
        return (finding(entry, project).encoded,)
    told = standing.told(scope, whole)
    first, second, last = standing.frames[status]
    cited = standing.citations_encoded(told, whole)
    named = f'"{subject_name(rule, subject)}"'.encode()
    measure = None if whole else _measure(standing, status, scope)
    measured = _UNMEASURED if measure is None else measure.encoded()
    if status == "not_applicable":
        message = _not_applicable(standing, scope, whole).encoded
        return first, named, second, measured, message, _NOTHING_TO_DO, cited, last
    found = open_of(missing_of(rule, scope), scope)
    message, remedy, missing = open_encoded(found)
    remarks = _remarks(told)
    notes = standing.notes_encoded
    if remarks:
        notes = write_list([each.written for each in (*standing.notes, *remarks)]).encode()
    return (
        first, named, second, measured, message, b',"remedy":', remedy, b',"condition":null,"missing":', missing, b',"notes":', notes,
        b',"citations":', cited, last,
    )  # fmt: skip


# Between what was observed and the message, and between that and the citations, where nothing else is said.
_UNMEASURED = b'null,"required":null,"margin":null,"message":'
_NOTHING_TO_DO = b',"remedy":null,"condition":null,"missing":[],"notes":[],"citations":'


def _remarks(told: tuple[Fact, ...]) -> tuple[Text, ...]:
    """What sources and the register add to what facts say."""
    if not told:
        return ()
    return (
        *(source.remark for source in sources_of(told) if source.remark),
        *dict.fromkeys([remark for fact in told for remark in fact.remarks]),
    )


def _shown(standing: Standing, scope: Scope, status: str, whole: bool) -> tuple[Text, ...]:
    """What a finding states beside its words, as one note; nothing of what is not stated, which `missing` names.

    Where the rule does not apply only if that follows from something that was worked out of a section of the sheet.
    """
    rule, vocabulary = standing.rule, scope.case.ruleset.vocabulary
    shows = [name for name in rule.shows if not (whole and name.startswith(ITEM))]
    if not shows:
        return ()
    if status == "not_applicable":
        condition = rule.outer if whole else rule.applies
        names = free_names(why_not(condition, scope)) if scope.truth(condition) is False else ()
        if not any("." in name and vocabulary.derived(name, scope.subject.path) for name in names):
            return ()
    told = {name: words for name in shows if (words := _shown_words(name, standing, scope)) is not None}
    # The day of review alone says nothing.
    if told.keys() <= {AS_OF}:
        return ()
    zh, en = "；".join(each.zh for each in told.values()), "; ".join(each.en for each in told.values())
    return (Text(f"判断所据：{zh}", f"judged on: {en}"),)


def _shown_words(name: str, standing: Standing, scope: Scope) -> Text | None:
    """A fact or day with its label and unit; None where it is not known."""
    label = shown_label(name, standing.rule, scope.case.ruleset)
    if name in shown_days():
        day = shown_day(name, scope.case, scope.facts, scope.subject.index)
        return None if day is None else _labelled(label, day_words(day))
    value = scope.fact(name).value
    if value is None or (isinstance(value, Range) and is_unknown(value)):
        return None
    unit = unit_words(scope.case.ruleset.vocabulary.described(name, scope.subject.path)[1])
    return _labelled(label, _value_words(name, scope), unit)


def _labelled(label: Text, value: Text, unit: Text | None = None) -> Text:
    zh, en = ("", "") if unit is None else (unit.zh, unit.en)
    return Text(f"{label.zh} {value.zh} {zh}".rstrip(), f"{label.en} {value.en} {en}".rstrip())


def _value_words(name: str, scope: Scope) -> Text:
    """The value of a fact for a reader, a figure in the unit of the sheet."""
    fact = scope.fact(name)
    value = fact.value
    if isinstance(value, Range):
        # Recorded findings give it in the unit that it is compared in.
        if fact.per is not None and scope.case.ruleset.findings > 1:
            # What is compared in another unit is energy of a product, exact in its own, or a level that it is at most.
            value = _divided(value, fact.per, TO_BOUND["<="])
        return range_words(value)
    return choice_words(name, value, scope) if isinstance(value, str) else TRUTH_WORDS[value]


def _not_applicable(standing: Standing, scope: Scope, whole: bool) -> Text:
    condition = standing.rule.outer if whole else standing.rule.applies
    if whole and scope.truth(condition) is not False:
        words = describe(f"{scope.subject.path}").label
        return Text(f"本条不适用：{words.zh}为空", f"does not apply: no {words.en}")
    return standing.reason(why_not(condition, scope), scope)


def subject_name(rule: Rule, subject: Subject) -> str:
    """What a finding calls its subject: the item or list, else the section of the sheet."""
    return str(subject) if subject.path else rule.section


def _measure(standing: Standing, status: str, scope: Scope) -> Measure | None:
    rule, atom = standing.rule, standing.rule.compared
    if atom is None or (status == "not_applicable" and rule.figure != "applies"):
        return None
    observed, required = evaluate(atom.left, scope), evaluate(atom.right, scope)
    facts = [scope.fact(name) for name in standing.compared]
    per = next((fact.per for fact in facts if fact.per is not None), None)
    unit = rule.unit or next((fact.unit for fact in facts if fact.unit), None)
    if per is not None and scope.case.ruleset.findings > 1:
        observed, required = _divided(observed, per), _divided(required, per, TO_BOUND[atom.relation])
        per = None
    margin = None
    if observed.point is not None and required.point is not None:
        gap = observed.point - required.point
        margin = gap if atom.relation in (">=", ">") else -gap
    if per is not None:
        # Recorded findings round both ways.
        observed, required = _divided(observed, per), _divided(required, per)
        margin = None if margin is None else quotient(margin, per)
    return Measure(observed, atom.relation, required, margin, unit)


# How a bound is rounded so that a figure of the sheet, which has no more decimals, lies on the side of it where it lay before.
TO_BOUND: Mapping[Relation, str] = {
    ">=": ROUND_CEILING, "<": ROUND_CEILING, "<=": ROUND_FLOOR, ">": ROUND_FLOOR,
}  # fmt: skip


def _divided(value: Range, per: Decimal, rounding: str = ROUND_HALF_EVEN) -> Range:
    return Range(
        None if value.low is None else quotient(value.low, per, rounding),
        None if value.high is None else quotient(value.high, per, rounding),
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


def _name(subject: Subject, scope: Scope) -> str:
    if subject.path is None or subject.index is None:
        return ""
    return scope.facts.names[subject.path][subject.index] or f"#{subject.index + 1}"


_ALWAYS_KNOWN = ("name", "unit", "gap")


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, ...]:
    """A template taken apart: words, the name of a placeholder, words, …"""
    return tuple(PLACEHOLDER.split(template))


@dataclass(frozen=True)
class _Words:
    """The words of one finding: templates filled with its figures."""

    standing: Standing
    scope: Scope
    measure: Measure | None
    missing: tuple[str, ...]
    name: str

    def message(self, status: str, whole: bool) -> Text:
        template = self.standing.rule.messages.get(status)
        if template and not whole:
            return self.render(template)
        if status == "not_applicable":
            return _not_applicable(self.standing, self.scope, whole)
        if status == "missing":
            return cannot_be_judged(open_of(self.missing, self.scope))
        return self.standing.rule.title

    def render(self, template: Text) -> Text:
        if self.scope.case.ruleset.findings >= PIECES_SINCE and "[[" in template.zh + template.en:
            template = Text(PIECE.sub(self._piece, template.zh), PIECE.sub(self._piece, template.en))
        zh, en = _pieces(template.zh), _pieces(template.en)
        if len(zh) == len(en) == 1:
            return template
        words = {name: self.value(name) for name in dict.fromkeys((*zh[1::2], *en[1::2]))}
        return Text(
            "".join(words[piece].zh if at % 2 else piece for at, piece in enumerate(zh)),
            "".join(words[piece].en if at % 2 else piece for at, piece in enumerate(en)),
        )

    def _piece(self, found: re.Match[str]) -> str:
        """A piece of words where all that it names is known, else what stands in its place."""
        return found[1] if all(map(self._is_known, PLACEHOLDER.findall(found[1]))) else found[2] or ""

    def _is_known(self, name: str) -> bool:
        if name in shown_days() or name in shown_texts():
            return (self._day(name) if name in shown_days() else self._text(name)) is not None
        if name in ("observed", "required"):
            return self.measure is not None and not is_unknown(getattr(self.measure, name))
        if name in _ALWAYS_KNOWN or name in self.scope.case.ruleset.parameters:
            return True
        value = self.scope.fact(name).value
        return value is not None and not (isinstance(value, Range) and is_unknown(value))

    def _day(self, name: str) -> date | str | None:
        return shown_day(name, self.scope.case, self.scope.facts, self.scope.subject.index)

    def _text(self, name: str) -> str | None:
        return shown_text(name, self.scope.case, self.scope.facts)

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
            return self.gap()
        if (parameter := self.scope.case.ruleset.parameters.get(name)) is not None:
            if parameter.value is None and parameter.text:
                return Text(parameter.text, parameter.text)
            return range_words(self.scope.case.parameter(name).range)
        if name in shown_days():
            return day_words(self._day(name))
        if name in shown_texts():
            return text_words(self._text(name))
        return _value_words(name, self.scope)

    def gap(self) -> Text:
        measure = self.measure
        if measure is None:
            return Text("—", "—")
        if measure.margin is not None:
            return range_words(point(abs(measure.margin)))
        observed, required = measure.observed, measure.required
        more = measure.relation in (">=", ">")
        far = (required.high, observed.low) if more else (observed.high, required.low)
        if self.scope.case.ruleset.findings < 2:
            # Recorded findings give the widest gap there may be.
            most = _apart(*far)
            return Text("—", "—") if most is None else range_words(point(most))
        near = (required.low, observed.high) if more else (observed.low, required.high)
        return range_words(Range(_apart(*near), _apart(*far)))


def _apart(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else abs(one - other)
