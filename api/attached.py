"""Files of the record as they are sent out: saved by the browser and never opened in the office's pages."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from review.record.storage.event_marks import FileNamed

# Whatever a file holds, nothing of it runs; that its type is not guessed at is said of every answer.
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def sent(named: FileNamed, content: bytes) -> Response:
    """A file as an attachment, by the name that the record has it under (RFC 6266)."""
    name = quote(named["name"], safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "ETag": f'"{named["digest"]}"'}
    return Response(content, media_type=named["media"], headers=headers | _POLICY)
