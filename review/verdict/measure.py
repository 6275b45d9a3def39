"""The figure a finding turns on (判断所依据的数值): what is observed, what is required, and how far inside the limit, in the unit of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from review.canonical_json import write, write_object
from review.evaluation import Scope
from review.evaluation.exact import evaluate
from review.law.conditions import Relation
from review.quantities import Range, plain, quotient
from review.verdict.standing import Standing


@dataclass(frozen=True, slots=True)
class Measure:
    """The figure a finding turns on, in the unit of the sheet: observed, required, and how far inside the limit."""

    observed: Range
    relation: Relation
    required: Range
    margin: Decimal | None
    unit: str | None

    def written(self) -> tuple[str, str, str]:
        """`observed`, `required` and `margin` as JSON text; null where nothing is known of a side."""
        required = _written_side(self.required, self.unit, relation=write(self.relation))
        return (
            _written_side(self.observed, self.unit),
            required,
            write(None if self.margin is None else plain(self.margin)),
        )

    def encoded(self) -> bytes:
        """The same in UTF-8, with the names of what follows the first, up to the message."""
        observed, required, margin = self.written()
        return f'{observed},"required":{required},"margin":{margin},"message":'.encode()


def measure_of(standing: Standing, status: str, scope: Scope) -> Measure | None:
    """The figure that a finding of that status turns on; None where its rule compares none, or does not get so far."""
    rule, atom = standing.rule, standing.rule.compared
    if atom is None or (status == "not_applicable" and rule.figure != "applies"):
        return None
    observed, required = evaluate(atom.left, scope), evaluate(atom.right, scope)
    facts = [scope.fact(name) for name in standing.compared]
    per = next((fact.per for fact in facts if fact.per is not None), None)
    unit = rule.unit or next((fact.unit for fact in facts if fact.unit), None)
    if per is not None and scope.case.ruleset.findings > 1:
        observed, required = divided(observed, per), divided(required, per, TO_BOUND[atom.relation])
        per = None
    margin = None
    if observed.point is not None and required.point is not None:
        gap = observed.point - required.point
        margin = gap if atom.relation in (">=", ">") else -gap
    if per is not None:
        # Recorded findings round both ways.
        observed, required = divided(observed, per), divided(required, per)
        margin = None if margin is None else quotient(margin, per)
    return Measure(observed, atom.relation, required, margin, unit)


# How a bound is rounded so that a figure of the sheet, which has no more decimals, lies on the side of it where it lay before.
TO_BOUND: Mapping[Relation, str] = {
    ">=": ROUND_CEILING, "<": ROUND_CEILING, "<=": ROUND_FLOOR, ">": ROUND_FLOOR,
}  # fmt: skip


def divided(value: Range, per: Decimal, rounding: str = ROUND_HALF_EVEN) -> Range:
    """A figure in the unit of the sheet, of one that is compared in another."""
    return Range(
        None if value.low is None else quotient(value.low, per, rounding),
        None if value.high is None else quotient(value.high, per, rounding),
    )


def _written_side(value: Range, unit: str | None, **first: str) -> str:
    if value.point is not None:
        return write_object({**first, "value": write(plain(value.point)), "unit": write(unit)})
    if value.low is None:
        return "null"
    high = write(None if value.high is None else plain(value.high))
    return write_object({**first, "low": write(plain(value.low)), "high": high, "unit": write(unit)})
