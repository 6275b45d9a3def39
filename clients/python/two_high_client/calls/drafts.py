"""Drafts of sheets: begun, saved by versions, submitted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from two_high_client.answers.drafts import DraftShown, DraftSubmitted, DraftVersionLine, DraftWhole
from two_high_client.declarations import new_key, nothing, of, one, pages
from two_high_client.operations import Asked
from two_high_client.writing import body, stated


class DraftCalls:
    """Calls about drafts. `values`: as of a sheet, as far as it is known; floats are refused."""

    @pages("/drafts", DraftShown, cursor="after")
    def drafts(self, *, away: bool | None = None) -> Asked:
        """The drafts that are not submitted, one's own first, then the newest; `away`: those that were put away."""
        return Asked(query=stated(away=away))

    @one("POST", "/drafts", of(DraftWhole))
    def create_draft(self, values: Mapping[str, Any], *, replaces: str | None = None, key: str | None = None) -> Asked:
        """Begin a draft; `replaces`: the review that it is the next version of."""
        return Asked(body=body(values=values, replaces=replaces), key=key or new_key())

    @one("GET", "/drafts/{draft}", of(DraftWhole))
    def draft(self, draft: int, *, version: int | None = None) -> Asked:
        """A draft with its content and what is wrong with it, as it is or at a version."""
        return Asked({"draft": draft}, stated(version=version))

    @one("PUT", "/drafts/{draft}", of(DraftWhole))
    def save_draft(self, draft: int, version: int, values: Mapping[str, Any], *, key: str | None = None) -> Asked:
        """Save a draft as another version than the one that was seen; what somebody changed meanwhile is a Conflict."""
        return Asked({"draft": draft}, body=body(version=version, values=values), key=key or new_key())

    @pages("/drafts/{draft}/versions", DraftVersionLine, cursor="after")
    def draft_versions(self, draft: int) -> Asked:
        """The versions of a draft, the last first."""
        return Asked({"draft": draft})

    @one("POST", "/drafts/{draft}/submit", of(DraftSubmitted), again=True)
    def submit_draft(
        self,
        draft: int,
        version: int,
        *,
        ruleset: str | None = None,
        as_of: date | None = None,
        reason: str | None = None,
    ) -> Asked:
        """Submit the version that was looked at: its review is recorded, once."""
        return Asked({"draft": draft}, body=body(version=version, ruleset=ruleset, as_of=as_of, reason=reason))

    @one("POST", "/drafts/{draft}/put-away", nothing, again=True)
    def put_draft_away(self, draft: int) -> Asked:
        """Take a draft off the list; its versions stay."""
        return Asked({"draft": draft})

    @one("POST", "/drafts/{draft}/take-back", nothing, again=True)
    def take_draft_back(self, draft: int) -> Asked:
        """Put a draft back on the list."""
        return Asked({"draft": draft})
