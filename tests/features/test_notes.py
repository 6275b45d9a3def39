"""notes.feature on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from review.errors import TwoHighError
from review.papers.html import fragment
from review.papers.papers import read_paper
from review.record.cases.notes import Note, Noted, list_notes, of_project, withdraw_note, write_note
from review.record.cases.submissions import Recorded
from review.record.proof.verification import verify
from review.record.search.index import bring_up
from review.record.search.searching import search
from review.record.storage.store import Store
from review.record.views.note_words import note_line
from review.record.views.timeline import timeline
from tests.record.projects import OFFICER, drawing, recorded

pytestmark = pytest.mark.record

scenarios("notes.feature")


@pytest.fixture(autouse=True)
def on_both_databases(store: Store) -> None:
    """A scenario asks for its fixtures as it goes; this one is known beforehand, so that it can run on each database."""


@dataclass
class World:
    store: Store
    review: Recorded
    code: str

    def write(self, about: str, text: str) -> None:
        kind, _, name = about.partition(" ")
        where = {
            "项目": Noted(project=self.review.project),
            "其他项目": Noted(project=999),
            "审查": Noted(review=self.review.id),
            "条目": Noted(review=self.review.id, finding=(name, "voc")),
            "数值": Noted(review=self.review.id, path=name),
        }[kind]
        write_note(self.store, where, text, OFFICER)

    @property
    def notes(self) -> list[Note]:
        with self.store.reading() as connection:
            return list_notes(connection, of_project(self.review.project))


@given(parsers.parse("项目“{name}”已提交"), target_fixture="world")
def submitted(store: Store, name: str) -> World:
    made = recorded(store, drawing(name, "4"))
    with store.reading() as connection:
        return World(store, made, read_paper(connection, made.id).code)


@when(parsers.parse("对{about}写备注“{text}”"))
def writes(world: World, about: str, text: str) -> None:
    world.write(about, text)


@when(parsers.parse("撤回备注，理由“{reason}”"))
def withdraws(world: World, reason: str) -> None:
    withdraw_note(world.store, world.notes[0].id, reason, OFFICER)


@then(parsers.parse("备注写明关于“{words}”"))
def is_about(world: World, words: str) -> None:
    [note] = world.notes
    assert re.match(re.escape(words).replace(re.escape("*"), r"\d+"), note_line(note).about.zh)


@then(parsers.parse("项目的经过有“{words}”"))
def happened(world: World, words: str) -> None:
    with world.store.reading() as connection:
        events = timeline(connection, world.review.project)["events"]
    assert [words in each["summary"]["zh"] for each in events if each["kind"] == "note"] == [True]


@then(parsers.parse("对照审查表没有“{words}”，编号不变"))
def paper_is_silent(world: World, words: str) -> None:
    with world.store.reading() as connection:
        paper = read_paper(connection, world.review.id)
    assert paper.code == world.code and words not in fragment(paper)


@then(parsers.parse("可以检索到“{words}”"))
def is_found(world: World, words: str) -> None:
    while bring_up(world.store):
        pass
    with world.store.reading() as connection:
        assert search(connection, words)["items"]


@then(parsers.re("不能对(?P<about>[^“]+)写备注“(?P<text>[^”]*)”：“(?P<words>.+)”"))
def cannot_write(world: World, about: str, text: str, words: str) -> None:
    with pytest.raises(TwoHighError, match=words):
        world.write(about, text)
    assert world.notes == []


@then(parsers.re("不能撤回备注，理由“(?P<reason>[^”]*)”：“(?P<words>.+)”"))
def cannot_withdraw(world: World, reason: str, words: str) -> None:
    with pytest.raises(TwoHighError, match=words):
        withdraw_note(world.store, world.notes[0].id, reason, OFFICER)


@then(parsers.parse("备注“{text}”列为已撤回，理由“{reason}”"))
def is_withdrawn(world: World, text: str, reason: str) -> None:
    [note] = world.notes
    assert note.withdrawn is not None and (note.text, note.withdrawn.reason) == (text, reason)


@then("记录完好")
def intact(world: World) -> None:
    with world.store.reading() as connection:
        assert verify(connection).breaks == ()
