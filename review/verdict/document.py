"""The review document (`two-high/review/1`) as values: what `Review.to_bytes` writes, read back. Decimals are text, days ISO 8601."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

# Chinese under `zh`, English under `en`.
Wording = dict[str, str]


class EditionNamed(TypedDict):
    """The edition that was applied."""

    id: str
    edition: str
    digest: str


class BalanceRead(TypedDict):
    """A source's balance as the review read it, in t/a."""

    verified_t: str
    drawn_t: str
    free_t: str
    holders: list[str]
    area: str | None
    pollutant: str


class ClaimRead(TypedDict):
    """What other projects draw on a source that is in no register, in t/a, and which they are."""

    asked_t: str
    holders: list[str]


class RegisterRead(TypedDict):
    """The register of reduction sources as the review read it: the last entry's position, and each source's balance.

    `claims` are there in reviews by editions of the second facts.
    """

    position: int
    balances: dict[str, BalanceRead]
    claims: NotRequired[dict[str, ClaimRead]]


class MatterShown(TypedDict):
    """A matter with its own recommendation; `authority` is the level of authority of the energy review."""

    matter: str
    recommendation: str
    authority: str | None


class Observed(TypedDict):
    """A figure (`value`), or an interval (`low`, `high`; None: unbounded), in the unit of the sheet."""

    value: NotRequired[str]
    low: NotRequired[str | None]
    high: NotRequired[str | None]
    unit: str | None


class Required(Observed):
    """The limit that a figure is compared with."""

    relation: str


class CitationShown(TypedDict):
    """What a finding rests on; laws and tables beside the plan have no article and no clause."""

    document: str
    article: str | None
    clause: str | None
    quote: str | None
    evidence: str


class FindingShown(TypedDict):
    """One rule on one subject. `rests`: how sure its law is where that is less than seen (`third-party`); not in reviews by facts 1."""

    rule: str
    subject: str
    matter: str
    title: Wording
    status: str
    force: str
    observed: Observed | None
    required: Required | None
    margin: str | None
    message: Wording
    remedy: Wording | None
    condition: Wording | None
    missing: list[str]
    notes: list[Wording]
    citations: list[CitationShown]
    authorities: list[str]
    rests: NotRequired[str | None]


class SupplementShown(TypedDict):
    """A field to be asked for, and the rules that it settles."""

    path: str
    label: Wording
    settles: list[str]
    by: NotRequired[str]


class ReminderShown(TypedDict):
    """Words of the plan, or of a law, that the applicant should know of: of a law without clause, with its title and what it asks."""

    clause: str | None
    article: str | None
    quote: str | None
    document: NotRequired[str]
    message: NotRequired[Wording]


class NoteShown(TypedDict):
    """A note on the sheet as a whole."""

    code: str
    path: str | None
    message: Wording


class OriginShown(TypedDict):
    """What a fact comes from: sheet paths, paths not stated, rows of tables."""

    paths: list[str]
    missing: list[str]
    sources: list[dict[str, str]]


class ReviewDocument(TypedDict):
    """A whole review. Values of `facts` are truths, choices, figures as text, intervals, or None."""

    schema: str
    sheet_digest: str
    ruleset: EditionNamed
    as_of: str
    register: RegisterRead | None
    recommendation: str
    provisional: bool
    guidance_required: bool | None
    matters: list[MatterShown]
    facts: dict[str, Any]
    origins: dict[str, OriginShown]
    findings: list[FindingShown]
    supplement: list[SupplementShown]
    reminders: list[ReminderShown]
    notes: list[NoteShown]
