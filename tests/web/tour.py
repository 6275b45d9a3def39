"""Every page once: a record with made-up projects, and where each page is. For tests of all pages and for the pictures in the README."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from review import read_sheet_file
from review.records.decisions import Ruling, decide
from review.records.sources import SourceEntry, register_source
from review.records.store import open_store
from review.records.submissions import submit
from tests.web.conftest import PEOPLE, Visitor, sample

OFFICER, SECOND = PEOPLE["officer"], PEOPLE["second"]
AS_OF = date(2025, 3, 1)


@dataclass(frozen=True)
class Places:
    """Numbers of what the tour shows."""

    failing: int
    open: int
    decided: int
    plant: int
    project: int
    draft: str = ""
    replay: str = ""


@dataclass(frozen=True)
class Stop:
    """A page of the tour: its name, who looks at it, and its address."""

    name: str
    login: str | None
    address: Callable[[Places], str]


def furnish(database: str) -> Places:
    """Fill a record: samples under review and decided, sources with draws."""
    store = open_store(database)
    entries = (("S-2024-001", "9", "涂装线水性化改造（虚构）"), ("S-2024-002", "12.5", "储罐油气回收（虚构）"), ("S-2024-003", "3", "印刷油墨替代（虚构）"))
    for source, verified, name in entries:
        document = f"榕融环〔2024〕{source[-1]} 号（示例）"
        register_source(store, SourceEntry(source, "fuqing", Decimal(verified), document, name=name, completed=date(2024, 6, 30)), OFFICER)
    made = {
        path.stem: submit(store, read_sheet_file(path), OFFICER, as_of=AS_OF, request=f"tour:{path.stem}")
        for path in sorted(sample("pvc.json").parent.glob("*.json"))
    }
    good = next(each for each in made.values() if each.recommendation == "approve")
    decide(store, good.id, Ruling("approve"), OFFICER)
    decide(store, made["pvc"].id, Ruling("reject" if made["pvc"].recommendation == "reject" else "supplement"), OFFICER)
    plant = made["existing-below-baseline"]
    ruling = Ruling("rectify", reason="限期改造（示例）", clause="3.1-2", responsible="虚构企业", due=date(2026, 6, 30))
    decide(store, plant.id, ruling, OFFICER)
    store.close()
    failing = next(each for each in made.values() if each.recommendation == "reject" and each is not made["pvc"])
    unsettled = made["unsettled"]
    return Places(failing.id, unsettled.id, good.id, plant.id, failing.project)


def begun(officer: Visitor, auditor: Visitor, places: Places) -> Places:
    """What only pages begin: a draft, and a replay that is over."""
    return places


STOPS: tuple[Stop, ...] = (
    Stop("sign-in", None, lambda at: "/sign-in"),
    Stop("home", "officer", lambda at: "/"),
    Stop("home-auditor", "auditor", lambda at: "/"),
    Stop("password", "officer", lambda at: "/password"),
    Stop("not-found", "officer", lambda at: "/nothing-here"),
)
