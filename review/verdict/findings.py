"""Findings (审查意见条目): each rule's outcome with its figures, words, remedy, missing paths and citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from review.canonical_json import write, write_list
from review.errors import Text
from review.evaluation import Entry, Outcome, Scope, Subject
from review.facts import Fact
from review.law.edition import Citation, Rule
from review.verdict.measure import Measure, measure_of
from review.verdict.standing import (
    open_encoded,
    open_of,
    sources_of,
    standing_of,
    to_supplement,
)
from review.verdict.unknowns import missing_of
from review.verdict.wording import Words, name_of, not_applicable, shown_notes


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
    measure = None if whole else measure_of(standing, status, scope)
    missing = missing_of(rule, scope) if status == "missing" else ()
    words = Words(standing, scope, measure, missing, name_of(subject, scope))
    told = standing.told(scope, whole)
    shown = shown_notes(standing, scope, status, whole)
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
    if rule.shows and shown_notes(standing, scope, status, whole):
        return (finding(entry, project).encoded,)
    told = standing.told(scope, whole)
    first, second, last = standing.frames[status]
    cited = standing.citations_encoded(told, whole)
    named = f'"{subject_name(rule, subject)}"'.encode()
    measure = None if whole else measure_of(standing, status, scope)
    measured = _UNMEASURED if measure is None else measure.encoded()
    if status == "not_applicable":
        message = not_applicable(standing, scope, whole).encoded
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


def subject_name(rule: Rule, subject: Subject) -> str:
    """What a finding calls its subject: the item or list, else the section of the sheet."""
    return str(subject) if subject.path else rule.section


def _condition(rule: Rule, status: str, scope: Scope) -> Text | None:
    """A commitment (承诺) that goes into the opinion: what is not yet standing is promised, not there."""
    if status != "pass" or rule.commitment is None or scope.facts.project["project.stage"].value == "existing":
        return None
    return rule.commitment
