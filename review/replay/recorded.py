"""A recorded review (已记录的审查) as the value it is, wherever it was read from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict

from review.canonical_json import canonical
from review.facts import Balance, Case, Register
from review.facts.model import Claim
from review.law.edition import Ruleset
from review.sheet import ProjectSheet, canonical_sheet, recorded_sheet
from review.verdict.document import RegisterRead, ReviewDocument

# What stands so in a review's bytes can be nothing else: within words, quotation marks are escaped.
_REGISTER, _OVERRIDDEN = b'"register":', b'"code":"edition-overridden"'
_DECODER = json.JSONDecoder()


class Heading(TypedDict):
    """A recorded review's numbers: `id` and `replaces` are positions in the record, as text."""

    id: str
    project: int
    version: int
    replaces: str | None
    digest: str


@dataclass(frozen=True)
class RecordedReview:
    """A review as it is stored. `content` is its bytes."""

    id: int
    project: int
    version: int
    replaces: int | None
    sheet: str
    ruleset: str
    as_of: date
    recommendation: str
    digest: str
    content: bytes

    def head(self) -> Heading:
        """The review's numbers, as callers are shown them."""
        return heading(self.id, self.project, self.version, self.replaces, self.digest)

    def document(self) -> ReviewDocument:
        """The review's bytes read as values."""
        document: ReviewDocument = json.loads(self.content)
        return document

    def register(self) -> Register | None:
        """The balances that the review read. Of its bytes no more is read than that: they are many times as long. Raises ValueError."""
        start = self.content.index(_REGISTER) + len(_REGISTER)
        read: RegisterRead | None = _DECODER.raw_decode(self.content[start:].decode())[0]
        return register_from(read)

    def case(self, sheet: ProjectSheet, ruleset: Ruleset) -> Case:
        """What the review was made from, of its sheet and its edition."""
        return Case(sheet, ruleset, self.as_of, self.register())

    def edition(self, ruleset: Ruleset) -> Ruleset:
        """The review's edition as it was asked for: its notes say whether another one was in force on the day."""
        return ruleset.asked_for() if _OVERRIDDEN in self.content else ruleset


def heading(number: int, project: int, version: int, replaces: int | None, digest: str) -> Heading:
    """A recorded review's numbers, as callers are shown them."""
    return {
        "id": str(number),
        "project": project,
        "version": version,
        "replaces": None if replaces is None else str(replaces),
        "digest": digest,
    }


def sheet_bytes(sheet: ProjectSheet) -> bytes:
    """A sheet's canonical JSON (RFC 8785), what its digest is over."""
    return canonical(canonical_sheet(sheet))


def register_from(document: RegisterRead | None) -> Register | None:
    """The register balances that a review document contains."""
    if document is None:
        return None
    balances = {
        source: Balance(
            Decimal(each["verified_t"]),
            Decimal(each["drawn_t"]),
            tuple(each["holders"]),
            each["area"],
            each["pollutant"],
        )
        for source, each in document["balances"].items()
    }
    claims = {
        source: Claim(Decimal(each["asked_t"]), tuple(each["holders"]))
        for source, each in document.get("claims", {}).items()
    }
    return Register(document["position"], balances, claims)


def sheet_from(content: bytes) -> ProjectSheet:
    """The sheet that canonical JSON states; its decimals are text, so nothing is rounded."""
    return recorded_sheet(json.loads(content))
