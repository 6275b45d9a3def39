"""Words of the office (用语): the codes of what findings, recommendations, decisions and the work list can say, in order, with their words.

Pages, papers, the command line and workbooks all take their words from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from review.errors import Text

# Of what hooks send word (通知的种类).
HOOK_KINDS = (
    "review",
    "decision",
    "signature",
    "attachment",
    "checkpoint",
    "step",
    "source",
    "edition",
    "consultation",
)

MARK = Text("内部辅助，非法定审查意见", "internal aid, not the statutory opinion")

NOT_STATED = Text("未载明", "not stated")
TRUTH_WORDS = {True: Text("是", "yes"), False: Text("否", "no"), None: NOT_STATED}
NONE_WORD = Text("无", "none")
THERE_IS_NONE = Text("确认没有", "there is none")

SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "==": "＝", "!=": "≠"}

# The figures of a finding: what is stated, what it is compared with, and by how much it is apart; the last two of a rule that a figure sets off.
STATED_WORDS = Text("填报", "Stated")
REQUIRED_WORDS, THRESHOLD_WORDS = Text("要求", "Required"), Text("门槛", "Threshold")
SHORT_WORDS, SPARE_WORDS = Text("差", "Short by"), Text("余量", "Margin")
BELOW_WORDS, BEYOND_WORDS = Text("低于门槛", "Below it by"), Text("达到门槛，超出", "Reached, beyond it by")


# What asks most of the project first.
STATUS_WORDS = {
    "fail": Text("不符合", "fails"),
    "missing": Text("无法判断", "cannot be judged"),
    "attention": Text("请注意", "attention"),
    "pass": Text("符合", "conforms"),
    "not_applicable": Text("不适用", "not applicable"),
}
STATUSES = tuple(STATUS_WORDS)


# What a finding turns from and to: `absent` where the rule, or what it is about, is not there.
FLIP_WORDS = {**STATUS_WORDS, "absent": Text("无此条", "no such finding")}

# The parts of a recorded review that a replay holds against the record.
LAYER_WORDS = {
    "sheet": Text("项目表", "the sheet"),
    "ruleset": Text("规则版本", "the edition of the rules"),
    "findings": Text("审查结论", "the findings"),
}


# What binds most first.
FORCE_WORDS = {
    "mandatory": Text("强制", "mandatory"),
    "in_principle": Text("原则上", "in principle"),
    "guidance": Text("指导", "guidance"),
    "encouraged": Text("鼓励", "encouraged"),
}
FORCES = tuple(FORCE_WORDS)


EVIDENCE_WORDS = {
    "official": Text("官方文本", "official"),
    "text-seen": Text("转引，待核对", "quoted by a third party, to be checked"),
    "third-party": Text("转引，待核对", "quoted by a third party, to be checked"),
    "agrees-with-GB": Text("与国标等级一致，待核对", "agrees with the GB levels, to be checked"),
    "agrees-with-later-GB": Text("与其后国标一致，未核对", "agrees with a later GB standard, not checked"),
    "unconfirmed": Text("未核对", "not checked"),
    "missing": Text("表中无数值", "the table has no figure"),
    "setting": Text("本单位设定", "set by this office"),
}
EVIDENCE = tuple(EVIDENCE_WORDS)


# The most severe first.
RECOMMENDATION_WORDS = {
    "reject": Text("不予批准", "reject"),
    "rectify": Text("限期整改", "rectify by a date"),
    "supplement": Text("补充材料", "supplement the file"),
    "justify": Text("补充论证", "justify"),
    "approve": Text("未发现不符合情形", "nothing found that does not conform"),
}


MATTER_WORDS = {
    "energy_review": Text("节能审查", "energy review"),
    "eia": Text("环评", "environmental impact assessment"),
    "capacity": Text("产能置换", "capacity replacement"),
    "filing": Text("备案与产业政策", "filing and industrial policy"),
    "operation": Text("事中事后", "construction and operation"),
}
MATTERS = tuple(MATTER_WORDS)


# What an officer says of a finding.
ANSWER_WORDS = {
    "agreed": Text("认可", "agreed"),
    "doubted": Text("存疑", "doubted"),
    "overruled": Text("不予采纳", "overruled"),
}


# What a unit that was consulted says.
REPLY_WORDS = {
    "agree": Text("同意", "agrees"),
    "agree_with_conditions": Text("有条件同意", "agrees with conditions"),
    "object": Text("不同意", "objects"),
    "no_opinion": Text("无意见", "no opinion"),
}


OUTCOMES = {
    "approve": Text("批准", "approve"),
    "reject": Text("不予批准", "reject"),
    "supplement": Text("补充材料", "supplement"),
    "defer": Text("暂缓", "defer"),
    "rectify": Text("整改", "rectify"),
    "suspend": Text("停建停产", "suspend"),
    "phase_out": Text("淘汰", "phase out"),
}


# What follows each recommendation; 补充论证 asks for material, so `supplement` follows it.
FOLLOWS = {
    "reject": "reject",
    "rectify": "rectify",
    "supplement": "supplement",
    "justify": "supplement",
    "approve": "approve",
}


# Whether a disposition (处置意见) is done.
CLOSED_WORDS = {True: Text("已销号", "closed"), False: Text("未销号", "open")}


# Whether a project needs work guidance (工作指导), and whether its document is recorded.
GUIDANCE_WORDS = {
    True: Text("须办理", "required"),
    False: Text("不须办理", "not required"),
    None: Text("是否须办理不能判断", "whether it is required cannot be judged"),
}
GUIDANCE_RECORDED = {True: Text("已载明文号", "recorded"), False: Text("未载明文号", "not recorded")}


# How a plant's energy per unit stands between the levels of its products.
BAND_WORDS = {
    "benchmark": Text("达到标杆", "at benchmark level"),
    "between": Text("标杆与基准之间", "between baseline and benchmark"),
    "below_baseline": Text("低于基准", "below baseline"),
    "unknown": Text("不能判断", "cannot be judged"),
}


# Why a project is on the work list, or is no longer.
LIST_WORDS = {
    "two-high": Text("审查认定为“两高”项目", "a review found it two-high"),
    "unsettled": Text("尚不能判断是否为“两高”项目", "whether it is two-high is not settled"),
    "listed": Text("列入存量清单", "listed as existing stock"),
    "not-two-high": Text("审查认定不属于“两高”项目", "a review found it not two-high"),
    "unlisted": Text("移出清单", "taken off the list"),
    "reject": Text("不予批准", "rejected"),
    "withdrawn": Text("申请人撤回", "withdrawn by the applicant"),
    "lapsed": Text("批复失效", "the approval lapsed"),
    "closed": Text("销号", "closed"),
}


# The steps of a project beside reviews and decisions.
STEP_WORDS = {
    "listed": Text("列入清单", "listed"),
    "unlisted": LIST_WORDS["unlisted"],
    "condition_met": Text("条件已落实", "condition met"),
    "disposition_closed": Text("处置完成、销号", "disposition closed"),
    "withdrawn": LIST_WORDS["withdrawn"],
    "lapsed": LIST_WORDS["lapsed"],
    "closed": LIST_WORDS["closed"],
    "reopened": Text("恢复", "reopened"),
    "split": Text("误并另立", "review split off as a project of its own"),
    "received": Text("收件", "received"),
    "accepted": Text("受理", "accepted"),
    "noticed": Text("发出一次性告知", "one-time notice sent"),
    "condition_due": Text("条件落实期限", "day by which a condition is to be met"),
    "handed_over": Text("移交", "handed over"),
}


# What has a day by which it is due.
DEADLINE_WORDS = {
    "notice": Text("一次性告知", "one-time notice"),
    "review": Text("审查", "review"),
    "condition": Text("落实条件", "condition"),
    "disposition": Text("处置", "disposition"),
    "consultation": Text("征求意见答复", "reply to a consultation"),
}


# What stands in a person's inbox, what is most urgent first.
INBOX_WORDS = {
    "overdue": Text("逾期", "overdue"),
    "returned": Text("退回给我", "returned to me"),
    "replied": Text("收到答复", "replies"),
    "confirm": Text("待我复核", "for me to confirm"),
    "sign": Text("待我签批", "for me to sign"),
    "unsignable": Text("无人可签，待撤回或退回", "nobody can sign: to be withdrawn or sent back"),
    "signers": Text("无人可签，待改签批设定", "nobody can sign: signers to be named"),
    "decide": Text("待我决定", "for me to decide"),
    "cut": Text("替代量被核减", "offsets that were cut"),
    "edition": Text("待确认的规则提案", "editions proposed"),
}


# What a person did in the sign-off of a decision.
SIGNATURE_WORDS = {
    "proposed": Text("拟定", "drafted"),
    "agreed": Text("同意", "agreed"),
    "issued": Text("签发", "issued"),
    "returned": Text("退回经办", "sent back to its drafter"),
    "withdrawn": Text("撤回", "withdrawn"),
}


# What can be done with the step of a sign-off that waits.
SIGNING_WORDS = {
    "sign": Text("签批", "sign"),
    "return": Text("退回经办", "send back"),
    "withdraw": Text("撤回", "withdraw"),
}


# The papers of a review.
PAPER_WORDS = {
    "opinion": Text("对照审查表", "The opinion"),
    "notice": Text("一次性告知书", "The one-time notice"),
}


LANGUAGE_WORDS = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


# How the work list is ordered.
ORDER_WORDS = {
    "newest": Text("最近变动在前", "latest change first"),
    "due": Text("按期限，逾期在前", "by what is due, overdue first"),
    "project": Text("按项目编号", "by number of the project"),
}


# On which side of a balance a project that does not state what it adds stands.
SIDE_WORDS = {"approved": Text("已批准", "approved"), "pending": Text("待决定", "waiting")}


# What became of a message to a hook.
DELIVERY_WORDS = {
    "waiting": Text("待发送", "waiting"),
    "delivered": Text("已送达", "delivered"),
    "dead": Text("未送达", "dead"),
}


# What is proposed of a row of the rules.
AMENDMENT_WORDS = {
    "change": Text("修改", "changed"),
    "add": Text("新增", "added"),
    "remove": Text("删除", "removed"),
}


ROLE_WORDS = {
    "system": Text("审批系统", "approval system"),
    "officer": Text("审批人员", "approval officer"),
    "auditor": Text("审计人员", "auditor"),
    "admin": Text("管理员", "administrator"),
}


def listed(words: Mapping[str, Text]) -> Text:
    """Codes by their words, each with the code that programs write: 批准（approve）、不予批准（reject）; by itself where it has none."""
    return Text(
        "、".join(code if each.zh == code else f"{each.zh}（{code}）" for code, each in words.items()),
        ", ".join(code if each.en == code else f"{each.en} ({code})" for code, each in words.items()),
    )


def not_among(value: str, words: Mapping[str, Text]) -> Text:
    """That a value is none of the codes that there are."""
    shown, there = str(value)[:40], listed(words)
    return Text(f"“{shown}”不可用；可用：{there.zh}", f"“{shown}” is not allowed; allowed: {there.en}")
