"""register.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review import parse_sheet
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.proof.verification import verify
from review.record.register.balances import account
from review.record.register.claims import claim_lines
from review.record.register.entries import SourceEntry, register_source
from review.record.storage.store import Store
from tests.record.projects import DOCUMENT, OFFICER, decide, drawing, overruled, project, recorded, registered

pytestmark = pytest.mark.record

scenarios("register.feature")

DAY = date(2026, 6, 1)
LINES = ("甲玻璃1线（虚构）", "150000"), ("甲玻璃2线（虚构）", "195000")
NOTICE = "示淘能〔2018〕1号（示例）"


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


def retiring(name: str, *lines: tuple[str, str], new: str = "300000", code: str | None = None) -> Any:
    """A float glass line (虚构) that replaces what those lines retire, by enterprise and tonnes; two sheets of it are case 36."""
    retired = [
        {"enterprise": enterprise, "capacity_t": amount, "document": NOTICE, "closed_before_operation": True}
        for enterprise, amount in lines
    ]
    product = {"name": "特种玻璃", "benchmark": "flat-glass-over-800", "unit_energy": "7.9", "capacity": "600", "output_unit": "万重量箱"}  # fmt: skip
    named = {"name": f"{name}（虚构）", "industry": "C3041", "nature": "new", "stage": "proposed", "policy_category": "permitted"}  # fmt: skip
    if code:
        named["code"] = code
    return {"project": named, "products": [product], "capacity": {"new_t": new, "retired": retired}}


@dataclass
class World:
    store: Store
    reviews: dict[str, Recorded] = field(default_factory=dict)

    def submit(self, name: str, sheet: Any, as_of: date = DAY) -> None:
        self.reviews[name] = recorded(self.store, sheet, as_of=as_of)

    def finding(self, name: str, rule: str) -> dict[str, Any]:
        document = json.loads(self.reviews[name].content)
        return next(each for each in document["findings"] if each["rule"] == rule)

    def held(self, name: str, key: str) -> str:
        with self.store.reading() as connection:
            found = account(connection, key)
        return str(found.mine(self.reviews[name].project))


@given("一份空的记录", target_fixture="world")
def empty(store: Store) -> World:
    return World(store)


@given(parsers.parse("登记退出产能“{enterprise}” {amount} 吨"))
@when(parsers.parse("登记退出产能“{enterprise}” {amount} 吨"))
def registers_line(world: World, enterprise: str, amount: str) -> None:
    entry = SourceEntry("", "fuqing", Decimal(amount), NOTICE, "capacity", enterprise=enterprise)
    register_source(world.store, entry, OFFICER)


@given(parsers.parse("登记“{kind}”来源“{source}” {amount} 吨"))
def registers(world: World, kind: str, source: str, amount: str) -> None:
    registered(world.store, amount, source, pollutant=kind)


@when(parsers.parse("“{name}”提交{line}线"))
def submits_case(world: World, name: str, line: str) -> None:
    """Case 36: two projects, each with the same two retired lines of 345,000 t together for a new one of 300,000 t."""
    world.submit(name, parse_sheet(retiring(f"{line}线", *LINES)), date(2025, 3, 1))


@given(parsers.parse("“{name}”以退出生产线“{enterprise}”提交"))
@when(parsers.parse("“{name}”以退出生产线“{enterprise}”提交"))
def submits_line(world: World, name: str, enterprise: str) -> None:
    world.submit(name, parse_sheet(retiring(name, (enterprise, "1500000"))), date(2025, 3, 1))


@when(parsers.parse("“{name}”以碳来源“{source}”替代 {amount} 吨"))
def replaces_carbon(world: World, name: str, source: str, amount: str) -> None:
    row = {"source": source, "reduction_t": "6", "allocated_t": amount, "document": DOCUMENT}
    world.submit(name, project(name, {"carbon": {"total_t": "9", "added_t": "6", "replacement": [row]}}))


@when(parsers.parse("“{name}”以“{document}”削减“{pollutant}” {amount} 吨"))
def reduces(world: World, name: str, document: str, pollutant: str, amount: str) -> None:
    row = {"pollutant": pollutant, "added_t": amount, "reduction_t": amount, "reduction_document": document}
    world.submit(name, project(name, {"pollutants": [row]}))


@when(parsers.parse("不予批准“{name}”"))
def refuses(world: World, name: str) -> None:
    decide(world.store, world.reviews[name].id, overruled("reject"), OFFICER)


@when(parsers.parse("“{name}”撤回"))
def withdraws(world: World, name: str) -> None:
    take_step(world.store, world.reviews[name].project, "withdrawn", OFFICER, reason="申请人来函（示例）")


@then(parsers.parse("“{name}”的“{rule}”为“{status}”"))
def has_status(world: World, name: str, rule: str, status: str) -> None:
    assert world.finding(name, rule)["status"] == status


@then(parsers.parse("“{name}”的“{rule}”说明中有“{words}”"))
def says(world: World, name: str, rule: str, words: str) -> None:
    assert any(words in note["zh"] for note in world.finding(name, rule)["notes"])


@then(parsers.re("“(?P<name>.+?)”占用“(?P<key>.+?)” (?P<amount>[0-9]+) 吨"))
def holds(world: World, name: str, key: str, amount: str) -> None:
    assert world.held(name, key) == amount


@then(parsers.re("待登记的有(?P<keys>“.+”)"))
def unregistered(world: World, keys: str) -> None:
    with world.store.reading() as connection:
        found = [each["key"] for each in claim_lines(connection)]
        one_by_one = [claim_lines(connection, after, 1)[0]["key"] for after in (None, *found[:-1])]
    assert found == one_by_one == re.findall("“(.+?)”", keys)


@given("登记 10 条退出生产线和 10 个来源")
def registers_many(world: World) -> None:
    for number in range(10):
        registers_line(world, f"丙企业{number}线（虚构）", "400000")
        registered(world.store, "20", f"S-{number}")


@when("50 个项目同时提交，各用一条生产线和一个来源")
def submit_at_once(world: World) -> None:
    """Each line is asked of by five projects, each source of 20 t by five that ask 6 t."""
    ready = threading.Barrier(10)

    def submits(first: int) -> list[Recorded]:
        ready.wait()
        return [recorded(world.store, _of_both(number), as_of=DAY) for number in range(first, first + 5)]

    def _of_both(number: int) -> Any:
        of_line = retiring(f"项目{number}", (f"丙企业{number % 10} 线（虚构）", "400000"), code=f"P-{number}")
        offsets = drawing(None, "6", f"S-{number % 10}").voc
        assert offsets is not None and not isinstance(offsets, str)
        return parse_sheet({**of_line, "voc": offsets.model_dump(mode="json", exclude_none=True)})

    with ThreadPoolExecutor(10) as pool:
        done = [each for found in pool.map(submits, range(0, 50, 5)) for each in found]
    world.reviews |= {str(number): each for number, each in enumerate(done)}


@then("每条生产线只有一个项目占用，每个来源占用不超过核定")
def nothing_overdrawn(world: World) -> None:
    with world.store.reading() as connection:
        lines = [account(connection, f"capacity 丙企业{number}线虚构") for number in range(10)]
        sources = [account(connection, f"S-{number}") for number in range(10)]
    assert [sorted(each.held_t for each in found.holdings) for found in lines] == [[0, 0, 0, 0, 400000]] * 10
    assert [sorted(each.held_t for each in found.holdings) for found in sources] == [[0, 2, 6, 6, 6]] * 10
    assert [found.drawn_t for found in sources] == [20] * 10
    passed = [world.finding(name, "capacity-replacement")["status"] for name in world.reviews]
    assert passed.count("pass") == 10 and passed.count("fail") == 40


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
