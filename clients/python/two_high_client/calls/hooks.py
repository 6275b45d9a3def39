"""Hooks, and the messages to them."""

from __future__ import annotations

from collections.abc import Sequence

from two_high_client.answers.hooks import DeadSentAgain, Delivery, Hook, HookMade
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

    @one("POST", "/webhooks/{hook}/secret", of(HookMade))
    def rotate_secret(self, hook: str, reason: str, *, hours: int | None = None) -> Asked:
        """Give a hook another secret, shown this once; for `hours` the old one signs beside it."""
        return Asked({"hook": hook}, body=body(reason=reason, hours=hours))

    @one("POST", "/webhooks/{hook}/test", of(dict[str, str]))
    def send_test(self, hook: str) -> Asked:
        """Send a test message, which is tried one time; its `id` and `state`."""
        return Asked({"hook": hook})

    @one("POST", "/webhooks/{hook}/resend", of(DeadSentAgain), again=True)
    def resend_dead(self, hook: str) -> Asked:
        """Send every dead message of a hook again, under the same ids."""
        return Asked({"hook": hook})

    @pages("/deliveries", Delivery, cursor="cursor")
    def deliveries(self, *, state: DeliveryState | None = None, hook: str | None = None) -> Asked:
        """Messages to hooks, newest event first; of the `state` waiting, delivered or dead."""
        return Asked(query=stated(state=state, hook=hook))

    @one("POST", "/deliveries/{delivery}/resend", of(dict[str, str]))
    def resend(self, delivery: str) -> Asked:
        """Send a message that is delivered or dead again, under the same `id`; its `state` is waiting."""
        return Asked({"delivery": delivery})
