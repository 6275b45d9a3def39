"""A form that goes on after signing in again is shown in the words of its labels, and nothing of what the page keeps for itself."""

from __future__ import annotations

import pytest

from api.web.carried import carried_words
from tests.web.conftest import PASSWORD, Site, sample
from tests.web.words import is_foreign, shown

SECTION = [
    ("version", "2"), ("then", "save"), ("once", "9f"), ("name", "示例项目（虚构）"), ("stage", "existing"), ("state:construction_started", "unstated"),
    ("expansion_of", " "), ("state:received", "stated"), ("construction_started", "2025-03-01"),
]  # fmt: skip


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
        ("/elsewhere", [("strange", "某句话"), ("mode", "full-record")], [("所填内容", "某句话")]),
    ],
)  # fmt: skip
def test_what_was_typed_is_told_by_label(
    address: str, fields: list[tuple[str, str]], words: list[tuple[str, str]]
) -> None:
    assert [(label.zh, value.zh) for label, value in carried_words(address, fields)] == words


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
