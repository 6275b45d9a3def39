"""Cases for the mutation check: what a scenario or a worked boundary finds, as lines of JSON where `NOTED_CASES` names a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from review import Review
from review.sheet import canonical_sheet

CASES = os.environ.get("NOTED_CASES")


def note(result: Review, rule: str, statuses: list[str]) -> None:
    """Notes the sheet, edition and day of a review with what it says of a rule."""
    if not CASES:
        return
    case = result.case
    line = {
        "sheet": canonical_sheet(case.sheet),
        "ruleset": case.ruleset.name,
        "as_of": case.as_of.isoformat(),
        "rule": rule,
        "statuses": statuses,
    }
    with Path(CASES).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
