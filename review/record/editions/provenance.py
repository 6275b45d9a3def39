"""Who stands behind an edition (版本的来历): by which event it was adopted, who proposed and who confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection, select

from review.record.storage.event_marks import PersonNamed
from review.record.storage.journal import body_of, table
from review.record.storage.tables import AdoptedEdition, Event


class AdoptionShown(TypedDict):
    """An adoption as JSON values: the numbers of its event and its proposal as text, the time UTC."""

    event: str
    at: str
    proposal: str | None
    proposer: PersonNamed | None
    confirmer: PersonNamed | None


@dataclass(frozen=True)
class Adoption:
    """The event that adopted an edition: its number and time (UTC). What a record begins with has neither proposal nor persons."""

    position: int
    at: str
    proposal: int | None = None
    proposer: PersonNamed | None = None
    confirmer: PersonNamed | None = None

    def as_json(self) -> AdoptionShown:
        """The adoption as JSON values."""
        return {
            "event": str(self.position), "at": self.at, "proposal": None if self.proposal is None else str(self.proposal),
            "proposer": self.proposer, "confirmer": self.confirmer,
        }  # fmt: skip


def adoption_text(adopted: AdoptionShown) -> str:
    """Who stands behind an edition, as a line of text in both languages."""
    event = f"第 {adopted['event']} 号事件 event，{adopted['at']}"
    proposer, confirmer = adopted["proposer"], adopted["confirmer"]
    if proposer is None or confirmer is None:
        return f"随程序发布，记录建立时采用 shipped, adopted when the record began；{event}"
    return f"提案 proposal {adopted['proposal']}：{proposer['name']} 提出 proposed，{confirmer['name']} 确认 confirmed；{event}"


def adoptions(connection: Connection) -> Mapping[str, Adoption]:
    """The adoption of every edition that was adopted, by its digest."""
    rows, events = table(AdoptedEdition), table(Event)
    query = select(events, rows.c.digest.label("edition_digest")).join(events, rows.c.position == events.c.position)
    found: dict[str, Adoption] = {}
    for row in connection.execute(query.order_by(rows.c.position, rows.c.ordinal)).mappings():
        body = body_of(dict(row))
        found[row["edition_digest"]] = Adoption(
            row["position"], row["at"], body["proposal"], body.get("proposer"), body.get("confirmer")
        )
    return found
