"""Bombs: each is refused for what it holds too much of, within 200 MB of memory, and costs nobody else anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from review import SheetError
from review.readers.sheets import read_typed
from review.readers.workbook_bounds import BOUNDS, validate_bounds
from review.readers.workbook_template import write_template
from tests.api.conftest import Server, serving
from tests.commands import two_high
from tests.security import bombs
from tests.security.measured import measured

pytestmark = pytest.mark.slow

MOST_MEMORY = 200_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# Read as drafts and as past decisions too.
TWO_BOMBS = ("one merged range of the whole sheet", "two million empty cells")
DYING, TEMPLATE = "within every bound", "the template"
TEXTS = (("workbook", "sheet.json"), ("workbook", "sheet.yaml"), ("draft", "draft.json"))
Found = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def dying(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that is within every bound and kills the process that reads it."""
    file = tmp_path_factory.mktemp("dying") / "sheet.xlsx"
    file.write_bytes(bombs.remembered())
    return file


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, dying: Path) -> Found:
    """What became of each file, by what it was read as and its name; all are read by one command."""
    folder = tmp_path_factory.mktemp("bombs")
    contents = {name: make() for name, (make, _) in bombs.WORKBOOKS.items()}
    contents |= {DYING: dying.read_bytes(), TEMPLATE: write_template()}
    asked = [("workbook", name) for name in contents]
    asked += [(kind, name) for kind in ("draft", "past") for name in (*TWO_BOMBS, DYING)]
    files: dict[tuple[str, str], Path] = {}
    for number, (kind, name) in enumerate(asked):
        files[kind, name] = folder / f"{number}.xlsx"
        files[kind, name].write_bytes(contents[name])
    for kind, name in TEXTS:
        files[kind, name] = folder / name
        files[kind, name].write_text('{"project": {"name": "甲"}}', encoding="utf-8")
    results = measured((kind, file) for (kind, _), file in files.items())
    return {each: results[str(file)] for each, file in files.items()}


@pytest.mark.parametrize("name", bombs.WORKBOOKS)
def test_a_bomb_is_refused_before_any_library_opens_it(found: Found, name: str) -> None:
    result = found["workbook", name]
    assert result["refused"] is not None and bombs.WORKBOOKS[name][1] in result["refused"]
    assert not result["alone"] and result["peak"] <= MOST_MEMORY


@pytest.mark.parametrize("kind", ["workbook", "draft", "past"])
def test_what_the_bounds_do_not_know_of_dies_alone(found: Found, kind: str) -> None:
    result = found[kind, DYING]
    assert result["alone"] and "时间或内存" in result["refused"]
    assert result["peak"] <= MOST_MEMORY


@pytest.mark.parametrize("kind", ["draft", "past"])
def test_drafts_and_past_decisions_are_bounded_likewise(found: Found, kind: str) -> None:
    for name in TWO_BOMBS:
        result = found[kind, name]
        assert "内容过多" in result["refused"] and not result["alone"] and result["peak"] <= MOST_MEMORY


BOUNDARIES: dict[str, Callable[[int], bytes]] = {
    "sheets": bombs.sheets,
    "rows": bombs.rows,
    "cells": bombs.cells,
    "grid": bombs.grid,
    "merged": lambda many: bombs.merged(*(f"A{each}:B{each}" for each in range(1, many + 1))),
    "covered": lambda many: bombs.merged(f"A1:A{many}"),
    "strings": lambda many: bombs.strings(["a"] * many),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDARIES)
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_bound_is_the_last_that_is_read(name: str, beyond: int) -> None:
    """Below, at and above."""
    content = _alone(BOUNDARIES[name](BOUNDS[name].most + beyond))
    if beyond <= 0:
        validate_bounds(content)
        return
    with pytest.raises(SheetError) as refusal:
        validate_bounds(content)
    [fault] = refusal.value.faults
    assert f"最多 {BOUNDS[name].most:,} {BOUNDS[name].of.zh}" in fault.text.zh
    assert f"at most {BOUNDS[name].most:,} {BOUNDS[name].of.en}" in fault.text.en


def _alone(content: bytes) -> bytes:
    """A workbook without the other worksheets of the template."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if not name.startswith("xl/worksheets/") or name == bombs.FIRST_SHEET:
                archive.writestr(name, source.read(name))
    return target.getvalue()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    database = f"sqlite:///{tmp_path_factory.mktemp('record') / 'record.sqlite'}"
    with serving(database) as server:
        yield server


@pytest.mark.record
@pytest.mark.server
def test_a_bomb_is_a_422_of_the_api_and_the_next_sheet_is_read(server: Server, dying: Path) -> None:
    for content in (bombs.merged("A1:XFD1048576"), dying.read_bytes()):
        answer = server.request("POST", "/api/v1/check", content=content, headers={"Content-Type": XLSX})
        assert answer.status_code == 422 and len(answer.json()["errors"]) == 1
    assert server.request("POST", "/api/v1/check", json={"project": {"name": "甲"}}).status_code == 200


@pytest.mark.server
def test_a_bomb_is_exit_2_of_the_command_line(tmp_path: Path, dying: Path) -> None:
    bomb = tmp_path / "sheet.xlsx"
    bomb.write_bytes(bombs.merged("A1:XFD1048576"))
    for file, words in ((bomb, "内容过多"), (dying, "时间或内存")):
        done = two_high("check", file)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


def test_json_and_the_blank_template_start_no_process(found: Found) -> None:
    for each in TEXTS:
        assert found[each]["refused"] is None and not found[each]["alone"]


def test_a_filled_template_is_read_within_the_memory(found: Found) -> None:
    result = found["workbook", TEMPLATE]
    assert result["alone"] and "必须填写" in result["refused"] and result["peak"] <= MOST_MEMORY
    assert read_typed(write_template()).values == {}
