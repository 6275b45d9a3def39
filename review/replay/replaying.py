"""Replay (重放): a recorded review judged again. Same again, layer by layer; or what another edition or day would change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypedDict

from review.canonical_json import digest_of
from review.errors import EditionNotFound, Fault, RecordDamaged, SheetError, Text, TwoHighError
from review.law.changes import kind_of
from review.law.compiling import compiled
from review.law.edition import Ruleset
from review.law.lineage import entries_between
from review.law.loading import pick
from review.replay.attribution import RECOMMENDATION, Attribution, Key
from review.replay.recorded import RecordedReview, sheet_bytes, sheet_from
from review.replay.resting import Findings, findings_of, status_of
from review.replay.results import Figures, LayerDifference, Result, VerdictDifference
from review.verdict.document import FindingShown, ReviewDocument
from review.verdict.judging import judge


@dataclass(frozen=True)
class Task:
    """A recorded review with all it was made from, ready for any process; `damaged`: the layer that cannot be read, and why."""

    recorded: RecordedReview
    sheet: bytes
    ruleset: bytes
    damaged: tuple[str, str] | None = None


@dataclass(frozen=True)
class Target:
    """What to judge against: editions (canonical contents) of which one is picked by name or day; none: the recorded one.

    `as_of` replaces the day of review. Without a `name` the editions are of several rulesets, and each review is judged by its own.
    """

    name: str = ""
    editions: tuple[bytes, ...] = ()
    wanted: str = ""
    as_of: date | None = None

    @property
    def same(self) -> bool:
        return not self.editions and self.as_of is None

    def among(self, old: Ruleset) -> tuple[Ruleset, ...]:
        """The editions of which one is picked for a review that `old` judged."""
        mine = self.editions if self.name else _by_ruleset(self.editions).get(old.id, ())
        return tuple(compiled(each) for each in mine)

    def edition(self, old: Ruleset, as_of: date) -> Ruleset:
        """The edition that a review which `old` judged is judged by. Raises EditionNotFound."""
        return pick(self.among(old), self.wanted, as_of, self.name or old.id) if self.editions else old


@lru_cache(maxsize=4)
def _by_ruleset(editions: tuple[bytes, ...]) -> Mapping[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for each in editions:
        name = str(json.loads(each)["id"])
        found[name] = (*found.get(name, ()), each)
    return found


@lru_cache(maxsize=16)
def _attribution(old: Ruleset, new: Ruleset) -> Attribution:
    return Attribution.between(old, new)


def replay(task: Task, target: Target) -> Result:
    """One review judged again: against its own edition layer by layer, else against another edition or day."""
    if task.damaged:
        layer, why = task.damaged
        return result_of(task.recorded, {"layer": layer, "detail": why})
    return result_of(task.recorded, _layer(task) if target.same else _differences(task, target))


def result_of(recorded: RecordedReview, difference: LayerDifference | VerdictDifference | None) -> Result:
    """The result of a review that was judged again; `difference` is None where nothing differs."""
    return {
        "review": recorded.id, "project": recorded.project, "version": recorded.version, "as_of": recorded.as_of.isoformat(),
        "difference": difference,
    }  # fmt: skip


def _layer(task: Task) -> LayerDifference | None:
    """The first layer whose bytes are not what they were, each looked at for itself."""
    recorded = task.recorded
    try:
        sheet = sheet_from(task.sheet)
    except (TwoHighError, ValueError) as error:
        return {"layer": "sheet", "detail": str(error)}
    if digest_of(task.sheet) != recorded.sheet or sheet_bytes(sheet) != task.sheet:
        return {"layer": "sheet", "detail": recorded.sheet}
    if _digest_of_edition(task.ruleset) != recorded.ruleset:
        return {"layer": "ruleset", "detail": recorded.ruleset}
    try:
        ruleset = recorded.edition(compiled(task.ruleset))
        again = judge(sheet, ruleset, recorded.as_of, recorded.register(), exact_only=True).to_bytes()
    except (TwoHighError, ValueError, KeyError) as error:
        return {"layer": "ruleset", "detail": str(error)}
    if again != recorded.content or digest_of(recorded.content) != recorded.digest:
        try:
            differing = _differing(recorded.document(), json.loads(again))
        except (ValueError, KeyError) as error:
            differing = [str(error)]
        return {"layer": "findings", "detail": ", ".join(differing) or recorded.digest}
    return None


@lru_cache(maxsize=32)
def _digest_of_edition(content: bytes) -> str:
    """The digest of an edition's content, memoised: many reviews are by one edition."""
    return digest_of(content)


def _differing(then: ReviewDocument, now: ReviewDocument) -> list[str]:
    """What differs between two reviews: rules by name, else the parts of the review."""
    a, b = findings_of(then), findings_of(now)
    rules = [
        f"{rule} [{subject}]"
        for rule, subject in dict.fromkeys((*a, *b))
        if a.get((rule, subject)) != b.get((rule, subject))
    ]
    before: Mapping[str, object] = then
    return rules or [name for name, value in now.items() if before.get(name) != value]


def _differences(task: Task, target: Target) -> VerdictDifference | None:
    recorded = task.recorded
    as_of = target.as_of or recorded.as_of
    sheet, old, then = sheet_from(task.sheet), compiled(task.ruleset), recorded.document()
    try:
        editions, new = target.among(old), target.edition(old, as_of)
        now: ReviewDocument = json.loads(judge(sheet, new, as_of, recorded.register(), exact_only=True).to_bytes())
    except (EditionNotFound, SheetError) as error:
        return {"error": str(error), "flips": [], "changed": [], "recommendation": None}
    a, b = findings_of(then), findings_of(now)
    keys = list(dict.fromkeys((*a, *b)))
    flipped = {key: (status_of(a, key), status_of(b, key)) for key in keys if status_of(a, key) != status_of(b, key)}
    overall = (then["recommendation"], now["recommendation"])
    changed = [key[0] for key in keys if key not in flipped and _figures(a, key) != _figures(b, key)]
    if not flipped and overall[0] == overall[1] and not changed:
        return None
    wanted = {key: statuses[1] for key, statuses in flipped.items()}
    if overall[0] != overall[1]:
        wanted[RECOMMENDATION] = overall[1]
    causes = (
        _attribution(old, new).causes(sheet, task.sheet.decode(), wanted, (recorded.as_of, as_of), recorded.register())
        if wanted
        else {}
    )
    entries = entries_between(old, new, editions)
    return {
        "against": new.name,
        "recommendation": {"then": overall[0], "now": overall[1], "causes": causes[RECOMMENDATION]} if RECOMMENDATION in causes else None,
        "flips": [
            {
                "rule": key[0], "subject": key[1], "then": statuses[0], "now": statuses[1], "causes": causes[key],
                "kinds": list(dict.fromkeys(kind_of(cause, entries) for cause in causes[key])),
                "figures": {"then": _figures(a, key), "now": _figures(b, key)},
            }
            for key, statuses in flipped.items()
        ],
        "changed": list(dict.fromkeys(changed)),
        "error": None,
    }  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One finding then and now, each None where it was not there; `differs` in status or in a figure."""

    rule: str
    subject: str
    then: FindingShown | None
    now: FindingShown | None
    differs: bool


@dataclass(frozen=True)
class SideBySide:
    """A recorded review beside the same sheet judged again: the documents (`now` None where it cannot be judged, and `why`), finding by finding."""

    then: ReviewDocument
    now: ReviewDocument | None
    against: str
    sides: tuple[Side, ...]
    why: str = ""


def side_by_side(task: Task, target: Target) -> SideBySide:
    """One review then and now. Raises RecordDamaged where its own documents cannot be read any more."""
    if task.damaged:
        raise RecordDamaged(
            [Fault(task.damaged[0], Text("原文已损坏，请核验记录", "a kept document is damaged: verify the record"))]
        )
    recorded, then = task.recorded, task.recorded.document()
    as_of, old = target.as_of or recorded.as_of, compiled(task.ruleset)
    try:
        new = target.edition(old, as_of)
        now = json.loads(judge(sheet_from(task.sheet), new, as_of, recorded.register(), exact_only=True).to_bytes())
    except (EditionNotFound, SheetError) as error:
        return SideBySide(then, None, "", (), str(error))
    a, b = findings_of(then), findings_of(now)
    sides = tuple(Side(*key, a.get(key), b.get(key), _said(a, key) != _said(b, key)) for key in dict.fromkeys((*a, *b)))
    return SideBySide(then, now, new.name, sides)


def _said(findings: Findings, key: Key) -> tuple[str, Figures | None]:
    return status_of(findings, key), _figures(findings, key)


def _figures(findings: Findings, key: Key) -> Figures | None:
    if key not in findings:
        return None
    found = findings[key]
    return {"observed": found["observed"], "required": found["required"], "margin": found["margin"]}


class SummaryShown(TypedDict):
    """A summary as JSON values."""

    reviews: int
    identical: int
    errors: int
    layers: dict[str, int]
    flipped_reviews: int
    flips: int
    by_rule: dict[str, dict[str, int]]
    by_cause: dict[str, int]
    by_kind: dict[str, int]
    recommendations: dict[str, int]


@dataclass
class Summary:
    """Counts over a replay: of reviews, differences, flips by rule, by cause, and of recommendations."""

    reviews: int = 0
    identical: int = 0
    errors: int = 0
    layers: dict[str, int] = field(default_factory=dict)
    flipped_reviews: int = 0
    flips: int = 0
    by_rule: dict[str, dict[str, int]] = field(default_factory=dict)
    by_cause: dict[str, int] = field(default_factory=dict)
    by_kind: dict[str, int] = field(default_factory=dict)
    recommendations: dict[str, int] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Count one review."""
        difference = result["difference"]
        self.reviews += 1
        if difference is None:
            self.identical += 1
        elif "layer" in difference:
            _count(self.layers, difference["layer"])
        elif difference["error"]:
            self.errors += 1
        else:
            self._add_flips(difference)

    def _add_flips(self, difference: VerdictDifference) -> None:
        self.flipped_reviews += bool(difference["flips"] or difference["recommendation"])
        for flip in difference["flips"]:
            self.flips += 1
            _count(self.by_rule.setdefault(flip["rule"], {}), f"{flip['then']} → {flip['now']}")
            for cause in flip["causes"]:
                _count(self.by_cause, cause)
            for kind in flip["kinds"]:
                _count(self.by_kind, kind)
        overall = difference["recommendation"]
        if overall:
            _count(self.recommendations, f"{overall['then']} → {overall['now']}")

    @property
    def clean(self) -> bool:
        """Whether nothing differs that would be a difference of verdict."""
        return not (self.layers or self.flipped_reviews or self.errors)

    def as_json(self) -> SummaryShown:
        """The counts as JSON values."""
        return {
            "reviews": self.reviews, "identical": self.identical, "errors": self.errors, "layers": self.layers,
            "flipped_reviews": self.flipped_reviews, "flips": self.flips, "by_rule": self.by_rule, "by_cause": self.by_cause, "by_kind": self.by_kind,
            "recommendations": self.recommendations,
        }  # fmt: skip


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
