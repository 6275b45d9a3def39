"""The rules themselves: complete, addressed by content, and every fault a lawyer could make is named with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from review import EditionNotFound, RulesetError, choose, from_content, judge, load, parse_sheet
from review.canonical_json import write
from review.evaluation.durable import DurableEvaluator
from review.evaluation.program import program_of
from review.law.compiling import compiled
from review.law.loading import load_builtin
from review.lint import coverage_faults
from tests.law.folder import FOLDER, change, faults
from tests.sheets import sheet

pytestmark = pytest.mark.slow

DAY = date(2025, 3, 1)


def test_the_shipped_rules_have_no_fault() -> None:
    assert faults(FOLDER) == ""


CHANGES: list[tuple[str, str, str, str]] = [
    (
        "rules/voc.yaml",
        "voc.emission_t > 0 and voc.coatings_used",
        "voc.emision_t > 0 and voc.coatings_used",
        "unknown name",
    ),
    ("edition.yaml", "kind: law\n", "kind: whim\n", "allowed: “law”, “error”, “setting”"),
    ("edition.yaml", 'date: "2023-07-04"', 'date: ""', "lacks date"),
    ("rules/voc.yaml", "id: voc-offset-altered", "id: voc-offset", "there twice"),
    (
        "rules/voc.yaml",
        "applies: proposed and new and voc.emission_t > 0",
        "applies: proposed and existing",
        "can never apply",
    ),
    (
        "rules/voc.yaml",
        "applies: proposed and new and voc.emission_t > 0",
        "applies: voc.emission_t > 5 and voc.emission_t < 5",
        "can never apply",
    ),
    ("rules/voc.yaml", "clause: 3.10-7", "clause: 3.10-77", "no clause 3.10-77"),
    (
        "rules/voc.yaml",
        "force: mandatory\n    title: {zh: 使用",
        "force: guidance\n    title: {zh: 使用",
        "force_basis",
    ),
    ("rules/voc.yaml", "matter: eia", "matter: eja", "'eja' is not allowed"),
    ("rules/voc.yaml", "force: mandatory", "force: compulsory", "'compulsory' is not allowed"),
    ("rules/voc.yaml", "{gap} t/a 区域内替代量", "{gab} t/a 区域内替代量", "{gab}"),
    ("rules/voc.yaml", "requires: voc.low_voc_materials", "requires: voc.low_voc_materials == 1", "quotation marks"),
    ("rules/voc.yaml", "requires: voc.low_voc_materials", "requires: __import__('os')", "is not a name"),
    (
        "rules/voc.yaml",
        "requires: voc.low_voc_materials",
        "requires: project.stage == 'finished'",
        "is never 'finished'",
    ),
    (
        "rules/voc.yaml",
        "requires: voc.offset_t >= offset_ratio * voc.emission_t",
        "requires: voc.offset_t * voc.emission_t > 1",
        "multiplies two facts",
    ),
    ("rules/siting.yaml", "clause: 3.2-5", "clause: 3.2-4", "no rule cites clause 3.2-5"),
    ("parameters.csv", "offset_ratio,1.2,,,,3.10-7,", "offset_ratio,1.2,,,,,", "column source: may not be empty"),
    ("parameters.csv", "3.10-7,,,official", "3.10-7,,,sure", "'sure' is not allowed"),
    ("tables/parks.csv", "third-party", "", "column evidence: may not be empty"),
    ("rules/voc.yaml", "rules:", "rules: [", "not valid YAML"),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), CHANGES, ids=[f"{c[3]}-{i}" for i, c in enumerate(CHANGES)])
def test_lint_names_the_fault(draft: Path, file: str, old: str, new: str, words: str) -> None:
    change(draft / file, old, new)
    found = faults(draft)
    assert words in found


def test_a_fault_says_file_and_line(draft: Path) -> None:
    change(draft / "rules/voc.yaml", "requires: voc.low_voc_materials", "requires: nonsense")
    assert "rules/voc.yaml:14" in faults(draft)


def test_a_term_cannot_define_itself(draft: Path) -> None:
    change(draft / "edition.yaml", 'proposed: project.stage == "proposed"', "proposed: not proposed")
    assert "defined by itself" in faults(draft)


@pytest.mark.slow
def test_quotes_are_held_against_the_plan(draft: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    words = [c.quote or "" for each in load_builtin() for rule in each.rules for c in rule.citations if c.clause]
    reminders = [row["quote"] for row in choose("fuqing", DAY).content["clauses"]]
    plan.write_text("\n".join([*words, *reminders]), encoding="utf-8")
    assert faults(draft, plan) == ""
    change(draft / "rules/voc.yaml", "1.2 及以上倍量替代", "1.5 及以上倍量替代")
    assert "does not say" in faults(draft, plan)


def kilns(draft: Path, rules: str, asked: str) -> None:
    """Write `rules/kilns.yaml` anew: its rule, and `rules` made of it with `asked` before its own condition."""
    path = draft / "rules/kilns.yaml"
    head, rule = path.read_text(encoding="utf-8").split("rules:\n")
    own = "applies: item.named_fuel not in"
    assert own in rule
    more = (
        rule.replace("kiln-clean-energy", name).replace(
            own, f"applies: {asked.format(name[5:])} and item.named_fuel not in"
        )
        for name in rules.split()
    )
    path.write_text(f"{head}rules:\n{rule}{''.join(more)}", encoding="utf-8")


@pytest.mark.slow
def test_a_rule_too_large_for_the_engine_is_refused(draft: Path) -> None:
    bounds = " or ".join(f"energy.total_tce > {bound}" for bound in range(250))
    kilns(draft, "kiln-0", f"({bounds})")
    found = faults(draft)
    assert "rules/kilns.yaml:" in found and "kiln-0 compiles to" in found and "near the engine's 512" in found


@pytest.mark.slow
def test_many_rules_of_one_file_are_asked_of_the_engine_in_parts(draft: Path) -> None:
    kilns(draft, " ".join(f"kiln-{number}" for number in range(80)), "energy.total_tce > {}")
    assert "near the engine's" not in faults(draft)
    edition = load(draft)[-1]
    rulesets = DurableEvaluator(program_of(edition)).lists["coal.kilns"]
    assert len(rulesets) > 1 and sum(len(each.names) for each in rulesets) > 80
    raw = sheet({"coal.kilns": [{"name": "窑", "fuel": "coal"}], "energy.total_tce": "40"})
    judged = judge(parse_sheet(raw), edition, DAY)
    assert judged.to_bytes() == judge(parse_sheet(raw), edition, DAY, exact_only=True).to_bytes()
    assert {each.rule.id for each in judged.findings if each.status == "not_applicable"} >= {
        f"kiln-{n}" for n in range(40, 80)
    }


def test_content_gives_the_edition_back_and_its_digest_is_over_the_content() -> None:
    edition = choose("fuqing@2023", DAY)
    again = from_content(dict(edition.content))
    assert again == edition and again.digest == edition.digest and again.rules
    changed = {**edition.content, "until": "2030-01-01"}
    assert from_content(changed).digest != edition.digest


def test_the_first_two_editions_are_alike_but_for_the_benchmark_table() -> None:
    old, new = load(FOLDER)[:2]
    assert [rule.id for rule in old.rules] == [rule.id for rule in new.rules]
    shared = {row["id"]: row for row in old.table("benchmark_levels")}
    tightened = {
        row["id"]: (shared[row["id"]]["baseline"], row["baseline"])
        for row in new.table("benchmark_levels")
        if row["id"] in shared
        and (shared[row["id"]]["benchmark"], shared[row["id"]]["baseline"]) != (row["benchmark"], row["baseline"])
    }
    assert tightened == {
        "soda-ash-hou-light": ("245", "200"), "soda-ash-hou-dense": ("295", "240"), "ferrosilicon": ("1900", "1850"),
    }  # fmt: skip
    assert len(new.content["added_rows"]) == 15 and set(old.content["known_elsewhere"]) == set(
        new.content["added_rows"]
    )


@pytest.mark.parametrize("name", ["nowhere", "fuqing@1999", "../fuqing", "fuqing@"])
def test_an_unknown_edition_is_refused_or_the_one_in_force(name: str) -> None:
    if name == "fuqing@":
        assert choose(name, DAY).edition == "2024"
        return
    with pytest.raises(EditionNotFound):
        choose(name, DAY)


def test_coverage_counts_every_clause() -> None:
    edition = choose("fuqing", DAY)
    assert len(edition.content["clauses"]) == 186 and coverage_faults(edition) == []


def test_a_folder_can_be_judged_with(draft: Path) -> None:
    change(draft / "parameters.csv", "offset_ratio,1.2,", "offset_ratio,1.5,")
    assert choose(str(draft), DAY).parameters["offset_ratio"].text == "1.5"


def test_a_broken_folder_is_an_error_not_a_crash(draft: Path) -> None:
    (draft / "clauses.csv").unlink()
    with pytest.raises(RulesetError):
        load(draft)


def test_an_edition_is_compiled_by_the_one_cache_of_editions() -> None:
    compiled.cache_clear()
    shipped = load_builtin()
    found = compiled.cache_info()
    assert found.currsize == len(shipped)
    assert all(again is first for again, first in zip(load_builtin(), shipped, strict=True))
    assert all(compiled(write(dict(each.content)).encode()) is each for each in shipped)
    assert compiled.cache_info().misses == found.misses
