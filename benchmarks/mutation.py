"""Flip each comparison, choice, force and parameter of the rules, one at a time, and name every flip no scenario notices.

NOTED_CASES=cases.jsonl python -m pytest -q tests/features tests/law_2026 && python -m benchmarks.mutation cases.jsonl [EDITION]

EDITION is fuqing@2026 unless named; a case counts for every edition that says of its rule what its own edition does.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from review import RulesetError, choose, from_content, parse_sheet
from review.evaluation import exact
from review.facts import Case, build_facts
from review.law.edition import Ruleset
from review.quantities import exact as exact_arithmetic
from review.quantities import read_decimal
from review.terms import FORCES
from review.verdict.findings import status_of

_FLIPS = {
    " >= ": (" > ", " < "), " <= ": (" < ", " > "), " > ": (" >= ", " < "), " < ": (" <= ", " >= "), " == ": (" != ",), " != ": (" == ",),
    " and ": (" or ",), " or ": (" and ",), " not in ": (" in ",), "not ": ("",),
}  # fmt: skip


def mutants(content: dict[str, Any]) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Each changed content, with what was changed and the rule it belongs to (None: a parameter, which all may read)."""
    for index, rule in enumerate(content["rules"]):
        for key in ("applies", "requires", "excused"):
            text = rule.get(key, "")
            for old, news in _FLIPS.items():
                at = text.find(old)
                while at >= 0:
                    for new in news:
                        changed = deepcopy(content)
                        changed["rules"][index][key] = text[:at] + new + text[at + len(old) :]
                        yield (
                            f"{rule['id']} {key}: …{text[max(0, at - 25) : at]}[{old.strip()}→{new.strip()}]…",
                            rule["id"],
                            changed,
                        )
                    at = text.find(old, at + 1)
        for force in FORCES:
            if force != rule["force"] and (force in ("mandatory", "in_principle")) != (
                rule["force"] in ("mandatory", "in_principle")
            ):
                changed = deepcopy(content)
                changed["rules"][index]["force"] = force
                yield f"{rule['id']} force→{force}", rule["id"], changed
    for index, row in enumerate(content["parameters"]):
        if read_decimal(row["value"]) is not None:
            value = str(int(row["value"]) + 1) if row["value"].isdigit() else f"{row['value']}1"
            changed = deepcopy(content)
            changed["parameters"][index]["value"] = value
            yield f"parameter {row['parameter']} {row['value']}→{value}", None, changed


def noticed(ruleset: Ruleset, cases: list[dict[str, Any]]) -> bool:
    """Whether any scenario comes out differently."""
    for case in cases:
        with exact_arithmetic():
            mine = Case(parse_sheet(case["sheet"]), ruleset, date.fromisoformat(case["as_of"]))
            try:
                outcomes = exact.judge(mine, build_facts(mine), ruleset)
            except ArithmeticError:
                return True
        rule = ruleset.rule(case["rule"])
        if (
            rule is None
            or [status_of(rule, o) for (name, _), o in outcomes.items() if name == case["rule"]] != case["statuses"]
        ):
            return True
    return False


def noted_by(ruleset: Ruleset, case: dict[str, Any]) -> bool:
    """Whether an edition says of a case what its own edition said."""
    return ruleset.rule(case["rule"]) is not None and not noticed(ruleset, [case])


def main(path: str, edition: str = "fuqing@2026") -> int:
    ruleset = choose(edition, date(2026, 11, 23))
    cases: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if noted_by(ruleset, case):
            cases[case["rule"]].append(case)
            cases[None].append(case)
    content = json.loads(json.dumps(dict(ruleset.content)))
    tried, survivors = 0, []
    for what, rule, changed in mutants(content):
        try:
            mutant = from_content(changed)
        except RulesetError:
            continue
        tried += 1
        if not noticed(mutant, cases[rule]):
            survivors.append(what)
    print("\n".join(survivors))
    print(f"{tried} changes, {len(survivors)} unnoticed by {len(cases[None])} scenarios")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
