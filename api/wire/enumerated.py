"""Texts of which there are only some (枚举), as the documentation shows them. What is recorded is answered as it is: nothing is refused here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import WithJsonSchema

from review.law.clauses import KIND_WORDS
from review.record.projects.standing import ENDED
from review.record.views.logs import CHANNEL_WORDS, ENTRY_WORDS, EVENT_WORDS
from review.sheet import describe
from review.terms import BAND_WORDS, FORCES, MATTERS, OUTCOMES, RECOMMENDATION_WORDS, STEP_WORDS


def _one_of(values: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [*values]})


def _choices(path: str) -> WithJsonSchema:
    return _one_of(describe(path).choices or {})


EventKind = Annotated[str, _one_of(EVENT_WORDS)]
EntryKind = Annotated[str, _one_of(ENTRY_WORDS)]
ChannelCode = Annotated[str, _one_of(CHANNEL_WORDS)]
OutcomeCode = Annotated[str, _one_of(OUTCOMES)]
RecommendationCode = Annotated[str, _one_of(RECOMMENDATION_WORDS)]
MatterCode = Annotated[str, _one_of(MATTERS)]
ForceCode = Annotated[str, _one_of(FORCES)]
BandCode = Annotated[str, _one_of(BAND_WORDS)]
StageCode = Annotated[str, _choices("project.stage")]
NatureCode = Annotated[str, _choices("project.nature")]
ProjectStateCode = Annotated[str, _one_of(("open", *ENDED))]
StepCode = Annotated[str, _one_of(STEP_WORDS)]
ClauseKind = Annotated[str, _one_of(KIND_WORDS)]
