"""一次性告知书: the letter that tells the applicant (建设单位), once, all that is to be supplied or justified.

Administrative Licensing Law (行政许可法), article 32, paragraph 1, item 4: everything to be corrected is told at once or within five
days; Order 31 of 2025, article 14, says the same of energy reviews. Nothing is asked that the office itself is to find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from review.errors import Fault, Refused, Text
from review.papers.blocks import Block, Closing, Grid, Language, Lines, Pair, Pairs, Paper, Points, Prose, Section
from review.papers.language import Voice
from review.papers.opinion import number_words
from review.papers.source import Dossier
from review.sheet.catalogue import placed_label
from review.terms import MATTER_WORDS
from review.verdict.stated import to_put_right
from review.verdict.summary import is_notice_due, open_otherwise, to_justify, to_supply

# The day from which Order 31 of 2025 (固定资产投资项目节能审查和碳排放评价办法) is in force.
_ORDER_31_FROM = "2025-09-01"


def notice(dossier: Dossier, language: Language) -> Paper:
    """The notice of a review: a row for each item that the applicant is to state, and for each to be justified.

    Raises Refused where nothing is to be supplied.
    """
    if not is_notice_due(dossier.document):
        words = Text(
            "没有需要补正的内容，不出一次性告知书",
            "nothing is to be supplied: there is no one-time notice of this review",
        )
        raise Refused([Fault("notice", words)])
    writer = _Notice(dossier, Voice(language, dossier.ruleset))
    return Paper(
        kind="notice", language=language, title=writer.voice.say("一次性告知书", "One-time notice"), mark="",
        number=number_words(dossier, writer.voice), code=dossier.code, day=dossier.day, sections=tuple(writer.sections()),
        page_words=("— ", "", " —"), issuer=writer.issuer, reference=dossier.reference,
    )  # fmt: skip


@dataclass(frozen=True)
class _Notice:
    dossier: Dossier
    voice: Voice

    @property
    def issuer(self) -> str:
        """The office, or the place where its name is to be written."""
        return self.dossier.office.name or self.voice.say("（审查机关名称）", "(name of the office)")

    def sections(self) -> Iterator[Section]:
        say = self.voice.say
        yield Section("", tuple(self._opening()))
        parts = [
            (say("需要补充载明的内容", "To be stated"), tuple(self._missing())),
            (say("需要核对更正的内容", "To be checked or put right"), tuple(self._doubtful())),
            (say("需要补充论证或提供依据的事项", "To be justified"), tuple(self._justified())),
            (say("按所报内容不符合的强制性要求", "Mandatory requirements that are not met as stated"), tuple(self._failing())),
            (say("报送", "How to send it"), tuple(self._sending())),
        ]  # fmt: skip
        for number, (title, blocks) in enumerate(((title, blocks) for title, blocks in parts if blocks), 1):
            yield Section(self.voice.ordinal(number) + title, blocks)
        yield Section("", tuple(self._signing()))

    def _opening(self) -> Iterator[Block]:
        say, project = self.voice.say, self.dossier.sheet.project
        whom = project.applicant or say("（建设单位未载明）", "(applicant not stated)")
        yield Prose(say(f"{whom}：", f"To {whom}:"))
        code = say(f"（项目代码：{project.code}）", f" (project code {project.code})") if project.code else ""
        plan, as_of = self.dossier.ruleset.plan_title, self.voice.day(self.dossier.recorded.as_of.isoformat())
        law = say(
            "《中华人民共和国行政许可法》第三十二条", "article 32 of the Administrative Licensing Law (行政许可法)"
        )
        if self.dossier.recorded.as_of.isoformat() >= _ORDER_31_FROM:
            law += say("（涉及节能审查的，并依照国家发展改革委 2025 年第 31 号令第十四条）",
                       ", and for energy reviews by article 14 of Order 31 of 2025 of the National Development and Reform Commission")  # fmt: skip
        yield Prose(indented=True, text=say(
            f"你单位报送的“{project.name}”{code}材料，经对照《{plan}》及有关法律法规（截至{as_of}），下列内容不齐全或者尚需论证。依照{law}，现将需要补正的全部内容一次告知如下。",
            f"The material for “{project.name}”{code} was reviewed against the plan {plan} and the laws it rests on, as of {as_of}. What follows is missing or to be justified; by {law} all of it is told here, once."))  # fmt: skip

    @cached_property
    def put_right(self) -> Mapping[str, Text]:
        """Of what the applicant is asked for, what the sheet states and what is wrong with it."""
        wanted = [each["path"] for each in to_supply(self.dossier.document)]
        case = self.dossier.recorded.case(self.dossier.sheet, self.dossier.ruleset)
        return to_put_right(wanted, case)

    def _missing(self) -> Iterator[Block]:
        say, others = self.voice.say, open_otherwise(self.dossier.document)
        wanted = [each for each in to_supply(self.dossier.document) if each["path"] not in self.put_right]
        if wanted:
            rows = tuple((str(number), self._place(each), self._settled(each)) for number, each in enumerate(wanted, 1))
            yield Grid((say("序号", "No."), say("需补充的内容", "to be stated"), say("用于判断", "settles")), (1, 5, 7), rows)  # fmt: skip
        if others:
            yield Prose(say("下列事项亦无法判断：", "These cannot be judged either:"))
            yield self._table(others)

    def _doubtful(self) -> Iterator[Block]:
        say, words = self.voice.say, self.voice.words
        rows = tuple(
            (str(number), self._place(each), words(self.put_right[each["path"]]), self._settled(each))
            for number, each in enumerate(
                (each for each in to_supply(self.dossier.document) if each["path"] in self.put_right), 1
            )
        )
        if rows:
            head = (say("序号", "No."), say("内容", "field"), say("情形", "finding"), say("用于判断", "settles"))
            yield Grid(head, (1, 4, 5, 4), rows)

    def _settled(self, item: Mapping[str, Any]) -> str:
        """The requirements that an item settles, by their titles."""
        titles = {each["rule"]: self.voice.words(each["title"]) for each in self.dossier.document["findings"]}
        return self.voice.joined(titles.get(rule, rule) for rule in item["settles"])

    def _place(self, item: Mapping[str, Any]) -> str:
        """A field by the section of the sheet and its label; in English with its path."""
        label = placed_label(item["path"])
        return self.voice.say(label.zh, f"{label.en} ({item['path']})")

    def _justified(self) -> Iterator[Block]:
        if wanted := to_justify(self.dossier.document):
            yield self._table(wanted)

    def _table(self, findings: tuple[Mapping[str, Any], ...]) -> Block:
        say, words = self.voice.say, self.voice.words
        rows = tuple(
            (
                str(number), words(MATTER_WORDS[each["matter"]]), words(each["title"]) + say(f"（{self.voice.field(each['subject'])}）", f" ({self.voice.field(each['subject'])})"),
                words(each["message"]), words(each["remedy"]) or "—",
            )
            for number, each in enumerate(findings, 1)
        )  # fmt: skip
        head = (say("序号", "No."), say("事项", "matter"), say("要求", "requirement"), say("情形", "finding"), say("请提供", "please supply"))  # fmt: skip
        return Grid(head, (1, 2, 4, 4, 4), rows)

    def _failing(self) -> Iterator[Block]:
        failing = [
            each
            for each in self.dossier.document["findings"]
            if (each["force"], each["status"]) == ("mandatory", "fail")
        ]
        if failing:
            yield Prose(self.voice.say("下列要求，补正材料不能代替整改：", "Supplying material does not cure these:"))
            yield Points(
                tuple(
                    self.voice.words(each["title"]) + self.voice.say("：", ": ") + self.voice.words(each["message"])
                    for each in failing
                )
            )

    def _sending(self) -> Iterator[Block]:
        say, office, number = self.voice.say, self.dossier.office, self.dossier.recorded.id
        about = self.dossier.reference or say(f"审查第 {number} 号", f"review {number}")
        yield Prose(indented=True, text=say(
            f"请在原项目表中补充或更正上述内容，连同证明文件（注明文号、日期、出具机关）一并报送，并注明“{about}”。确实没有的，请写“无”，不要留空。",
            f"Please complete and correct the same project sheet and send it with the documents (number, date, issuer), naming {about}. Where something does not exist, write “none”; do not leave it empty."))  # fmt: skip
        named = ((say("联系人", "Contact"), office.contact), (say("联系电话", "Telephone"), office.telephone), (say("地址", "Address"), office.address))  # fmt: skip
        yield Lines((say("报送期限：", "Send by:"), *(f"{label}{say('：', ': ')}{value}" for label, value in named)))

    def _signing(self) -> Iterator[Block]:
        say = self.voice.say
        yield Closing((self.issuer, self.voice.day(self.dossier.day), say("（印章）", "(seal)")))
        yield Lines((
            say("材料收到日期：", "Material received on:"), say("告知日期（收到后五个工作日内）：", "Told on (within five working days):"),
            say("经办：", "Handled by:"), say("签收：", "Received by:"),
        ))  # fmt: skip
        yield Pairs((Pair(say("核验码", "verification code"), self.dossier.code),))
