"""Replay (重放): a recorded review judged again. Same again, layer by layer; or what another edition or day would change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from review.canonical_json import digest_of
from review.errors import EditionNotFound, Fault, RecordDamaged, SheetError, Text, TwoHighError
from review.law.changes import kind_of
from review.law.edition import Ruleset, compiled
from review.law.loading import pick
from review.replay.attribution import RECOMMENDATION, Attribution, Key
from review.replay.recorded import RecordedReview, edition_asked, sheet_bytes, sheet_from
from review.verdict.judging import judge


@dataclass(frozen=True)
class Task:
    """A recorded review with all it was made from, ready for any process; `damaged`: the layer that cannot even be read, and why."""

    kept: RecordedReview
    sheet: bytes
    ruleset: bytes
    damaged: tuple[str, str] | None = None


@dataclass(frozen=True)
class Target:
    """What to judge against: editions (canonical contents) of which one is picked by name or day; none: the recorded one.

    `as_of` replaces the day of review.
    """

    name: str = ""
    editions: tuple[bytes, ...] = ()
    wanted: str = ""
    as_of: date | None = None

    @property
    def same(self) -> bool:
        return not self.editions and self.as_of is None


@lru_cache(maxsize=16)
def _attribution(old: Ruleset, new: Ruleset) -> Attribution:
    return Attribution.between(old, new)


def replay(task: Task, target: Target) -> dict[str, Any]:
    """One review judged again. `difference` is None where nothing differs.

    Same edition: `difference` names the layer (`sheet`, `ruleset`, `findings`) whose bytes differ. Otherwise it has `flips`, each
    with rule, subject, status then and now, figures, `causes`, and whether law or error made them (`kinds`); `recommendation` where that flips; `changed` names the rules
    whose figures alone differ; `error` says why the sheet could not be judged.
    """
    kept = task.kept
    head = {"review": kept.id, "project": kept.project, "version": kept.version, "as_of": kept.as_of.isoformat()}
    if task.damaged:
        layer, why = task.damaged
        return {**head, "difference": {"layer": layer, "detail": why}}
    if target.same:
        return {**head, "difference": _layer(task)}
    return {**head, "difference": _differences(task, target)}


def _layer(task: Task) -> dict[str, Any] | None:
    """The first layer whose bytes are not what they were, each looked at for itself."""
    kept = task.kept
    try:
        sheet = sheet_from(task.sheet)
    except (TwoHighError, ValueError) as error:
        return {"layer": "sheet", "detail": str(error)}
    if digest_of(task.sheet) != kept.sheet or sheet_bytes(sheet) != task.sheet:
        return {"layer": "sheet", "detail": kept.sheet}
    if digest_of(task.ruleset) != kept.ruleset:
        return {"layer": "ruleset", "detail": kept.ruleset}
    try:
        ruleset = edition_asked(compiled(task.ruleset), kept.document())
        again = judge(sheet, ruleset, kept.as_of, kept.register(), exact_only=True).to_bytes()
    except (TwoHighError, ValueError, KeyError) as error:
        return {"layer": "ruleset", "detail": str(error)}
    if again != kept.content or digest_of(kept.content) != kept.digest:
        return {"layer": "findings", "detail": ", ".join(_differing(kept.document(), json.loads(again))) or kept.digest}
    return None


def _differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two reviews: rules by name, else the parts of the review."""
    a, b = _findings(then), _findings(now)
    rules = [
        f"{rule} [{subject}]"
        for rule, subject in dict.fromkeys((*a, *b))
        if a.get((rule, subject)) != b.get((rule, subject))
    ]
    return rules or [name for name in now if then.get(name) != now[name]]


def _findings(document: Mapping[str, Any]) -> dict[Key, Mapping[str, Any]]:
    return {(each["rule"], each["subject"]): each for each in document["findings"]}


def _differences(task: Task, target: Target) -> dict[str, Any] | None:
    kept = task.kept
    as_of = target.as_of or kept.as_of
    sheet, old, then = sheet_from(task.sheet), compiled(task.ruleset), kept.document()
    try:
        editions = tuple(compiled(content) for content in target.editions)
        new = pick(editions, target.wanted, as_of, target.name) if editions else old
        now = json.loads(judge(sheet, new, as_of, kept.register(), exact_only=True).to_bytes())
    except (EditionNotFound, SheetError) as error:
        return {"error": str(error), "flips": [], "changed": [], "recommendation": None}
    a, b = _findings(then), _findings(now)
    keys = list(dict.fromkeys((*a, *b)))
    flipped = {key: (_status(a, key), _status(b, key)) for key in keys if _status(a, key) != _status(b, key)}
    overall = (then["recommendation"], now["recommendation"])
    changed = [key[0] for key in keys if key not in flipped and _figures(a, key) != _figures(b, key)]
    if not flipped and overall[0] == overall[1] and not changed:
        return None
    wanted = {key: statuses[1] for key, statuses in flipped.items()}
    if overall[0] != overall[1]:
        wanted[RECOMMENDATION] = overall[1]
    causes = (
        _attribution(old, new).causes(sheet, task.sheet.decode(), wanted, (kept.as_of, as_of), kept.register())
        if wanted
        else {}
    )
    return {
        "against": new.name,
        "recommendation": {"then": overall[0], "now": overall[1], "causes": causes[RECOMMENDATION]} if RECOMMENDATION in causes else None,
        "flips": [
            {
                "rule": key[0], "subject": key[1], "then": statuses[0], "now": statuses[1], "causes": causes[key],
                "kinds": list(dict.fromkeys(kind_of(old, new, cause) for cause in causes[key])),
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
    then: Mapping[str, Any] | None
    now: Mapping[str, Any] | None
    differs: bool


@dataclass(frozen=True)
class SideBySide:
    """A recorded review beside the same sheet judged again: the documents (`now` None where it cannot be judged, and `why`), finding by finding."""

    then: Mapping[str, Any]
    now: Mapping[str, Any] | None
    against: str
    sides: tuple[Side, ...]
    why: str = ""


def side_by_side(task: Task, target: Target) -> SideBySide:
    """One review then and now. Raises RecordDamaged where its own documents cannot be read any more."""
    if task.damaged:
        raise RecordDamaged(
            [Fault(task.damaged[0], Text("原文已损坏，请核验记录", "a kept document is damaged: verify the record"))]
        )
    kept, then = task.kept, task.kept.document()
    as_of, old = target.as_of or kept.as_of, compiled(task.ruleset)
    try:
        new = (
            pick(tuple(compiled(each) for each in target.editions), target.wanted, as_of, target.name)
            if target.editions
            else old
        )
        now = json.loads(judge(sheet_from(task.sheet), new, as_of, kept.register(), exact_only=True).to_bytes())
    except (EditionNotFound, SheetError) as error:
        return SideBySide(then, None, "", (), str(error))
    a, b = _findings(then), _findings(now)
    sides = tuple(Side(*key, a.get(key), b.get(key), _said(a, key) != _said(b, key)) for key in dict.fromkeys((*a, *b)))
    return SideBySide(then, now, new.name, sides)


def _said(findings: Mapping[Key, Mapping[str, Any]], key: Key) -> tuple[str, dict[str, Any] | None]:
    return _status(findings, key), _figures(findings, key)


def _status(findings: Mapping[Key, Mapping[str, Any]], key: Key) -> str:
    return str(findings[key]["status"]) if key in findings else "absent"


def _figures(findings: Mapping[Key, Mapping[str, Any]], key: Key) -> dict[str, Any] | None:
    return {name: findings[key][name] for name in ("observed", "required", "margin")} if key in findings else None


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

    def add(self, result: Mapping[str, Any]) -> None:
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

    def _add_flips(self, difference: Mapping[str, Any]) -> None:
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

    def as_json(self) -> dict[str, Any]:
        return {
            "reviews": self.reviews, "identical": self.identical, "errors": self.errors, "layers": self.layers,
            "flipped_reviews": self.flipped_reviews, "flips": self.flips, "by_rule": self.by_rule, "by_cause": self.by_cause, "by_kind": self.by_kind,
            "recommendations": self.recommendations,
        }  # fmt: skip


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
