"""What the process that commands are forked from has done before: the shipped editions compiled, and the engine made for those that tests use most."""

from __future__ import annotations

import os
from datetime import date

from review import choose, judge, parse_sheet
from review.law.loading import load_builtin

# It begins with the environment of the first test that needs it, which may choose other rules; what is forked is given its own.
for each in ("TWO_HIGH_RULESETS", "TWO_HIGH_RULESET"):
    os.environ.pop(each, None)
load_builtin()
for day in (date(2023, 7, 3), date(2025, 3, 1), date(2026, 11, 23)):
    for name in (None, "fuqing@2023"):
        judge(parse_sheet({"project": {"name": "预热（虚构）"}}), choose(name, day), day)
