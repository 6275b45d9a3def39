"""Coordinates as people write them: degrees, and degrees with minutes and seconds; outside China nothing is taken."""

from __future__ import annotations

import pytest

from review.errors import SheetError
from review.readers.written.coordinates import read_coordinate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("119.30", "119.30"), ("119.3°", "119.3"), ("119.3度", "119.3"), ("东经119.3°", "119.3"), ("E119.3", "119.3"), ("119.3°E", "119.3"), ("东经：119.3", "119.3"),
        ("118度36分8.008秒", "118.602224444"), ("118°36′8.008″", "118.602224444"), ("118°36'8.008\"", "118.602224444"), ("东经 118°36′8.008″", "118.602224444"),
        ("118°36′8.008″E", "118.602224444"), ("118度36分", "118.6"), ("118°36.5′", "118.608333333"), ("１１９.３", "119.3"), ("118 度 36 分 8.008 秒", "118.602224444"), ("E 119.3", "119.3"),
    ],
)  # fmt: skip
def test_a_longitude_is_read(text: str, value: str) -> None:
    assert read_coordinate(text, "longitude").value == value


@pytest.mark.parametrize(
    ("text", "value"), [("25度1分40.794秒", "25.027998333"), ("北纬25.45°", "25.45"), ("25.45N", "25.45")]
)
def test_a_latitude_is_read(text: str, value: str) -> None:
    assert read_coordinate(text, "latitude").value == value


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("0", "longitude", "中国"), ("0", "latitude", "中国"), ("-119.3", "longitude", "中国"), ("72.9", "longitude", "中国"), ("136.1", "longitude", "中国"),
        ("25.45", "longitude", "填反"), ("119.3", "latitude", "填反"), ("54.1", "latitude", "中国"), ("西经119.3", "longitude", "应为度"), ("119.3W", "longitude", "应为度"),
        ("25.45S", "latitude", "应为度"), ("119.3N", "longitude", "应为度"), ("118°60′", "longitude", "应为度"), ("118°36′60″", "longitude", "应为度"), ("118.5°36′", "longitude", "应为度"),
        ("118°8″", "longitude", "应为度"), ("118 36 8", "longitude", "应为度"), ("11 9.3", "longitude", "应为度"), ("118.36.8", "longitude", "应为度"), ("无", "longitude", "应为度"),
        ("119.3,25.4", "longitude", "应为度"),
    ],
)  # fmt: skip
def test_a_coordinate_that_is_none_of_china_is_refused(text: str, name: str, why: str) -> None:
    with pytest.raises(SheetError) as error:
        read_coordinate(text, name)
    assert why in error.value.faults[0].text.zh


@pytest.mark.parametrize(
    ("text", "name"), [("73", "longitude"), ("136", "longitude"), ("3", "latitude"), ("54", "latitude")]
)
def test_the_bounds_of_china_are_within_it(text: str, name: str) -> None:
    assert read_coordinate(text, name).value == text
