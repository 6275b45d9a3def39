"""Editions of the rules, and proposals to change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from two_high_client.answers.proposals import Preview, PreviewedProjects, Proposal, ProposalMade
from two_high_client.answers.rulesets import ClauseShown, RulesetLine, RulesetWhole, RuleShown
from two_high_client.declarations import content, of, one, pages
from two_high_client.operations import Asked
from two_high_client.writing import body


class RulesetCalls:
    """Calls about editions and proposals."""

    @one("GET", "/rulesets", of(list[RulesetLine]))
    def rulesets(self) -> Asked:
        """The editions that there are."""
        return Asked()

    @one("GET", "/rulesets/{name}", of(RulesetWhole))
    def ruleset(self, name: str) -> Asked:
        """An edition, such as fuqing@2023, with its parameters and rules."""
        return Asked({"name": name})

    @one("GET", "/rulesets/{name}/rules/{rule}", of(RuleShown))
    def rule(self, name: str, rule: str) -> Asked:
        """A rule of an edition."""
        return Asked({"name": name, "rule": rule})

    @one("GET", "/rulesets/{name}/clauses", of(list[ClauseShown]))
    def clauses(self, name: str) -> Asked:
        """Every clause of the plan, and what carries it in an edition."""
        return Asked({"name": name})

    @one("GET", "/proposals", of(list[Proposal]))
    def proposals(self) -> Asked:
        """Proposals of changes, as they stand."""
        return Asked()

    @one("POST", "/proposals", of(ProposalMade))
    def propose_change(
        self,
        first: date | str,
        reason: str,
        changes: Sequence[Mapping[str, Any]],
        *,
        title: Mapping[str, str] | None = None,
    ) -> Asked:
        """Propose changes of figures in force from the day `first`; each change as the document's `FigureChange`."""
        return Asked(body=body(from_=first, reason=reason, changes=[*changes], title=title))

    @one("GET", "/proposals/{proposal}", of(Proposal))
    def proposal(self, proposal: str | int) -> Asked:
        """A proposal as it stands."""
        return Asked({"proposal": proposal})

    @one("GET", "/proposals/{proposal}/files/{digest}", content)
    def proposal_file(self, proposal: str | int, digest: str) -> Asked:
        """The bytes of a document that a proposal rests on."""
        return Asked({"proposal": proposal, "digest": digest})

    @one("POST", "/proposals/{proposal}/confirm", of(ProposalMade))
    def confirm_proposal(self, proposal: str | int, seen: Sequence[str]) -> Asked:
        """Adopt a proposal: `seen` are all its changes, compared with their documents, each as `EDITION CHANGE`."""
        return Asked({"proposal": proposal}, body=body(seen=[*seen]))

    @one("POST", "/proposals/{proposal}/return", of(ProposalMade))
    def return_proposal(self, proposal: str | int, reason: str) -> Asked:
        """Send a proposal back to its proposer."""
        return Asked({"proposal": proposal}, body=body(reason=reason))

    @one("POST", "/proposals/{proposal}/withdraw", of(ProposalMade))
    def withdraw_proposal(self, proposal: str | int, reason: str) -> Asked:
        """Take back a proposal of one's own."""
        return Asked({"proposal": proposal}, body=body(reason=reason))

    @one("POST", "/proposals/{proposal}/preview", of(Preview))
    def start_preview(self, proposal: str | int) -> Asked:
        """Judge every project's latest review by a proposal, in the background."""
        return Asked({"proposal": proposal})

    @one("GET", "/proposals/{proposal}/preview", of(PreviewedProjects))
    def preview(self, proposal: str | int, *, after: int = 0, limit: int = 50) -> Asked:
        """How far a preview is, and the first projects that it tells something of."""
        return Asked({"proposal": proposal}, {"after": after, "limit": limit})

    @pages("/proposals/{proposal}/preview", dict[str, Any], cursor="after")
    def previewed_projects(self, proposal: str | int) -> Asked:
        """Every project that a preview tells something of, in order of review."""
        return Asked({"proposal": proposal})
