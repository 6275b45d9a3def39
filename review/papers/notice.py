"""一次性告知书（补充材料通知）: everything that is missing or to be justified, in one list, for the applicant (建设单位)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.papers.blocks import Block, Grid, Language, Lines, Pair, Pairs, Paper, Prose, Section
from review.papers.language import Voice
from review.papers.opinion import number_words, page_words, verification
from review.papers.source import Dossier
from review.sheet.fields import OFFICE
from review.sheet.paths import section_of
from review.terms import FORCE_WORDS, MARK, MATTER_WORDS


def notice(dossier: Dossier, language: Language) -> Paper:
    """The notice of a review: one row for each item of its supplement list, and one for each item to be justified."""
    writer = _Notice(dossier, Voice(language, dossier.ruleset))
    return Paper(
        kind="notice", language=language, title=writer.voice.say("一次性告知书（补充材料通知）", "One-time notice: material to be supplied"),
        mark=writer.voice.words(MARK), number=number_words(dossier, writer.voice), code=dossier.code, day=dossier.day,
        sections=tuple(writer.sections()), page_words=page_words(writer.voice),
    )  # fmt: skip


@dataclass(frozen=True)
class _Notice:
    dossier: Dossier
    voice: Voice

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        return list(self.dossier.document["findings"])

    def sections(self) -> Iterator[Section]:
        say, project = self.voice.say, self.dossier.sheet.project
        whom = project.applicant or say("（建设单位未载明）", "(applicant not stated)")
        yield Section(say(f"致：{whom}", f"To: {whom}"), tuple(self._opening()))
        yield Section(say("一、应补充载明的内容", "1. To be stated"), tuple(self._missing()))
        yield Section(say("二、应补充论证或提供依据的事项", "2. To be justified"), tuple(self._justified()))
        yield Section(say("三、报送方式", "3. How to send it"), tuple(self._sending()))
        yield Section(say("签署", "Signatures"), tuple(self._signing()))

    def _opening(self) -> Iterator[Block]:
        say, project = self.voice.say, self.dossier.sheet.project
        day = self.voice.day(self.dossier.recorded.as_of.isoformat())
        yield Pairs((
            Pair(say("项目名称", "project"), project.name), Pair(say("项目代码", "project code"), project.code or self.voice.unstated()),
            Pair(say("审查依据", "reviewed against"), self.dossier.ruleset.plan_title), Pair(say("审查日", "as of"), day),
        ))  # fmt: skip
        yield Prose(say("对照上述方案，下列内容尚不足以判断或须作论证，现一次性告知如下。",
                        "Reviewed against the plan named above, what follows is missing or to be justified; it is all said here, once."))  # fmt: skip
        failed = sum(each["status"] == "fail" and each["force"] == "mandatory" for each in self.findings)
        if failed:
            yield Prose(say(f"另有 {failed} 项强制性条款不符合，见对照审查表；补充材料不能代替整改。",
                            f"Besides, {failed} mandatory findings fail: see the review. Supplying material does not cure them."), strong=True)  # fmt: skip

    def _missing(self) -> Iterator[Block]:
        say = self.voice.say
        titles = {each["rule"]: self.voice.words(each["title"]) for each in self.findings}
        asked = self.dossier.document["supplement"]
        # What the office is to supply is not asked of the applicant.
        wanted = [each for each in asked if each.get("by") != OFFICE]
        if wanted:
            rows = tuple(
                (str(number), self._place(each), self.voice.joined(titles.get(rule, rule) for rule in each["settles"]))
                for number, each in enumerate(wanted, 1)
            )  # fmt: skip
            yield Grid(("#", say("项目表中的位置", "field of the sheet"), say("用于判断", "settles")), (1, 5, 7), rows)
        settled = {rule for each in asked for rule in each["settles"]}
        others = [each for each in self.findings if each["status"] == "missing" and each["rule"] not in settled]
        if others:
            yield Prose(say("下列条目亦无法判断：", "These cannot be judged either:"))
            yield self._table(others)
        if not wanted and not others:
            yield Prose(say("无。", "None."))

    def _place(self, item: Mapping[str, Any]) -> str:
        """A field by its label; beside it the path in English, and in Chinese the section of the sheet."""
        label = self.voice.words(item["label"])
        section = self.voice.field(section_of(item["path"]))
        return self.voice.say(f"{section}：{label}", f"{label} ({item['path']})")

    def _justified(self) -> Iterator[Block]:
        wanted = [
            each for each in self.findings
            if (each["status"] == "fail" and each["force"] == "in_principle") or (each["status"] == "attention" and each["remedy"])
        ]  # fmt: skip
        yield self._table(wanted) if wanted else Prose(self.voice.say("无。", "None."))

    def _table(self, findings: list[Mapping[str, Any]]) -> Block:
        say, words = self.voice.say, self.voice.words
        rows = tuple(
            (
                f"{words(MATTER_WORDS[each['matter']])} · {words(FORCE_WORDS[each['force']])}", f"{words(each['title'])}（{self.voice.field(each['subject'])}）",
                words(each["message"]), words(each["remedy"]) or "—",
            )
            for each in findings
        )  # fmt: skip
        return Grid(
            (say("事项", "matter"), say("条目", "rule"), say("情形", "finding"), say("请提供", "please supply")),
            (2, 4, 4, 4),
            rows,
        )

    def _sending(self) -> Iterator[Block]:
        say, number = self.voice.say, self.dossier.recorded.id
        yield Prose(say(f"请在原项目表中补充上述内容，连同证明文件（注明文号、日期、出具机关）报送本通知的发出单位，并注明“审查第 {number} 号”。确实没有的，请写“无”，不要留空。",
                        f"Please complete the same project sheet and send it, with the documents (number, date, issuer), to the office that sent this notice, naming review {number}. Where something does not exist, write “none”; do not leave it empty."))  # fmt: skip
        yield Lines((say("报送期限：", "Send by:"), say("联系人：", "Contact:"), say("电话：", "Telephone:")))

    def _signing(self) -> Iterator[Block]:
        say = self.voice.say
        yield Lines((say("经办：", "Handled by:"), say("发出日期：", "Sent on:"), say("签收：", "Received by:")))
        yield verification(self.dossier, self.voice)
