"""How the interface stands (接口状态): what waits in the record's queues, when the record was last verified and backed up, its size, the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from review.record.storage import outbox
from review.record.storage.store import Store, free_bytes, record_bytes
from review.record.work import jobs, mails
from review.record.work.webhooks import HookLine, list_hooks


@dataclass(frozen=True)
class InterfaceState:
    """`queues`: how much is in each state of each queue; `verified`, `backed_up`: times in UTC, None where never; sizes in bytes.

    `disk_free_bytes` is None where the record is on another machine.
    """

    queues: Mapping[str, Mapping[str, int]]
    hooks: tuple[HookLine, ...]
    verified: str | None
    backed_up: str | None
    record_bytes: int
    disk_free_bytes: int | None


def read_interface_state(store: Store, connection: Connection) -> InterfaceState:
    """How the interface stands as the record has it now."""
    return InterfaceState(
        queues={
            "webhooks": outbox.depths(connection),
            "mails": mails.depths(connection),
            "replays": jobs.depths(connection),
        },
        hooks=tuple(list_hooks(connection)),
        verified=jobs.last_end(connection, jobs.VERIFICATION),
        backed_up=jobs.last_end(connection, jobs.BACKUP),
        record_bytes=record_bytes(store),
        disk_free_bytes=free_bytes(store),
    )
