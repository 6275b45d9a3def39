"""A text with U+0000, which no text of PostgreSQL can be, is found nowhere or refused; the record does not seem to be out of order for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, insert, select

from review.errors import EditionNotFound, NotRecorded, RecordUnavailable, Refused
from review.record.access.known_people import person_of
from review.record.access.people import read_person
from review.record.access.sessions import sign_in
from review.record.cases.submissions import find_request
from review.record.editions.in_force import edition_named, law_of
from review.record.register.history import source_line
from review.record.register.lines import register_lines
from review.record.search.searching import search
from review.record.storage.journal import table
from review.record.storage.outbox import deliveries, send_again
from review.record.storage.sign_in_tables import RateTaken
from review.record.storage.store import Store
from review.record.views.decision_list import DecisionFilters, list_decisions
from review.record.views.logs import Filters as LogFilters
from review.record.views.logs import list_entries, list_events
from review.record.views.worklist import Filters, holders_of, page
from tests.record.projects import project

BAD = "S\0-1"
ASKED: dict[str, Callable[[Connection], object]] = {
    "text of the list": lambda c: page(c, Filters(text=BAD)),
    "park": lambda c: page(c, Filters(park=BAD)),
    "holder": lambda c: page(c, Filters(holders=holders_of(c, BAD, "x"))),
    "officer": lambda c: list_decisions(c, DecisionFilters(officer=BAD), 5),
    "park of decisions": lambda c: list_decisions(c, DecisionFilters(park=BAD), 5),
    "rule": lambda c: list_decisions(c, DecisionFilters(rule=BAD), 5),
    "kind of event": lambda c: list_events(c, LogFilters(kind=BAD), 5),
    "who": lambda c: list_events(c, LogFilters(who=BAD), 5),
    "address": lambda c: list_entries(c, LogFilters(address=BAD), 5),
    "source": lambda c: source_line(c, BAD),
    "text of the register": lambda c: register_lines(c, text=BAD),
    "words": lambda c: search(c, BAD),
    "message": lambda c: send_again(c, BAD),
    "hook": lambda c: deliveries(c, state=None, before=None, limit=5, hook=BAD),
    "key of a sender": lambda c: find_request(c, BAD, project("A-1")),
    "edition": lambda c: edition_named(c, law_of(c), BAD),
    "subject": lambda c: person_of(c, BAD),
    "login": lambda c: read_person(c, BAD),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_is_found_nowhere_or_refused(name: str, store: Store) -> None:
    try:
        with store.reading() as connection:
            ASKED[name](connection)
    except RecordUnavailable as error:
        pytest.fail(str(error))
    except (Refused, NotRecorded, EditionNotFound) as error:
        assert error.faults
    with store.reading() as connection:
        assert page(connection).lines == ()


def test_both_databases_refuse_what_is_asked_or_written_with_it(store: Store) -> None:
    for ask in (ASKED["hook"], ASKED["kind of event"], ASKED["address"]):
        with pytest.raises(Refused, match=r"U\+0000"), store.reading() as connection:
            ask(connection)
    rows = table(RateTaken)
    for many in ([BAD], ["a", BAD]):
        with pytest.raises(Refused, match=r"U\+0000"), store.writing() as connection:
            connection.execute(insert(rows), [{"minute": "2026", "caller": each, "taken": 1} for each in many])
    with store.reading() as connection:
        assert connection.execute(select(rows)).all() == []


def test_nobody_signs_in_by_it(store: Store) -> None:
    try:
        assert sign_in(store, BAD, "x", hours=1) is None
    except Refused as error:
        assert error.faults
