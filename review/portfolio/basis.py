"""What facts rest on (事实依据): the parts of an edition that are already worked into facts, and so cannot be joined later.

Conditions, parameters in conditions, benchmark levels and mandatory limits are *not* among them: another edition of those is judged on the
same facts. Sectors, parks, areas, coefficients, review thresholds and replacement ratios are: facts of another basis are refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import rfc8785

from review.errors import Fault, PortfolioError, Text
from review.law.edition import Ruleset

# Raised whenever a fact comes to mean something else: facts of an older format are refused.
FORMAT = "two-high/facts/1"
TABLES = ("sectors", "parks", "areas", "coal_equivalents", "review_thresholds", "capacity_replacement")
PARAMETERS = ("kgce_per_kgoe", "capacity_region")
# Joined when a portfolio is evaluated; `statement_tolerance` makes notes only.
JOINED_TABLES = ("benchmark_levels",)
NO_VERDICT = ("statement_tolerance",)


def basis(ruleset: Ruleset) -> dict[str, str]:
    """The digest of each part of the edition that facts rest on."""
    return dict(_digests(ruleset))


@lru_cache(maxsize=16)
def _digests(ruleset: Ruleset) -> Mapping[str, str]:
    parts: dict[str, Any] = {name: list(ruleset.content["tables"].get(name, ())) for name in TABLES}
    for name in PARAMETERS:
        parameter = ruleset.parameters.get(name)
        parts[name] = parameter.text if parameter else None
    return {name: hashlib.sha256(rfc8785.dumps(_plain(part))).hexdigest() for name, part in parts.items()}


def _plain(part: Any) -> Any:
    return [dict(row) for row in part] if isinstance(part, list) else part


def hold(found: dict[str, str], ruleset: Ruleset) -> None:
    """Raises PortfolioError, naming what differs, where facts rest on other parts than the edition has."""
    differing = [name for name, digest in basis(ruleset).items() if found.get(name) != digest]
    if differing:
        names = "、".join(differing)
        raise PortfolioError(
            [
                Fault(
                    ruleset.name,
                    Text(
                        f"事实是按另一套 {names} 推算的，不能用于此版本；请用 export-facts --ruleset 重新导出，或直接由记录推算（不用 --facts）",
                        f"the facts were derived with another {', '.join(differing)}: export them anew with export-facts --ruleset, or let them be derived from the record (without --facts)",
                    ),
                )
            ]
        )
