"""Import of past decisions: every good row with its review and decision, every bad one reported, nothing twice, nothing half."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from review.clock import today
from review.errors import Refused, SheetError
from review.readers.past_rows import ENVELOPE
from review.record.cases.past_decisions import Imported, import_history
from review.record.cases.rulings import Ruling
from review.record.proof.verification import verify
from review.record.storage.store import Store
from review.record.views.timeline import timeline
from review.record.views.worklist import Filters, each_line
from tests.record.projects import OFFICER, decide, overruled, project, recorded

pytestmark = pytest.mark.record

DECISIONS = Path(__file__).resolve().parents[3] / "fixtures" / "decisions"
ROW: dict[str, Any] = {
    "reference": "融审〔2022〕1 号（示例）",
    "as_of": "2022-05-01",
    "sheet": {
        "project": {"name": "旧项目（虚构）", "code": "OLD-1", "industry": "3011", "nature": "new", "stage": "proposed"}
    },
    "decision": {"outcome": "approve", "officer": "旧审查岗", "decided_on": "2022-05-20"},
}
FLAT = {
    "原案号": "融审〔2022〕2 号（示例）", "审查日": "2022-06-01", "project.name": "旧项目二（虚构）", "project.code": "OLD-2", "project.industry": "3011",
    "project.nature": "new", "project.stage": "proposed", "voc.emission_t": "4.1", "voc.offsets[0].source": "S-1", "voc.offsets[0].area": "fuqing",
    "voc.offsets[0].allocated_t": "4.92", "voc.offsets[0].reduction_t": "5", "voc.offsets[0].document": "文号", "voc.coatings_used": "否",
    "decision.outcome": "supplement", "决定人": "旧审查岗", "decision.decided_on": "2022-06-20",
}  # fmt: skip


def changed(**changes: Any) -> dict[str, Any]:
    return {**ROW, **changes}


def lines(path: Path, *rows: Any) -> Path:
    file = path / "past.jsonl"
    file.write_text(
        "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in rows),
        encoding="utf-8",
    )
    return file


def table(path: Path, rows: list[Mapping[str, Any]], encoding: str = "utf-8-sig") -> Path:
    file = path / "past.csv"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(out.getvalue().encode(encoding))
    return file


def book(path: Path, rows: list[Mapping[str, Any]]) -> Path:
    file = path / "past.xlsx"
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    names = list(dict.fromkeys(name for row in rows for name in row))
    values: list[list[Any]] = [[each.get(name) for name in names] for each in rows]
    for row in [names, *values]:
        sheet.append(row)
    made.save(file)
    return file


def counts(store: Store) -> tuple[int, int]:
    """How many reviews and decisions there are; the record is intact."""
    with store.reading() as connection:
        assert verify(connection).breaks == ()
        found = [
            connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in ("review", "decision")
        ]
    return found[0], found[1]


def words(found: Imported) -> list[str]:
    return [f"{each.where}: {each.faults[0]}" for each in found.rejected]


def test_all_past_decisions_come_in_once(store: Store) -> None:
    file = DECISIONS / "past.jsonl"
    first = import_history(store, file, OFFICER)
    assert (first.added, first.present, first.rejected) == (65, 0, ())
    assert counts(store) == (65, 65)
    again = import_history(store, file, OFFICER)
    assert (again.added, again.present, again.rejected) == (0, 65, ())
    assert counts(store) == (65, 65)


def test_a_historic_decision_is_kept_as_it_was(store: Store, tmp_path: Path) -> None:
    """It departs without reason or clause: that is how it was made, and what the list shows."""
    assert import_history(store, lines(tmp_path, ROW), OFFICER).added == 1
    with store.reading() as connection:
        (line,) = each_line(connection, Filters())
    decision = line["decision"]
    assert decision is not None
    assert (decision["officer"], decision["decided_on"], decision["departs"], decision["reason"]) == (
        "旧审查岗",
        "2022-05-20",
        True,
        None,
    )
    assert (line["ruleset"], line["as_of"]) == ("fuqing@2022", "2022-05-01")


@pytest.mark.parametrize("kind", ["csv", "csv-gb18030", "xlsx"])
def test_tables_name_sheet_paths_or_chinese_headings(store: Store, tmp_path: Path, kind: str) -> None:
    rows: list[Mapping[str, Any]] = [
        FLAT,
        {**FLAT, "原案号": "3", "project.code": "OLD-3", "voc.emission_t": "4.100001", "voc.offsets[0].source": "S-3"},
    ]
    file = book(tmp_path, rows) if kind == "xlsx" else table(tmp_path, rows, "gb18030" if "gb" in kind else "utf-8-sig")
    found = import_history(store, file, OFFICER)
    assert (found.added, words(found)) == (2, [])
    with store.reading() as connection:
        reviews = [
            dict(row)
            for row in connection.execute(
                text("SELECT status, margin FROM finding WHERE rule = 'voc-offset' ORDER BY review")
            ).mappings()
        ]
    assert reviews == [{"status": "pass", "margin": "0"}, {"status": "fail", "margin": "-0.0000012"}]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_read_otherwise_than_written_is_told_by_row(store: Store, tmp_path: Path, kind: str) -> None:
    rows: list[Mapping[str, Any]] = [
        {**FLAT, "voc.emission_t": "4,100 kg", "审查日": "2022年5月1日"},
        {**FLAT, "原案号": "3", "project.code": "OLD-3"},
        {**FLAT, "原案号": "4", "project.code": "OLD-4", "voc.emission_t": "四吨"},
    ]
    file = book(tmp_path, rows) if kind == "xlsx" else table(tmp_path, rows, "utf-8-sig")
    found = import_history(store, file, OFFICER, dry_run=True)
    assert (found.added, len(found.rejected)) == (2, 1)
    (row,) = found.readings
    told = {note.where: note.text.zh for note in row.notes}
    assert row.where not in (each.where for each in found.rejected)
    assert told == {"as_of": "读作 2022-05-01", "voc.emission_t": "“VOCs 年排放量”读作 4.1 t/a"}


def test_numbers_in_cells_are_read_as_typed(store: Store, tmp_path: Path) -> None:
    row = {
        **FLAT,
        "voc.emission_t": 4.1,
        "voc.offsets[0].allocated_t": 4.92,
        "voc.offsets[0].reduction_t": 5,
        "voc.coatings_used": False,
    }
    assert import_history(store, book(tmp_path, [row]), OFFICER).added == 1
    with store.reading() as connection:
        assert connection.execute(text("SELECT margin FROM finding WHERE rule = 'voc-offset'")).scalar() == "0"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{", "不是有效的 JSON"),
        ("[]", "should be an object with a sheet"),
        ('{"sheet": {"project": {"name": "x"}}, "sheet": {}}', "is there twice"),
        (changed(sheet={"project": {"name": "x", "colour": "red"}}), "project.colour"),
        (changed(sheet={"project": {}}), "project.name: 必须填写"),
        (changed(sheet={"project": {"name": "x"}, "site": {"park": "atlantis"}}), "site.park"),
        (changed(as_of="1 May 2022"), "as_of"),
        (changed(as_of="1999-01-01"), "no edition is in force on 1999-01-01"),
        (changed(as_of=20220501), "should be text"),
        (changed(ruleset="fuqing@1900"), "there is no edition fuqing@1900"),
        (changed(decision={"outcome": "perhaps", "officer": "x"}), "outcome"),
        (changed(decision={"outcome": "approve"}), "decision.officer"),
        (changed(decision={"outcome": "approve", "officer": "x", "mood": "good"}), "decision.mood"),
        (changed(decision={"outcome": "rectify", "officer": "x", "due": "soon"}), "decision.due"),
        ({"sheet": ROW["sheet"], "decision": None}, "has no day"),
        (changed(colour="red"), "unknown key"),
        ('{"sheet": {"project": {"name": "x", "investment_wan": 1e400}}}', "investment_wan"),
        ('{"sheet": ' + '{"a":' * 100 + "1" + "}" * 100 + "}", "nested too deeply"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_others_come_in(
    store: Store, tmp_path: Path, row: Any, complaint: str
) -> None:
    good = changed(reference="good", sheet={"project": {**ROW["sheet"]["project"], "code": "OLD-9"}})
    found = import_history(store, lines(tmp_path, row, good), OFFICER)
    assert found.added == 1
    ((message),) = words(found)
    assert message.startswith("1: ") and complaint in message
    assert counts(store) == (1, 1), "nothing of the bad row is there"


def test_a_reference_that_comes_again_with_another_sheet_is_rejected(store: Store, tmp_path: Path) -> None:
    other = changed(sheet={"project": {**ROW["sheet"]["project"], "name": "另一个（虚构）"}})
    found = import_history(store, lines(tmp_path, ROW, other), OFFICER)
    assert found.added == 1 and "with another sheet" in words(found)[0]
    [reference] = found.rejected[0].faults
    assert reference.where == "reference", "no row states a key of a request"
    assert reference.text.zh.startswith(f"原案号“{ROW['reference']}”已导入为审查 ")


def test_rows_without_a_reference_are_known_by_what_they_say(store: Store, tmp_path: Path) -> None:
    row = {key: value for key, value in ROW.items() if key != "reference"}
    assert import_history(store, lines(tmp_path, row, row), OFFICER).added == 1
    assert import_history(store, lines(tmp_path, row), OFFICER).present == 1


def test_versions_come_in_the_order_of_the_file(store: Store, tmp_path: Path) -> None:
    second = changed(reference="2", as_of="2023-09-01", decision={"outcome": "reject", "officer": "旧审查岗"})
    assert import_history(store, lines(tmp_path, ROW, second), OFFICER).added == 2
    assert recorded(store, project("OLD-1")).version == 3


def test_existing_stock_is_listed_without_a_review(store: Store, tmp_path: Path) -> None:
    row = {
        "listed": "存量摸底",
        "reference": "L-1",
        "sheet": {"project": {"name": "存量（虚构）", "stage": "existing"}},
    }
    assert import_history(store, lines(tmp_path, row), OFFICER).added == 1
    assert import_history(store, lines(tmp_path, row), OFFICER).present == 1
    assert counts(store) == (0, 0)
    with store.reading() as connection:
        assert [each["why"]["code"] for each in each_line(connection)] == ["listed"]


def test_a_dry_run_records_nothing(store: Store, tmp_path: Path) -> None:
    found = import_history(store, lines(tmp_path, ROW, "{"), OFFICER, dry_run=True)
    assert (found.added, len(found.rejected)) == (1, 1)
    assert counts(store) == (0, 0)


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        ("project.name,colour", "unknown column “colour”"), ("project.name,project.name", "are there twice"), (",", "should name the columns"),
        ("project.name,voc.offsets[999].source", "unknown column"), ("project.name,voc.offsets[99999999999].source", "unknown column"),
    ],
)  # fmt: skip
def test_a_table_with_unusable_columns_is_refused_whole(
    store: Store, tmp_path: Path, head: str, complaint: str
) -> None:
    file = tmp_path / "past.csv"
    file.write_text(f"{head}\n旧项目（虚构）,x\n", encoding="utf-8")
    with pytest.raises(SheetError, match=complaint.replace("[", r"\[")):
        import_history(store, file, OFFICER)


def test_files_that_cannot_be_read(store: Store, tmp_path: Path) -> None:
    (tmp_path / "past.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (tmp_path / "past.csv").write_bytes(b"\xff\xfe\xff\x81\xff")
    for name in ("past.xlsx", "past.csv", "past.txt", "none.csv"):
        with pytest.raises(SheetError):
            import_history(store, tmp_path / name, OFFICER)
    with pytest.raises(Refused):
        import_history(store, DECISIONS / "past.jsonl", " ")
    assert counts(store) == (0, 0)


def test_a_past_row_never_takes_the_place_of_what_is_newer(store: Store, tmp_path: Path) -> None:
    from review.record.register.lines import register_lines
    from tests.record.projects import drawing, overruled, registered

    registered(store, "6")
    live = recorded(store, drawing("OLD-1", "6"))
    decide(store, live.id, overruled("approve"), OFFICER)
    found = import_history(
        store, lines(tmp_path, changed(decision={"outcome": "reject", "officer": "旧审查岗"})), OFFICER
    )
    assert "cannot take its place" in words(found)[0]
    with store.reading() as connection:
        assert register_lines(connection)[0]["free_t"] == "0"


def test_rows_come_in_the_order_of_their_days(store: Store, tmp_path: Path) -> None:
    later = changed(
        reference="later",
        as_of="2024-05-01",
        decision={"outcome": "approve", "officer": "旧审查岗", "decided_on": "2024-05-20"},
    )
    earlier = changed(
        reference="earlier", decision={"outcome": "reject", "officer": "旧审查岗", "decided_on": "2022-05-20"}
    )
    assert import_history(store, lines(tmp_path, later, earlier), OFFICER).added == 2
    with store.reading() as connection:
        (line,) = each_line(connection, Filters(on_list=None))
    assert (line["outcome"], line["version"], line["as_of"]) == ("approve", 2, "2024-05-01")


def test_the_same_reference_with_another_decision_is_rejected(store: Store, tmp_path: Path) -> None:
    import_history(store, lines(tmp_path, ROW), OFFICER)
    for other in (
        {"outcome": "reject", "officer": "旧审查岗", "decided_on": "2022-05-20"},
        {**ROW["decision"], "decided_on": "2022-05-21"},
        None,
    ):
        assert (
            "with another decision"
            in words(import_history(store, lines(tmp_path, changed(decision=other)), OFFICER))[0]
        )


WHOLE = {
    "outcome": "approve", "officer": "旧审查岗", "decided_on": "2022-05-20", "reason": "理由（示例）", "clause": "3.10-7", "second": "旧复核岗",
    "on_behalf_of": "旧委员会", "responsible": "旧企业（虚构）", "due": "2022-12-31",
}  # fmt: skip


@pytest.mark.parametrize("column", [*WHOLE, "as_of", "ruleset"])
def test_a_row_that_was_imported_and_is_changed_does_not_pass_for_it(store: Store, tmp_path: Path, column: str) -> None:
    row = changed(decision=WHOLE, as_of="2024-05-01")
    assert import_history(store, lines(tmp_path, row), OFFICER).added == 1
    other = {"as_of": "2024-05-02", "ruleset": "fuqing@2026"}
    if column in other:
        now = {**row, column: other[column]}
    else:
        values = {"outcome": "reject", "decided_on": "2022-05-21", "due": "2023-01-31"}
        now = {**row, "decision": {**WHOLE, column: values.get(column, "另一个（示例）")}}
    path = column if column in other else f"decision.{column}"
    found = import_history(store, lines(tmp_path, now), OFFICER)
    assert (found.added, found.present) == (0, 0)
    assert [[each.where for each in row.faults] for row in found.rejected] == [[path]]
    assert ENVELOPE[path] in found.rejected[0].faults[0].text.zh
    if path.startswith("decision.") and column not in ("outcome", "officer"):
        without = {**row, "decision": {name: value for name, value in WHOLE.items() if name != column}}
        assert len(import_history(store, lines(tmp_path, without), OFFICER).rejected) == 1
    again = import_history(store, lines(tmp_path, row), OFFICER)
    assert (again.added, again.present, again.rejected) == (0, 1, ())


def test_a_row_without_a_decision_is_there_still_once_it_was_decided(store: Store, tmp_path: Path) -> None:
    file = lines(tmp_path, changed(decision=None))
    assert import_history(store, file, OFFICER).added == 1
    with store.reading() as connection:
        (line,) = each_line(connection, Filters(on_list=None))
    assert line["review"] is not None
    decide(store, line["review"], overruled("approve"), OFFICER)
    again = import_history(store, file, OFFICER)
    assert (again.added, again.present, again.rejected) == (0, 1, ())
    with_one = import_history(store, lines(tmp_path, ROW), OFFICER)
    assert "with another decision" in words(with_one)[0]


def test_a_row_is_there_already_once_it_says_what_was_decided_later(store: Store, tmp_path: Path) -> None:
    import_history(store, lines(tmp_path, changed(decision=None)), OFFICER)
    with store.reading() as connection:
        (line,) = each_line(connection, Filters(on_list=None))
    assert line["review"] is not None
    for reason in ("材料不全（示例）", "仍不全（示例）"):
        decide(store, line["review"], Ruling("supplement", reason=reason, clause="3.10-7"), OFFICER)
        said = {"outcome": "supplement", "officer": OFFICER, "decided_on": today().isoformat(), "reason": reason, "clause": "3.10-7"}  # fmt: skip
        again = import_history(store, lines(tmp_path, changed(decision=said)), OFFICER)
        assert (again.added, again.present, again.rejected) == (0, 1, ())
    first = import_history(store, lines(tmp_path, changed(decision={**said, "reason": "材料不全（示例）"})), OFFICER)
    assert (first.added, first.present, first.rejected) == (0, 1, ())
    other = import_history(store, lines(tmp_path, changed(decision={**said, "reason": "别的（示例）"})), OFFICER)
    assert [[each.where for each in row.faults] for row in other.rejected] == [["decision.reason"]]
    assert counts(store) == (1, 2)


def test_a_listing_that_contradicts_itself_or_another_is_rejected(store: Store, tmp_path: Path) -> None:
    row = {"listed": "存量摸底", "reference": "L-1", "sheet": {"project": {"name": "存量（虚构）"}}}
    other = {**row, "sheet": {"project": {"name": "另一个（虚构）"}}}
    found = import_history(
        store, lines(tmp_path, row, other, {**row, "reference": "L-2", "decision": ROW["decision"]}), OFFICER
    )
    assert found.added == 1
    assert ["another sheet or reason" in words(found)[0], "has no decision" in words(found)[1]] == [True, True]
    [reference] = found.rejected[0].faults
    assert reference.where == "reference" and reference.text.zh.startswith("原案号“L-1”已导入为列入清单 ")


@pytest.mark.parametrize("stated", ["[]", "none"])
def test_a_list_stated_empty_beside_its_items_is_rejected(store: Store, tmp_path: Path, stated: str) -> None:
    for columns in (["voc.offsets[0].source", "voc.offsets"], ["voc.offsets", "voc.offsets[0].source"]):
        row = {
            "project.name": "旧项目（虚构）",
            "as_of": "2022-05-01",
            **{name: stated if name == "voc.offsets" else "S-1" for name in columns},
        }
        found = import_history(store, table(tmp_path, [row]), OFFICER)
        assert (found.added, len(found.rejected)) == (0, 1)


@pytest.mark.parametrize("row", [changed(decision={**ROW["decision"], "reason": "\ud800"}), '{"sheet": {"project": {"name": "x", "water_m3": 1e99999999999999999999}}, "as_of": "2022-05-01"}'])  # fmt: skip
def test_a_row_that_cannot_be_kept_is_a_rejection_and_not_a_crash(store: Store, tmp_path: Path, row: Any) -> None:
    file = tmp_path / "past.jsonl"
    bad = row if isinstance(row, str) else json.dumps(row)
    file.write_text(f"{bad}\n{json.dumps(changed(reference='good'))}\n", encoding="utf-8")
    found = import_history(store, file, OFFICER)
    assert (found.added, len(found.rejected)) == (1, 1)


def test_a_file_that_breaks_off_records_nothing(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text('project.name,as_of\n甲（虚构）,2022-05-01\n"乙,2022-05-01\n', encoding="utf-8")
    with pytest.raises(SheetError, match="is not valid CSV"):
        import_history(store, file, OFFICER)
    assert counts(store) == (0, 0)


def test_a_dry_run_rejects_and_knows_what_the_real_run_would(store: Store, tmp_path: Path) -> None:
    other = {"project": {**ROW["sheet"]["project"], "code": "OLD-2"}}
    bad = changed(reference="2", sheet=other, decision={"outcome": "批准", "officer": "x"})
    file = lines(tmp_path, ROW, bad)
    dry, real = import_history(store, file, OFFICER, dry_run=True), import_history(store, file, OFFICER)
    assert dry == real and (dry.added, len(dry.rejected)) == (1, 1)
    assert import_history(store, file, OFFICER, dry_run=True).present == 1


def test_a_dry_run_knows_which_rows_of_a_file_keep_others_out(store: Store, tmp_path: Path) -> None:
    """One reference for two sheets, and a row of a project that an earlier one approves under another name."""
    one = ROW["sheet"]["project"]
    renamed = {"project": {**one, "name": "另一个（虚构）"}}
    file = lines(
        tmp_path,
        ROW,
        ROW,
        changed(sheet={"project": {**one, "code": "OLD-2"}}),
        changed(reference="2", as_of="2023-05-01", decision=None, sheet=renamed),
        changed(reference="3", sheet={"project": {**one, "code": "OLD-3"}}),
    )
    dry, real = import_history(store, file, OFFICER, dry_run=True), import_history(store, file, OFFICER)
    assert dry == real and (real.added, real.present, len(real.rejected)) == (2, 1, 2)


@pytest.mark.parametrize("path", ["as_of", "decision.decided_on", "project.received"])
def test_a_day_that_is_still_to_come_is_none_of_the_past(store: Store, tmp_path: Path, path: str) -> None:
    """A slip of the pen would keep out all later rows of the project, and be counted in a year to come."""

    def row(day: date) -> dict[str, Any]:
        if path == "as_of":
            return changed(as_of=day.isoformat())
        if path == "decision.decided_on":
            return changed(decision={**ROW["decision"], "decided_on": day.isoformat()})
        sheet = {"project": {**ROW["sheet"]["project"], "received": day.isoformat()}}
        return {"reference": "1", "sheet": sheet}

    ahead = import_history(store, lines(tmp_path, row(today() + timedelta(days=1))), OFFICER)
    assert [[each.where for each in rejected.faults] for rejected in ahead.rejected] == [[path]]
    assert "晚于今天" in ahead.rejected[0].faults[0].text.zh and ahead.added == 0
    assert import_history(store, lines(tmp_path, row(today())), OFFICER).added == 1


def test_the_reference_of_an_imported_case_stands_in_its_timeline(store: Store, tmp_path: Path) -> None:
    unnamed = {name: value for name, value in changed().items() if name != "reference"}
    unnamed["sheet"] = {"project": {**ROW["sheet"]["project"], "code": "OLD-9"}}
    assert import_history(store, lines(tmp_path, ROW, unnamed), OFFICER).added == 2
    with store.reading() as connection:
        told = [
            timeline(connection, each["project"])["events"][0]["summary"]
            for each in each_line(connection, Filters(on_list=None))
        ]
    assert sorted(
        "融审〔2022〕1 号（示例）" in each["zh"] and "融审〔2022〕1 号（示例）" in each["en"] for each in told
    ) == [False, True]
    assert sum("原案号" in each["zh"] for each in told) == 1
