"""The record (记录): what was reviewed and decided, stored, provable and replayable.

    from review.record.cases.decisions import decide
    from review.record.cases.rulings import Ruling
    from review.record.storage.store import open_store
    from review.record.cases.submissions import submit
    from review.record.proof.verification import verify

    store = open_store("sqlite:///office.sqlite")
    recorded = submit(store, sheet, "审查岗")
    decide(store, recorded.id, Ruling("reject"), "审查岗")
    with store.reading() as connection:
        assert not verify(connection).breaks

Names are imported from the module that has them: a command loads no more than it needs.
"""
