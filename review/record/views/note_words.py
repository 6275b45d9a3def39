"""Notes in words (备注): what each is about, by whom and when; the same on pages and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from review.clock import local_time
from review.errors import Text
from review.record.cases.notes import WITHDRAWN, Note, Noted
from review.record.storage.bodies import NoteBody
from review.sheet.catalogue import label_of


@dataclass(frozen=True)
class NoteLine:
    """A note in words; `state` says that it was withdrawn, by whom and why, None where it stands."""

    id: int
    about: Text
    text: str
    by: Text
    state: Text | None


def note_line(each: Note) -> NoteLine:
    """A note in words."""
    end, at = each.withdrawn, local_time(each.at)
    state = None
    if end is not None:
        when = local_time(end.at)
        state = Text(f"已撤回（{end.by}，{when}）：{end.reason}", f"withdrawn ({end.by}, {when}): {end.reason}")
    return NoteLine(each.id, about_words(each.about), each.text, Text(f"{each.by}，{at}", f"{each.by}, {at}"), state)


def about_words(about: Noted) -> Text:
    """What a note is about: `项目`, `审查 12`, `审查 12 的条目 · VOCs`, `审查 12 · VOCs 年排放量`."""
    if about.review is None:
        return Text("项目", "the project")
    if about.finding is not None:
        label = label_of(about.finding[1])
        return Text(f"审查 {about.review} 的条目 · {label.zh}", f"a finding of review {about.review} · {label.en}")
    if about.path is not None:
        label = label_of(about.path)
        return Text(f"审查 {about.review} · {label.zh}", f"review {about.review} · {label.en}")
    return Text(f"审查 {about.review}", f"review {about.review}")


def note_event_words(body: NoteBody) -> Text:
    """The event of a note in words."""
    finding = body["finding"]
    about = about_words(
        Noted(
            body["project"]["id"],
            body["review"],
            (finding["rule"], finding["subject"]) if finding else None,
            body["path"],
        )
    )
    if body["act"] == WITHDRAWN:
        return Text(f"撤回备注 {body['added']}（{about.zh}）：{body['reason']}", f"note {body['added']} ({about.en}) withdrawn: {body['reason']}")  # fmt: skip
    return Text(f"备注（{about.zh}）：{body['note']}", f"note ({about.en}): {body['note']}")
