"""What a signature of a decision is given to (签批的内容): the review, its edition and what stands beside it, in one digest; what of it is another by now."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from review.canonical_json import canonical, digest_of
from review.clock import today
from review.errors import EditionNotFound, Text
from review.record.cases.beside import beside_positions
from review.record.cases.decisions import short_sources
from review.record.editions.in_force import law_of
from review.record.projects.standing import require_state
from review.record.storage.contents import last_decision, read_review, read_ruleset
from review.record.storage.journal import table
from review.record.storage.signing_bodies import SignedContent
from review.record.storage.tables import Event
from review.record.storage.text_limits import LARGEST_NUMBER
from review.replay.recorded import RecordedReview

# What of the record a signature is given to, in words.
CONTENT_WORDS: Mapping[str, Text] = {
    "review": Text("项目有新的审查", "the project was reviewed anew"),
    "edition": Text("审查所依据的规则版本不同", "the review's edition is another"),
    "in_force": Text("施行的规则版本有变", "another edition of the rules is in force"),
    "beside": Text("附件、条目意见或征求意见有变", "attachments, answers to findings or consultations changed"),
    "decision": Text("已有新的决定", "it was decided meanwhile"),
    "short": Text("不足的来源有变", "other sources are short"),
}
# Fewer than the numbers that a statement of either database can bind.
_AT_ONCE = 500


def content_of(connection: Connection, recorded: RecordedReview) -> SignedContent:
    """What a signature of a review is given to now."""
    decided = last_decision(connection, recorded.id)
    edition = read_ruleset(connection, recorded.ruleset)
    latest = require_state(connection, recorded.project)["review"] or recorded.id
    try:
        in_force: str | None = law_of(connection).choose(edition.id, today()).digest
    except EditionNotFound:
        in_force = None
    return {
        "review": read_review(connection, latest).digest, "edition": recorded.ruleset, "in_force": in_force,
        "beside": beside_digest(connection, recorded, decided), "decision": decided or 0, "short": short_sources(connection, recorded),
    }  # fmt: skip


def beside_digest(
    connection: Connection, recorded: RecordedReview, decided: int | None, upto: int = LARGEST_NUMBER
) -> str:
    """The digest of what stood beside a review with one decision once an event was recorded, by the digests of its events."""
    events = table(Event)
    found: list[str] = []
    positions = beside_positions(connection, recorded.project, recorded.id, decided, upto)
    for start in range(0, len(positions), _AT_ONCE):
        query = select(events.c.digest).where(events.c.position.in_(positions[start : start + _AT_ONCE]))
        found += connection.execute(query.order_by(events.c.position)).scalars()
    return digest_of(canonical(found))


def content_digest(content: SignedContent) -> str:
    """A content in one digest, as a signer states what was seen."""
    return digest_of(canonical(content))


def moved(before: SignedContent, now: SignedContent) -> list[str]:
    """What of a content is another by now, by the keys of CONTENT_WORDS."""
    one: Mapping[str, object] = before
    other: Mapping[str, object] = now
    return [each for each in CONTENT_WORDS if one.get(each) != other.get(each)]
