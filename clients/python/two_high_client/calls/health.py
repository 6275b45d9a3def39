"""Whether the server runs and can record, and its figures."""

from __future__ import annotations

from two_high_client.answers.health import Health, Ready
from two_high_client.declarations import of, one, text
from two_high_client.operations import Asked


class HealthCalls:
    """Calls about the server itself."""

    @one("GET", "/healthz", of(Health), prefix="")
    def health(self) -> Asked:
        """Whether the process runs."""
        return Asked()

    @one("GET", "/readyz", of(Ready), prefix="")
    def ready(self) -> Asked:
        """Whether it can record."""
        return Asked()

    @one("GET", "/metrics", text, prefix="")
    def metrics(self) -> Asked:
        """The figures of the server, in the text of Prometheus."""
        return Asked()

    @one("GET", "/problems/{code}", text, prefix="")
    def explain_problem(self, code: str) -> Asked:
        """What a code of problems means, as a page."""
        return Asked({"code": code})
