"""Records that are attacked."""

from __future__ import annotations

import pytest

from review.record.storage.store import Store
from tests.conftest import Filled
from tests.record.projects import some_of_everything


@pytest.fixture
def filled(filled_by: Filled) -> Store:
    """A record with some of everything."""
    store, _ = filled_by(some_of_everything)
    return store
