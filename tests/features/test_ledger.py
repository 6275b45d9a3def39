"""ledger.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from pytest_bdd import given, parsers, scenarios, then, when

from review import clock
from review.readers.written.periods import read_period
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.storage.store import Store
from review.record.views.ledger import LedgerLine, LedgerTotals, bounds_of, each_ledger_line, ledger_page, ledger_totals
from review.record.views.ledger_export import ledger_as_csv, ledger_as_xlsx
from review.record.views.worklist_export import code_names
from tests.record.projects import OFFICER, decide, overruled, project, recorded

pytestmark = pytest.mark.record

scenarios("ledger.feature")
NOT_TWO_HIGH = {"project.industry": "3812", "products[0].name": "zirconia ceramics"}


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    clock: pytest.MonkeyPatch
    reviews: dict[str, Recorded] = field(default_factory=dict)
    exported: bytes = b""

    def at(self, when: str, act: Callable[[], Any]) -> None:
        """Do something at that local time."""
        now = datetime.fromisoformat(f"{when}+08:00").astimezone(UTC)
        # Two events of one time would be put a microsecond apart by the record.
        self.clock.setattr(clock, "utc_now", lambda: now + timedelta(seconds=len(self.reviews)))
        act()

    def submit(self, name: str, **changes: Any) -> None:
        self.reviews[name] = recorded(self.store, project(name, changes))

    def lines(self, period: str) -> list[LedgerLine]:
        with self.store.reading() as connection:
            bounds = bounds_of(connection, read_period(period))
            found = list(each_ledger_line(connection, bounds))
            paged, after = list[LedgerLine](), 0
            while True:
                page = ledger_page(connection, bounds, after=after, limit=1)
                paged += page.lines
                if page.next is None:
                    break
                after = page.next
        assert paged == found
        return found

    def totals(self, period: str) -> LedgerTotals:
        with self.store.reading() as connection:
            return ledger_totals(connection, bounds_of(connection, read_period(period)), read_period(period))

    def written(self, period: str) -> bytes:
        with self.store.reading() as connection:
            return ledger_as_csv(iter(self.lines(period)), code_names(connection))

    def cells(self, period: str, name: str) -> dict[str, Any]:
        with self.store.reading() as connection:
            book = load_workbook(io.BytesIO(ledger_as_xlsx(iter(self.lines(period)), code_names(connection))))
        assert book.active is not None
        head, *rows = book.active.iter_rows(values_only=True)
        (row,) = (dict(zip(head, each, strict=True)) for each in rows if name in each)
        text = list(csv.DictReader(io.StringIO(self.written(period).decode("utf-8-sig"))))
        (same,) = (each for each in text if each["项目代码"] == name)
        assert {str(key): "" if value is None else str(value) for key, value in row.items()} == same
        return {str(key): value for key, value in row.items()}


@pytest.fixture
def world(store: Store, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(store, monkeypatch)


@given(parsers.parse("“{when}”收到项目“{name}”"))
def received(world: World, when: str, name: str) -> None:
    version = {"energy.coal_t": "1"} if name in world.reviews else {}
    world.at(when, lambda: world.submit(name, **version))


@given(parsers.parse("“{when}”收到不是两高的项目“{name}”"))
def received_other(world: World, when: str, name: str) -> None:
    world.at(when, lambda: world.submit(name, **NOT_TWO_HIGH))


@given(parsers.parse("“{when}”收到尚不能判断是否两高的项目“{name}”"))
def received_unsettled(world: World, when: str, name: str) -> None:
    world.at(when, lambda: world.submit(name, **{"project.industry": None}))


@given(parsers.parse("“{when}”项目“{name}”决定“{outcome}”"))
def decided(world: World, when: str, name: str, outcome: str) -> None:
    world.at(when, lambda: decide(world.store, world.reviews[name].id, overruled(outcome), OFFICER))


@given(parsers.parse("“{when}”项目“{name}”撤回"))
@when(parsers.parse("“{when}”项目“{name}”撤回"))
def withdrawn(world: World, when: str, name: str) -> None:
    world.at(
        when, lambda: take_step(world.store, world.reviews[name].project, "withdrawn", OFFICER, reason="撤回（示例）")
    )


@given(parsers.parse("“{period}”的台账已导出"))
def exported(world: World, period: str) -> None:
    world.exported = world.written(period)


@then(parsers.re("“(?P<period>[^”]+)”的台账列有“(?P<names>[^”]*)”"))
def listed(world: World, period: str, names: str) -> None:
    assert [each["stood"]["code"] for each in world.lines(period)] == names.split()
    lines, totals = world.lines(period), world.totals(period)
    assert totals["listed"] == len(names.split())
    # The figures are the sums of the lines.
    assert totals["submissions"] == sum(each["submissions"] for each in lines)
    assert sum(totals["decided"].values()) == sum(len(each["decisions"]) for each in lines)
    assert totals["departs"] == sum(one["departs"] for each in lines for one in each["decisions"])


@then(
    parsers.parse(
        "“{period}”期初在办 {before:d}，新收 {came:d}，收件 {submissions:d}，决定 {decided:d}，期末在办 {after:d}"
    )
)
def counted(world: World, period: str, before: int, came: int, submissions: int, decided: int, after: int) -> None:
    found = world.totals(period)
    assert (found["running_before"], found["came"], found["submissions"]) == (before, came, submissions)
    assert (sum(found["decided"].values()), found["running_after"]) == (decided, after)


@then(parsers.parse("“{period}”的台账与所导出的一字不差"))
def same(world: World, period: str) -> None:
    assert world.written(period) == world.exported


@then(parsers.re("“(?P<period>[^”]+)”台账中项目“(?P<name>[^”]+)”的“(?P<column>[^”]+)”为“(?P<value>[^”]*)”"))
def holds(world: World, period: str, name: str, column: str, value: str) -> None:
    assert (world.cells(period, name)[column] or "") == value


@then(parsers.parse("“{period}”台账中项目“{name}”的“{column}”为数值 {value:d}"))
def holds_number(world: World, period: str, name: str, column: str, value: int) -> None:
    assert world.cells(period, name)[column] == value
