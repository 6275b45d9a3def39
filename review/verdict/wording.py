"""The words of a finding (条目的用语): templates filled with its figures, what it states beside them, and why a rule does not apply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from review.errors import Text
from review.evaluation import Scope, Subject
from review.facts.shown_days import shown_day, shown_text
from review.law.conditions import free_names
from review.law.edition import PIECE, PIECES_SINCE, PLACEHOLDER
from review.law.names import ITEM
from review.law.prose import shown_label, unit_words
from review.law.shown_days import AS_OF, shown_days, shown_texts
from review.quantities import Range, point
from review.sheet import describe
from review.terms import TRUTH_WORDS
from review.verdict.measure import TO_BOUND, Measure, divided
from review.verdict.standing import Standing, cannot_be_judged, open_of
from review.verdict.unknowns import choice_words, day_words, is_unknown, range_words, text_words, why_not

_ALWAYS_KNOWN = ("name", "unit", "gap")


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, ...]:
    """A template taken apart: words, the name of a placeholder, words, …"""
    return tuple(PLACEHOLDER.split(template))


@dataclass(frozen=True)
class Words:
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
            return not_applicable(self.standing, self.scope, whole)
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


def name_of(subject: Subject, scope: Scope) -> str:
    """What the item is called that a finding is about: its name, else its place in the list; empty of the project and of a list as a whole."""
    if subject.path is None or subject.index is None:
        return ""
    return scope.facts.names[subject.path][subject.index] or f"#{subject.index + 1}"


def shown_notes(standing: Standing, scope: Scope, status: str, whole: bool) -> tuple[Text, ...]:
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
            value = divided(value, fact.per, TO_BOUND["<="])
        return range_words(value)
    return choice_words(name, value, scope) if isinstance(value, str) else TRUTH_WORDS[value]


def not_applicable(standing: Standing, scope: Scope, whole: bool) -> Text:
    """Why a rule does not apply."""
    condition = standing.rule.outer if whole else standing.rule.applies
    if whole and scope.truth(condition) is not False:
        words = describe(f"{scope.subject.path}").label
        return Text(f"本条不适用：{words.zh}为空", f"does not apply: no {words.en}")
    return standing.reason(why_not(condition, scope), scope)
