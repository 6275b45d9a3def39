"""The office's words: one that is changed where it stands is changed on the page, on the paper, in the terminal and in the workbook."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from api.app import create_app
from api.command_line import command_line
from api.settings import Settings
from review import read_sheet_file, terms
from review.errors import Text
from review.papers.papers import paper_page
from review.readers.workbook_template import fill_template
from review.record.access.people import add_person, change_password
from review.record.access.sessions import sign_in
from review.record.cases.decisions import decide
from review.record.cases.rulings import Ruling
from review.record.cases.submissions import submit
from review.record.storage.contents import read_review
from review.record.storage.store import open_store
from review.record.views.worklist import each_line
from review.record.views.worklist_export import as_xlsx, code_names
from review.sheet import canonical_sheet
from tests.record.projects import OFFICER

pytestmark = pytest.mark.slow

SHEET = Path(__file__).resolve().parents[1] / "fixtures" / "sheets" / "expansion.json"
AS_OF = date(2026, 11, 23)
PASSWORD = "Words-of-the-office-9"
# A word of each kind that the sample's review has, and where it is shown.
PAGE, PAPER, TERMINAL, WORKLIST, TEMPLATE = "page", "paper", "terminal", "work list", "template"
CASES: dict[str, tuple[Any, Any, set[str]]] = {
    "status": (terms.STATUS_WORDS, "fail", {PAGE, PAPER, TERMINAL}),
    "force": (terms.FORCE_WORDS, "mandatory", {PAGE, PAPER, TERMINAL}),
    "recommendation": (terms.RECOMMENDATION_WORDS, "reject", {PAGE, PAPER, TERMINAL, WORKLIST}),
    "matter": (terms.MATTER_WORDS, "eia", {PAGE, PAPER, TERMINAL}),
    "outcome": (terms.OUTCOMES, "defer", {PAGE, PAPER, WORKLIST}),
    "evidence": (terms.EVIDENCE_WORDS, "setting", {PAGE, PAPER, TERMINAL}),
    "truth": (terms.TRUTH_WORDS, True, {PAGE, WORKLIST, TEMPLATE}),
    "list": (terms.LIST_WORDS, "two-high", {PAGE, WORKLIST}),
    "role": (terms.ROLE_WORDS, "officer", {PAGE}),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address of a record with one decided review and one person, and the review's number."""
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'record.sqlite'}"
    store = open_store(url)
    review = submit(store, read_sheet_file(SHEET), OFFICER, as_of=AS_OF, reason="补录（示例）").id
    decide(store, review, Ruling("defer", reason="待补测（示例）", clause="3.10-7"), OFFICER)
    first = add_person(store, "admin", "周管理（示例）", "admin", "test")
    change_password(store, "admin", first, PASSWORD)
    add_person(store, "officer", "林审查（示例）", "officer", "test")
    store.close()
    yield url, review


def shown(url: str, review: int) -> dict[str, str]:
    """All that is shown of the review, the project and the people, by where."""
    store = open_store(url, create=False)
    signed = sign_in(store, "admin", PASSWORD, hours=1)
    assert signed
    with store.reading() as connection:
        paper = paper_page(connection, review, "zh", "opinion").decode()
        worklist = cells(as_xlsx(each_line(connection), code_names(connection)))
        project = read_review(connection, review).project
    store.close()
    addresses = (f"/reviews/{review}", f"/reviews/{review}/what-if", f"/projects/{project}", "/people")
    pages = asyncio.run(opened(url, signed.token, addresses))
    terminal = CliRunner().invoke(
        command_line(), ["check", str(SHEET), "--format", "text", "--as-of", AS_OF.isoformat()]
    )
    return {
        PAGE: "".join(pages),
        PAPER: paper,
        TERMINAL: terminal.stdout,
        WORKLIST: worklist,
        TEMPLATE: cells(fill_template(canonical_sheet(read_sheet_file(SHEET)))),
    }


async def opened(url: str, session: str, addresses: Sequence[str]) -> list[str]:
    """Pages in Chinese as a person signed in sees them, served in this process."""
    app = create_app(Settings(database=url))
    async with app.router.lifespan_context(app):
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://office.example", headers={"Accept": "text/html"},
            cookies={"two-high-session": session, "two-high-language": "zh"},
        )  # fmt: skip
        async with client:
            answers = [await client.get(each) for each in addresses]
    assert [each.status_code for each in answers] == [200] * len(answers)
    return [each.text for each in answers]


def cells(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


@pytest.fixture(scope="module")
def changed(office: tuple[str, int]) -> dict[str, str]:
    """All that is shown once each word, and each sign, is another."""
    with pytest.MonkeyPatch.context() as patch:
        for kind, (words, code, _) in CASES.items():
            patch.setitem(words, code, Text(changed_word(kind), f"a changed {kind}"))
        for relation in terms.SIGNS:
            patch.setitem(terms.SIGNS, relation, "⋛")
        return shown(*office)


def changed_word(kind: str) -> str:
    """A word that stands nowhere else, of each kind another."""
    return "改过的词" + "甲乙丙丁戊己庚辛壬癸"[list(CASES).index(kind)]


@pytest.mark.parametrize("kind", CASES)
def test_a_word_stands_once(changed: dict[str, str], kind: str) -> None:
    assert {place for place, text in changed.items() if changed_word(kind) in text} >= CASES[kind][2]


def test_a_sign_stands_once(changed: dict[str, str]) -> None:
    assert "⋛" in changed[PAGE] and "⋛" in changed[PAPER]
