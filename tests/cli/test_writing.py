"""Files that commands write: whole or not at all, in place of what was there."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from review.cli.differences import Printer
from review.cli.options import emit, write, writing
from review.replay.replaying import Target


@contextmanager
def full(size: int) -> Iterator[None]:
    """Files take no more than so many bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    path = tmp_path / "paper.html"
    path.write_bytes(b"the one of before")
    return path


def refused(write_it: object) -> None:
    assert callable(write_it)
    with pytest.raises(typer.Exit) as stopped, full(1000):
        write_it()
    assert stopped.value.exit_code == 2


def test_what_was_there_stays_where_a_file_cannot_be_written(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(lambda: write(there, b"x" * 100_000))
    refused(lambda: emit(["x" * 100_000], there))
    assert there.read_bytes() == b"the one of before"
    assert [each.name for each in there.parent.iterdir()] == [there.name], "nothing is left of what was not written"


def test_what_was_there_stays_where_the_work_breaks_off(there: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(there) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert there.read_bytes() == b"the one of before"
    assert [each.name for each in there.parent.iterdir()] == [there.name]


def test_differences_are_written_whole(tmp_path: Path) -> None:
    out = tmp_path / "differences.csv"
    out.write_bytes(b"the one of before")
    with pytest.raises(ZeroDivisionError), Printer(Target(), "text", out):
        raise ZeroDivisionError
    assert out.read_bytes() == b"the one of before"
    with Printer(Target(), "text", out):
        assert out.read_bytes() == b"the one of before"
    assert out.read_text(encoding="utf-8-sig").startswith("review,")


def test_a_file_takes_the_place_of_the_one_of_before(there: Path) -> None:
    there.chmod(0o640)
    link = there.with_name("link.html")
    link.symlink_to(there)
    write(link, b"new")
    assert link.is_symlink() and there.read_bytes() == b"new" and there.stat().st_mode & 0o777 == 0o640
    write(there.with_name("another"), b"new")
    assert len([*there.parent.iterdir()]) == 3


def test_what_is_no_file_is_written_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(Path("/dev/null"), b"new")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(typer.Exit):
        write(tmp_path, b"new")
    with pytest.raises(typer.Exit):
        write(tmp_path / "nowhere" / "paper.html", b"new")
    assert "无法写入" in capsys.readouterr().err


def test_an_open_file_is_written_on(tmp_path: Path) -> None:
    out, link = tmp_path / "log.txt", tmp_path / "link"
    out.write_bytes(b"of before\n")
    with out.open("ab") as file:
        link.symlink_to(f"/proc/self/fd/{file.fileno()}")
        write(link, b"more")
        write(Path(f"/dev/fd/{file.fileno()}"), b" and more")
    assert out.read_bytes() == b"of before\nmore and more"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    reading, writing_end = os.pipe()
    try:
        write(Path(f"/proc/self/fd/{writing_end}"), b"through")
        assert os.read(reading, 100) == b"through"
    finally:
        os.close(reading)
        os.close(writing_end)


def test_a_place_that_cannot_be_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for place in (loop, tmp_path / ("a" * 300)):
        with pytest.raises(typer.Exit):
            write(place, b"x")
    assert capsys.readouterr().err.count("无法写入") == 2


def test_a_protected_file_is_not_replaced(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inode = there.stat().st_ino
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != there)
    write(there, b"in place")
    assert there.stat().st_ino == inode and there.read_bytes() == b"in place"
