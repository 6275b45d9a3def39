"""Split projects (拆分项目): several of one applicant, or of one park and product, that only together reach a threshold.

Pointed out with their sum, for a person to look at; nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import Connection

from review.errors import Text
from review.law.edition import Ruleset
from review.law.place import split_figures
from review.law.table_words import product_words
from review.quantities import ZERO, plain
from review.record.projects.profile import judged_by, low_end
from review.record.projects.standing import ENDED, outcome_of
from review.record.storage.bodies import Profile
from review.record.views.worklist import Filters, each_standing

WINDOW_DAYS = 730
_BETWEEN = " · "
_UNITS = {"energy_tce": "tce/a", "voc_t": "t/a"}


@dataclass(frozen=True)
class Threshold:
    """A figure that a project may be split to stay below: `reached` by a sum of at least (`strict`: more than) `value`."""

    measure: str
    value: Decimal
    unit: str
    clause: str
    strict: bool = False

    def reached(self, figure: Decimal) -> bool:
        return figure > self.value if self.strict else figure >= self.value


@dataclass(frozen=True)
class _Member:
    project: int
    name: str
    day: date
    energy_tce: Decimal
    voc_t: Decimal
    applicant: str | None

    def figure(self, measure: str) -> Decimal:
        return self.energy_tce if measure == "energy_tce" else self.voc_t


class MemberShown(TypedDict):
    """A project of a group, its day, and its figure in the unit of the threshold."""

    project: int
    name: str
    day: str
    value: str


class SplitShown(TypedDict):
    """A group of projects as JSON values: what they share (`by`, `key`), the threshold and the clause, and their sum."""

    by: str
    key: str
    measure: str
    threshold: str
    unit: str
    clause: str
    sum: str
    projects: list[MemberShown]


@dataclass(frozen=True)
class Split:
    """Projects that reach a threshold together and none of them alone."""

    by: str
    key: str
    threshold: Threshold
    total: Decimal
    projects: tuple[_Member, ...]

    def shared(self, ruleset: Ruleset, parks: Mapping[str, str]) -> Text:
        """What the projects share, in words: the applicant's name, or park and product; an applicant of whom the code alone is known by that."""
        if self.by == "applicant":
            # The newest name, where the same credit code came with several.
            name = next((each.applicant for each in reversed(self.projects) if each.applicant), self.key)
            return Text(name, name)
        park, _, product = self.key.partition(_BETWEEN)
        words = product_words(ruleset, product)
        place = parks.get(park, park)
        return Text(f"{place} · {words.zh}", f"{place} · {words.en}")

    def as_json(self) -> SplitShown:
        """The group as JSON values."""
        limit = self.threshold
        return {
            "by": self.by, "key": self.key, "measure": limit.measure, "threshold": plain(limit.value), "unit": limit.unit,
            "clause": limit.clause, "sum": plain(self.total),
            "projects": [
                {"project": each.project, "name": each.name, "day": each.day.isoformat(), "value": plain(each.figure(limit.measure))}
                for each in self.projects
            ],
        }  # fmt: skip


def thresholds(ruleset: Ruleset, day: date) -> tuple[Threshold, ...]:
    """What projects might be split to stay below, from the edition's parameters and tables."""
    found = [
        Threshold(each.measure, each.parameter.value, _UNITS[each.measure], each.parameter.source, each.strict)
        for each in split_figures(ruleset)
        if each.parameter.value is not None
    ]
    rows = [
        row for row in ruleset.table("review_thresholds")
        if row["fact"] in ("energy.total_tce", "energy.review_total_tce") and row["asks"] == "review" and row["from"] <= day.isoformat() <= (row["until"] or "9999")
    ]  # fmt: skip
    return (*found, *(Threshold("energy_tce", Decimal(row["at_least"]), "tce/a", row["source"]) for row in rows[:1]))


def split_projects(connection: Connection, ruleset: Ruleset, day: date, window_days: int = WINDOW_DAYS) -> list[Split]:
    """Every group of projects within a window of days that reaches a threshold together, and none of them alone."""
    groups = _groups(connection, ruleset.id)
    limits = thresholds(ruleset, day)
    found: dict[Any, Split] = {}
    for (by, key), members in sorted(groups.items()):
        if len(members) > 1:
            members.sort(key=lambda each: (each.day, each.project))
            for limit in limits:
                for each in _windows(by, key, members, limit, window_days):
                    # One applicant by name and by credit code is one group.
                    found.setdefault((by, limit, each.projects), each)
    return list(found.values())


def _groups(connection: Connection, ruleset: str) -> dict[tuple[str, str], list[_Member]]:
    groups: dict[tuple[str, str], list[_Member]] = {}
    for standing in each_standing(connection, Filters(on_list=None)):
        profile = standing["profile"]
        day = profile["received"] or (profile["review"]["as_of"] if profile["review"] else None)
        left = standing["state"] in ENDED or outcome_of(standing) == "reject"
        if day is None or left or not judged_by(profile, ruleset):
            continue
        figures = low_end(profile["energy_tce"]), low_end(profile["voc_t"])
        member = _Member(standing["project"], profile["name"], date.fromisoformat(day), *figures, profile["applicant"])
        for key in _keys(profile):
            groups.setdefault(key, []).append(member)
    return groups


def _keys(profile: Profile) -> Iterator[tuple[str, str]]:
    for applicant in (profile["uscc"], profile["applicant"]):
        if applicant:
            yield "applicant", applicant.strip()
    if profile["park"] not in (None, "none"):
        for product in dict.fromkeys(each["row"] or each["name"] for each in profile["products"]):
            if product:
                yield "park and product", f"{profile['park']}{_BETWEEN}{product}"


def _windows(by: str, key: str, members: Sequence[_Member], limit: Threshold, days: int) -> Iterator[Split]:
    """The largest groups that lie within the window; one that is part of another is left out."""
    small = [
        each for each in members if not limit.reached(each.figure(limit.measure)) and each.figure(limit.measure) > ZERO
    ]
    covered = -1
    for first, start in enumerate(small):
        last = max(place for place, each in enumerate(small) if (each.day - start.day).days <= days)
        group = tuple(small[first : last + 1])
        total = sum((each.figure(limit.measure) for each in group), ZERO)
        if last > covered and len(group) > 1 and limit.reached(total):
            covered = last
            yield Split(by, key, limit, total, group)
