"""The Python client, waiting and not, against a real server; its examples are here."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from two_high_client import (
    AsyncClient,
    CallRefused,
    Client,
    Conflict,
    ContentRefused,
    DeliveryRefused,
    NoAnswer,
    NotFound,
    NotSignedIn,
    SheetError,
    read_webhook,
)
from two_high_client.declarations import LONGEST_PAGE, TOGETHER

from api.wire.document import Review
from review import choose, judge, parse_sheet
from review.law.loading import load_builtin
from review.record.storage.store import open_store
from review.record.work.webhooks import add_hook
from tests.api.conftest import Server, eventually, free_port, serving
from tests.api.receiver import receiving
from tests.api.test_api import named
from tests.record.projects import OFFICER, project, recorded

AS_OF = date(2025, 3, 1)
SHEETS = Path(__file__).resolve().parents[2] / "fixtures" / "sheets"


def client_of(server: Server, role: str = "officer", **options: Any) -> Client:
    return Client(server.url, server.keys[role], **options)


def test_every_sample_s_review_has_the_documented_shape() -> None:
    for path in sorted(SHEETS.glob("*.json")):
        document = judge(
            parse_sheet(json.loads(path.read_bytes(), parse_float=Decimal)), choose(None, AS_OF), AS_OF
        ).document()
        text = json.dumps(document)
        shown = Review.model_validate_json(text).model_dump(mode="json", by_alias=True, exclude_unset=True)
        assert shown == json.loads(text), path


def test_a_session_with_the_client(server: Server) -> None:
    with client_of(server) as client:
        sheet = named("CLIENT-1", voc__emission_t=Decimal("11.999999999"))
        found = client.check(sheet, as_of=AS_OF)
        assert found.facts["voc.emission_t"] == "11.999999999"
        made = client.submit(sheet, as_of=AS_OF, reason="补录（示例）", key="client-1")
        assert client.submit(sheet, as_of=AS_OF, reason="补录（示例）", key="client-1").id == made.id
        with pytest.raises(Conflict):
            client.submit({**sheet, "site": {"park": "none"}}, as_of=AS_OF, reason="补录（示例）", key="client-1")
        seen = client.review(made.id)
        assert (seen.review, seen.digest) == (made.review, made.digest)
        decided = client.decide(made.id, "supplement", if_match=seen.etag)
        assert decided.review == made.id
        with pytest.raises(Conflict) as caught:
            client.decide(made.id, "supplement", if_match=seen.etag)
        assert caught.value.status == 412
        assert client.project(made.project).standing.outcome == "supplement"
        assert [line.review for line in client.worklist(text="CLIENT-1")] == [int(made.id)]
        assert client.replay(made.id).difference is None
        later = client.submit({**sheet, "site": {"park": "none"}}, as_of=AS_OF, reason="补录（示例）", replaces=made.id)
        assert (later.version, later.replaces) == (2, made.id)
        assert client.me().role == "officer"


def test_lists_go_through_every_page(server: Server) -> None:
    with client_of(server) as client:
        for place in range(3):
            client.register_offset(f"C-{place}", Decimal("1.50"), "核定（示例）", area="fuqing")
        found = {each.source: each for each in client.offsets()}
        assert {"C-0", "C-1", "C-2"} <= found.keys() and Decimal(found["C-0"].free_t) == Decimal("1.5")
        many = LONGEST_PAGE + 1
        answers = list(
            client.submit_many((named(f"MANY-{place}") for place in range(many)), as_of=AS_OF, reason="补录（示例）")
        )
        assert [each.index for each in answers] == list(range(many)) and {each.status for each in answers} == {201}
        numbers = [each.id for each in client.reviews()]
        assert len(numbers) == len(set(numbers)) >= many
        assert {name.name for name in client.rulesets()} == {each.name for each in load_builtin()}
        assert client.ruleset("fuqing@2023").parameters["offset_ratio"].value == "1.2"
        assert client.rule("fuqing@2023", "voc-offset").citations[0].clause == "3.10-7"


def test_a_bad_sheet_of_many_has_a_problem(server: Server) -> None:
    with client_of(server, language="en") as client:
        found = list(client.check_many([named("x"), {"project": {}}, b"\xff\n{", "", named("y")], as_of=AS_OF))
    assert [each.status for each in found] == [200, 422, 422, 422, 200]
    assert found[1].problem and found[1].problem.errors[0].path == "project.name"


def test_many_sheets_are_recorded_once_with_a_key(server: Server) -> None:
    sheets = [named(f"ONCE-{place}") for place in range(TOGETHER + 1)]
    with client_of(server) as client:
        first, again = (
            [each.id for each in client.submit_many(sheets, as_of=AS_OF, reason="补录（示例）", key="many")]
            for _ in range(2)
        )
    assert first == again and len(set(first)) == len(sheets)


def test_a_replay_in_the_background(server: Server) -> None:
    with client_of(server) as client:
        client.submit(named("JOB-1"), as_of=AS_OF, reason="补录（示例）")
        job = client.start_replay(against="fuqing@2022", as_of=date(2022, 9, 1))
        eventually(lambda: client.replay_job(job.id).ended is not None, 120)
        found = client.replay_job(job.id)
        assert found.state == "done" and found.summary.reviews == found.total > 0
        assert len(list(client.differences(job.id))) == found.total - found.summary.identical
        with pytest.raises(CallRefused):
            client.cancel_replay(job.id)


@pytest.mark.parametrize(
    ("value", "where"),
    [(1.5, "voc.emission_t"), ([{"area": 1.5}], "voc.emission_t[0].area"), (float("nan"), "voc.emission_t")],
)
def test_a_float_is_refused_before_it_is_sent(value: Any, where: str) -> None:
    with Client("http://127.0.0.1:1", "x") as client, pytest.raises(SheetError, match="not exact") as caught:
        client.check({"project": {"name": "x"}, "voc": {"emission_t": value}})
    assert caught.value.errors[0].path == where


def test_errors_say_what_is_wrong_and_where(server: Server) -> None:
    with client_of(server, language="en") as client:
        with pytest.raises(ContentRefused, match="colour") as caught:
            client.check({"project": {"name": "x"}, "colour": "red"})
        (error,) = caught.value.errors
        assert (caught.value.status, error.path, error.pointer) == (422, "colour", "/colour")
        assert caught.value.call == "POST /api/v1/check" and caught.value.reference
        with pytest.raises(NotFound, match="no review 999999"):
            client.review(999999)
    with Client(server.url, "wrong") as client, pytest.raises(NotSignedIn) as refused:
        client.me()
    assert refused.value.status == 401


def test_a_server_that_is_away_is_no_answer_and_its_key_is_told() -> None:
    with Client(f"http://127.0.0.1:{free_port()}", "x", retries=1) as client, pytest.raises(NoAnswer) as caught:
        client.submit(named("x"))
    assert caught.value.key


def test_the_client_that_does_not_wait_knows_the_same_calls(server: Server) -> None:
    async def session() -> None:
        async with AsyncClient(server.url, server.keys["officer"]) as client:
            reviews = await asyncio.gather(*(client.check(named(f"A-{place}"), as_of=AS_OF) for place in range(5)))
            assert len({each.sheet_digest for each in reviews}) == 5
            made = await client.submit(named("ASYNC-1"), as_of=AS_OF, reason="补录（示例）")
            seen = await client.review(made.id)
            await client.decide(made.id, "supplement", if_match=seen.etag)
            assert [line.review async for line in client.worklist(text="ASYNC-1")] == [int(made.id)]
            assert [each.status async for each in client.check_many([named("x"), {}], as_of=AS_OF)] == [200, 422]
            with pytest.raises(CallRefused):
                await client.review(999999)
        async with AsyncClient(f"http://127.0.0.1:{free_port()}", "x", retries=1) as client:
            with pytest.raises(NoAnswer):
                await client.me()

    asyncio.run(session())


@contextmanager
def flaky(answers: list[tuple[int, dict[str, str]]]) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A server that answers as told, one answer a request, then always with 200; and what it was asked."""
    asked: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append((self.path, self.headers.get("idempotency-key")))
            status, headers = answers.pop(0) if answers else (200, {})
            body = b'{"key": "k", "name": "n", "role": "officer", "once": false, "must_change_password": false, "second_factor_due": false, "id": "7", "changed": []}'
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said of a request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [429, 503, 502, 504, 408])
def test_a_busy_server_is_asked_again_with_the_same_key(status: int) -> None:
    with flaky([(status, {"Retry-After": "0"})] * 2) as (url, asked), Client(url, "x") as client:
        assert client.me().name == "n"
        client.register_offset("S", "1", "d")
    keys = [key for path, key in asked if "offsets" in path]
    assert len(asked) == 4 and len(set(keys)) == 1 and keys[0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 500])
def test_what_would_fail_again_is_not_tried_again(status: int) -> None:
    with flaky([(status, {})]) as (url, asked), Client(url, "x") as client, pytest.raises((CallRefused, NoAnswer)):
        client.me()
    assert len(asked) == 1


def test_a_connection_that_breaks_off_is_tried_again() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def cut() -> None:
        for _ in range(2):
            line, _ = listener.accept()
            line.recv(65536)
            line.close()
        listener.close()

    thread = threading.Thread(target=cut)
    thread.start()
    with Client(f"http://127.0.0.1:{port}", "x", retries=1) as client, pytest.raises(NoAnswer):
        client.submit(named("x"), key="mine")
    thread.join()


def test_a_webhook_is_read_with_its_signature(url: str) -> None:
    with receiving() as receiver:
        store = open_store(url)
        secret = add_hook(store, receiver.url, ("review",), OFFICER)["secret"]
        with serving(url, webhook_private="true", poll_seconds="0.05"):
            made = recorded(store, project("A-1"))
            headers, body = receiver.wait(1)[0]
        store.close()
    assert read_webhook(secret, headers, body)["data"]["id"] == str(made.id)
    spoilt: list[Callable[[], Any]] = [
        lambda: read_webhook(secret, headers, body + b" "),
        lambda: read_webhook(secret, {**headers, "webhook-timestamp": "1"}, body),
        lambda: read_webhook(secret, {}, body),
        lambda: read_webhook("whsec_" + "A" * 44, headers, body),
    ]
    for each in spoilt:
        with pytest.raises(DeliveryRefused, match=r"signature|too old"):
            each()
