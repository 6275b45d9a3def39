"""Rules changed on the pages: a figure checked against its document, previewed, confirmed by another officer, and used from its first day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from review.readers.sheets import read_sheet_file
from review.record.access.rule_keepers import is_rule_keeper
from review.record.editions.in_force import law_of
from review.record.proof.verification import verify
from review.record.storage.journal import table
from review.record.storage.operations import LawDraft
from review.record.storage.store import Store
from review.record.storage.tables import EditionStep
from review.record.work import jobs
from review.record.work.preview_jobs import drafts_of, latest_reviews, preview_batch, preview_of, store_batch
from tests.record.projects import drawing, recorded
from tests.web.conftest import ROOT, Site, Visitor

pytestmark = pytest.mark.record

DOCUMENT = {"title": "水泥能效文件（示例）", "number": "示〔2026〕1 号", "date": "2026-10-01", "page": "12"}
STATED = {**DOCUMENT, "kind": "evidence", "reason": "按文件核对（示例）"}
FIRST = "2027-01-01"
SCAN = ("附件：水泥能效（示例）.pdf", b"%PDF-1.7 fictional", "application/octet-stream")


@pytest.fixture(scope="module", autouse=True)
def keeper(site: Site, store: Store) -> Iterator[None]:
    """The second officer may confirm: an administrator says so on the pages."""
    recorded(store, drawing("TIGHT", "12", emission="10"))
    admin = site.visitor("admin").open("/people/login/second")
    assert admin.send({"keeper": "规则管理（示例）"}, action="/rule-keeper").path == "/people?said=keeper"
    with store.reading() as connection:
        assert is_rule_keeper(connection, "person:second") and not is_rule_keeper(connection, "person:officer")
    yield


def checking(site: Site, name: str, login: str = "officer") -> Visitor:
    """The form of a figure that is still to be checked, reached from the list of them."""
    visitor = site.visitor(login).open("/rules/check")
    (address,) = [
        each.get("href")
        for each in visitor.document.xpath("//main//tbody//a")
        if each.text_content() == name and "/benchmark_levels/" in each.get("href")
    ]
    return visitor.open(address)


def gathering(site: Site, **stated: str) -> Visitor:
    return checking(site, "水泥熟料").send({**STATED, "cell:benchmark": "99", **stated})


def proposal(site: Site, first: str = FIRST, **stated: str) -> Visitor:
    return gathering(site, **stated).send({"first": first}, action="/rules/draft")


@pytest.fixture(autouse=True)
def nothing_gathered(site: Site) -> Iterator[None]:
    """What an officer has gathered is taken off after each test."""
    yield
    visitor = site.visitor().open("/rules/draft")
    places = [each.get("value") for each in visitor.document.xpath("//input[@name='off']")]
    if places:
        assert visitor.send({"off": places}, action="/off").path == "/rules/draft?said=taken-off"


def test_a_figure_is_checked_confirmed_by_another_officer_and_in_force_from_its_day(site: Site, store: Store) -> None:
    visitor = proposal(site)
    assert visitor.path.endswith("?said=proposed"), visitor.text
    cells = [each.text_content() for each in visitor.document.xpath("//main//tbody/tr[1]/*")]
    assert cells[:4] == ["能效标杆水平和基准水平：水泥熟料", "标杆水平", "100", "99"] and DOCUMENT["title"] in cells[4]
    assert "确认并采用" not in visitor.text, "who proposed it cannot confirm it"
    second = site.visitor("second").open("/")
    assert "待我确认的提案" in second.text
    assert "待他人确认的提案" in site.visitor().open("/").text
    second.open(visitor.path.partition("?")[0])
    second.send(action="/confirm")
    assert "还有 1 项没有逐项核对：2026-o1 版，能效标杆水平和基准水平：水泥熟料" in second.text and second.status == 422
    ticks = [each.get("value") for each in second.document.xpath("//input[@name='seen']")]
    assert ticks == ["2026-o1 table benchmark_levels:cement-clinker"]
    assert second.send({"seen": ticks}, action="/confirm").path.endswith("?said=adopted")
    with store.reading() as connection:
        law = law_of(connection)
        assert verify(connection, rejudging=False).breaks == ()
    assert (law.choose(None, date(2026, 12, 31)).edition, law.choose(None, date(2027, 1, 1)).edition) == (
        "2026",
        "2026-o1",
    )
    row = law.choose(None, date(2027, 1, 1)).row("benchmark_levels", "cement-clinker")
    assert row is not None and (row["benchmark"], row["evidence"], row["page"]) == ("99", "official", "12")
    assert "2026-o1 版" in second.open("/rules").text


def test_ticks_stay_where_another_lacks(site: Site) -> None:
    visitor = site.visitor().open("/rules/check")
    links = [*dict.fromkeys(visitor.document.xpath("//main//tbody//a[contains(@href, '/benchmark_levels/')]/@href"))]
    for each in links[1:3]:
        visitor.open(each).send(STATED)
    visitor.send({"first": "2028-01-01"}, action="/rules/draft")
    second = site.visitor("second").open(visitor.path.partition("?")[0])
    ticks = [each.get("value") for each in second.document.xpath("//input[@name='seen']")]
    assert len(ticks) == 2
    second.send({"seen": ticks[:1]}, action="/confirm")
    assert "还有 1 项没有逐项核对" in second.text
    assert [each.get("value") for each in second.document.xpath("//input[@name='seen'][@checked]")] == ticks[:1]
    second.send({"reason": "不采用（示例）"}, action="/return")


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({name: "" for name in DOCUMENT}, "须写明所依据的文件"),
        ({"date": "10月1日"}, "应写成 2025年3月1日 或 2025-03-01"),
        ({"kind": ""}, "请选择原因"),
        ({"reason": ""}, "必须填写"),
        ({"scan": "sha256:" + "0" * 64}, "草稿中没有这个扫描件"),
        ({"cell:benchmark": "99x"}, "标杆水平：“99x”不是数值"),
        ({"cell:benchmark": "200"}, "标杆水平 200 应不大于 基准水平 117"),
        ({"cell:field": "水泥\u200b熟料"}, "领域：含有不可见的控制字符"),
    ],
)
def test_what_cannot_be_gathered_is_said_and_what_was_typed_stays(
    site: Site, stated: dict[str, str], words: str
) -> None:
    visitor = gathering(site, **stated)
    assert (visitor.status, words in visitor.text) == (422, True), visitor.text
    values: dict[str, Any] = dict(visitor.form().form_values())
    typed = {**STATED, "cell:benchmark": "99", **stated}
    assert {name: values.get(name, "") for name in typed if name != "scan"} == {
        name: value for name, value in typed.items() if name != "scan"
    }


@pytest.mark.parametrize(
    ("first", "stated", "words"),
    [
        (FIRST, {"cell:unit": "tce/t"}, "版的 unit kgce/t 改成 tce/t"),
        ("2001-01-01", {}, "2001-01-01 没有施行中的版本"),
        (FIRST, {"page": ""}, "文件缺少 page"),
        ("2027-13-01", {}, "应写成"),
    ],
)
def test_what_cannot_be_proposed_is_said_and_stays_gathered(
    site: Site, first: str, stated: dict[str, str], words: str
) -> None:
    visitor = proposal(site, first, **stated)
    assert (visitor.status, words in visitor.text) == (422, True), visitor.text
    (said,) = visitor.document.xpath("//*[@role='alert']//li")
    assert said.text_content().startswith("水泥熟料：") == bool(stated), "a fault of a row names it"
    assert visitor.open("/rules/draft").document.xpath("//input[@name='off']")


def test_a_scan_is_gathered_once_used_for_several_figures_and_sent_as_an_attachment_that_runs_nothing(
    site: Site, store: Store
) -> None:
    visitor = checking(site, "水泥熟料").send({**STATED, "cell:benchmark": "95"}, files={"file": SCAN})
    assert visitor.path == "/rules/draft?said=gathered" and SCAN[0] in visitor.text
    visitor = checking(site, "乙烯 石脑烃类").send()
    assert visitor.path == "/rules/draft?said=gathered", "the document of the change before is filled in already"
    lines = visitor.document.xpath("//main//tbody/tr")
    assert len(lines) == 2 and "数值不变，经文件核对" in visitor.text
    second_tab = site.visitor().open("/rules/draft")
    assert visitor.send({"first": FIRST}, action="/rules/draft").path.endswith("?said=proposed"), visitor.text
    assert second_tab.send({"first": FIRST}, action="/rules/draft").status == 409
    (link,) = visitor.document.xpath("//main//a[contains(@href, '/files/')]")
    answer = site.visitor("auditor").open(link.get("href")).answer
    assert answer is not None and answer.content == SCAN[1]
    assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E9%99%84")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert site.visitor().open(link.get("href")[:-1] + "x").status == 404
    with store.reading() as connection:
        assert verify(connection, rejudging=False).breaks == ()
    assert visitor.send({"reason": "示例完毕"}, action="/withdraw").path.endswith("?said=taken-back")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("说明.html", b"<script>alert(1)</script>", "application/pdf"), "不是可用的文件类型"),
        (("说明.pdf", b"\x89PNG\r\n\x1a\n", "application/pdf"), "文件名应以 .png 结尾"),
        (("说明.docx", b"PK\x03\x04 word/document.xml vbaProject.bin", "application/pdf"), "含有宏"),
        (("空.pdf", b"", "application/pdf"), "是空文件"),
        (("..\\..\\上级/说明\u202e.pdf", b"%PDF-1.7", "application/pdf"), "不可见的控制字符"),
    ],
)
def test_a_file_is_taken_by_what_it_is_and_never_by_its_name(
    site: Site, file: tuple[str, bytes, str], words: str
) -> None:
    visitor = checking(site, "水泥熟料").send({**STATED, "cell:benchmark": "95"}, files={"file": file})
    assert (visitor.status, words in visitor.text) == (422, True), visitor.text


def test_a_whole_table_is_uploaded_and_its_differences_gathered_row_by_row(site: Site) -> None:
    visitor = site.visitor().open("/rules/check/parks/file.csv")
    assert visitor.answer is not None
    rows = visitor.answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("代码,名称,化工园区")
    changed = [rows[0], rows[1].replace(",否,", ",是,", 1), *rows[2:-1], "xincheng,新城园区（示例）,否,,"]
    visitor = site.visitor().open("/rules/check/parks/file")
    stated = {**STATED, "whole": "yes"}
    sent = {"table": ("园区.csv", "\r\n".join(changed).encode("gb18030"), "text/csv")}
    visitor.send(stated, files=sent)
    assert visitor.path == "/rules/draft?said=gathered", visitor.text
    heads = [each.text_content() for each in visitor.document.xpath("//main//tbody/tr/th")]
    assert len(heads) == 3 and "新增" in heads[1] and "删除" in heads[2], heads
    assert [each.text_content() for each in visitor.document.xpath("//main//tbody/tr[1]/td")][1:4] == [
        "化工园区",
        "否",
        "是",
    ]
    again = site.visitor().open("/rules/check/parks/file")
    same = {"table": ("园区.csv", "\n".join(rows).encode(), "text/csv")}
    assert "没有不同之处" in again.send(STATED, files=same).text and again.status == 422
    wrong = {"table": ("园区.csv", "代码,名字\nx,y".encode(), "text/csv")}
    assert "“名字”不在可用之列" in site.visitor().open("/rules/check/parks/file").send(STATED, files=wrong).text


def test_a_row_that_comes_in_with_its_name_alone_is_refused_and_named(site: Site) -> None:
    visitor = site.visitor().open("/rules/check/limits/file")
    file = {"table": ("限额.csv", "代码,自\nnewone,2026-01-01".encode(), "text/csv")}
    visitor.send(STATED, files=file)
    assert visitor.status == 422 and "限额.csv 第 2 行" in visitor.text and "至少填写一格" in visitor.text, visitor.text
    for path in ("/rules/draft", "/rules/check", "/rules/questions"):
        assert site.visitor().open(path).status == 200


@pytest.mark.parametrize(
    ("table", "rows", "words"),
    [
        ("limits", '代码,自,1 级\nmdi,2025-05-01,"1,76"', "限额.csv 第 2 行：1 级：“1,76”不是数值"),
        ("limits", "代码,自,1 级\nmdi,2025-05-01,=1+1", "限额.csv 第 2 行：1 级：“=1+1”不是数值"),
        (
            "limits",
            "代码,自,1 级\ntdi,2025-05-01,340\nmdi,2025-05-01,999",
            "限额.csv 第 3 行：1 级 999 应不大于 2 级 180",
        ),
        (
            "limits",
            "代码,自,至\nmdi,2025-05-01,2025-04-30",
            "限额.csv 第 2 行：期间为空：自 2025-05-01 晚于 至 2025-04-30",
        ),
        ("limits", "代码,自,1 级\nnewone,2026-01-01,1", "限额.csv 第 2 行：2 级：不能留空"),
        ("limits", "代码,自,1 级\nNEW ONE,2026-01-01,1", "限额.csv 第 2 行：代码：“NEW ONE”应为小写字母、数字和连字符"),
        (
            "sectors",
            "代码,“两高”\nsteel,maybe",
            "限额.csv 第 2 行：“两高”：“maybe”不在可用之列；可用：“是”、“否”、“仅限有煤电机组的”",
        ),
        ("parameters", "参数,数值\noffset_ratio,很多", "限额.csv 第 2 行：数值：“很多”不是数值"),
        (
            "parameters",
            "参数,数值\nplan_continues,也许",
            "限额.csv 第 2 行：数值：“也许”不在可用之列；可用：“是”、“否”",
        ),
        ("parameters", "参数,数值\noffset_ratio,-1", "限额.csv 第 2 行：数值：-1 不能为负"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_by_file_line_and_column(
    site: Site, table: str, rows: str, words: str
) -> None:
    visitor = site.visitor().open(f"/rules/check/{table}/file")
    visitor.send(STATED, files={"table": ("限额.csv", rows.encode(), "text/csv")})
    assert visitor.status == 422 and words in visitor.text, visitor.text
    assert not visitor.open("/rules/draft").document.xpath("//input[@name='off']")


def test_a_stored_change_that_cannot_be_proposed_is_taken_off_on_the_page(site: Site, store: Store) -> None:
    change = {
        "table": "limits",
        "row": {"id": "newone", "from": "2026-01-01"},
        "act": "add",
        "set": {},
        "kind": "evidence",
        "reason": "示例",
    }
    gathering(site)
    with store.writing() as connection:
        drafts = table(LawDraft)
        connection.execute(
            update(drafts).where(drafts.c.author == "person:officer").values(content=json.dumps([change]))
        )
    visitor = site.visitor().open("/rules/draft")
    assert visitor.status == 200 and "没有填写数值" in visitor.text
    visitor.send({"first": FIRST, "reason": "示例"}, action="/rules/draft")
    assert visitor.status == 422 and "newone：set 应列出新的单元格" in visitor.text, visitor.text
    visitor.send({"off": ["0"]}, action="/off")
    assert visitor.path == "/rules/draft?said=taken-off" and "还没有改动" in visitor.text


def test_what_a_document_says_is_not_set_by_the_office_s_own_word(site: Site) -> None:
    visitor = gathering(site, kind="setting", title="", number="", date="", page="")
    assert visitor.status == 422 and "不是本单位设定的" in visitor.text
    assert not visitor.open("/rules/draft").document.xpath("//input[@name='off']")


def test_a_question_that_the_law_leaves_open_is_decided_as_any_figure_is(site: Site) -> None:
    visitor = site.visitor().open("/rules/questions")
    assert "方案期满后是否继续执行" in visitor.text and "未定" in visitor.text
    (address,) = [
        each.getnext().xpath("ancestor::section//a[contains(@href, '/rules/check/')]/@href")[0]
        for each in visitor.document.xpath("//h2")
        if each.text_content().startswith("方案期满后是否继续执行")
    ]
    visitor.open(address)
    assert visitor.send({"cell:value": "yes", "reason": "局务会决定（示例）"}).path == "/rules/draft?said=gathered", (
        visitor.text
    )
    assert "方案期满后是否继续执行" in visitor.text
    visitor.send({"first": FIRST}, action="/rules/draft")
    assert visitor.path.endswith("?said=proposed") and "方案期满后是否继续执行" in visitor.text
    assert visitor.send({"reason": "示例完毕"}, action="/withdraw").path.endswith("?said=taken-back")


def count(store: Store) -> int:
    steps = table(EditionStep)
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(steps)).scalar_one())


def test_a_proposal_is_previewed_and_returned_with_a_reason(site: Site, store: Store) -> None:
    visitor = proposal(site, **{"cell:benchmark": "98"})
    address = visitor.path.partition("?")[0]
    assert visitor.send(action="/preview").path.endswith("?said=preview")
    number = int(address.rpartition("/")[2])
    going = jobs.take(store, 60)
    while going is not None:
        with store.reading() as connection:
            batch, drafts = (
                latest_reviews(connection, going.after, going.upto, 50),
                drafts_of(connection, going.editions),
            )
        going = store_batch(store, going, preview_batch(batch, drafts) if batch else [], 60)
    with store.reading() as connection:
        found = preview_of(connection, number)
    assert found is not None
    assert "会有变化的项目" in visitor.open(address).text
    before = count(store)
    second = site.visitor("second").open(address)
    assert second.send({"reason": ""}, action="/return").status == 422
    assert second.send({"reason": "页码不符（示例）"}, action="/return").path.endswith("?said=returned")
    assert count(store) == before + 1 and "页码不符（示例）" in second.text


def test_who_proposed_it_withdraws_it(site: Site) -> None:
    visitor = proposal(site, **{"cell:benchmark": "97"})
    assert visitor.send({"reason": "重新拟制（示例）"}, action="/withdraw").path.endswith("?said=taken-back")
    assert "已撤回" in visitor.text


def test_others_look_and_cannot_act(site: Site) -> None:
    visitor = proposal(site, **{"cell:benchmark": "96"})
    address = visitor.path.partition("?")[0]
    auditor = site.visitor("auditor").open(address)
    assert auditor.status == 200 and not auditor.document.xpath("//main//button")
    assert site.visitor("auditor").open("/rules/check/parameters/0").status == 403
    assert site.visitor("officer").open("/rules/check/parameters/9999").status == 404
    assert site.visitor("officer").open("/rules/proposals/1").status == 404


def test_each_unchecked_figure_of_a_review_leads_to_where_it_is_checked(site: Site, store: Store) -> None:
    made = recorded(store, read_sheet_file(ROOT / "fixtures/sheets/cement-clinker.json"))
    assert json.loads(made.content)["provisional"], "the benchmark is quoted from elsewhere"
    visitor = site.visitor().open(f"/reviews/{made.id}")
    (link,) = [
        each
        for each in visitor.document.xpath("//main//a[starts-with(@href, '/rules/check/')]")
        if "标杆" in each.text_content()
    ]
    assert "水泥熟料" in visitor.open(link.get("href")).text
    assert (
        site.visitor("auditor")
        .open(f"/reviews/{made.id}")
        .document.xpath("//main//a[starts-with(@href, '/rules/check/')]")
        == []
    )


def test_home_says_which_unchecked_figures_most_projects_rest_on(site: Site) -> None:
    visitor = site.visitor().open("/")
    section = visitor.document.xpath("//h2[text()='待核对的数值']/following-sibling::ul[1]")[0]
    assert "水泥熟料" in section.text_content()
