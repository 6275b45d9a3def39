"""What replaying a review gives (重放结果): the review's numbers, and what differs. JSON values, stored and shown as they are."""

from __future__ import annotations

from typing import NotRequired, TypedDict, final

from review.verdict.document import Observed, Required


@final
class LayerDifference(TypedDict):
    """Against the same edition: the layer (`sheet`, `ruleset`, `findings`) whose bytes differ, and in what."""

    layer: str
    detail: str


class Figures(TypedDict):
    """The figures of a finding."""

    observed: Observed | None
    required: Required | None
    margin: str | None


class FiguresThenAndNow(TypedDict):
    """The figures of a finding as recorded and as judged again; None where there is no such finding."""

    then: Figures | None
    now: Figures | None


class RecommendationFlip(TypedDict):
    """The recommendation as recorded and as judged again, and the changes that flip it."""

    then: str
    now: str
    causes: list[str]


class Flip(TypedDict):
    """A finding whose status differs; `causes` are the changes that flip it, `kinds` whether law or an error made them."""

    rule: str
    subject: str
    then: str
    now: str
    causes: list[str]
    kinds: list[str]
    figures: FiguresThenAndNow


@final
class VerdictDifference(TypedDict):
    """Against another edition or day: what flips, `changed` (rules whose figures alone differ), or the `error` that prevented judging it.

    `against` names the edition; it is left out where there is an `error`.
    """

    against: NotRequired[str]
    recommendation: RecommendationFlip | None
    flips: list[Flip]
    changed: list[str]
    error: str | None


class Result(TypedDict):
    """A review judged again: its numbers and its day of review; `difference` is None where nothing differs."""

    review: int
    project: int
    version: int
    as_of: str
    difference: LayerDifference | VerdictDifference | None


class StoredResult(TypedDict):
    """A result as a page of them shows it: `review` is text."""

    review: str
    project: int
    version: int
    as_of: str
    difference: LayerDifference | VerdictDifference | None
