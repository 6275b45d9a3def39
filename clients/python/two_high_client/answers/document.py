"""A review (`two-high/review/1`). Figures are exact decimals as text: `Decimal(finding.margin)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Recommendation = Literal["approve", "justify", "supplement", "reject", "rectify"]
Status = Literal["pass", "fail", "attention", "missing", "not_applicable"]
Force = Literal["mandatory", "in_principle", "guidance", "encouraged"]
Relation = Literal[">=", ">", "<=", "<", "==", "!="]


@dataclass(frozen=True, kw_only=True)
class Both:
    """Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The edition that was applied."""

    id: str
    edition: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Balance:
    """A source's balance as the review read it, t/a."""

    verified_t: str
    drawn_t: str
    holders: tuple[str, ...]
    area: str
    pollutant: str


@dataclass(frozen=True, kw_only=True)
class RegisterRead:
    """The register as the review read it: up to which entry, and each source's balance."""

    position: int
    balances: Mapping[str, Balance]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A matter with its own recommendation."""

    matter: str
    recommendation: Recommendation
    authority: str | None  # level of authority of the energy review


@dataclass(frozen=True, kw_only=True)
class Observed:
    """A figure, or an interval (`high` null: unbounded)."""

    value: str | None = None
    low: str | None = None
    high: str | None = None
    unit: str | None


@dataclass(frozen=True, kw_only=True)
class Required(Observed):
    """The limit."""

    relation: Relation


@dataclass(frozen=True, kw_only=True)
class Citation:
    """What a finding rests on; laws and tables beside the plan have their own `document`."""

    document: str
    article: str | None = None
    clause: str | None = None
    quote: str | None = None  # its words
    evidence: str


@dataclass(frozen=True, kw_only=True)
class FindingShown:
    """One rule on one subject."""

    rule: str
    subject: str
    matter: str
    title: Both
    status: Status
    force: Force
    observed: Observed | None
    required: Required | None
    margin: str | None  # how far inside the limit
    message: Both
    remedy: Both | None
    condition: Both | None  # what an approval is on condition of
    missing: tuple[str, ...]  # sheet paths that would settle it
    notes: tuple[Both, ...]
    citations: tuple[Citation, ...]
    authorities: tuple[str, ...]
    rests: str | None = None  # its law was seen only as others quote it


@dataclass(frozen=True, kw_only=True)
class SupplementShown:
    """A field to be stated or, where the sheet states it, to be checked or put right, and which rules that settles."""

    path: str
    label: Both
    settles: tuple[str, ...]
    by: str | None = None  # who is to state it; left out by editions that do not tell them apart


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """Words of the plan, or what a law asks, that the applicant should know of."""

    clause: str | None  # the plan's clause, null of another law
    article: str | None
    quote: str | None
    document: str | None = None  # the title of another law
    message: Both | None = None  # what that law asks


@dataclass(frozen=True, kw_only=True)
class NoteShown:
    """A note on the sheet as a whole."""

    code: str
    path: str | None
    message: Both


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a fact comes from: sheet paths, paths not stated, rows of tables."""

    paths: tuple[str, ...]
    missing: tuple[str, ...]
    sources: tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True, kw_only=True)
class Review:
    """A review. The same sheet, rules, day and register give the same bytes."""

    schema_: Literal["two-high/review/1"]
    sheet_digest: str
    ruleset: Edition
    as_of: date
    register_: RegisterRead | None
    recommendation: Recommendation
    provisional: bool  # would differ without figures that are not official and with rules in doubt as guidance
    guidance_required: bool | None
    matters: tuple[Matter, ...]
    facts: Mapping[str, Any]  # figures as text or intervals
    origins: Mapping[str, Origin]
    findings: tuple[FindingShown, ...]
    supplement: tuple[SupplementShown, ...]
    reminders: tuple[Reminder, ...]
    notes: tuple[NoteShown, ...]
