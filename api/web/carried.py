"""A form that waits while its sender signs in again: what was typed in it, in words; what pages keep for themselves is not told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from api.web.display import edition_words
from api.web.sheet_form import AS_TYPED, STATE, UNSTATED
from review.errors import Text
from review.facts.register_keys import KINDS
from review.law.comparison import WHY_WORDS
from review.law.place import area_words_at_hand
from review.law.tables import COLUMN_WORDS
from review.record.storage.added import MEDIA
from review.record.work.webhooks import KIND_WORDS
from review.sheet.catalogue import describe, label_of
from review.sheet.fields import NONE
from review.terms import ANSWER_WORDS, OUTCOMES, REPLY_WORDS, ROLE_WORDS, THERE_IS_NONE, TRUTH_WORDS

# What pages keep in hidden fields and buttons.
_OF_THE_PAGE = frozenset(
    {"then", "version", "base", "once", "next", "start", "seen", "csrf", "act", "pending", "back", "review", "rule", "expected", "content", "how", "on", "off", "kept"}
)  # fmt: skip
# The box beside a field in which what to choose is looked for, and what was found.
_FIND = ("find:", "found:")
_SECTION = re.compile(r"/drafts/\d+/([a-z_]+)")
_ROW = re.compile(r"/drafts/\d+/rows/([a-z_.]+)/\w+")
# A choice or a mark of programs, which is nothing that somebody typed.
_CODE = re.compile(r"[a-z][a-z0-9]*([_.:-][a-z0-9]+)*")
_YES_NO = {"yes": TRUTH_WORDS[True], "no": TRUTH_WORDS[False]}
# Names of fields that forms have, and the words of what can be chosen in them.
_NAMES: Mapping[str, Text] = {
    "outcome": Text("决定", "decision"), "reason": Text("理由", "reason"), "clause": Text("所依据的条款", "clause relied on"), "conditions": Text("批准的条件", "conditions"),
    "responsible": Text("责任单位或责任人", "who is responsible"), "due": Text("期限", "to be done by"), "second": Text("复核人", "second person"), "on_behalf_of": Text("代何人作出", "on whose behalf"),
    "answer": Text("意见", "what is said of it"), "opinion": Text("意见", "opinion"), "words": Text("内容", "its words"), "question": Text("征求意见的内容", "question"),
    "day": Text("日期", "day"), "document": Text("文号", "document number"), "name": Text("名称", "name"), "note": Text("备注", "note"), "units": Text("单位", "units"), "unit": Text("单位", "unit"),
    "working_days": Text("工作日数", "working days"), "reply_reason": Text("取代先前答复的理由", "why it takes the place of an earlier reply"), "close_reason": Text("理由", "reason"),
    "withdraw_reason": Text("撤回的理由", "why it is taken back"), "condition": Text("哪一项条件", "which condition"), "why": Text("退回的理由", "why it is sent back"),
    "holder": Text("移交给", "to whom"), "person": Text("外出人", "who is away"), "deputy": Text("代办人", "deputy"), "begins": Text("自", "from"), "ends": Text("至（含）", "to (included)"),
    "as_of": Text("审查日", "day of review"), "since": Text("审查日自", "reviewed since"), "until": Text("审查日至", "reviewed until"), "project": Text("项目编号", "number of the project"),
    "against": Text("对照的版本", "edition compared with"), "depth": Text("核验范围", "how far"), "ruleset": Text("规则版本", "edition of the rules"),
    "page": Text("页", "page"), "place": Text("位置", "place"), "path": Text("哪一项", "which item"), "attachment": Text("所依据的附件", "attachment relied on"), "answer_page": Text("附件的页", "page of it"),
    "title": Text("文件名称", "title of the document"), "number": Text("文号", "document number"), "date": Text("文件日期", "date of the document"), "kind": Text("原因", "why"),
    "whole": Text("整张表", "the whole table"), "checked": Text("已核对", "checked"), "first": Text("施行首日", "first day"), "text": Text("JSON 内容", "JSON"), "more": Text("再加一项", "one more"),
    "pollutant": Text("种类", "kind"), "source": Text("来源编号", "source"), "enterprise": Text("退出企业", "enterprise"), "line": Text("退出的生产线", "retired line"), "area": Text("所在区域", "area"),
    "verified_t": Text("核定量", "verified amount"), "completed": Text("完成日期", "completed on"), "medium": Text("总量", "quota of"), "first_year": Text("首年", "first year"),
    "last_year": Text("末年", "last year"), "amount": Text("指标", "quota"), "year": Text("年份", "year"), "holidays": Text("假日", "holidays"), "workdays": Text("调休上班日", "working weekends"),
    "replace": Text("取代已录入的年份", "in place of the year that was entered"), "review_days": Text("工作日", "working days"), "steps": Text("本单位", "the office"),
    "signers-2": Text("审核人", "who checks"), "signers-3": Text("签发人", "who signs"), "series": Text("文号代字", "series of document numbers"), "contact": Text("联系人", "contact"),
    "telephone": Text("联系电话", "telephone"), "address": Text("地址", "address"), "login": Text("登录名", "login"), "role": Text("角色", "role"), "subject": Text("标识", "subject"),
    "ended": Text("标识", "subject"), "roles": Text("须用动态口令的角色", "roles that must have one-time codes"), "days": Text("有效天数", "days until it ends"), "url": Text("接收网址", "address that receives"),
    "kinds": Text("发送哪些事项", "of what word is sent"), "hours": Text("旧密文同时签名的小时数", "hours that the old secret signs too"), "rotate": Text("理由", "reason"), "remove": Text("移除的理由", "why it goes"),
    "reset": Text("理由", "reason"), "end": Text("停用的理由", "why it ends"), "factor": Text("取消的理由", "why it is taken away"), "keeper": Text("理由", "reason"), "replaces": Text("同一项目的新版本", "next version of the project"),
}  # fmt: skip
# Forms in which a name is of something else; None: the page's own.
_ELSEWHERE: tuple[tuple[str, Mapping[str, Text | None]], ...] = (
    (r"/people/(new|known)", {"name": Text("姓名", "name")}),
    (r"/people/known/end", {"reason": Text("原因", "reason")}),
    (r"/people/office", {"name": Text("机关名称", "name of the office")}),
    (r"/attachments", {"note": Text("说明", "note"), "project": None, "source": None, "subject": None}),
    (r"/notes", {"path": Text("关于", "about"), "project": None, "subject": None}),
    (r"/projects/\d+/holder", {"reason": Text("说明", "note")}),
    (r"/absences", {"reason": Text("说明", "note")}),
    (
        r"/consultations",
        {"due": Text("答复期限", "replies due by"), "day": Text("发出之日", "sent on"), "project": None},
    ),
    (r"/replays", {"as_of": Text("改按这一天审查", "as of another day")}),
    (
        r"/consultations/.*",
        {
            "attachment": Text("答复的附件", "attachment of the reply"),
            "opinion": Text("答复", "what it says"),
            "day": Text("收到之日", "received on"),
        },
    ),
    (r"/reviews/\d+/decision", {"due": Text("完成期限", "to be done by")}),
    (r"/reviews/\d+/decision/signature", {"last": None}),
    (r"/sources/entry", {"document": Text("核定文号", "document number")}),
    (r"/balances/quota", {"document": Text("下达指标的文号", "document that sets it")}),
    (r"/rules/check/.*", {"edition": None}),
)
_CHOICES: Mapping[str, Mapping[str, Text]] = {
    "outcome": OUTCOMES, "answer": ANSWER_WORDS, "opinion": REPLY_WORDS, "role": ROLE_WORDS, "roles": ROLE_WORDS, "kinds": KIND_WORDS, "kind": WHY_WORDS,
    "pollutant": KINDS, "medium": {medium: words for medium, (words, _) in MEDIA.items()}, "depth": {"quick": Text("快速", "quick"), "full": Text("全面", "full")},
}  # fmt: skip
# Who is chosen in these stands by subject.
_PEOPLE = frozenset({"holder", "person", "deputy", "ended"})
_TYPED = Text("所填内容", "typed")


def carried_words(
    address: str, fields: Iterable[tuple[str, str]], people: Mapping[str, str] | None = None
) -> Iterator[tuple[Text, Text]]:
    """What was typed in a form that goes to that address: each field's label with its value, in words where it is a choice; `people`: names by subject."""
    elsewhere = {
        name: words for form, names in _ELSEWHERE if re.fullmatch(form, address) for name, words in names.items()
    }
    for name, value in fields:
        plain = name.removeprefix(STATE)
        value = value.removeprefix(AS_TYPED).strip()
        if (
            plain in _OF_THE_PAGE
            or plain.startswith(_FIND)
            or elsewhere.get(plain, _TYPED) is None
            or value in ("", UNSTATED)
        ):
            continue
        label, choices = _of_sheet(address, plain) or (elsewhere.get(plain) or _named(plain), _choices(plain))
        if plain in _PEOPLE and people and value in people:
            value = people[value]
        if name != plain:
            if value == NONE and label:
                yield label, THERE_IS_NONE
        elif value in choices or (value in _YES_NO and label):
            yield label or _TYPED, choices.get(value) or _YES_NO[value]
        elif plain in ("path", "more"):
            yield label or _TYPED, label_of(value)
        elif plain in ("against", "ruleset"):
            yield label or _TYPED, edition_words(value)
        elif label or not _CODE.fullmatch(value):
            yield label or _TYPED, Text(value, value)


def _choices(name: str) -> Mapping[str, Text]:
    return area_words_at_hand() if name == "area" else _CHOICES.get(name, {})


def _named(name: str) -> Text | None:
    """The label of a field that is named after what it is about: an outcome to be signed, a column of a table."""
    kind, _, of = name.partition("-" if name.startswith("matter-") else ":")
    if kind == "matter":
        return OUTCOMES.get(of) or Text("与建议不同的决定", "decisions that depart")
    if kind == "cell":
        return COLUMN_WORDS.get(of)
    return _NAMES.get(name)


def _of_sheet(address: str, name: str) -> tuple[Text, Mapping[str, Text]] | None:
    """The label and choices of a field of the sheet; None where the form is none of the sheet's."""
    section, row = _SECTION.fullmatch(address), _ROW.fullmatch(address)
    if row:
        path = f"{row[1]}[].{name}"
    elif section:
        path = name if section[1] == "there" else f"{section[1]}.{name}"
    elif name.startswith("value:"):
        path = name.removeprefix("value:")
    else:
        return None
    try:
        found = describe(path)
    except KeyError:
        return None
    return found.label, found.choices or {}
