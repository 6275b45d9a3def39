"""Reviews, decisions and replays on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from api.wire.document import Both, Digest, Recommendation, Review, SupplementShown
from api.wire.problem import ProblemDocument
from api.wire.reading import Words, day_from, read
from review.errors import Text
from review.record.cases.decisions import Decided
from review.record.cases.persons import Named as RecordedNamed
from review.record.cases.persons import Person
from review.record.cases.rulings import Ruling as RecordedRuling

# The two forms in which a person is named; no steps of a path.
TEXT, PERSON = "as text", "as person"
Number = Annotated[str, Field(pattern="^[0-9]+$", description="编号 / the number", examples=["17"])]


class PersonNamed(BaseModel):
    """A person: the subject by which the office knows them, and the name."""

    model_config = ConfigDict(extra="forbid", strict=True)
    subject: str = Field(
        min_length=1,
        max_length=200,
        description="登录名，或 people know 登记的标识 / a login, or a subject made known by `people know`",
        examples=["zhang.fuhe@approval"],
    )
    name: str = Field(min_length=1, max_length=200, description="姓名 / the name", examples=["张复核（示例）"])


def _form_of(value: Any) -> str | None:
    return TEXT if isinstance(value, str) else PERSON if isinstance(value, dict | PersonNamed) else None


Named = Annotated[
    Annotated[str, Field(max_length=2000), Tag(TEXT)] | Annotated[PersonNamed, Tag(PERSON)],
    Discriminator(
        _form_of,
        custom_error_type="person",
        custom_error_message="should be a name, or an object with subject and name",
    ),
]


class Ruling(BaseModel):
    """A decision to be recorded."""

    model_config = ConfigDict(extra="forbid", strict=True)
    outcome: Literal["approve", "reject", "supplement", "defer", "rectify", "suspend", "phase_out"] = Field(
        description="批准 不予批准 补充材料 暂缓 限期整改 停产 淘汰", examples=["supplement"]
    )
    reason: str | None = Field(
        None,
        max_length=2000,
        description="理由，与建议不同时必填 / asked for where it departs",
        examples=["缺替代来源文号（示例）"],
    )
    clause: str | None = Field(
        None,
        max_length=2000,
        description="所依据的条款，与建议不同时必填 / asked for where it departs",
        examples=["3.10-7"],
    )
    on_behalf_of: Named | None = Field(
        None,
        description="审批系统代表的审批人员；须复核时为 {subject, name} / for whom the approval system decides; {subject, name} where a second person is needed",
        examples=["审查岗（示例）"],
    )
    second: Named | None = Field(
        None,
        description="复核人，由审批系统载明；须复核时为 {subject, name}，登录人员不可填写 / second person, vouched for by a system's key: {subject, name} where one is needed; not for a person signed in",
        examples=["复核岗（示例）"],
    )
    responsible: str | None = Field(
        None, max_length=2000, description="处置责任单位 / who is to do it", examples=["虚构化工有限公司"]
    )
    due: str | None = Field(None, description="处置完成期限 / by when", examples=["2026-06-30"])
    conditions: list[Words] = Field(
        default=[], max_length=100, description="批准所附条件 / what an approval is on condition of"
    )


class ReplayTarget(BaseModel):
    """What to replay against; neither: the same edition and day, and nothing may differ."""

    model_config = ConfigDict(extra="forbid", strict=True)
    against: str | None = Field(None, max_length=100, description="另一版本 / another edition", examples=["city@2022"])
    as_of: str | None = Field(
        None,
        max_length=40,
        description="按该日施行的版本 / by the edition in force on that day",
        examples=["2022-09-01"],
    )


class ReviewRecorded(BaseModel):
    """A recorded review with its numbers."""

    id: Number
    project: int = Field(description="项目编号 / the project's number", examples=[17])
    version: int = Field(description="该项目的第几版 / which version of the project", examples=[1])
    replaces: Number | None = Field(description="所替代的审查 / the review that this one took the place of")
    digest: Digest = Field(description="审查结果的摘要 / of the review's bytes")
    review: Review


class SupplementAsked(SupplementShown):
    """An item of a review's supplement list, and where the sheet states it, what is wrong with what is stated."""

    put_right: Both | None = Field(
        description="已填报而须核对或更正的，所填内容及问题；null 为未载明 / of what the sheet states: what it states, and what that contradicts or that it is to be checked; null: to be stated"
    )


class ReviewSupplement(BaseModel):
    """补充材料清单 / what a review asks to be stated, checked or put right."""

    supplement: list[SupplementAsked]


class DraftSubmitted(BaseModel):
    """The review that a draft became."""

    id: Number
    recommendation: Recommendation


class ReviewLine(BaseModel):
    """A recorded review in a list."""

    id: Number
    project: int
    version: int
    as_of: date
    recommendation: Recommendation
    digest: Digest


class ReviewsPage(BaseModel):
    """A page of reviews; `next` is the cursor of the next one, null at the end."""

    items: list[ReviewLine]
    next: int | None


class DecisionMade(BaseModel):
    """A recorded decision; `short` names sources of which the project holds less than it asks."""

    id: Number
    review: Number
    departs: bool = Field(description="与建议不同 / departs from the recommendation")
    conditions: list[Words]
    short: list[str]


def decision_json(made: Decided, number: int) -> dict[str, Any]:
    """A decision just recorded on the review of that number, as `DecisionMade`."""
    return {
        "id": str(made.id),
        "review": str(number),
        "departs": made.departs,
        "conditions": list(made.conditions),
        "short": list(made.short),
    }


class ItemAnswer(BaseModel):
    """What became of one sheet of a batch: `review` (and its numbers, where it was recorded), or `problem`."""

    index: int = Field(description="在该批中的序号，从 0 起 / its place in the batch, from 0")
    status: int = Field(description="单独提交时的 HTTP 状态 / the HTTP status it would have had alone", examples=[200])
    review: Review | None = None
    recommendation: Recommendation | None = Field(
        None, description="brief=true 时代替 review / instead of the review where brief=true"
    )
    id: Number | None = None
    project: int | None = None
    version: int | None = None
    replaces: Number | None = None
    digest: Digest | None = None
    replayed: bool | None = Field(
        None, description="先前已以同一编号记录 / recorded before under the same key", examples=[True]
    )
    problem: ProblemDocument | None = None


class BatchAnswer(BaseModel):
    """An answer for each sheet, in their order."""

    items: list[ItemAnswer]


class Replayed(BaseModel):
    """A review judged again. `difference` is null where nothing differs; `layer` names what is not what it was."""

    review: Number
    project: int
    version: int
    as_of: date
    difference: dict[str, Any] | None


class ReplayedAlone(Replayed):
    """One review judged again; `notes` say where nothing was compared, or by supposition alone."""

    notes: list[Both]


def _named(stated: str | PersonNamed | None) -> RecordedNamed:
    return Person(stated.subject, stated.name) if isinstance(stated, PersonNamed) else stated


def ruling_from(content: Any) -> RecordedRuling:
    """The decision that JSON values state. Raises Refused."""
    found = read(Ruling, content, beside=(TEXT, PERSON))
    conditions = tuple(Text(each.zh, each.en) for each in found.conditions)
    return RecordedRuling(
        found.outcome, found.reason, found.clause, _named(found.on_behalf_of), _named(found.second), found.responsible, day_from("due", found.due), conditions
    )  # fmt: skip
