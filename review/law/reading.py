"""The reading of a ruleset (规则通读): every rule of every edition as a reader would say it in Chinese, as Markdown.

A rule is written out for the first edition that has it so; later editions name only what they say otherwise, and what they no longer have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from review.law.edition import Citation, Reminder, Rule, Ruleset
from review.law.prose import Spoken, recite, shown_label, spoken, template_words
from review.sheet import describe
from review.terms import EVIDENCE_WORDS, FORCE_WORDS, MATTER_WORDS, STATUS_WORDS

FILE = "READING.md"


def reading(editions: Sequence[Ruleset]) -> str:
    """The Markdown text: `editions` of one ruleset, the one that begins first before the others."""
    return "\n".join(_lines(editions)) + "\n"


def _lines(editions: Sequence[Ruleset]) -> Iterator[str]:
    yield f"# 规则通读：{editions[0].plan_title}"
    yield ""
    yield "本文件由 `two-high rules reading` 从规则生成，请勿手改；供通读，不替代规则本身。每条规则在首次出现的版本中写出，其后的版本只写有变化的。"
    before: dict[str, tuple[str, ...]] = {}
    reminded: list[str] = []
    for edition in editions:
        now = {rule.id: tuple(_rule(rule, edition)) for rule in edition.rules}
        changed = [rule_id for rule_id, lines in now.items() if before.get(rule_id) != lines]
        ended = [rule_id for rule_id in before if rule_id not in now]
        yield from (
            "",
            f"## 版本 {edition.edition}（自 {edition.content['from']} 起）{edition.content['title']['zh']}",
            "",
        )
        yield f"共 {len(now)} 条" + (f"；与上一版本不同的 {len(changed)} 条。" if before else "。")
        if ended:
            yield from ("", "不再有：" + "、".join(f"`{rule_id}`" for rule_id in ended) + "。")
        for rule_id in changed:
            yield from ("", *now[rule_id])
        told = [line for each in edition.reminders for line in _reminder(each, edition)]
        if told and told != reminded:
            yield from ("", "### 提醒（适用时告知，不作判断）", "", *told)
        before, reminded = now, told


def _rule(rule: Rule, edition: Ruleset) -> Iterator[str]:
    told = recite(rule, edition)
    yield f"### {rule.title.zh} `{rule.id}`"
    yield ""
    yield f"- 事项：{MATTER_WORDS[rule.matter].zh}；效力：{_force(rule)}"
    yield f"- 对象：{'、'.join(words.zh for words in told.subjects) + '（逐项）' if told.subjects else describe(rule.section).label.zh}"
    for name, each in (("适用", told.applies), ("要求", told.requires), ("可不作不符合", told.excused)):
        if each is not None:
            yield from _spoken(f"- {name}：", each, 0)
    yield "- 依据：" + "；".join(map(_cited, rule.citations))
    for status, words in rule.messages.items():
        yield f"- {STATUS_WORDS[status].zh}时：{template_words(words, rule, edition).zh}"
    if rule.shows:
        yield "- 列示：" + "、".join(shown_label(name, rule, edition).zh for name in rule.shows)
    for name, text in (("办法", rule.remedy), ("条件", rule.commitment), ("说明", rule.note)):
        if text is not None:
            yield f"- {name}：{template_words(text, rule, edition).zh}"


def _reminder(each: Reminder, edition: Ruleset) -> Iterator[str]:
    yield f"- {each.message.zh}。依据：{_cited(each.citation)}"
    yield from _spoken("- 适用：", spoken(each.applies, edition), 1)


def _cited(each: Citation) -> str:
    clause = f"（{each.clause}）" if each.clause else ""
    quote = f"“{each.quote}”" if each.quote else ""
    return f"《{each.document}》{each.article or ''}{clause}{quote}〔{EVIDENCE_WORDS[each.evidence].zh}〕"


def _force(rule: Rule) -> str:
    words = FORCE_WORDS[rule.force].zh
    basis = f"（{rule.force_basis.zh}）" if rule.force_basis else ""
    rests = "仅以方案为依据，" if rule.plan_alone else ""
    alone = f"；{rests}期满后不再继续执行的作{FORCE_WORDS[rule.after_plan].zh}" if rule.after_plan else ""
    seen = f"；所据法规：{EVIDENCE_WORDS[rule.rests].zh}" if rule.rests else ""
    return f"{words}{basis}{alone}{seen}"


def _spoken(head: str, told: Spoken, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{head}{told.words.zh}{'：' if told.parts else ''}"
    for part in told.parts:
        yield from _spoken("- ", part, depth + 1)
