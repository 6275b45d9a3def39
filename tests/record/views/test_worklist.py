"""The work list (四（三）): who is on it and why, filters and pages, exports, split projects, indicators, timelines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast

import pytest
from openpyxl import load_workbook

from review import choose, clock
from review.errors import NotRecorded, Refused
from review.record.calendar.settings import set_review_days, set_year
from review.record.calendar.working_days import YearDays
from review.record.cases.case_days import record_day
from review.record.cases.listings import list_project
from review.record.cases.steps import take_step
from review.record.cases.submissions import Recorded
from review.record.storage.actors import acting
from review.record.storage.store import Store
from review.record.views.indicators import indicators
from review.record.views.split_projects import SplitShown, split_projects
from review.record.views.timeline import timeline
from review.record.views.worklist import Filters, Line, each_line, page
from review.record.views.worklist_by_project import page_by_project
from review.record.views.worklist_export import as_csv, as_xlsx, code_names, line_cells
from tests.record.projects import OFFICER, decide, drawing, overruled, project, recorded, registered
from tests.sheets import AS_OF

pytestmark = pytest.mark.record

NOT_TWO_HIGH = {"project.industry": "0111"}
RULESET = choose("fuqing@2023", AS_OF)


def lines(store: Store, **filters: Any) -> list[Line]:
    with store.reading() as connection:
        return list(each_line(connection, Filters(**filters)))


def names(store: Store, **filters: Any) -> set[str]:
    return {each["code"] or "" for each in lines(store, **filters)}


def test_who_is_on_the_list_and_why(store: Store) -> None:
    recorded(store, project("TWO"))
    recorded(store, project("NOT", NOT_TWO_HIGH))
    recorded(store, project("OPEN", {"project.industry": None}))
    list_project(store, project("OLD", {"project.stage": "existing"}), OFFICER, "存量摸底")
    assert {each["code"]: each["why"]["code"] for each in lines(store)} == {
        "TWO": "two-high",
        "OPEN": "unsettled",
        "OLD": "listed",
    }
    assert {each["code"]: each["why"]["code"] for each in lines(store, on_list=False)} == {"NOT": "not-two-high"}


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("reject", "reject"),
        ("withdrawn", "withdrawn"),
        ("closed", "closed"),
        ("unlisted", "unlisted"),
        ("again", "not-two-high"),
    ],
)
def test_a_project_goes_off_with_a_reason_and_a_time_and_comes_back(store: Store, how: str, why: str) -> None:
    review = recorded(store, project("A-1"))
    if how == "reject":
        decide(store, review.id, overruled("reject"), OFFICER)
    elif how == "again":
        recorded(store, project("A-1", NOT_TWO_HIGH))
    else:
        take_step(store, review.project, how, OFFICER, reason="理由（示例）")
    assert lines(store) == []
    (off,) = lines(store, on_list=False)
    assert off["why"]["code"] == why and off["since"].endswith("Z")
    recorded(store, project("A-1"))
    assert names(store) == {"A-1"}


def test_a_line_has_what_an_officer_looks_for(store: Store) -> None:
    registered(store, "4")
    review = recorded(store, drawing("A-1", "6"))
    decide(store, review.id, overruled("approve"), OFFICER)
    (each,) = lines(store)
    assert (each["review"], each["version"], each["recommendation"]) == (review.id, 1, review.recommendation)
    assert (each["outcome"], each["stage"], each["sector"]) == ("approve", "proposed", "building-materials")
    assert each["offsets_short"] == ["S-1"]
    assert each["approvals"] == {"filing": None, "eia": None, "permit": None, "acceptance": None, "energy_review": None}
    assert "project.nature" not in each["open_supplements"] and each["open_supplements"]


def filled(store: Store) -> None:
    clinker = {
        "products": [{"name": "熟料", "benchmark": "cement-clinker", "unit_energy": "100", "capacity": "1000000"}]
    }
    recorded(store, project("A-1", {"energy.total_tce": "60000", "site.park": "jiangyin", **clinker}))
    recorded(store, project("B-1", {"energy.total_tce": "49999.9999999", "project.stage": "existing"}))
    last = recorded(
        store,
        project(
            "C-1",
            {"energy.total_tce": "50000", "voc": "none", "project.name": "玻璃100%_厂", "project.industry": "3041"},
        ),
    )
    decide(store, last.id, overruled("reject"), OFFICER)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"A-1", "B-1"}), ({"on_list": None}, {"A-1", "B-1", "C-1"}), ({"stage": "existing"}, {"B-1"}), ({"park": "jiangyin"}, {"A-1"}),
        ({"outcome": "reject", "on_list": None}, {"C-1"}), ({"outcome": "pending"}, {"A-1", "B-1"}), ({"band": "benchmark"}, {"A-1"}),
        ({"energy_from_tce": Decimal(50000), "on_list": None}, {"A-1", "C-1"}), ({"industry": "C304", "on_list": None}, {"C-1"}),
        ({"text": "100%_", "on_list": None}, {"C-1"}), ({"text": "%"}, set()), ({"text": "B-1"}, {"B-1"}),
        ({"sector": "building-materials", "stage": "proposed"}, {"A-1"}), ({"open_supplements": True}, {"A-1", "B-1"}),
        ({"open_conditions": True}, set()), ({"recommendation": "approve"}, set()), ({"overdue_on": date(2030, 1, 1)}, set()),
    ],
)  # fmt: skip
def test_filters(store: Store, filters: dict[str, Any], found: set[str]) -> None:
    filled(store)
    assert names(store, **filters) == found


def test_dispositions_past_their_day(store: Store) -> None:
    review = recorded(store, project("A-1", {"project.stage": "existing"}))
    decide(store, review.id, overruled("rectify", responsible="虚构企业", due=date(2026, 6, 30)), OFFICER)
    assert names(store, overdue_on=date(2026, 6, 30)) == set()
    assert names(store, overdue_on=date(2026, 7, 1)) == {"A-1"}
    take_step(store, review.project, "disposition_closed", OFFICER, reason="完成（示例）")
    assert names(store, overdue_on=date(2026, 7, 1)) == set()


def test_pages_go_through_the_list_once_newest_first(store: Store) -> None:
    for number in range(7):
        recorded(store, project(f"A-{number}"))
    recorded(store, project("A-2", {"voc.emission_t": "1"}))
    seen: list[str] = []
    cursor = None
    with store.reading() as connection:
        while True:
            found = page(connection, Filters(), cursor=cursor, limit=3)
            assert len(found.lines) <= 3
            seen += [each["code"] or "" for each in found.lines]
            cursor = found.cursor
            if cursor is None:
                break
        assert seen == ["A-2", "A-6", "A-5", "A-4", "A-3", "A-1", "A-0"]
        for text in ("a\x00b", "\ud800"):
            with pytest.raises(Refused):
                page(connection, Filters(text=text))
        for wrong in (
            "9223372036854775808.0",
            "1.99999999999",
            "",
            "1",
            "x.y",
            "-1.0",
            "1.0 OR 1=1",
            "9" * 40 + ".0",
            "１.0",
        ):
            with pytest.raises(Refused):
                page(connection, Filters(), cursor=wrong)


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_exports_hold_no_formula(store: Store, words: str) -> None:
    recorded(store, project("A-1", {"project.name": words}))
    with store.reading() as connection:
        table = list(csv.reader(io.StringIO(as_csv(each_line(connection), code_names(connection)).decode("utf-8-sig"))))
        book = load_workbook(io.BytesIO(as_xlsx(each_line(connection), code_names(connection))))
    place = table[0].index("项目名称")
    assert table[1][place] == f"'{words}"
    cell = book.active.cell(2, place + 1)  # type: ignore[union-attr]
    # A cell of text needs no apostrophe: the name is as it was given, and stays text.
    assert (cell.value, cell.data_type, cell.quotePrefix) == (words, "s", True)
    assert len(table) == 2


def test_an_export_is_in_the_office_s_words(store: Store) -> None:
    recorded(store, project("A-1", {"project.stage": "proposed"}))
    with store.reading() as connection:
        head, row = list(
            csv.reader(io.StringIO(as_csv(each_line(connection), code_names(connection)).decode("utf-8-sig")))
        )
    shown = dict(zip(head, row, strict=True))
    assert (shown["阶段"], shown["建设性质"], shown["状态"], shown["审查建议"]) == ("拟建", "新建", "在办", "补充材料")
    assert (
        "；环评批复：未载明；" in shown["审批手续"] and "eia." not in shown["待补充或更正"] and "T" not in shown["自"]
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("energy_tce", {"low": "31150", "high": "38010.5"}, "31,150～38,010.5"),
        ("energy_tce", {"low": "31150", "high": None}, "≥ 31,150"),
        ("energy_tce", {"low": None, "high": "5"}, "0～5"),
        ("voc_t", {"low": "0", "high": None}, ""),
        ("voc_t", None, ""),
        ("guidance", {"required": True, "recorded": False}, "须办理，未载明文号"),
        ("guidance", {"required": False, "recorded": False}, "不须办理"),
        ("guidance", {"required": None, "recorded": True}, "是否须办理不能判断，已载明文号"),
        ("approvals", {"eia": True, "permit": False, "acceptance": None}, "备案/核准：未载明；环评批复：是；排污许可：否；竣工环保验收：未载明；节能审查：未载明"),
        ("disposition", {"kind": "rectify", "responsible": "示例单位", "due": "2027-06-30", "closed": False}, "整改，示例单位，期限 2027-06-30，未销号"),
        ("offsets_short", ["S-1", "carbon S-2"], "S-1；S-2"),
    ],
)  # fmt: skip
def test_a_cell_says_in_words_what_the_list_holds_by_name(column: str, value: Any, words: str) -> None:
    assert line_cells(cast(Line, {column: value}), [column], {}) == [words]


SIZES = {"project.applicant": "福清示例水泥有限公司（虚构）", "energy.items": []}


def split(store: Store, **options: Any) -> list[SplitShown]:
    with store.reading() as connection:
        return [each.as_json() for each in split_projects(connection, RULESET, AS_OF, **options)]


@pytest.mark.parametrize(("second", "found"), [("19999.999", False), ("20000", True), ("20000.001", True)])
def test_one_applicant_just_below_a_threshold_twice_is_pointed_out(store: Store, second: str, found: bool) -> None:
    recorded(store, project("A-1", {**SIZES, "energy.total_tce": "30000"}))
    recorded(store, project("A-2", {**SIZES, "energy.total_tce": second}))
    groups = [each for each in split(store) if each["threshold"] == "50000"]
    assert bool(groups) is found
    if found:
        assert [each["value"] for each in groups[0]["projects"]] == ["30000", second]
        assert (groups[0]["by"], groups[0]["clause"]) == ("applicant", "4.3-6")


def test_one_applicant_known_by_name_in_one_sheet_and_by_code_in_another(store: Store) -> None:
    code = {"project.uscc": "91350181MA990006XX"}
    recorded(store, project("A-1", {**SIZES, **code, "energy.total_tce": "30000"}))
    recorded(store, project("A-2", {**SIZES, "energy.total_tce": "30000"}))
    recorded(store, project("A-3", {**SIZES, **code, "energy.total_tce": "1"}))
    groups = [each for each in split(store) if each["threshold"] == "50000"]
    assert [len(each["projects"]) for each in groups] == [3]


@pytest.mark.parametrize(
    ("same", "words"),
    [
        ({**SIZES, "project.uscc": "91350181MA990006XX"}, "福清示例水泥有限公司（虚构）"),
        ({"project.uscc": "91350181MA990006XX", "project.applicant": None}, "91350181MA990006XX"),
        ({"site.park": "jiangyin", "products": [{"name": "树脂", "benchmark": "pvc-ethylene"}]}, "福州江阴港城经济区 · 聚氯乙烯 乙烯法通用型"),
        ({"site.park": "jiangyin", "products": [{"name": "胶带", "benchmark": "none"}]}, "福州江阴港城经济区 · 胶带"),
    ],
)  # fmt: skip
def test_a_group_is_called_by_the_names_of_what_it_shares(store: Store, same: dict[str, Any], words: str) -> None:
    for number in range(2):
        recorded(store, project(f"A-{number}", {**same, "energy.items": [], "energy.total_tce": "30000"}))
    with store.reading() as connection:
        found = split_projects(connection, RULESET, AS_OF)
    assert words in {each.shared(RULESET, code_names_of(store)).zh for each in found}


def code_names_of(store: Store) -> Mapping[str, str]:
    """How parks are called."""
    with store.reading() as connection:
        return code_names(connection)["park"]


@pytest.mark.parametrize(("days", "found"), [(365, True), (364, False)])
def test_only_within_the_window(store: Store, days: int, found: bool) -> None:
    recorded(store, project("A-1", {**SIZES, "energy.total_tce": "600", "project.received": "2024-03-01"}))
    recorded(store, project("A-2", {**SIZES, "energy.total_tce": "400", "project.received": "2025-03-01"}))
    assert bool([each for each in split(store, window_days=days) if each["threshold"] == "1000"]) is found


@pytest.mark.parametrize(("second", "found"), [("2", False), ("2.000001", True)])
def test_voc_above_five_tonnes_in_one_park_and_product(store: Store, second: str, found: bool) -> None:
    same = {"site.park": "jiangyin", "products": [{"name": "胶带", "benchmark": "none"}]}
    recorded(store, project("A-1", {**same, "voc.emission_t": "3", "project.applicant": "甲（虚构）"}))
    recorded(store, project("A-2", {**same, "voc.emission_t": second, "project.applicant": "乙（虚构）"}))
    groups = [each for each in split(store) if each["measure"] == "voc_t"]
    assert bool(groups) is found
    assert all(each["by"] == "park and product" for each in groups)


def test_one_large_project_and_refused_ones_are_no_split(store: Store) -> None:
    recorded(store, project("A-1", {**SIZES, "energy.total_tce": "50000"}))
    recorded(store, project("A-2", {**SIZES, "energy.total_tce": "999"}))
    refused = recorded(store, project("A-3", {**SIZES, "energy.total_tce": "999"}))
    assert [each["threshold"] for each in split(store)] == ["1000"]
    decide(store, refused.id, overruled("reject"), OFFICER)
    assert split(store) == []


def test_indicators_add_up_to_what_a_hand_count_gives(store: Store) -> None:
    def clinker(code: str, energy: str, capacity: str | None, unit: str | None = "t", *, approves: bool = True) -> None:
        product = {"name": "熟料", "benchmark": "cement-clinker", "unit_energy": energy, "capacity": capacity, "output_unit": unit}  # fmt: skip
        made = recorded(
            store, project(code, {"products": [product], "energy.total_tce": "1000.5", "voc.emission_t": "2"})
        )
        if approves:
            decide(store, made.id, overruled("approve"), OFFICER)

    clinker("A-1", "100", "300")
    clinker("A-2", "100.1", "700")
    clinker("A-3", "200", None)
    clinker("A-4", "100", "9", None)
    clinker("A-5", "100", "9", "万t")
    clinker("A-6", "100", "9", approves=False)
    registered(store, "10")
    approved = recorded(store, drawing("B-1", "6"))
    decide(store, approved.id, overruled("approve"), OFFICER)
    refused = recorded(store, drawing("C-1", "3"))
    decide(store, refused.id, overruled("reject"), OFFICER)
    with store.reading() as connection:
        found = indicators(connection, RULESET)
    unstated, capacity, other = found["capacity_at_benchmark"]
    assert (unstated["unit"], unstated["products_without_capacity"], unstated["capacity"]) == (None, 2, {})
    assert (capacity["unit"], other["unit"], other["capacity"]) == ("t", "万t", {"benchmark": "9"})
    assert capacity["capacity"] == {"benchmark": "300", "between": "700"}
    assert (capacity["share_percent"], capacity["target_percent"], capacity["reached"]) == ("30", "30", False), (
        "超过 30%: more than"
    )
    assert capacity["products_without_capacity"] == 0
    assert found["added"]["pending"] == {
        "energy_tce": "1000.5",
        "voc_t": "2",
        "voc_offset_t": "0",
        "projects": 1,
        "not_stated": 0,
    }
    assert found["added"]["approved"] == {
        "energy_tce": "5002.5",
        "voc_t": "15",
        "voc_offset_t": "6",
        "projects": 6,
        "not_stated": 1,
    }
    voc = found["reductions"][-1]
    assert voc == {
        "pollutant": "voc",
        "verified_t": "10",
        "drawn_t": "6",
        "free_t": "4",
        "target_t": "500",
        "clause": "2-1",
    }
    with store.reading() as connection:
        notes = {
            name: indicators(connection, choose(f"fuqing@{name}", AS_OF))["notes"]
            for name in ("2023", "2025", "2025.1")
        }
    assert [[each["code"] for each in found] for found in notes.values()] == [[], [], ["plan-target-ended"]]


def test_an_approved_project_with_an_open_new_version_counts_by_what_is_approved(store: Store) -> None:
    def version(capacity: str, energy: str) -> Recorded:
        product = {"benchmark": "cement-clinker", "unit_energy": "100", "capacity": capacity, "output_unit": "t"}
        return recorded(store, project("A-1", {"products": [product], "energy.total_tce": energy}))

    decide(store, version("300", "1000").id, overruled("approve"), OFFICER)
    version("900", "5000")
    with store.reading() as connection:
        found = indicators(connection, RULESET)
    assert [each["capacity"] for each in found["capacity_at_benchmark"]] == [{"benchmark": "300"}]
    assert (found["added"]["approved"]["energy_tce"], found["added"]["pending"]["projects"]) == ("1000", 0)


def test_a_timeline_tells_all_that_happened(store: Store) -> None:
    registered(store, "10")
    first = recorded(store, drawing("A-1", "6"))
    decide(store, first.id, overruled("approve"), OFFICER)
    recorded(store, drawing("A-1", "4"))
    registered(store, "3", reason="核减（示例）")
    take_step(store, first.project, "withdrawn", OFFICER, reason="撤回（示例）")
    with store.reading() as connection:
        found = timeline(connection, first.project)
        assert [each["kind"] for each in found["events"]] == ["review", "decision", "review", "source", "step"]
        # The new version asks for less; until it is decided the approval holds what it held.
        assert [each["draws"][0]["held_t"] for each in found["events"] if each["draws"]] == ["6", "6", "3", "0"]
        assert found["standing"]["state"] == "withdrawn"
        with pytest.raises(NotRecorded):
            timeline(connection, 99)


def test_the_list_as_of_a_day_is_what_had_been_recorded_by_its_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Midnight in Shanghai is 16:00 UTC of the day before.
    days: dict[str, Callable[[], object]] = {
        "2026-03-01T15:59:59": lambda: recorded(store, project("A-1")),
        "2026-03-01T16:00:00": lambda: decide(store, lines(store)[0]["review"] or 0, overruled("reject"), OFFICER),
        "2026-03-03T08:00:00": lambda: recorded(store, project("B-1")),
    }

    for at, act in days.items():
        now = datetime.fromisoformat(f"{at}+00:00")
        monkeypatch.setattr(clock, "utc_now", partial(datetime.replace, now))
        act()
    stood = {
        day: {each["code"]: each["outcome"] for each in lines(store, on_list=None, as_of=date.fromisoformat(day))}
        for day in ("2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03")
    }
    assert stood == {
        "2026-02-28": {},
        "2026-03-01": {"A-1": None},
        "2026-03-02": {"A-1": "reject"},
        "2026-03-03": {"A-1": "reject", "B-1": None},
    }
    assert {each["code"] for each in lines(store, on_list=None, as_of=date.max)} == {"A-1", "B-1"}


def test_figures_of_the_workbook_are_numbers(store: Store) -> None:
    recorded(store, project("A-1", {"voc.emission_t": "3.1"}))
    with store.reading() as connection:
        book = load_workbook(io.BytesIO(as_xlsx(each_line(connection), code_names(connection))))
    assert book.active is not None
    head, row = book.active.iter_rows()
    cells = {name.value: cell for name, cell in zip(head, row, strict=True)}
    assert (cells["VOCs(t/a)"].value, cells["VOCs(t/a)"].data_type) == (3.1, "n")
    assert cells["审查编号"].data_type == "n" and cells["项目代码"].data_type == "s"


def test_what_was_due_on_a_past_day_is_counted_by_the_calendar_of_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(moment: str) -> None:
        monkeypatch.setattr(clock, "utc_now", partial(datetime.replace, datetime.fromisoformat(f"{moment}+00:00")))

    at("2026-03-02T02:00:00")
    review = recorded(store, project("A-1"))
    record_day(store, review.project, "accepted", date(2026, 3, 2), acting(OFFICER))
    at("2026-03-10T02:00:00")
    set_review_days(store, 10, acting(OFFICER))
    set_year(store, YearDays(2026, frozenset({date(2026, 3, 6)}), frozenset()), acting(OFFICER))

    def due(day: str | None) -> list[str | None]:
        as_of = None if day is None else date.fromisoformat(day)
        (found,) = lines(store, on_list=None, as_of=as_of)
        with store.reading() as connection:
            (by_number,) = page_by_project(connection, Filters(on_list=None, as_of=as_of)).page.lines
            (by_due,) = page(connection, Filters(on_list=None, as_of=as_of), by_due=True).lines
        assert found["deadlines"] == by_number["deadlines"] == by_due["deadlines"]
        return [each["due"] for each in found["deadlines"] if each["kind"] == "review"]

    # Twenty working days of the law from the day after, weekends left out; then ten, and the sixth is a holiday.
    assert (due("2026-03-05"), due("2026-03-10"), due(None)) == (["2026-03-30"], ["2026-03-17"], ["2026-03-17"])
