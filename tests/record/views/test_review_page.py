"""Reviews judged again for their pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review.record.storage.contents import read_review
from review.record.storage.store import Store
from review.record.views.review_page import judged_again
from tests.record.projects import drawing, recorded, registered

pytestmark = pytest.mark.record


def test_what_is_judged_again_is_what_the_record_holds_now(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(store, "10")
    first, second = (recorded(store, drawing(name, amount)) for name, amount in (("A-1", "4"), ("B-1", "3")))
    with store.reading() as connection:
        for number in (first.id, second.id, first.id):
            found, review, same = judged_again(connection, number)
            assert (found.id, same, review.to_bytes()) == (number, True, found.content)
        held = read_review(connection, first.id)
        # Read otherwise than before, it is no longer the same.
        altered = replace(held, content=held.content.replace(b"A-1", b"A-2"))
        assert altered.content != held.content
        monkeypatch.setattr("review.record.views.review_page.read_review", lambda *_: altered)
        assert judged_again(connection, first.id)[2] is False
