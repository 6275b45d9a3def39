"""An office that changes its rules: two persons, and proposals that are drawn up a single time in a test process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from review.law.amendments import Amended, Amendment, Paper, with_files
from review.law.loading import load_builtin
from review.record.access.known_people import know_person
from review.record.access.rule_keepers import set_rule_keeper
from review.record.editions.drawing_up import Drawn, drawn_up
from review.record.editions.in_force import Law
from review.record.editions.proposals import confirm, propose
from review.record.storage.actors import Actor
from review.record.storage.files import Scan, scan
from review.record.storage.store import Store

# By what another system calls each: at a terminal the user of the system is whoever sits there.
SUBJECTS = {"规则员甲": "jia.rules", "规则员乙": "yi.rules", "规则员丙": "bing.rules"}
PROPOSER, KEEPER, THIRD = (Actor(name, "cli:test", "cli") for name in SUBJECTS)
PAPER = Paper("关于加强倍量替代的通知（示例）", "闽环〔2026〕1 号", "2026-11-01", "3")
NEXT_YEAR = date(2027, 1, 1)
SCAN = scan("通知（示例）.pdf", b"%PDF-1.7 fictional notice")


def staffed(store: Store) -> None:
    """Both persons are known, and the second may confirm."""
    for each in (PROPOSER, KEEPER):
        know_person(store, SUBJECTS[each.name], each.name, "test")
    set_rule_keeper(store, SUBJECTS[KEEPER.name], True, "授权（示例）", "test")


def ratio(value: str, first: date = NEXT_YEAR) -> Amended:
    """A change of how many times VOC emissions are offset."""
    change = Amendment("parameters", {"parameter": "offset_ratio"}, {"value": value}, "law", "倍量提高（示例）", PAPER)
    return Amended(first, (change,))


def with_scan(file: Scan, value: str = "1.5") -> Amended:
    """A change of that ratio, by a document whose scan is attached."""
    asked = ratio(value)
    return with_files(
        replace(asked, amendments=(replace(asked.amendments[0], paper=replace(PAPER, file=file.name)),)),
        lambda _: file.digest,
    )


@cache
def drawn(value: str, first: date = NEXT_YEAR, *taken: str) -> Drawn:
    """The editions that come of it where the record has adopted the shipped ones alone; `taken` are names of other proposals."""
    return drawn_up(Law(0, load_builtin()), ratio(value, first), [each.edition for each in load_builtin()] + [*taken])


def proposed(store: Store, value: str = "1.5", first: date = NEXT_YEAR, *taken: str) -> int:
    return propose(store, drawn(value, first, *taken), "按通知修改（示例）", PROPOSER)


def adopted(store: Store, value: str = "1.5", first: date = NEXT_YEAR, *taken: str) -> int:
    """Proposed and confirmed; returns the number of the adoption."""
    return confirm(store, proposed(store, value, first, *taken), KEEPER)
