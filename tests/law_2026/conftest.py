"""What the tests of a module judged is judged by columns too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.law_2026.witnesses import columns_agree


@pytest.fixture(scope="module", autouse=True)
def columns() -> Iterator[None]:
    """Columns agree with all that the tests of the module judged."""
    with columns_agree():
        yield
