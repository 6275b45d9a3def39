"""Words of the office (用语): codes, order and words of what findings, recommendations and decisions can say."""

from __future__ import annotations

from review.errors import Text

YES, NO = Text("是", "yes"), Text("否", "no")
# What is read as a truth, in small letters.
FLAGS = {YES.zh: True, "true": True, YES.en: True, NO.zh: False, "false": False, NO.en: False}

STATUSES = ("pass", "fail", "attention", "missing", "not_applicable")


EVIDENCE_WORDS = {
    "official": Text("官方文本", "official"),
    "third-party": Text("转引，待核对", "quoted by a third party, to be checked"),
    "text-seen": Text("转引，待核对", "quoted by a third party, to be checked"),
    "agrees-with-GB": Text("与国标等级一致，待核对", "agrees with the GB levels, to be checked"),
    "agrees-with-later-GB": Text("与其后国标一致，未核对", "agrees with a later GB standard, not checked"),
    "unconfirmed": Text("未核对", "not checked"),
    "missing": Text("表中无数值", "the table has no figure"),
    "setting": Text("本单位设定", "set by this office"),
}


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
