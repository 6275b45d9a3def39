"""Answers are read by their declared types: what is unknown is passed over, what is missing or of another kind is named."""

from __future__ import annotations

import json
import pickle
import socket
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from two_high_client import (
    AnswerUnreadable,
    CallRefused,
    Client,
    ClientError,
    Conflict,
    DeliveryRefused,
    NoAnswer,
    Problem,
    ProblemError,
    Review,
    SheetError,
    TooManyRequests,
)
from two_high_client.reading import json_of, reader_of

from review import choose, judge, read_sheet

SHEETS = Path(__file__).resolve().parents[2] / "fixtures" / "sheets"
AS_OF = date(2025, 3, 1)
LINE = {"id": "7", "project": 1, "version": 1, "as_of": "2025-03-01", "recommendation": "reject", "digest": "sha256:0"}
ME = {
    "key": "k",
    "name": "n",
    "role": "officer",
    "once": False,
    "must_change_password": False,
    "second_factor_due": False,
}


def answering(*answers: httpx.Response) -> Client:
    """A client of a server that gives these answers, one a request."""
    given = iter(answers)
    return Client("http://server", "key", transport=httpx.MockTransport(lambda request: next(given)))


def page(*items: Any, after: Any = None, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"items": items, "next": after, **more})


def test_unknown_fields_are_passed_over() -> None:
    with answering(httpx.Response(200, json={**ME, "shoe_size": 43})) as client:
        assert client.me().name == "n"


def test_answers_are_frozen() -> None:
    with answering(httpx.Response(200, json=ME)) as client:
        found = client.me()
    with pytest.raises(AttributeError):
        found.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": None}, "id"), ({"id": 7}, "id"), ({"project": "1"}, "project"), ({"project": True}, "project"), ({"project": 1.0}, "project"),
        ({"as_of": "2025-02-30"}, "as_of"), ({"as_of": 20250301}, "as_of"), ({"recommendation": "perhaps"}, "recommendation"),
    ],
)  # fmt: skip
def test_a_field_of_another_kind_is_named(changes: dict[str, Any], path: str) -> None:
    with answering(page(LINE, {**LINE, **changes})) as client, pytest.raises(AnswerUnreadable) as caught:
        list(client.reviews())
    assert (caught.value.call, caught.value.path) == ("GET /api/v1/reviews", f"[1].{path}")


@pytest.mark.parametrize("name", LINE)
def test_a_missing_field_is_named(name: str) -> None:
    line = {each: value for each, value in LINE.items() if each != name}
    with answering(page(line)) as client, pytest.raises(AnswerUnreadable, match="缺失 / is missing") as caught:
        list(client.reviews())
    assert caught.value.path == f"[0].{name}"


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff", b"[" * 100_000, b'{"key": NaN}'])
def test_an_answer_that_is_no_json_is_said_to_be_none(content: bytes) -> None:
    with answering(httpx.Response(200, content=content)) as client, pytest.raises(AnswerUnreadable, match="no JSON"):
        client.me()


def test_a_page_that_does_not_say_whether_more_follows_is_no_page() -> None:
    with answering(httpx.Response(200, json={"items": []})) as client, pytest.raises(AnswerUnreadable) as caught:
        list(client.reviews())
    assert caught.value.path == "next"


def test_pages_go_on_after_an_empty_one_and_end_with_null() -> None:
    with answering(page(LINE, after=7), page(after=3), page({**LINE, "id": "2"})) as client:
        assert [each.id for each in client.reviews()] == ["7", "2"]


def test_a_batch_with_too_few_answers_is_refused() -> None:
    one = json.dumps({"index": 0, "status": 200}).encode()
    with (
        answering(httpx.Response(200, content=one)) as client,
        pytest.raises(AnswerUnreadable, match="1 answers to 2 sheets"),
    ):
        list(client.check_many([{}, {}]))


def test_figures_are_exact_as_the_wire_has_them() -> None:
    content = b'{"facts": {"a": 11.9999999999999999999, "b": "0.10"}}'
    assert json_of(content) == {"facts": {"a": Decimal("11.9999999999999999999"), "b": "0.10"}}


def test_the_review_of_every_sample_is_read_whole() -> None:
    samples = sorted(SHEETS.glob("*.json"))
    assert samples
    for path in samples:
        content = judge(read_sheet(path.read_bytes(), "json"), choose(None, AS_OF), AS_OF).to_bytes()
        found = reader_of(Review)(json_of(content))
        assert as_written(found) == without_absent(json_of(content)), path


def as_written(found: Any) -> Any:
    """What was read as JSON values again, without what is null."""
    if is_dataclass(found):
        return without_absent({each.name.rstrip("_"): as_written(getattr(found, each.name)) for each in fields(found)})
    if isinstance(found, tuple):
        return [as_written(each) for each in found]
    if isinstance(found, dict):
        return {name: as_written(each) for name, each in found.items()}
    return str(found) if isinstance(found, date) else found


def without_absent(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_absent(each) for name, each in value.items() if each is not None}
    return [without_absent(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("content", "code", "errors"),
    [
        (b"", None, []), (b"<html>busy</html>", None, []), (b"[]", None, []), (b'{"errors": 1, "code": 2, "status": "x"}', None, []),
        (b'{"code": "second-unknown", "errors": [{"pointer": "/second", "code": "second-unknown", "more": 1}, 7]}', "second-unknown", ["/second"]),
    ],
)  # fmt: skip
def test_a_problem_is_read_as_far_as_it_can_be(content: bytes, code: str | None, errors: list[str]) -> None:
    with answering(httpx.Response(409, content=content)) as client, pytest.raises(Conflict) as caught:
        client.me()
    assert (caught.value.status, caught.value.code) == (409, code)
    assert [each.pointer for each in caught.value.errors] == errors


def test_a_status_that_nobody_knows_is_refused_all_the_same() -> None:
    with answering(httpx.Response(418)) as client, pytest.raises(CallRefused) as caught:
        client.me()
    assert caught.value.status == 418


def test_a_redirect_is_not_followed_with_the_key() -> None:
    with answering(httpx.Response(307, headers={"Location": "http://elsewhere"})) as client, pytest.raises(CallRefused):
        client.me()


@pytest.mark.parametrize("told", ["61", "86400"])
def test_who_is_told_to_wait_long_is_told_so_at_once(told: str) -> None:
    told_so = httpx.Response(429, headers={"Retry-After": told})
    with answering(told_so) as client, pytest.raises(TooManyRequests) as caught:
        client.me()
    assert (caught.value.status, caught.value.retry_after) == (429, float(told))


def test_a_time_to_come_again_that_is_over_is_no_wait() -> None:
    over = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    with answering(httpx.Response(503, headers=over), httpx.Response(200, json=ME)) as client:
        assert client.me().name == "n"


def test_what_could_be_done_twice_is_not_tried_again() -> None:
    busy = {"Retry-After": "0"}
    with answering(httpx.Response(503, headers=busy)) as client, pytest.raises(NoAnswer) as caught:
        client.add_person("x1", "示例", "officer")
    assert caught.value.status == 503 and caught.value.key is None


def test_no_retries_at_all() -> None:
    given = iter([httpx.Response(503)])
    transport = httpx.MockTransport(lambda request: next(given))
    with Client("http://server", retries=0, transport=transport) as client, pytest.raises(NoAnswer):
        client.me()


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_told() -> None:
    # The connection is made, and nobody ever takes it.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Client(url, "key", timeout=0.05, retries=1) as client, pytest.raises(NoAnswer, match="ReadTimeout"):
            client.me()


@pytest.mark.parametrize(
    "error",
    [
        SheetError([ProblemError(detail="not exact", path="voc")]),
        Conflict("POST /x", "409 moved", Problem(status=409, title="moved", code="decided-meanwhile")),
        NoAnswer("GET /x", "away", key="mine", retry_after=3.0),
        AnswerUnreadable("GET /x", "no JSON", "items[0]"),
        DeliveryRefused("the signature does not fit"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_whole_out_of_another_process(error: ClientError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("step", ["", ".", ".."])
def test_a_step_that_makes_another_path_is_refused(step: str) -> None:
    with answering() as client, pytest.raises(SheetError) as caught:
        client.remove_hook(step)
    assert [each.in_ for each in caught.value.errors] == ["path"]
