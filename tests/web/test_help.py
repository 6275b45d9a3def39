"""The help (帮助): every page leads to the topic that explains it, and whoever comes can read it."""

from __future__ import annotations

import pytest

from api.web.help_topics import TOPICS, help_address
from tests.web.conftest import Site

PAGES = {
    "/": "home",
    "/sign-in": "sign-in",
    "/password": "sign-in",
    "/inbox": "inbox",
    "/absences/new": "inbox",
    "/calendar": "inbox",
    "/drafts": "sheets",
    "/drafts/3/energy": "sheets",
    "/reviews/12": "review",
    "/reviews/12/findings/voc-offset/voc": "findings",
    "/reviews/12/what-if": "findings",
    "/reviews/12/decision": "decision",
    "/reviews/12/papers/notice": "papers",
    "/attachments": "beside",
    "/notes/4": "beside",
    "/consultations/new": "beside",
    "/projects/2": "project",
    "/worklist": "worklist",
    "/ledger": "worklist",
    "/offsets/S-1": "register",
    "/sources/claims": "register",
    "/indicators": "balances",
    "/balances": "balances",
    "/rules/check": "rules",
    "/clauses/3.10-7": "rules",
    "/audit/log": "audit",
    "/replays/1": "audit",
    "/people/new": "people",
    "/sign-off": "people",
    "/search": "search",
    "/nothing-here": "home",
    "/peoples": "home",
}


@pytest.mark.parametrize(("path", "topic"), PAGES.items())
def test_a_page_has_its_topic(path: str, topic: str) -> None:
    assert help_address(path) == f"/help#{topic}"


def test_every_topic_explains_a_page() -> None:
    assert set(PAGES.values()) == set(TOPICS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("login", [None, "officer", "auditor", "admin"])
def test_whoever_comes_reads_every_topic(site: Site, login: str | None, language: str) -> None:
    document = site.visitor(login, language).open("/help").document
    headings = {each.get("id"): each.text_content() for each in document.xpath("//main//h2")}
    assert headings == {topic: words.zh if language == "zh" else words.en for topic, words in TOPICS.items()}
    linked = document.xpath("//main//nav//a/@href")
    assert linked == [f"#{topic}" for topic in TOPICS]
    for section in document.xpath("//main//section"):
        assert section.xpath(".//li"), "a topic says something"


def test_the_head_of_a_page_leads_to_its_topic(site: Site) -> None:
    for path in ("/", "/worklist", "/drafts", "/offsets", "/rules"):
        document = site.visitor("officer").open(path).document
        assert document.xpath("//header//a[starts-with(@href, '/help')]/@href") == [help_address(path)]
    assert site.visitor(None).open("/sign-in").document.xpath("//header//a/@href")[-2] == "/help#sign-in"
