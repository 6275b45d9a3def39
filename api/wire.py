"""What goes over the wire beside sheet and review: shapes for the documentation, and readers that name each fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from review.errors import Fault, Refused, Text
from review.quantities import fits, read_decimal
from review.records.decisions import Ruling as RecordedRuling
from review.records.sources import SourceEntry as RecordedSource
from review.ruleset import Rule, Ruleset
from review.sheet.fields import iso_day

Shape = TypeVar("Shape", bound=BaseModel)


class Words(BaseModel):
    """Chinese and English."""

    model_config = ConfigDict(extra="forbid")
    zh: str = Field(min_length=1, max_length=2000)
    en: str = Field(min_length=1, max_length=2000)


class Ruling(BaseModel):
    """A decision to be recorded."""

    model_config = ConfigDict(extra="forbid", strict=True)
    outcome: Literal["approve", "reject", "supplement", "defer", "rectify", "suspend", "phase_out"]
    reason: str | None = Field(None, max_length=2000, description="理由，与建议不同时必填 / asked for where it departs")
    clause: str | None = Field(
        None, max_length=2000, description="所依据的条款，与建议不同时必填 / asked for where it departs", examples=["3.10-7"]
    )
    on_behalf_of: str | None = Field(None, max_length=2000, description="审批系统代表的审批人员 / for whom the approval system decides")
    second: str | None = Field(None, max_length=2000, description="复核人 / second person")
    responsible: str | None = Field(None, max_length=2000, description="处置责任单位 / who is to do it")
    due: str | None = Field(None, description="处置完成期限 / by when", examples=["2026-06-30"])
    conditions: list[Words] = Field(default=[], max_length=100)


class ReplayRequest(BaseModel):
    """What to replay against; neither: the same edition and day."""

    against: str | None = Field(None, examples=["fuqing@2022"])
    as_of: date | None = None


class SourceEntry(BaseModel):
    """A reduction source to be registered, or amended."""

    model_config = ConfigDict(extra="forbid")
    source: str = Field(max_length=200, examples=["S-2024-001"])
    verified_t: str = Field(description="核定削减量 t/a，十进制文字 / verified reduction, decimal as text", examples=["9.5"])
    document: str = Field(max_length=2000, description="核定文号 / the document")
    area: Literal["fuqing", "fuzhou", "other"] = "fuqing"
    pollutant: Literal["voc", "nox", "cod", "nh3n"] = "voc"
    name: str | None = Field(None, max_length=2000)
    completed: str | None = Field(None, examples=["2024-06-30"])
    reason: str | None = Field(None, max_length=2000, description="更正的理由 / why it is amended")


class KeyRequest(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1, max_length=200)
    role: Literal["system", "officer", "auditor", "admin"]
    days: int | None = Field(None, ge=1, le=3660, description="有效天数 / days until it ends")


class ReviewRecorded(BaseModel):
    """A recorded review with its numbers."""

    id: str
    project: int
    version: int
    replaces: str | None
    digest: str
    review: dict[str, Any]


class ReviewLine(BaseModel):
    """A recorded review in a list."""

    id: str
    project: int
    version: int
    as_of: date
    recommendation: str
    digest: str


class ReviewsPage(BaseModel):
    """A page of reviews; `next` is the cursor of the next one."""

    items: list[ReviewLine]
    next: int | None


class DecisionMade(BaseModel):
    """A recorded decision; `short` names sources of which the project holds less than it asks."""

    id: str
    review: str
    departs: bool
    conditions: list[dict[str, str]]
    short: list[str]


class Holder(BaseModel):
    """What a project asks and holds of a source, t/a."""

    project: int
    name: str
    asked_t: str
    held_t: str


class Source(BaseModel):
    """A registered source with its balance, t/a."""

    source: str
    name: str | None
    area: str
    pollutant: str
    verified_t: str
    drawn_t: str
    free_t: str
    document: str
    completed: str | None
    position: int
    holders: list[Holder]


class SourceMade(BaseModel):
    """A recorded entry; `changed`: the holdings it changed."""

    id: str
    changed: list[dict[str, Any]]


class Key(BaseModel):
    """A key without its secret."""

    key: str
    name: str
    role: str
    expires: str | None
    revoked: str | None


class KeyMade(BaseModel):
    """A new key, shown this once."""

    key: str


class ProblemError(BaseModel):
    """One thing wrong, and where."""

    pointer: str = Field(examples=["/voc/offsets/0/area"])
    path: str = Field(examples=["voc.offsets[0].area"])
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None
    errors: list[ProblemError]


def _refuse(where: str, zh: str, en: str) -> NoReturn:
    raise Refused([Fault(where, Text(zh, en))])


def _read(model: type[Shape], content: Any) -> Shape:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise Refused([_fault(each) for each in error.errors(include_url=False, include_input=False)]) from error


def _fault(error: Mapping[str, Any]) -> Fault:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"]).lstrip(".")[:200]
    return Fault(path, Text(f"不可用：{error['msg']}", f"cannot be used: {error['msg']}"))


def day_from(where: str, text: str | None) -> date | None:
    """The day that text writes, if there is any. Raises Refused."""
    if text is None:
        return None
    day = iso_day(text)
    if day is None:
        _refuse(where, "应写成 2025-03-01", "should be a date such as 2025-03-01")
    return day


def ruling_from(content: Any) -> RecordedRuling:
    """The decision that JSON values state. Raises Refused."""
    found = _read(Ruling, content)
    conditions = tuple(Text(each.zh, each.en) for each in found.conditions)
    return RecordedRuling(
        found.outcome,
        found.reason,
        found.clause,
        found.on_behalf_of,
        found.second,
        found.responsible,
        day_from("due", found.due),
        conditions,
    )


def source_from(content: Any) -> RecordedSource:
    """The register entry that JSON values state; the amount may be a number or text. Raises Refused."""
    if isinstance(content, dict) and isinstance(content.get("verified_t"), int | Decimal) and not isinstance(content["verified_t"], bool):
        content = {**content, "verified_t": str(content["verified_t"])}
    found = _read(SourceEntry, content)
    amount = read_decimal(found.verified_t)
    if amount is None or not fits(amount):
        _refuse(
            "verified_t",
            "应为数字：整数最多 12 位、小数最多 9 位",
            "should be a number of at most 12 digits before the point and 9 after it",
        )
    return RecordedSource(
        found.source, found.area, amount, found.document, found.pollutant, found.name, day_from("completed", found.completed), found.reason
    )


def key_from(content: Any) -> tuple[str, str, int | None]:
    """Name, role and days of the key that JSON values ask for. Raises Refused."""
    if isinstance(content, dict) and isinstance(content.get("days"), Decimal) and content["days"] == content["days"].to_integral_value():
        content = {**content, "days": int(content["days"])} if abs(content["days"]) < 10**6 else content
    found = _read(KeyRequest, content)
    return found.name, found.role, found.days


def ruleset_json(ruleset: Ruleset) -> dict[str, Any]:
    """An edition as a list shows it."""
    content = ruleset.content
    return {
        "name": ruleset.name, "digest": ruleset.digest, "from": content["from"], "until": content["until"] or None, "title": content["title"],
        "plan": ruleset.plan_title, "history": content["history"],
    }  # fmt: skip


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule with its clauses, words and logic."""
    return {
        "id": rule.id, "title": rule.title.as_json(), "matter": rule.matter, "force": rule.force, "each": list(rule.each),
        "applies": rule.applies_text, "requires": rule.requires_text, "citations": [each.as_json() for each in rule.citations],
        "authorities": list(rule.authorities), "note": rule.note.as_json() if rule.note else None,
    }  # fmt: skip
