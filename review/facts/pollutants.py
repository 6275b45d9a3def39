"""Key pollutants (重点污染物): whether the sheet states any, and whether what reduces each in the region is documented."""

from __future__ import annotations

from review.facts.model import Case, Fact
from review.facts.register_keys import draw_key
from review.facts.registered import claim_of, entry_of, free_of, register_remarks
from review.sheet.pollutants import Pollutant

_LIST = "pollutants"


def pollutant_facts(case: Case) -> dict[str, Fact]:
    """`stated(pollutants)`: an office that asks for no list is given no finding on it."""
    stated = case.sheet.pollutants is not None
    return {f"stated({_LIST})": Fact(stated, paths=(_LIST,) if stated else ())}


def pollutant_item(case: Case, path: str, pollutant: Pollutant) -> dict[str, Fact]:
    """`item.reduction_documented` of the pollutant at `path`: its document is a number alone, or `"none"` where there is none.

    Where the register has the reduction, it is documented as far as it is free; where another project states the same one and no register
    has it, that is unknown: no reduction serves two plants.
    """
    document, where = pollutant.reduction_document, f"{path}.reduction_document"
    if document is None:
        return {"item.reduction_documented": Fact(None, missing=(where,))}
    if pollutant.pollutant is None and document != "none" and case.ruleset.facts > 2:
        # Of which pollutant it is a reduction, and whether it is free, is not known.
        return {"item.reduction_documented": Fact(None, missing=(f"{path}.pollutant",))}
    key = draw_key(pollutant.pollutant, document) if pollutant.pollutant and document != "none" else None
    if key is None:
        return {"item.reduction_documented": Fact(document != "none", paths=(where,))}
    remarks = register_remarks(case, key, document)
    entry, drawn = entry_of(case, key), pollutant.reduction_t
    if claim_of(case, key) is not None:
        found = Fact(None, missing=(where,), remarks=remarks)
    elif entry is None:
        found = Fact(True, paths=(where,))
    elif drawn is None:
        found = Fact(None, missing=(f"{path}.reduction_t",), remarks=remarks)
    else:
        enough = free_of(entry, key) >= drawn and free_of(entry, key) > 0
        found = Fact(enough, paths=(where,), remarks=remarks)
    return {"item.reduction_documented": found}
