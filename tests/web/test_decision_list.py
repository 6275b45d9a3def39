"""The auditors' pages of decisions and statistics, and the same over the API."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from review.record.storage.store import Store
from tests.record.projects import OFFICER, decide, overruled, project, recorded
from tests.web.conftest import Site

pytestmark = pytest.mark.record


@pytest.fixture(scope="module")
def filled(store: Store) -> Store:
    """Three decided projects."""
    for number, outcome in enumerate(("approve", "reject", "supplement"), 1):
        made = recorded(store, project(f"D-{number}", {"project.industry": "2614"}))
        decide(store, made.id, overruled(outcome, decided_on=date(2026, number, 15)), OFFICER)
    return store


@pytest.fixture(autouse=True)
def on_a_filled_record(filled: Store) -> None:
    """Every test here looks at it."""


def shown(site: Site, query: str) -> list[str]:
    visitor = site.visitor("auditor").open(f"/audit/decisions{query}")
    return [each.text_content().strip() for each in visitor.document.xpath("//tbody//th/a")]


def test_decisions_are_listed_newest_first_and_filtered(site: Site) -> None:
    assert [each.split()[1][:3] for each in shown(site, "")] == ["D-3", "D-2", "D-1"]
    assert len(shown(site, "?since=2026年2月1日&until=2026.2.28")) == 1
    assert len(shown(site, "?outcome=reject")) == 1
    assert shown(site, "?officer=无此人") == []


def test_a_sample_is_drawn_again_by_its_seed(site: Site) -> None:
    first = shown(site, "?sample=2&seed=2026年抽查")
    assert len(first) == 2 and first == shown(site, "?sample=2&seed=2026年抽查")
    for query, field in (
        ("?sample=2", "seed"),
        ("?sample=0&seed=x", "sample"),
        ("?sample=x&seed=x", "sample"),
        ("?since=x", "since"),
        ("?outcome=x", "outcome"),
        ("?departs=x", "departs"),
        ("?last=x", "last"),
    ):
        visitor = site.visitor("auditor").open(f"/audit/decisions{query}")
        assert visitor.status == 422
        assert visitor.document.xpath(f"//*[@id='f-{field}' and @aria-invalid='true']"), query


def test_statistics_count_the_same_decisions(site: Site) -> None:
    visitor = site.visitor("auditor").open("/audit/statistics?outcome=reject")
    (whole, *_) = visitor.document.xpath("//table")
    assert whole.xpath(".//tbody/tr[1]/td[1]")[0].text_content() == "1"
    visitor.open("/audit/statistics?officer=无此人")
    assert "没有这样的决定" in visitor.text


def test_files_hold_what_is_wanted(site: Site) -> None:
    visitor = site.visitor("auditor").open("/audit/decisions.csv?outcome=reject")
    assert visitor.answer is not None
    (row,) = csv.DictReader(io.StringIO(visitor.answer.content.decode("utf-8-sig")))
    assert (row["决定"], row["决定日"]) == ("不予批准", "2026-02-15")
    visitor.open("/audit/decisions.xlsx")
    assert visitor.answer.content.startswith(b"PK")


def test_the_interface_lists_samples_and_counts(site: Site) -> None:
    first = site.server.request("GET", "/api/v1/decisions?limit=2", "auditor").json()
    rest = site.server.request("GET", f"/api/v1/decisions?limit=2&after={first['next']}", "auditor").json()
    assert [each["outcome"] for each in first["items"] + rest["items"]] == ["approve", "reject", "supplement"]
    assert rest["next"] is None
    drawn = site.server.request("GET", "/api/v1/decisions?sample=1&seed=x", "auditor").json()["items"]
    assert len(drawn) == 1
    counted = site.server.request("GET", "/api/v1/decisions:statistics?departs=true", "auditor").json()
    assert counted["all"]["decisions"] == counted["all"]["departs"]
    for query in ("sample=1", "seed=x", "sample=0&seed=x", "since=x", "unknown=1"):
        assert site.server.request("GET", f"/api/v1/decisions?{query}", "auditor").status_code == 422, query
    export = site.server.request("GET", "/api/v1/decisions:export", "auditor")
    assert export.content.decode("utf-8-sig").count("\r\n") == 4


def test_an_industry_that_no_edition_names_is_counted_by_its_code(site: Site, filled: Store) -> None:
    made = recorded(filled, project("D-9", {"project.industry": "1311"}))
    decide(filled, made.id, overruled("approve", decided_on=date(2026, 9, 15)), OFFICER)
    table = site.visitor("auditor").open("/audit/statistics?since=2026-01-01").document.xpath("//table")[2]
    assert [each.text_content() for each in table.xpath(".//tbody//th")] == ["1311", "2614 化工"]
