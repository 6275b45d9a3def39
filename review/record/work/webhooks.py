"""Hooks (回调): where word of reviews, decisions, signatures, attachments and signed checkpoints is sent. Adding and removing one is an event.

Its secret is no part of the record, and stored encrypted by the key file. When another takes its place both sign for a stated while.

Messages follow the Standard Webhooks specification.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update

from review.clock import timestamp
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.storage import chain
from review.record.storage.actors import Actor, acting
from review.record.storage.journal import append, drafted, table
from review.record.storage.key_file import ENCRYPTED, key_file_of
from review.record.storage.office_bodies import HookBody
from review.record.storage.operations import HookSecret, SignedCheckpoint
from review.record.storage.outbox import NO_QUEUE, ActiveHook, Queue, Waiting, active_hooks, give_up, made_at, queues
from review.record.storage.store import Store
from review.record.storage.tables import Event, Hook
from review.record.storage.text_limits import validate_words
from review.record.views.logs import EVENT_WORDS
from review.terms import HOOK_KINDS, listed, not_among

KIND_WORDS: Mapping[str, Text] = {
    kind: EVENT_WORDS.get(kind, Text("签名检查点", "signed checkpoint")) for kind in HOOK_KINDS
}
MOST_HOOKS = 20
# Hours that the secret before signs too.
OVERLAP_HOURS, LONGEST_OVERLAP_HOURS = 24, 168
LONGEST_URL = 500
# What a message says of an event, beside its numbers.
_SAID = {
    "review": ("version", "as_of", "recommendation", "sheet", "ruleset", "digest"),
    "decision": ("review", "outcome", "departs", "officer", "on_behalf_of", "decided_on", "conditions"),
    "signature": ("act", "review", "proposal", "step", "steps", "drafter", "deputy_for", "opinion"),
    "attachment": ("act", "added", "review", "decision", "path", "source"),
    "step": ("step", "condition", "document", "reason"),
    "source": ("source", "verified_t", "draws"),
    "edition": ("act", "proposal"),
    "consultation": ("act", "asked", "units", "unit", "opinion", "due"),
}
# What it says besides of an event that states it: the day of a case, whose the case is from then on, the decision that is proposed.
_WHERE_STATED = ("day", "holder", "ruling")


@dataclass(frozen=True)
class Target:
    """Where a message goes and what it is signed with: the secret, and for a while the one before; none where it cannot be read."""

    url: str
    secrets: tuple[str, ...]


def add_hook(store: Store, url: str, kinds: Sequence[str], by: str | Actor) -> dict[str, str]:
    """Add a hook for these kinds of event. Returns `hook`, its id, and `secret`, which is shown at no other time. Raises Refused, RecordUnavailable."""
    actor = acting(by)
    validate_words({"by": actor.name}, required=("by",))
    validate_words({"url": url}, required=("url",), longest=LONGEST_URL)
    _validate_url(url)
    unknown = next((kind for kind in kinds if kind not in HOOK_KINDS), None)
    if unknown is not None or not kinds:
        raise Refused([Fault("kinds", _allowed(unknown))])
    hook, secret = secrets.token_hex(8), _new_secret()
    with store.writing() as connection:
        if len(active_hooks(connection)) >= MOST_HOOKS:
            raise Refused([Fault("url", Text(f"最多 {MOST_HOOKS} 个回调", f"at most {MOST_HOOKS} hooks"))])
        ordered = " ".join(kind for kind in HOOK_KINDS if kind in kinds)
        append(
            connection,
            drafted("hook", actor, {"hook": hook, "act": "added", "url": url, "kinds": ordered, "reason": None}),
        )
        keys = key_file_of(connection).for_writing(connection)
        connection.execute(insert(table(HookSecret)), [{"hook": hook, "secret": keys.encrypted(secret, _of(hook))}])
    return {"hook": hook, "secret": secret}


def _allowed(unknown: str | None) -> Text:
    """What is said of a kind that is none, or where none is chosen: the kinds in words, each with its code."""
    if unknown is not None:
        return not_among(unknown, KIND_WORDS)
    there = listed(KIND_WORDS)
    return Text(f"至少选一种：{there.zh}", f"choose at least one of: {there.en}")


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _found(connection: Connection, hook: str) -> ActiveHook:
    found = next((each for each in active_hooks(connection) if each["hook"] == hook), None)
    if found is None:
        raise NotRecorded([Fault("hook", Text("没有这个回调", "there is no such hook"))])
    return found


def rotate_secret(
    store: Store, hook: str, reason: str, by: str | Actor, *, hours: int = OVERLAP_HOURS, expected: int | None = None
) -> str:
    """Give a hook another secret, and return it. Messages are signed with both for so many hours; with 0 the old one signs nothing more.

    Where another took its place within that time, the old one goes on signing, and what came between signs nothing.

    `expected` is the last event of the hook that was seen: a form sent twice does not make a third secret. Raises NotRecorded,
    Refused, Conflict, RecordUnavailable.
    """
    actor = acting(by)
    validate_words({"hook": hook, "reason": reason, "by": actor.name}, required=("reason", "by"))
    if not 0 <= hours <= LONGEST_OVERLAP_HOURS:
        words = Text(f"应为 0 至 {LONGEST_OVERLAP_HOURS} 小时", f"should be 0 to {LONGEST_OVERLAP_HOURS} hours")
        raise Refused([Fault("hours", words)])
    secret, rows = _new_secret(), table(HookSecret)
    with store.writing() as connection:
        found = _found(connection, hook)
        if expected is not None and expected != found["position"]:
            words = Text(
                "该回调刚有变动，未再次更换；请先查看", "the hook has changed since: nothing was replaced; see it first"
            )
            raise Conflict([Fault("", words)])
        body: HookBody = {
            "hook": hook,
            "act": "rotated",
            "url": found["url"],
            "kinds": found["kinds"],
            "reason": reason,
        }
        append(connection, drafted("hook", actor, body))
        keys = key_file_of(connection).for_writing(connection)
        stored = connection.execute(select(rows).where(rows.c.hook == hook)).first()
        before, until = _signing_too(stored, hours) if stored is not None else (None, None)
        values = {"secret": keys.encrypted(secret, _of(hook)), "previous": before, "until": until}
        connection.execute(update(rows).where(rows.c.hook == hook).values(**values))
    return secret


def _signing_too(stored: Any, hours: int) -> tuple[str | None, str | None]:
    """The secret that signs beside a new one, and until when: the one before, while its time is not over, as a receiver may have that alone."""
    if not hours:
        return None, None
    until = timestamp(hours * 3600)
    if stored.previous is not None and stored.until > timestamp():
        return stored.previous, max(until, stored.until)
    return stored.secret, until


def forget_old_secrets(connection: Connection) -> None:
    """Forget the secrets whose time to sign beside the present one is over. Meant for the writer."""
    rows = table(HookSecret)
    connection.execute(update(rows).where(rows.c.until <= timestamp()).values(previous=None, until=None))


def _of(hook: str) -> str:
    """What a secret is encrypted as: stored with another hook it cannot be read."""
    return f"hook_secret:{hook}"


def encrypt_secrets(store: Store) -> int:
    """Encrypt the secrets that were stored before there was a key file. Returns how many there were. Raises KeyFileUnusable."""
    rows = table(HookSecret)
    plain = select(rows).where(rows.c.secret.not_like(f"{ENCRYPTED}%"))
    with store.writing() as connection:
        found = connection.execute(plain).mappings().all()
        if found:
            keys = key_file_of(connection).for_writing(connection)
            for row in found:
                mine = update(rows).where(rows.c.hook == row["hook"])
                connection.execute(mine.values(secret=keys.encrypted(row["secret"], _of(row["hook"]))))
    return len(found)


def _validate_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and not parts.username
            and not parts.fragment
            and parts.port != 0
        )
    except ValueError:
        good = False
    if not good or not url.isascii() or not url.isprintable() or " " in url:
        words = Text(
            "应为 http:// 或 https:// 网址，不含用户名", "should be an http:// or https:// address without a user name"
        )
        raise Refused([Fault("url", words)])


def remove_hook(store: Store, hook: str, reason: str, by: str | Actor) -> None:
    """Remove a hook: nothing more is sent to it, its secret is forgotten. Raises NotRecorded, Refused, RecordUnavailable."""
    actor = acting(by)
    validate_words({"hook": hook, "reason": reason, "by": actor.name}, required=("reason", "by"))
    with store.writing() as connection:
        found = _found(connection, hook)
        body: HookBody = {
            "hook": hook,
            "act": "removed",
            "url": found["url"],
            "kinds": found["kinds"],
            "reason": reason,
        }
        append(connection, drafted("hook", actor, body))
        give_up(connection, hook)
        connection.execute(delete(table(HookSecret)).where(table(HookSecret).c.hook == hook))


class HookLine(TypedDict):
    """A hook in use, without its secret; `both_until`: until when the secret before signs too (UTC), None where there is none."""

    hook: str
    url: str
    kinds: list[str]
    both_until: str | None
    queue: Queue


class HookSeen(HookLine):
    """A hook with the `position` of its last event."""

    position: int


def list_hooks(connection: Connection) -> list[HookLine]:
    """The hooks in use, without their secrets, each with how its queue stands."""
    rows = table(HookSecret)
    now = timestamp()
    both = {
        row.hook: row.until for row in connection.execute(select(rows.c.hook, rows.c.until)) if (row.until or "") > now
    }
    stand = queues(connection)
    return [
        {
            "hook": each["hook"], "url": each["url"], "kinds": each["kinds"].split(), "both_until": both.get(each["hook"]),
            "queue": stand.get(each["hook"], NO_QUEUE),
        }
        for each in active_hooks(connection)
    ]  # fmt: skip


def read_hook(connection: Connection, hook: str) -> HookSeen:
    """One hook in use. Raises NotRecorded."""
    position = _found(connection, hook)["position"]
    line = next(each for each in list_hooks(connection) if each["hook"] == hook)
    return {**line, "position": position}


def target_of(connection: Connection, hook: str) -> Target | None:
    """Where a hook's messages go; None where it is removed. It has no secrets where those were encrypted by a key file that is lost.

    Raises KeyFileUnusable.
    """
    hooks, rows = table(Hook), table(HookSecret)
    row = connection.execute(
        select(hooks.c.url, hooks.c.act).where(hooks.c.hook == hook).order_by(hooks.c.position.desc()).limit(1)
    ).first()
    stored = connection.execute(select(rows).where(rows.c.hook == hook)).first()
    if row is None or row.act == "removed" or stored is None:
        return None
    before = stored.previous if stored.until is not None and stored.until > timestamp() else None
    secret, old = _readable(connection, stored.secret, hook), _readable(connection, before, hook)
    return Target(row.url, tuple(each for each in (secret, old) if each is not None) if secret is not None else ())


def _readable(connection: Connection, stored: str | None, hook: str) -> str | None:
    """A secret as it was stored, readable; None where there is none, or its key file is lost. Raises KeyFileUnusable."""
    if stored is None or not stored.startswith(ENCRYPTED):
        return stored
    return key_file_of(connection).for_reading().decrypted(stored, _of(hook))


def message_of(connection: Connection, waiting: Waiting) -> bytes:
    """What is sent of an event or a signed checkpoint, or as a test: always the same bytes. Raises NotRecorded."""
    if waiting.is_test:
        data = {"hook": waiting.hook}
        return chain.canonical({"type": "hook.test", "timestamp": made_at(connection, waiting.id), "data": data})
    return _signed(connection, waiting.position) if waiting.is_checkpoint else message(connection, waiting.position)


def _signed(connection: Connection, position: int) -> bytes:
    rows = table(SignedCheckpoint)
    content = connection.execute(select(rows.c.content).where(rows.c.position == position)).scalar()
    if content is None:
        words = Text(f"没有第 {position} 号的签名检查点", f"there is no signed checkpoint at {position}")
        raise NotRecorded([Fault("position", words)])
    data = json.loads(content)
    return chain.canonical({"type": "checkpoint.signed", "timestamp": data["at"], "data": data})


def message(connection: Connection, position: int) -> bytes:
    """What is sent of an event. Raises NotRecorded."""
    events = table(Event)
    row = connection.execute(select(events).where(events.c.position == position)).mappings().first()
    if row is None:
        raise NotRecorded([Fault("position", Text(f"没有第 {position} 号事件", f"there is no event {position}"))])
    data = said_of(row["kind"], position, row["actor"], json.loads(row["body"]))
    return chain.canonical({"type": f"{row['kind']}.recorded", "timestamp": row["at"], "data": data})


def said_of(kind: str, position: int, actor: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What another system is told of an event: its numbers and who acted, and of kinds that hooks can ask for what it states; no address, secret or note."""
    # An attachment of a source is of no project.
    data = {
        "id": str(position),
        **({"project": body["project"]["id"] if body["project"] else None} if "project" in body else {}),
        "by": actor,
        **{name: body[name] for name in _SAID.get(kind, ())},
    }
    if kind in _SAID:
        data |= {name: body[name] for name in _WHERE_STATED if name in body}
    for name in ("review", "decision", "added", "proposal", "asked"):
        if data.get(name) is not None:
            data[name] = str(data[name])
    if kind == "attachment" and "files" in body:
        [data["file"]] = body["files"]
    return data
