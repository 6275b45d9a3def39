"""Who acts (行为人): the name that the record shows, what the person or program was recognised by, and the way in that it came."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from typing import Literal, TypedDict

from sqlalchemy import Connection

from review.record.storage.event_marks import By

Channel = Literal["page", "api", "cli", "import", "library"]
CHANNELS: tuple[Channel, ...] = ("page", "api", "cli", "import", "library")
# What a program that calls this package is recognised by: nothing that could be checked.
PROGRAM = "library"


@dataclass(frozen=True)
class Actor:
    """Who acts.

    `principal` is a key's id, `person:LOGIN`, `oidc:SUBJECT`, `cli:USER` with the system's user, or `library`; `session` the number
    of the session of somebody signed in. `for_another`: a key acts for a person whom it names, and is no person itself. `still` raises AccessEnded
    where what the actor was let in by has ended: it is asked in the transaction that records.
    """

    name: str
    principal: str = PROGRAM
    channel: Channel = "library"
    session: str | None = None
    still: Callable[[Connection], None] | None = field(default=None, compare=False, repr=False)

    def require_still(self, connection: Connection) -> None:
        """Raises AccessEnded where what the actor was let in by has ended. Meant for the writer."""
        if self.still is not None:
            self.still(connection)

    @property
    def for_another(self) -> bool:
        return ":" not in self.principal and self.principal != PROGRAM

    def as_json(self) -> By:
        stated: By = {"principal": self.principal, "channel": self.channel}
        return {**stated, "session": self.session} if self.session else stated


def acting(named: str | Actor) -> Actor:
    """Who acts: a name alone is of a program that calls this package."""
    return named if isinstance(named, Actor) else Actor(named)


class Marks(TypedDict):
    """What every event states beside what happened: by whom, and by which version of the product."""

    by: By
    product: str


def marks(actor: Actor) -> Marks:
    """What an event says of who acted and with what."""
    return {"by": actor.as_json(), "product": product()}


def at_terminal(name: str) -> Actor:
    """Who acts by a command: the name that is given, and the user of the system as the system knows it, not as the environment says."""
    try:
        import pwd

        user = pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        # A system without such a list, or a container whose user is in none.
        user = getpass.getuser() if not hasattr(os, "getuid") else str(os.getuid())
    return Actor(name, f"cli:{user}", "cli")


@lru_cache(maxsize=1)
def product() -> str:
    """The version of the product, as it is installed."""
    return version("two-high-review")
