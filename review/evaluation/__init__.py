"""Two evaluators, one verdict: every sheet is judged by both, and where they differ there is no verdict."""

from __future__ import annotations

from review.errors import EngineDisagreement
from review.evaluation import durable, exact
from review.evaluation.exact import Outcome, Outcomes, Scope, Subject
from review.quantities import Range, plain

__all__ = ["Outcome", "Outcomes", "Scope", "Subject", "evaluate"]


def evaluate(scope: Scope) -> Outcomes:
    """The outcome of every rule on every subject, agreed by both evaluators. Raises EngineDisagreement."""
    ruleset, facts = scope.case.ruleset, scope.facts
    ours = exact.outcomes(ruleset.rules, scope)
    theirs = durable.judge(facts, ruleset)
    if list(ours.items()) == list(theirs.items()):
        return ours
    import logging

    for key in (*ours, *theirs):
        a, b = ours.get(key), theirs.get(key)
        if a != b:
            error = EngineDisagreement(
                key[0], str(key[1]), str(a), str(b), {name: shown(fact.value) for name, fact in facts.project.items()}
            )
            logging.getLogger("review.evaluation").error(
                "evaluators disagree on %s [%s]: exact %s, durable %s", key[0], key[1], a, b
            )
            raise error
    raise EngineDisagreement("order", "", "-", "-", {})


def shown(value: bool | str | Range | None) -> object:
    """A fact's value as JSON shows it: truths and choices as they are, figures as plain decimals, intervals by their ends."""
    if not isinstance(value, Range):
        return value
    if value.point is not None:
        return plain(value.point)
    if value.low is None and value.high is None:
        return None
    return {
        "low": None if value.low is None else plain(value.low),
        "high": None if value.high is None else plain(value.high),
    }
