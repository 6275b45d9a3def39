"""附件清单: the files that the paper of a review lists, as they stood at an event of the record."""

from __future__ import annotations

from collections.abc import Iterator

from review.papers.blocks import Block, Grid, Prose
from review.papers.language import Voice
from review.papers.source import Dossier
from review.record.views.attachment_lines import AttachmentLine, attachment_line


def attached_files(dossier: Dossier, voice: Voice) -> Iterator[Block]:
    """The files with size, digest, what each is attached to and where to look; nothing where none is attached."""
    if not dossier.attachments:
        return
    say, many = voice.say, len(dossier.attachments)
    yield Prose(say(f"截至记录第 {dossier.attached} 号，共 {many} 个文件。", f"{many} in all, up to entry {dossier.attached} of the record."))  # fmt: skip
    head = (say("编号", "No."), say("文件", "file"), say("属于", "attached to"), say("所在位置、说明", "where to look, note"), say("附加", "attached"))  # fmt: skip
    lines = (attachment_line(each, dossier.decided) for each in dossier.attachments)
    yield Grid(head, (1, 4, 3, 4, 3), tuple(_row(each, voice) for each in lines))


def _row(line: AttachmentLine, voice: Voice) -> tuple[str, ...]:
    file = voice.joined((line.name, voice.words(line.size), line.digest))
    where = voice.joined(filter(None, (voice.words(line.where), line.note))) or "—"
    by = voice.joined(filter(None, (voice.words(line.by), voice.words(line.state))))
    return (str(line.id), file, voice.words(line.to), where, by)
