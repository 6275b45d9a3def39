"""The register of reduction sources, and what the city may still add."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from two_high_client.answers.balances import BalanceShown, QuotaMade, UnstatedProject
from two_high_client.answers.register import Claim, Source, SourceHistory, SourceMade
from two_high_client.declarations import new_key, of, one, pages
from two_high_client.operations import Asked
from two_high_client.words import Medium, Pollutant, Side
from two_high_client.writing import body, stated


class RegisterCalls:
    """Calls about the register and the balances. Amounts are Decimal or text, in the unit of the balance."""

    @pages("/offsets", Source, cursor="after", by="source")
    def offsets(self, *, pollutant: Pollutant | None = None, as_of: date | None = None) -> Asked:
        """The register of reduction sources, by name."""
        return Asked(query=stated(pollutant=pollutant, as_of=as_of))

    @pages("/offsets:claims", Claim, cursor="after", by="key")
    def offset_claims(self, *, as_of: date | None = None) -> Asked:
        """What is drawn on and not registered, by key."""
        return Asked(query=stated(as_of=as_of))

    @one("POST", "/offsets", of(SourceMade))
    def register_offset(
        self,
        source: str,
        verified_t: Decimal | str,
        document: str,
        *,
        area: str | None = None,
        pollutant: Pollutant | None = None,
        enterprise: str | None = None,
        line: str | None = None,
        name: str | None = None,
        completed: date | str | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Register a source, or amend it; of a retired line enterprise and line, with an empty `source`."""
        entry = body(
            source=source, verified_t=verified_t, document=document, area=area, pollutant=pollutant, enterprise=enterprise, line=line, name=name,
            completed=completed, reason=reason,
        )  # fmt: skip
        return Asked(body=entry, key=key or new_key())

    @one("GET", "/offsets:history", of(SourceHistory))
    def source_history(self, source: str, *, before: int | None = None, limit: int = 50) -> Asked:
        """The entries of a source, and what was drawn on it before an event, newest first."""
        return Asked(query=stated(source=source, before=before, limit=limit))

    @one("GET", "/balances", of(list[BalanceShown]))
    def balances(self, *, review: str | int | None = None, as_of: date | None = None) -> Asked:
        """What the city may still add, medium by medium; with `review` what its project adds beside."""
        return Asked(query=stated(review=review, as_of=as_of))

    @pages("/balances/{medium}/not-stated", UnstatedProject, cursor="after", by="project", limit=None)
    def not_stated(self, medium: Medium, *, side: Side | None = None, as_of: date | None = None) -> Asked:
        """The projects that do not state what they add of a medium, of the `side` approved or pending."""
        return Asked({"medium": medium}, stated(side=side, as_of=as_of))

    @one("PUT", "/quotas", of(QuotaMade), again=True)
    def set_quota(
        self, medium: Medium, first_year: int, last_year: int, amount: Decimal | str, document: str, reason: str
    ) -> Asked:
        """Enter what may be added of a medium from the first year to the last; the same once more records nothing."""
        entry = body(
            medium=medium, first_year=first_year, last_year=last_year, amount=amount, document=document, reason=reason
        )
        return Asked(body=entry)
