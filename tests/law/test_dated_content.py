"""Editions cut from dated content: which reading, row and parameter is in force on the first day of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from review import choose, load
from review.law.edition import Ruleset
from review.law.loading import builtin, ends, load_builtin
from tests.law.folder import change, faults

pytestmark = pytest.mark.slow

EDITIONS = {
    "2022": "2022-01-01", "2023": "2023-07-04", "2024": "2024-02-01", "2025": "2025-09-01", "2025.1": "2026-01-01",
    "2025.2": "2026-04-22", "2025.3": "2026-06-15", "2026": "2026-08-15",
}  # fmt: skip


def editions() -> dict[str, Ruleset]:
    return {each.edition: each for each in load_builtin()}


def test_the_shipped_editions_and_their_first_days() -> None:
    assert {name: each.content["from"] for name, each in editions().items()} == EDITIONS
    assert all(each.facts == 3 and "until" not in each.content for each in editions().values())


def test_an_edition_ends_where_the_next_begins() -> None:
    contents = [each.content for each in load_builtin()]
    assert [str(ends(each, contents)) for each in contents] == [
        "2023-07-03", "2024-01-31", "2025-08-31", "2025-12-31", "2026-04-21", "2026-06-14", "2026-08-14", "None",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "first"), EDITIONS.items())
def test_the_edition_in_force_on_its_first_day_and_not_the_day_before(name: str, first: str) -> None:
    day = date.fromisoformat(first)
    assert choose("fuqing", day).edition == name
    if name != "2022":
        assert choose("fuqing", date.fromordinal(day.toordinal() - 1)).edition != name


def test_parameters_stand_in_the_editions_of_their_days() -> None:
    since = {
        "overrun_allowed": "2025",
        "plan_continues": "2025.1",
        "carbon_replacement_ratio": "2025.2",
        "baseline_closing": "2025.3",
    }
    for name, first in since.items():
        assert [each for each in EDITIONS if name in editions()[each].parameters] == [
            each for each in EDITIONS if EDITIONS[each] >= EDITIONS[first]
        ]
    assert editions()["2025.3"].parameters["eia_valid_years"].source == "环境影响评价法"
    now = editions()["2026"].parameters["eia_valid_years"]
    assert (now.source, now.article, now.text) == ("生态环境法典", "第一百零六条", "5")
    assert editions()["2026"].parameters["plan_continues"].text == ""


def test_rows_are_without_dates_but_where_a_date_of_the_sheet_chooses() -> None:
    tables = editions()["2026"].content["tables"]
    dated = {name for name, rows in tables.items() if "from" in rows[0]}
    assert dated == {"review_thresholds", "capacity_replacement", "limits"}
    assert "from" not in editions()["2026"].content["parameters"][0]


def test_a_basis_stands_in_the_editions_of_its_days() -> None:
    documents = {
        name: [each.document for each in edition.by_id["industrial-policy"].citations if not each.clause]
        for name, edition in editions().items()
    }
    assert documents["2023"] == ["产业结构调整指导目录（2019 年本）"]
    assert documents["2024"] == documents["2026"] == ["产业结构调整指导目录（2024 年本）"]


def test_a_later_reading_takes_over_and_leaves_the_order(draft: Path) -> None:
    path = draft / "rules/siting.yaml"
    text = path.read_text(encoding="utf-8")
    head, first, *rest = text.split("  - id: ")
    later = first.replace("force: in_principle", "force: guidance").replace("\n", '\n    from: "2026-08-15"\n', 1)
    path.write_text("  - id: ".join([head, first, later, *rest]), encoding="utf-8")
    found = {each.edition: each for each in load(draft)}
    name = first.split("\n", 1)[0]
    assert found["2025.3"].by_id[name].force == "in_principle" and found["2026"].by_id[name].force == "guidance"
    assert [rule.id for rule in found["2026"].rules] == [rule.id for rule in editions()["2026"].rules]


def test_what_the_office_decides_of_the_plan_decides_the_force_of_what_rests_on_it_alone(draft: Path) -> None:
    name = "coal-power-plan"
    assert {each.by_id[name].force for each in load(draft)} == {"mandatory"}
    change(draft / "parameters.csv", "plan_continues,,", "plan_continues,no,")
    forces = {each.edition: each.by_id[name].force for each in load(draft)}
    assert forces["2025"] == "mandatory" and forces["2025.1"] == forces["2026"] == "guidance"
    rule = load(draft)[-1].by_id[name]
    assert rule.after_plan == "guidance" and rule.messages["attention"] == rule.messages["fail"]


CHANGES = [
    ("rules/control.yaml", 'from: "2024-02-01"', 'from: "2024-02-02"', "no edition begins on that day"),
    ("rules/control.yaml", 'from: "2024-02-01"', 'from: "2024-02-30"', "is no date"),
    ("parameters.csv", "eia_valid_years,5,a,,2026-08-14", "eia_valid_years,5,a,,2026-08-15", "overlaps"),
    ("parameters.csv", "eia_valid_years,5,a,,2026-08-14", "eia_valid_years,5,a,,2026-06-14", "has a gap"),
    ("parameters.csv", "overrun_allowed,1.1,of the approved,2025-09-01,", "overrun_allowed,1.1,of the approved,2025-09-01,2025-08-31", "period is empty"),
    ("parameters.csv", "carbon_replacement_ratio,1,,2026-04-22", "carbon_replacement_ratio,1,,2026-04-23", "no edition begins on that day"),
    ("tables/review_thresholds.csv", "2023-06-01,2025-08-31,energy.review_total_tce,1000", "2023-07-01,2025-08-31,energy.review_total_tce,1000", "has a gap"),
    ("edition.yaml", 'from: "2026-08-15"\n', 'from: "2026-08-15"\n    until: ""\n', "an edition has no until"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "words"), CHANGES, ids=[f"{c[3]}-{i}" for i, c in enumerate(CHANGES)])
def test_lint_holds_the_days(draft: Path, file: str, old: str, new: str, words: str) -> None:
    change(draft / file, old, new)
    found = faults(draft)
    assert words in found and f"{file}:" in found


def test_the_folder_that_is_shipped_is_the_one_that_is_loaded() -> None:
    assert [each.digest for each in load(builtin())] == [each.digest for each in load_builtin()]
