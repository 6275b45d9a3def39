"""Days as people write them, and the day numbers of spreadsheets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.errors import SheetError
from review.readers.written.days import day_of_number, read_day, written_day


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-01", "2025-3-1", "2025年3月1日", "2025年03月01日", "2025 年 3 月 1 日", "2025年3月1号", "２０２５年３月１日", "2025.3.1", "2025.03.01", "2025/3/1",
        "2025/03/01", "20250301", "２０２５／３／１", " 2025-03-01 ", "2025-03-01 09:30", "2025-03-01T00:00:00", "2025/3/1 0:00:00", "2025-03-01 24:00",
        "2025年3月1日24时", "2025年3月1日 24:00:00", "2025年3月1日9时30分",
    ],
)  # fmt: skip
def test_a_day_is_read(text: str) -> None:
    found = read_day(text)
    assert found.value == "2025-03-01"
    assert (found.words is None) == (text.strip() == "2025-03-01")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("25年3月1日", "四位"), ("25-3-1", "四位"), ("25/3/1", "四位"), ("'25.3.1", "四位"), ("3月1日", "没有年份"), ("2025/13/1", "应为日期"), ("2025年2月30日", "应为日期"),
        ("2025年3月", "应为日期"), ("2025", "应为日期"), ("2025-3.1", "应为日期"), ("3/1/2025", "两种读法"), ("01.03.2025", "两种读法"), ("2025-03-01T00:00:00Z", "应为日期"),
        ("2025-03-01 25:00", "应为日期"), ("2025-03-01 24:01", "应为日期"), ("250301", "应为日期"), ("99991301", "应为日期"), ("45717", "应为日期"), ("2025年3月1日前", "应为日期"),
        ("2025-W09-6", "应为日期"), ("2025-060", "应为日期"), ("今天", "应为日期"), ("2025/3/112:30", "应为日期"), ("2025年3月1-5日", "应为日期"), ("/", "应为日期"),
    ],
)  # fmt: skip
def test_what_leaves_the_day_open_is_refused(text: str, why: str) -> None:
    with pytest.raises(SheetError) as error:
        read_day(text)
    [fault] = error.value.faults
    assert why in fault.text.zh and "2025-03-01" in fault.text.zh and "2025-03-01" in fault.text.en


@settings(deadline=None)
@given(st.dates(date(1000, 1, 1)))
def test_every_day_is_read_back_however_it_is_written(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}"):
        assert read_day(text).value == day.isoformat()


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.floats(0, 0.999999))
def test_a_day_number_is_the_day_whatever_the_hour(day: date, hour: float) -> None:
    for from_1904, epoch in ((False, date(1899, 12, 30)), (True, date(1904, 1, 1))):
        assert day_of_number((day - epoch).days + hour, from_1904=from_1904) == day


@pytest.mark.parametrize("number", [0, 2025, 202503, 18263, 73051, 20250301, -1])
def test_a_number_that_may_be_another_thing_is_no_day(number: int) -> None:
    assert day_of_number(number, from_1904=False) is None
    assert day_of_number((date(1950, 1, 1) - timedelta(1) - date(1904, 1, 1)).days, from_1904=True) is None


@pytest.mark.parametrize("text", ["", " ", "　"])
def test_a_blank_day_is_asked_for(text: str) -> None:
    with pytest.raises(SheetError, match=r"^-: 必须填写 / is required$"):
        written_day(text)
