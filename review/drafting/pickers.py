"""What can be picked for a field whose values stand in an edition's tables: found by code or by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from review.errors import Text
from review.law.edition import Ruleset

PICKED = ("project.industry", "site.park", "energy.items[].carrier", "products[].benchmark")
# Of a class of GB/T 4754; a shorter code is a prefix.
_WHOLE_CODE = 4
# What states that the table has no such thing, by the field's path.
NONE_OF = {
    "site.park": Text("在园区外", "outside every park"),
    "products[].benchmark": Text("表中没有此产品", "the table has no such product"),
}


@dataclass(frozen=True)
class Choice:
    """One thing to pick: its key, its name as the table has it, and what helps to tell it from others."""

    key: str
    name: str
    detail: Text
    evidence: str | None = None


def choices(ruleset: Ruleset, pattern: str, words: str = "") -> tuple[Choice, ...]:
    """Everything the edition's table offers for that field, or what all of the words are found in."""
    wanted = [_folded(word) for word in words.split()]
    return tuple(each for each in _every(ruleset, pattern) if all(word in _folded(_said(each)) for word in wanted))


def choice(ruleset: Ruleset, pattern: str, key: str) -> Choice | None:
    """The thing with that key; None where the table does not have it."""
    return next((each for each in _every(ruleset, pattern) if each.key == key), None)


def classes(ruleset: Ruleset) -> Mapping[str, str]:
    """The whole classes of industry that the edition's tables speak of, each as a list offers it: its code and what they call it."""
    return {each.key: f"{each.key} {each.name}" for each in _industries(ruleset) if len(each.key) == _WHOLE_CODE}


def _said(each: Choice) -> str:
    return f"{each.key} {each.name} {each.detail.zh} {each.detail.en}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _every(ruleset: Ruleset, pattern: str) -> Iterator[Choice]:
    return {
        "site.park": _parks, "energy.items[].carrier": _carriers, "products[].benchmark": _rows, "products[].limit": _limits,
        "project.industry": _industries,
    }[pattern](ruleset)  # fmt: skip


def _parks(ruleset: Ruleset) -> Iterator[Choice]:
    for row in ruleset.table("parks"):
        chemical = row["chemical_park"] == "yes"
        detail = (
            Text("认定化工园区", "a recognised chemical park")
            if chemical
            else Text("非化工园区", "not a chemical park")
        )
        yield Choice(row["park"], row["name"], detail, row["evidence"])


def _carriers(ruleset: Ruleset) -> Iterator[Choice]:
    for row in ruleset.table("coal_equivalents"):
        unit, ends = row["unit"], (row.get("low"), row.get("high"))
        zh, en = (f"（{ends[0]}～{ends[1]}）", f" ({ends[0]}–{ends[1]})") if all(ends) else ("", "")
        detail = (
            Text(f"{row['factor']}{zh} {unit}", f"{row['factor']}{en} {unit}")
            if row["factor"]
            else Text(f"须填实测系数，{unit}", f"needs a measured coefficient, {unit}")
        )
        yield Choice(row["id"], row["name"], detail, row["evidence"])


def _rows(ruleset: Ruleset) -> Iterator[Choice]:
    for row in ruleset.table("benchmark_levels"):
        name = f"{row['field']} {row['variant']}".strip()
        benchmark, baseline = row["benchmark"] or "—", row["baseline"] or "—"
        zh = f"{row['indicator']}：标杆 {benchmark}，基准 {baseline} {row['unit']}"
        yield Choice(
            row["id"], name, Text(zh, f"benchmark {benchmark}, baseline {baseline} {row['unit']}"), row["evidence"]
        )


def _limits(ruleset: Ruleset) -> Iterator[Choice]:
    for row in ruleset.table("limits"):
        levels = " / ".join(row[f"level_{level}"] or "—" for level in (1, 2, 3))
        detail = Text(f"{row['standard']}：{levels} {row['unit']}", f"{row['standard']}: {levels} {row['unit']}")
        yield Choice(row["id"], f"{row['product']} {row['variant']}".strip(), detail, row["evidence"])


def _industries(ruleset: Ruleset) -> Iterator[Choice]:
    for code, names in industry_names(ruleset).items():
        short = len(code) < 4
        detail = Text(f"{code} 开头的小类", f"classes that begin with {code}") if short else Text("", "")
        yield Choice(code, "、".join(names), detail)


def industry_names(ruleset: Ruleset) -> Mapping[str, tuple[str, ...]]:
    """Codes that the edition's tables speak of, each with the names they give it: not the whole classification, of which there is no table.

    A code of fewer than four digits is a prefix.
    """
    found: dict[str, dict[str, None]] = {}
    for row in ruleset.table("benchmark_levels"):
        for code in row["industry"].split(";"):
            if len(code) == 4:
                found.setdefault(code, {})[row["field"]] = None
    for row in ruleset.table("sectors"):
        for prefix in row["industry_prefixes"].split(";"):
            own = [code for code in found if code.startswith(prefix)] or [prefix]
            for code in own:
                found.setdefault(code, {})[row["name"]] = None
    return {code: tuple(found[code]) for code in sorted(found)}
