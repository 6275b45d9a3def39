"""A form that goes on after signing in again is shown in the words of its labels, and nothing of what the page keeps for itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import api.web
from api.web.carried import carried_words
from api.web.failures import secret_page
from api.web.labels import LABELS
from tests.web.conftest import PASSWORD, Site, sample
from tests.web.tour import STOPS, Places, Stop, begun, furnish
from tests.web.words import is_foreign, shown

SECTION = [
    ("version", "2"), ("then", "save"), ("once", "9f"), ("name", "示例项目（虚构）"), ("stage", "existing"), ("state:construction_started", "unstated"),
    ("expansion_of", " "), ("state:received", "stated"), ("construction_started", "2025-03-01"),
]  # fmt: skip
TEMPLATES = Path(api.web.__file__).parent / "templates"
# Boxes that a page explains at length, and what each form names more narrowly.
NOT_ON_A_FIELD = {"checked", "due", "replace", "replaces", "whole", "why"}
PEOPLE = {"person:officer": "林审查（示例）"}


@pytest.mark.parametrize(
    ("address", "fields", "words"),
    [
        (
            "/drafts/10/project",
            SECTION,
            [("项目名称", "示例项目（虚构）"), ("建设阶段", "建成（存量）"), ("开工日期", "2025-03-01")],
        ),
        ("/drafts/10/rows/energy.items/0", [("quantity", "12.5"), ("version", "1")], [("能源明细 · 实物量", "12.5")]),
        ("/reviews/3/decision", [("outcome", "defer"), ("reason", "待补充"), ("act", "confirm"), ("pending", "7f")], [("决定", "暂缓"), ("理由", "待补充")]),
        (
            "/absences",
            [("person", "person:officer"), ("deputy", "x-1"), ("begins", "2026-11-27"), ("ends", "2026-12-01"), ("reason", "出差")],
            [("外出人", "林审查（示例）"), ("代办人", "x-1"), ("自", "2026-11-27"), ("至（含）", "2026-12-01"), ("说明", "出差")],
        ),
        (
            "/people/hooks/new",
            [("url", "https://x.example"), ("kinds", "review"), ("kinds", "checkpoint")],
            [("接收网址", "https://x.example"), ("发送哪些事项", "审查"), ("发送哪些事项", "签名检查点")],
        ),
        ("/people/new", [("login", "lin"), ("name", "林某"), ("role", "auditor")], [("登录名", "lin"), ("姓名", "林某"), ("角色", "审计人员")]),
        (
            "/attachments",
            [("back", "/reviews/21"), ("review", "21"), ("path", "project.industry"), ("page", "3")],
            [("哪一项", "国民经济行业"), ("页", "3")],
        ),
        ("/reviews/21/what-if", [("value:project.stage", "existing"), ("value:capacity.restricted", "yes")], [("建设阶段", "建成（存量）"), ("置换限制类产能", "是")]),
        ("/audit/checks", [("depth", "full")], [("核验范围", "全面")]),
        ("/replays", [("against", "fuqing@2022"), ("as_of", "2025-03-01")], [("对照的版本", "2022 版"), ("改按这一天审查", "2025-03-01")]),
        ("/sign-off", [("steps", "2"), ("matter-approve", "3"), ("matter-departs", "3"), ("seen", "sha256:1")], [("本单位", "2"), ("批准", "3"), ("与建议不同的决定", "3")]),
        ("/elsewhere", [("strange", "某句话"), ("mode", "full-record")], [("所填内容", "某句话")]),
    ],
)  # fmt: skip
def test_what_was_typed_is_told_by_label(
    address: str, fields: list[tuple[str, str]], words: list[tuple[str, str]]
) -> None:
    assert [(label.zh, value.zh) for label, value in carried_words(address, fields, PEOPLE)] == words


@pytest.mark.record
def test_a_section_goes_on_and_is_shown_in_words(site: Site) -> None:
    visitor = site.visitor().open("/drafts/new")
    form = next(each for each in visitor.document.forms if ("how", "text") in each.form_values())
    text = sample("cement-clinker.json").read_text(encoding="utf-8")
    draft = visitor.client.post("/drafts/new", data={**dict(form.form_values()), "text": text}).url.path
    visitor.open(f"{draft}/project")
    data = {**dict(visitor.form().form_values()), "name": "改过的名称（虚构）", "then": "save"}
    del visitor.client.cookies["two-high-session"]
    visitor.answer = visitor.client.post(f"{draft}/project", data=data)
    visitor.send({"login": "officer", "password": PASSWORD})
    assert "项目名称改过的名称（虚构）" in visitor.text
    document = visitor.document
    assert [words for words, language in shown(document) if language == "zh-CN" and is_foreign(words, "zh")] == []
    # All of the form goes on all the same.
    assert dict(visitor.form("/project").form_values())["name"] == "改过的名称（虚构）"
    assert visitor.send(action="/project").status == 200


@pytest.fixture(scope="module")
def places(site: Site) -> Places:
    return begun(site.visitor("officer"), site.visitor("auditor"), furnish(site.server.database), site.visitor("admin"))


@pytest.mark.record
@pytest.mark.parametrize("stop", [each for each in STOPS if each.login], ids=lambda each: each.name)
def test_every_field_of_every_form_has_its_label(site: Site, places: Places, stop: Stop) -> None:
    """What a page keeps in hidden fields is not told; what is typed or chosen is told by the label that the page has for it."""
    page = site.visitor(stop.login).open(stop.address(places))
    for form in page.document.xpath("//form[not(ancestor::header)][@method='post']"):
        address = form.get("action") or page.path.partition("?")[0]
        if secret_page(address) is not None:
            continue
        for field in form.inputs:
            kind = field.get("type")
            if not field.name or kind in ("file", "submit") or field.name.startswith(("state:", "find:")):
                continue
            told = [label.zh for label, _ in carried_words(address, [(field.name, "某句话（虚构）")])]
            if kind == "hidden":
                assert told == [], (address, field.name)
                continue
            names = page.document.xpath(f"//label[@for='{field.get('id')}']") or field.xpath(
                "ancestor::fieldset[1]/legend"
            )
            if told or names:
                said = " ".join(names[0].text_content().split()) if names else told[0]
                assert len(told) == 1 and (same_field(told[0], said) or address.endswith("/there")), (
                    address,
                    field.name,
                    told,
                    said,
                )


def same_field(told: str, said: str) -> bool:
    """Whether both name the same field: one says it in full, with its block, or with what may be left out."""
    return told.rpartition(" · ")[2] in said or said.partition("（")[0] in told


def test_each_label_is_declared_once_and_shown_by_a_page() -> None:
    """A template that writes out what `LABELS` has could say another thing than is told of a form that was carried along."""
    templates = "".join(each.read_text(encoding="utf-8") for each in TEMPLATES.glob("*.html"))
    written = re.findall(r"_field\('([^']+)', t\('([^']*)'", templates)
    assert [(name, words) for name, words in written if name in LABELS and words == LABELS[name].zh] == []
    shown_by = {*re.findall(r"field_label\('([^']+)'\)", templates)}
    assert shown_by <= set(LABELS), shown_by - set(LABELS)
    assert set(LABELS) - shown_by == NOT_ON_A_FIELD
