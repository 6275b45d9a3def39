"""The official annex arrives: a scan and five figures, from the form of the first to a review that is provisional no more. In a real browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from review.canonical_json import digest_of
from review.clock import today
from review.readers.sheets import read_sheet_file
from review.record.access.rule_keepers import set_rule_keeper
from review.record.proof.rejudging import rejudge, tasks
from review.record.proof.verification import verify
from review.record.storage.contents import Span, read_review
from review.record.storage.journal import table
from review.record.storage.store import Store
from review.record.storage.tables import AdoptedEdition
from review.replay.replaying import Target
from tests.record.projects import recorded
from tests.web.conftest import ROOT, Opened, Site

pytestmark = pytest.mark.record

# A row of each figure by the words that its line on 核对数值 begins with; the first two are what the project rests on.
FIGURES = ("建材", "水泥熟料", "电石", "对二甲苯", "黄磷")
DOCUMENT = {"title": "核定数值的附件（示例）", "number": "示〔2026〕9 号", "date": "2026年11月20日", "page": "4"}


def gathered(page: Page, name: str, scan: Path | None) -> None:
    """Check a figure: the first with the document and its scan, the others with what the form has of it already."""
    page.goto("/rules/check")
    page.locator("tbody a").get_by_text(name, exact=True).first.click()
    if scan is not None:
        for field, value in DOCUMENT.items():
            page.fill(f"#f-{field}", value)
        page.set_input_files("#f-file", scan)
        page.fill("#f-reason", "按附件核对（示例）")
    page.get_by_role("button", name="记入草稿").click()
    page.wait_for_url("**/rules/draft?said=gathered")


def test_the_annex_arrives(site: Site, store: Store, at_browser: Opened, tmp_path: Path) -> None:
    set_rule_keeper(store, "second", True, "授权（示例）", "test")
    sheet = ROOT / "fixtures" / "sheets" / "cement-clinker.json"
    before = recorded(store, read_sheet_file(sheet), as_of=today())
    assert json.loads(before.content)["provisional"]
    page = at_browser(path=f"/reviews/{before.id}")
    assert page.locator("section.warning").get_by_text("暂定").count() == 1

    scan = tmp_path / "附件（示例）.pdf"
    scan.write_bytes(b"%PDF-1.7 fictional annex")
    for place, name in enumerate(FIGURES):
        gathered(page, name, scan if place == 0 else None)
    assert page.locator("tbody tr").count() == len(FIGURES)
    page.get_by_role("button", name="提出，待另一人确认").click()
    page.wait_for_url("**/rules/proposals/*?said=proposed")
    address = page.url.partition("?")[0]
    page.get_by_role("button", name="预演").click()
    page.wait_for_url("**?said=preview")
    # The page looks again by itself while the preview goes on.
    page.get_by_text("会有变化的项目").wait_for()

    second = at_browser("second", path=address.removeprefix(site.url))
    with second.expect_download() as download:
        second.get_by_role("link", name=scan.name).click()
    assert download.value.path().read_bytes() == scan.read_bytes()
    for each in second.locator("input[name=seen]").all():
        each.check()
    second.get_by_role("button", name="确认并采用").click()
    second.wait_for_url("**?said=adopted")

    after = recorded(store, read_sheet_file(sheet), as_of=today())
    # In another window: this one may still be looking at its preview by itself.
    page = at_browser(path=f"/reviews/{after.id}")
    assert page.locator("section.warning").get_by_text("暂定").count() == 0
    with store.reading() as connection:
        assert read_review(connection, before.id).content == before.content
        assert all(each["difference"] is None for each in rejudge(tasks(connection, Span()), Target()))
        assert verify(connection).breaks == ()
    assert _editions(store) == _editions_of_another_install(site, tmp_path, store)


def _editions(store: Store) -> list[str]:
    rows = table(AdoptedEdition)
    with store.reading() as connection:
        return list(connection.execute(select(rows.c.digest).order_by(rows.c.position, rows.c.ordinal)).scalars())


def _editions_of_another_install(site: Site, folder: Path, store: Store) -> list[str]:
    """What is adopted once a package with other figures has served the record: it changes nothing of what is in force."""
    package = folder / "package"
    for name in ("review", "api", "rulesets"):
        shutil.copytree(ROOT / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))
    parameters = package / "rulesets" / "fuqing" / "parameters.csv"
    changed = parameters.read_text(encoding="utf-8").replace("offset_ratio,1.2,", "offset_ratio,1.3,")
    assert digest_of(changed.encode()) != digest_of(parameters.read_bytes())
    parameters.write_text(changed, encoding="utf-8")
    sheet = ROOT / "fixtures" / "sheets" / "pvc.json"
    done = subprocess.run(
        [sys.executable, "-c", "from api.command_line import main; main()", "submit", str(sheet), "--database", site.server.database, "--officer", "示例（虚构）"],
        cwd=package, env={**os.environ, "PYTHONPATH": str(package)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    with store.reading() as connection:
        assert verify(connection).breaks == ()
    return _editions(store)
