"""Attachments as lines (附件清单): in the same words on a page, on a paper and on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from review.clock import local_time
from review.errors import Text
from review.record.cases.attachments import Attachment

_DIGEST_SHOWN = 12


@dataclass(frozen=True)
class AttachmentLine:
    """An attachment in words: its file with size and the beginning of its digest, what it is attached to, where to look, by whom and when.

    `state` says that it was withdrawn, by whom and why, or that it was attached after the decision that a paper shows; None otherwise.
    """

    id: int
    name: str
    size: Text
    digest: str
    to: Text
    where: Text
    note: str
    by: Text
    state: Text | None
    is_withdrawn: bool


def attachment_line(each: Attachment, decision: int | None = None) -> AttachmentLine:
    """An attachment in words, beside the decision of that number if there is one."""
    many = f"{each.file['bytes']:,}"
    at = local_time(each.at)
    return AttachmentLine(
        each.id, each.file["name"], Text(f"{many} 字节", f"{many} bytes"), each.file["digest"].removeprefix("sha256:")[:_DIGEST_SHOWN],
        each.to.words, _where(each), each.note or "", Text(f"{each.by}，{at}", f"{each.by}, {at}"), _state(each, decision),
        each.withdrawn is not None,
    )  # fmt: skip


def attachment_lines(found: Iterable[Attachment], decision: int | None = None) -> tuple[AttachmentLine, ...]:
    """Attachments in words, in their order."""
    return tuple(attachment_line(each, decision) for each in found)


def _where(each: Attachment) -> Text:
    page = Text(f"第 {each.page} 页", f"page {each.page}") if each.page else Text("", "")
    place = each.place or ""
    return Text(" ".join(filter(None, (page.zh, place))), ", ".join(filter(None, (page.en, place))))


def _state(each: Attachment, decision: int | None) -> Text | None:
    if (end := each.withdrawn) is not None:
        at = local_time(end.at)
        return Text(f"已撤回（{end.by}，{at}）：{end.reason}", f"withdrawn ({end.by}, {at}): {end.reason}")
    if decision is not None and each.id > decision:
        return Text("决定之后附加", "attached after the decision")
    return None
