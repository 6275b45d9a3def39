"""Work on all cores: the same results in the same order, no more in memory than the window, nothing started for little work."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.command_line import command_line
from review import choose
from review.parallel import spread
from tests.sheets import AS_OF

SHEETS = sorted(str(path) for path in Path(__file__).parent.parent.joinpath("fixtures/sheets").glob("*.json"))


def squares(numbers: Sequence[int]) -> list[tuple[int, int]]:
    return [(number * number, os.getpid()) for number in numbers]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window of a few items, so that a short list is worth several processes."""
    monkeypatch.setattr("review.parallel.WORTH_IT", 6)
    monkeypatch.setattr("review.parallel.BATCH", 4)


@pytest.mark.server
def test_results_come_in_order_from_other_processes_and_the_window_is_bounded(small: None) -> None:
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(60):
            taken.append(number)
            yield number

    found = spread(squares, numbers(), 2)
    first = next(found)
    assert len(taken) <= 5 * 4
    every = [first, *found]
    assert [square for square, _ in every] == [number * number for number in range(60)]
    assert os.getpid() not in {process for _, process in every}


def test_little_work_stays_in_this_process(small: None) -> None:
    assert {process for _, process in spread(squares, range(5), 2)} == {os.getpid()}
    assert {process for _, process in spread(squares, range(60), 1)} == {os.getpid()}


@pytest.mark.server
@pytest.mark.parametrize("format", ["text", "json"])
def test_check_prints_the_same_bytes_whatever_the_processes(small: None, format: str, tmp_path: Path) -> None:
    asked = ["check", *SHEETS, "--as-of", AS_OF.isoformat(), "--format", format]
    alone, together = (CliRunner().invoke(command_line(), [*asked, "--jobs", jobs]) for jobs in ("1", "2"))
    assert together.stdout_bytes == alone.stdout_bytes and together.exit_code == alone.exit_code == 1
    assert len(alone.stdout_bytes) > 100_000


@pytest.mark.server
def test_an_unusable_sheet_among_many_is_named_and_the_exit_code_says_so(small: None, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    found = CliRunner().invoke(
        command_line(), ["check", *SHEETS[:5], str(broken), *SHEETS[5:], "--format", "json", "--jobs", "2"]
    )
    assert found.exit_code == 2 and found.stdout == "" and str(broken) in found.stderr


@pytest.mark.server
def test_an_edition_goes_to_another_process_whole() -> None:
    import pickle

    edition = choose("fuqing@2023", AS_OF)
    again = pickle.loads(pickle.dumps(edition))
    assert again == edition and again.rules == edition.rules and again.parameters == edition.parameters
