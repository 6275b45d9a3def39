"""征求意见: the units that were consulted on a project and what each replied, as they stood at an event of the record."""

from __future__ import annotations

from collections.abc import Iterator

from review.papers.blocks import Block, Grid, Prose
from review.papers.language import Voice
from review.papers.source import Dossier
from review.record.views.consultation_words import UnitLine, asked_words, state_words, unit_lines


def consulted_units(dossier: Dossier, voice: Voice) -> Iterator[Block]:
    """Each consultation with its question, its units and their replies; nothing where none was recorded. Contacts stay with the office."""
    say, decided = voice.say, dossier.decided
    head = (say("单位", "unit"), say("答复", "reply"), say("收到", "received"))
    for each in dossier.consultations:
        yield Prose(voice.words(asked_words(each, decided)), strong=True)
        yield Prose(say(f"内容：{each.question}", f"Question: {each.question}"))
        yield Grid(head, (4, 7, 4), tuple(_row(line, voice) for line in unit_lines(each, decided)))
        yield Prose(voice.words(state_words(each, decided)))


def _row(line: UnitLine, voice: Voice) -> tuple[str, ...]:
    reply = voice.words(line.reply) if line.reply else "—"
    received = voice.words(line.received)
    if line.attachment is not None:
        received = voice.joined((received, voice.say(f"附件 {line.attachment}", f"attachment {line.attachment}")))
    return (line.unit, reply, received)
