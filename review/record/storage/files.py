"""Files of the record (文件): scans of documents and attachments, stored by digest; an event names each with its name, type and size.

A name is never a path: whatever is stored or sent out is found by the digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, bindparam, func, select

from review.canonical_json import digest_of
from review.errors import Fault, NotRecorded, RecordDamaged, Refused, Text
from review.readers.file_types import LONGEST_NAME, bare_name, file_type
from review.record.storage.contents import body_at
from review.record.storage.event_marks import FileNamed
from review.record.storage.journal import Row, packed, table, unpacked
from review.record.storage.tables import StoredFile
from review.record.storage.text_limits import validate_words

LARGEST_FILE = 20_000_000
# Of one event.
MOST_FILES, MOST_BYTES = 50, 60_000_000
# Of the record, where no other limit is set.
MOST_IN_RECORD = 10_000_000_000
_SIZE = select(func.coalesce(func.sum(func.length(table(StoredFile).c.content)), 0))
_STORED = select(table(StoredFile).c.position).where(table(StoredFile).c.digest == bindparam("digest"))


@dataclass(frozen=True)
class Scan:
    """A file to be stored: its name without folders, its content, and its media type by that content."""

    name: str
    media: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        return digest_of(self.content)

    @property
    def named(self) -> FileNamed:
        """The file as an event names it."""
        return {"digest": self.digest, "name": self.name, "media": self.media, "bytes": len(self.content)}


def scan(name: str, content: bytes, where: str = "file") -> Scan:
    """A file as it was sent. Raises Refused for one that is empty, too large, of no type that is taken, or called impossibly."""
    if not content:
        raise Refused([Fault(where, Text(f"“{bare_name(name)}”是空文件", f"“{bare_name(name)}” is empty"))])
    if len(content) > LARGEST_FILE:
        words = Text(
            f"“{bare_name(name)}”有 {len(content):,} 字节，一个文件最多 {LARGEST_FILE:,} 字节，请降低扫描分辨率或分成几个文件",
            f"“{bare_name(name)}” has {len(content):,} bytes; a file has at most {LARGEST_FILE:,}: scan it at a lower resolution or split it",
        )
        raise Refused([Fault(where, words, "file-too-large")])
    bare = bare_name(name)
    if any(each in bare for each in "\r\n\t"):
        raise Refused([Fault(where, Text("文件名含有不可见的控制字符", "the file's name holds control characters that cannot be seen"))])  # fmt: skip
    validate_words({where: bare}, required=(where,), longest=LONGEST_NAME)
    return Scan(bare, file_type(bare, content, where).media, content)


def validate_files(files: Sequence[FileNamed]) -> None:
    """Raises Refused where one event would name too many files, or too large ones together."""
    together = sum(each["bytes"] for each in files)
    if len(files) > MOST_FILES:
        words = Text(f"最多 {MOST_FILES} 个文件，现有 {len(files)} 个", f"at most {MOST_FILES} files; there are {len(files)}")  # fmt: skip
        raise Refused([Fault("file", words)])
    if together > MOST_BYTES:
        words = Text(
            f"各文件合计 {together:,} 字节，一次最多 {MOST_BYTES:,} 字节",
            f"the files have {together:,} bytes together; at most {MOST_BYTES:,} at a time",
        )
        raise Refused([Fault("file", words, "file-too-large")])


def file_rows(
    connection: Connection, position: int, files: Mapping[str, bytes], most: int = MOST_IN_RECORD
) -> list[Row]:
    """The packed contents, by digest, that the record does not hold yet, as rows of the event at a position.

    Raises Refused where the record would hold more than `most` bytes of files.
    """
    there = {each for each in files if is_stored(connection, each)}
    rows: list[Row] = [{"digest": digest, "position": position, "content": each} for digest, each in files.items() if digest not in there]  # fmt: skip
    added = sum(len(each) for digest, each in files.items() if digest not in there)
    size = int(connection.execute(_SIZE).scalar_one()) if added else 0
    if added and size + added > most:
        words = Text(
            f"记录中的文件已有 {size:,} 字节，上限为 {most:,} 字节；请管理员提高上限",
            f"the record holds {size:,} bytes of files and may hold {most:,}: an administrator raises the limit",
        )
        raise Refused([Fault("file", words, "file-too-large")])
    return rows


def packed_files(scans: Iterable[Scan]) -> dict[str, bytes]:
    """The contents as they are stored, by digest; packed before a transaction begins."""
    return {each.digest: packed(each.content) for each in scans}


def is_stored(connection: Connection, digest: str) -> bool:
    """Whether the record holds a file of that digest."""
    return connection.execute(_STORED, {"digest": digest}).first() is not None


def read_file(connection: Connection, digest: str) -> bytes:
    """The content of a file. Raises NotRecorded, RecordDamaged."""
    rows = table(StoredFile)
    content = connection.execute(select(rows.c.content).where(rows.c.digest == digest)).scalar()
    if content is None:
        raise NotRecorded([Fault("file", Text("记录中没有该文件", "the record has no such file"))])
    found = unpacked(content)
    if digest_of(found) != digest:
        words = Text("文件已被改动，请用 verify 核验记录", "the file was changed: verify the record")
        raise RecordDamaged([Fault("file", words)])
    return found


def file_named(connection: Connection, digest: str) -> FileNamed | None:
    """A file as the event that brought it names it; None where the record has no such file."""
    rows = table(StoredFile)
    position = connection.execute(select(rows.c.position).where(rows.c.digest == digest)).scalar()
    files: list[FileNamed] = body_at(connection, position)["files"] if position is not None else []
    return next((each for each in files if each["digest"] == digest), None)
