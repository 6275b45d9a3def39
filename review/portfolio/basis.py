"""What facts rest on (事实依据): the parts of an edition that are already worked into facts, and so cannot be joined later.

They are what the declarations of facts read (`law/vocabulary.py`). Conditions, parameters in conditions and benchmark levels are *not*
among them: another edition of those is judged on the same facts. Sectors, parks, areas, coefficients, review thresholds and replacement
ratios are: facts of another basis are refused. Of the editions with `facts: 2` so are mandatory limits, which bind by the day and the industry of
a case, and whether the plan continues, which a portfolio is told apart by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import rfc8785

from review.errors import Fault, PortfolioError, Text, joined
from review.law.edition import PLAN_CONTINUES, Ruleset
from review.law.names import EditionParts, Vocabulary
from review.law.vocabulary import VERSIONS

# A number is raised whenever facts come to mean something else: facts of another number are refused.
FORMATS = tuple(f"two-high/facts/{version}" for version in VERSIONS)
# So `facts.json` names its parts; those that came later follow.
_FIRST = ("sectors", "parks", "areas")
# What tells facts apart beside what they read.
_BESIDE = EditionParts(("limits",), (PLAN_CONTINUES,))


def written_format(vocabulary: Vocabulary) -> str:
    """The format of exported facts of those editions."""
    return f"two-high/facts/{vocabulary.version}"


def basis(ruleset: Ruleset) -> dict[str, str]:
    """The digest of each part of the edition that facts rest on."""
    return dict(_digests(ruleset, ruleset.vocabulary))


@lru_cache(maxsize=16)
def _digests(ruleset: Ruleset, vocabulary: Vocabulary) -> Mapping[str, str]:
    read = EditionParts.of((vocabulary.basis, _BESIDE)) if vocabulary.version > 1 else vocabulary.basis
    tables = dict.fromkeys((*(name for name in _FIRST if name in read.tables), *read.tables))
    parts: dict[str, Any] = {name: list(ruleset.content["tables"].get(name, ())) for name in tables}
    for name in read.parameters:
        parameter = ruleset.parameters.get(name)
        parts[name] = parameter.text if parameter else None
    if vocabulary.version > 1:
        parts["facts"] = vocabulary.version
    return {name: hashlib.sha256(rfc8785.dumps(_plain(part))).hexdigest() for name, part in parts.items()}


def _plain(part: Any) -> Any:
    return [dict(row) for row in part] if isinstance(part, list) else part


def require_same_basis(found: dict[str, str], ruleset: Ruleset) -> None:
    """Raises PortfolioError, naming what differs, where facts rest on other parts than the edition has."""
    wanted = basis(ruleset)
    differing = [name for name in {**wanted, **found} if found.get(name) != wanted.get(name)]
    if differing:
        names = joined(differing)
        raise PortfolioError(
            [
                Fault(
                    ruleset.name,
                    Text(
                        f"事实是按另一套 {names.zh} 推算的，不能用于此版本；请用 export-facts --ruleset 重新导出，或直接由记录推算（不用 --facts）",
                        f"the facts were derived with another {names.en}: export them anew with export-facts --ruleset, or let them be derived from the record (without --facts)",
                    ),
                )
            ]
        )
