"""What a review rests on (所依据的数值): two documents of one review side by side, by two editions: what flips, and what rests on another figure without a flip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from review.replay.attribution import Key
from review.verdict.document import FindingShown, ReviewDocument

Findings = Mapping[Key, FindingShown]


@dataclass(frozen=True)
class Resting:
    """What differs between two documents: `flips` with the status then and now, `recommendation` where that differs.

    `rests` are rules whose findings say other figures, their own or those that they cite, and do not flip.
    """

    flips: Mapping[Key, tuple[str, str]]
    rests: tuple[str, ...]
    recommendation: tuple[str, str] | None

    def __bool__(self) -> bool:
        return bool(self.flips or self.rests or self.recommendation)


def resting(then: ReviewDocument, now: ReviewDocument) -> Resting:
    """What differs between a review by one edition and by another."""
    a, b = findings_of(then), findings_of(now)
    flips = {
        key: (status_of(a, key), status_of(b, key))
        for key in dict.fromkeys((*a, *b))
        if status_of(a, key) != status_of(b, key)
    }
    rests = dict.fromkeys(key[0] for key in b if key not in flips and _said(a, key) != _said(b, key))
    overall = (then["recommendation"], now["recommendation"])
    return Resting(flips, tuple(rests), None if overall[0] == overall[1] else overall)


def findings_of(document: ReviewDocument) -> Findings:
    """The findings of a review by rule and subject."""
    return {(each["rule"], each["subject"]): each for each in document["findings"]}


def status_of(findings: Findings, key: Key) -> str:
    """The status of a finding; `absent` where there is none."""
    return findings[key]["status"] if key in findings else "absent"


def _said(findings: Findings, key: Key) -> object:
    """What a finding says of figures: its own, and those it cites."""
    if key not in findings:
        return None
    found = findings[key]
    return found["observed"], found["required"], found["margin"], found["citations"]
