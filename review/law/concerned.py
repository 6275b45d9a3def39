"""Whom a section of the sheet can concern (涉及的行业), by what the rules of an edition ask and its tables list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from review.law.conditions import Condition, Member, conjuncts, free_names
from review.law.edition import Ruleset

_OF_PART = re.compile(r"[a-z]+\((?P<path>[^()]+)\)")


@lru_cache(maxsize=64)
def sectors_concerned(section: str, ruleset: Ruleset) -> Mapping[str, str] | None:
    """The names of the sectors that alone a section can concern, by their keys: every rule and reminder that reads it is for them alone.

    None where it can concern any, also where no rule reads it.
    """
    found: dict[str, None] = {}
    read = list(_conditions(section, ruleset))
    for condition in read:
        named = [
            each.values
            for each in conjuncts(condition)
            if isinstance(each, Member) and each.name == "sector" and not each.negated
        ]
        if not named:
            return None
        found |= dict.fromkeys(named[0])
    names = {row["sector"]: row["name"] for row in ruleset.table("sectors")}
    return {key: names.get(key, key) for key in found} if read else None


def _conditions(section: str, ruleset: Ruleset) -> Iterator[Condition]:
    """When those rules and reminders apply that read anything of a section."""
    for rule in ruleset.rules:
        if section in rule.each or any(_section_of(name) == section for name in rule.rests_on):
            yield rule.applies
    for reminder in ruleset.reminders:
        if any(_section_of(name) == section for name in free_names(reminder.applies)):
            yield reminder.applies


def _section_of(name: str) -> str:
    """The section that a fact is of: `data_centre` for `data_centre.racks` and `recorded(data_centre.x)`."""
    inner = _OF_PART.fullmatch(name)
    return (inner["path"] if inner else name).partition(".")[0]


@lru_cache(maxsize=16)
def products_replaced(ruleset: Ruleset) -> tuple[str, ...]:
    """The names of the products whose new capacity is to be replaced by capacity that retires, as the table of levels calls them."""
    keys = {key for row in ruleset.table("capacity_replacement") for key in row["products"].split(";")}
    return tuple(dict.fromkeys(row["field"] for row in ruleset.table("benchmark_levels") if row["id"] in keys))
