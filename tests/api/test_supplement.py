"""What a review asks for over the API: what is to be stated told from what is stated and is to be put right, and the review as it was."""

from __future__ import annotations

import pytest

from tests.api.conftest import Server
from tests.api.test_api import named
from tests.verdict.test_words_of_findings import TOO_LITTLE

pytestmark = pytest.mark.record
DAY = {"as_of": "2026-11-23", "reason": "补录（示例）"}


def test_what_is_stated_and_contradicts_says_so(server: Server) -> None:
    changes = {path.replace(".", "__"): value for path, value in TOO_LITTLE.items()}
    made = server.request("POST", "/api/v1/reviews", json=named("SUP-1", **changes), params=DAY).json()
    asked = server.request("GET", f"/api/v1/reviews/{made['id']}/supplement", "auditor").json()["supplement"]
    assert [{**each, "put_right": None} for each in asked] == [
        {**each, "put_right": None} for each in made["review"]["supplement"]
    ]
    wrong = {each["path"]: each["put_right"] for each in asked if each["put_right"]}
    assert set(wrong) == {"energy.total_tce", "energy.electricity_mwh"}
    for language in ("zh", "en"):
        assert all(figure in wrong["energy.total_tce"][language] for figure in ("900 tce/a", "20000 MWh/a"))
    assert server.request("GET", "/api/v1/reviews/999999/supplement").status_code == 404
