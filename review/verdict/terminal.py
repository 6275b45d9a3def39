"""Reviews, rules and clauses as plain text for a terminal: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Iterator

from review.errors import Text
from review.law.edition import Citation, Rule, Ruleset
from review.law.table_words import figure_words
from review.quantities import plain
from review.sheet.characters import BIDI, is_printable
from review.sheet.fields import OFFICE
from review.sheet.project import AUTHORITIES
from review.terms import (
    EVIDENCE_WORDS,
    FORCE_WORDS,
    MARK,
    MATTER_WORDS,
    MATTERS,
    RECOMMENDATION_WORDS,
    STATUS_WORDS,
    STATUSES,
)
from review.verdict.findings import Finding
from review.verdict.judging import Review
from review.verdict.reminders import Reminder
from review.verdict.stated import to_put_right


def safe(text: str, keep_lines: bool = False) -> str:
    """Text that cannot move the cursor, change colours or turn the line round: such characters are written as escapes."""
    return "".join(
        c if (is_printable(c) and c not in BIDI) or (keep_lines and c == "\n") else f"\\u{ord(c):04x}" for c in text
    )  # fmt: skip


def review_text(review: Review, name: str) -> str:
    """A review printed for people: the recommendation, then what fails, is missing or wants attention, by matter."""
    return "\n".join(_review_lines(review, name))


def failing_text(review: Review, name: str) -> str:
    """A review on a few lines: the recommendation, what fails with its figures and the clause that it rests on first, and how many findings there are of the rest."""
    return "\n".join(_failing_lines(review, name))


def line_text(review: Review, name: str) -> str:
    """A review on a line: the sheet, the recommendation, and the rules that fail."""
    words = RECOMMENDATION_WORDS[review.recommendation]
    failing = dict.fromkeys(each.rule.id for each in review.findings if each.status == "fail")
    told = f"  不符合 fails: {', '.join(failing)}" if failing else ""
    return f"{name}  {review.case.sheet.project.name}  {words.zh} {words.en}{told}"


def _failing_lines(review: Review, name: str) -> Iterator[str]:
    words = RECOMMENDATION_WORDS[review.recommendation]
    yield f"{review.case.sheet.project.name}  （{name}）  规则 {review.case.ruleset.name}  审查日 {review.case.as_of}"
    yield f"建议 recommendation: {words.zh} / {words.en}" + (
        "  〔暂定：部分数值或依据尚待确认 provisional〕" if review.provisional else ""
    )
    for each in review.findings:
        if each.status == "fail":
            yield f"  [{STATUS_WORDS[each.status].zh} {each.status}] {each.message.zh} / {each.message.en}"
            yield f"      依据 {_cited(each.citations[0], review.case.ruleset)}"
    counts = {status: sum(each.status == status for each in review.findings) for status in STATUSES if status != "fail"}
    told = "，".join(f"{STATUS_WORDS[status].zh} {status} {many}" for status, many in counts.items() if many)
    yield f"  其余 the rest: {told}"


def _review_lines(review: Review, name: str) -> Iterator[str]:
    case, words = review.case, RECOMMENDATION_WORDS[review.recommendation]
    yield "═" * 78
    yield f"{case.sheet.project.name}  （{name}）"
    yield f"建议 recommendation: {words.zh} / {words.en}" + (
        "  〔暂定：部分数值或依据尚待确认 provisional〕" if review.provisional else ""
    )
    yield f"规则 {case.ruleset.name}  审查日 {case.as_of}  供{MARK.zh} / {MARK.en}"
    for matter in review.matters:
        title, verdict = MATTER_WORDS[matter["matter"]], RECOMMENDATION_WORDS[matter["recommendation"]]
        extra = _reviewed_by(matter["authority"]) if matter["authority"] else ""
        yield f"  {title.zh}: {verdict.zh} / {title.en}: {verdict.en}{extra}"
    for matter_id in MATTERS:
        mine = [each for each in review.findings if each.rule.matter == matter_id and each.status != "not_applicable"]
        if mine:
            yield f"── {MATTER_WORDS[matter_id].zh} {MATTER_WORDS[matter_id].en}"
        for each in sorted(mine, key=lambda f: STATUSES.index(f.status)):
            yield from _finding_lines(each, case.ruleset)
    silent = list(dict.fromkeys(each.rule.id for each in review.findings if each.status == "not_applicable"))
    if silent:
        words = STATUS_WORDS["not_applicable"]
        yield f"── {words.zh} {words.en}: {', '.join(silent)}"
    yield from _supplement_lines(review)
    for reminder in review.reminders:
        yield f"── 提示 reminder {_reminder_words(reminder)}"
    for note in review.notes:
        yield f"── 注 note: {note.message.zh} / {note.message.en}"


def _supplement_lines(review: Review) -> Iterator[str]:
    put_right = to_put_right([each.path for each in review.supplement], review.case, review.facts)
    for words, stated in (("应补充 to be stated", False), ("应核对更正 to be checked or put right", True)):
        listed = [each for each in review.supplement if (each.path in put_right) is stated]
        if listed:
            yield f"── 一次性告知·{words}:"
        for field in listed:
            whose = "（本单位 by the office）" if field.by == OFFICE else ""
            yield f"  · {field.label.zh} / {field.label.en}{whose}  [{field.path}] → {', '.join(field.settles)}"
            if said := put_right.get(field.path):
                yield f"      {said.zh} / {said.en}"


def _reviewed_by(authority: str) -> str:
    zh, en = AUTHORITIES[authority]
    return f"（审查机关：{zh} / authority: {en}）"


def _reminder_words(each: Reminder) -> str:
    if each.message is None:
        return f"{each.article} {each.clause}: “{each.quote}”"
    quote = f"“{each.quote}”" if each.quote else ""
    return f"{each.message.zh} / {each.message.en} ({each.document} {each.article or ''}{quote})"


def _finding_lines(each: Finding, ruleset: Ruleset) -> Iterator[str]:
    yield f"  [{STATUS_WORDS[each.status].zh} {each.status}] {each.rule.title.zh} / {each.rule.title.en}  ({each.rule.id} · {each.subject} · {_force(each.rule)})"
    yield f"      {each.message.zh}"
    yield f"      {each.message.en}"
    if each.measure and each.measure.margin is not None:
        yield f"      余量 margin: {plain(each.measure.margin)} {each.measure.unit or ''}"
    if each.remedy:
        yield f"      办法 remedy: {each.remedy.zh} / {each.remedy.en}"
    if each.condition:
        yield f"      条件 condition: {each.condition.zh} / {each.condition.en}"
    for citation in each.citations:
        yield f"      依据 {_cited(citation, ruleset)}"
    for note in each.notes:
        yield f"      注 {note.zh} / {note.en}"


def _cited(citation: Citation, ruleset: Ruleset) -> str:
    where = " ".join(part for part in (citation.article, citation.clause) if part)
    quote = _quoted(figure_words(ruleset, citation.document, citation.quote))
    evidence = f"[{EVIDENCE_WORDS[citation.evidence].zh} {citation.evidence}]"
    return " ".join(part for part in (citation.document, where, quote, evidence) if part)


def _force(rule: Rule) -> str:
    words = FORCE_WORDS[rule.force]
    return f"{words.zh} {words.en}"


def _quoted(words: Text) -> str:
    """What is cited; in both languages where it is a table's figure with codes."""
    return " / ".join(f"“{each}”" for each in dict.fromkeys((words.zh, words.en)) if each)


def rules_text(ruleset: Ruleset) -> str:
    """Every rule on a line: id, force, matter, clauses, title."""
    lines = [f"{ruleset.name}  {ruleset.digest}"]
    lines += [
        f"沿革 history: {each['date']} [{each['kind']}] {each['zh']} / {each['en']}"
        for each in ruleset.content["history"]
    ]
    for rule in ruleset.rules:
        clauses = ",".join(dict.fromkeys(c.clause for c in rule.citations if c.clause))
        lines.append(f"{rule.id:32} {rule.force:13} {rule.matter:14} {clauses:22} {rule.title.zh} / {rule.title.en}")
    return "\n".join(lines)


def rule_text(rule: Rule, ruleset: Ruleset) -> str:
    """One rule in full."""
    lines = [
        f"{rule.id}  {rule.title.zh} / {rule.title.en}",
        f"版本 edition: {ruleset.name}   文件 file: rules/{rule.file}.yaml",
        f"事项 matter: {MATTER_WORDS[rule.matter].zh} / {MATTER_WORDS[rule.matter].en}   效力 force: {_force(rule)}",
        f"对象 subject: {', '.join(f'{path}[]' for path in rule.each) or rule.section}",
    ]
    for citation in rule.citations:
        where = " ".join(part for part in (citation.article, citation.clause) if part)
        lines.append(f"依据 cites: {citation.document} {where} “{citation.quote or ''}” [{citation.evidence}]")
    lines.append("责任单位 authorities: " + "、".join(rule.authorities))
    lines.append(f"适用 applies:   {rule.applies_text}")
    lines.append(f"要求 requires:  {rule.requires_text}")
    used = [
        name
        for name in ruleset.parameters
        if name in f"{rule.applies_text} {rule.requires_text}".replace("(", " ").split()
    ]
    for name in used:
        parameter = ruleset.parameters[name]
        lines.append(
            f"参数 parameter: {name} = {parameter.text} {parameter.unit} ({parameter.source}) [{parameter.evidence}]"
        )
    if rule.shows:
        lines.append(f"列示 shows: {', '.join(rule.shows)}")
    for text, word in (
        (rule.force_basis, "效力依据 force"),
        (rule.note, "说明 note"),
        (rule.remedy, "办法 remedy"),
        (rule.commitment, "条件 condition"),
    ):
        if text:
            lines.append(f"{word}: {text.zh} / {text.en}")
    return "\n".join(lines)


def coverage_text(ruleset: Ruleset) -> str:
    """All clauses of the plan with their kind and what carries them."""
    rows = [
        f"{row['clause']:8} {row['article']:6} {row['kind']:10} {row['carried_by'] or '—'}"
        for row in ruleset.content["clauses"]
    ]
    kinds: dict[str, int] = {}
    for row in ruleset.content["clauses"]:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    counted = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    return "\n".join([*rows, f"{len(rows)} 条款 clauses: {counted}"])
