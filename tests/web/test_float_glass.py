"""The float glass file typed as its paper writes it, in a browser: what an officer has to enter, to open and to click is counted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from api.web.sheet_form import STATE, Block, encode
from api.web.sheet_words import FIND
from review.drafting.existence import QUESTIONS
from review.drafting.typed import lists_of, own, rows, typed
from review.record.storage.contents import read_review, read_sheet_bytes
from review.record.storage.store import Store
from review.sheet import canonical_sheet, parse_sheet
from tests.readers.written.test_sheet import PAPER, STATED
from tests.web.conftest import Opened

pytestmark = pytest.mark.record

MOST = {"values": 70, "pages": 20, "clicks": 45}
# The project burns gas alone.
WITHOUT = ("coal.boilers", "coal.kilns", "coal.power_units", "data_centre")
NONE_OF = {"coal": {"boilers": [], "kilns": [], "power_units": []}, "data_centre": "none"}


@dataclass
class Counted:
    """An officer at a page: values entered, pages opened, clicks. Between fields the officer goes on by the tabulator."""

    window: Page
    values: int = 0
    clicks: int = 0
    pages: list[str] = field(default_factory=list)

    def press(self, words: str) -> None:
        self.clicks += 1
        with self.window.expect_navigation():
            self.window.get_by_role("button", name=words).last.click()

    def choose(self, name: str, value: str) -> None:
        self.values, self.clicks = self.values + 1, self.clicks + 1
        self.window.check(f"[name='{name}'][value='{value}']")

    def type(self, name: str, text: str) -> None:
        self.values += 1
        self.window.fill(f"[name='{name}']", text)

    def fill(self, block: Block, paper: Any, stated: Any) -> None:
        """Fill in a block: words as the paper writes them; of what is chosen, the choice they mean."""
        wanted = encode(block, stated)
        for name, text in encode(block, paper).items():
            if not text or (name.startswith(STATE) and text != "none"):
                continue
            if self.window.locator(f"[name='{FIND}{name}']").count() and name != "industry":
                self.type(f"{FIND}{name}", text)
            elif self.window.locator(f"input[type=radio][name='{name}']").count():
                self.choose(name, wanted[name] or text)
            elif self.window.locator(f"select[name='{name}']").count():
                self.values, self.clicks = self.values + 1, self.clicks + 1
                self.window.select_option(f"[name='{name}']", wanted[name])
            else:
                self.type(name, text)


def test_the_float_glass_file_is_entered_in_a_bounded_number_of_steps(at_browser: Opened, store: Store) -> None:
    paper, stated = typed(PAPER).values, typed(STATED).values
    # The form offers units to choose from; one that the paper alone has is typed behind its figure.
    diesel = paper["energy"]["items"][2]
    diesel["quantity"] += diesel.pop("unit")
    window = at_browser(path="/drafts/new")
    officer = Counted(window, pages=["/drafts/new"])
    window.on("load", lambda page: officer.pages.append(page.url))
    officer.press("开始填写")
    for path in QUESTIONS:
        if path in WITHOUT:
            officer.choose(path, "no")
    officer.press("保存并到下一部分")
    while (section := window.url.rpartition("/")[2]) != "check":
        officer.fill(Block(section), own(paper, section), own(stated, section))
        for path in lists_of(section):
            mine, meant = rows(paper, path), rows(stated, path)
            if mine:
                officer.press("保存并添加")
            for number, (row, means) in enumerate(zip(mine, meant, strict=True), 1):
                officer.fill(Block(path, None, True), row, means)
                officer.press("保存并再添一条" if number < len(mine) else "保存并到下一部分")
        if window.url.rpartition("/")[2] == section:
            officer.press("保存并到下一部分")
    assert "需要更正" not in window.locator("main").inner_text()
    officer.press("提交并记录")
    number = int(window.url.rpartition("/")[2].partition("?")[0])
    with store.reading() as connection:
        sheet = json.loads(read_sheet_bytes(connection, read_review(connection, number).sheet))
    assert sheet == canonical_sheet(parse_sheet({**STATED, **NONE_OF}))
    counted = {"values": officer.values, "pages": len(officer.pages), "clicks": officer.clicks}
    assert all(counted[name] <= most for name, most in MOST.items()), (counted, officer.pages)
