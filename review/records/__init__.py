"""The record (记录): what was reviewed and decided, kept, provable and replayable.

    store = open_store("sqlite:///office.sqlite")
    recorded = submit(store, sheet, "审查岗")
    decide(store, recorded.id, Ruling("reject"), "审查岗")
    with store.reading() as connection:
        assert not verify(connection).breaks
"""

from review.records.decisions import Decided, Ruling, decide, take_step
from review.records.sources import Registered, SourceEntry, register_source
from review.records.store import Store, open_store
from review.records.submissions import Listed, Recorded, list_project, submit
from review.records.verification import Break, Verified, verify

__all__ = [
    "Break", "Decided", "Listed", "Recorded", "Registered", "Ruling", "SourceEntry", "Store", "Verified", "decide", "list_project",
    "open_store", "register_source", "submit", "take_step", "verify",
]  # fmt: skip
