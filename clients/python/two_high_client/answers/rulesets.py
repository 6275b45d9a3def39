"""Editions of the rules, and who adopted them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from two_high_client.answers.cases import PersonShown
from two_high_client.answers.document import Both, Citation


@dataclass(frozen=True, kw_only=True)
class RulesetLine:
    """An edition in a list."""

    name: str
    digest: str
    from_: str  # in force from
    until: str | None
    title: Any
    plan: str
    history: Any


@dataclass(frozen=True, kw_only=True)
class RuleShown:
    """A rule with its clauses, words and logic."""

    id: str
    title: Both
    matter: str
    force: str
    each: tuple[str, ...]
    applies: str
    requires: str
    citations: tuple[Citation, ...]
    authorities: tuple[str, ...]
    note: Both | None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A threshold with its source."""

    value: str
    unit: str | None
    source: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """The event that adopted an edition. What a record begins with has neither proposal nor persons."""

    event: str
    at: str  # UTC
    proposal: str | None
    proposer: PersonShown | None
    confirmer: PersonShown | None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A column with what was and what is; null where the row was not there."""

    column: str
    then: str | None
    now: str | None


@dataclass(frozen=True, kw_only=True)
class ChangeShown:
    """A change of an edition: old → new, why, by which document, page and of which day; "" where not stated."""

    kind: str
    table: str
    name: str
    state: str
    why: str  # law, error, setting, evidence or undeclared
    document: str
    page: str
    issued: str
    reason: Both | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class RulesetWhole(RulesetLine):
    """An edition with its parameters and rules."""

    parameters: Mapping[str, Parameter]
    rules: tuple[RuleShown, ...]
    before: str | None  # the edition that it was made of
    changes: tuple[ChangeShown, ...]  # what it changes of that one
    adopted: Adopted | None  # by which event, proposed and confirmed by whom


@dataclass(frozen=True, kw_only=True)
class ClauseShown:
    """A clause of the plan and what carries it."""

    number: str
    article: str
    heading: str
    kind: str  # rule、reminder、indicator、account、authority、programme、heading、preamble
    quote: str
    rules: tuple[str, ...]
    authorities: tuple[str, ...]
