"""What the city may still add, as a page, beside a decision, over the API and on the command line."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from review.clock import today
from review.record.register.quotas import Quota, read_quotas, set_quota
from review.record.storage.actors import acting
from review.record.storage.store import Store
from review.record.views.balances import MOST_NAMED
from tests.commands import two_high
from tests.record.projects import OFFICER, project, recorded
from tests.web.conftest import Site
from tests.web.office import furnish

pytestmark = pytest.mark.record

ENTRY = {"medium": "so2", "first_year": "2026", "last_year": "2030", "amount": "1,250.5", "document": "示政〔2026〕1 号（示例）", "reason": "下达（示例）"}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def numbers(store: Store) -> dict[str, int]:
    return furnish(store)


def quotas(store: Store) -> list[Quota]:
    with store.reading() as connection:
        return [each.quota for each in read_quotas(connection)]


def test_an_administrator_enters_a_quota_and_everybody_sees_where_it_comes_from(site: Site, store: Store) -> None:
    assert "未录入" in site.visitor("auditor").open("/balances").text
    visitor = site.visitor("admin").open("/balances").send(ENTRY, "/balances/quota")
    assert visitor.path == "/balances?said=saved"
    assert Quota("so2", 2026, 2030, Decimal("1250.5"), ENTRY["document"], ENTRY["reason"]) in quotas(store)
    seen = site.visitor("auditor").open("/balances")
    assert "1,250.5" in seen.text and ENTRY["document"] in seen.text and "2026–2030" in seen.text
    assert not seen.document.xpath("//form[@method='post' and @action='/balances/quota']")
    assert "1,250.5" not in site.visitor("auditor").open("/balances?as_of=2025-01-01").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"amount": "多"}, "amount"), ({"amount": "-1"}, "amount"), ({"first_year": "26"}, "first_year"), ({"document": ""}, "document"), ({"reason": ""}, "reason")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(site: Site, store: Store, changes: dict[str, str], field: str) -> None:
    before = quotas(store)
    visitor = site.visitor("admin").open("/balances").send({**ENTRY, "medium": "cod", **changes}, "/balances/quota")
    assert visitor.status == 422
    assert f"#f-{field}" in visitor.document.xpath("//div[@class='errors']//a/@href")
    assert quotas(store) == before


def test_the_decision_shows_what_is_left_and_what_the_project_adds(site: Site, store: Store) -> None:
    """A project that does not state what it adds of another medium is said to, never taken as nothing."""
    set_quota(store, Quota("nox", 2026, 2030, Decimal(40), "文（示例）", "由（示例）"), acting(OFFICER))
    made = recorded(store, project("Q-1", {"pollutants": [{"pollutant": "nox", "added_t": "30.25"}]}))
    page = site.visitor().open(f"/reviews/{made.id}/decision")
    rows = {each.xpath("string(th)").strip(): each for each in page.document.xpath("//details//tr[td]")}
    cells = [" ".join(each.text_content().split()) for each in rows["氮氧化物 t/a"].xpath("td")]
    assert cells[1] == "40" and cells[4:] == ["30.25", "至多 40", "至多 9.75"]
    assert "未载明" in rows["化学需氧量 t/a"].xpath("string(td[5])")
    unstated = site.visitor().open("/balances/cod/pending")
    assert "测试项目 Q-1" in unstated.text


@pytest.mark.parametrize("path", ["/balances/lead/pending", "/balances/cod/refused"])
def test_what_there_is_no_balance_of_is_not_found(site: Site, path: str) -> None:
    assert site.visitor().open(path).status == 404


def test_no_page_follows_the_last_project(site: Site, store: Store) -> None:
    visitor = site.visitor().open("/balances/so2/pending")
    while links := visitor.document.xpath("//nav[@class='pager']/a/@href"):
        assert len(visitor.document.xpath("//main//ul/li")) == MOST_NAMED
        visitor.open(links[0])
    assert visitor.document.xpath("//main//ul/li")


def test_a_quota_is_entered_in_the_unit_of_its_medium(site: Site) -> None:
    options = site.visitor("admin").open("/balances").document.xpath("//select[@name='medium']/option")
    units = {each.get("value"): each.text_content() for each in options}
    assert "tce/a" in units["energy"] and "t CO₂/a" in units["carbon"] and "t/a" in units["so2"]


def test_a_last_year_of_zero_is_refused_and_not_taken_as_none(store: Store) -> None:
    before = quotas(store)
    done = two_high("balances", "quota", "cod", "3", "--first", "2027", "--last", "0", "--document", "文（示例）", "--reason", "由（示例）", "--database", store.full_url)  # fmt: skip
    assert done.returncode != 0 and quotas(store) == before, done


def test_the_command_line_enters_and_shows(store: Store) -> None:
    url = store.full_url
    done = two_high("balances", "quota", "cod", "12.5", "--first", "2026", "--document", "文（示例）", "--reason", "由（示例）", "--officer", OFFICER, "--database", url)  # fmt: skip
    assert done.returncode == 0 and "已录入" in done.stdout, done
    assert Quota("cod", 2026, 2026, Decimal("12.5"), "文（示例）", "由（示例）") in quotas(store)
    shown = two_high("balances", "show", "--as-of", today().isoformat(), "--format", "json", "--database", url)
    lines = {each["medium"]: each for each in json.loads(shown.stdout)}
    assert list(lines) == ["energy", "coal", "carbon", "voc", "nox", "so2", "cod", "nh3n"]
    assert lines["nh3n"]["quota"] is None
