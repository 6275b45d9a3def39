"""What the sheet states (填报), in words: a value for a reader, and what of a supplement list is stated already and is to be checked or put right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from review.errors import Text
from review.facts import Case, Facts, build_facts, industry_named
from review.law.edition import Ruleset
from review.law.place import word_of
from review.law.prose import unit_words
from review.law.table_words import named_row, row_words
from review.quantities import exact, measure_words
from review.sheet import canonical_sheet, describe
from review.sheet.paths import pattern_of, value_at
from review.terms import NONE_WORD

# What one figure contradicts may stand in hundreds of items; the rest is counted.
_MOST_NAMED = 3


def stated_words(path: str, value: Any, ruleset: Ruleset) -> Text | None:
    """A stated value for a reader, what the edition's tables name by its name; None where nothing is stated."""
    if value is None:
        return None
    if isinstance(value, list):
        return Text(f"{len(value)} 条", f"{len(value)} items") if value else NONE_WORD
    field = describe(path)
    if field.kind == "industry" and isinstance(value, str):
        named = industry_named(ruleset, value)
        return Text(named, named)
    if field.kind == "unit" and isinstance(value, str):
        return measure_words(value)
    row = named_row(ruleset, pattern_of(path), value)
    return word_of(field, value) or (row_words(*row) if row else Text(str(value), str(value)))


def to_put_right(paths: Collection[str], case: Case, facts: Facts | None = None) -> dict[str, Text]:
    """Of the paths that keep findings open, those that the sheet states: each with what it states, and what it contradicts or that it is to be checked.

    `facts` are those of the case, where they have been derived.
    """
    if facts is None and paths:
        with exact():
            facts = build_facts(case)
    if facts is None:
        return {}
    stated = [path for path in paths if facts.states(path, case)]
    if not stated:
        return {}
    content = canonical_sheet(case.sheet)
    # Where a whole section is stated not to exist, its fields count as stated and have no value to put right.
    return {
        path: _put_right(path, content, case.ruleset, facts) for path in stated if value_at(content, path) is not None
    }


def _put_right(path: str, content: Mapping[str, Any], ruleset: Ruleset, facts: Facts) -> Text:
    mine = _with_unit(path, content, ruleset)
    said = f"stated as{mine.en}" if mine.en else "stated"
    found = facts.contradicting.get(path)
    if found is None:
        return Text(
            f"已填报{mine.zh}，尚不能据以判断，请核对或写明",
            f"{said}, which does not settle it; please check or specify it",
        )
    others = [each for each in found.missing if each != path]
    named = [(describe(each).label, _with_unit(each, content, ruleset)) for each in others[:_MOST_NAMED]]
    zh, en = "、".join(f"{a.zh}{b.zh}" for a, b in named), ", ".join(f"{a.en}{b.en}" for a, b in named)
    if len(others) > _MOST_NAMED:
        zh, en = f"{zh}等 {len(others)} 项", f"{en} and {len(others) - _MOST_NAMED} more"
    zh = f"{zh} " if zh and zh[-1].isascii() else zh
    why_zh, why_en = "；".join(each.zh for each in found.remarks), "; ".join(each.en for each in found.remarks)
    return Text(
        f"已填报{mine.zh}，与所填的{zh or '其他内容'}矛盾，请更正" + (f"：{why_zh}" if why_zh else ""),
        f"{said}, which contradicts {en or 'what else is stated'}; please put it right"
        + (f": {why_en}" if why_en else ""),
    )


def _with_unit(path: str, content: Mapping[str, Any], ruleset: Ruleset) -> Text:
    """What is stated at a path with its unit, after a space; nothing of a part, which has no value of its own."""
    value, unit = value_at(content, path), unit_words(describe(path).unit)
    words = None if isinstance(value, Mapping) else stated_words(path, value, ruleset)
    return Text("", "") if words is None else Text(f" {words.zh} {unit.zh}".rstrip(), f" {words.en} {unit.en}".rstrip())
