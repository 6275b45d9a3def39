"""签批: who signed a decision, with the roles and opinions, as its papers name them."""

from __future__ import annotations

from collections.abc import Iterator

from review.clock import local_time
from review.papers.blocks import Pair
from review.papers.language import Voice
from review.record.access.signing_rules import DRAFTS, SIGNER_WORDS
from review.record.storage.bodies import DecisionBody
from review.record.storage.signing_bodies import SignatureNamed

# Named by the signatures where a decision has them.
SIGNERS = ("officer", "second")


def signatures_of(decision: DecisionBody | None) -> list[SignatureNamed]:
    """The signatures by which a decision was made; none of one by a single person, and where there is none."""
    return decision["sign_off"]["signatures"] if decision is not None and "sign_off" in decision else []


def signature_lines(decision: DecisionBody | None, voice: Voice) -> tuple[str, ...]:
    """Where the paper is signed by hand; with the names of those who signed the decision in the record."""
    say, signed = voice.say, signatures_of(decision)
    if not signed:
        return (say("经办：", "Handled by:"), say("复核：", "Checked by:"), say("签发：", "Signed by:"))
    return tuple(f"{voice.words(SIGNER_WORDS[each['step']])}{say('：', ': ')}{_signer(each, voice)}" for each in signed)


def signature_rows(decision: DecisionBody, voice: Voice) -> Iterator[Pair]:
    """Each who signed the decision, when, and with which opinion; the drafter's is the reason of the decision."""
    for each in signatures_of(decision):
        words = [_signer(each, voice), voice.day(local_time(each["at"])[:10])]
        if each["opinion"] and each["step"] != DRAFTS:
            words.append(voice.say("意见：", "opinion: ") + each["opinion"])
        yield Pair(voice.words(SIGNER_WORDS[each["step"]]), voice.joined(words))


def _signer(each: SignatureNamed, voice: Voice) -> str:
    absent = each["deputy_for"]
    return each["name"] + (voice.say(f"（代 {absent['name']}）", f" (for {absent['name']})") if absent else "")
