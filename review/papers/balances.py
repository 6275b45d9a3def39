"""总量台账: what the city might still add when a decision was made, as the paper of its review shows it."""

from __future__ import annotations

from collections.abc import Iterator

from review.papers.blocks import Block, Grid, Prose
from review.papers.language import Voice
from review.papers.source import Dossier
from review.record.storage.added import MEDIA
from review.record.views.balances import BalanceLine, Side


def balance_lines(dossier: Dossier, voice: Voice) -> Iterator[Block]:
    """A row for each medium and period; nothing where the decision does not say by which event they stood."""
    if not dossier.balances or dossier.decision is None:
        return
    say, upto = voice.say, dossier.decision["balances"]
    yield Prose(say(f"截至记录第 {upto} 号，作出本决定之前。未载明的不作零。", f"Up to entry {upto} of the record, before this decision. What is not stated is not taken as nothing."))  # fmt: skip
    head = (
        say("总量、期间", "of what, period"), say("指标", "quota"), say("已批准", "approved"), say("待决定", "waiting"), say("本项目", "this project"),
        say("剩余", "left"),
    )  # fmt: skip
    yield Grid(head, (4, 3, 3, 3, 3, 3), tuple(_row(each, voice) for each in dossier.balances))


def _row(line: BalanceLine, voice: Voice) -> tuple[str, ...]:
    words, unit = MEDIA[line["medium"]]
    first, last = line["first_year"], line["last_year"]
    period = str(first) if first == last else f"{first}–{last}"
    quota, left, this = line["quota"], line["left"], line["this"]
    own = "—" if this is None else voice.unstated() if this["amount"] is None else voice.figure(this["amount"])
    most = voice.say("至多 ", "at most ") if line["left_at_most"] else ""
    return (
        f"{voice.words(words)} {unit} {period}",
        voice.figure(quota["amount"]) if quota else voice.say("未录入", "not entered"),
        _side(line["approved"], voice),
        _side(line["pending"], voice),
        own,
        "—" if left is None else f"{most}{voice.figure(left)}",
    )


def _side(side: Side, voice: Voice) -> str:
    many = side["not_stated"]
    unstated = voice.say(f"（另有 {many} 个未载明）", f" ({many} do not state it)") if many else ""
    return f"{voice.figure(side['amount'])}{unstated}"
