"""Key pollutants (重点污染物): whether the sheet states any, and whether what reduces each in the region is documented."""

from __future__ import annotations

from review.facts.model import Case, Fact
from review.sheet.pollutants import Pollutant

_LIST = "pollutants"


def pollutant_facts(case: Case) -> dict[str, Fact]:
    """`stated(pollutants)`: an office that asks for no list is given no finding on it."""
    stated = case.sheet.pollutants is not None
    return {f"stated({_LIST})": Fact(stated, paths=(_LIST,) if stated else ())}


def pollutant_item(path: str, pollutant: Pollutant) -> dict[str, Fact]:
    """`item.reduction_documented` of the pollutant at `path`: its document is a number alone, or `"none"` where there is none."""
    document, where = pollutant.reduction_document, f"{path}.reduction_document"
    found = Fact(None, missing=(where,)) if document is None else Fact(document != "none", paths=(where,))
    return {"item.reduction_documented": found}
