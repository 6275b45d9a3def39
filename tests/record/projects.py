"""Sheets of made-up projects, and a record with some of everything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from review import ProjectSheet, parse_sheet
from review.clock import today
from review.errors import Refused
from review.law.edition import Ruleset
from review.law.loading import load_builtin
from review.law.plan_text import quotes
from review.record.access.absences import record_absence
from review.record.access.keys import create_key, revoke_key
from review.record.access.known_people import know_person, list_known
from review.record.access.people import add_person
from review.record.cases import submissions
from review.record.cases.case_days import record_day
from review.record.cases.decisions import Decided
from review.record.cases.decisions import decide as record_decision
from review.record.cases.listings import list_project
from review.record.cases.persons import Person
from review.record.cases.rulings import Ruling
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded, submit
from review.record.editions.adoption import adopt_shipped_once
from review.record.editions.in_force import Law
from review.record.register.entries import SourceEntry, register_source
from review.record.storage.store import Store
from review.record.work.webhooks import add_hook
from tests.sheets import AS_OF, NEW_TWO_HIGH, sheet

EDITIONS = load_builtin()
OFFICER = "审查岗甲"
SECOND = "审查岗乙"
SECOND_PERSON = Person("fuhe.yi", SECOND)
DOCUMENT = "融环〔2025〕1 号（示例）"


def project(code: str | None = None, changes: dict[str, Any] | None = None) -> ProjectSheet:
    """A proposed, new, two-high project (虚构)."""
    named = {"project.code": code, "project.name": f"测试项目 {code or ''}（虚构）"}
    return parse_sheet(sheet({**named, **(changes or {})}, NEW_TWO_HIGH))


def drawing(
    code: str | None, allocated: str, source: str = "S-1", emission: str = "5", reduction: str = "100"
) -> ProjectSheet:
    """A project that draws on a source."""
    offset = {
        "source": source,
        "area": "fuqing",
        "reduction_t": reduction,
        "allocated_t": allocated,
        "document": DOCUMENT,
    }
    return project(code, {"voc.emission_t": emission, "voc.offsets": [offset]})


def recorded(store: Store, sheet: ProjectSheet, **options: Any) -> Recorded:
    options = {"as_of": AS_OF, "reason": "补录（示例）", **options}
    return submit(store, sheet, OFFICER, **options)


def registered(store: Store, verified: str, source: str = "S-1", **options: Any) -> Any:
    entry = SourceEntry(source, "fuqing", Decimal(verified), DOCUMENT, **options)
    return register_source(store, entry, OFFICER)


def overruled(outcome: str, **options: Any) -> Ruling:
    """A ruling with all that a departure could need."""
    return Ruling(outcome, reason="理由（示例）", clause="3.10-7", second=SECOND_PERSON, **options)


def decide(store: Store, review: int, ruling: Ruling, officer: str, **options: Any) -> Decided:
    """Record a decision; the second person of these tests is made known where one is needed."""
    try:
        return record_decision(store, review, ruling, officer, **options)
    except Refused as error:
        if ruling.second != SECOND_PERSON or "second-unknown" not in {each.code for each in error.faults}:
            raise
        with store.reading() as connection:
            assert not list_known(connection)
        know_person(store, SECOND_PERSON.subject, SECOND, "test")
        return record_decision(store, review, ruling, officer, **options)


@contextmanager
def before_adoption(*editions: Ruleset) -> Iterator[None]:
    """What is recorded within is written as by a version from before editions were adopted: by any content, no event of an edition."""
    law = Law(0, editions)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("law_of", "adopt_shipped"):
            patch.setattr(submissions, name, lambda connection: law)
        yield


def some_of_everything(store: Store) -> dict[str, int]:
    """A record with every kind of event, begun before editions were adopted and the last event their adoption; returns the numbers of some."""
    with before_adoption(*EDITIONS):
        numbers = _everything(store)
    adopt_shipped_once(store)
    return numbers


def _everything(store: Store) -> dict[str, int]:
    first = recorded(store, drawing("A-1", "6"))
    source = registered(store, "10")
    second = recorded(store, drawing("B-1", "6"))
    decision = decide(store, first.id, overruled("approve"), OFFICER)
    again = recorded(store, drawing("B-1", "4"))
    plant = recorded(store, project("C-1", {"project.stage": "existing"}))
    due = date(2026, 6, 30)
    decide(store, plant.id, overruled("rectify", responsible="虚构企业", due=due), OFFICER)
    listing = list_project(store, project("D-1", {"project.stage": "existing"}), OFFICER, "存量摸底")
    step = take_step(store, plant.project, "disposition_closed", OFFICER, reason="整改完成").id
    key = create_key(store, "审批系统（示例）", "system", OFFICER)
    revoke_key(store, key.split(".")[1], "示例", OFFICER)
    add_hook(store, "https://approval.example/hook", ("review", "decision"), OFFICER)
    add_person(store, "officer.one", "示例人员甲", "officer", OFFICER)
    add_person(store, "officer.two", "示例人员乙", "officer", OFFICER)
    record_day(store, again.project, "received", AS_OF, OFFICER, document="收件回执（示例）")
    record_absence(store, "officer.one", "officer.two", today(), today(), OFFICER, reason="外出（示例）")
    return {
        "first": first.id, "source": source.id, "second": second.id, "again": again.id, "plant": plant.id, "decision": decision.id,
        "listing": listing.id, "listed": listing.project, "step": step,
    }  # fmt: skip


def clauses(**instead: str) -> bytes:
    """A made-up plan (虚构) that has every quote of the editions, with words of ours around them."""
    texts = {row["clause"]: [f"第 {row['clause']} 条前文。"] for row in EDITIONS[-1].content["clauses"]}
    for edition in EDITIONS:
        for _, clause, quote in quotes(edition):
            if quote not in texts[clause]:
                texts[clause].append(quote)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["clause", "article", "text"])
    writer.writerows(
        [clause, "", instead.get(clause.replace(".", "_").replace("-", "_"), "，\n".join(words) + "。")]
        for clause, words in texts.items()
    )
    return out.getvalue().encode()
