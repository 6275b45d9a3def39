"""What is refused at intake, by path, and read as it stands where it comes from the record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import SheetError, choose, parse_sheet
from review.drafting.faults import faults_of
from review.drafting.typed import typed
from review.errors import Refused
from review.record.storage.text_limits import validate_words
from review.sheet import all_fields, canonical_sheet, describe, nothing, recorded_sheet
from review.sheet.characters import is_unseen
from tests.sheets import AS_OF, sheet

UNSEEN = [
    *"\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2064\ufeff\u00ad\u061c\u180e\u202a\u202e\u2066\u2069\u034f\u115f\u3164\ufe0f\uffa0\u2800",
    "\U000e0100",
    "\U000e0041",
]
IDS = (
    "project.code", "project.uscc", "site.park", "energy.items[].carrier", "products[].benchmark", "products[].limit",
    "voc.offsets[].source", "carbon.replacement[].source", "pollutants[].reduction_document",
    *(each.path for each in all_fields() if each.path.endswith(".document")),
)  # fmt: skip
NONE_ALLOWED = (
    "project.construction_started", "energy.change_decision", "energy.acceptance", "carbon.evaluated", "carbon.replacement[0].document",
    "pollutants[0].reduction_document", "capacity.announced", "products[0].limit", "eia.change_approval", "eia.reexamined",
)  # fmt: skip


def first(path: str) -> str:
    return path.replace("[]", "[0]")


def refused(changes: dict[str, Any]) -> dict[str, str]:
    """The faults by path, in Chinese; what is refused is read as it stands from the record, and a form tells the same."""
    raw = sheet(changes)
    with pytest.raises(SheetError) as error:
        parse_sheet(raw)
    found = {fault.where: fault.text.zh for fault in error.value.faults}
    told = faults_of(typed(raw).values, choose(None, AS_OF), AS_OF)
    assert found.items() <= {fault.where: fault.text.zh for fault in told}.items()
    return found


def taken(changes: dict[str, Any]) -> None:
    assert parse_sheet(sheet(changes)) == recorded_sheet(sheet(changes))


@pytest.mark.parametrize("path", IDS)
def test_an_id_with_a_character_that_cannot_be_seen_is_refused(path: str) -> None:
    assert set(refused({first(path): "甲\u200b1"})) == {first(path)}
    taken({first(path): "甲－1"})


@pytest.mark.parametrize("character", UNSEEN, ids=lambda each: f"U+{ord(each):04X}")
@pytest.mark.parametrize("text", ["{}S-1", "S{}-1", "S-1{}"])
def test_no_character_that_cannot_be_seen_is_taken(character: str, text: str) -> None:
    found = refused({"voc.offsets[1].source": text.format(character)})
    assert set(found) == {"voc.offsets[1].source"} and f"U+{ord(character):04X}" in found["voc.offsets[1].source"]


@pytest.mark.parametrize("character", ["А", "В", "а", "Ο", "ο"])
@pytest.mark.parametrize(
    "path", ["voc.offsets[0].source", "approvals.eia.document", "project.code", "carbon.replacement[0].source"]
)
def test_no_letter_that_looks_like_a_latin_one_is_taken(path: str, character: str) -> None:
    assert f"U+{ord(character):04X}" in refused({path: f"甲{character}1"})[path]
    taken({path: "甲A1Ω"})


@given(st.text(min_size=1, max_size=6), st.sampled_from(UNSEEN), st.text(max_size=6))
def test_what_is_taken_as_an_id_shows_all_of_itself(before: str, character: str, after: str) -> None:
    with pytest.raises(SheetError):
        parse_sheet(sheet({"voc.offsets[0].source": f"{before}{character}{after}"}))
    try:
        found = parse_sheet(sheet({"voc.offsets[0].source": before}))
    except SheetError:
        return
    offset = canonical_sheet(found)["voc"]["offsets"][0]
    assert not any(is_unseen(each) for each in offset["source"])


NO_NUMBERS = [
    "-", "－", "--", "—", "/", "／", ".", "?", "？？", "（）", "×", "0", "000", "无", "无。", "暂无", "暂无（办理中）", "没有批文", "尚未取得", "未取得环评批复",
    "目前尚未办理", "待定", "待补充", "办理中", "正在办理", "审批中", "未办理", "不适用", "N/A", "n/a", "NA", "TBD", "否", "是", "有", "已取得", "未知", "不详", "同上", "XXX",
]  # fmt: skip
NUMBERS = [
    "无锡环审〔2024〕1 号", "1", "甲", "文号", "S-1", "中环审 1", "待业〔2024〕3 号", "未央环审〔2024〕2 号", "环评报告书 5.2 节（示例）", "有色〔2024〕1 号", "0-1",
    "是源环审 3", "NA-1", "不适用性论证报告〔2024〕1 号", "现代〔2024〕1 号", "（2024）1号",
]  # fmt: skip


@pytest.mark.parametrize("word", NO_NUMBERS)
@pytest.mark.parametrize(
    "path",
    [
        "approvals.eia.document", "energy.review.document", "eia.laws.document", "voc.offsets[0].source", "voc.offsets[0].document",
        "capacity.retired[0].document", "pollutants[0].reduction_document", "carbon.replacement[0].source",
    ],
)  # fmt: skip
def test_a_word_for_nothing_names_no_document_or_source(path: str, word: str) -> None:
    assert set(refused({path: word})) == {path}


@pytest.mark.parametrize("word", sorted(nothing._NOTHING | nothing._UNSAID | nothing._UNNAMED))
@pytest.mark.parametrize("written", ["{}", " {}。", "（{}）", "{}（说明）"])
def test_every_word_for_nothing_is_told_however_it_is_written(word: str, written: str) -> None:
    for text in (word, word.upper(), word.title()):
        assert nothing.names_nothing(written.format(text))


@pytest.mark.parametrize("word", NUMBERS)
@pytest.mark.parametrize("path", ["approvals.eia.document", "voc.offsets[0].source", "capacity.retired[0].document"])
def test_what_names_a_document_is_taken(path: str, word: str) -> None:
    taken({path: word})


@pytest.mark.parametrize(
    "word", ["-", "－", "/", "。", "0", "无", "无。", "暂无", "待定", "不适用", "N/A", "否", "是", "不详", "略"]
)
def test_a_word_for_nothing_is_no_reason(word: str) -> None:
    gate = {"eia.carbon_peak.conforms": "not_applicable", "eia.carbon_peak.note": word}
    assert set(refused(gate)) == {"eia.carbon_peak"}
    taken({**gate, "eia.carbon_peak.conforms": True})
    for path in ("site.park_exemption.reason", "capacity.exemption.reason"):
        assert set(refused({path: word})) == {path}


@pytest.mark.parametrize("words", ["无此要求", "不涉及", "本行业无碳达峰管控要求"])
def test_few_words_are_a_reason(words: str) -> None:
    taken({"eia.carbon_peak.conforms": "not_applicable", "eia.carbon_peak.note": words})
    taken({"site.park_exemption.reason": words})


def test_one_source_written_twice_is_refused_by_path() -> None:
    """Two spellings that look alike would be drawn on twice."""
    one = {"area": "fuqing", "reduction_t": "9", "allocated_t": "6", "document": "甲〔2024〕1 号（示例）"}
    rows = [{**one, "source": "S-2024-001"}, {**one, "source": "S-2024-001\u200b"}]
    assert set(refused({"voc.emission_t": "10", "voc.offsets": rows})) == {"voc.offsets[1].source"}


@pytest.mark.parametrize("path", ["project.name", "project.applicant", "eia.carbon_peak.note"])
def test_words_of_which_nothing_can_be_seen_are_no_answer(path: str) -> None:
    assert set(refused({path: "\u200b \u2060"})) == {path}
    taken({path: "家\u200d人"})


@pytest.mark.parametrize(
    ("inner", "whole"),
    [("voc.added_t", "voc.emission_t"), ("carbon.added_t", "carbon.total_t"), ("energy.added_tce", "energy.total_tce")],
)
def test_a_part_above_its_whole_is_refused_at_both_paths(inner: str, whole: str) -> None:
    taken({inner: "2.999999999", whole: "3"})
    taken({inner: "3.0", whole: "3"})
    found = refused({inner: "3.000000001", whole: "3"})
    assert set(found) == {inner, whole}
    assert all("3.000000001" in words and describe(whole).label.zh in words for words in found.values())
    taken({inner: "3.000000001"})
    taken({whole: "3"})
    taken({inner: "0", whole: "0"})


DAY = "2025-06-01"


@pytest.mark.parametrize(
    ("stage", "started", "right"),
    [
        ("proposed", "none", True), ("proposed", DAY, False), ("proposed", None, True), ("under_construction", DAY, True),
        ("under_construction", "none", False), ("under_construction", None, True), ("existing", DAY, True), ("existing", "none", False),
        ("existing", None, True), (None, DAY, True), (None, "none", True),
    ],
)  # fmt: skip
def test_only_what_is_past_planning_has_started(stage: str | None, started: str | None, right: bool) -> None:
    changes = {"project.stage": stage, "project.construction_started": started}
    if right:
        taken(changes)
    else:
        assert set(refused(changes)) == set(changes)


def test_a_pollutant_stands_in_one_row() -> None:
    rows = [{"pollutant": "so2", "added_t": "1"}, {"added_t": "1"}, {"pollutant": "nox"}, {"added_t": "2"}]
    taken({"pollutants": rows})
    assert set(refused({"pollutants": [*rows, {"pollutant": "so2"}]})) == {
        "pollutants[0].pollutant",
        "pollutants[4].pollutant",
    }


@pytest.mark.parametrize("gate", ["discharge_standards", "report_quality", "laws"])
def test_some_gates_apply_to_every_project(gate: str) -> None:
    changes = {f"eia.{gate}.conforms": "not_applicable", f"eia.{gate}.note": "无"}
    with pytest.raises(SheetError, match="applies to every project"):
        parse_sheet(sheet(changes))


@pytest.mark.parametrize("gate", ["own_legacy", "region_open"])
def test_other_gates_may_not_apply_for_a_reason(gate: str) -> None:
    changes = {f"eia.{gate}.conforms": "not_applicable"}
    with pytest.raises(SheetError, match="needs its reason"):
        parse_sheet(sheet(changes))
    taken({**changes, f"eia.{gate}.note": "不新增重点污染物"})


@pytest.mark.parametrize("path", NONE_ALLOWED)
def test_what_does_not_exist_is_stated_in_a_word(path: str) -> None:
    raw = sheet({path: "none"})
    assert canonical_sheet(parse_sheet(raw)) == {"schema": "two-high/sheet/1", **raw}
    assert describe(path).may_be_none


def test_a_day_or_none_is_nothing_else() -> None:
    for value in ("2025-2-1", "无", 20250601, True):
        with pytest.raises(SheetError) as error:
            parse_sheet(sheet({"capacity.announced": value}))
        assert [fault.where for fault in error.value.faults] == ["capacity.announced"]


@pytest.mark.parametrize("character", ["\U0002ebf0", "\U000323af", "\U0003fffd"], ids=lambda each: f"U+{ord(each):05X}")
def test_a_character_that_this_python_does_not_know_yet_is_text(character: str) -> None:
    """What is a valid sheet must not depend on the Unicode table of the Python that reads it."""
    named = f"{character}新字"
    assert parse_sheet({"project": {"name": named}}).project.name == named
    validate_words({"reason": named})


@pytest.mark.parametrize(
    "character", ["\ufffe", "\ufdd0", "\U0002ffff", "\ue000", "\x07"], ids=lambda each: f"U+{ord(each):04X}"
)
def test_what_is_no_character_is_refused(character: str) -> None:
    with pytest.raises(SheetError) as refused:
        parse_sheet({"project": {"name": f"甲{character}"}})
    assert [(each.where, f"U+{ord(character):04X}" in each.text.zh) for each in refused.value.faults] == [
        ("project.name", True)
    ]
    with pytest.raises(Refused):
        validate_words({"reason": f"甲{character}"})


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u2060", "\u00ad", " \u200b "], ids=ascii)
def test_what_is_unseen_at_the_ends_of_a_name_is_taken_away_at_intake_alone(unseen: str) -> None:
    raw = {"project": {"name": f"{unseen}甲\u200b乙{unseen}"}}
    assert parse_sheet(raw).project.name == "甲\u200b乙"
    # A recorded sheet is read as it stands.
    assert recorded_sheet(raw).project.name == raw["project"]["name"].strip()


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ({}, "对象（键值）", "an object"), ([], "列表", "a list"), (True, "true", "true"), ("x", "“x”", "“x”"),
    ],
)  # fmt: skip
def test_what_was_found_is_said_in_either_language(value: object, zh: str, en: str) -> None:
    with pytest.raises(SheetError) as refused:
        parse_sheet({"project": {"name": "x", "industry": value}})
    text = refused.value.faults[0].text
    assert text.zh.endswith(f"实为 {zh}") and text.en.endswith(f"found {en}")


def test_what_is_known_beside_an_unknown_field_is_listed_in_the_marks_of_the_language() -> None:
    with pytest.raises(SheetError) as error:
        parse_sheet(sheet({"site.zzzz": 1}))
    (told,) = (fault.text for fault in error.value.faults)
    assert told.zh.startswith("未知字段；可用：park_exemption、park、address、")
    assert told.en.startswith("unknown field; known here: park_exemption, park, address, ") and "、" not in told.en
