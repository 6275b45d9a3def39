"""Rulesets, the register of sources and keys on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.cases import CaseDays, DeadlineShown, PersonShown
from api.wire.corrected import Adopted, ChangeShown
from api.wire.document import Both, Citation, Digest, Plain
from api.wire.enumerated import (
    BandCode,
    ForceCode,
    MatterCode,
    NatureCode,
    OutcomeCode,
    ProjectStateCode,
    RecommendationCode,
    StageCode,
)
from api.wire.reading import day_from, read, refuse, with_whole_number
from review.clock import today
from review.law.edition import Rule, Ruleset
from review.law.loading import choose, ends
from review.law.place import home_area
from review.quantities import fits, read_decimal
from review.record.register.entries import SourceEntry as RecordedSource

Role = Literal["system", "officer", "auditor", "admin"]


Kind = Literal["voc", "nox", "so2", "cod", "nh3n", "pm", "carbon", "capacity"]


class SourceEntry(BaseModel):
    """A reduction source or retired line to be registered, or amended."""

    model_config = ConfigDict(extra="forbid")
    source: str = Field(
        "",
        max_length=200,
        description="来源编号；污染物为削减方案文号；退出产能不填 / the id; of a pollutant the document of the reduction; none of a retired line",
        examples=["S-2024-001"],
    )
    verified_t: str = Field(
        description="核定削减量 t/a，十进制文字 / verified reduction, decimal as text", examples=["9.5"]
    )
    document: str = Field(max_length=2000, description="核定文号 / the document", examples=["示环〔2024〕5号（示例）"])
    area: str | None = Field(
        None,
        max_length=100,
        description="规则集区域表中的区域，默认计入的第一个 / an area of the ruleset, by default its first that counts",
    )
    pollutant: Kind = Field("voc", description="种类；capacity 为退出产能 / the kind; capacity: a retired line")
    enterprise: str | None = Field(None, max_length=2000, description="退出企业 / of a retired line")
    line: str | None = Field(None, max_length=2000, description="退出的生产线 / of a retired line")
    name: str | None = Field(None, max_length=2000)
    completed: str | None = Field(None, examples=["2024-06-30"])
    reason: str | None = Field(None, max_length=2000, description="更正的理由 / why it is amended")


class KeyRequest(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1, max_length=200, examples=["审批系统（示例）"])
    role: Role = Field(examples=["system"])
    days: int | None = Field(None, ge=1, le=3660, description="有效天数 / days until it ends")


class Holder(BaseModel):
    """What a project asks and holds of a source, t a year."""

    project: int
    name: str
    asked_t: Plain
    held_t: Plain


class Source(BaseModel):
    """A registered source or retired line with its balance, in `unit`."""

    source: str
    name: str | None
    enterprise: str | None
    line: str | None
    area: str
    pollutant: str
    unit: str = Field(examples=["t/a"])
    verified_t: Plain = Field(description="核定削减量")
    drawn_t: Plain = Field(description="已占用")
    free_t: Plain = Field(description="可用")
    document: str
    completed: str | None
    position: int
    holders: list[Holder]


class ClaimStated(BaseModel):
    """What the sheet of the project that drew first says."""

    name: str | None
    document: str | None
    verified_t: Plain | None


class Claim(BaseModel):
    """What is drawn on by `key` and not registered, in `unit`."""

    key: str
    pollutant: str
    source: str
    unit: str
    asked_t: Plain
    holders: list[Holder]
    stated: ClaimStated


class SourceMade(BaseModel):
    """A recorded entry; `changed`: the holdings it changed."""

    id: str
    changed: list[dict[str, Any]]


class Key(BaseModel):
    """A key without its secret."""

    key: str = Field(description="密钥编号，不是密文 / the key's id, not its secret", examples=["0123456789abcdef"])
    name: str
    role: Role
    expires: str | None = Field(description="UTC", examples=["2027-01-01T00:00:00+00:00"])
    revoked: str | None = Field(description="撤销的原因 / why it was revoked")


class KeyMade(BaseModel):
    """A new key, shown this once."""

    key: str


class RulesetLine(BaseModel):
    """An edition in a list."""

    name: str = Field(examples=["city@2023"])
    digest: Digest
    from_: str = Field(alias="from", description="施行日 / in force from", examples=["2023-07-01"])
    until: str | None
    title: Any
    plan: str
    history: Any


class RuleShown(BaseModel):
    """A rule with its clauses, words and logic."""

    id: str = Field(examples=["voc-offset"])
    title: Both
    matter: MatterCode
    force: ForceCode
    each: list[str]
    applies: str = Field(examples=["new and voc.emission_t > 0"])
    requires: str = Field(examples=["voc.offset_t >= offset_ratio * voc.emission_t"])
    citations: list[Citation]
    authorities: list[str]
    note: Both | None


class Parameter(BaseModel):
    """A threshold with its source."""

    value: str = Field(examples=["1.2"])
    unit: str | None
    source: str
    evidence: str


class RulesetWhole(RulesetLine):
    """An edition with its parameters and rules."""

    parameters: dict[str, Parameter]
    rules: list[RuleShown]
    before: str | None = Field(description="由哪一版本改成 / the edition that it was made of")
    changes: list[ChangeShown] = Field(description="改动：原值 → 新值、原因、文件 / what it changes of that one")
    adopted: Adopted | None = Field(
        description="由哪一事件采用，谁提出、谁确认 / by which event, proposed and confirmed by whom"
    )


Figure = str | dict[str, str | None] | None


class WorklistLine(BaseModel):
    """两高项目工作清单的一行 / how a project stands."""

    project: int
    code: str | None = Field(description="项目代码")
    name: str
    applicant: str | None = Field(description="建设单位")
    uscc: str | None
    industry: str | None
    sector: str | None
    park: str | None
    stage: StageCode | None
    nature: NatureCode | None
    two_high: bool | None
    energy_tce: Figure = Field(description="综合能源消费量 tce，数值或区间 / a figure or an interval")
    voc_t: Figure = Field(description="VOCs t/a")
    band: BandCode | None = Field(description="能效水平")
    approvals: dict[str, bool | None]
    guidance: dict[str, bool | None]
    review: int | None
    version: int | None
    as_of: str | None
    ruleset: str | None
    recommendation: RecommendationCode | None
    provisional: bool | None
    outcome: OutcomeCode | None = Field(description="对最新审查的决定；未决定为 null / decided on the latest review")
    decision: dict[str, Any] | None
    approval: dict[str, Any] | None = Field(
        description="有效的批准，新版未决定前不变 / the approval in force, until a newer version is decided"
    )
    disposition: dict[str, Any] | None
    open_conditions: list[Both]
    open_supplements: list[str]
    offsets_short: list[str]
    state: ProjectStateCode
    on_list: bool
    why: dict[str, str]
    since: str
    clock: CaseDays | None = Field(description="收件、受理、告知、补正之日 / the days of the case")
    holder: PersonShown | None = Field(description="经办人 / whose the case is")
    deadlines: list[DeadlineShown] = Field(description="期限，逾期的在前 / what is due, overdue first")
    overdue: bool


class WorklistPage(BaseModel):
    """A page of the list; `next` is the cursor of the next one, null at the end."""

    items: list[WorklistLine]
    next: str | None
    recorded_until: str | None = Field(
        description="所依据的最后一个事件的时间（UTC），空记录为 null / when the last event was recorded that it takes in; null for an empty record",
        examples=["2026-11-26T08:00:00.000000Z"],
    )


class LedgerPeriod(BaseModel):
    """A month, a quarter or a year; both days are of it."""

    code: str = Field(examples=["2026-Q4"])
    first: str
    last: str


class LedgerFigures(BaseModel):
    """The period in figures, of projects that were not settled to be something else than two-high."""

    listed: int = Field(description="台账所列项目 / projects of the ledger")
    running_before: int = Field(description="期初在办 / awaiting a decision when the period began")
    came: int = Field(description="本期新收项目 / projects first recorded in the period")
    submissions: int = Field(description="本期收件次数，含新版 / versions recorded, of earlier projects too")
    decided: dict[str, int] = Field(description="本期决定，按结果 / decisions by outcome")
    departs: int = Field(description="其中与建议不同的 / of these, departing from the recommendation")
    running_after: int = Field(description="期末在办 / awaiting a decision at the end")


class LedgerDecided(BaseModel):
    """A decision of the period."""

    decision: int
    outcome: OutcomeCode
    decided_on: str
    officer: str
    second: str | None
    departs: bool
    reason: str | None


class LedgerItem(BaseModel):
    """台账的一行 / a project of the ledger."""

    first: str = Field(description="首次录入之日 / the local day of its first entry in the record")
    submissions: int = Field(description="本期收件次数 / versions recorded in the period")
    decisions: list[LedgerDecided]
    stood: WorklistLine = Field(description="期末的工作清单行 / its line of the work list at the end of the period")


class LedgerWhole(BaseModel):
    """A page of the ledger; `next` asks for the next one as `after`, null at the end."""

    period: LedgerPeriod
    upto: int = Field(description="所依据的最后一个事件 / the last event of the period")
    totals: LedgerFigures
    items: list[LedgerItem]
    next: int | None


class ProjectEvent(BaseModel):
    """Something that concerned the project."""

    position: int
    at: str
    actor: str
    kind: str
    summary: Both
    draws: list[dict[str, Any]]


class ProjectWhole(BaseModel):
    """How a project stands, and all that happened to it."""

    project: int
    standing: WorklistLine
    events: list[ProjectEvent]


def source_from(content: Any) -> RecordedSource:
    """The register entry that JSON values state; the amount may be a number or text. Raises Refused."""
    if (
        isinstance(content, dict)
        and isinstance(content.get("verified_t"), int | Decimal)
        and not isinstance(content["verified_t"], bool)
    ):
        content = {**content, "verified_t": str(content["verified_t"])}
    found = read(SourceEntry, content)
    amount = read_decimal(found.verified_t)
    if amount is None or not fits(amount):
        refuse(
            "verified_t",
            "应为数字：整数最多 12 位、小数最多 9 位",
            "should be a number of at most 12 digits before the point and 9 after it",
        )
    area = found.area or home_area(choose(None, today()))
    if area is None:
        refuse("area", "规则集没有一定计入的区域，请写明区域", "no area of the ruleset surely counts: name one")
    return RecordedSource(
        found.source,
        area,
        amount,
        found.document,
        found.pollutant,
        found.name,
        day_from("completed", found.completed),
        found.reason,
        enterprise=found.enterprise or None,
        line=found.line or None,
    )


def key_from(content: Any) -> tuple[str, str, int | None]:
    """Name, role and days of the key that JSON values ask for. Raises Refused."""
    found = read(KeyRequest, with_whole_number(content, "days"))
    return found.name, found.role, found.days


def ruleset_json(ruleset: Ruleset, among: Sequence[Ruleset]) -> dict[str, Any]:
    """An edition as a list shows it; it ends where the next `among` those of its ruleset begins."""
    content = ruleset.content
    last = ends(content, [each.content for each in among])
    return {
        "name": ruleset.name, "digest": ruleset.digest, "from": content["from"], "until": last.isoformat() if last else None, "title": content["title"],
        "plan": ruleset.plan_title, "history": content["history"],
    }  # fmt: skip


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule with its clauses, words and logic."""
    return {
        "id": rule.id, "title": rule.title.as_json(), "matter": rule.matter, "force": rule.force, "each": list(rule.each),
        "applies": rule.applies_text, "requires": rule.requires_text, "citations": [each.as_json() for each in rule.citations],
        "authorities": list(rule.authorities), "note": rule.note.as_json() if rule.note else None,
    }  # fmt: skip
