"""City indicators (城市指标) from the record, beside the plan's targets: clauses of kind `indicator`, 二 and 三（一）.

They add up how projects stand now; nothing is judged by them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from sqlalchemy import Connection

from review.law.edition import Ruleset
from review.law.place import benchmark_share, reduction_targets
from review.quantities import ZERO, exact, plain, quotient
from review.record.projects.profile import is_of, judged_by, low_end
from review.record.projects.standing import ENDED, ProjectState, outcome_of
from review.record.register.balances import register_lines
from review.record.storage.bodies import ListedProduct, Profile
from review.record.views.worklist import Filters, Page, each_standing, page
from review.verdict.document import NoteShown
from review.verdict.plan_period import target_notes

SCHEMA = "two-high/indicators/1"
_PAGE = 200


class Added(TypedDict):
    """What new projects add: energy in tce/a, VOC and its offsets in t/a, and how many projects do not state a figure."""

    energy_tce: str
    voc_t: str
    voc_offset_t: str
    projects: int
    not_stated: int


class AddedByOutcome(TypedDict):
    """What approved projects add, and those that await their decision."""

    approved: Added
    pending: Added


class CapacityLine(TypedDict):
    """An industry's capacity by band (in the unit of its products), and its share at benchmark level against the plan's target."""

    field: str
    capacity: dict[str, str]
    products_without_capacity: int
    share_percent: str | None
    target_percent: str | None
    reached: bool | None
    clause: str | None


class ReductionLine(TypedDict):
    """A pollutant's registered reductions in t/a, beside the plan's target."""

    pollutant: str
    verified_t: str
    drawn_t: str
    free_t: str
    target_t: str | None
    clause: str | None


class Indicators(TypedDict):
    """The indicators as JSON values."""

    schema: str
    ruleset: str
    projects: int
    capacity_at_benchmark: list[CapacityLine]
    added: AddedByOutcome
    reductions: list[ReductionLine]
    notes: list[NoteShown]


def indicators(connection: Connection, ruleset: Ruleset) -> Indicators:
    """Capacity at benchmark level, energy and VOC added and offset, reductions against targets.

    Refused, withdrawn, lapsed and closed projects are left out. Figures not stated are counted, not guessed. By an edition after the plan's
    period a note says that its targets are over.
    """
    with exact():
        tally = _Tally(ruleset)
        for standing in each_standing(connection, Filters(on_list=None)):
            tally.add(standing)
        return {
            "schema": SCHEMA,
            "ruleset": ruleset.name,
            "projects": tally.projects,
            "capacity_at_benchmark": tally.capacity(),
            "added": tally.added,
            "reductions": _reductions(connection, ruleset),
            "notes": [
                NoteShown(code=note.code, path=note.path, message=note.message.as_json())
                for note in target_notes(ruleset)
            ],
        }


def counted(connection: Connection, ruleset: str, *, cursor: str | None = None, limit: int = 50) -> Page:
    """The projects that the indicators of a ruleset add up, newest first, as lines of the list. Raises Refused for a cursor that this list did not give."""
    found = page(connection, Filters(on_list=None), cursor=cursor, limit=limit)
    return Page(
        tuple(
            each
            for each in found.lines
            if each["state"] not in ENDED and each["outcome"] != "reject" and is_of(each["ruleset"], ruleset)
        ),
        found.cursor,
    )


class _Tally:
    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset, self.projects = ruleset, 0
        self.fields: dict[str, dict[str, Decimal]] = {}
        self.unstated: dict[str, int] = {}
        self.added: AddedByOutcome = {"approved": _nothing(), "pending": _nothing()}

    def add(self, standing: ProjectState) -> None:
        """Count one project."""
        profile = standing["profile"]
        if standing["state"] in ENDED or outcome_of(standing) == "reject" or not judged_by(profile, self.ruleset.id):
            return
        self.projects += 1
        for product in profile["products"]:
            self._product(product)
        if profile["stage"] != "existing" and profile["review"]:
            self._added(standing, profile)

    def _product(self, product: ListedProduct) -> None:
        row = self.ruleset.row("benchmark_levels", product["row"]) if product["row"] else None
        if row is None or product["band"] is None:
            return
        if product["capacity"] is None:
            self.unstated[row["field"]] = self.unstated.get(row["field"], 0) + 1
            return
        bands = self.fields.setdefault(row["field"], {})
        bands[product["band"]] = bands.get(product["band"], ZERO) + Decimal(product["capacity"])

    def _added(self, standing: ProjectState, profile: Profile) -> None:
        sums = self.added["approved" if outcome_of(standing) == "approve" else "pending"]
        sums["projects"] += 1
        sums["not_stated"] += any(not isinstance(each, str) for each in (profile["energy_tce"], profile["voc_t"]))
        offset = sum((Decimal(each["held_t"]) for each in standing["holdings"].values()), ZERO)
        sums["energy_tce"] = plain(Decimal(sums["energy_tce"]) + low_end(profile["energy_tce"]))
        sums["voc_t"] = plain(Decimal(sums["voc_t"]) + low_end(profile["voc_t"]))
        sums["voc_offset_t"] = plain(Decimal(sums["voc_offset_t"]) + offset)

    def capacity(self) -> list[CapacityLine]:
        """By industry: capacity by band, and the share at benchmark level against the plan's target."""
        target = benchmark_share(self.ruleset)
        lines: list[CapacityLine] = []
        for field in sorted({*self.fields, *self.unstated}):
            bands = self.fields.get(field, {})
            judged = sum((value for band, value in bands.items() if band != "unknown"), ZERO)
            at = bands.get("benchmark", ZERO)
            share = quotient(at * 100, judged) if judged else None
            lines.append(
                {
                    "field": field,
                    "capacity": {band: plain(value) for band, value in sorted(bands.items())},
                    "products_without_capacity": self.unstated.get(field, 0),
                    "share_percent": None if share is None else plain(share),
                    "target_percent": target.text if target else None,
                    # 超过: more than, compared without dividing.
                    "reached": None
                    if not judged or target is None or target.value is None
                    else at * 100 > target.value * judged,
                    "clause": target.source if target else None,
                }
            )
        return lines


def _nothing() -> Added:
    return {"energy_tce": "0", "voc_t": "0", "voc_offset_t": "0", "projects": 0, "not_stated": 0}


def _reductions(connection: Connection, ruleset: Ruleset) -> list[ReductionLine]:
    """Each pollutant's registered reductions: verified, drawn and free, beside the plan's target."""
    sums: dict[str, dict[str, Decimal]] = {}
    after: str | None = None
    while lines := register_lines(connection, after, _PAGE):
        for each in lines:
            mine = sums.setdefault(each["pollutant"], {"verified_t": ZERO, "drawn_t": ZERO, "free_t": ZERO})
            mine["verified_t"] += Decimal(each["verified_t"])
            mine["drawn_t"] += Decimal(each["drawn_t"])
            mine["free_t"] += Decimal(each["free_t"])
        after = lines[-1]["source"]
    result: list[ReductionLine] = []
    for pollutant, target in reduction_targets(ruleset).items():
        mine = sums.get(pollutant, {"verified_t": ZERO, "drawn_t": ZERO, "free_t": ZERO})
        result.append(
            {
                "pollutant": pollutant,
                "verified_t": plain(mine["verified_t"]),
                "drawn_t": plain(mine["drawn_t"]),
                "free_t": plain(mine["free_t"]),
                "target_t": target.text,
                "clause": target.source,
            }
        )
    return result
