"""balances.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from sqlalchemy import func, select

from review.errors import Refused
from review.papers.blocks import Grid
from review.papers.papers import read_paper
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.proof.verification import verify
from review.record.register.quotas import Quota, set_quota
from review.record.storage.actors import acting
from review.record.storage.journal import table
from review.record.storage.store import Store
from review.record.storage.tables import Event
from review.record.views.balances import BalanceLine, balances, not_stated
from tests.record.projects import OFFICER, decide, overruled, project, recorded

pytestmark = pytest.mark.record

scenarios("balances.feature")

DAY = date(2026, 6, 1)
NONE = {"无": None}


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


def adding(medium: str, amount: str) -> dict[str, Any]:
    """What a new project states so that it adds so much of a medium, a year."""
    coal = {"carrier": "raw_coal", "quantity": amount, "unit": "t"}
    stated: dict[str, dict[str, Any]] = {
        "energy": {"energy": {"total_tce": amount}},
        "coal": {"energy": {"items": [coal], "coal_t": amount}},
        "carbon": {"carbon": {"total_t": amount}},
        "voc": {"voc.emission_t": amount},
    }
    return stated.get(medium, {"pollutants": [{"pollutant": medium, "added_t": amount}]})


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)
    position: int = 0

    def submit(self, name: str, changes: dict[str, Any]) -> None:
        self.reviews[name] = recorded(self.store, project(name, changes), as_of=DAY)

    def approve(self, name: str, day: str | None = None) -> None:
        ruling = replace(overruled("approve"), decided_on=date.fromisoformat(day) if day else None)
        decide(self.store, self.reviews[name].id, ruling, OFFICER)

    def line(self, medium: str, name: str | None = None, upto: int | None = None) -> BalanceLine:
        review = self.reviews[name].id if name else None
        with self.store.reading() as connection:
            found = balances(connection, "fuqing", DAY, review=review, upto=upto)
        return next(each for each in found if each["medium"] == medium)

    def names(self, medium: str, side: str) -> list[str]:
        with self.store.reading() as connection:
            return [each["name"] for each in not_stated(connection, "fuqing", medium, side)]


@given("一份空的记录", target_fixture="world")
def empty(store: Store) -> World:
    return World(store)


@given(parsers.parse("录入“{medium}”{first:d} 至 {last:d} 年指标 {amount}"))
@when(parsers.parse("录入“{medium}”{first:d} 至 {last:d} 年指标 {amount}"))
def enters(world: World, medium: str, first: int, last: int, amount: str) -> None:
    quota = Quota(medium, first, last, Decimal(amount), "示政〔2026〕1 号（示例）", "年度总量（示例）")
    assert set_quota(world.store, quota, acting(OFFICER)) is not None
    assert set_quota(world.store, quota, acting(OFFICER)) is None, "it is so already"


@given(parsers.parse("{day} 批准“{name}”，新增“{medium}” {amount}"))
def approves_adding(world: World, day: str, name: str, medium: str, amount: str) -> None:
    world.submit(name, adding(medium, amount))
    world.approve(name, day)


@given(parsers.parse("{day} 批准“{name}”，不写明新增"))
def approves_unstated(world: World, day: str, name: str) -> None:
    world.submit(name, {})
    world.approve(name, day)


@when(parsers.parse("提交“{name}”，新增“{medium}” {amount}"))
def submits(world: World, name: str, medium: str, amount: str) -> None:
    world.submit(name, adding(medium, amount))


@when(parsers.parse("提交“{name}”，不写明新增"))
def submits_unstated(world: World, name: str) -> None:
    world.submit(name, {})


@when(parsers.parse("提交既有项目“{name}”，“{medium}” {amount}"))
def submits_existing(world: World, name: str, medium: str, amount: str) -> None:
    world.submit(name, {"project.stage": "existing", **adding(medium, amount)})


@when(parsers.parse("批准“{name}”"))
def approves(world: World, name: str) -> None:
    world.approve(name, "2026-06-01")


@when(parsers.parse("对“{name}”不予批准"))
def refuses(world: World, name: str) -> None:
    decide(world.store, world.reviews[name].id, overruled("reject"), OFFICER)


@when(parsers.parse("对“{name}”撤回"))
def withdraws(world: World, name: str) -> None:
    take_step(world.store, world.reviews[name].project, "withdrawn", OFFICER, reason="申请人来函（示例）")


@when("记下此刻")
def remembers(world: World) -> None:
    with world.store.reading() as connection:
        world.position = connection.execute(select(func.max(table(Event).c.position))).scalar_one()


@then(parsers.parse("“{name}”的“{medium}”：已批准 {approved}，待决定 {pending}，剩余 {left}，批准后剩余 {after}"))
def comes_to(world: World, name: str, medium: str, approved: str, pending: str, left: str, after: str) -> None:
    line = world.line(medium, name)
    found = line["approved"]["amount"], line["pending"]["amount"], line["left"], line["left_after"]
    assert found == (approved, pending, left, NONE.get(after, after))


@then(parsers.parse("“{medium}”未写明的已批准项目为“{approved}”，待决定项目为“{pending}”"))
def names_unstated(world: World, medium: str, approved: str, pending: str) -> None:
    line = world.line(medium)
    assert (line["approved"]["not_stated"], line["pending"]["not_stated"]) == (1, 1)
    assert (line["approved"]["projects"], line["pending"]["projects"]) == (2, 1)
    assert world.names(medium, "approved") == [f"测试项目 {approved}（虚构）"]
    assert world.names(medium, "pending") == [f"测试项目 {pending}（虚构）"]


@then(parsers.parse("“{medium}”待决定项目 {many:d} 个，未写明的为“{name}”"))
def names_pending(world: World, medium: str, many: int, name: str) -> None:
    pending, names = world.line(medium)["pending"], world.names(medium, "pending")
    assert names == ([] if name == "无" else [f"测试项目 {name}（虚构）"])
    assert (pending["projects"], pending["not_stated"]) == (many, len(names))


@then(parsers.parse("“{medium}”的剩余只是至多"))
def at_most(world: World, medium: str) -> None:
    assert world.line(medium)["left_at_most"]


@then(parsers.parse("“{medium}”没有录入指标，已批准 {amount}"))
def no_quota(world: World, medium: str, amount: str) -> None:
    line = world.line(medium)
    assert (line["quota"], line["left"], line["approved"]["amount"]) == (None, None, amount)


@then(parsers.parse("“{medium}”已批准 {amount}"))
def approved_is(world: World, medium: str, amount: str) -> None:
    assert world.line(medium)["approved"]["amount"] == amount


@then(parsers.parse("“{medium}”待决定 {amount}"))
def pending_is(world: World, medium: str, amount: str) -> None:
    assert world.line(medium)["pending"]["amount"] == amount


@then(parsers.parse("“{name}”不新增“{medium}”"))
def adds_nothing(world: World, name: str, medium: str) -> None:
    assert world.line(medium, name)["this"] is None


@then(parsers.parse("“{medium}”指标 {quota}，待决定 {pending}"))
def now(world: World, medium: str, quota: str, pending: str) -> None:
    line = world.line(medium)
    assert line["quota"] is not None and line["quota"]["actor"] == OFFICER
    assert (line["quota"]["amount"], line["pending"]["amount"]) == (quota, pending)


@then(parsers.parse("截至那时“{medium}”指标 {quota}，待决定 {pending}"))
def then_(world: World, medium: str, quota: str, pending: str) -> None:
    line = world.line(medium, upto=world.position)
    assert line["quota"] is not None
    assert (line["quota"]["amount"], line["pending"]["amount"]) == (quota, pending)


@then(parsers.re("录入指标 (?P<amount>.+?)，文件“(?P<document>.*?)”，理由“(?P<reason>.*?)”，年份 (?P<first>[0-9]+) 至 (?P<last>[0-9]+)，被退回，指出“(?P<where>.+?)”"))  # fmt: skip
def refused(world: World, amount: str, document: str, reason: str, first: str, last: str, where: str) -> None:
    with pytest.raises(Refused) as caught:
        set_quota(world.store, Quota("cod", int(first), int(last), Decimal(amount), document, reason), acting(OFFICER))
    assert [each.where for each in caught.value.faults] == [where]


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()


def paper_rows(world: World, name: str) -> dict[str, str]:
    """The rows of the balances on the paper of a review, by what stands first in them."""
    with world.store.reading() as connection:
        paper = read_paper(connection, world.reviews[name].id, "zh")
    grids = [block for section in paper.sections if "总量台账" in section.title for block in section.blocks if isinstance(block, Grid)]  # fmt: skip
    return {str(row[0]): " | ".join(map(str, row[1:])) for grid in grids for row in grid.rows}


@then(parsers.parse("“{name}”的文书没有总量台账"))
def no_balances_on_paper(world: World, name: str) -> None:
    assert paper_rows(world, name) == {}


@then(parsers.parse("“{name}”的文书中“{first}”为“{row}”"))
def on_paper(world: World, name: str, first: str, row: str) -> None:
    assert paper_rows(world, name)[first] == row
