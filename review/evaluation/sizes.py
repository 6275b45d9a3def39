"""How near each rule of an edition brings a durable ruleset to the engine's limits, measured once: most editions ask most things in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from review.evaluation.durable import Size, size_of, ways_of
from review.evaluation.normal_form import Fields
from review.evaluation.program import Asked, Heading, asked_of
from review.law.conditions import Compare, Condition, Member, atoms, parameters_of
from review.law.edition import Rule, Ruleset

Parameters = tuple[tuple[str, Decimal], ...]
Choices = tuple[tuple[str, tuple[str, ...]], ...]


def sizes(ruleset: Ruleset) -> dict[str, tuple[Size, ...]]:
    """By rule, the size of what the engine is asked about it alone: on its subject, and of each of its lists whether it is judged there."""
    return {rule.id: tuple(_sizes(rule, ruleset)) for rule in ruleset.rules}


def _sizes(rule: Rule, ruleset: Ruleset) -> Iterable[Size]:
    yield _size(asked_of(rule), *_read(ruleset, asked_of(rule), rule.each))
    for path in rule.each:
        heading = Heading(rule, path).asked()
        yield _size(heading, *_read(ruleset, heading, ()))


def _read(ruleset: Ruleset, asked: Asked, lists: Iterable[str]) -> tuple[Parameters, Choices]:
    parts = (asked.inner, asked.requires, asked.excused)
    return read_by(ruleset, (part for part in parts if part is not None), lists)


def read_by(ruleset: Ruleset, conditions: Iterable[Condition], lists: Iterable[str]) -> tuple[Parameters, Choices]:
    """The parameters that conditions read, with their values, and the facts of which they read choices, with all there are."""
    known = ruleset.fact_names(lists)
    read = [atom for each in conditions for atom in atoms(each)]
    sides = [side for each in read if isinstance(each, Compare) for side in (each.left, each.right)]
    compared = dict.fromkeys(name for side in sides for name in parameters_of(side))
    chosen = dict.fromkeys(each.name for each in read if isinstance(each, Member))
    values = ((name, ruleset.parameters[name].value) for name in compared if name in ruleset.parameters)
    return tuple((name, value) for name, value in values if value is not None), tuple(
        (name, known[name].choices) for name in chosen
    )


@lru_cache(maxsize=4096)
def _size(asked: Asked, parameters: Parameters, choices: Choices) -> Size:
    return size_of([ways_of(asked, Fields(dict(parameters), dict(choices)))])
