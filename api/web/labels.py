"""Labels of the fields of forms (表单字段), each declared once: pages and what is told of a form that was carried along take them from here."""

from __future__ import annotations

import re
from collections.abc import Mapping

from review.errors import Text
from review.record.access.office import OFFICE_WORDS

# By the name that the field has, or by a name of their own where a form means something else by it.
LABELS: Mapping[str, Text] = {
    "outcome": Text("决定", "Decision"), "reason": Text("理由", "Reason"), "clause": Text("所依据的条款", "Clause relied on"), "conditions": Text("批准的条件", "Conditions of the approval"),
    "responsible": Text("责任单位或责任人", "Who is responsible"), "due": Text("期限", "To be done by"), "second": Text("复核人", "Second person"),
    "on_behalf_of": Text("代何人作出", "On whose behalf"), "answer": Text("意见", "What you say"), "opinion": Text("意见", "Opinion"), "words": Text("内容", "In words"),
    "question": Text("征求意见的内容", "What they are asked"), "day": Text("日期", "Day"), "document": Text("文号", "Document"), "name": Text("名称", "Name"), "note": Text("备注", "Note"),
    "units": Text("单位", "Units"), "unit": Text("单位", "Unit"), "working_days": Text("工作日数", "Working days"),
    "reply_reason": Text("取代先前答复的理由", "Why it takes the place of an earlier reply"), "close_reason": Text("理由", "Reason"),
    "withdraw_reason": Text("撤回的理由", "Why it is taken back"), "condition": Text("哪一项条件", "Which condition"), "why": Text("退回的理由", "Why it is sent back"),
    "holder": Text("移交给", "To whom"), "person": Text("外出人", "Away"), "deputy": Text("代办人", "Deputy"), "begins": Text("自", "From"), "ends": Text("至（含）", "To (included)"),
    "as_of": Text("审查日", "Day of review"), "since": Text("审查日自", "Reviewed since"), "until": Text("审查日至", "Reviewed until"), "project": Text("项目编号", "Project, by number"),
    "against": Text("对照的版本", "Against"), "depth": Text("核验范围", "How far"), "ruleset": Text("规则版本", "Edition of the rules"), "page": Text("页", "Page"),
    "place": Text("位置", "Where on the page"), "path": Text("哪一项", "Which figure"), "attachment": Text("所依据的附件", "The file it rests on"),
    "answer_page": Text("附件的页", "Page of that file"), "title": Text("文件名称", "Title"), "number": Text("文号", "Number"), "date": Text("文件日期", "Date"), "kind": Text("原因", "Why"),
    "whole": Text("整张表", "The whole table"), "checked": Text("已核对", "Checked"), "first": Text("施行首日", "First day"), "text": Text("JSON 内容", "The JSON"),
    "more": Text("再加一项", "Take in another field"), "pollutant": Text("种类", "Kind"), "source": Text("来源编号", "Id of the source"), "enterprise": Text("退出企业", "Enterprise"),
    "line": Text("退出的生产线", "Retired line"), "area": Text("所在区域", "Area"), "verified_t": Text("核定量", "Verified amount"), "completed": Text("完成日期", "Completed on"),
    "medium": Text("总量", "Of what"), "first_year": Text("首年", "First year"), "last_year": Text("末年", "Last year"), "amount": Text("指标", "Quota"), "year": Text("年份", "Year"),
    "holidays": Text("假日", "Holidays"), "workdays": Text("调休上班日", "Make-up days"), "replace": Text("取代已录入的年份", "In place of the year that was entered"),
    "review_days": Text("工作日", "Working days"), "steps": Text("本单位", "The office"),
    "address": Text("邮箱地址", "Address"),
    "login": Text("登录名", "Login"), "role": Text("角色", "Role"), "subject": Text("标识", "Subject"), "ended": Text("标识", "Subject"),
    "roles": Text("须用动态口令的角色", "Roles that must have one-time codes"), "days": Text("有效天数", "Days until it ends"), "url": Text("接收网址", "Address that receives"),
    "kinds": Text("发送哪些事项", "Of what word is sent"), "hours": Text("旧密文同时签名的小时数", "Hours that the old secret signs too"), "rotate": Text("理由", "Reason"),
    "remove": Text("移除的理由", "Why it goes"), "reset": Text("理由", "Reason"), "end": Text("停用的理由", "Why it ends"), "factor": Text("取消的理由", "Why it is taken away"),
    "keeper": Text("理由", "Reason"), "replaces": Text("同一项目的新版本", "Next version of the project"), "person_name": Text("姓名", "Name"), "ended_because": Text("原因", "Reason"),
    "remark": Text("说明", "Note"), "about": Text("关于", "About"), "replies_due": Text("答复期限", "Replies due by"),
    "sent_on": Text("发出之日", "Sent on"), "as_another_day": Text("改按这一天审查", "As of another day"), "reply_attachment": Text("答复的附件", "The file that holds it"),
    "reply": Text("答复", "What it says"), "received_on": Text("收到之日", "Received on"), "completion_due": Text("完成期限", "To be done by"), "verified_by": Text("核定文号", "Document"),
    "quota_document": Text("下达指标的文号", "Document"),
}  # fmt: skip
# Forms in which the name of a field has another label, by the address that they go to; None: the page's own, which nobody typed.
_OF_FORMS: tuple[tuple[str, Mapping[str, Text | None]], ...] = (
    (r"/people/(new|known)", {"name": LABELS["person_name"]}),
    (r"/people/known/end", {"reason": LABELS["ended_because"]}),
    (r"/people/office", OFFICE_WORDS),
    (r"/attachments", {"note": LABELS["remark"], "project": None, "source": None, "subject": None}),
    (r"/notes", {"path": LABELS["about"], "project": None, "subject": None}),
    (r"/projects/\d+/holder", {"reason": LABELS["remark"]}),
    (r"/absences", {"reason": LABELS["remark"]}),
    (r"/consultations", {"due": LABELS["replies_due"], "day": LABELS["sent_on"], "project": None}),
    (r"/replays", {"as_of": LABELS["as_another_day"]}),
    (
        r"/consultations/.*",
        {"attachment": LABELS["reply_attachment"], "opinion": LABELS["reply"], "day": LABELS["received_on"]},
    ),
    (r"/reviews/\d+/decision", {"due": LABELS["completion_due"]}),
    (r"/reviews/\d+/decision/signature", {"last": None}),
    (r"/sources/entry", {"document": LABELS["verified_by"]}),
    (r"/balances/quota", {"document": LABELS["quota_document"]}),
    (r"/rules/check/.*", {"edition": None}),
)


def labels_of_form(address: str) -> Mapping[str, Text | None]:
    """The labels that the form of an address has beside or in place of `LABELS`, by the names of its fields; None for a field of the page's own."""
    return {name: words for form, names in _OF_FORMS if re.fullmatch(form, address) for name, words in names.items()}
