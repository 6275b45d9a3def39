"""written.feature on the pages: what an officer types as papers write it, by form and by workbook."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from api.web.sheet_form import STATE, Block, encode
from api.web.sheet_words import FIND
from review.drafting.pickers import PICKED
from review.drafting.typed import SECTIONS, lists_of, own, rows, typed
from review.record.storage.contents import read_review, read_sheet_bytes
from review.sheet import canonical_sheet, parse_sheet
from review.sheet.catalogue import children
from review.sheet.paths import split_last
from tests.readers.workbooks import typed_in
from tests.readers.written.test_sheet import PAPER, STATED
from tests.web.conftest import Site, Visitor
from tests.web.test_sheets import begun, number_of, submit, uploaded

pytestmark = pytest.mark.record

scenarios("../features/written.feature")


@pytest.fixture(autouse=True)
def at_a_site(site: Site) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand."""


class Desk:
    """An officer at a draft."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.draft = visitor, begun(visitor)

    def open(self, path: str = "") -> Visitor:
        return self.visitor.open(f"/drafts/{self.draft}{path}")


@given("一份新的项目表", target_fixture="desk")
def new_sheet(site: Site) -> Desk:
    return Desk(site.visitor())


@when(parsers.re(r"在“(?P<section>\w+)”的“(?P<name>\w+)”填写“(?P<text>.+)”$"))
def types(desk: Desk, section: str, name: str, text: str) -> None:
    values = {name: text} | ({STATE: "stated"} if section in ("voc", "capacity") else {})
    desk.open(f"/{section}").send(values, press="then=save", action=f"/{section}")
    desk.open(f"/{section}")
    assert desk.visitor.form(f"/{section}").fields[name] == text


@then(parsers.re(r"“(?P<name>\w+)”旁写明“(?P<words>.+)”$"))
def said_beside(desk: Desk, name: str, words: str) -> None:
    [said] = desk.visitor.document.xpath(f"//input[@name='{name}']/following-sibling::span[@class='reading']")
    assert said.text_content() == words


@then(parsers.parse("“{section}”没有要更正的"))
def nothing_to_correct(desk: Desk, section: str) -> None:
    desk.open(f"/{section}")
    assert not desk.visitor.document.xpath("//div[@role='alert']")


@then(parsers.re(r"要更正的有“(?P<label>.+?)”，写着“(?P<one>.+)”和“(?P<other>.+)”$"))
def to_be_corrected(desk: Desk, label: str, one: str, other: str) -> None:
    [told] = (each.text_content() for each in desk.visitor.document.xpath("//div[@role='alert']//a"))
    assert told.startswith(f"{label}：") and one in told and other in told, told
    desk.visitor.client.cookies.set("two-high-language", "en")
    desk.visitor.open(desk.visitor.path)
    [told] = (each.text_content() for each in desk.visitor.document.xpath("//div[@role='alert']//a"))
    assert "cannot be read" in told or "two ways" in told


@when("由表单照纸件填写浮法玻璃项目")
def by_form(desk: Desk) -> None:
    for section in SECTIONS:
        if section not in PAPER:
            continue
        block = Block(section)
        desk.open(f"/{section}").send(
            _sent(block, own(typed(PAPER).values, section)), press="then=save", action=f"/{section}"
        )
        assert desk.visitor.status == 200, desk.visitor.text
        for path in lists_of(section):
            for row in rows(typed(PAPER).values, path):
                desk.open(f"/rows/{path}/new").send(
                    _sent(Block(path, None, True), row), press="then=save", action="/new"
                )
                assert desk.visitor.status == 200, desk.visitor.text


def _sent(block: Block, value: Any) -> dict[str, str]:
    """What the officer fills in: names where one is looked for, no choice but those that are there."""
    sent = encode(block, value)
    for each in children(block.pattern):
        name = each.path.removeprefix(block.pattern).removeprefix(".")
        if each.path in PICKED and each.kind != "industry" and sent.get(name):
            sent |= {FIND + name: sent[name], name: ""}
    return sent


@when("由工作簿照纸件填写浮法玻璃项目")
def by_workbook(desk: Desk) -> None:
    desk.draft = number_of(uploaded(desk.visitor, typed_in(PAPER)))


@then("没有要更正的，读成的内容与纸件相符")
def read_as_the_paper_says(desk: Desk, store: Any) -> None:
    desk.open("/check")
    assert "需要更正" not in desk.visitor.text, desk.visitor.text
    submit(desk.visitor, desk.draft, "")
    assert "/reviews/" in desk.visitor.path, desk.visitor.text
    number = int(split_last(desk.visitor.path.replace("/", "."))[1].partition("?")[0])
    with store.reading() as connection:
        sheet = json.loads(read_sheet_bytes(connection, read_review(connection, number).sheet))
    assert sheet == canonical_sheet(parse_sheet(STATED))


@then(parsers.parse("核对页写明“{words}”"))
def said_when_checked(desk: Desk, words: str) -> None:
    assert words in desk.open("/check").text
