"""A fact is declared once: reading aloud, the facts shown, the basis of a portfolio and its columns follow from its entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from review import choose, judge, parse_sheet, read_sheet_file
from review.errors import PortfolioError, RulesetError, Text
from review.evaluation import exact
from review.facts import Case, Fact, Facts, build_facts
from review.law import vocabulary
from review.law.compiling import from_content
from review.law.edition import Ruleset
from review.law.names import Declaration, EditionParts, Vocabulary
from review.law.prose import parameters_of_rule, recite, tables_of_rule, template_words
from review.law.vocabulary import FACTS, ITEM_NAMES, VERSIONS, vocabulary_of
from review.portfolio import deriving
from review.portfolio.basis import basis
from review.portfolio.columns import CASES, DERIVED, table_columns
from review.portfolio.deriving import Numbered, facts_table
from review.portfolio.evaluating import evaluate
from review.portfolio.queries import Plan
from review.quantities import exact as exact_arithmetic
from review.quantities import point
from review.sheet import catalogue
from review.sheet.fields import Amount, field
from review.verdict import judging
from tests.law.recorded import recorded_edition
from tests.sheets import AS_OF, sheet

SHEETS = [
    read_sheet_file(path) for path in sorted(Path(__file__).parents[2].joinpath("fixtures/sheets").glob("*.json"))
]
TOYS = (
    Declaration("toys.made_t", "figure", Text("玩具产量", "toys made"), "t/a", reads=EditionParts(("toys",), ("offset_ratio",)), shown=99),
    Declaration("toys.rank", "figure", Text("玩具级次", "rank of the toys")),
    Declaration("item.is_toy", "truth", Text("产品为玩具", "the product is a toy"), items_of=("products",)),
    Declaration("toys.safe", "truth", Text("玩具安全", "the toys are safe"), shown=98, since=2),
)  # fmt: skip
VALUES: Mapping[str, Fact] = {"toys.made_t": Fact(point(3)), "toys.rank": Fact(point(2)), "toys.safe": Fact(True)}


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Toy facts in the vocabulary and nowhere else, each with a value as `facts/` would give it."""

    def built(case: Case, **how: Any) -> Facts:
        facts = build_facts(case, **how)
        products = facts.items["products"]
        items = products and tuple({**item, "item.is_toy": Fact(True)} for item in products)
        return replace(facts, project={**facts.project, **VALUES}, items={**facts.items, "products": items})

    with monkeypatch.context() as patch:
        patch.setattr(vocabulary, "FACTS", (*FACTS, *TOYS))
        patch.setattr(judging, "build_facts", built)
        patch.setattr(deriving, "build_facts", built)
        vocabulary_of.cache_clear()
        yield
    vocabulary_of.cache_clear()


def edition(requires: Mapping[str, str] | None = None, **head: Any) -> Ruleset:
    """An edition recorded before content said so of its facts (of later ones the newest), with the conditions of some rules changed, and its `head`."""
    content = (choose("fuqing@2026", AS_OF) if head.get("facts") in (2, 3) else recorded_edition("2023")).content
    changed = requires or {}
    rules = [dict(rule) | ({"requires": changed[rule["id"]]} if rule["id"] in changed else {}) for rule in content["rules"]]  # fmt: skip
    return from_content({**content, "rules": rules, **head})


STATED = {"site.sea_outfall": "filed_new", "products": [{"name": "熟料", "benchmark": "cement-clinker"}]}
READING = {"sea-outfall": "toys.made_t >= 2 and toys.rank <= 3", "energy-benchmark": "item.is_toy"}


def test_a_fact_added_to_the_vocabulary_alone_is_read_aloud(toys: None) -> None:
    ruleset = edition(READING)
    of_project, of_item = ruleset.by_id["sea-outfall"], ruleset.by_id["energy-benchmark"]
    told = recite(of_project, ruleset).requires
    assert [each.words for each in told.parts] == [
        Text("玩具产量（t/a）不低于 2", "toys made (t/a) is at least 2"),
        Text("玩具级次不高于 3", "rank of the toys is at most 3"),
    ]
    assert recite(of_item, ruleset).requires.words == Text("产品为玩具", "the product is a toy")
    assert template_words(Text("{toys.made_t}", "{toys.made_t}"), of_project, ruleset).zh == "〔玩具产量〕"
    assert "toys" in tables_of_rule(of_project, ruleset)
    assert "offset_ratio" in parameters_of_rule(of_project, ruleset)


def test_a_fact_added_to_the_vocabulary_alone_is_shown_and_judged(toys: None) -> None:
    review = judge(parse_sheet(sheet(STATED)), edition(READING), AS_OF)
    document = review.document()
    assert list(document["facts"])[-1] == list(document["origins"])[-1] == "toys.made_t"
    assert document["facts"]["toys.made_t"] == "3"
    found = {each["rule"]: each for each in document["findings"]}
    assert found["sea-outfall"]["status"] == found["energy-benchmark"]["status"] == "pass"


def test_a_fact_added_to_the_vocabulary_alone_is_part_of_the_basis(toys: None) -> None:
    assert {"toys", "offset_ratio"} <= set(basis(edition(READING)))


@pytest.mark.slow
def test_a_fact_added_to_the_vocabulary_alone_has_columns_and_is_judged_there(toys: None) -> None:
    ruleset = edition(READING)
    columns = {each.name: each for each in table_columns(CASES, ruleset.vocabulary)}
    assert columns["toys__made_t__low"].digits == columns["toys__rank__high"].digits == DERIVED
    assert "is_toy" in [each.name for each in table_columns("products", ruleset.vocabulary)]
    assert {"toys__made_t__high", "toys__rank__low"} <= {each.name for each in Plan(ruleset).columns(CASES)}
    judged_here = parse_sheet(sheet(STATED))
    outcomes = evaluate(facts_table([Numbered(1, Case(judged_here, ruleset, AS_OF))]), ruleset).statuses()[1]
    assert outcomes["sea-outfall", "toys"] == outcomes["energy-benchmark", "products[0]"] == "pass"


def test_a_fact_of_later_editions_is_in_no_edition_recorded_before(toys: None) -> None:
    with pytest.raises(RulesetError, match=r"toys\.safe"):
        edition({"sea-outfall": "toys.safe"})
    then, now = edition(), edition({"sea-outfall": "toys.safe"}, facts=2)
    assert "toys.safe" not in then.vocabulary.shown and now.vocabulary.shown[-2:] == ("toys.safe", "toys.made_t")
    assert "toys__safe" not in [each.name for each in table_columns(CASES, then.vocabulary)]
    assert "toys__safe" in [each.name for each in table_columns(CASES, now.vocabulary)]
    review = judge(parse_sheet(sheet(STATED)), now, AS_OF).document()
    assert review["facts"]["toys.safe"] is True


def test_a_later_declaration_of_a_name_replaces_the_older() -> None:
    old = Declaration("toys.made_t", "figure", Text("旧", "old"), "t", reads=EditionParts(("toys",)), shown=1)
    new = replace(old, label=Text("新", "new"), reads=EditionParts(("plays",)), since=2)
    then, now = (Vocabulary(version, (new, old), ITEM_NAMES) for version in (1, 2))
    assert (then.described("toys.made_t")[0].en, now.described("toys.made_t")[0].en) == ("old", "new")
    assert (then.basis.tables, now.basis.tables) == (("toys",), ("plays",))
    assert then.shown == now.shown == ("toys.made_t",)


def test_a_field_of_later_editions_is_known_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Toys(BaseModel):
        made_t: Amount = field("玩具产量", "toys made", unit="t")

    class Sheet(BaseModel):
        toys: Toys | None = field("玩具", "toys", since=2)
        area: Amount = field("面积", "area")

    found = {each.path: each for each in catalogue._walk(Sheet, "")}
    assert {path: each.since for path, each in found.items()} == {"toys": 2, "toys.made_t": 2, "area": 1}
    monkeypatch.setattr("review.law.names.all_fields", lambda: tuple(found.values()))
    monkeypatch.setattr("review.law.names.may_be_none", tuple)
    monkeypatch.setattr("review.law.names.gates", tuple)
    then, now = (Vocabulary(version, (), {}).project for version in (1, 2))
    assert set(then) == {"area", "stated(area)"}
    assert set(now) == {"toys.made_t", "stated(toys.made_t)", "stated(toys)", *then}


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_declared_is_worked_out_and_what_is_worked_out_is_declared(version: int) -> None:
    ruleset, latest = edition(facts=version), vocabulary_of(VERSIONS[-1])
    for each in SHEETS:
        with exact_arithmetic():
            facts = build_facts(Case(each, ruleset, AS_OF))
        # Facts of later editions are worked out and not read: what is worked out is declared for the latest at least.
        assert set(ruleset.vocabulary.project) <= set(facts.project) <= set(latest.project)
        for path in ruleset.vocabulary.lists:
            for item in facts.items[path] or ():
                assert set(ruleset.vocabulary.of_item(path)) <= set(item) <= set(latest.of_item(path))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_declaration_is_whole(version: int) -> None:
    known = vocabulary_of(version)
    sample = edition(facts=version) if version > 1 else edition()
    content = sample.content
    keys = [(each.name, each.items_of, each.since) for each in FACTS]
    assert len(set(keys)) == len(keys)
    places = [each.shown for each in FACTS if each.shown is not None and known.find(each.name) is each]
    assert len(set(places)) == len(places) == len(known.shown)
    for each in FACTS:
        assert (each.kind is None) is (each.label is None) is (each.field is not None), each.name
        assert each.name.startswith("item.") is bool(each.items_of)
        assert not each.joined or len(each.joined) == (2 if each.kind == "figure" else 1)
    assert set(known.reads.tables) <= set(content["tables"])
    assert {*known.reads.parameters, *known.reads.noted} <= {row["parameter"] for row in content["parameters"]}
    assert set(known.shown) <= set(sample.fact_names()) or version > 1


@pytest.mark.slow
def test_an_edition_of_later_facts_is_judged_as_columns_too_and_takes_no_facts_of_before() -> None:
    then, now = edition(), edition(facts=2)
    numbered = [Numbered(number, Case(each, now, AS_OF)) for number, each in enumerate(SHEETS)]
    found = evaluate(facts_table(numbered), now).outcomes()
    for each in numbered:
        with exact_arithmetic():
            assert found[each.number] == dict(exact.judge(each.case, build_facts(each.case), now))
    for derived, judged in ((then, now), (now, then)):
        facts = facts_table(Numbered(1, Case(each, derived, AS_OF)) for each in SHEETS[:1])
        with pytest.raises(PortfolioError, match=r"another .*\bfacts:"):
            evaluate(facts, judged)


@pytest.mark.parametrize("stated", [0, 4, "2", 2.0, True, None])
def test_facts_that_no_release_knows_are_refused(stated: object) -> None:
    with pytest.raises(RulesetError, match=r"facts is .*it can be 1"):
        edition(facts=stated)
