"""Files on the wire: sent in base64 within a body, or named by the digest of one that the record has."""

from __future__ import annotations

from base64 import b64decode

from pydantic import BaseModel, ConfigDict, Field

from api.wire.document import Digest
from api.wire.reading import refuse
from review.readers.file_types import LONGEST_NAME
from review.record.storage.files import Scan, scan


class AttachedFile(BaseModel):
    """A file: its name and content, or the digest of one that was sent with the same body or is in the record."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field("", max_length=LONGEST_NAME, examples=["通知.pdf"])
    content: str | None = Field(
        None, description="base64 编码的内容 / the content in base64", json_schema_extra={"contentEncoding": "base64"}
    )
    digest: Digest | None = Field(None, description="已附文件的摘要 / the digest of a file that is attached already")


class FileShown(BaseModel):
    """A file as the record names it."""

    digest: Digest
    name: str
    media: str = Field(examples=["application/pdf"])
    bytes: int


def file_from(stated: AttachedFile, where: str) -> tuple[str, Scan | None]:
    """The digest of a file, and the file where its content is sent. Raises Refused."""
    if (stated.content is None) is (stated.digest is None):
        refuse(where, "应写明 content 或 digest 之一", "should have either content or digest")
    if stated.content is None:
        assert stated.digest is not None
        return stated.digest, None
    try:
        content = b64decode(stated.content, validate=True)
    except ValueError:
        refuse(f"{where}.content", "不是有效的 base64", "is not base64")
    sent = scan(stated.name, content, where)
    return sent.digest, sent
