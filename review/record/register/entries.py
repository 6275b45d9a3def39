"""Entries of the register: a reduction source (减排来源) or a retired line (退出产能) with area, kind, verified amount and evidence, or its amendment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

from sqlalchemy import Connection

from review.errors import Conflict, Fault, Refused, Text
from review.facts.register_keys import CAPACITY, KINDS, LONGEST_SOURCE, VOC, draw_key, identifier_of, line_name
from review.facts.spellings import with_one_bracket
from review.law.place import area_words_at_hand
from review.quantities import fits, plain
from review.record.projects.standing import follow, latest, standing_row
from review.record.register.balances import entry_account, entry_key, settled
from review.record.storage.actors import Actor, acting
from review.record.storage.bodies import Movement, ProjectBody, SourceBody
from review.record.storage.journal import Row, append, by_request, drafted, next_position, next_time
from review.record.storage.store import Store
from review.record.storage.tables import Source, Standing
from review.record.storage.text_limits import LONGEST_KEY, validate_words
from review.sheet.characters import is_unseen, latin_like
from review.sheet.nothing import names_nothing
from review.terms import not_among

VERIFIED_UNIT = "t/a"


@dataclass(frozen=True)
class SourceEntry:
    """A source as it is registered. `verified_t` is the verified reduction (核定削减量) in t/a, of carbon in t CO₂/a; `reason` is asked of an amendment.

    `pollutant` is one of `KINDS`. A retired line (`capacity`) is told by its `enterprise` and `line`, with an empty `source`.
    """

    source: str
    area: str
    verified_t: Decimal
    document: str
    pollutant: str = VOC
    name: str | None = None
    completed: date | None = None
    reason: str | None = None
    enterprise: str | None = None
    line: str | None = None

    @property
    def told_by(self) -> str:
        """What tells the source from others: its id, or enterprise and line."""
        return line_name(self.enterprise, self.line) if self.enterprise else self.source


@dataclass(frozen=True)
class Registered:
    """A recorded entry; `changed` names the projects whose holdings it changed, with what they hold now."""

    id: int
    changed: tuple[Movement, ...]
    again: bool = False


def register_source(
    store: Store, entry: SourceEntry, officer: str | Actor, *, request: str | None = None, expected: int | None = None
) -> Registered:
    """Register a source, or amend it. `request` is the sender's own key: the same key and entry give the recorded entry again.

    `expected` is the source's last entry or movement that the officer saw (0: none); where it has moved on, nothing is recorded.
    Raises Refused, Conflict, RecordUnavailable; then nothing is recorded.
    """
    actor = acting(officer)
    validate_entry(entry, actor.name)
    validate_words({"request": request}, longest=LONGEST_KEY)
    with store.writing() as connection:
        if request and (again := _known(connection, request, entry)) is not None:
            return again
        entry = replace(entry, source=key_of(connection, entry))
        found = entry_account(connection, entry.source)
        require_reason(entry, found.verified_t is not None)
        if expected is not None and expected != found.position:
            words = Text(
                "该来源的登记或占用刚有变动，请核对后再确认",
                "the source or what is drawn on it has changed since: look again, then confirm",
            )
            raise Conflict([Fault("expected", words)])
        draws = settled(connection, entry.source, entry.verified_t, entry.pollutant)
        body: SourceBody = {
            "source": entry.source, "name": entry.name, "area": entry.area, "pollutant": entry.pollutant,
            "verified_t": plain(entry.verified_t), "document": entry.document,
            "completed": entry.completed.isoformat() if entry.completed else None, "reason": entry.reason, "request": request, "draws": draws,
        }  # fmt: skip
        if entry.enterprise:
            body |= {"enterprise": entry.enterprise, "line": entry.line}
        position, at = next_position(connection), next_time(connection)
        draft = drafted("source", actor, body)
        standings: list[Row] = []
        for ordinal, project in enumerate(dict.fromkeys(each["project"] for each in draws)):
            before = latest(connection, project)
            standings.append(
                standing_row(position, ordinal, follow(before, "source", position, at, cast(ProjectBody, draft.body)))
            )
        draft.contents[Standing] = standings
        append(connection, draft, at)
        return Registered(position, tuple(draws))


def key_of(connection: Connection, entry: SourceEntry) -> str:
    """The key under which an entry is recorded."""
    return entry_key(connection, entry.pollutant, entry.told_by, amends=bool((entry.reason or "").strip()))


def _known(connection: Connection, request: str, entry: SourceEntry) -> Registered | None:
    """The entry recorded under the sender's key. Raises Conflict where the key came with another entry."""
    row = by_request(connection, Source, request)
    if row is None:
        return None
    completed = entry.completed.isoformat() if entry.completed else None
    stated = (
        with_one_bracket(identifier_of(draw_key(entry.pollutant, entry.told_by))),
        entry.name,
        entry.area,
        entry.pollutant,
        plain(entry.verified_t),
        entry.document,
        completed,
        entry.reason,
        entry.enterprise,
        entry.line,
    )
    names = (
        "source",
        "name",
        "area",
        "pollutant",
        "verified_t",
        "document",
        "completed",
        "reason",
        "enterprise",
        "line",
    )
    found = {**row, "source": with_one_bracket(identifier_of(row["source"]))}
    if stated != tuple(found[name] for name in names):
        words = Text(
            f"该提交编号已用于登记 {row['position']}，而内容不同；请换用新的编号",
            f"this key was used for entry {row['position']} with another content: use a new key",
        )
        raise Conflict([Fault("request", words)])
    return Registered(row["position"], (), again=True)


def require_reason(entry: SourceEntry, known: bool) -> None:
    """Raises Refused where a source that is registered would be amended without a reason."""
    if known and not (entry.reason or "").strip():
        words = Text("该来源已登记；更正须写明理由", "the source is registered: an amendment needs a reason")
        raise Refused([Fault("reason", words)])


def validate_entry(entry: SourceEntry, officer: str) -> None:
    """Raises Refused, naming each field of an entry that cannot be recorded."""
    words = {
        "source": entry.source,
        "name": entry.name,
        "document": entry.document,
        "reason": entry.reason,
        "officer": officer,
    }
    of_line = entry.pollutant == CAPACITY
    told_by = "enterprise" if of_line else "source"
    validate_words(
        words | {"enterprise": entry.enterprise, "line": entry.line}, required=(told_by, "document", "officer")
    )
    faults = []
    for field in ("source",) if of_line else ("enterprise", "line"):
        if getattr(entry, field):
            faults.append(
                Fault(field, Text("退出产能按企业和生产线登记，其他来源按编号登记",
                                  "a retired line is told by enterprise and line, any other source by its id"))
            )  # fmt: skip
    if len(entry.source) > LONGEST_SOURCE:
        faults.append(
            Fault(
                "source", Text(f"过长，最多 {LONGEST_SOURCE} 字", f"is too long: at most {LONGEST_SOURCE} characters")
            )
        )
    for name, text in ((told_by, entry.told_by), ("document", entry.document)):
        if any(is_unseen(each) for each in text):
            faults.append(
                Fault(name, Text("含有不可见字符，请删去", "holds a character that cannot be seen: remove it"))
            )
        if found := [each for each in text if latin_like(each)]:
            faults.append(
                Fault(name, Text(f"含有与拉丁字母同形的字母（U+{ord(found[0]):04X}），请改用拉丁字母",
                                 f"holds a letter that looks like a Latin one (U+{ord(found[0]):04X}): write the Latin one"))
            )  # fmt: skip
        if names_nothing(text):
            faults.append(Fault(name, Text(f"不能写“{text}”", f"cannot be “{text}”")))
    for name, value, known in (("area", entry.area, area_words_at_hand()), ("pollutant", entry.pollutant, KINDS)):
        if value not in known:
            faults.append(Fault(name, not_among(value, known)))
    if not (entry.verified_t.is_finite() and entry.verified_t >= 0 and fits(entry.verified_t)):
        faults.append(
            Fault("verified_t", Text("应为不小于 0 的数字（t/a）", "should be a number of no less than 0 (t/a)"))
        )
    if faults:
        raise Refused(faults)
