"""Anchors (锚点): signed checkpoints in a folder that a person who rewrites the record cannot reach, compared with the record.

A history that is rewritten whole is consistent in itself; it differs from every checkpoint that was handed out before.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from review.canonical_json import digest_of
from review.errors import Fault, NotRecorded, RecordDamaged, Text, system_words
from review.record.proof.breaks import Break, is_digest
from review.record.proof.checkpoints import Signed, all_signed, read_signed
from review.record.proof.outside import Anchor, Outside
from review.record.proof.receipts import read_checkpoint
from review.record.storage import chain
from review.record.storage.database_errors import unavailable
from review.record.storage.journal import table
from review.record.storage.key_file import all_keys, beside, fingerprint
from review.record.storage.operations import SignedCheckpoint
from review.record.storage.store import Store
from review.record.storage.tables import Event

VARIABLE = "TWO_HIGH_ANCHOR_FOLDER"
NONE = "none"
_NAME = re.compile(r"checkpoint-(\d{12,19})\.json")
_BATCH = 10_000


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
        _require_agreement(connection, read_anchor(folder / name_of(newest)))
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


def _require_agreement(connection: Connection, anchor: Anchor) -> None:
    outside = Outside([anchor])
    size, peaks = 0, list[str]()
    head = chain.START
    while size < anchor.position and (added := _digests(connection, size, min(anchor.position, size + _BATCH))):
        size, peaks = chain.grow(size, peaks, added)
        head = added[-1]
    if found := [*outside.breaks(size, head, peaks), *outside.beyond(size)]:
        raise RecordDamaged([Fault(anchor.name, each.text) for each in found])


def read_anchor(path: Path, *, given: bool = True) -> Anchor:
    """A checkpoint stored elsewhere, signed or not, by its file. Raises NotRecorded where it is none, or was changed since it was signed."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error
    named = read_checkpoint(content, str(path))
    if b'"signature"' not in content:
        return Anchor(str(path), named, given=given)
    signed = read_signed(content, str(path))
    return Anchor(str(path), signed, signed["key"], given)


def read_anchors(place: Path) -> list[Anchor]:
    """The checkpoint in a file, or every one in a folder, in order. Raises NotRecorded, RecordUnavailable."""
    if place.is_dir():
        return [read_anchor(place / name_of(position)) for position in positions_in(place)]
    return [read_anchor(place)]


def found_anchors(connection: Connection, folder: Path | None) -> tuple[list[Anchor], list[Break]]:
    """The signed checkpoints that the record has and those in the folder of anchors; with a break for each that was changed since it was signed.

    Raises RecordUnavailable where the folder cannot be read.
    """
    gathered, breaks = list[Anchor](), list[Break]()
    try:
        gathered += [
            Anchor(f"signed_checkpoint {each['position']}", each, each["key"], given=False)
            for each in all_signed(connection)
        ]
    except NotRecorded as error:
        breaks += [_broken(0, fault.where, fault.text) for fault in error.faults]
    if folder is None or not folder.is_dir():
        return gathered, breaks
    for position in positions_in(folder):
        try:
            gathered.append(read_anchor(folder / name_of(position), given=False))
        except NotRecorded as error:
            breaks += [_broken(position, name_of(position), each.text) for each in error.faults]
    return gathered, breaks


def unknown_signers(connection: Connection, anchors: Iterable[Anchor]) -> Iterator[Break]:
    """A break for each checkpoint that a key has signed which the record does not know."""
    known = {each["public"] for each in all_keys(connection)}
    for each in anchors:
        if each.key is not None and each.key not in known:
            key = fingerprint(each.key)
            yield _broken(
                each.position, each.name,
                Text(f"由该记录不知道的密钥签署（指纹 {key}）", f"is signed by a key that the record does not know (fingerprint {key})"),
            )  # fmt: skip


def _digests(connection: Connection, after: int, upto: int) -> list[str]:
    events = table(Event)
    query = select(events.c.digest).where(events.c.position > after, events.c.position <= upto)
    found = list(connection.execute(query.order_by(events.c.position)).scalars())
    # What is no digest is told by the walk; here it only has to differ from every one.
    return [each if is_digest(each) else digest_of(repr(each).encode()) for each in found]


def _broken(position: int, name: str, text: Text) -> Break:
    return Break(position, table(SignedCheckpoint).name, name, text)


def _unusable(path: Path, error: OSError) -> Exception:
    return unavailable(
        f"锚点文件夹不可用：{system_words(error)}", f"the folder of anchors cannot be used: {error.strerror}", str(path)
    )
