"""Anchors (锚点): signed checkpoints where whoever rewrites the record cannot reach them, handed out to a folder and held against the record.

A history that is rewritten whole is consistent in itself; it differs from every checkpoint that was handed out before.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select

from review.canonical_json import digest_of
from review.errors import Fault, NotRecorded, RecordDamaged, Text
from review.record.proof.checkpoints import Signed, all_signed, read_signed
from review.record.proof.receipts import CheckpointNamed, read_checkpoint
from review.record.proof.verification import MOST_BREAKS, Break, Verified
from review.record.storage import chain
from review.record.storage.journal import table
from review.record.storage.key_file import all_keys, beside, fingerprint
from review.record.storage.operations import SignedCheckpoint
from review.record.storage.store import Store, unavailable
from review.record.storage.tables import Event

VARIABLE = "TWO_HIGH_ANCHOR_FOLDER"
NONE = "none"
_NAME = re.compile(r"checkpoint-(\d{12,19})\.json")
_BATCH = 10_000


@dataclass(frozen=True)
class Outside:
    """A checkpoint that was stored elsewhere: where it was found, and the public key that signed it; None where none did."""

    name: str
    checkpoint: CheckpointNamed
    key: str | None = None


def folder_of(store: Store, given: str | None = None) -> Path | None:
    """The folder that checkpoints are handed out to: as given, as TWO_HIGH_ANCHOR_FOLDER says, else beside the record; None for `none`."""
    named = given or os.environ.get(VARIABLE)
    if named == NONE:
        return None
    return Path(named) if named else beside(store.address, "anchors")


def name_of(position: int) -> str:
    """The file of a checkpoint in a folder."""
    return f"checkpoint-{position:012}.json"


def positions_in(folder: Path) -> list[int]:
    """The positions of the checkpoints in a folder, in order. Raises RecordUnavailable where it cannot be read."""
    try:
        found = [match for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    except OSError as error:
        raise _unusable(folder, error) from error
    return sorted(int(match[1]) for match in found)


def hand_out(connection: Connection, folder: Path) -> list[Path]:
    """Write the signed checkpoints that a folder does not have yet; what is there is never written over. Returns the files.

    Raises RecordDamaged where the record does not lead on from the newest checkpoint in the folder, RecordUnavailable where it
    cannot be written.
    """
    try:
        folder.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error
    there = positions_in(folder)
    newest = there[-1] if there else 0
    if newest:
        _require_agreement(connection, read_outside(folder / name_of(newest)))
    return [write_new(folder, each) for each in all_signed(connection, after=newest)]


def write_new(folder: Path, checkpoint: Signed) -> Path:
    """Write a signed checkpoint into a folder, read-only, whole or not at all; one that is there stays. Raises RecordUnavailable."""
    return write_beside(folder / name_of(checkpoint["position"]), chain.canonical(checkpoint) + b"\n")


def write_beside(path: Path, content: bytes) -> Path:
    """Write a file that must outlive a power cut, read-only; one that is there stays. Raises RecordUnavailable."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(unfinished, path)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    except OSError as error:
        raise _unusable(path, error) from error
    return path


def _require_agreement(connection: Connection, outside: Outside) -> None:
    if found := list(_differing(connection, [outside])):
        raise RecordDamaged([Fault(outside.name, each.text) for each in found])


def read_outside(path: Path) -> Outside:
    """A checkpoint stored elsewhere, signed or not, by its file. Raises NotRecorded where it is none, or was changed since it was signed."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error
    named = read_checkpoint(content)
    if b'"signature"' not in content:
        return Outside(str(path), named)
    return Outside(str(path), named, read_signed(content, str(path))["key"])


def read_all(place: Path) -> list[Outside]:
    """The checkpoint in a file, or every one in a folder, in order. Raises NotRecorded, RecordUnavailable."""
    if place.is_dir():
        return [read_outside(place / name_of(position)) for position in positions_in(place)]
    return [read_outside(place)]


@dataclass(frozen=True)
class Held:
    """What was verified, with what differs from checkpoints stored elsewhere: how many were compared, and the newest of them."""

    verified: Verified
    compared: int
    newest: int


def held_against(
    connection: Connection, found: Verified, *, outside: Sequence[Outside] = (), folder: Path | None = None
) -> Held:
    """Hold the record against checkpoints from elsewhere, those in the folder of anchors, and those that it has of its own key.

    A checkpoint in the folder or of its own that was changed since it was signed is a break too. Raises RecordUnavailable.
    """
    gathered, broken = [*outside], list[Break]()
    try:
        gathered += [
            Outside(f"signed_checkpoint {each['position']}", each, each["key"]) for each in all_signed(connection)
        ]
    except NotRecorded as error:
        broken += [_broken(0, fault.where, fault.text.zh, fault.text.en) for fault in error.faults]
    for position in positions_in(folder) if folder is not None and folder.is_dir() else ():
        assert folder is not None
        try:
            gathered.append(read_outside(folder / name_of(position)))
        except NotRecorded as error:
            broken += [_broken(position, name_of(position), each.text.zh, each.text.en) for each in error.faults]
    broken += _differing(connection, gathered)
    breaks = sorted((*found.breaks, *broken), key=lambda each: each.position)[:MOST_BREAKS]
    newest = max((each.checkpoint["position"] for each in gathered), default=0)
    return Held(replace(found, breaks=tuple(breaks)), len(gathered), newest)


def _differing(connection: Connection, outside: Sequence[Outside]) -> Iterator[Break]:
    """A break for each checkpoint that the record does not lead to: where the last that agrees ends, the difference begins."""
    known = {each["public"] for each in all_keys(connection)}
    size, peaks, agreed = 0, list[str](), 0
    head = chain.START
    for each in sorted(outside, key=lambda each: each.checkpoint["position"]):
        position = each.checkpoint["position"]
        if each.key is not None and each.key not in known:
            key = fingerprint(each.key)
            yield _broken(position, each.name, f"由该记录不知道的密钥签署（指纹 {key}）", f"is signed by a key that the record does not know (fingerprint {key})")  # fmt: skip
        while size < position and (added := _digests(connection, size, min(position, size + _BATCH))):
            size, peaks = chain.grow(size, peaks, added)
            head = added[-1]
        if size < position:
            yield _broken(size + 1, each.name, f"末尾被截断：该检查点在第 {position} 号，而事件止于第 {size} 号",
                          f"the end was cut off: this checkpoint is at {position}, the events end at {size}")  # fmt: skip
        elif (each.checkpoint["head"], each.checkpoint["root"]) != (head, chain.root_of(peaks)):
            yield _broken(agreed + 1, each.name, f"与该检查点不符：第 {agreed + 1} 至 {position} 号中有事件被改动",
                          f"differs from this checkpoint: of the events {agreed + 1} to {position} one was edited")  # fmt: skip
        else:
            agreed = position


def _digests(connection: Connection, after: int, upto: int) -> list[str]:
    events = table(Event)
    query = select(events.c.digest).where(events.c.position > after, events.c.position <= upto)
    found = list(connection.execute(query.order_by(events.c.position)).scalars())
    # What is no digest is told by the walk; here it only has to differ from every one.
    return [
        each if re.fullmatch("sha256:[0-9a-f]{64}", str(each)) else digest_of(repr(each).encode()) for each in found
    ]


def _broken(position: int, name: str, zh: str, en: str) -> Break:
    return Break(position, table(SignedCheckpoint).name, name, Text(zh, en))


def _unusable(path: Path, error: OSError) -> Exception:
    return unavailable(
        f"锚点文件夹不可用：{error.strerror}", f"the folder of anchors cannot be used: {error.strerror}", str(path)
    )
