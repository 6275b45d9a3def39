"""The law of the record (规则版本的核验): adoptions by their own rules, and each review by an edition that was in force, or says that it was not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from review.canonical_json import digest_of
from review.errors import NotRecorded, RecordDamaged
from review.record.access.known_people import same_subject
from review.record.access.names import name_key
from review.record.access.rule_keepers import GIVEN, TAKEN
from review.record.proof.breaks import Break, broken
from review.record.storage.contents import packed_ruleset
from review.record.storage.journal import Rows, unpacked
from review.record.storage.tables import AdoptedEdition, EditionStep, StoredReview, StoredRuleset

# Every verification of a server meets the same few editions.
_HEADS = 32
_NAMED = ("id", "edition", "from", "history")


@lru_cache(_HEADS)
def digest_in(stored: Any) -> str:
    """The digest of an edition's content, by the content as it is stored. Raises RecordDamaged."""
    return digest_of(unpacked(stored))


@lru_cache(_HEADS)
def named_in(stored: Any) -> Mapping[str, Any]:
    """What an edition says of itself, by its content as it is stored: `id`, `edition`, `from`, `history`. Raises RecordDamaged."""
    found = json.loads(unpacked(stored))
    return MappingProxyType({key: found[key] for key in _NAMED})


class Editions:
    """What was adopted by each event, what is proposed, and who may confirm it, as the walk goes on."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        # In the order of adoption.
        self._adopted: list[Mapping[str, Any]] = []
        self._digests: dict[str, str] = {}
        self._proposed: dict[int, Mapping[str, Any]] = {}
        # By folded subject, an account's with its prefix.
        self._keepers: set[str] = set()

    def breaks(self, event: Mapping[str, Any], body: Mapping[str, Any], stored: Rows) -> Iterator[Break]:
        """What is wrong with a step of the law, or with the edition that a review was judged by."""
        if event["kind"] in ("account", "person"):
            self._right(event["kind"], body)
        elif event["kind"] == "edition":
            yield from self._step(event["position"], body, stored)
        elif event["kind"] == "review" and self._adopted and "split_from" not in body:
            yield from self._judged(event["position"], body, stored)

    def _right(self, kind: str, body: Mapping[str, Any]) -> None:
        subject = name_key(f"person:{body['login']}" if kind == "account" else body["subject"])
        if body["act"] == GIVEN:
            self._keepers.add(subject)
        elif body["act"] in (TAKEN, "ended"):
            self._keepers.discard(subject)

    def _step(self, position: int, body: Mapping[str, Any], stored: Rows) -> Iterator[Break]:
        """A proposal, its end, or an adoption."""
        brought = {row["digest"]: row["content"] for row in stored.get(StoredRuleset, ())}
        for each in body["editions"]:
            yield from self._content(position, each, brought)
        if body["act"] == "proposed":
            self._proposed[position] = body
            return
        proposal = self._proposed.pop(body["proposal"], None) if body["proposal"] is not None else None
        begun = {each["id"] for each in self._adopted}
        if proposal is None and (body["proposal"] is not None or any(each["id"] in begun for each in body["editions"])):
            yield self._broken(position, "没有这个待确认的提案", "there was no such open proposal")
        elif proposal is not None and body["act"] == "adopted":
            if proposal["editions"] != body["editions"]:
                yield self._broken(position, "所采用的不是所提议的", "what is adopted is not what was proposed")
            yield from self._persons(position, proposal, body)
        if body["act"] == "adopted":
            yield from self._adoption(position, body)

    def _content(self, position: int, named: Mapping[str, Any], brought: Mapping[str, Any]) -> Iterator[Break]:
        """What an event says of an edition, compared with its content, which the event or one before has `brought`."""
        digest = named["digest"]
        try:
            content = named_in(brought[digest] if digest in brought else packed_ruleset(self.connection, digest))
        except (NotRecorded, RecordDamaged):
            # Told where the document is looked at.
            return
        if any(content[key] != named[key] for key in _NAMED):
            yield self._broken(
                position,
                f"对版本 {named['edition']} 的记载与其内容不符",
                f"says of edition {named['edition']} what its content does not",
            )

    def _persons(self, position: int, proposal: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Break]:
        proposer, confirmer = proposal["proposer"], body["confirmer"]
        if body["proposer"] != proposer:
            yield self._broken(position, "提案人与提案所载不同", "names another proposer than the proposal")
        if same_subject(proposer["subject"], confirmer["subject"]) or name_key(proposer["name"]) == name_key(
            confirmer["name"]
        ):
            yield self._broken(position, "确认人与提案人是同一人", "who confirmed it is who proposed it")
        by = body["by"]
        if by["channel"] != "cli" and not same_subject(by["principal"], confirmer["subject"]):
            yield self._broken(position, "确认人不是经办的人", "who confirmed it is not who acted")
        if name_key(confirmer["subject"]) not in self._keepers:
            yield self._broken(
                position,
                f"确认人“{confirmer['name']}”当时没有规则管理权",
                f"{confirmer['name']}, who confirmed it, had not the right to then",
            )

    def _broken(self, position: int, zh: str, en: str) -> Break:
        return broken(position, EditionStep, position, zh, en)

    def _adoption(self, position: int, body: Mapping[str, Any]) -> Iterator[Break]:
        for each in body["editions"]:
            name = f"{each['id']}@{each['edition']}"
            before = self._digests.setdefault(name, each["digest"])
            if before != each["digest"]:
                yield broken(
                    position,
                    AdoptedEdition,
                    name,
                    f"版本 {name} 此前已采用，内容不同",
                    f"edition {name} was adopted before with another content",
                )
            self._adopted.append(each)

    def _judged(self, position: int, body: Mapping[str, Any], stored: Rows) -> Iterator[Break]:
        digest = body["ruleset"]
        place = next((each["id"] for each in self._adopted if each["digest"] == digest), None)
        if place is not None and self._in_force(place, body["as_of"]) == digest:
            return
        rows = stored.get(StoredReview, [])
        if not rows:
            return
        try:
            document = json.loads(unpacked(rows[0]["content"]))
        except RecordDamaged:
            # Told where the document is looked at.
            return
        name = f"{document['ruleset']['id']}@{document['ruleset']['edition']}"
        if self._digests.get(name, digest) != digest:
            yield broken(
                position,
                StoredReview,
                position,
                f"所依据的 {name} 不是已采用的那个内容",
                f"was judged by a content of {name} that is not the one adopted",
            )
        among = [each for each in self._adopted if each["id"] == document["ruleset"]["id"]]
        told = any(each["code"] == "edition-overridden" for each in document["notes"])
        if among and not told:
            yield broken(
                position,
                StoredReview,
                position,
                f"所依据的版本 {name} 当时没有施行，审查也没有说明",
                f"was judged by {name}, which was not in force then, and does not say so",
            )

    def _in_force(self, place: str, day: str) -> str | None:
        """The digest of the edition of a ruleset in force on a day, as adopted so far."""
        begun = [
            (each["from"], number, each["digest"])
            for number, each in enumerate(self._adopted)
            if each["id"] == place and each["from"] <= day
        ]
        return max(begun)[2] if begun else None
