"""Events of the record and entries of the audit log on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.wire.enumerated import ChannelCode, EntryKind, EventKind


class EventShown(BaseModel):
    """An event of the record; `body` is its canonical JSON, over which its digest is. A key of the role system sees no body and not how who acted was recognised."""

    position: int = Field(description="编号 / the event's number", examples=[12])
    at: str = Field(description="UTC", examples=["2026-11-24T09:00:00.000000Z"])
    kind: EventKind = Field(examples=["decision"])
    actor: str = Field(description="经办人姓名 / the name of who acted")
    principal: str | None = Field(
        description="密钥编号、person:登录名、oidc:标识或 cli:系统用户 / what who acted was recognised by",
        examples=["person:shenchagang"],
    )
    channel: ChannelCode | None = Field(examples=["page"])
    session: str | None = Field(description="登录编号，见审计日志 / the session, found in the audit log")
    second_session: str | None = Field(description="复核人的登录编号 / the session of who confirmed")
    product: str | None = Field(description="程序版本 / version of the product")
    project: int | None
    review: int | None
    said: dict[str, Any] | None = Field(
        description="与回调通知的 data 相同；不发通知的种类只有编号和经办人；内容已损坏的为 null / as the data of a webhook; of kinds without one numbers and who acted alone; null where the body is damaged"
    )
    body: str | None = Field(description="系统密钥为 null / null for a key of the role system")
    previous: str = Field(description="前一事件的摘要 / digest of the event before")
    digest: str


class EventsPage(BaseModel):
    """Events in order; `next` is the `after` of the next page, null where nothing follows by now; `after` is where to go on from in any case."""

    items: list[EventShown]
    next: int | None
    after: int = Field(
        description="下次从这一编号之后读起，没有新事件时也是 / ask after this number next time, also where nothing follows by now",
        examples=[12],
    )


class EntryShown(BaseModel):
    """An entry of the audit log. Failed attempts of a minute are one entry with their `count`."""

    number: int = Field(examples=[34])
    at: str = Field(description="UTC", examples=["2026-11-24T09:00:00.000000Z"])
    kind: EntryKind = Field(examples=["signed_in"])
    who: str = Field(
        description="登录名或密钥编号；失败的登录为所填登录名的摘要 / login or key; of a failed sign-in a hash of the login that was typed"
    )
    session: str | None
    address: str | None = Field(description="来源地址 / where it came from", examples=["10.0.0.8"])
    channel: ChannelCode | None
    by: str | None = Field(description="办理人 / who did it, where that is another")
    minute: str | None = Field(description="UTC", examples=["2026-11-24T09:00Z"])
    count: int
    digest: str


class EntriesPage(BaseModel):
    """Entries in order; `next` is the `after` of the next page, null where nothing follows by now."""

    items: list[EntryShown]
    next: int | None
