"""Files on projects, reviews, figures, decisions and sources."""

from __future__ import annotations

from base64 import b64encode

from two_high_client.answers.attachments import Attachment, AttachmentMade
from two_high_client.declarations import content, new_key, of, one, pages
from two_high_client.operations import Asked
from two_high_client.writing import body, stated


class AttachmentCalls:
    """Calls about attachments."""

    @pages("/attachments", Attachment, cursor="after")
    def attachments(
        self, *, project: int | None = None, review: str | int | None = None, source: str | None = None
    ) -> Asked:
        """The files of a project, a review or a source, in order."""
        return Asked(query=stated(project=project, review=review, source=source))

    @one("POST", "/attachments", of(AttachmentMade))
    def attach(
        self,
        name: str,
        file: bytes | None = None,
        *,
        digest: str | None = None,
        project: int | None = None,
        review: str | None = None,
        path: str | None = None,
        decision: str | None = None,
        source: str | None = None,
        page: str | None = None,
        place: str | None = None,
        note: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Attach a file (its bytes, or the digest of one that the record has) to a project, a review or a figure (`path`) of it, a decision or a source."""
        sent = stated(name=name, content=None if file is None else b64encode(file).decode(), digest=digest)
        to = stated(project=project, review=review, path=path, decision=decision, source=source)
        return Asked(body=body(to=to, file=sent, page=page, place=place, note=note), key=key or new_key())

    @one("GET", "/attachments/{attachment}", of(Attachment))
    def attachment(self, attachment: str | int) -> Asked:
        """A file as it was attached, and its end, if it has one."""
        return Asked({"attachment": attachment})

    @one("GET", "/attachments/{attachment}/file", content)
    def attachment_file(self, attachment: str | int) -> Asked:
        """The bytes of an attached file."""
        return Asked({"attachment": attachment})

    @one("POST", "/attachments/{attachment}/withdraw", of(AttachmentMade))
    def withdraw_attachment(self, attachment: str | int, reason: str, *, key: str | None = None) -> Asked:
        """Withdraw an attachment; the file stays in the record."""
        return Asked({"attachment": attachment}, body=body(reason=reason), key=key or new_key())
