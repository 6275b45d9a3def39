"""Parks with a planning EIA (经规划环评的园区): which industries must stand in one, and whether the project's park has one."""

from __future__ import annotations

from functools import lru_cache

from review.errors import Text
from review.facts.model import Case, Fact, Note, Source
from review.law.edition import Row, Ruleset
from review.law.table_words import cited_figure

_INDUSTRY, _PARK, _STATED = "project.industry", "site.park", "site.park_planning_eia"


def planned_park_facts(case: Case) -> tuple[dict[str, Fact], list[Note]]:
    """Truths `industry_park_required` and `site.park_assessed`; a note where the table says of the park what the sheet does not."""
    site = case.sheet.site
    stated = site.park_planning_eia if site else None
    park = site.park if site else None
    row = case.ruleset.row("parks", park) if park else None
    listed = row.get("planning_eia", "") if row else ""
    notes: list[Note] = []
    if park == "none":
        assessed = Fact(False, paths=(_PARK,))
    elif row and listed:
        assessed = Fact(listed == "yes", paths=(_PARK,), sources=(_source("parks.planning_eia", row["park"], row),))
        if stated is not None and stated is not (listed == "yes"):
            notes.append(Note("park-planning-eia-by-table", _STATED, Text(
                f"园区规划环评以园区表为准（{row['name']}：{'是' if listed == 'yes' else '否'}），与填报不同",
                f"whether the park has a planning EIA is taken from the table of parks ({row['park']}: {'it has one' if listed == 'yes' else 'it has none'}), which differs from the sheet")))  # fmt: skip
    elif park is None:
        assessed = Fact(None, missing=(_PARK,))
    else:
        assessed = Fact(
            stated, missing=(_STATED,) if stated is None else (), paths=() if stated is None else (_STATED,)
        )
    required = _required(case.ruleset, case.sheet.project.industry)
    return {"industry_park_required": required, "site.park_assessed": assessed}, notes


@lru_cache(maxsize=4096)
def _required(ruleset: Ruleset, industry: str | None) -> Fact:
    """Whether the industry is one of those that must stand in such a park."""
    if industry is None:
        return Fact(None, missing=(_INDUSTRY,))
    rows = [row for row in ruleset.table("park_required") if industry.startswith(row["prefix"])]
    if not rows:
        return Fact(False, paths=(_INDUSTRY,))
    row = max(rows, key=lambda each: len(each["prefix"]))
    return Fact(True, paths=(_INDUSTRY,), sources=(_source("park_required", row["prefix"], row),))


def _source(cited: str, key: str, row: Row) -> Source:
    return Source("table", cited.partition(".")[0], key, cited_figure(cited, row), row["source"], row["evidence"])
