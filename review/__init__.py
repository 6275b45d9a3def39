"""The two-high review assistant as a library: `judge(sheet, ruleset, as_of, register=None)` is where a caller begins.

from datetime import date
from pathlib import Path
from review import choose, judge, read_sheet_file

ruleset = choose(None, date(2025, 3, 1))
review = judge(read_sheet_file(Path("fixtures/sheets/cement-clinker.json")), ruleset, date(2025, 3, 1))
print(review.recommendation)
"""

from review.clock import today
from review.errors import EditionNotFound, EngineDisagreement, Fault, RulesetError, SheetError, Text, TwoHighError
from review.facts import Balance, Register
from review.law.compiling import from_content
from review.law.edition import Ruleset
from review.law.loading import choose, load
from review.readers.sheets import read_sheet, read_sheet_file
from review.sheet import ProjectSheet, parse_sheet
from review.verdict.judging import Review, judge

__all__ = [
    "Balance", "EditionNotFound", "EngineDisagreement", "Fault", "ProjectSheet", "Register", "Review", "Ruleset", "RulesetError",
    "SheetError", "Text", "TwoHighError", "choose", "from_content", "judge", "load", "parse_sheet", "read_sheet", "read_sheet_file",
    "today",
]  # fmt: skip
