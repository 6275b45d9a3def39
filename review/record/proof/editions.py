"""The law of the record (规则版本的核验): adoptions by their own rules, and each review by an edition that was in force, or says that it was not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from review.record.proof.breaks import Break, broken
from review.record.storage.journal import Rows, unpacked
from review.record.storage.tables import AdoptedEdition, EditionStep, StoredReview


class Editions:
    """What was adopted by each event, as the walk goes on."""

    def __init__(self) -> None:
        # In the order of adoption.
        self._adopted: list[Mapping[str, Any]] = []
        self._digests: dict[str, str] = {}

    def breaks(self, event: Mapping[str, Any], body: Mapping[str, Any], stored: Rows) -> Iterator[Break]:
        """What is wrong with a step of the law, or with the edition that a review was judged by."""
        if event["kind"] == "edition" and body["act"] == "adopted":
            yield from self._adoption(event["position"], body)
        elif event["kind"] == "review" and self._adopted and "split_from" not in body:
            yield from self._judged(event["position"], body, stored)

    def _adoption(self, position: int, body: Mapping[str, Any]) -> Iterator[Break]:
        if body["proposal"] is None and self._adopted:
            yield broken(
                position, EditionStep, position, "没有提案而再次采用版本", "adopts editions again without a proposal"
            )
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
        document = json.loads(unpacked(rows[0]["content"]))
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
