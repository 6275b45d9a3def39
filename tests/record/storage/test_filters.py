"""Filters of long lists are answered by an index: what is asserted is the plan of the database, not how long it takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from review import clock
from review.record.access.keys import create_key
from review.record.register.balances import accounts, find_entry
from review.record.register.history import source_movements
from review.record.register.lines import register_lines
from review.record.storage.audit_log import append_entry
from review.record.storage.contents import Span, count_reviews, reviews_page
from review.record.storage.journal import table
from review.record.storage.outbox import deliveries
from review.record.storage.store import Store
from review.record.storage.tables import Standing
from review.record.views import logs, worklist
from review.record.views.decision_list import DecisionFilters, list_decisions
from review.record.views.logs import list_entries, list_events
from review.record.views.worklist import Filters, begins_with, page
from tests.conftest import Filled
from tests.record.projects import OFFICER

DAY = date(2026, 11, 1)
Ask = Callable[[Connection], object]


def listed(filters: Filters, **options: Any) -> Ask:
    return lambda connection: page(connection, filters, **options)


def decided(**filters: Any) -> Ask:
    return lambda connection: list_decisions(connection, DecisionFilters(**filters), 50)


def happened(**filters: Any) -> Ask:
    return lambda connection: list_events(connection, logs.Filters(**filters), 50)


def entered(**filters: Any) -> Ask:
    return lambda connection: list_entries(connection, logs.Filters(**filters), 50)


def reviewed(recommendation: str | None = None, **span: Any) -> Ask:
    return lambda connection: reviews_page(
        connection, Span(**span), recommendation=recommendation, before=None, limit=50
    )


# What is asked, and the indexes of which one at least is to answer it.
ASKED: dict[str, tuple[Ask, tuple[str, ...]]] = {
    "stage": (listed(Filters(stage="rare")), ("standing_stage",)),
    "recommendation": (listed(Filters(recommendation="rare")), ("standing_recommendation",)),
    "outcome": (listed(Filters(outcome="rare")), ("standing_outcome",)),
    "sector": (listed(Filters(sector="rare")), ("standing_sector",)),
    "industry": (listed(Filters(industry="C301")), ("standing_industry",)),
    "park": (listed(Filters(park="rare")), ("standing_park",)),
    "band": (listed(Filters(band="rare")), ("standing_band",)),
    "holder": (listed(Filters(holders=("person:rare",))), ("standing_holder",)),
    "off the list": (listed(Filters(on_list=False)), ("standing_off_list",)),
    "listed only": (listed(Filters(reviewed=False)), ("standing_unreviewed",)),
    "open conditions": (listed(Filters(open_conditions=True)), ("standing_conditions",)),
    "to be supplied": (listed(Filters(open_supplements=True)), ("standing_supplements",)),
    "disposition overdue": (listed(Filters(overdue_on=DAY)), ("standing_due",)),
    "anything overdue": (listed(Filters(late_on=DAY)), ("standing_clocked",)),
    "by due days": (listed(Filters(on_list=None, stage="rare"), by_due=True), ("standing_clocked",)),
    "decisions by outcome": (decided(outcome="rare"), ("decision_outcome",)),
    "decisions that depart": (decided(departs=True), ("decision_departs",)),
    "decisions of days": (decided(since=DAY, until=DAY), ("decision_day",)),
    "decisions of a project": (decided(project=7), ("standing_project", "ix_review_project")),
    "decisions of a park": (decided(park="rare"), ("standing_park",)),
    "events of a kind": (happened(kind="rare"), ("event_kind",)),
    "events of a project": (happened(project=7), ("standing_project",)),
    "entries of a kind": (entered(kind="rare"), ("audit_kind",)),
    "entries of a session": (entered(session="rare"), ("audit_session",)),
    "entries of somebody": (entered(who="rare"), ("audit_who",)),
    "entries from an address": (entered(address="rare"), ("audit_address",)),
    "reviews by recommendation": (reviewed("rare"), ("review_recommendation",)),
    "reviews of days": (reviewed(since=DAY, until=DAY), ("review_day",)),
    "reviews of a project": (reviewed(project=7), ("ix_review_project",)),
    "how many of days": (lambda connection: count_reviews(connection, Span(DAY, DAY)), ("review_day",)),
    "what is drawn on a source": (lambda connection: accounts(connection, ("rare",)), ("draw_last", "draw_source")),
    "the entry of a source": (lambda connection: find_entry(connection, "rare"), ("source_one",)),
    "movements of a source": (lambda connection: source_movements(connection, "rare"), ("draw_last", "draw_source")),
    "what is registered": (lambda connection: register_lines(connection), ("source_one", "source_latest")),
    "messages": (
        lambda connection: deliveries(connection, state=None, before=None, limit=50),
        ("delivery_placed", "delivery_listed"),
    ),
}
# A table of which SQLite reads every row, as its plan says it.
SCANNED = re.compile(r"SCAN (standing|decision|review|event|audit_entry|draw|source)(_\d+)?\b(?!.* USING )")
# Many rows of each table that grows with the record, few of which are asked for; on PostgreSQL the plan depends on that.
MANY = 6000
ROWS = (
    "INSERT INTO event SELECT n, '2026-11-0' || 1 + n / 1000 || 'T', 'a', CASE WHEN n % 3000 = 0 THEN 'rare' ELSE 'review' END, repeat('x', 300), 'p' || n, 'd' || n FROM generate_series(1, {0}) n",
    "INSERT INTO review SELECT n, n, 1, NULL, 's', 'r', CASE WHEN n % 3000 = 0 THEN '2026-11-01' ELSE '2025-01-01' END, CASE WHEN n % 3000 = 0 THEN 'rare' ELSE 'reject' END, NULL, 'd' || n, 'x' FROM generate_series(1, {0}) n",
    "INSERT INTO decision SELECT n, n, NULL, o, n % 3000 = 0, NULL, NULL, 'a', NULL, NULL, CASE WHEN n % 3000 = 0 THEN '2026-11-01' ELSE '2025-01-01' END, NULL, NULL, '[]', NULL"
    " FROM (SELECT n, CASE WHEN n % 3000 = 0 THEN 'rare' ELSE 'reject' END o FROM generate_series(1, {0}) n) s",
    "INSERT INTO standing (position, ordinal, project, name, industry, sector, park, stage, band, on_list, review, recommendation, outcome, energy_from_tce, open_conditions, open_supplements, due, clocked, condition_due, holder, consultation_due, detail)"
    " SELECT n, 0, n, 'p', CASE WHEN r THEN '3011' ELSE '4412' END, w, w, w, w, NOT r, CASE WHEN r THEN NULL ELSE n END, w, w, '0', r::int, r::int, NULL, NULL, NULL, 'person:' || w, NULL, '{{}}'"
    " FROM (SELECT n, n % 3000 = 0 r, CASE WHEN n % 3000 = 0 THEN 'rare' ELSE 'common' END w FROM generate_series(1, {0}) n) s",
    'INSERT INTO audit_entry (number, at, kind, who, session, address, channel, "by", minute, count, previous, digest)'
    " SELECT n, '2026', w, w, w, w, 'api', w, NULL, 1, 'p', 'd' || n FROM (SELECT n, CASE WHEN n % 3000 = 0 THEN 'rare' ELSE 'common' END w FROM generate_series(1, {0}) n) s",
    "INSERT INTO source (position, source, area, pollutant, verified_t, document) SELECT n, 's' || n, 'a', 'voc', '1', 'd' FROM generate_series(1, {0}) n",
    "INSERT INTO draw SELECT n, 0, CASE WHEN n % 3000 = 0 THEN 'rare' ELSE 's' || n END, n, 'reserve', '1', '1', '1' FROM generate_series(1, {0}) n",
    "INSERT INTO delivery (id, hook, position, state, attempts, due, leased) SELECT 'm' || n, 'h', n, 'delivered', 0, '', '' FROM generate_series(1, {0}) n",
)


def some_thousands(store: Store) -> None:
    """Rows for the planner to choose by, which say nothing."""
    if store.is_sqlite:
        # Its plan is of the schema alone.
        return
    with store.writing() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for each in ROWS:
            connection.execute(text(each.format(MANY)))
        connection.execute(text("ANALYZE"))


@contextmanager
def plans(connection: Connection) -> Iterator[list[str]]:
    """What the database does for the statements that are run meanwhile."""
    run: list[tuple[str, Any]] = []
    found: list[str] = []

    def noted(_: Connection, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        run.append((statement, values))

    event.listen(Engine, "before_cursor_execute", noted)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", noted)
    asking = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    for statement, values in run:
        found += [str(row[-1]) for row in connection.exec_driver_sql(f"{asking} {statement}", values)]


@pytest.mark.parametrize("name", ASKED)
def test_a_filter_is_answered_by_an_index(name: str, filled_by: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    # The rows say nothing: their states are not to be read.
    monkeypatch.setattr(worklist, "line", lambda *_: {})
    monkeypatch.setattr(worklist, "edition_names", lambda *_: {})
    monkeypatch.setattr("review.record.views.worklist.json.loads", lambda _: {"review": None, "project": 0})
    store, _ = filled_by(some_thousands)
    ask, wanted = ASKED[name]
    with store.reading() as connection, plans(connection) as found:
        ask(connection)
        monkeypatch.undo()
    said = "\n".join(found)
    assert any(each in said for each in wanted), said
    # Nor is another statement of the same answer to read a whole table that grows with the record.
    assert not store.is_sqlite or not [each for each in found if SCANNED.match(each)], said


@pytest.mark.parametrize(
    ("beginning", "bounds"), [("30", ("30", "31")), ("C30", ()), ("39", ("39", "4")), ("99", ("99",)), ("%_", ())]
)
def test_codes_that_begin_so_lie_between_two(beginning: str, bounds: tuple[str, ...]) -> None:
    column = table(Standing).c.industry
    _, *between = begins_with(column, beginning)
    assert tuple(each.right.value for each in between) == bounds
    for code in ("3", "30", "3011", "31", "38", "39", "3999", "4", "40", "99", "9999"):
        if bounds and code.startswith(beginning):
            assert code >= bounds[0] and (len(bounds) == 1 or code < bounds[1])


def test_events_of_a_project_are_those_whose_body_names_it(filled: Store) -> None:
    with filled.reading() as connection:
        every = list_events(connection, logs.Filters(), 10_000)
        projects = {each["project"] for each in every} - {None}
        assert len(projects) > 3
        for project in projects:
            named = (f'"project":{{"id":{project},', f'"project":{project},')
            expected = [each["position"] for each in every if any(words in each["body"] for words in named)]
            found = list_events(connection, logs.Filters(project=project), 10_000)
            assert [each["position"] for each in found] == expected
        assert list_events(connection, logs.Filters(project=2**70), 10) == []


def test_events_and_entries_of_a_day_are_those_of_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the office's own day, which begins at 16:00 UTC."""
    days = [date(2026, 11, day) for day in (1, 2, 3)]
    # The first and the last moment of the day between, what comes just before and after, and one within.
    times = ("2026-11-01T15:59:59.999999", "2026-11-01T16:00:00", "2026-11-02T03:00:00", "2026-11-02T15:59:59.999999", "2026-11-02T16:00:00")  # fmt: skip
    moments = [datetime.fromisoformat(f"{each}+00:00") for each in times]
    for number, now in enumerate(moments):
        monkeypatch.setattr(clock, "utc_now", lambda: now)  # noqa: B023
        create_key(store, f"第 {number} 个（示例）", "officer", OFFICER)
        with store.writing() as connection:
            append_entry(connection, "signed_in", str(number))

    def told(**asked: Any) -> tuple[list[str], list[str]]:
        with store.reading() as connection:
            events = list_events(connection, logs.Filters(**asked), 100, after=0)
            entries = list_entries(connection, logs.Filters(**asked), 100, after=0)
        return [json.loads(each["body"])["name"][2] for each in events], [each["who"] for each in entries]

    for asked, expected in (
        ({"since": days[1], "until": days[1]}, "123"), ({"since": days[0], "until": days[0]}, "0"), ({"since": days[2]}, "4"),
        ({"since": days[1]}, "1234"), ({"until": days[1]}, "0123"), ({}, "01234"), ({"since": date(2200, 1, 1)}, ""), ({"until": date(2000, 1, 1)}, ""),
    ):  # fmt: skip
        assert told(**asked) == ([*expected], [*expected]), asked
