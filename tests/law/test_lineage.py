"""Why a figure differs between two editions: from the histories on the way from one to the other, never from that of the one both come from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from review.law.amending import amended
from review.law.amendments import Amended, Amendment, Paper
from review.law.changes import changes, kind_of
from review.law.compiling import from_content
from review.law.edition import Ruleset
from review.law.lineage import entries_between, made_of
from review.law.listing import proposed_differences
from review.law.loading import load, load_builtin
from review.record.editions.corrections import Corrections
from review.record.editions.drawing_up import drawn_up
from review.record.editions.in_force import Law
from review.record.editions.provenance import Adoption
from tests.law.recorded import adopted_in, recorded_edition
from tests.record.offices import ratio
from tests.second_city import FOLDERS, NAME

PAPER = Paper("通知（示例）", "示〔2026〕1 号", "2026-11-01", "3")
RATIO = "parameter offset_ratio"
SHIPPED = load_builtin()
LATEST = SHIPPED[-1]
BEGINS = date.fromisoformat(LATEST.content["from"])


def office(base: Ruleset, name: str, first: date, value: str, kind: str, figure: str = "offset_ratio") -> Ruleset:
    """An edition that the office makes of another by one figure."""
    change = Amendment("parameters", {"parameter": figure}, {"value": value}, kind, "示例", PAPER)
    return amended(base, Amended(first, (change,)), name, first)


def kind(old: Ruleset, new: Ruleset, editions: Sequence[Ruleset], change: str = RATIO) -> str:
    return kind_of(change, entries_between(old, new, editions))


@pytest.mark.parametrize("days", [0, 1, 137], ids=["the same day", "a day later", "much later"])
def test_the_way_to_an_office_edition_is_its_own_history(days: int) -> None:
    first = date.fromordinal(BEGINS.toordinal() + days)
    new = office(LATEST, "2026-o1", first, "1.5", "error")
    editions = (*SHIPPED, new)
    assert made_of(new, SHIPPED) == LATEST
    assert {kind(LATEST, new, editions), kind(new, LATEST, editions)} == {"error"}
    assert kind(SHIPPED[0], new, editions) == "error"
    # What the edition that both come from declares of itself is no reason of theirs.
    for entry in LATEST.content["history"]:
        for change in entry.get("changes", ()):
            assert kind(LATEST, new, editions, change) == "undeclared"


@pytest.mark.parametrize("months", [0, 1], ids=["the same day", "a month later"])
def test_between_two_office_editions_the_older_one_s_own_history_is_not_read(months: int) -> None:
    first = office(LATEST, "2026-o1", date(2027, 1, 1), "1.5", "law")
    second = office(first, "2026-o2", date(2027, 1 + months, 1), "11", "error", "water_intensity_limit")
    editions = (*SHIPPED, first, second)
    water = "parameter water_intensity_limit"
    for pair in ((first, second), (second, first)):
        assert (kind(*pair, editions), kind(*pair, editions, water)) == ("undeclared", "error")
    # Nor is what comes after both.
    for pair in ((LATEST, first), (first, LATEST)):
        assert (kind(*pair, editions), kind(*pair, editions, water)) == ("law", "undeclared")
    assert (kind(LATEST, second, editions), kind(LATEST, second, editions, water)) == ("law", "error")


def test_a_second_change_in_the_same_words_is_declared() -> None:
    first = office(LATEST, "2026-o1", date(2027, 1, 1), "1.5", "error")
    second = office(first, "2026-o2", date(2027, 1, 1), "1.3", "error")
    assert first.content["history"] == second.content["history"]
    assert kind(first, second, (*SHIPPED, first, second)) == "error"


def test_a_change_from_a_past_day_is_on_the_way_to_the_edition_made_of_it_alone() -> None:
    """From October 2025: one edition of 2025, and one of 2026 that takes the change over."""
    base = next(each for each in SHIPPED if each.edition == "2025")
    past = office(base, "2025-o1", date(2025, 10, 1), "1.5", "error")
    now = office(LATEST, "2026-o1", BEGINS, "1.5", "error")
    editions = (*SHIPPED, past, now)
    assert [made_of(each, editions[: editions.index(each)]) for each in (past, now)] == [base, LATEST]
    assert kind(base, past, editions) == "error"
    # On the way back the change is undone, and what it was made for is why.
    assert kind(past, LATEST, editions) == "error"
    assert kind(past, LATEST, editions, "rule eia-five-years") == "law"
    assert kind(base, LATEST, editions) == "undeclared"


def test_a_recorded_edition_stands_where_the_one_of_its_name_does() -> None:
    before = recorded_edition("2023")
    new = office(LATEST, "2026-o1", date(2027, 1, 1), "1.5", "law")
    editions = (*SHIPPED, new)
    assert kind(before, new, editions) == "law"
    assert kind(before, SHIPPED[1], editions, "section benchmark_document") == "undeclared"


def test_an_edition_that_is_not_at_hand_is_made_of_the_one_in_force_then() -> None:
    """An office's own edition against a folder that has the shipped ones alone."""
    mine = office(LATEST, "2026-o1", date(2027, 1, 1), "1.5", "evidence")
    assert {kind(mine, LATEST, SHIPPED), kind(LATEST, mine, SHIPPED)} == {"evidence"}


def test_editions_of_two_rulesets_have_nothing_between_them() -> None:
    other = load(Path(FOLDERS) / NAME)[0]
    assert entries_between(LATEST, other, (*SHIPPED, other)) == ()


# Editions that records adopted before what ships now: of facts 1 (two of them), of facts 2, and of findings 2.
BEFORE = {
    "facts 1": (recorded_edition("2022"), recorded_edition("2023")),
    "facts 2": adopted_in("days-2026-11"),
    "findings 2": adopted_in("findings-2026-11"),
}


def again(before: Sequence[Ruleset]) -> tuple[Ruleset, ...]:
    """What ships now as an office adopts it: under a name of its own where the name is taken."""
    taken = {each.edition for each in before}
    return tuple(
        from_content({**each.content, "edition": f"{each.edition}-o1"}) if each.edition in taken else each
        for each in SHIPPED
    )


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_nothing_that_ships_again_is_undeclared(before: Sequence[Ruleset]) -> None:
    """A correction in place stands in the history of the first edition that it touches, and is why for those after it too."""
    office = again(before)
    for news, editions in ((office, (*before, *office)), (SHIPPED, SHIPPED)):
        for old in before:
            for new in news:
                entries = entries_between(old, new, editions)
                undeclared = {str(each) for each in changes(old, new) if kind_of(str(each), entries) == "undeclared"}
                # Its own history, which is recorded, left this out; what ships again under its name says it.
                alone = old == recorded_edition("2023") and editions == SHIPPED
                known = {"section benchmark_document"} if alone else set()
                assert undeclared - known == set(), (old.edition, new.name)


def benchmarks(old: Ruleset, new: Ruleset, editions: Sequence[Ruleset]) -> set[str]:
    """Why levels differ between two editions."""
    entries = entries_between(old, new, editions)
    return {
        kind_of(name, entries) for name in map(str, changes(old, new)) if name.startswith("table benchmark_levels:")
    }


def test_figures_mended_where_the_law_s_entry_was_reworded_are_corrections() -> None:
    """The recorded 2023 says of the levels of 2023 what the one that ships again says in more words; between the two lies no law."""
    before = BEFORE["facts 1"]
    office = again(before)
    editions = (*before, *office)
    of_2022, of_2023 = office[:2]
    assert benchmarks(before[1], of_2023, editions) == benchmarks(of_2023, before[1], editions) == {"error"}
    assert benchmarks(before[1], office[-1], editions) == {"error"}
    # What the law of 2023 changed is its doing, corrected or not.
    for old, new in ((before[0], before[1]), (before[0], of_2023), (of_2022, of_2023), (before[1], of_2022)):
        assert benchmarks(old, new, editions) == benchmarks(new, old, editions) == {"law"}, (old.name, new.name)


def test_what_ships_again_tells_what_the_recorded_history_left_out() -> None:
    before = BEFORE["facts 1"]
    editions = (*before, *again(before))
    assert kind(before[1], before[0], editions, "section benchmark_document") == "law"


def test_what_law_changed_and_a_correction_touched_as_well_is_changed_by_law() -> None:
    """Both ends have the corrections of findings 2; between them lies the law of September 2025."""
    before = BEFORE["facts 2"]
    office = again(before)
    assert kind(office[0], office[-1], (*before, *office), "rule energy-review") == "law"


def test_an_office_s_word_of_the_day_of_a_law_is_its_own() -> None:
    """An entry of one kind and date as one of before that still stands is another one."""
    base = next(each for each in SHIPPED if each.edition == "2025")
    mine = office(base, "2025-o1", date(2025, 9, 1), "5", "law", "review_valid_years")
    assert kind(base, mine, (*SHIPPED, mine), "parameter review_valid_years") == "law"


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_nothing_of_a_proposal_to_adopt_what_ships_is_undeclared(before: Sequence[Ruleset]) -> None:
    office = again(before)
    pairs = [(made_of(each, (*before, *office[:place])), each) for place, each in enumerate(office)]
    for (_, edition), differences in zip(pairs, proposed_differences(pairs), strict=True):
        undeclared = [each.name for each in differences if each.why == "undeclared" and each.kind != "clause"]
        assert undeclared == [], edition.name


def test_a_correction_of_before_is_no_reason_of_an_edition_that_ships_again_later() -> None:
    """What both sides of a change have already was not corrected between them."""
    before = adopted_in("days-2026-11")
    office = again(before)
    second = from_content({**office[-1].content, "edition": "2026-o2"})
    assert kind(office[-1], second, (*before, *office, second), "section facts") == "undeclared"
    assert kind(before[-1], office[-1], (*before, *office), "section capacity_notices") == "undeclared"


def test_a_correction_in_place_corrects_figures_of_later_editions_too() -> None:
    """The areas of 2023 were mended by an entry that stands in the history of 2022; it is told of the edition that judged the review."""
    before = BEFORE["facts 1"]
    office = again(before)
    adopted = {each.digest: Adoption(9, "2026-11-27T00:00:00Z", proposal=8) for each in office}
    corrections = Corrections(Law(9, (*before, *office)), adopted)
    for old, name in zip(before, ("2022-o1", "2023-o1"), strict=True):
        found = corrections.since(old, 1, date(2023, 8, 1))
        areas = [(each.edition.edition, each.entry["kind"]) for each in found if each.change.name == "areas:fuzhou"]
        assert areas == [(name, "error")]


@pytest.mark.parametrize("before", [BEFORE["facts 2"], BEFORE["findings 2"]], ids=["facts 2", "findings 2"])
def test_an_office_changes_a_figure_of_an_edition_that_ships_no_more(before: Sequence[Ruleset]) -> None:
    """It need not adopt what ships now first; how facts and findings are made stays what it was."""
    (pair,) = drawn_up(Law(9, tuple(before)), ratio("1.5"), ()).pairs
    assert pair.changes == (RATIO,)
    assert (pair.edition.facts, pair.edition.findings) == (before[-1].facts, before[-1].findings)
