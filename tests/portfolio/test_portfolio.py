"""Portfolios: judged as columns they are what `exact.py` says, to the last digit, on every engine and under every edition."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import portfolio_sheets
from benchmarks.sweep import generate
from review import Balance, ProjectSheet, Register, SheetError, choose, parse_sheet, read_sheet_file
from review.errors import PortfolioError
from review.evaluation import exact
from review.facts import Case, build_facts
from review.law.compiling import from_content
from review.law.edition import Ruleset
from review.portfolio.basis import basis
from review.portfolio.deriving import FactTables, Numbered, facts_table
from review.portfolio.engines import DuckDB, PostgreSQL
from review.portfolio.evaluating import Digest, Outcomes, evaluate, in_order, most_severe
from review.portfolio.extra import need
from review.portfolio.queries import JUSTIFY, NOTHING, REFUSE, SUPPLEMENT
from review.portfolio.what_if import WhatIf, with_parameters, without_effect
from review.quantities import exact as exact_arithmetic
from review.verdict.judging import statuses
from tests.databases import Databases
from tests.sheets import AS_OF, sheet
from tests.strategies import sheets

pytestmark = pytest.mark.slow

FIXTURES = sorted(Path(__file__).parents[2].joinpath("fixtures/sheets").glob("*.json"))
EDITIONS = ("fuqing@2022", "fuqing@2023")
LATER = date(2026, 11, 23)


def edition(name: str = "fuqing@2023") -> Ruleset:
    return choose(name, AS_OF)


def cases(
    some: Iterable[ProjectSheet], ruleset: Ruleset, as_of: date = AS_OF, register: Register | None = None
) -> list[Numbered]:
    return [Numbered(number, Case(each, ruleset, as_of, register), number) for number, each in enumerate(some)]


@cache
def mixture(count: int = 60) -> tuple[ProjectSheet, ...]:
    """The samples, sheets of any fields at all, and sheets of a province."""
    chance = random.Random(11)
    samples = [read_sheet_file(path) for path in FIXTURES]
    return (*samples, *(generate(chance) for _ in range(count)), *portfolio_sheets.sheets(count))


def held_against_exact(numbered: list[Numbered], ruleset: Ruleset, facts: FactTables | None = None) -> Outcomes:
    """The outcomes, once they are what `exact.py` says of every case that is among the columns, on numpy and on DuckDB."""
    facts = facts or facts_table(numbered)
    outcomes, engine = evaluate(facts, ruleset), DuckDB(threads=1)
    assert in_both(outcomes) == in_both(evaluate(facts, ruleset, engine))
    engine.close()
    found, recommended = outcomes.outcomes(), outcomes.recommended()
    aside = {each.number for each in facts.aside}
    assert set(found) == {each.number for each in numbered} - aside - set(outcomes.refused)
    for each in numbered:
        if each.number in found:
            case = replace(each.case, ruleset=ruleset)
            with exact_arithmetic():
                wanted = exact.judge(case, build_facts(case), ruleset)
            assert found[each.number] == dict(wanted)
            assert recommended[each.number] == statuses(case.sheet, ruleset, case.as_of, case.register)[0]
    return outcomes


@pytest.mark.parametrize("constant", ["True", "False"])
@pytest.mark.parametrize("key", ["applies", "requires"])
def test_conditions_that_hold_always_or_never_are_judged_as_columns(key: str, constant: str) -> None:
    content = deepcopy(dict(choose("fuqing@2026", AS_OF).content))
    for rule in content["rules"]:
        rule[key] = constant
    made = from_content(content)
    held_against_exact(cases((read_sheet_file(path) for path in FIXTURES[:12]), made), made)


def in_both(outcomes: Outcomes) -> tuple[str, dict[int, str], Mapping[int, str]]:
    """What engines are to agree on."""
    found = Digest()
    found.add(outcomes)
    return found.hexdigest(), outcomes.recommended(), outcomes.refused


@pytest.mark.parametrize("as_of", [AS_OF, LATER])
@pytest.mark.parametrize("name", EDITIONS)
def test_as_columns_every_sheet_is_judged_as_exact_judges_it(name: str, as_of: date) -> None:
    outcomes = held_against_exact(cases(mixture(), edition(name), as_of), edition(name))
    assert len(outcomes.recommended()) > 130


@given(st.lists(sheets(), min_size=12, max_size=12), st.sampled_from(EDITIONS), st.sampled_from([AS_OF, LATER]))
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
def test_any_sheets_are_judged_as_exact_judges_them(raw: list[dict[str, Any]], name: str, as_of: date) -> None:
    held_against_exact(cases([parse_sheet(each) for each in raw], edition(name), as_of), edition(name))


def test_a_source_of_the_advanced_level_dated_after_the_review_is_not_recorded() -> None:
    grounds = [{"document": "文号", "date": day} for day in ("2025-03-01", "2025-03-02")]
    raw = [
        sheet({"project.nature": "expansion", **product("none", "100", advanced_level="100", advanced_source=each)})
        for each in grounds
    ]
    outcomes = held_against_exact(cases([parse_sheet(each) for each in raw], edition()), edition())
    found = [each["energy-benchmark-altered", "products[0]"] for each in outcomes.statuses().values()]
    assert found == ["pass", "missing"]


def test_a_register_counts_as_it_did_for_the_review() -> None:
    register = Register(
        7, {"甲": Balance(Decimal(20), Decimal(15)), "乙": Balance(Decimal(9), Decimal(0), area="other")}
    )
    raw = [sheet({"voc.emission_t": 5, "voc.offsets": [offset("6", source=source)]}) for source in ("甲", "乙", "丙")]
    outcomes = held_against_exact(cases([parse_sheet(each) for each in raw], edition(), register=register), edition())
    assert [each["voc-offset", "voc"] for each in outcomes.statuses().values()] == ["fail", "fail", "pass"]


def offset(amount: str, **more: Any) -> dict[str, Any]:
    return {"source": "甲", "area": "fuqing", "document": "文号", "reduction_t": "100", "allocated_t": amount, **more}


def voc(emission: str, *offsets: dict[str, Any]) -> dict[str, Any]:
    return {"voc.emission_t": emission, "voc.offsets": list(offsets)}


def product(row: str, energy: str, **more: Any) -> dict[str, Any]:
    return {"products": [{"name": "产品", "benchmark": row, "unit_energy": energy, **more}]}


# What the sheet states, the rule, its subject, and the status it must have: worked out by hand, as in `rules.md`.
BOUNDARIES: list[tuple[dict[str, Any], str, str, str]] = [
    (voc("4.1", offset("4.92")), "voc-offset", "voc", "pass"),
    (voc("4.1", offset("4.919999999")), "voc-offset", "voc", "fail"),
    (voc("0.17", offset("0.204")), "voc-offset", "voc", "pass"),
    (voc("10", offset("11.999999")), "voc-offset", "voc", "fail"),
    (voc("10", offset("11.999999999")), "voc-offset", "voc", "fail"),
    (voc("10", offset("12")), "voc-offset", "voc", "pass"),
    (voc("10", offset("8"), offset("4", source="乙", area="fuzhou")), "voc-offset", "voc", "missing"),
    (voc("10", offset("8"), offset("40", source="乙", area="other")), "voc-offset", "voc", "fail"),
    (voc("10"), "voc-offset", "voc", "fail"),
    (voc("999999999999.999999999", offset("999999999999.999999999", reduction_t="999999999999.999999999")), "voc-offset", "voc", "fail"),
    (voc("0.000000001", offset("0.000000001")), "voc-offset", "voc", "fail"),
    (voc("0.000000001", offset("0.000000002")), "voc-offset", "voc", "pass"),
    (voc("5") | {"voc.online_monitoring": False}, "voc-online-monitoring", "voc", "not_applicable"),
    (voc("5.000001") | {"voc.online_monitoring": False}, "voc-online-monitoring", "voc", "fail"),
    (voc("10", offset("6", reduction_t="9"), offset("6", reduction_t="9")), "offset-integrity", "voc.offsets[1]", "attention"),
    ({"energy.total_tce": "49999.9999"}, "guidance-50k", "energy", "not_applicable"),
    ({"energy.total_tce": "50000"}, "guidance-50k", "energy", "attention"),
    ({"energy.total_tce": "80000", "project.industry": "0111"}, "guidance-50k", "energy", "not_applicable"),
    ({"energy.total_tce": "10", "project.industry": None}, "guidance-50k", "energy", "not_applicable"),
    ({"project.industry": None}, "eia-laws", "eia", "missing"),
    (product("cement-clinker", "100"), "energy-benchmark", "products[0]", "pass"),
    (product("cement-clinker", "100.1"), "energy-benchmark", "products[0]", "fail"),
    (product("cement-clinker", "117.1") | {"project.nature": "expansion"}, "energy-baseline", "products[0]", "fail"),
    (product("steelmaking-converter", "-30"), "energy-benchmark", "products[0]", "pass"),
    (product("steelmaking-converter", "-29"), "energy-benchmark", "products[0]", "fail"),
    (product("ethylene", "842.874", unit="kgce/t"), "energy-benchmark", "products[0]", "pass"),
    (product("ethylene", "842.874000001", unit="kgce/t"), "energy-benchmark", "products[0]", "fail"),
    (product("none", "9", advanced_level="9", advanced_source={"document": "来源"}), "energy-benchmark", "products[0]", "pass"),
    (product("none", "9", advanced_level="9"), "energy-benchmark", "products[0]", "missing"),
    ({"products": []}, "energy-benchmark", "products", "missing"),
    ({"site.park": "none"}, "park-siting", "site", "fail"),
    ({"site.park": "none", "site.park_exemption": {"document": "文号", "reason": "理由"}}, "park-siting", "site", "attention"),
]  # fmt: skip


def test_the_worked_boundaries() -> None:
    some = [parse_sheet(sheet(changes)) for changes, _, _, _ in BOUNDARIES]
    judged = held_against_exact(cases(some, edition()), edition()).statuses()
    found = [judged[number][rule, subject] for number, (_, rule, subject, _) in enumerate(BOUNDARIES)]
    assert found == [status for _, _, _, status in BOUNDARIES]


def test_what_no_column_holds_is_set_aside_and_never_rounded() -> None:
    wide = {
        "capacity": {
            "required": True,
            "new_t": "999999999999.999999999",
            "ratio": "999999999999.999999999",
            "retired": [],
        }
    }
    some = [parse_sheet(sheet(wide)), parse_sheet(sheet())]
    facts = facts_table(cases(some, edition()))
    assert [(each.number, each.refused, each.faults[0].where) for each in facts.aside] == [
        (0, False, "capacity.required_t")
    ]
    assert set(evaluate(facts, edition()).recommended()) == {1}
    asked = WhatIf(edition(), with_parameters(edition(), ["offset_ratio=1.5"])[0])
    assert list(asked.add(facts)) == [] and (asked.summary.projects, asked.summary.unjudged) == (2, 0)


def test_what_an_edition_refuses_is_named_and_not_judged() -> None:
    some = [
        parse_sheet(sheet(product("no-such-row", "9"))),
        parse_sheet(sheet(product("cement-clinker", "9", unit="m³"))),
        parse_sheet(sheet()),
    ]
    parked = parse_sheet(sheet({"site.park": "no-such-park"}))
    numbered = cases([*some, parked], edition())
    facts = facts_table(numbered)
    outcomes = evaluate(facts, edition())
    assert set(outcomes.recommended()) == {2} and set(outcomes.refused) == {0, 1}
    assert [(each.number, each.refused) for each in facts.aside] == [(3, True)]
    for each in numbered:
        if each.number != 2:
            with pytest.raises(SheetError):
                build_facts(each.case)


def test_a_parameter_too_long_for_columns_is_an_error_not_a_rounding() -> None:
    facts = facts_table(cases([parse_sheet(sheet(voc("10", offset("12"))))], edition()))
    content = edition().content
    rows = [
        dict(row) | ({"value": "1.20000000000000000001"} if row["parameter"] == "offset_ratio" else {})
        for row in content["parameters"]
    ]
    with pytest.raises(PortfolioError, match="voc-offset"):
        evaluate(facts, from_content({**content, "parameters": rows}))


@pytest.mark.parametrize(("derived", "judged"), [EDITIONS, EDITIONS[::-1]])
def test_another_edition_is_judged_on_the_same_facts(derived: str, judged: str) -> None:
    numbered = cases(mixture(40), edition(derived))
    held_against_exact(numbered, edition(judged), facts_table(numbered))


def changed_row(ruleset: Ruleset, table: str, **columns: str) -> Ruleset:
    """The edition with the last row of a table changed."""
    rows = [dict(row) for row in ruleset.content["tables"][table]]
    rows[-1] |= columns
    return from_content({**ruleset.content, "tables": {**ruleset.content["tables"], table: rows}})


def test_facts_of_another_basis_are_refused_by_name() -> None:
    facts = facts_table(cases([parse_sheet(sheet())], edition()))
    with pytest.raises(PortfolioError, match="areas"):
        evaluate(facts, changed_row(edition(), "areas", counts="surely"))
    evaluate(facts, changed_row(edition(), "benchmark_levels", benchmark="1"))
    with pytest.raises(PortfolioError, match="limits"):
        evaluate(facts, changed_row(edition(), "limits", level_2="1"))


def test_the_basis_tells_limits_years_and_the_plans_end_apart() -> None:
    added = {"limits", "review_valid_years", "eia_valid_years", "primary_factor_most", "plan_continues"}
    assert added <= basis(edition()).keys()


class Watched(dict[str, Any]):
    """A mapping that keeps what was asked of it."""

    asked: set[str]

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def watched(content: Mapping[str, Any], asked: set[str]) -> Watched:
    found = Watched(content)
    found.asked = asked
    return found


def test_facts_rest_on_nothing_but_what_their_basis_names() -> None:
    tables, parameters = set[str](), set[str]()
    ruleset = edition()
    content = {**ruleset.content, "tables": watched(ruleset.content["tables"], tables)}
    # With a digest of its own: what is worked out once for an edition is worked out for this one too.
    spied = replace(ruleset, content=content, parameters=watched(ruleset.parameters, parameters))
    object.__setattr__(spied, "digest", "watched")
    object.__setattr__(spied, "indexes", watched(ruleset.indexes, tables))
    with exact_arithmetic():
        for each in mixture(40):
            build_facts(Case(each, spied, AS_OF))
    known = ruleset.vocabulary
    assert tables <= set(known.reads.tables) and tables >= set(known.basis.tables)
    assert parameters == {*known.basis.parameters, *known.reads.noted}


def digest(facts: FactTables, engine: Any = None) -> str:
    found = Digest()
    found.add(evaluate(facts, edition(), engine))
    return found.hexdigest()


def test_numpy_duckdb_and_postgresql_give_the_same_findings(databases: Databases, tmp_path: Path) -> None:
    facts = facts_table(
        cases([*mixture(40), *(parse_sheet(sheet(changes)) for changes, _, _, _ in BOUNDARIES)], edition())
    )
    one, other = DuckDB(threads=1), PostgreSQL(databases.new("postgresql", tmp_path))
    assert digest(facts, one) == digest(facts, other) == digest(facts)
    one.close()
    other.close()


def test_the_digest_of_findings_knows_no_batches_and_every_outcome() -> None:
    numbered = cases(mixture(10), edition())
    whole, parts = Digest(), Digest()
    whole.add(evaluate(facts_table(numbered), edition()))
    for start in range(0, len(numbered), 7):
        parts.add(evaluate(facts_table(numbered[start : start + 7]), edition()))
    assert whole.hexdigest() == parts.hexdigest()
    assert digest(facts_table(numbered)) != digest(facts_table(numbered[:-1]))


@pytest.mark.parametrize("setting", ["offset_ratio=1.5", "key_energy_user_from=3000", "guidance_from=5000"])
def test_what_if_is_what_judging_again_with_that_edition_gives(setting: str) -> None:
    base = edition()
    changed, _ = with_parameters(base, [setting])
    numbered = cases(mixture(40), base)
    wanted = {}
    for each in numbered:
        then, now = (statuses(each.case.sheet, ruleset, AS_OF, None) for ruleset in (base, changed))
        if then != now:
            wanted[each.number] = (
                then[0],
                now[0],
                {key: (then[1][key], now[1][key]) for key in then[1] if then[1][key] != now[1][key]},
            )
    asked = WhatIf(base, changed)
    found = {
        flip["review"]: (
            flip["then"],
            flip["now"],
            {(each["rule"], each["subject"]): (each["then"], each["now"]) for each in flip["rules"]},
        )
        for flip in asked.add(facts_table(numbered))
    }
    asked.close()
    assert found == wanted and wanted
    assert asked.summary.flipped == len(wanted) == sum(group.flipped for group in asked.summary.by_park.values())
    assert (
        asked.summary.projects == len(numbered) == sum(group.projects for group in asked.summary.by_industry.values())
    )


def test_what_if_asks_a_projects_latest_review_alone() -> None:
    some = cases([parse_sheet(sheet(voc("10", offset("12"))))] * 2, edition())
    facts = facts_table([replace(some[0], project=1, current=False), replace(some[1], project=1)])
    asked = WhatIf(edition(), with_parameters(edition(), ["offset_ratio=1.3"])[0])
    assert [flip["review"] for flip in asked.add(facts)] == [1] and asked.summary.projects == 1


@pytest.mark.parametrize(
    "setting", ["offset_ratio", "no_such=1", "offset_ratio=NaN", "offset_ratio=1.0000000001", "capacity_region=1"]
)
def test_what_cannot_be_set_is_refused_with_what_can(setting: str) -> None:
    with pytest.raises(PortfolioError, match=setting.partition("=")[0]):
        with_parameters(edition(), [setting])


def test_a_parameter_that_nothing_reads_is_named() -> None:
    _, settings_ = with_parameters(edition(), ["reduction_target_cod=1", "offset_ratio=2", "kgce_per_kgoe=1.5"])
    assert without_effect(edition(), settings_) == ("reduction_target_cod",)


def test_what_is_not_installed_is_said_with_what_to_install() -> None:
    with pytest.raises(PortfolioError, match=r"two-high-review\[portfolio\]"):
        need("no_such_module")


# Sums, differences, signs, constants, and comparisons that no rule of the plan makes, each in place of what a rule requires.
UNUSUAL = {
    "sea-outfall": "voc.offset_t - voc.added_t >= -1 * voc.emission_t + 0.5", "voc-low-materials": "0 * energy.total_tce <= 1 and 3 > 2",
    "sea-outfall-new": "not (voc.emission_t < 5 or site.in_park)", "water-intensity": "project.water_m3 - project.value_added_wan > 0.000000001 or 1 > 2",
    "voc-offset": "-2 * voc.emission_t < 3 - voc.added_t", "guidance-50k": "energy.total_tce + voc.emission_t > 1000 and True",
    "park-sewage": "not voc.emission_t <= offset_ratio * 4.1", "energy-limit": "item.unit_energy - item.limit_level <= 0 - 0.5",
    "offset-integrity": "2.5 * item.drawn_t < 1.25 * item.verified_t + voc.emission_t",
}  # fmt: skip


def test_every_operation_of_the_language_is_judged_alike() -> None:
    content = edition().content
    rules = [
        dict(rule) | ({"requires": UNUSUAL[rule["id"]]} if rule["id"] in UNUSUAL else {}) for rule in content["rules"]
    ]
    draft = from_content({**content, "rules": rules})
    raw = [
        sheet(changes | {"site.sea_outfall": "filed_new", "energy.total_tce": "999.5"})
        for changes, _, _, _ in BOUNDARIES
    ]
    outcomes = held_against_exact(cases([*mixture(40), *map(parse_sheet, raw)], draft), draft).outcomes().values()
    for rule in UNUSUAL:
        assert len({outcome for found in outcomes for (name, _), outcome in found.items() if name == rule}) > 1, rule


def test_rules_whose_columns_would_be_one_are_refused() -> None:
    content = edition().content
    twin = dict(next(rule for rule in content["rules"] if rule["id"] == "sea-outfall"))
    draft = from_content({**content, "rules": [*content["rules"], twin | {"id": "sea_outfall"}]})
    with pytest.raises(PortfolioError, match="column name"):
        evaluate(facts_table(cases([parse_sheet(sheet())], draft)), draft)


@pytest.mark.parametrize(
    "rows", [[], [(7, 0)], [(1, 0), (1, 1), (3, 0)], [(3, 0), (1, 1), (1, 0)], [(1, 1), (1, 0), (3, 0)]], ids=str
)
def test_rows_come_in_order_of_case_and_place_whatever_the_engine_gives(rows: list[tuple[int, int]]) -> None:
    cases, places = [case for case, _ in rows], [place for _, place in rows]
    table = pyarrow.table(
        {
            "case": pyarrow.array(cases, "int64"),
            "place": pyarrow.array(places, "int64"),
            "rule": pyarrow.array(cases, "int8"),
        }
    )
    found = in_order(table)
    assert list(zip(found["case"].to_pylist(), found["place"].to_pylist(), strict=True)) == sorted(rows)
    assert found["rule"].to_pylist() == sorted(cases)


def test_the_most_severe_of_a_case_may_be_on_one_of_its_items() -> None:
    def small(*values: int) -> pyarrow.Array:
        return pyarrow.array(values, "int8")

    cases = pyarrow.table(
        {"case": [2, 5, 9], "grave": small(NOTHING, SUPPLEMENT, NOTHING), "stage": ["proposed", None, "existing"]}
    )
    items = pyarrow.table({"case": [2, 2, 5, 9, 9], "grave": small(JUSTIFY, NOTHING, JUSTIFY, NOTHING, REFUSE)})
    found = most_severe({"cases": cases, "products": items, "coal.kilns": items.slice(0, 0)})
    assert found["grave"].to_pylist() == [JUSTIFY, SUPPLEMENT, REFUSE]
    assert found["stage"].to_pylist() == ["proposed", None, "existing"]
