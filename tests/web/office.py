"""A record for the pages of the office: projects at every turn, names that are hostile or very long, a register with amendments."""

from __future__ import annotations

from datetime import date

from review.errors import Text
from review.readers.sheets import read_sheet
from review.record.cases.listings import list_project
from review.record.cases.steps import take_step
from review.record.storage.store import Store
from tests.record.projects import OFFICER, decide, drawing, overruled, project, recorded, registered
from tests.web.conftest import sample

HOSTILE = "<script>alert(1)</script>{{7*7}}'; DROP TABLE event;-- =1+1"
LONG = "福清市虚构超长名称化工新材料一体化项目" * 60
UNBROKEN = "X" * 400


def furnish(store: Store) -> dict[str, int]:
    """Some projects; returns the numbers of some."""
    for name in ("pvc.json", "float-glass.json", "existing-below-baseline.json"):
        recorded(store, read_sheet(sample(name).read_bytes(), "json"))
    registered(store, "10", "S-1", name="虚构涂装线关停（示例）")
    registered(store, "3", HOSTILE[:60], name=LONG[:300])
    first = recorded(store, drawing("A-1", "6"))
    decide(
        store,
        first.id,
        overruled("approve", conditions=(Text("投产前验收（示例）", "accepted before operation"),)),
        OFFICER,
    )
    second = recorded(store, drawing("B-1", "6"))
    again = recorded(store, drawing("B-1", "3"))
    registered(store, "7", "S-1", reason="复核后核减（示例）")
    plant = recorded(store, project("C-1", {"project.stage": "existing"}))
    decide(store, plant.id, overruled("rectify", responsible="虚构企业", due=date(2025, 6, 30)), OFFICER)
    hostile = recorded(store, project("H-1", {"project.name": HOSTILE, "project.applicant": LONG}))
    recorded(store, project("H-2", {"project.name": UNBROKEN}))
    recorded(store, project("H-3", {"project.name": LONG}))
    gone = recorded(store, project("G-1"))
    take_step(store, gone.project, "withdrawn", OFFICER, reason="申请人撤回（示例）")
    listed = list_project(store, project("D-1", {"project.stage": "existing"}), OFFICER, "存量摸底（示例）")
    return {
        "first": first.project, "versions": second.project, "plant": plant.project, "hostile": hostile.project, "gone": gone.project,
        "listed": listed.project, "review": again.id,
    }  # fmt: skip
