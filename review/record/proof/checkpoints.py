"""Signed checkpoints (签名检查点): a checkpoint with the time and an Ed25519 signature, so that it can be handed out and compared with the record.

A witness co-signs one after it has seen that it goes on from the one before. `CONSISTENCY` proves that two are of one chain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast

from sqlalchemy import Connection, bindparam, insert, select

from review.canonical_json import digest_of
from review.clock import timestamp
from review.errors import Fault, NotRecorded, RecordDamaged, Text
from review.record.proof.receipts import CheckpointNamed
from review.record.storage import chain
from review.record.storage.journal import table
from review.record.storage.key_file import Keys, fingerprint, is_signature, key_file_of
from review.record.storage.operations import SignedCheckpoint
from review.record.storage.outbox import put_out
from review.record.storage.tables import Checkpoint, Event

SCHEMA = "two-high/checkpoint/1"
COSIGNATURE = "two-high/cosignature/1"
_ROWS = table(SignedCheckpoint)
_BEYOND = (
    select(_ROWS.c.position, _ROWS.c.content).where(_ROWS.c.position > bindparam("after")).order_by(_ROWS.c.position)
)
_SIGNED = ("schema", "position", "head", "root", "at", "key")


class Cosignature(TypedDict):
    """A witness's signature: its public key, when it signed (UTC), and the signature over both and the digest of what is signed."""

    key: str
    at: str
    signature: str


class Consistency(TypedDict):
    """A proof (RFC 9162, 2.1.4) that the chain at `position` with `root` leads to the checkpoint it stands with."""

    position: int
    root: str
    path: list[str]


class Signed(CheckpointNamed):
    """A checkpoint with the time it was signed at (UTC), the public key in base64, and the signature over the canonical JSON of all of it."""

    schema: str
    at: str
    key: str
    signature: str
    cosignatures: NotRequired[list[Cosignature]]
    consistency: NotRequired[Consistency]


def signed_bytes(checkpoint: Mapping[str, Any]) -> bytes:
    """What of a checkpoint is signed."""
    return chain.canonical({name: checkpoint[name] for name in _SIGNED})


def _cosigned_bytes(checkpoint: Mapping[str, Any], at: str) -> bytes:
    return chain.canonical({"schema": COSIGNATURE, "checkpoint": digest_of(signed_bytes(checkpoint)), "at": at})


def cosigned(checkpoint: Signed, keys: Keys) -> Signed:
    """The checkpoint with a witness's signature, in place of one that it gave before. It has examined the checkpoint."""
    at = timestamp()
    mine: Cosignature = {"key": keys.public, "at": at, "signature": keys.signature(_cosigned_bytes(checkpoint, at))}
    others = [each for each in checkpoint.get("cosignatures", []) if each["key"] != keys.public]
    return {**checkpoint, "cosignatures": [*others, mine]}


def read_signed(content: bytes, where: str) -> Signed:
    """A signed checkpoint with every signature on it examined. Raises NotRecorded where it is none, or a signature is not good."""
    try:
        found = json.loads(content)
        texts = (*(found[name] for name in ("schema", "head", "root", "at", "key", "signature")),)
        shaped = (
            type(found["position"]) is int
            and found["position"] > 0
            and all(isinstance(each, str) for each in texts)
            and found["schema"] == SCHEMA
        )
        good = shaped and is_signature(found["key"], found["signature"], signed_bytes(found))
        good = good and ("peaks" not in found or chain.root_of(found["peaks"]) == found["root"])
        good = good and all(
            is_signature(each["key"], each["signature"], _cosigned_bytes(found, each["at"]))
            for each in found.get("cosignatures", [])
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        shaped = good = False
    if not shaped:
        words = Text(
            "不是签名检查点：应为 checkpoint 写出的 JSON",
            "is no signed checkpoint: it should be JSON as two-high checkpoint writes it",
        )
        raise NotRecorded([Fault(where, words)])
    if not good:
        words = Text(
            "签名不符：该检查点签署后被改动，不能采信",
            "its signature is not good: it was changed since and proves nothing",
        )
        raise NotRecorded([Fault(where, words)])
    return cast(Signed, found)


def last_signed(connection: Connection) -> Signed | None:
    """The last checkpoint that was signed; None where none was."""
    rows = table(SignedCheckpoint)
    content = connection.execute(select(rows.c.content).order_by(rows.c.position.desc()).limit(1)).scalar()
    return None if content is None else cast(Signed, json.loads(content))


def all_signed(connection: Connection, after: int = 0) -> list[Signed]:
    """The signed checkpoints beyond a position, oldest first. Raises NotRecorded where one was changed since."""
    found = connection.execute(_BEYOND, {"after": after})
    return [read_signed(row.content.encode(), f"signed_checkpoint {row.position}") for row in found]


def signed_page(connection: Connection, after: int, limit: int) -> list[Signed]:
    """At most so many signed checkpoints beyond a position, oldest first. Raises RecordDamaged where one of them was changed since."""
    try:
        return [
            read_signed(row.content.encode(), f"signed_checkpoint {row.position}")
            for row in connection.execute(_BEYOND.limit(limit), {"after": after})
        ]
    except NotRecorded as error:
        raise RecordDamaged(error.faults) from error


def anything_unsigned(connection: Connection) -> bool:
    """Whether a checkpoint was recorded since the last that was signed."""
    rows, signed = table(Checkpoint), table(SignedCheckpoint)
    newest = connection.execute(select(rows.c.position).order_by(rows.c.position.desc()).limit(1)).scalar() or 0
    last = connection.execute(select(signed.c.position).order_by(signed.c.position.desc()).limit(1)).scalar() or 0
    return bool(newest > last)


def sign(connection: Connection) -> list[Signed]:
    """Sign the checkpoints recorded since the last one signed, or the newest alone where none is, and put out word of them.

    Each must go on from what was signed before: nothing is signed over a history that was rewritten. Meant for the writer, who is
    alone. Raises RecordDamaged, KeyFileUnusable.
    """
    last, rows = last_signed(connection), table(Checkpoint)
    query = select(rows).where(rows.c.position > (last["position"] if last else 0)).order_by(rows.c.position)
    found = connection.execute(query).mappings().all()
    if not found:
        return []
    keys = key_file_of(connection).for_writing(connection)
    made = []
    for row in _going_on(connection, last, found) if last else found[-1:]:
        content: Any = {"schema": SCHEMA, "position": row["position"], "head": row["head"], "root": row["root"]}
        content |= {"at": timestamp(), "key": keys.public}
        # The peaks need no signature: they are those of the root, or are none.
        peaks = json.loads(row["peaks"])
        signed = cast(Signed, {**content, "signature": keys.signature(signed_bytes(content)), "peaks": peaks})
        stored = {"position": signed["position"], "content": chain.canonical(signed).decode()}
        connection.execute(insert(table(SignedCheckpoint)), [stored])
        put_out(connection, "checkpoint", signed["position"], signed["at"])
        made.append(signed)
    return made


def _going_on(connection: Connection, last: Signed, found: Any) -> Any:
    """The checkpoints; each is compared with the events since the last signed one."""
    rows, events = table(Checkpoint), table(Event)
    before = connection.execute(select(rows).where(rows.c.position == last["position"])).mappings().first()
    position, peaks = last["position"], json.loads(before["peaks"]) if before else []
    if chain.root_of(peaks) != last["root"]:
        raise _rewritten(last)
    for row in found:
        query = select(events.c.digest).where(events.c.position > position, events.c.position <= row["position"])
        digests = connection.execute(query.order_by(events.c.position)).scalars()
        position, peaks = chain.grow(position, peaks, digests)
        if position != row["position"] or chain.root_of(peaks) != row["root"]:
            raise _rewritten(last)
    return found


def _rewritten(last: Signed) -> RecordDamaged:
    words = Text(
        f"记录不再通向第 {last['position']} 号签名检查点（{last['at']}）：其前的事件被改动；不再签署，请用 verify 核验",
        f"the record no longer leads on from the checkpoint signed at {last['position']} ({last['at']}): an event was edited; nothing more is signed, verify the record",
    )
    return RecordDamaged([Fault("signed_checkpoint", words)])


def consistency(connection: Connection, older: CheckpointNamed, later: int) -> Consistency:
    """The proof that the chain at an older checkpoint leads to the one at `later`. Raises NotRecorded where the record is not that far.

    It is made of the record as it is: of a rewritten one it does not lead from the older checkpoint's root.
    """
    events = table(Event)
    query = select(events.c.digest).where(events.c.position <= later).order_by(events.c.position)
    digests = list(connection.execute(query).scalars())
    if not older["position"] <= later == len(digests):
        words = Text(
            f"另行保存的检查点在第 {older['position']} 号，而此处止于第 {len(digests)} 号",
            f"the checkpoint kept elsewhere is at {older['position']}, and this ends at {len(digests)}",
        )
        raise NotRecorded([Fault("--since", words)])
    return {
        "position": older["position"], "root": older["root"], "path": chain.consistency_path(older["position"], digests)
    }  # fmt: skip


def goes_on(older: CheckpointNamed, later: Signed) -> bool:
    """Whether a later checkpoint proves that it goes on from an older one."""
    if later["position"] == older["position"]:
        return (later["root"], later["head"]) == (older["root"], older["head"])
    proof = later.get("consistency")
    try:
        return (
            proof is not None
            and (proof["position"], proof["root"]) == (older["position"], older["root"])
            and chain.leads_on(older["position"], older["root"], later["position"], later["root"], proof["path"])
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def signer(checkpoint: Signed) -> str:
    """The fingerprint of the key that signed."""
    return fingerprint(checkpoint["key"])
