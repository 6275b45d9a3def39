"""Submitting a sheet: by form without JavaScript, by workbook, by JSON; nothing typed is lost, and nothing is stated that was not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from api.app import create_app
from api.settings import Settings
from api.web.sheet_form import Block, decode, encode
from review.drafting.faults import faults_of
from review.drafting.typed import SECTIONS, lists_of, own, rows, typed, with_own, with_row
from review.readers.workbook_template import fill_template, write_template
from review.record.access.sessions import sign_in
from review.record.cases.drafts import Author, create_draft
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.store import open_store
from review.sheet import canonical_sheet, parse_sheet, sheet_digest
from tests.strategies import EXAMPLES, sheets
from tests.web.conftest import PASSWORD, Opened, Site, Visitor, sample, violations, with_people

HOSTILE = "<script>alert(1)</script>{{777*7}}' OR 1=1 --"


def through_the_forms(raw: dict[str, Any]) -> dict[str, Any]:
    """The values after every block went into its form and came back."""
    values = typed(raw).values
    result: dict[str, Any] = {}
    for section in SECTIONS:
        block, there = Block(section), own(values, section)
        sent = decode(block, encode(block, there), there)
        assert not sent.faults
        result = with_own(result, section, sent.value)
        for path in lists_of(section):
            for index, row in enumerate(rows(values, path)):
                block = Block(path, index, True)
                result = with_row(result, path, None, decode(block, encode(block, row), row).value)
    return result


@settings(max_examples=EXAMPLES)
@given(sheets())
def test_a_sheet_through_the_forms_is_the_same_sheet(raw: dict[str, Any]) -> None:
    assert sheet_digest(parse_sheet(through_the_forms(raw))) == sheet_digest(parse_sheet(raw))


def number_of(visitor: Visitor) -> int:
    return int(visitor.path.split("/")[2].split("?")[0])


def begun(visitor: Visitor) -> int:
    """A new, empty draft."""
    form = next(
        each for each in visitor.open("/drafts/new").document.forms if dict(each.form_values()).get("how") == "form"
    )
    send(visitor, form, {})
    assert visitor.status == 200
    return number_of(visitor)


def send(visitor: Visitor, form: Any, values: dict[str, Any], files: Any = None) -> None:
    assert visitor.answer is not None
    data = dict(form.form_values()) | values
    visitor.answer = visitor.client.post(visitor.answer.url.join(form.get("action")), data=data, files=files)


def bring(visitor: Visitor, how: str, values: dict[str, Any], files: Any = None, path: str = "/drafts/new") -> Visitor:
    form = next(each for each in visitor.open(path).document.forms if dict(each.form_values()).get("how") == how)
    send(visitor, form, values, files)
    return visitor


def uploaded(visitor: Visitor, content: bytes, name: str = "sheet.xlsx", path: str = "/drafts/new") -> Visitor:
    return bring(visitor, "file", {}, {"file": (name, content)}, path)


def values_of(visitor: Visitor, draft: int) -> dict[str, Any]:
    found: dict[str, Any] = visitor.client.get(f"/drafts/{draft}/sheet.json").json()
    return found


def recorded(site: Site, visitor: Visitor) -> tuple[int, dict[str, Any]]:
    """The review that the visitor was sent to, and its sheet."""
    assert "/reviews/" in visitor.path, visitor.text
    number = int(visitor.path.split("/reviews/")[1].split("?")[0])
    store = open_store(site.server.database)
    with store.reading() as connection:
        sheet = json.loads(read_sheet_bytes(connection, read_review(connection, number).sheet))
    store.close()
    return number, sheet


def fill(visitor: Visitor, draft: int, raw: dict[str, Any]) -> None:
    """Every value of a sheet, typed section by section and row by row."""
    values = typed(raw).values
    for section in SECTIONS:
        if section not in values:
            continue
        block = Block(section)
        visitor.open(f"/drafts/{draft}/{section}").send(
            encode(block, own(values, section)), press="then=save", action=f"/{section}"
        )
        for path in lists_of(section):
            for row in rows(values, path):
                new = Block(path, None, True)
                visitor.open(f"/drafts/{draft}/rows/{path}/new").send(
                    encode(new, row), press="then=save", action="/new"
                )
                assert visitor.status == 200, visitor.text


def submit(visitor: Visitor, draft: int, as_of: str = "2025-03-01") -> None:
    visitor.open(f"/drafts/{draft}/check", params={"as_of": as_of})
    form = next(
        each for each in visitor.document.forms if each.method == "POST" and each.get("action").endswith("/check")
    )
    send(visitor, form, {"reason": "补录（示例）"} if as_of else {})


def test_pages_of_drafts_show_each_once_though_they_are_saved_meanwhile(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.drafts.PAGE", 2)
    visitor, other = site.visitor("second"), site.visitor("second")
    mine = [begun(visitor) for _ in range(5)]
    seen: list[str] = []
    visitor.open("/drafts")
    for last in (mine[0], mine[1], None):
        seen += visitor.document.xpath("//main//tbody//th/a/@href")
        if last:
            other.open(f"/drafts/{last}/project").send({"name": "又存（虚构）"}, press="then=save", action="/project")
            visitor.open(visitor.document.xpath("//a[@rel='next']/@href")[0])
    assert seen[:5] == [f"/drafts/{each}" for each in reversed(mine)] and len(set(seen)) == len(seen)
    assert visitor.open("/drafts?after=999999").status == 422


def test_a_whole_sheet_by_form(each_site: Site) -> None:
    visitor = each_site.visitor()
    raw = json.loads(sample("coal-ammonia.json").read_text())
    draft = begun(visitor)
    fill(visitor, draft, raw)
    visitor.open(f"/drafts/{draft}/check", params={"as_of": "2025-03-01"})
    assert raw["project"]["name"] in visitor.text and "仅为预览" in visitor.text
    submit(visitor, draft)
    number, sheet = recorded(each_site, visitor)
    assert sheet == canonical_sheet(parse_sheet(raw))
    # The draft is closed, and says where it went.
    assert f"审查 {number}" in visitor.open(f"/drafts/{draft}").text


def test_a_draft_that_was_submitted_is_looked_at_and_goes_on_as_the_next_version(site: Site) -> None:
    visitor = site.visitor()
    raw = json.loads(sample("pvc.json").read_text())
    raw["project"] = {"name": "已提交的草稿（虚构）", "nature": "new"}
    draft = number_of(bring(visitor, "text", {"text": json.dumps(raw)}))
    pages = {
        "project": {"name": "改名"},
        "rows/products/0": {"name": "改名"},
        "rows/products/new": {"name": "改名"},
        "there": {"coal": "no"},
    }
    opened = {page: site.visitor().open(f"/drafts/{draft}/{page}") for page in pages}
    submit(visitor, draft)
    number, _ = recorded(site, visitor)
    following = f"/drafts/new?review={number}"
    for page, changed in pages.items():
        assert visitor.open(f"/drafts/{draft}/{page}").path.startswith(f"/drafts/{draft}/versions/")
        assert visitor.document.xpath(f"//main//a[@href='{following}']") and not visitor.document.xpath("//main//form")
        # A form that was open before: what was typed stays, and leads on.
        before = opened[page].send(changed, press="then=save")
        assert before.status == 422 and f"本表已提交为审查 {number}" in before.text
        assert before.document.xpath(f"//main//a[@href='{following}']")
        assert page == "there" or before.document.xpath("//main//input[@name='name']/@value") == ["改名"]
        assert not before.document.xpath("//main//p[@class='go'] | //main//form[@data-keep]")
    assert visitor.open(following).status == 200


def test_a_sheet_by_workbook_is_the_same(site: Site) -> None:
    visitor = site.visitor()
    raw = canonical_sheet(parse_sheet(json.loads(sample("float-glass.json").read_text())))
    draft = number_of(uploaded(visitor, fill_template(raw)))
    submit(visitor, draft)
    assert recorded(site, visitor)[1] == raw


def test_a_sheet_by_pasted_json_and_its_next_version(site: Site) -> None:
    visitor = site.visitor()
    text = sample("pvc.json").read_text()
    draft = number_of(bring(visitor, "text", {"text": text}))
    submit(visitor, draft)
    number, sheet = recorded(site, visitor)
    form = next(
        each
        for each in visitor.open(f"/drafts/new?review={number}").document.forms
        if dict(each.form_values()).get("how") == "form"
    )
    send(visitor, form, {})
    following = number_of(visitor)
    assert f"审查 {number} 的下一版" in visitor.text
    visitor.open(f"/drafts/{following}/check")
    assert f"项目 {number} 的第 2 版" in visitor.text
    submit(visitor, following)
    assert recorded(site, visitor)[1] == sheet


def test_a_draft_is_downloaded_as_the_sheet_that_it_makes(site: Site) -> None:
    visitor = site.visitor()
    text = {
        "project": {"name": "下载（虚构）", "nature": "扩建", "received": "2026年3月1日"}, "voc": {"ecocloud": "是", "emission_t": 1e3},
        "approvals": {"acceptance": "无"}, "energy": {"total_tce": "8.5万吨标准煤", "items": [{"carrier": "天然气", "quantity": "1,100", "unit": "万m³"}]},
    }  # fmt: skip
    draft = number_of(bring(visitor, "text", {"text": json.dumps(text).replace("1000.0", "1e3")}))
    found = values_of(visitor, draft)
    key = site.server.request("POST", "/api/v1/check", json=found)
    assert key.status_code == 200, key.text
    assert found["voc"] == {"ecocloud": True, "emission_t": "1000"} and found["approvals"] == {"acceptance": "none"}
    assert found["project"] == {"name": "下载（虚构）", "nature": "expansion", "received": "2026-03-01"}
    assert found["energy"]["items"] == [{"carrier": "natural_gas", "quantity": "1100", "unit": "10^4m3"}]
    assert number_of(bring(visitor, "text", {"text": json.dumps(found)})) and "项目表" in visitor.text
    # What cannot be read is there as it was typed, so that the sheet is refused by it and not taken without it.
    unread = number_of(bring(visitor, "text", {"text": json.dumps({**found, "energy": {"total_tce": "很多"}})}))
    refused = site.server.request("POST", "/api/v1/check", json=values_of(visitor, unread))
    assert refused.status_code == 422 and [each["pointer"] for each in refused.json()["errors"]] == [
        "/energy/total_tce"
    ]


def test_numbers_keep_every_digit(site: Site) -> None:
    visitor = site.visitor()
    text = '{"project": {"name": "数字（虚构）"}, "energy": {"total_tce": 12345678.123456789, "coal_t": "00012.50"}}'
    draft = number_of(bring(visitor, "text", {"text": text}))
    assert values_of(visitor, draft)["energy"] == {"total_tce": "12345678.123456789", "coal_t": "00012.50"}


def test_not_stated_no_and_none_are_three_answers(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    page = f"/drafts/{draft}/management"
    assert visitor.open(page).form("/management").fields["key_discharger"] == "unstated"
    for sent, kept in (("no", {"key_discharger": False}), ("yes", {"key_discharger": True}), ("unstated", None)):
        visitor.open(page).send({"key_discharger": sent}, press="then=save", action="/management")
        assert values_of(visitor, draft).get("management") == kept
    visitor.open(f"/drafts/{draft}/approvals").send({"state:eia": "none"}, press="then=save", action="/approvals")
    assert values_of(visitor, draft)["approvals"] == {"eia": "none"}
    visitor.open(f"/drafts/{draft}/coal").send({"state:": "none"}, press="then=save", action="/coal")
    visitor.open(f"/drafts/{draft}/products").send({"state:": "empty"}, press="then=save", action="/products")
    values = values_of(visitor, draft)
    assert values["coal"] == "none" and values["products"] == []
    visitor.open(f"/drafts/{draft}/check")
    assert visitor.text.count("确认没有") == 3


def test_two_answers_that_contradict_are_not_settled_in_silence(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    sent = {"state:eia": "none", "eia.document": "文号 5"}
    visitor.open(f"/drafts/{draft}/approvals").send(sent, press="then=save", action="/approvals")
    assert visitor.status == 422 and "确认没有" in visitor.text
    assert visitor.form("/approvals").fields["eia.document"] == "文号 5"
    assert values_of(visitor, draft) == {}


def test_what_does_not_parse_is_kept_and_linked_to_its_field(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/energy.items/new").send(
        {"carrier": "raw_coal", "quantity": "十二万", "unit": "kWh"}, press="then=save", action="/new"
    )
    assert visitor.path == f"/drafts/{draft}/rows/energy.items/0"
    links = {each.get("href") for each in visitor.document.xpath("//div[@role='alert']//a")}
    assert links == {"#f-quantity", "#f-unit"}
    visitor.send({"quantity": "120000"}, press="then=save", action="/0")
    assert {each.get("href") for each in visitor.document.xpath("//div[@role='alert']//a")} == {"#f-unit"}
    visitor.send({"unit": "t"}, press="then=save", action="/0")
    assert "120,000 t × 0.7143" in visitor.text and "85,716" in visitor.text


def test_two_tabs_merge_or_conflict(site: Site) -> None:
    visitor, other = site.visitor(), site.visitor("second")
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/project")
    other.open(f"/drafts/{draft}/project").send({"name": "他人的名称"}, press="then=save", action="/project")
    # Another section goes together with it.
    site.visitor().open(f"/drafts/{draft}/site").send({"address": "江阴"}, press="then=save", action="/site")
    visitor.send({"name": "我的名称"}, press="then=save", action="/project")
    assert visitor.status == 409 and "他人的名称" in visitor.text and "我的名称" in visitor.text
    assert visitor.form("/project").fields["name"] == "我的名称"
    assert values_of(visitor, draft) == {"project": {"name": "他人的名称"}, "site": {"address": "江阴"}}
    visitor.send(press="then=save", action="/project")
    assert values_of(visitor, draft) == {"project": {"name": "我的名称"}, "site": {"address": "江阴"}}
    visitor.open(f"/drafts/{draft}/versions/2").send(action="/versions/2")
    assert values_of(visitor, draft) == {"project": {"name": "他人的名称"}}


def test_rows_are_added_changed_and_removed(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    for name in ("一号", "二号"):
        visitor.open(f"/drafts/{draft}/rows/coal.boilers/new").send({"name": name}, press="then=save", action="/new")
    stale = site.visitor("second").open(f"/drafts/{draft}/coal")
    visitor.open(f"/drafts/{draft}/coal").send(press="then=remove:coal.boilers/0", action="/coal")
    assert values_of(visitor, draft)["coal"] == {"boilers": [{"name": "二号"}]}
    # What the other tab would remove is another row by now.
    assert stale.send(press="then=remove:coal.boilers/0", action="/coal").status == 409
    visitor.open(f"/drafts/{draft}/coal").send({"state:": "none"}, press="then=save", action="/coal")
    assert visitor.status == 409
    assert values_of(visitor, draft)["coal"] == {"boilers": [{"name": "二号"}]}


def test_a_row_that_moved_is_aimed_at_where_it_is(site: Site) -> None:
    visitor, other = site.visitor(), site.visitor("second")
    boilers = [{"name": "一号"}, {"name": "二号", "capacity_t_per_h": "1"}, {"name": "三号", "capacity_t_per_h": "7"}]
    draft = number_of(bring(visitor, "text", {"text": json.dumps({"coal": {"boilers": boilers}})}))
    visitor.open(f"/drafts/{draft}/rows/coal.boilers/1")
    other.open(f"/drafts/{draft}/coal").send(press="then=remove:coal.boilers/0", action="/coal")
    visitor.send({"capacity_t_per_h": "2"}, press="then=save", action="/1")
    assert visitor.status == 409 and "三号" not in visitor.text
    visitor.send(press="then=save", action="/0")
    assert values_of(visitor, draft)["coal"]["boilers"] == [{"name": "二号", "capacity_t_per_h": "2"}, boilers[2]]


def test_a_row_that_was_removed_is_added_anew_and_no_other_is_touched(site: Site) -> None:
    visitor, other = site.visitor(), site.visitor("second")
    draft = number_of(
        bring(visitor, "text", {"text": json.dumps({"coal": {"boilers": [{"name": "一号"}, {"name": "二号"}]}})})
    )
    visitor.open(f"/drafts/{draft}/rows/coal.boilers/0")
    other.open(f"/drafts/{draft}/coal").send(press="then=remove:coal.boilers/0", action="/coal")
    visitor.send({"capacity_t_per_h": "2"}, press="then=save", action="/0")
    assert visitor.status == 409 and "已被移除" in visitor.text and "二号" not in visitor.text
    visitor.send(press="then=save", action="/new")
    assert values_of(visitor, draft)["coal"]["boilers"] == [{"name": "二号"}, {"name": "一号", "capacity_t_per_h": "2"}]


def test_a_new_row_sent_twice_is_one(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/coal.boilers/new")
    page = visitor.answer
    for _ in range(2):
        visitor.answer = page
        visitor.send({"name": "一号"}, press="then=another", action="/new")
        assert visitor.status == 200
    assert values_of(visitor, draft)["coal"]["boilers"] == [{"name": "一号"}]
    # Back, changed and sent again: asked for, not dropped and not added in silence.
    visitor.answer = page
    visitor.send({"name": "二号"}, press="then=save", action="/new")
    assert visitor.status == 409 and visitor.form("/new").fields["name"] == "二号"
    visitor.send(press="then=save", action="/new")
    assert values_of(visitor, draft)["coal"]["boilers"] == [{"name": "一号"}, {"name": "二号"}]


def test_pickers_search_without_javascript_and_keep_what_was_typed(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/products/new")
    visitor.send(
        {"name": "玻璃", "capacity": "12", "find:benchmark": "平板玻璃"}, press="then=find:benchmark", action="/new"
    )
    options = visitor.document.xpath("//select[@name='benchmark']/option/@value")
    assert "flat-glass-over-800" in options and "ethylene" not in options and options[:2] == ["", "none"]
    assert visitor.form("/new").fields["name"] == "玻璃" and values_of(visitor, draft) == {}
    visitor.send(
        {"benchmark": "flat-glass-over-800", "find:benchmark": "nothing like it"},
        press="then=find:benchmark",
        action="/new",
    )
    assert visitor.form("/new").fields["benchmark"] == "flat-glass-over-800"
    visitor.open(f"/drafts/{draft}/project").send(
        {"find:industry": "玻璃"}, press="then=find:industry", action="/project"
    )
    assert visitor.document.xpath("//button[starts-with(@value,'pick:industry:')]")


def test_every_cell_with_a_problem_is_named_and_the_rest_kept(site: Site) -> None:
    visitor = site.visitor()
    book = load_workbook(io.BytesIO(fill_template({"project": {"name": "单元格（虚构）"}, "site": {"park": "江阴"}})))
    book["能源"]["C5"] = "很多"
    book["能源"]["C6"] = "=1+1"
    book["能源明细"]["B5"] = "不存在"
    stream = io.BytesIO()
    book.save(stream)
    draft = number_of(uploaded(visitor, stream.getvalue()))
    for cell in ("能源!C5", "能源!C6", "能源明细!B5", "选址!C"):
        assert cell in visitor.text, cell
    assert values_of(visitor, draft)["energy"]["total_tce"] == "很多"
    assert "先查看未能放入" in visitor.open(f"/drafts/{draft}/check").text or "没能放入表中" in visitor.text
    visitor.open(f"/drafts/{draft}").send(action="/left")
    assert "没能放入表中" not in visitor.text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ["项目：应为一组字段", "能源明细：应为列表", "能源明细[1]：应为一组字段", "colour：表中没有这个字段"]),
        ("en", ["project: should be an object", "energy items: should be a list", "energy items[1]: should be an object", "colour: the sheet has no such field"]),
    ],
)  # fmt: skip
def test_what_found_no_place_is_named_in_the_words_of_the_form(site: Site, language: str, told: list[str]) -> None:
    visitor = site.visitor(language=language)
    for text, *words in (
        ('{"project": "x", "energy": {"items": "y"}, "colour": "z"}', told[0], told[1], told[3]),
        ('{"energy": {"items": ["y"]}}', told[2]),
    ):
        draft = number_of(bring(visitor, "text", {"text": text}))
        for path in ("", "/versions/1"):
            visitor.open(f"/drafts/{draft}{path}")
            found = [" ".join(each.text_content().split()) for each in visitor.document.xpath("//li[q]")]
            assert [each for each in words if not any(one.startswith(each) for one in found)] == [], found


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return stream.getvalue()


def with_macros() -> bytes:
    stream = io.BytesIO(write_template())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 not a sheet \xff\xfe", "不是"),
        (b"PK\x03\x04 broken", "不是 .xlsx"),
        (b"\xd0\xcf\x11\xe0old", ".xls"),
        (bomb, "压缩内容异常"),
        (with_macros, "宏"),
        (b"", "空"),
        (json.dumps({"products": [{}] * 10_000}).encode(), "最多 500 项"),
        (b'{"a": 1, "a": 2}', "写了两次"),
        (b"[" * 5000, "嵌套过深"),
    ],
)
def test_what_is_no_sheet_is_told_and_no_draft_begun(
    site: Site, content: bytes | Callable[[], bytes], words: str
) -> None:
    visitor = site.visitor()
    before = visitor.open("/drafts").text
    uploaded(visitor, content if isinstance(content, bytes) else content())
    assert visitor.status == 422 and words in visitor.text
    assert visitor.open("/drafts").text == before


def test_ten_thousand_rows_of_a_workbook(site: Site) -> None:
    book = load_workbook(io.BytesIO(fill_template({"project": {"name": "行数（虚构）"}})))
    sheet = book["能源明细"]
    for number in range(5, 10_005):
        sheet.cell(number, 2, "raw_coal")
    stream = io.BytesIO()
    book.save(stream)
    visitor = uploaded(site.visitor(), stream.getvalue())
    assert visitor.status == 200 and "行数过多" in visitor.text and "行数（虚构）" in visitor.text


def test_pasted_text_that_cannot_be_read_is_kept_on_the_page(site: Site) -> None:
    visitor = bring(site.visitor(), "text", {"text": '{"project": '})
    assert visitor.status == 422
    assert visitor.document.get_element_by_id("f-text").value.strip() == '{"project":'


def test_what_has_no_place_is_shown_until_it_was_looked_at(site: Site) -> None:
    text = json.dumps({"project": {"name": "多余（虚构）", "colour": "red"}, "energy": 5})
    visitor = bring(site.visitor(), "text", {"text": text})
    draft = number_of(visitor)
    assert "project.colour" in visitor.text and "red" in visitor.text
    assert not [
        each
        for each in visitor.open(f"/drafts/{draft}/check").document.forms
        if each.method == "POST" and each.action.endswith("/check")
    ]
    visitor.send(action="/left")
    submit(visitor, draft)
    assert "/reviews/" in visitor.path


def test_what_another_brought_since_is_not_looked_past(site: Site) -> None:
    visitor, other = site.visitor(), site.visitor("second")
    draft = number_of(
        bring(visitor, "text", {"text": json.dumps({"project": {"name": "多余（虚构）"}, "old_word": 1})})
    )
    visitor.open(f"/drafts/{draft}")
    brought = {"project": {"name": "多余（虚构）"}, "old_word": 1, "new_word": 2}
    bring(other, "text", {"text": json.dumps(brought)}, path=f"/drafts/new?draft={draft}")
    visitor.send(action="/left")
    assert "new_word" in visitor.text and "old_word" not in visitor.text


def test_text_pasted_on_a_page_that_was_used_is_kept_and_told(site: Site) -> None:
    visitor = site.visitor().open("/drafts/new")
    page = visitor.answer
    form = next(each for each in visitor.document.forms if dict(each.form_values()).get("how") == "text")
    numbers = []
    for name in ("甲（虚构）", "甲（虚构）", "乙（虚构）"):
        visitor.answer = page
        send(visitor, form, {"text": json.dumps({"project": {"name": name}}, ensure_ascii=False)})
        numbers += [number_of(visitor)] if visitor.status == 200 else []
    assert len(numbers) == 2 and len(set(numbers)) == 1
    assert visitor.status == 422 and "乙（虚构）" in visitor.document.get_element_by_id("f-text").value
    form = next(each for each in visitor.document.forms if dict(each.form_values()).get("how") == "text")
    send(visitor, form, {})
    assert visitor.status == 200 and number_of(visitor) not in numbers


def test_where_not_all_mistakes_are_listed_the_pages_say_so(site: Site) -> None:
    visitor = site.visitor()
    raw = {
        "project": {"name": "很多（虚构）"},
        "energy": {"items": [{"carrier": "raw_coal", "quantity": "很多"}] * 300},
    }
    draft = number_of(bring(visitor, "text", {"text": json.dumps(raw)}))
    for path in ("", "/energy", "/check"):
        assert "只列出前 200 处" in visitor.open(f"/drafts/{draft}{path}").text, path


@pytest.mark.record
def test_a_page_looks_for_the_faults_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, looked = f"sqlite:///{tmp_path / 'record.sqlite'}", []

    def counted(*given: Any) -> Any:
        looked.append(given)
        return faults_of(*given)

    monkeypatch.setattr("api.pages.drafts.faults_of", counted)
    store = open_store(database)
    with_people(store)
    session = sign_in(store, "officer", PASSWORD, hours=1)
    content = typed({"energy": {"items": [{"carrier": "raw_coal", "quantity": "很多"}] * 60}})
    draft = create_draft(store, Author("person:officer", "林审查（示例）"), content).id
    store.close()
    assert session
    app = create_app(Settings(database=database))

    async def call(path: str) -> httpx.Response:
        headers = {"Accept": "text/html", "Cookie": f"two-high-session={session.token}"}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client,
        ):
            return await client.get(path, headers=headers)

    # In a thread of its own: the browser's tests keep a loop in this one.
    with ThreadPoolExecutor(1) as aside:
        for path in ("", "/energy", "/rows/energy.items/0", "/check"):
            looked.clear()
            answer = aside.submit(anyio.run, call, f"/drafts/{draft}{path}").result()
            assert (answer.status_code, len(looked)) == (200, 1), path


def test_a_double_submit_records_once(site: Site) -> None:
    visitor = site.visitor()
    draft = number_of(bring(visitor, "text", {"text": json.dumps({"project": {"name": "重复提交（虚构）"}})}))
    visitor.open(f"/drafts/{draft}/check")
    form = next(
        each for each in visitor.document.forms if each.method == "POST" and each.get("action").endswith("/check")
    )
    answers = [
        visitor.client.post(form.get("action"), data=dict(form.form_values()), follow_redirects=False) for _ in range(3)
    ]
    assert [each.status_code for each in answers] == [303, 303, 303]
    assert len({each.headers["location"].split("?")[0] for each in answers}) == 1
    assert "said=recorded" in answers[0].headers["location"] and "said=again" in answers[1].headers["location"]


def test_what_changed_since_it_was_checked_is_not_submitted(site: Site) -> None:
    visitor = site.visitor()
    draft = number_of(bring(visitor, "text", {"text": json.dumps({"project": {"name": "核对（虚构）"}})}))
    visitor.open(f"/drafts/{draft}/check")
    form = next(
        each for each in visitor.document.forms if each.method == "POST" and each.get("action").endswith("/check")
    )
    site.visitor("second").open(f"/drafts/{draft}/site").send({"address": "改了"}, press="then=save", action="/site")
    send(visitor, form, {})
    assert visitor.status == 409 and "在此期间有改动" in visitor.text


def test_what_was_typed_goes_on_after_signing_in_again(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/project")
    del visitor.client.cookies["two-high-session"]
    visitor.send({"name": "会话过期也不丢"}, press="then=save", action="/project")
    assert visitor.status == 401
    visitor.send({"login": "officer", "password": PASSWORD})
    visitor.send(action="/project")
    assert values_of(visitor, draft) == {"project": {"name": "会话过期也不丢"}}


def test_hostile_words_stay_words(site: Site) -> None:
    visitor = site.visitor()
    raw = {"project": {"name": HOSTILE, "applicant": "=HYPERLINK(1)"}, "site": {"park": HOSTILE, "sea_outfall": HOSTILE, "longitude": HOSTILE},
           "management": {"key_discharger": HOSTILE}, "energy": {"items": [{"carrier": HOSTILE, "unit": HOSTILE}]}, HOSTILE: HOSTILE}  # fmt: skip
    draft = number_of(bring(visitor, "text", {"text": json.dumps(raw)}))
    pages = [
        "",
        "/check",
        "/project",
        "/site",
        "/management",
        "/energy",
        "/rows/energy.items/0",
        "/versions",
        "/versions/1",
    ]
    for path in pages:
        visitor.open(f"/drafts/{draft}{path}")
        assert visitor.answer is not None and visitor.status == 200, path
        assert "<script>alert" not in visitor.answer.text and "5439" not in visitor.text, path
    assert "<script>alert" not in visitor.open("/drafts").answer.text  # type: ignore[union-attr]
    cells = load_workbook(io.BytesIO(visitor.client.get(f"/drafts/{draft}/sheet.xlsx").content))["项目"]
    assert [each.data_type for row in cells.iter_rows() for each in row if each.value == "=HYPERLINK(1)"] == ["s"]
    # Nothing of it is lost on the way through the form.
    before = values_of(visitor, draft)
    for section in ("project", "site", "management", "energy"):
        visitor.open(f"/drafts/{draft}/{section}").send(press="then=save", action=f"/{section}")
    assert values_of(visitor, draft) == before


def test_a_draft_is_put_away_and_back(site: Site) -> None:
    visitor = site.visitor()
    draft = number_of(bring(visitor, "text", {"text": json.dumps({"project": {"name": "收起的一份（虚构）"}})}))
    visitor.open(f"/drafts/{draft}").send(action="/away")
    assert "收起的一份" not in visitor.open("/drafts").text
    assert "收起的一份" in visitor.open("/drafts?away=true").text
    visitor.open(f"/drafts/{draft}").send(action="/away")
    assert "收起的一份" in visitor.open("/drafts").text


@pytest.mark.parametrize(
    "path",
    [
        "/drafts/999",
        "/drafts/999/project",
        "/drafts/1/nothing",
        "/drafts/1/rows/nothing/0",
        "/drafts/1/rows/products/99",
    ],
)
def test_what_is_not_there_is_404(site: Site, path: str) -> None:
    begun(site.visitor())
    assert site.visitor().open(path).status == 404


def test_drafts_are_for_officers(site: Site) -> None:
    assert site.visitor("auditor").open("/drafts").status == 403


def test_a_workbook_into_a_draft_that_is_there(site: Site, tmp_path: Path) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    uploaded(visitor, fill_template({"project": {"name": "导入（虚构）"}}), path=f"/drafts/new?draft={draft}")
    assert number_of(visitor) == draft and values_of(visitor, draft) == {"project": {"name": "导入（虚构）"}}


@pytest.mark.parametrize("scripts", [True, False])
def test_filling_in_with_the_keyboard_on_a_phone(at_browser: Opened, scripts: bool) -> None:
    window = at_browser(width=390, scripts=scripts, path="/drafts/new")
    window.get_by_role("button", name="开始填写").focus()
    window.keyboard.press("Enter")
    window.get_by_role("button", name="保存并到下一部分").focus()
    window.keyboard.press("Enter")
    window.focus("#f-name")
    window.keyboard.type("键盘填写（虚构）")
    window.keyboard.press("Enter")
    window.wait_for_url("**/drafts/*")
    assert window.locator("h1").inner_text() == "键盘填写（虚构）"
    window.get_by_role("link", name="管理", exact=True).focus()
    window.keyboard.press("Enter")
    window.focus("[name=key_discharger][value=unstated]")
    window.keyboard.press("ArrowRight")
    window.keyboard.press("ArrowRight")
    window.locator(".go button[value=save]").focus()
    window.keyboard.press("Enter")
    window.wait_for_url("**/drafts/*")
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.get_by_role("link", name="核对并提交").focus()
    window.keyboard.press("Enter")
    assert "否" in window.locator("main").inner_text()
    window.get_by_role("button", name="提交并记录").focus()
    window.keyboard.press("Enter")
    window.wait_for_url("**/reviews/*")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing(site: Site, at_browser: Opened, language: str) -> None:
    visitor = site.visitor()
    raw = json.loads(sample("coal-ammonia.json").read_text())
    raw["energy"]["total_tce"], raw["project"]["colour"] = "很多", "red"
    draft = number_of(bring(visitor, "text", {"text": json.dumps(raw)}))
    window = at_browser(language=language, path="/drafts")
    for path in ["/drafts", "/drafts/new", *(f"/drafts/{draft}{each}" for each in (
        "", "/project", "/site", "/energy", "/products", "/voc", "/coal", "/capacity", "/eia", "/approvals", "/data_centre", "/management",
        "/rows/energy.items/0", "/rows/products/new", "/check", "/versions", "/versions/1",
    ))]:  # fmt: skip
        window.goto(path)
        assert violations(window) == [], path


def test_enter_in_a_search_field_searches_and_saves_nothing(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/energy.items/new").send(
        {"find:carrier": "煤"}, press="then=save", action="/new"
    )
    assert (
        "raw_coal" in visitor.document.xpath("//select[@name='carrier']/option/@value")
        and values_of(visitor, draft) == {}
    )
    # With the same words still in the field, the button saves.
    visitor.send({"carrier": "raw_coal"}, press="then=save", action="/new")
    assert values_of(visitor, draft) == {"energy": {"items": [{"carrier": "raw_coal"}]}}
    assert "原煤" in visitor.text


def test_a_name_that_one_thing_alone_has_needs_no_search(site: Site) -> None:
    visitor = site.visitor()
    draft = begun(visitor)
    visitor.open(f"/drafts/{draft}/rows/energy.items/new").send(
        {"find:carrier": "天然气"}, press="then=save", action="/new"
    )
    assert values_of(visitor, draft) == {"energy": {"items": [{"carrier": "natural_gas"}]}}
    assert "天然气" in visitor.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"hello", "文件：不是项目表；可用：.xlsx（下载的空白项目表）、.json、.yaml"),
        ("a.csv", b"a,b\n1,2", "文件：不是项目表；可用：.xlsx（下载的空白项目表）、.json、.yaml"),
        ("a.xlsx", b"", "文件：是空的"),
    ],
)
def test_a_file_that_is_no_sheet_is_told_what_is_taken(site: Site, name: str, content: bytes, said: str) -> None:
    visitor = bring(site.visitor(), "file", {}, {"file": (name, content)})
    assert visitor.status == 422 and said in visitor.text


def test_an_english_draft_has_no_chinese_marks(site: Site) -> None:
    visitor = bring(site.visitor(language="en"), "text", {"text": '{"project": {"name": "x"}}'})
    [head] = visitor.document.xpath("//main//p[@class='hint'][a[contains(@href, '/versions')]]")
    assert "Version 1, 2" in head.text_content() and "，" not in head.text_content()


def test_what_is_wrong_is_listed_in_the_order_of_the_form(site: Site) -> None:
    visitor = site.visitor()
    raw = {
        "energy": {"items": [{"unit": "斗", "quantity": "不少"}, {"carrier": "柴火"}], "coal_t": "一些"},
        "project": {"name": "次序（虚构）", "water_m3": "不多", "investment_wan": "八千多", "received": "昨天", "stage": "筹建"},
    }  # fmt: skip
    draft = number_of(bring(visitor, "text", {"text": json.dumps(raw)}))
    visitor.open(f"/drafts/{draft}")
    told = visitor.document.xpath("//main//li/a[starts-with(@href, '/drafts/')]/text()")
    assert told[:4] == ["建设阶段", "受理日期", "总投资", "取水量"], told
    rows = [each for each in told if each.startswith("能源明细")]
    assert [each.partition(" · ")[0] for each in rows] == sorted(each.partition(" · ")[0] for each in rows)
    visitor.open(f"/drafts/{draft}/project")
    summary = [each.partition("：")[0] for each in visitor.document.xpath("//div[@class='errors']//a/text()")]
    assert summary == told[:4]
