"""Reminders (提示): clauses of the plan and laws that concern a project though no rule judges it by them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from review.errors import Text
from review.evaluation import Scope
from review.law.edition import Row, Ruleset


@dataclass(frozen=True)
class Reminder:
    """Words that the applicant should know of: of a clause of the plan, or of another document, with what it asks (`message`)."""

    article: str | None
    quote: str | None
    clause: str | None = None
    document: str | None = None
    message: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """As the review has it: of a clause its number, article and words; of a law the same (no clause), its title and what it asks."""
        told: dict[str, Any] = {"clause": self.clause, "article": self.article, "quote": self.quote}
        if self.message is not None:
            told |= {"document": self.document, "message": self.message.as_json()}
        return told


def reminders(scope: Scope) -> tuple[Reminder, ...]:
    """What a project is reminded of: the plan's clauses in order, then the laws that surely concern it."""
    concerns = _concerned(scope)
    sector = scope.facts.project["sector"].value
    of_plan = (
        Reminder(row["article"], row["quote"], row["clause"])
        for row, concerned in _reminding(scope.case.ruleset)
        if any(concerns.get(each, each == sector) for each in concerned)
    )
    of_laws = (
        Reminder(cited.article, cited.quote, None, cited.document, each.message)
        for each in scope.case.ruleset.reminders
        if scope.truth(each.applies) is True
        for cited in (each.citation,)
    )
    return (*of_plan, *of_laws)


def _concerned(scope: Scope) -> dict[str, bool]:
    """The kinds of projects that a clause can concern, beside a sector, and whether this is one."""
    case, facts = scope.case, scope.facts
    project = facts.project
    items = case.sheet.energy.items if case.sheet.energy else None
    burners = [*(facts.items["coal.boilers"] or ()), *(facts.items["coal.kilns"] or ())]
    burns = any(item["item.fuel"].value == "coal" for item in burners) or bool(facts.items["coal.power_units"])
    coal = (
        burns
        or any(_is_coal(case.ruleset, item.carrier) for item in items or ())
        or (project["energy.coal_t"].range.low or 0) > 0
    )
    return {
        "voc_key": project["sector_voc_key"].value is True,
        "two_high": project["two_high"].value is True,
        "in_park": project["site.in_park"].value is True,
        "coal_used": coal,
        "kiln_or_coal_heat": burns or bool(facts.items["coal.kilns"]),
    }


@lru_cache(maxsize=16)
def _reminding(ruleset: Ruleset) -> tuple[tuple[Row, tuple[str, ...]], ...]:
    """The clauses that remind, each with the projects that it concerns."""
    return tuple(
        (row, tuple(row["reminds"].split(";"))) for row in ruleset.content["clauses"] if row["kind"] == "reminder"
    )


def _is_coal(ruleset: Ruleset, carrier: str | None) -> bool:
    row = ruleset.row("coal_equivalents", carrier) if carrier else None
    return row is not None and row["coal"] == "yes"
