"""Records that are attacked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from review.record.storage.store import Store
from tests.conftest import Filled
from tests.databases import Fill, empty
from tests.record.projects import some_of_everything


@pytest.fixture
def filled(filled_by: Filled) -> Store:
    """A record with some of everything."""
    store, _ = filled_by(some_of_everything)
    return store


@pytest.fixture
def begun(request: pytest.FixtureRequest, filled_by: Filled) -> tuple[Store, Any]:
    """The record of a test with what filling it returned: filled as `FILLS` of its module says for a fixture that the test asks for, else empty."""
    fills: Mapping[str, Fill] = request.module.FILLS
    return filled_by(next((fill for name, fill in fills.items() if name in request.fixturenames), empty))
