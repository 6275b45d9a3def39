"""Preview (预演): a recorded review judged by a proposed edition and by the one it comes after; what the proposal alone would change, and by which change.

What has changed since the review was recorded, whatever is proposed, is told apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypedDict

from review.errors import SheetError
from review.law.compiling import compiled
from review.law.edition import Ruleset
from review.replay.attribution import RECOMMENDATION, Attribution, Key
from review.replay.recorded import sheet_from
from review.replay.replaying import Task
from review.replay.resting import resting
from review.verdict.judging import judge


@dataclass(frozen=True)
class Draft:
    """A proposed edition and the one that it comes after (None: none), as canonical contents."""

    edition: bytes
    before: bytes | None


@dataclass(frozen=True)
class Standpoint:
    """What is shown of the project beside its review: name, industry, park, and the outcome of the decision in force."""

    name: str
    industry: str | None
    park: str | None
    decision: str | None


class PreviewFlip(TypedDict):
    """A finding, or the recommendation, that the proposal would change; `causes` are its changes that do."""

    rule: str
    subject: str
    then: str
    now: str
    causes: list[str]


class Previewed(TypedDict):
    """What a proposal would change of a project's latest review.

    `recommendation` is None where it stays. `rests` are rules whose findings rest on a changed figure and do not flip; `apart` those that
    the law adopted since the review changes already. `error`: why it could not be judged.
    """

    review: int
    project: int
    version: int
    as_of: str
    name: str
    industry: str | None
    park: str | None
    decision: str | None
    against: str
    recommendation: PreviewFlip | None
    flips: list[PreviewFlip]
    rests: list[str]
    apart: list[str]
    error: str | None


@lru_cache(maxsize=16)
def _attribution(old: Ruleset, new: Ruleset) -> Attribution:
    return Attribution.between(old, new)


def preview(task: Task, drafts: Sequence[Draft], about: Standpoint) -> Previewed:
    """One review previewed as of its own day, by `exact.py`: by the draft that would be in force then, else by the first one."""
    recorded = task.recorded
    found: Previewed = {
        "review": recorded.id, "project": recorded.project, "version": recorded.version, "as_of": recorded.as_of.isoformat(), "name": about.name,
        "industry": about.industry, "park": about.park, "decision": about.decision, "against": "", "recommendation": None, "flips": [], "rests": [],
        "apart": [], "error": None,
    }  # fmt: skip
    if task.damaged:
        return {**found, "error": ": ".join(task.damaged)}
    new, old = _chosen(task, drafts)
    found["against"] = new.name
    sheet, register, day = sheet_from(task.sheet), recorded.register(), recorded.as_of
    try:
        documents = [json.loads(judge(sheet, each, day, register, exact_only=True).to_bytes()) for each in (old, new)]
    except SheetError as error:
        return {**found, "error": str(error)}
    then, now = documents
    differs = resting(then, now)
    wanted = {key: pair[1] for key, pair in differs.flips.items()}
    if differs.recommendation is not None:
        wanted[RECOMMENDATION] = differs.recommendation[1]
    causes: Mapping[Key, list[str]] = {}
    if wanted:
        causes = _attribution(old, new).causes(sheet, task.sheet.decode(), wanted, (day, day), register)
    if differs.recommendation is not None:
        found["recommendation"] = _flip(RECOMMENDATION, differs.recommendation, causes)
    found["flips"] = [_flip(key, pair, causes) for key, pair in differs.flips.items()]
    found["rests"] = list(differs.rests)
    found["apart"] = list(dict.fromkeys(key[0] for key in resting(recorded.document(), then).flips))
    return found


def _chosen(task: Task, drafts: Sequence[Draft]) -> tuple[Ruleset, Ruleset]:
    """The draft that a review is judged by, and the edition beside it; of one that comes after none the recorded edition."""
    found = [(compiled(each.edition), each.before) for each in drafts]
    begun = [each for each in found if each[0].covers(task.recorded.as_of)]
    edition, before = max(begun, key=lambda each: str(each[0].content["from"])) if begun else found[0]
    return edition, compiled(before if before is not None else task.ruleset)


def _flip(key: Key, pair: tuple[str, str], causes: Mapping[Key, list[str]]) -> PreviewFlip:
    return {"rule": key[0], "subject": key[1], "then": pair[0], "now": pair[1], "causes": causes[key]}


class PreviewCounts(TypedDict):
    """Counts over a preview, as JSON values; by rule, industry and park of projects of which a finding would flip.

    `approvals_flipped` and `approvals_resting` are projects approved: whose recommendation would change, and that rest on a changed figure
    without any flip.
    """

    reviews: int
    flipped: int
    recommendations: dict[str, int]
    by_rule: dict[str, int]
    by_industry: dict[str, int]
    by_park: dict[str, int]
    by_cause: dict[str, int]
    approvals_flipped: int
    approvals_resting: int
    apart: int
    errors: int


@dataclass
class PreviewSummary:
    """Counts over a preview, added to review by review."""

    reviews: int = 0
    flipped: int = 0
    recommendations: dict[str, int] = field(default_factory=dict)
    by_rule: dict[str, int] = field(default_factory=dict)
    by_industry: dict[str, int] = field(default_factory=dict)
    by_park: dict[str, int] = field(default_factory=dict)
    by_cause: dict[str, int] = field(default_factory=dict)
    approvals_flipped: int = 0
    approvals_resting: int = 0
    apart: int = 0
    errors: int = 0

    def add(self, found: Previewed) -> None:
        """Count one project."""
        self.reviews += 1
        self.errors += found["error"] is not None
        self.apart += bool(found["apart"])
        overall, approved = found["recommendation"], found["decision"] == "approve"
        if found["flips"] or overall is not None:
            self.flipped += 1
            _count(self.by_industry, found["industry"] or "-")
            _count(self.by_park, found["park"] or "-")
            for rule in dict.fromkeys(each["rule"] for each in found["flips"]):
                _count(self.by_rule, rule)
            every = [*found["flips"], *((overall,) if overall else ())]
            for cause in dict.fromkeys(cause for each in every for cause in each["causes"]):
                _count(self.by_cause, cause)
        elif approved and found["rests"]:
            self.approvals_resting += 1
        if overall is not None:
            self.approvals_flipped += approved
            _count(self.recommendations, f"{overall['then']} → {overall['now']}")

    def as_json(self) -> PreviewCounts:
        """The counts as JSON values."""
        return {
            "reviews": self.reviews, "flipped": self.flipped, "recommendations": self.recommendations, "by_rule": self.by_rule,
            "by_industry": self.by_industry, "by_park": self.by_park, "by_cause": self.by_cause, "approvals_flipped": self.approvals_flipped,
            "approvals_resting": self.approvals_resting, "apart": self.apart, "errors": self.errors,
        }  # fmt: skip


def concerns(found: Previewed) -> bool:
    """Whether there is anything to be told of a project."""
    return bool(found["flips"] or found["recommendation"] or found["rests"] or found["apart"] or found["error"])


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
