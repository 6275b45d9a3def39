"""Replay: past decisions give the same bytes, and another edition exactly the flips that a hand count gives, each with its cause."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from review import choose, judge
from review.cli.audit import _target as _against
from review.law.changes import changes
from review.law.loading import builtin, load, load_builtin
from review.record.cases.past_decisions import import_history
from review.record.editions.in_force import Law
from review.record.proof.rejudging import rejudge, tasks
from review.record.storage.contents import Span
from review.record.storage.store import Store
from review.replay.attribution import Attribution
from review.replay.replaying import Summary, Target
from tests.databases import Databases
from tests.record.projects import OFFICER, drawing, project, recorded, registered
from tests.record.tampering import tamper

DECISIONS = Path(__file__).resolve().parents[2] / "fixtures" / "decisions"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((DECISIONS / "expected.yaml").read_text(encoding="utf-8"))


def _target(against: str | None, as_of: date | None) -> Target:
    return _against(Law(0, load_builtin()), against, as_of)


def results(store: Store, target: Target, **options: Any) -> list[Any]:
    with store.reading() as connection:
        return list(rejudge(tasks(connection, Span(**options.pop("selection", {}))), target, **options))


def differing(found: Iterable[Any]) -> dict[int, dict[str, Any]]:
    return {each["review"]: each["difference"] for each in found if each["difference"] is not None}


def differences(store: Store, target: Target) -> dict[int, dict[str, Any]]:
    return differing(results(store, target))


@pytest.fixture(scope="module")
def past(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A record of the past decisions."""
    from review.record.storage.store import open_store

    store = open_store(databases.copy("sqlite", tmp_path_factory.mktemp("past"))[0])
    assert import_history(store, DECISIONS / "past.jsonl", OFFICER).rejected == ()
    yield store
    store.close()


@cache
def against_2022(store: Store) -> tuple[Any, ...]:
    """What comes of the past decisions by the edition of 2022, which several tests look at."""
    return tuple(results(store, _target("fuqing@2022", None)))


def flips(store: Store, differing: dict[int, dict[str, Any]]) -> tuple[dict[str, Any], set[str]]:
    """Every flip by the past decision's reference, and every cause named."""
    with store.reading() as connection:
        requests = connection.execute(text("SELECT position, request FROM review")).all()
    names = {row.position: row.request.removeprefix("import:") for row in requests}
    found: dict[str, Any] = {}
    causes: set[str] = set()
    for number, each in differing.items():
        assert each["error"] is None
        if each["flips"] or each["recommendation"]:
            found[names[number]] = {
                "findings": {f"{f['rule']} [{f['subject']}]": [f["then"], f["now"]] for f in each["flips"]}
            }
            causes |= {cause for flip in each["flips"] for cause in flip["causes"]}
        if each["recommendation"]:
            found[names[number]]["recommendation"] = [each["recommendation"]["then"], each["recommendation"]["now"]]
            causes |= set(each["recommendation"]["causes"])
    return found, causes


def draft(tmp_path: Path, old: str, new: str, file: str = "parameters.csv") -> Path:
    """A copy of the built-in ruleset with one change."""
    folder = tmp_path / "draft"
    if not folder.exists():
        shutil.copytree(str(builtin()), folder)
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    return folder


def test_there_are_enough_past_decisions_over_the_years(past: Store) -> None:
    rows = results(past, Target())
    assert len(rows) >= 60
    assert {each["as_of"][:4] for each in rows} == {"2022", "2023", "2024", "2025"}


def test_the_same_edition_gives_the_same_again(past: Store) -> None:
    assert differences(past, Target()) == {}


def test_the_edition_of_2022_flips_exactly_what_is_known(past: Store) -> None:
    found, causes = flips(past, differing(against_2022(past)))
    assert found == EXPECTED["against-2022"]
    day, old = date(2024, 1, 1), choose("fuqing@2022", date(2024, 1, 1))
    between = {str(change) for name in ("2023", "2025") for change in changes(choose(f"fuqing@{name}", day), old)}
    assert causes <= between
    added = set(choose("fuqing@2023", day).content["added_rows"])
    levels = {cause.removeprefix("table benchmark_levels:") for cause in causes if cause.startswith("table ")}
    assert levels <= added and {cause.split(" ")[0] for cause in causes} == {"table", "rule"}


def test_a_draft_with_one_parameter_changed_flips_exactly_what_a_hand_count_gives(past: Store, tmp_path: Path) -> None:
    folder = draft(tmp_path, "offset_ratio,1.2,", "offset_ratio,1.5,")
    different = differences(past, _target(str(folder), None))
    found, causes = flips(past, different)
    assert found == EXPECTED["offset-ratio-1.5"]
    assert kinds(different) == {"undeclared"}
    assert causes == {"parameter offset_ratio"}


def kinds(different: dict[int, dict[str, Any]]) -> set[str]:
    return {kind for each in different.values() for flip in each["flips"] for kind in flip["kinds"]}


@pytest.mark.parametrize("kind", ["error", "law", "setting"])
def test_an_error_of_ours_and_a_change_of_law_are_told_apart(past: Store, tmp_path: Path, kind: str) -> None:
    draft(tmp_path, "offset_ratio,1.2,", "offset_ratio,1.5,")
    entry = f"{{kind: {kind}, date: '2026-01-01', document: 更正（示例）, zh: 更正倍量（示例）, en: ratio, corrects: [parameter offset_ratio]}}"
    place = '      - kind: law\n        date: "2022-01-01"\n'
    folder = draft(tmp_path, place, f"      - {entry}\n{place}", "edition.yaml")
    assert kinds(differences(past, _target(f"{folder}@2023", None))) >= {kind}
    assert kinds(differing(against_2022(past))) == {"law"}


def test_two_changes_are_told_apart(past: Store, tmp_path: Path) -> None:
    draft(tmp_path, "offset_ratio,1.2,", "offset_ratio,1.5,")
    folder = draft(tmp_path, "cement-clinker,水泥熟料,,3011,单位产品综合能耗,kgce/t,100,", "cement-clinker,水泥熟料,,3011,单位产品综合能耗,kgce/t,99,",
                   "tables/benchmark_levels_2023.csv")  # fmt: skip
    found, causes = flips(past, differences(past, _target(str(folder), None)))
    assert causes == {"parameter offset_ratio", "table benchmark_levels:cement-clinker"}
    voc = {name for name, each in found.items() if "voc-offset [voc]" in each["findings"]}
    assert voc == EXPECTED["offset-ratio-1.5"].keys()
    assert all(list(each["findings"].values()) == [["pass", "fail"]] for each in found.values())


def test_a_flip_that_needs_two_changes_names_both(store: Store, tmp_path: Path) -> None:
    """The rule asks for one thing more, and only the changed parameter makes that fail."""
    recorded(store, drawing("A-1", "12", emission="10"))
    old = "requires: voc.offset_t >= offset_ratio * voc.emission_t"
    draft(tmp_path, old, f"{old} and guidance_from >= 50000", "rules/voc.yaml")
    folder = draft(tmp_path, "guidance_from,50000,", "guidance_from,49999,")
    (difference,) = differences(store, _target(str(folder), None)).values()
    (flip,) = [each for each in difference["flips"] if each["rule"] == "voc-offset"]
    assert (flip["then"], flip["now"], flip["causes"]) == (
        "pass",
        "fail",
        ["parameter guidance_from + rule voc-offset"],
    )


def test_a_rule_that_is_new_names_its_own_parameter_and_none_of_another_new_rule() -> None:
    """No mixture holds a rule without the parameters that it reads: those of the other can be left out only after it."""
    old, new = (next(each for each in load_builtin() if each.edition == name) for name in ("2024", "2026"))
    mine, day = project("A-1"), date(2026, 11, 20)
    flips = {("energy-overrun", "energy"): "not_applicable", ("carbon-replacement", "carbon"): "missing"}
    found = Attribution.between(old, new).causes(mine, "{}", flips, (day, day), None)
    assert found == {
        ("energy-overrun", "energy"): ["parameter overrun_allowed + rule energy-overrun"],
        ("carbon-replacement", "carbon"): ["parameter carbon_replacement_ratio + rule carbon-replacement"],
    }


def test_a_rule_that_is_gone_is_its_own_cause(store: Store, tmp_path: Path) -> None:
    recorded(store, drawing("A-1", "12", emission="10"))
    folder = draft(tmp_path, "water_intensity_limit,12,", "water_intensity_limit,11,")
    path = folder / "rules" / "voc-operation.yaml"
    content = path.read_text(encoding="utf-8")
    start = content.index("  - id: voc-storage-tank")
    end = content.index("  - id: ", start + 5)
    path.write_text(content[:start] + content[end:], encoding="utf-8")
    (difference,) = differences(store, _target(str(folder), None)).values()
    (flip,) = difference["flips"]
    assert (flip["rule"], flip["now"], flip["causes"]) == ("voc-storage-tank", "absent", ["rule voc-storage-tank"])


def test_a_coefficient_that_no_sheet_names_is_found_as_the_cause(store: Store, tmp_path: Path) -> None:
    """The primary total takes electricity's calorific value from the table, whatever the sheet's items are."""
    power = {
        "energy.total_tce": "49000",
        "energy.electricity_mwh": "10000",
        "energy.primary_factor_kgce_per_kwh": "0.2029",
    }
    recorded(store, project("A-1", power))
    draft(tmp_path, "water_intensity_limit,12,", "water_intensity_limit,11,")
    folder = draft(tmp_path, "kgce/(kW·h),0.1229,", "kgce/(kW·h),0.0229,", "tables/coal_equivalents.csv")
    (difference,) = differences(store, _target(str(folder), None)).values()
    assert {cause for flip in difference["flips"] for cause in flip["causes"]} == {"table coal_equivalents:electricity"}


def test_a_changed_rule_is_the_cause(store: Store, tmp_path: Path) -> None:
    recorded(store, drawing("A-1", "12", emission="10"))
    folder = draft(tmp_path, "requires: voc.offset_t >= offset_ratio * voc.emission_t", "requires: voc.offset_t > offset_ratio * voc.emission_t",
                   "rules/voc.yaml")  # fmt: skip
    ((difference),) = differences(store, _target(str(folder), None)).values()
    (flip,) = difference["flips"]
    assert (flip["rule"], flip["then"], flip["now"], flip["causes"]) == (
        "voc-offset",
        "pass",
        "fail",
        ["rule voc-offset"],
    )
    assert flip["figures"]["then"]["margin"] == "0"


def test_another_day_judges_by_the_edition_then_in_force(past: Store) -> None:
    """As of 2023-07-03 all are judged by the edition of 2022; who was reviewed by it before may flip for the day alone."""
    found = differences(past, _target(None, date(2023, 7, 3)))
    flipped = [cause for each in found.values() for flip in each["flips"] for cause in flip["causes"]]
    assert flipped
    assert all(each["against"] == "fuqing@2022" for each in found.values())
    assert {cause.split(" ")[0] for cause in flipped} <= {"table", "as_of", "rule"}


def test_a_day_without_an_edition_is_an_error_of_each_review(past: Store) -> None:
    found = differences(past, _target(None, date(1999, 1, 1)))
    assert len(found) >= 60 and all("1999-01-01" in each["error"] for each in found.values())


def test_selections(past: Store) -> None:
    some = results(past, Target(), selection={"since": date(2023, 7, 4), "until": date(2023, 12, 31)})
    assert {each["as_of"][:4] for each in some} == {"2023"} and min(each["as_of"] for each in some) == "2023-07-04"
    one = results(past, Target(), selection={"project": some[0]["project"]})
    assert [each["project"] for each in one] == [some[0]["project"]]


def test_several_processes_give_the_same_results_in_order(past: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.parallel.WORTH_IT", 10)
    monkeypatch.setattr("review.parallel.BATCH", 7)
    assert results(past, _target("fuqing@2022", None), jobs=2) == [*against_2022(past)]


def test_balances_are_part_of_what_is_replayed(store: Store) -> None:
    registered(store, "10")
    recorded(store, drawing("A-1", "6"))
    recorded(store, drawing("B-1", "6"))
    registered(store, "100", reason="核增（示例）")
    assert differences(store, Target()) == {}


def layer(store: Store) -> list[str]:
    return [each["layer"] for each in differences(store, Target()).values()]


def test_the_layer_that_differs_is_named(filled: Store) -> None:
    store = filled
    assert layer(store) == []
    for name, old, new in (("sheet", b'"new"', b'"rebuild"'), ("ruleset", b"1.2", b"1.3")):
        with store.reading() as connection:
            digest, packed = connection.execute(
                text(
                    f"SELECT digest, content FROM {name} WHERE digest = (SELECT {name} FROM review ORDER BY position LIMIT 1)"
                )
            ).one()
        content = zlib.decompress(packed)
        assert old in content
        tamper(
            store,
            (f"UPDATE {name} SET content = ? WHERE digest = ?", (zlib.compress(content.replace(old, new)), digest)),
        )
        assert set(layer(store)) == {name}
        tamper(store, (f"UPDATE {name} SET content = ? WHERE digest = ?", (packed, digest)))
    with store.reading() as connection:
        number = connection.execute(text("SELECT max(position) FROM review WHERE position <= 4")).scalar_one()
        packed = connection.execute(text(f"SELECT content FROM review WHERE position = {number}")).scalar_one()
    document = json.loads(zlib.decompress(packed))
    document["findings"][0]["status"] = "pass"
    edited = (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    tamper(store, ("UPDATE review SET content = ? WHERE position = ?", (zlib.compress(edited), number)))
    found = differences(store, Target())
    assert list(found) == [number] and found[number]["layer"] == "findings"
    assert document["findings"][0]["rule"] in found[number]["detail"]


def test_a_summary_counts_what_was_found(past: Store) -> None:
    summary = Summary()
    for each in against_2022(past):
        summary.add(each)
    known = EXPECTED["against-2022"]
    assert (summary.flipped_reviews, summary.clean) == (len(known), False)
    assert summary.flips == sum(len(each["findings"]) for each in known.values())
    assert sum(summary.recommendations.values()) == sum("recommendation" in each for each in known.values())
    assert summary.reviews == 65 and summary.errors == 0


@pytest.mark.slow
def test_an_edition_from_the_record_judges_as_it_did_on_disk() -> None:
    """Canonical content has its keys sorted: nothing may depend on the order of columns."""
    from review import from_content, judge, read_sheet_file

    sheets = sorted((DECISIONS.parent / "sheets").glob("*.json"))
    for ruleset in load(builtin()):
        again = from_content(json.loads(json.dumps(dict(ruleset.content), sort_keys=True)))
        assert again.digest == ruleset.digest
        for path in sheets:
            sheet, day = read_sheet_file(path), date(2025, 3, 1)
            assert (
                judge(sheet, again, day, exact_only=True).to_bytes()
                == judge(sheet, ruleset, day, exact_only=True).to_bytes()
            ), path


def test_exact_alone_gives_the_bytes_of_both(store: Store) -> None:
    assert recorded(store, project("A-1")).content
    assert differences(store, Target()) == {}


def test_what_is_to_be_the_same_again_is_judged_by_exact_py_review_by_review(
    past: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without another edition or day nothing is judged as columns, and no other witness stands for `exact.py`."""
    from review.record.proof.verification import verify
    from review.replay import replaying

    asked: list[bool] = []

    def judged(*values: Any, exact_only: bool = False) -> Any:
        asked.append(exact_only)
        return judge(*values, exact_only=exact_only)

    monkeypatch.setattr(replaying, "judge", judged)
    again = results(past, Target(), jobs=1)
    with past.reading() as connection:
        verified = verify(connection, jobs=1)
    assert [each["difference"] for each in again] == [None] * len(again)
    assert verified.breaks == ()
    assert asked == [True] * (len(again) + verified.reviews)


def test_a_byte_that_changes_no_status_is_found(store: Store) -> None:
    found = recorded(store, project("BYTE-1"))
    content = found.content.replace("未载明".encode(), "未说明".encode(), 1)
    assert content != found.content and len(json.loads(content)["findings"]) > 50
    tamper(store, ("UPDATE review SET content = ?", (zlib.compress(content),)))
    difference = results(store, Target(), jobs=1)[0]["difference"]
    assert difference["layer"] == "findings" and difference["detail"]


def test_bytes_that_are_no_review_any_more_are_a_difference(store: Store) -> None:
    found = recorded(store, project("BYTE-2"))
    for content in (found.content[:-200], b"{}", b"\xff"):
        tamper(store, ("UPDATE review SET content = ?", (zlib.compress(content),)))
        difference = results(store, Target(), jobs=1)[0]["difference"]
        assert difference["layer"] in ("findings", "ruleset") and difference["detail"]
