"""对照审查表（内部辅助，非法定审查意见）: the findings of one recorded review, matter by matter, and the decision on it.

It recommends and records; it never claims to be the statutory opinion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from review.facts import industry_named
from review.papers.attached import attached_files
from review.papers.balances import balance_lines
from review.papers.blocks import Block, Entry, Grid, Language, Lines, Pair, Pairs, Paper, Points, Prose, Section
from review.papers.consulted import consulted_units
from review.papers.language import Voice
from review.papers.signed import SIGNERS, signature_lines, signature_rows
from review.papers.source import Dossier
from review.quantities import exact, plain
from review.record.views.answer_words import answer_words
from review.sheet.project import AUTHORITIES, CATEGORIES, NATURES, STAGES
from review.terms import (
    FOLLOWS,
    FORCE_WORDS,
    MARK,
    MATTER_WORDS,
    MATTERS,
    OUTCOMES,
    RECOMMENDATION_WORDS,
    STATED_WORDS,
    STATUS_WORDS,
    STATUSES,
)
from review.verdict.document import ReminderShown
from review.verdict.summary import deciding, in_doubt, margin_words, required_words, triggers_of, why

_CHECKED = ("official", "setting")
# So many fit on the page that is signed.
_MOST_REASONS = 6


def opinion(dossier: Dossier, language: Language) -> Paper:
    """The paper of a review, with the decision in the dossier if there is one."""
    writer = _Opinion(dossier, Voice(language, dossier.ruleset))
    say = writer.voice.say
    return Paper(
        kind="opinion", language=language, title=say("“两高”项目对照审查表", "Review of a two-high project against the plan"),
        mark=writer.voice.words(MARK), number=number_words(dossier, writer.voice), code=dossier.code, day=dossier.day,
        sections=tuple(writer.sections()), page_words=page_words(writer.voice),
    )  # fmt: skip


def number_words(dossier: Dossier, voice: Voice) -> str:
    """The paper's number: review, project and version."""
    recorded = dossier.recorded
    return voice.say(
        f"审查第 {recorded.id} 号 · 项目第 {recorded.project} 号 · 第 {recorded.version} 版",
        f"review {recorded.id} · project {recorded.project} · version {recorded.version}",
    )


def page_words(voice: Voice) -> tuple[str, str, str]:
    """What stands before, between and after the page's number and the number of pages."""
    return ("第 ", " 页，共 ", " 页") if voice.language == "zh" else ("page ", " of ", "")


def project_rows(dossier: Dossier, voice: Voice) -> tuple[Pair, ...]:
    """Who and what: the project in brief."""
    say, project, site = voice.say, dossier.sheet.project, dossier.sheet.site

    def chosen(options: Mapping[str, tuple[str, str]], value: str | None) -> str:
        return voice.unstated() if value is None else say(*options[value])

    return (
        Pair(say("项目名称", "project"), project.name),
        Pair(say("项目代码", "project code"), project.code or voice.unstated()),
        Pair(say("建设单位", "applicant"), project.applicant or voice.unstated()),
        Pair(say("行业", "industry"), _industry(dossier, voice)),
        Pair(say("建设性质", "nature"), chosen(NATURES, project.nature)),
        Pair(say("建设阶段", "stage"), chosen(STAGES, project.stage)),
        Pair(say("产业政策类别", "policy category"), chosen(CATEGORIES, project.policy_category)),
        Pair(say("园区", "park"), _park(dossier, voice, site.park if site is not None else None)),
    )


def _industry(dossier: Dossier, voice: Voice) -> str:
    two_high = {
        True: voice.say("“两高”", "two-high"),
        False: voice.say("非“两高”", "not two-high"),
        None: voice.say("是否“两高”未定", "two-high or not: open"),
    }
    code, facts = dossier.sheet.project.industry, dossier.document["facts"]
    named = industry_named(dossier.ruleset, code) if code else voice.unstated()
    return f"{named} · {two_high[facts['two_high']]}"


def _park(dossier: Dossier, voice: Voice, park: Any) -> str:
    if park is None:
        return voice.unstated()
    names = {row["park"]: str(row["name"]) for row in dossier.ruleset.content["tables"].get("parks", ())}
    return voice.say("不在园区", "outside every park") if park == "none" else names.get(park, str(park))


@dataclass(frozen=True)
class _Opinion:
    dossier: Dossier
    voice: Voice

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        return list(self.dossier.document["findings"])

    @cached_property
    def triggers(self) -> frozenset[str]:
        """The rules whose figure is what makes them speak."""
        return triggers_of(self.dossier.ruleset)

    @cached_property
    def sources(self) -> dict[str, int]:
        """What the judged findings cite, each once: its line, and its number in the list."""
        lines = dict.fromkeys(
            self.voice.citation(each)
            for finding in self.findings
            if finding["status"] != "not_applicable"
            for each in finding["citations"]
        )
        return {line: number for number, line in enumerate(lines, 1)}

    def sections(self) -> Iterator[Section]:
        """One page to be signed, then the annex."""
        say = self.voice.say
        yield Section("", (Pairs(project_rows(self.dossier, self.voice), beside=True),))
        yield Section(say("结论和理由", "Conclusion and reasons"), tuple(self._conclusion()))
        yield Section(say("决定", "Decision"), (self._decision(),))
        yield Section("", (Lines(signature_lines(self.dossier.decision, self.voice)),))
        parts = [
            (say("逐条对照", "Findings"), (self._counts(),)),
            (say("用能概况", "Energy in brief"), (self._energy(),)),
            (say("条件与承诺", "Conditions"), (self._conditions(),)),
            (say("未核对数值的说明", "Figures that are not checked"), tuple(self._unchecked())),
            (say("提示与备注", "Notes and reminders"), tuple(self._others())),
            (say("总量台账", "What the city may still add"), tuple(balance_lines(self.dossier, self.voice))),
            (say("征求意见", "Consultations"), tuple(consulted_units(self.dossier, self.voice))),
            (say("所附文件", "Files"), tuple(attached_files(self.dossier, self.voice))),
            (say("所依据的条文和数值", "What is cited"), (self._cited(),)),
            (say("审查依据和核验", "Basis, and how to check this paper"), (self._basis(),)),
        ]  # fmt: skip
        annex = say("附件  ", "Annex  ")
        for number, (title, blocks) in enumerate(((title, blocks) for title, blocks in parts if blocks), 1):
            before = annex if number == 1 else ""
            yield Section(f"{before}{self.voice.ordinal(number)}{title}", blocks, starts_page=number == 1)
            if number == 1:
                yield from self._matters()

    def _conclusion(self) -> Iterator[Block]:
        say, document = self.voice.say, self.dossier.document
        words = self.voice.words(RECOMMENDATION_WORDS[document["recommendation"]])
        extra = (
            say("（暂定：部分数值或依据尚待确认）", " (provisional: some figures, or the law, are not settled)")
            if document["provisional"]
            else ""
        )
        yield Prose(say(f"审查建议：{words}{extra}", f"Recommendation: {words}{extra}"), strong=True)
        yield Prose(self.voice.words(why(document)))
        if document["recommendation"] != "approve":
            found = list(dict.fromkeys(self.voice.words(each["title"]) for each in deciding(document)))
            more = len(found) - _MOST_REASONS
            tail = (say(f"另有 {more} 项，见附件。", f"{more} more: see the annex."),) if more > 0 else ()
            yield Points((*found[:_MOST_REASONS], *tail))
        rows = [
            (
                self.voice.words(MATTER_WORDS[each["matter"]]),
                self.voice.words(RECOMMENDATION_WORDS[each["recommendation"]]),
                self._level(each),
            )
            for each in document["matters"]
        ]
        yield Grid(
            (say("事项", "matter"), say("建议", "recommendation"), say("审查级次", "level of review")),
            (4, 4, 4),
            tuple(rows),
        )
        yield Prose(say(
            "本表供经办人对照方案逐条审查时使用，不是法定审查意见，不替代节能审查、环评等法定程序。",
            "This paper aids the officer who reviews against the plan. It is not the statutory opinion and replaces no statutory procedure."))  # fmt: skip

    def _level(self, matter: Mapping[str, Any]) -> str:
        level = matter["authority"]
        return self.voice.say(*AUTHORITIES[level]) if level in AUTHORITIES else "—"

    def _decision(self) -> Block:
        say, decision = self.voice.say, self.dossier.decision
        if decision is None:
            return Prose(say("决定：尚未作出。", "Decision: none yet."))
        departs = decision["departs"]
        followed = FOLLOWS[self.dossier.document["recommendation"]] == decision["outcome"]
        relation = (
            say("与建议一致", "follows the recommendation")
            if followed
            else say("与建议不同", "departs from the recommendation")
        )
        if departs and followed:
            relation = say(
                "替代来源已不足，按与建议不同处理", "a source holds less than is asked: treated as a departure"
            )
        named = (
            ("reason", "理由", "reason"), ("clause", "所依据的条款", "clause relied on"), ("officer", "经办人", "officer"), ("second", "复核人", "second person"),
            ("on_behalf_of", "代表单位", "on behalf of"), ("responsible", "处置责任单位", "responsible"),
        )  # fmt: skip
        stated: Mapping[str, object] = decision
        signed = tuple(signature_rows(decision, self.voice))
        rows = [
            Pair(
                say("决定", "decision"),
                self.voice.words(OUTCOMES[decision["outcome"]]) + say(f"（{relation}）", f" ({relation})"),
            ),
            Pair(say("决定编号", "decision number"), str(self.dossier.decided)),
            Pair(say("决定日期", "decided on"), self.voice.day(decision["decided_on"])),
            *(
                Pair(say(zh, en), str(stated[name]))
                for name, zh, en in named
                if stated[name] and not (signed and name in SIGNERS)
            ),
            *signed,
        ]
        if decision["due"]:
            rows.append(Pair(say("完成期限", "due"), self.voice.day(decision["due"])))
        return Pairs(tuple(rows))

    def _cited(self) -> Block:
        return Grid(
            (self.voice.say("编号", "No."), self.voice.say("文件、条款、原文或数值、核对情况", "document, clause, words or figure, evidence")),
            (1, 14),
            tuple((str(number), line) for line, number in self.sources.items()),
        )  # fmt: skip

    def _basis(self) -> Block:
        say, ruleset, recorded = self.voice.say, self.dossier.ruleset, self.dossier.recorded
        return Pairs((
            Pair(say("方案", "plan"), ruleset.plan_title),
            Pair(say("规则版本", "edition"), say(f"{self.dossier.edition} 版（{ruleset.content['title']['zh']}）", f"{ruleset.id}@{self.dossier.edition} ({ruleset.content['title']['en']})")),
            Pair(say("审查日", "as of"), self.voice.day(recorded.as_of.isoformat())),
            *((Pair(say("记录理由", "why it was recorded so"), self.dossier.reason),) if self.dossier.reason else ()),
            Pair(say("日期", "date"), self.voice.day(self.dossier.day)),
            Pair(say("版本摘要", "edition digest"), recorded.ruleset),
            Pair(say("项目表摘要", "sheet digest"), recorded.sheet),
            Pair(say("审查摘要", "review digest"), recorded.digest),
            Pair(say("核验码", "verification code"), self.dossier.code),
        ))  # fmt: skip

    def _energy(self) -> Block:
        say, facts, amount = self.voice.say, self.dossier.document["facts"], self.voice.amount
        total, account = facts["energy.total_tce"], facts["energy.intensity_account_tce"]
        feedstock = None
        if isinstance(total, str) and isinstance(account, str):
            with exact():
                feedstock = plain(Decimal(total) - Decimal(account))
        return Pairs((
            Pair(say("综合能源消费量（当量值）", "energy a year, at calorific value"), amount(total, "tce")),
            Pair(say("综合能源消费量（等价值）", "energy a year, at primary-energy value"), amount(facts["energy.total_tce_primary"], "tce")),
            Pair(say("其中原料用能（当量值）", "of which feedstock (calorific)"), amount(feedstock, "tce")),
            Pair(say("煤炭消费量（实物量）", "coal a year (physical)"), amount(facts["energy.coal_t"], "t")),
            Pair(say("电力消费量", "electricity a year"), amount(facts["energy.electricity_mwh"], "MWh")),
        ))  # fmt: skip

    def _counts(self) -> Block:
        found = [each["status"] for each in self.findings]
        parts = [
            f"{self.voice.words(words)} {found.count(status)}"
            for status, words in STATUS_WORDS.items()
            if status in found
        ]
        return Prose(
            self.voice.say("共 ", "In all ")
            + str(len(found))
            + self.voice.say(" 条：", ": ")
            + self.voice.say("，", ", ").join(parts)
        )

    def _matters(self) -> Iterator[Section]:
        silent = []
        for matter in MATTERS:
            mine = [each for each in self.findings if each["matter"] == matter]
            silent += [each for each in mine if each["status"] == "not_applicable"]
            judged = sorted(
                (each for each in mine if each["status"] != "not_applicable"),
                key=lambda each: STATUSES.index(each["status"]),
            )
            if judged:
                yield Section(
                    self.voice.words(MATTER_WORDS[matter]), tuple(self._entry(each) for each in judged), level=2
                )
        if silent:
            say = self.voice.say
            head = (say("条目", "rule"), say("原因", "why"), say("条款", "clauses"))
            rows = tuple(
                (
                    self.voice.words(each["title"]),
                    self.voice.joined((self.voice.words(each["message"]), *self._answer(each))),
                    self._clauses(each),
                )
                for each in silent
            )
            yield Section(say("不适用的条目", "Not applicable"), (Grid(head, (5, 5, 3), rows),), level=2)

    def _clauses(self, finding: Mapping[str, Any]) -> str:
        cited = (f"{each['article']} {each['clause']}" for each in finding["citations"] if each["clause"])
        return self.voice.joined(dict.fromkeys(cited)) or "—"

    def _conditions(self) -> Block:
        decision = self.dossier.decision
        if decision is not None and decision["outcome"] == "approve":
            found = [self.voice.words(each) for each in decision["conditions"]]
        else:
            found = [self.voice.words(each["condition"]) for each in self.findings if each["condition"]]
        return Points(tuple(dict.fromkeys(found))) if found else Prose(self.voice.say("无。", "None."))

    def _unchecked(self) -> Iterator[Block]:
        say = self.voice.say
        rested = dict.fromkeys(
            self.sources[self.voice.citation(cited)]
            for each in self.findings
            if each["status"] != "not_applicable"
            for cited in each["citations"]
            if cited["evidence"] not in _CHECKED
        )
        if self.dossier.document["provisional"]:
            yield Prose(say("不计下列未经核对的数值、并把依据待定的要求作为指导，建议将有所不同；核对、确定之前，本建议为暂定。",
                            "Without the figures below, which are not checked, and with the requirements whose law is in doubt as guidance, the recommendation would be another: it is provisional until they are settled."), strong=True)  # fmt: skip
            if doubted := in_doubt(self.dossier.document, self.dossier.ruleset):
                named = [self.voice.words(each["title"]) for each in doubted]
                yield Prose(
                    say(
                        f"依据待定的要求：{'；'.join(named)}。",
                        f"Requirements whose law is in doubt: {'; '.join(named)}.",
                    )
                )
        elif rested:
            yield Prose(say("下列数值尚未与正式文本核对；不计这些数值，建议不变。",
                            "The figures below are not checked against the official text; without them the recommendation is the same."))  # fmt: skip
        if rested:
            numbers = self.voice.numbers(sorted(rested))
            yield Prose(say(f"未核对的为“所依据的条文和数值”所列 {numbers}。", f"Not checked are, of what is cited, {numbers}."))  # fmt: skip
        else:
            yield Prose(say("本次审查没有依据未核对的数值。", "This review rests on no unchecked figure."))

    def _others(self) -> Iterator[Block]:
        document = self.dossier.document
        if document["notes"]:
            yield Points(tuple(self.voice.words(note["message"]) for note in document["notes"]))
        if document["reminders"]:
            yield Points(tuple(self._reminder(each) for each in document["reminders"]))

    def _reminder(self, each: ReminderShown) -> str:
        quote = f"“{each['quote']}”" if each["quote"] else ""
        if "message" not in each:
            return f"{each['article']} {each['clause']} {quote}"
        source = f"《{each['document']}》{each['article'] or ''}{quote}"
        return f"{self.voice.words(each['message'])} {source}"

    def _answer(self, finding: Mapping[str, Any]) -> tuple[str, ...]:
        """What an officer says of a finding: beside it, never in its place."""
        answer = self.dossier.answers.get((finding["rule"], finding["subject"]))
        return () if answer is None else (self.voice.words(answer_words(answer, self.dossier.decided)),)

    def _entry(self, finding: Mapping[str, Any]) -> Entry:
        """A finding as it stands on the paper; its figures are named as on the page."""
        say, voice = self.voice.say, self.voice
        trigger = finding["rule"] in self.triggers
        rows = []
        if finding["observed"] or finding["required"]:
            rows += [
                Pair(voice.words(STATED_WORDS), voice.side(finding["observed"])),
                Pair(voice.words(required_words(trigger)), voice.side(finding["required"])),
            ]
        if (margin := finding["margin"]) is not None:
            unit = (finding["observed"] or finding["required"] or {}).get("unit")
            rows.append(Pair(voice.words(margin_words(margin, trigger)), voice.amount(margin.removeprefix("-"), unit)))
        if finding["remedy"]:
            rows.append(Pair(say("办法", "remedy"), voice.words(finding["remedy"])))
        if finding["condition"]:
            rows.append(Pair(say("条件", "condition"), voice.words(finding["condition"])))
        rows += [Pair(say("审查人员意见", "the officer on it"), each) for each in self._answer(finding)]
        cited = voice.numbers(dict.fromkeys(self.sources[voice.citation(each)] for each in finding["citations"]))
        return Entry(
            title=voice.words(finding["title"]), status=finding["status"], status_words=voice.words(STATUS_WORDS[finding["status"]]),
            about=f"{voice.field(finding['subject'])} · {voice.words(FORCE_WORDS[finding['force']])}", message=voice.words(finding["message"]),
            rows=tuple(rows), citations=(say(f"依据：{cited}", f"cited: {cited}"),) if cited else (),
            notes=tuple(voice.words(note) for note in finding["notes"]),
        )  # fmt: skip
