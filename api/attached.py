"""Files of the record as they are sent out: saved by the browser and never opened in the office's pages."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from review.papers.blocks import Language
from review.record.storage.event_marks import FileNamed

# Whatever a file holds, nothing of it runs; that its type is not guessed at is said of every answer.
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def disposition(name: str, plain: str) -> str:
    """The header `Content-Disposition` of a file to be saved under a name; `plain` is for clients that know ASCII alone (RFC 6266, appendix D)."""
    first = f'attachment; filename="{plain}"'
    return first if name == plain else f"{first}; filename*=UTF-8''{quote(name, safe='')}"


def disposition_in(language: Language, name: str, plain: str) -> str:
    """As `disposition`, of a file that is called by a Chinese name by those who read Chinese, else by the plain one."""
    return disposition(name if language == "zh" else plain, plain)


def sent(named: FileNamed, content: bytes) -> Response:
    """A file as an attachment, by the name that the record has it under (RFC 6266)."""
    name = quote(named["name"], safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "ETag": f'"{named["digest"]}"'}
    return Response(content, media_type=named["media"], headers=headers | _POLICY)
