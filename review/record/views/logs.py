"""What auditors read (审计): the events of the record and the entries of the audit log, as lines: listed, filtered, exported."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Connection, or_, select, union

from review.clock import begin_of_day, local_time
from review.errors import Text
from review.record.access.signing_key import SETTING as SIGNING_KEY
from review.record.storage import chain
from review.record.storage.audit_log import login_hash
from review.record.storage.audit_tables import AuditEntry
from review.record.storage.beside_tables import (
    StoredAnswer,
    StoredAttachment,
    StoredConsultation,
    StoredNote,
    StoredSignature,
)
from review.record.storage.contents import number_before
from review.record.storage.journal import table
from review.record.storage.tables import Draw, Event, Standing
from review.record.storage.text_limits import LARGEST_NUMBER
from review.record.views.spreadsheets import as_csv_file
from review.record.views.worklist_export import cell_text

BATCH = 500
EVENT_WORDS: Mapping[str, Text] = {
    "review": Text("审查", "review"),
    "decision": Text("决定", "decision"),
    "step": Text("项目步骤", "step of a project"),
    "source": Text("减排来源", "reduction source"),
    "key": Text("新建密钥", "key made"),
    "key_end": Text("撤销密钥", "key revoked"),
    "hook": Text("回调地址", "webhook"),
    "account": Text("人员账户", "account"),
    "person": Text("已知人员", "known person"),
    "setting": Text("机关设定", "setting of the office"),
    "absence": Text("外出委托", "absence"),
    "plan": Text("方案原文", "the plan's text"),
    "edition": Text("规则版本", "edition of the rules"),
    "attachment": Text("附件", "attachment"),
    "answer": Text("条目意见", "answer to a finding"),
    "signature": Text("签批", "signature"),
    "note": Text("备注", "note"),
    "consultation": Text("征求意见", "consultation"),
}
# What is recorded as a setting and is none of the office's.
_SETTING_WORDS: Mapping[str, Text] = {SIGNING_KEY: Text("更换签署密钥", "signing key replaced")}
ENTRY_WORDS: Mapping[str, Text] = {
    "signed_in": Text("登录", "signed in"),
    "signed_out": Text("退出", "signed out"),
    "sign_in_failed": Text("登录失败", "sign-in failed"),
    "code_needed": Text("密码正确，未填动态口令", "right password, no one-time code"),
    "sign_in_refused": Text("登录过于频繁被拒", "sign-in refused, too many attempts"),
    "password_reset": Text("重置密码", "password reset"),
    "password_changed": Text("更改密码", "password changed"),
    "second_factor_on": Text("启用动态口令", "second factor set up"),
    "second_factor_off": Text("停用动态口令", "second factor ended"),
    "recovery_code_used": Text("使用恢复码", "recovery code used"),
    "key_expired": Text("使用过期密钥", "expired key used"),
    "key_revoked": Text("使用已撤销密钥", "revoked key used"),
    "carried": Text("日志启用前已登录", "signed in before the log began"),
}
CHANNEL_WORDS: Mapping[str, Text] = {
    "page": Text("网页", "page"),
    "api": Text("接口", "API"),
    "cli": Text("命令行", "command line"),
    "import": Text("导入", "import"),
    "library": Text("程序库", "library"),
}


@dataclass(frozen=True)
class Filters:
    """Which lines are wanted; None: any. Days are the office's own, both inclusive.

    `who` is a part of an event's actor, its principal, or an entry's login, key or hash; the login that was typed in vain finds its
    hash. `address` is of the audit log, `project` of the record.
    """

    kind: str | None = None
    who: str | None = None
    session: str | None = None
    channel: str | None = None
    address: str | None = None
    project: int | None = None
    since: date | None = None
    until: date | None = None


class EventLine(TypedDict):
    """An event as a line. `principal`, `channel`, `session` and `product` are None of an event from before they were recorded."""

    position: int
    at: str
    kind: str
    actor: str
    principal: str | None
    channel: str | None
    session: str | None
    second_session: str | None
    product: str | None
    project: int | None
    review: int | None
    body: str
    previous: str
    digest: str


class EntryLine(TypedDict):
    """An entry of the audit log as a line; `minute` and `count` are of failed attempts counted together."""

    number: int
    at: str
    kind: str
    who: str
    session: str | None
    address: str | None
    channel: str | None
    by: str | None
    minute: str | None
    count: int
    digest: str


def list_events(
    connection: Connection, filters: Filters, limit: int, *, after: int | None = None, before: int | None = None
) -> list[EventLine]:
    """Events: those after a position in order, or the latest before one, newest first."""
    rows = table(Event)
    conditions = [*_days(connection, rows, rows.c.position, filters)]
    if filters.kind is not None:
        conditions.append(rows.c.kind == filters.kind)
    if filters.who is not None:
        principal = _stated("principal", filters.who)
        conditions.append(
            or_(rows.c.actor.contains(filters.who, autoescape=True), rows.c.body.contains(principal, autoescape=True))
        )
    for name in ("session", "channel"):
        if (wanted := getattr(filters, name)) is not None:
            found = [rows.c.body.contains(_stated(name, wanted), autoescape=True)]
            if name == "session":
                found.append(rows.c.body.contains(_stated("second_session", wanted), autoescape=True))
            conditions.append(or_(*found))
    if filters.project is not None:
        # Of movements on a source each names its project, of every other event the project has its number under `id`.
        named = (f'"project":{{"id":{filters.project},', f'"project":{filters.project},')
        conditions.append(or_(*(rows.c.body.contains(each, autoescape=True) for each in named)))
        # Bodies are long: only those are read that an index finds.
        conditions.append(rows.c.position.in_(_of_project(filters.project)))
    return [_event_line(row) for row in _rows(connection, rows, rows.c.position, conditions, limit, after, before)]


def list_entries(
    connection: Connection, filters: Filters, limit: int, *, after: int | None = None, before: int | None = None
) -> list[EntryLine]:
    """Entries of the audit log: those after a number in order, or the latest before one, newest first."""
    rows = table(AuditEntry)
    conditions = [*_days(connection, rows, rows.c.number, filters)]
    for name in ("kind", "session", "channel", "address"):
        if (wanted := getattr(filters, name)) is not None:
            conditions.append(rows.c[name] == wanted)
    if filters.who is not None:
        conditions.append(or_(rows.c.who.in_((filters.who, login_hash(filters.who))), rows.c.by == filters.who))
    names = EntryLine.__annotations__
    found = _rows(connection, rows, rows.c.number, conditions, limit, after, before)
    return [EntryLine(**{name: row[name] for name in names}) for row in found]  # type: ignore[typeddict-item]


def each_event(connection: Connection, filters: Filters) -> Iterator[EventLine]:
    """Every event that is wanted, in order."""
    last = 0
    while found := list_events(connection, filters, BATCH, after=last):
        yield from found
        last = found[-1]["position"]


def each_entry(connection: Connection, filters: Filters) -> Iterator[EntryLine]:
    """Every entry that is wanted, in order."""
    last = 0
    while found := list_entries(connection, filters, BATCH, after=last):
        yield from found
        last = found[-1]["number"]


_EVENT_COLUMNS = {
    "position": "编号", "at": "时间（UTC）", "kind": "事件", "actor": "经办人", "principal": "身份", "channel": "途径", "session": "登录编号",
    "second_session": "复核人登录编号", "product": "程序版本", "project": "项目", "review": "审查", "body": "内容", "digest": "摘要",
}  # fmt: skip
_ENTRY_COLUMNS = {
    "number": "编号", "at": "时间（UTC）", "kind": "事项", "who": "登录名、密钥或其摘要", "session": "登录编号", "address": "来源地址", "channel": "途径",
    "by": "办理人", "minute": "计数的分钟", "count": "次数", "digest": "摘要",
}  # fmt: skip


def events_as_csv(lines: Iterator[EventLine]) -> bytes:
    """Events as CSV: UTF-8 with the mark that Excel asks for, Chinese headings."""
    return _as_csv(_EVENT_COLUMNS, lambda line: event_words(line["kind"], line["body"]), lines)


def entries_as_csv(lines: Iterator[EntryLine]) -> bytes:
    """Entries of the audit log as CSV: UTF-8 with the mark that Excel asks for, Chinese headings."""
    return _as_csv(
        _ENTRY_COLUMNS, lambda line: ENTRY_WORDS.get(line["kind"]) or Text(line["kind"], line["kind"]), lines
    )


def event_words(kind: str, body: str) -> Text:
    """What an event is called: by its kind, the replacement of the key that signs checkpoints by what it is."""
    setting = _stated_setting(body) if kind == "setting" else None
    return _SETTING_WORDS.get(setting or "") or EVENT_WORDS.get(kind) or Text(kind, kind)


def _stated_setting(body: str) -> str | None:
    """The setting that a body states; None of one that is damaged."""
    try:
        return str(json.loads(body)["setting"])
    except (ValueError, TypeError, KeyError):
        return None


def shown_time(line: EventLine | EntryLine) -> str:
    """When it happened, in local time to the minute; as it is written where that is no time."""
    try:
        return local_time(line["at"])
    except (ValueError, TypeError):
        return str(line["at"])


def _as_csv(columns: Mapping[str, str], words_of: Callable[[Any], Text], lines: Iterator[Any]) -> bytes:
    """Lines as CSV; `words_of` says what each is called."""
    worded: Mapping[str, Callable[[Any], str]] = {
        "kind": lambda line: words_of(line).zh,
        "channel": lambda line: _word(CHANNEL_WORDS, line["channel"]),
    }
    return as_csv_file(
        columns.values(),
        (
            [cell_text(worded[name](line) if name in worded and line[name] else line[name]) for name in columns]
            for line in lines
        ),
    )


def _word(words: Mapping[str, Text], code: str) -> str:
    return words[code].zh if code in words else code


def _stated(name: str, value: str) -> str:
    """How a body, canonical JSON, states it. Within a text of a body every quotation mark is escaped: nothing else reads so."""
    return f'"{name}":{chain.canonical(value).decode()}'


def _of_project(project: int) -> Any:
    """The positions of events that name a project: those after which it stood somehow, movements on its sources, and what stands beside its cases."""
    if not 0 < project <= LARGEST_NUMBER:
        return ()
    named = (Standing, Draw, StoredAttachment, StoredAnswer, StoredSignature, StoredNote, StoredConsultation)
    return union(*(select(rows.c.position).where(rows.c.project == project) for rows in map(table, named)))


def _days(connection: Connection, rows: Any, key: Any, filters: Filters) -> Iterator[ColumnElement[bool]]:
    """The days that are asked for, as times and as the numbers between which they lie, which need no look at each row."""
    if filters.since is not None:
        begin = begin_of_day(filters.since)
        yield rows.c.at >= begin
        yield key > number_before(connection, rows, key, begin)
    if filters.until is not None and filters.until < date.max:
        end = begin_of_day(filters.until + timedelta(days=1))
        yield rows.c.at < end
        yield key <= number_before(connection, rows, key, end)


def _rows(
    connection: Connection,
    rows: Any,
    key: Any,
    conditions: list[Any],
    limit: int,
    after: int | None,
    before: int | None,
) -> Sequence[Any]:
    query = select(rows).where(*conditions).limit(limit)
    if after is not None:
        query = query.where(key > after).order_by(key)
    else:
        query = (query if before is None else query.where(key < before)).order_by(key.desc())
    return connection.execute(query).mappings().all()


def _event_line(row: Any) -> EventLine:
    try:
        body = json.loads(row["body"])
    except (ValueError, TypeError):
        body = None
    body = body if isinstance(body, dict) else {}
    project, by = body.get("project"), body.get("by")
    by = by if isinstance(by, dict) else {}
    return {
        "position": row["position"], "at": row["at"], "kind": row["kind"], "actor": row["actor"], "principal": by.get("principal"),
        "channel": by.get("channel"), "session": by.get("session"), "second_session": body.get("second_session"),
        "product": body.get("product"), "project": project.get("id") if isinstance(project, dict) else None, "review": body.get("review"),
        "body": row["body"], "previous": row["previous"], "digest": row["digest"],
    }  # fmt: skip
