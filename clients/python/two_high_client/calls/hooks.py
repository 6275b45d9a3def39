"""Hooks, and the messages to them."""

from __future__ import annotations

from collections.abc import Sequence

from two_high_client.answers.hooks import Delivery, Hook, HookMade
from two_high_client.declarations import nothing, of, one, pages
from two_high_client.operations import Asked
from two_high_client.words import DeliveryState, HookKind
from two_high_client.writing import body, stated


class HookCalls:
    """Calls about hooks."""

    @one("GET", "/webhooks", of(list[Hook]))
    def hooks(self) -> Asked:
        """The hooks in use."""
        return Asked()

    @one("POST", "/webhooks", of(HookMade))
    def add_hook(self, url: str, kinds: Sequence[HookKind] | None = None) -> Asked:
        """Have word of events of these kinds sent somewhere; by default of reviews and decisions."""
        return Asked(body=body(url=url, kinds=None if kinds is None else [*kinds]))

    @one("DELETE", "/webhooks/{hook}", nothing)
    def remove_hook(self, hook: str, *, reason: str | None = None) -> Asked:
        """Remove a hook: nothing more is sent to it."""
        return Asked({"hook": hook}, stated(reason=reason))

    @pages("/deliveries", Delivery, cursor="cursor")
    def deliveries(self, *, state: DeliveryState | None = None) -> Asked:
        """Messages to hooks, newest event first; of the `state` waiting, delivered or dead."""
        return Asked(query=stated(state=state))

    @one("POST", "/deliveries/{delivery}/resend", of(dict[str, str]))
    def resend(self, delivery: str) -> Asked:
        """Send a message that is delivered or dead again, under the same `id`; its `state` is waiting."""
        return Asked({"delivery": delivery})
