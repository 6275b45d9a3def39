"""A caller's trace is told in the log and carried on by the webhooks of what was recorded; hooks have meters of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.traces import continued, taken
from review.record.storage.store import open_store
from review.record.work.webhooks import add_hook
from tests.api.conftest import serving
from tests.api.receiver import receiving
from tests.api.test_api import made, named
from tests.api.test_webhooks import FAST
from tests.record.projects import OFFICER

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"00-{TRACE}-{PARENT}-01", f"{TRACE}-01"), (f"00-{TRACE}-{PARENT}-00", f"{TRACE}-00"), (f"01-{TRACE}-{PARENT}-01-more", f"{TRACE}-01"),
        (f"00-{TRACE}-{PARENT}-01-more", None), (f"ff-{TRACE}-{PARENT}-01", None), (f"00-{'0' * 32}-{PARENT}-01", None), (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-{PARENT}-01", None), (f"00-{TRACE[:-1]}-{PARENT}-01", None), ("", None), ("x" * 5000, None), (f"00-{TRACE}-{PARENT}-01\n", None),
    ],
)  # fmt: skip
def test_which_headers_are_taken_over(header: str, expected: str | None) -> None:
    assert taken(header) == expected


def test_it_is_carried_on_with_a_part_of_our_own() -> None:
    one, other = continued(f"{TRACE}-01"), continued(f"{TRACE}-01")
    assert one != other and taken(one) == taken(other) == f"{TRACE}-01"


@pytest.mark.record
@pytest.mark.server
def test_the_log_and_the_webhook_name_the_trace_of_the_call(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    with receiving() as receiver:
        store = open_store(url)
        hook = add_hook(store, receiver.url, ("review",), OFFICER)["hook"]
        store.close()
        with serving(url, **FAST) as server:
            made(server, named("TRACE-1"), headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
            made(server, named("TRACE-2"))
            first, second = (headers for headers, _ in receiver.wait(2))
            assert taken(first["traceparent"]) == f"{TRACE}-01" and PARENT not in first["traceparent"]
            assert "traceparent" not in second
            lines = [json.loads(line) for line in server.printed if "/reviews" in line]
            assert [line.get("trace") for line in lines] == [TRACE, None]
            text = server.request("GET", "/metrics", None).text
            assert f'two_high_hook_queue_depth{{hook="{hook}",state="dead"}} 0.0' in text
