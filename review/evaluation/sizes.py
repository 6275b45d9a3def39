"""How near the durable rulesets of an edition are to the engine's limits, each measured once: most editions ask most things in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from review.evaluation.durable import DurableRuleset, Parts, Size, head, judging, listed_rules, listing, parts_of
from review.evaluation.normal_form import Fields
from review.law.conditions import Compare, Constant, Member, atoms, parameters_of
from review.law.edition import Ruleset, fact_names

Parameters = tuple[tuple[str, Decimal], ...]
Choices = tuple[tuple[str, tuple[str, ...]], ...]


def sizes(ruleset: Ruleset) -> dict[str, Size]:
    """The size of each durable ruleset of an edition, under the names that `durable.rulesets_of` gives them."""
    found = {}
    for name, rules in ruleset.files.items():
        asked = tuple(parts_of(rule) for rule in rules)
        found[name] = _size(asked, "", *_read(ruleset, asked, rules[0].each))
    for path, listed in listed_rules(ruleset).items():
        asked = tuple((rule.outer, Constant(True), None) for rule in listed)
        found[head(path)] = _size(asked, path, *_read(ruleset, asked, ()))
    return found


def _read(ruleset: Ruleset, asked: Iterable[Parts], lists: Iterable[str]) -> tuple[Parameters, Choices]:
    """The parameters that conditions read, with their values, and the facts of which they read choices, with all there are."""
    values = {name: each.value for name, each in ruleset.parameters.items() if each.value is not None}
    known: Mapping[str, tuple[str, ...]] = {
        name: each.choices for name, each in fact_names(ruleset.content, lists).items()
    }
    read = [atom for parts in asked for part in parts if part is not None for atom in atoms(part)]
    sides = [side for each in read if isinstance(each, Compare) for side in (each.left, each.right)]
    compared = dict.fromkeys(name for side in sides for name in parameters_of(side))
    chosen = dict.fromkeys(each.name for each in read if isinstance(each, Member))
    return tuple((name, values[name]) for name in compared if name in values), tuple(
        (name, known[name]) for name in chosen
    )


@lru_cache(maxsize=1024)
def _size(asked: tuple[Parts, ...], path: str, parameters: Parameters, choices: Choices) -> Size:
    fields = Fields(dict(parameters), dict(choices))
    outcomes = [listing(parts[0], path, fields) if path else judging(parts, fields) for parts in asked]
    return DurableRuleset([""] * len(asked), outcomes, fields).size()
