"""The search index, updated from the record while the service runs."""

from __future__ import annotations

import asyncio

from review.record.search.index import bring_up
from review.record.storage.store import Store


class Indexing:
    """Indexes what was recorded since. Several workers may do so at once: what one has done another leaves."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def round(self) -> bool:
        """Index a batch of events; whether any are left."""
        return await asyncio.to_thread(bring_up, self.store)
