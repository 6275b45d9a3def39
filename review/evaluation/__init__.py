"""Two evaluators, one verdict: every sheet is judged by both, and where they differ there is no verdict."""

from __future__ import annotations

from review.errors import EngineDisagreement
from review.evaluation import durable, exact
from review.evaluation.exact import Outcome, Outcomes, Scope, Subject
from review.quantities import Range, plain

__all__ = ["Outcome", "Outcomes", "Scope", "Subject", "evaluate", "evaluate_again"]


def evaluate(scope: Scope) -> Outcomes:
    """The outcome of every rule on every subject, agreed by both evaluators. Raises EngineDisagreement."""
    ours = exact.outcomes(scope.case.ruleset.rules, scope)
    theirs = durable.judge(scope.facts, scope.case.ruleset)
    if list(ours) != list(theirs):
        _disagreeing(scope, ours, theirs)
        raise EngineDisagreement("order", "", "-", "-", {})
    _disagreeing(scope, ours, theirs)
    return ours


def evaluate_again(scope: Scope, ours: Outcomes) -> None:
    """The second judgement, of a scope with checked figures only, made by the engine as well. Raises EngineDisagreement where it differs from `ours`."""
    _disagreeing(scope, ours, durable.judge(scope.facts, scope.case.ruleset, checked_only=True))


def _disagreeing(scope: Scope, ours: Outcomes, theirs: Outcomes) -> None:
    """Raises EngineDisagreement for the first rule and subject on which the evaluators differ."""
    if ours == theirs:
        return
    import logging

    for key in (*ours, *theirs):
        a, b = ours.get(key), theirs.get(key)
        if a != b:
            error = EngineDisagreement(
                key[0],
                str(key[1]),
                str(a),
                str(b),
                {name: shown(fact.value) for name, fact in scope.facts.project.items()},
            )
            logging.getLogger("review.evaluation").error(
                "evaluators disagree on %s [%s]: exact %s, durable %s", key[0], key[1], a, b
            )
            raise error


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
