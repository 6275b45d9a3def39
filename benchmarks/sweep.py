"""Judge many generated sheets with both evaluators: disagreements, memory, and threads against one thread.

    python -m benchmarks.sweep [COUNT] [SEED]

The generator is seeded: a field is stated with probability one half, figures are drawn from the boundaries of the rules and
from 0 to 100,000 with up to six decimals, choices evenly, lists hold up to three items.
"""

from __future__ import annotations

import hashlib
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from review import ProjectSheet, choose, judge, parse_sheet
from review.law.names import is_of_gate
from review.sheet import FieldDescription, all_fields, all_parts
from tests.strategies import DAYS, FIGURES, INDUSTRIES, LEFT_OUT, TCE, WORDS, admissible, child

AS_OF = date(2025, 10, 1)


def generate(chance: random.Random) -> ProjectSheet:
    """One sheet that validates."""
    raw = _part("", chance)
    raw["project"] = {**raw.get("project", {}), "name": "生成（虚构）"}
    return parse_sheet(admissible(raw))


def _part(prefix: str, chance: random.Random) -> dict[str, Any]:
    if is_of_gate(prefix):
        return chance.choice([{}, {"conforms": True}, {"conforms": True, "document": "节"}, {"conforms": False}])
    content: dict[str, Any] = {}
    fields, parts = _below(prefix)
    for field in fields:
        if chance.random() < 0.5:
            content[field.path.removeprefix(prefix)] = _value(field, chance)
    for part in parts:
        if chance.random() < 0.7:
            inner: Any = _part(f"{part.path}.", chance)
            if part.kind == "list":
                inner = [_part(f"{part.path}[].", chance) for _ in range(chance.randrange(4))]
            if part.may_be_none and chance.random() < 0.2:
                inner = "none"
            content[part.path.removeprefix(prefix)] = inner
    return content


@cache
def _below(prefix: str) -> tuple[list[FieldDescription], list[FieldDescription]]:
    """The fields and the parts right below a path."""
    fields = [each for each in all_fields() if child(each.path, prefix) and each.path not in LEFT_OUT]
    return fields, [each for each in all_parts() if child(each.path, prefix)]


def _value(field: FieldDescription, chance: random.Random) -> Any:
    if field.path in WORDS:
        return chance.choice(WORDS[field.path])
    if field.choices:
        return chance.choice(sorted(field.choices))
    match field.kind:
        case "figure":
            return chance.choice(FIGURES) if chance.random() < 0.5 else Decimal(chance.randrange(10**11)).scaleb(-6)
        case "flag" | "conforms":
            return chance.random() < 0.5
        case "day":
            return chance.choice([*DAYS, "none"] if field.may_be_none else DAYS)
        case "industry":
            return chance.choice(INDUSTRIES)
        case "unit":
            return chance.choice(TCE)
    return "文号"


def resident_mb() -> int:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 // 2**20


def main(count: int, seed: int) -> int:
    ruleset = choose("fuqing@2023", AS_OF)
    chance = random.Random(seed)
    digest = hashlib.sha256()
    sheets: list[ProjectSheet] = []
    for number in range(count):
        sheet = generate(chance)
        body = judge(sheet, ruleset, AS_OF).to_bytes()
        digest.update(body)
        if number < 1000:
            sheets.append(sheet)
        if number in (count // 10, count // 2, count - 1):
            print(f"{number + 1} sheets, resident {resident_mb()} MB", flush=True)
    alone = [judge(sheet, ruleset, AS_OF).to_bytes() for sheet in sheets]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda sheet: judge(sheet, ruleset, AS_OF).to_bytes(), sheets))
    print(
        f"{count} sheets, 0 disagreements, digest {digest.hexdigest()[:16]}; 8 threads on {len(sheets)}: {'the same bytes' if alone == together else 'DIFFERENT'}"
    )
    return 0 if alone == together else 1


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else 20_000, numbers[1] if len(numbers) > 1 else 1))
