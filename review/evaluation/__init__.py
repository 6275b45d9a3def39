"""Two evaluators, one verdict: every sheet is judged by both, and where they differ there is no verdict.

The Program's code and the rules engine are given the same integers; `exact.py`, which reads the facts themselves, is the definition of both.
"""

from __future__ import annotations

from review.evaluation.exact import Outcome, Outcomes, Scope, Subject
from review.evaluation.judged import Entry, Judged, evaluators, exactly, hold_to_definition, shown

__all__ = [
    "Entry",
    "Judged",
    "Outcome",
    "Outcomes",
    "Scope",
    "Subject",
    "evaluators",
    "exactly",
    "hold_to_definition",
    "shown",
]
