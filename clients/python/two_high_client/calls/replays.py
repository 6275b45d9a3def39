"""Replays of many reviews in the background."""

from __future__ import annotations

from datetime import date

from two_high_client.answers.replays import ReplayJob, ReplayRead, ReplaysPage
from two_high_client.answers.reviews import Replayed
from two_high_client.declarations import new_key, of, one, pages
from two_high_client.operations import Asked
from two_high_client.writing import body


class ReplayCalls:
    """Calls about replays."""

    @one("POST", "/replays", of(ReplayJob))
    def start_replay(
        self,
        *,
        against: str | None = None,
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        project: int | None = None,
        key: str | None = None,
    ) -> Asked:
        """Judge many reviews again in the background."""
        wanted = body(against=against, as_of=as_of, since=since, until=until, project=project)
        return Asked(body=wanted, key=key or new_key())

    @one("GET", "/replays", of(ReplaysPage))
    def replays(self, *, limit: int = 50) -> Asked:
        """The latest replays, newest first."""
        return Asked(query={"limit": limit})

    @one("GET", "/replays/{replay}", of(ReplayRead))
    def replay_job(self, replay: str) -> Asked:
        """A replay's progress and summary."""
        return Asked({"replay": replay})

    @one("POST", "/replays/{replay}/cancel", of(ReplayJob), again=True)
    def cancel_replay(self, replay: str) -> Asked:
        """Stop a replay; what it found stays."""
        return Asked({"replay": replay})

    @pages("/replays/{replay}/differences", Replayed, cursor="cursor")
    def differences(self, replay: str) -> Asked:
        """The reviews that a replay found to differ."""
        return Asked({"replay": replay})
