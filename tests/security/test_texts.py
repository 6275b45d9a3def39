"""What is sent as text is bounded too: JSON, YAML, forms, batches, files of past decisions."""

from __future__ import annotations

import asyncio
import json
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.batch_slots import Batches
from api.problems import Problem
from api.received import BEFORE_SIGN_IN as JSON_BEFORE_SIGN_IN
from api.routes.batches import array, lines
from api.web.forms import BEFORE_SIGN_IN
from review import SheetError, parse_sheet, read_sheet
from review.drafting.typed import MOST_LEFT, typed
from review.errors import RecordDamaged
from review.readers.sheets import LARGEST_YAML, MOST_VALUES, MOST_YAML_VALUES
from review.record.storage.journal import packed, unpacked
from review.sheet.parsing import MOST_FAULTS
from tests.api.conftest import Server, client, serving
from tests.security.measured import measured

pytestmark = pytest.mark.slow

MOST_MEMORY = 200_000_000


def refused(content: str, kind: str) -> str:
    with pytest.raises(SheetError) as error:
        read_sheet(content.encode(), kind)
    return str(error.value)


UNKNOWN = json.dumps({"project": {"name": "甲"}, **{f"k{each}": 1 for each in range(45_000)}})
PAST = '{"sheet": {"project": {"name": "甲"}}}\n'
TEXTS = {
    "sheet.json": (UNKNOWN, "未知字段"),
    "values.json": ("[" + "{}," * 330_000 + "{}]", "内容过多"),
    "escapes.json": ('{"project": {"name": "' + "\\n" * 490_000 + '"}}', "文字"),
    "numbers.json": ('{"products": [' + "1," * 90_000 + "1]}", "必须填写"),
    "list.yaml": ("[" + "a, " * 99_000 + "a]", "内容过多"),
    "lines.yaml": ("- a\n" * 74_000, "内容过多"),
    "remarks.yaml": ("#" * 299_000 + "\n", "应为对象"),
    "long.yaml": ("a: " + "b" * 400_000, "过大"),
}


def test_text_is_refused_within_the_memory(tmp_path: Path) -> None:
    for name, (content, _) in TEXTS.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    results = measured(("workbook", tmp_path / name) for name in TEXTS)
    for name, (_, words) in TEXTS.items():
        found = results[str(tmp_path / name)]
        assert words in found["refused"] and found["peak"] <= MOST_MEMORY and not found["alone"], (name, found)


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_text_may_hold_so_many_values_and_no_more(beyond: int) -> None:
    json_text = "[" + "1," * (MOST_VALUES + beyond) + "1]"
    yaml_text = "[" + "a," * (MOST_YAML_VALUES - 6 + beyond) + "a]"
    for content, kind in ((json_text, "json"), (yaml_text, "yaml")):
        assert ("内容过多" in refused(content, kind)) is (beyond > 0)
    assert ("过大" in refused("#".ljust(LARGEST_YAML + beyond), "yaml")) is (beyond > 0)


def test_what_a_field_may_mean_is_looked_for_fifty_times_and_the_rest_counted() -> None:
    with pytest.raises(SheetError) as error:
        parse_sheet({"project": {"name": "甲", **{f"nam{each}": 1 for each in range(1000)}}}, most=200)
    *told, rest = error.value.faults
    assert len(told) == 200 and "另有 800 处" in rest.text.zh and "800 more" in rest.text.en
    assert ["是否指" in each.text.zh for each in told] == [True] * MOST_FAULTS + [False] * 150


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_draft_keeps_what_has_no_place_within_reason(beyond: int) -> None:
    raw = {f"k{each}": 1 for each in range(MOST_LEFT + beyond)}
    if beyond <= 0:
        assert len(typed(raw).left) == MOST_LEFT + beyond
        return
    with pytest.raises(SheetError, match=r"1,001 处.*at most 1,000"):
        typed(raw)


def test_rows_of_past_decisions_are_bounded_and_the_next_is_read(tmp_path: Path) -> None:
    files = {
        "line.jsonl": (PAST + '{"sheet": [' + "0," * 20_000_000 + "0]}\n" + PAST, "一行过长"),
        "row.csv": ("project.name\n" + "," * 20_000_000, "一行过长"),
        "rows.csv": ("project.name\n" + '"\n",' * 5_000_000, "一行过长"),
        "short.jsonl": ("{}\n" * 10, "sheet"),
    }
    for name, (content, _) in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    results = measured(("past", tmp_path / name) for name in files)
    for name, (_, words) in files.items():
        found = results[str(tmp_path / name)]
        assert words in found["refused"] and found["peak"] <= MOST_MEMORY, (name, found)


def test_a_stored_document_unpacks_to_no_more_than_any_document_has() -> None:
    assert unpacked(packed(b"x" * 1_000_000)) == b"x" * 1_000_000
    with pytest.raises(RecordDamaged):
        unpacked(zlib.compress(b"\0" * 200_000_000, 1))


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_of_a_batch_is_taken_apart_than_it_may_hold(most: int) -> None:
    for taken, content in ((array, b"[" + b"{}," * 1_000_000 + b"{}]"), (lines, b"{}\n" * 1_000_000)):
        with pytest.raises(SheetError, match=f"at most {most} sheets"):
            taken(content, most)
    large = b'[{"a": [' + b"[]," * 700_000 + b"[]]}, {}]"
    assert [len(each) for each in array(large, 3)] == [len(large) - 6, 2]


def test_a_place_is_a_keys_own() -> None:
    async def of_two_keys() -> None:
        places = Batches(1, 3)
        with places.receiving("a"), places.receiving("b"), pytest.raises(Problem), places.receiving("a"):
            pass
        with places.working("a"), places.receiving("a"), places.working("b"), places.working("c"):
            with pytest.raises(Problem), places.working("a"):
                pass
            with pytest.raises(Problem), places.working("d"):
                pass
        with places.working("a"):
            pass

    asyncio.run(of_two_keys())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    database = f"sqlite:///{tmp_path_factory.mktemp('record') / 'record.sqlite'}"
    with serving(database, batches="1") as server:
        yield server


@pytest.mark.record
@pytest.mark.server
def test_a_batch_that_is_slow_to_arrive_takes_no_place_of_others(server: Server) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        yield b'[{"project": {"name": "'
        begun.set()
        go_on.wait()
        yield '甲"}}]'.encode()

    answers: list[httpx.Response] = []

    def send(role: str, content: Iterator[bytes] | bytes) -> None:
        headers = {"Content-Type": "application/json"}
        answers.append(server.request("POST", "/api/v1/check:batch", role, content=content, headers=headers))

    sender = threading.Thread(target=send, args=("officer", slow()))
    sender.start()
    begun.wait()
    try:
        send("system", b'[{"project": {"name": "x"}}]')
        assert answers[0].status_code == 200
    finally:
        go_on.set()
        sender.join()
    assert answers[1].status_code == 200 and answers[1].json()["items"][0]["status"] == 200


@pytest.mark.record
@pytest.mark.server
def test_little_is_read_of_whoever_is_not_signed_in(server: Server) -> None:
    with client(base_url=server.url) as stranger:
        for beyond in (0, 1):
            content = json.dumps({"login": "x", "password": "y"}).ljust(JSON_BEFORE_SIGN_IN + beyond).encode()
            answer = stranger.post("/api/v1/sessions", content=content, headers={"Content-Type": "application/json"})
            assert answer.status_code == (413 if beyond else 401)
        form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        for path, within, above in (("/sign-in", 403, 413), ("/password", 401, 401), ("/absences", 401, 401)):
            for beyond in (0, 1):
                content = b"a=".ljust(BEFORE_SIGN_IN + beyond, b"x")
                answer = stranger.post(path, content=content, headers=form)
                assert answer.status_code == (above if beyond else within), path
        assert "所填内容过多" in answer.text
