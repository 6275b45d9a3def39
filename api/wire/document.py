"""A review (`two-high/review/1`) as the documentation shows it. Never instantiated: the answer is the recorded bytes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Recommendation = Literal["approve", "justify", "supplement", "reject", "rectify"]
Status = Literal["pass", "fail", "attention", "missing", "not_applicable"]
Plain = Annotated[
    str, Field(pattern=r"^-?\d+(\.\d+)?$", description="十进制文字 / exact decimal as text", examples=["14.9"])
]
Digest = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(populate_by_name=True)


class Both(_Part):
    """Chinese and English."""

    zh: str
    en: str


class Edition(_Part):
    """规则版本 / the edition that was applied."""

    id: str = Field(examples=["city"])
    edition: str = Field(examples=["2023"])
    digest: Digest


class Balance(_Part):
    """A source's balance as the review read it, t/a."""

    verified_t: Plain
    drawn_t: Plain
    holders: list[str]
    area: str
    pollutant: str


class RegisterRead(_Part):
    """减排来源登记余额 / the register as the review read it: up to which entry, and each source's balance."""

    position: int
    balances: dict[str, Balance]


class Matter(_Part):
    """事项 / a matter with its own recommendation."""

    matter: str = Field(examples=["eia"])
    recommendation: Recommendation
    authority: str | None = Field(
        description="节能审查权限 / level of authority of the energy review", examples=["province"]
    )


class Observed(_Part):
    """A figure, or an interval (`high` null: unbounded)."""

    value: Plain | None = None
    low: Plain | None = None
    high: Plain | None = None
    unit: str | None = Field(examples=["t/a"])


class Required(Observed):
    """The limit."""

    relation: Literal[">=", ">", "<=", "<", "==", "!="]


class Citation(_Part):
    """所依据的条款 / what a finding rests on; laws and tables beside the plan have their own `document`."""

    document: str = Field(examples=["市节能减排综合工作实施方案（示例）"])
    article: str | None = Field(None, examples=["三（十）"])
    clause: str | None = Field(None, examples=["3.10-7"])
    quote: str | None = Field(
        None, description="原文 / its words", examples=["实行新建项目挥发性有机物排放区域内 1.2 及以上倍量替代"]
    )
    evidence: str = Field(examples=["official"])


class FindingShown(_Part):
    """审查意见 / one rule on one subject."""

    rule: str = Field(examples=["voc-offset"])
    subject: str = Field(examples=["voc"])
    matter: str
    title: Both
    status: Status
    force: Literal["mandatory", "in_principle", "guidance", "encouraged"]
    observed: Observed | None
    required: Required | None
    margin: Plain | None = Field(description="距限值的余量，负为超出 / how far inside the limit")
    message: Both
    remedy: Both | None
    condition: Both | None = Field(description="批准时须附的条件 / what an approval is on condition of")
    missing: list[str] = Field(description="能使其可判的项目表路径 / sheet paths that would settle it")
    notes: list[Both]
    citations: list[Citation]
    authorities: list[str]
    rests: Literal["third-party"] | None = Field(
        None, description="所依据的法规仅见于他人引述 / its law was seen only as others quote it"
    )


class SupplementShown(_Part):
    """补充材料 / a field to be stated or, where the sheet states it, to be checked or put right, and which rules that settles."""

    path: str = Field(examples=["voc.offsets[1].document"])
    label: Both
    settles: list[str]
    by: Literal["applicant", "office"] | None = Field(
        None, description="由谁提供 / who is to state it; left out by editions that do not tell them apart"
    )


class Reminder(_Part):
    """提示 / words of the plan, or what a law asks, that the applicant should know of."""

    clause: str | None = Field(description="方案条款；其他法律为 null / the plan's clause, null of another law")
    article: str | None
    quote: str | None
    document: str | None = Field(None, description="其他法律的名称 / the title of another law")
    message: Both | None = Field(None, description="该法律的要求 / what that law asks")


class NoteShown(_Part):
    """A note on the sheet as a whole."""

    code: str = Field(examples=["plan-period-ended"])
    path: str | None
    message: Both


class Origin(_Part):
    """Where a fact comes from: sheet paths, paths not stated, rows of tables."""

    paths: list[str]
    missing: list[str]
    sources: list[dict[str, str | None]]


class Review(_Part):
    """审查结果 / a review. The same sheet, rules, day and register give the same bytes."""

    schema_: Literal["two-high/review/1"] = Field(alias="schema")
    sheet_digest: Digest
    ruleset: Edition
    as_of: date = Field(examples=["2025-03-01"])
    register_: RegisterRead | None = Field(alias="register")
    recommendation: Recommendation
    provisional: bool = Field(
        description="撇开未核对数值、并把依据待定的规则作指导，则建议会不同 / would differ without figures that are not official and with rules in doubt as guidance"
    )
    guidance_required: bool | None
    matters: list[Matter]
    facts: dict[str, Any] = Field(
        description="得出的事实；数值为十进制文字或区间 / facts; figures as text or intervals"
    )
    origins: dict[str, Origin]
    findings: list[FindingShown]
    supplement: list[SupplementShown]
    reminders: list[Reminder]
    notes: list[NoteShown]
