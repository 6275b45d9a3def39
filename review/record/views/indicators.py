"""City indicators (城市指标) from the record, beside the plan's targets: clauses of kind `indicator`, 二 and 三（一）.

They add up how projects stand now; nothing is judged by them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from review.law.edition import Ruleset
from review.quantities import ZERO, exact, plain, quotient
from review.record.projects.profile import low_end
from review.record.projects.standing import ENDED, outcome_of
from review.record.register.balances import register_lines
from review.record.views.worklist import Filters, Page, each_standing, page

SCHEMA = "two-high/indicators/1"
_PAGE = 200


def indicators(connection: Connection, ruleset: Ruleset) -> dict[str, Any]:
    """The indicators as JSON values: capacity at benchmark level, energy and VOC added and offset, reductions against targets.

    Refused, withdrawn, lapsed and closed projects are left out. Figures not stated are counted, not guessed.
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
        }


def counted(connection: Connection, *, cursor: str | None = None, limit: int = 50) -> Page:
    """The projects that the indicators add up, newest first, as lines of the list. Raises Refused for a cursor not given here."""
    found = page(connection, Filters(on_list=None), cursor=cursor, limit=limit)
    return Page(
        tuple(each for each in found.lines if each["state"] not in ENDED and each["outcome"] != "reject"), found.cursor
    )


class _Tally:
    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset, self.projects = ruleset, 0
        self.fields: dict[str, dict[str, Decimal]] = {}
        self.unstated: dict[str, int] = {}
        self.added = {
            name: {"energy_tce": "0", "voc_t": "0", "voc_offset_t": "0", "projects": 0, "not_stated": 0}
            for name in ("approved", "pending")
        }

    def add(self, standing: dict[str, Any]) -> None:
        profile = standing["profile"]
        if standing["state"] in ENDED or outcome_of(standing) == "reject":
            return
        self.projects += 1
        for product in profile["products"]:
            self._product(product)
        if profile["stage"] != "existing" and profile["review"]:
            self._added(standing, profile)

    def _product(self, product: dict[str, Any]) -> None:
        row = self.ruleset.row("benchmark_levels", product["row"]) if product["row"] else None
        if row is None or product["band"] is None:
            return
        if product["capacity"] is None:
            self.unstated[row["field"]] = self.unstated.get(row["field"], 0) + 1
            return
        bands = self.fields.setdefault(row["field"], {})
        bands[product["band"]] = bands.get(product["band"], ZERO) + Decimal(product["capacity"])

    def _added(self, standing: dict[str, Any], profile: dict[str, Any]) -> None:
        sums: dict[str, Any] = self.added["approved" if outcome_of(standing) == "approve" else "pending"]
        sums["projects"] += 1
        sums["not_stated"] += any(not isinstance(profile[name], str) for name in ("energy_tce", "voc_t"))
        offset = sum((Decimal(each["held_t"]) for each in standing["holdings"].values()), ZERO)
        for name, value in (
            ("energy_tce", low_end(profile["energy_tce"])),
            ("voc_t", low_end(profile["voc_t"])),
            ("voc_offset_t", offset),
        ):
            sums[name] = plain(Decimal(sums[name]) + value)

    def capacity(self) -> list[dict[str, Any]]:
        """By industry: capacity by band, and the share at benchmark level against the plan's target."""
        target = self.ruleset.parameters["benchmark_capacity_share"]
        lines = []
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
                    "target_percent": target.text,
                    # 超过 30%: more than, compared without dividing.
                    "reached": None if not judged or target.value is None else at * 100 > target.value * judged,
                    "clause": target.source,
                }
            )
        return lines


def _reductions(connection: Connection, ruleset: Ruleset) -> list[dict[str, Any]]:
    """Each pollutant's registered reductions: verified, drawn and free, beside the plan's target."""
    sums: dict[str, dict[str, Decimal]] = {}
    after: str | None = None
    while lines := register_lines(connection, after, _PAGE):
        for each in lines:
            mine = sums.setdefault(each["pollutant"], {"verified_t": ZERO, "drawn_t": ZERO, "free_t": ZERO})
            for name in mine:
                mine[name] += Decimal(each[name])
        after = lines[-1]["source"]
    result = []
    for pollutant in ("cod", "nh3n", "nox", "voc"):
        target = ruleset.parameters.get(f"reduction_target_{pollutant}")
        mine = sums.get(pollutant, {"verified_t": ZERO, "drawn_t": ZERO, "free_t": ZERO})
        result.append(
            {
                "pollutant": pollutant,
                **{name: plain(value) for name, value in mine.items()},
                "target_t": target.text if target else None,
                "clause": target.source if target else None,
            }
        )
    return result
