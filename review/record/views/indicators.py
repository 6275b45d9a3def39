"""City indicators (城市指标) from the record, beside the plan's targets: clauses of kind `indicator`, 二 and 三（一）.

They add up approved projects, each by the version that is approved, and figures that have a unit; nothing is judged by them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypedDict

from sqlalchemy import Connection

from review.facts.register_keys import VOC, kind_of
from review.law.edition import Ruleset
from review.law.place import benchmark_share, reduction_targets
from review.quantities import ZERO, exact, plain, quotient
from review.record.projects.profile import is_of, judged_by, low_end
from review.record.projects.standing import ENDED, approval_of, outcome_of
from review.record.projects.state import ProjectState
from review.record.register.lines import register_lines
from review.record.storage.bodies import ListedProduct, Profile
from review.record.storage.contents import body_at, read_review, read_sheet_bytes
from review.record.views.worklist import Filters, Page, each_standing, page
from review.replay.recorded import sheet_from
from review.verdict.document import NoteShown
from review.verdict.plan_period import target_notes

SCHEMA = "two-high/indicators/1"
_PAGE = 200


class Added(TypedDict):
    """What new projects add: energy in tce/a, VOC and its offsets in t/a, and how many projects do not state a figure.

    What waits for a decision is no indicator; it stands beside what is approved.
    """

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
    """An industry's capacity in one unit by band, and its share at benchmark level against the plan's target.

    Products that state no capacity, or none with a unit, are counted in the line without a unit.
    """

    field: str
    unit: str | None
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

    Approved projects alone are indicators; those that wait are added up apart. Figures not stated are counted, not guessed. By an edition
    after the plan's period a note says that its targets are over.
    """
    with exact():
        tally = _Tally(connection, ruleset)
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
        tuple(each for each in found.lines if each["approval"] is not None and is_of(each["ruleset"], ruleset)),
        found.cursor,
    )


class _Tally:
    def __init__(self, connection: Connection, ruleset: Ruleset) -> None:
        self.connection, self.ruleset, self.projects = connection, ruleset, 0
        self.fields: dict[tuple[str, str], dict[str, Decimal]] = {}
        self.unstated: dict[str, int] = {}
        self.added: AddedByOutcome = {"approved": _nothing(), "pending": _nothing()}

    def add(self, standing: ProjectState) -> None:
        """Count one project: as approved by the version that is, as one that waits by its newest."""
        if standing["state"] in ENDED:
            return
        approval, profile = approval_of(standing), standing["profile"]
        if approval is None:
            if outcome_of(standing) != "reject" and judged_by(profile, self.ruleset.id):
                self._added("pending", standing, profile)
            return
        if approval["review"] != standing["review"]:
            profile = body_at(self.connection, approval["review"])["profile"]
        if not judged_by(profile, self.ruleset.id):
            return
        self.projects += 1
        units = self._units(approval["review"], profile["products"])
        for product, unit in zip(profile["products"], units, strict=True):
            self._product(product, unit)
        self._added("approved", standing, profile)

    def _units(self, review: int, products: list[ListedProduct]) -> list[str | None]:
        """The units of the products' capacity: of the profile, else of the sheet."""
        if all("unit" in each for each in products):
            return [each["unit"] for each in products]
        sheet = sheet_from(read_sheet_bytes(self.connection, read_review(self.connection, review).sheet))
        return [each.output_unit for each in sheet.products or ()]

    def _product(self, product: ListedProduct, unit: str | None) -> None:
        row = self.ruleset.row("benchmark_levels", product["row"]) if product["row"] else None
        if row is None or product["band"] is None:
            return
        if product["capacity"] is None or unit is None:
            self.unstated[row["field"]] = self.unstated.get(row["field"], 0) + 1
            return
        bands = self.fields.setdefault((row["field"], unit), {})
        bands[product["band"]] = bands.get(product["band"], ZERO) + Decimal(product["capacity"])

    def _added(self, side: Literal["approved", "pending"], standing: ProjectState, profile: Profile) -> None:
        if profile["stage"] == "existing" or not profile["review"]:
            return
        sums = self.added[side]
        sums["projects"] += 1
        sums["not_stated"] += any(not isinstance(each, str) for each in (profile["energy_tce"], profile["voc_t"]))
        held = (each["held_t"] for key, each in standing["holdings"].items() if kind_of(key) == VOC)
        offset = sum(map(Decimal, held), ZERO)
        sums["energy_tce"] = plain(Decimal(sums["energy_tce"]) + low_end(profile["energy_tce"]))
        sums["voc_t"] = plain(Decimal(sums["voc_t"]) + low_end(profile["voc_t"]))
        sums["voc_offset_t"] = plain(Decimal(sums["voc_offset_t"]) + offset)

    def capacity(self) -> list[CapacityLine]:
        """By industry: capacity by band, and the share at benchmark level against the plan's target."""
        target = benchmark_share(self.ruleset)
        lines: list[CapacityLine] = []
        places = [*self.fields, *((field, "") for field in self.unstated)]
        for field, unit in sorted(places):
            bands = self.fields.get((field, unit), {})
            judged = sum((value for band, value in bands.items() if band != "unknown"), ZERO)
            at = bands.get("benchmark", ZERO)
            share = quotient(at * 100, judged) if judged else None
            lines.append(
                {
                    "field": field,
                    "unit": unit or None,
                    "capacity": {band: plain(value) for band, value in sorted(bands.items())},
                    "products_without_capacity": 0 if unit else self.unstated[field],
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
