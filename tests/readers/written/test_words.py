"""Words as people write them: truths, gates, choices, and what says that something does not exist."""

from __future__ import annotations

import pytest

from review.errors import SheetError, Text
from review.readers.written.words import is_none_word, read_choice, read_conforms, read_flag
from review.sheet import all_fields, describe
from review.sheet.catalogue import FieldDescription
from review.terms import OUTCOMES


@pytest.mark.parametrize("text", ["是", "有", "√", "✓", "Y", "y", "yes", "YES", "true", "Ｙ", " 是 "])
def test_what_says_yes(text: str) -> None:
    assert read_flag(text).value is True


@pytest.mark.parametrize("text", ["否", "无", "没有", "×", "N", "n", "no", "No", "false"])
def test_what_says_no(text: str) -> None:
    assert read_flag(text).value is False


@pytest.mark.parametrize("text", ["/", "—", "符合", "不符合", "不适用", "x", "☒", "□", "0", "1", "可能", "是/否", "未"])
def test_what_says_neither_yes_nor_no_is_refused(text: str) -> None:
    with pytest.raises(SheetError, match="读不出来"):
        read_flag(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("符合", True), ("是", True), ("√", True), ("Y", True), ("true", True), ("不符合", False), ("否", False), ("×", False), ("N", False), ("不适用", "not_applicable"),
     ("not_applicable", "not_applicable"), ("not applicable", "not_applicable"), ("conforms", True), ("fails", False)],
)  # fmt: skip
def test_what_is_said_of_a_gate(text: str, value: bool | str) -> None:
    assert read_conforms(text).value == value


@pytest.mark.parametrize("text", ["无", "有", "/", "—", "基本符合", "不涉及", "x"])
def test_what_may_be_said_of_a_gate_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(SheetError, match="不适用"):
        read_conforms(text)


@pytest.mark.parametrize("text", ["无", "没有", "none", "None", "/", "／", "—", "——", "–", " 无 "])
def test_what_says_that_there_is_none(text: str) -> None:
    assert is_none_word(text)


@pytest.mark.parametrize("text", ["", "-", "无锡", "0", "不", "N/A", "未知", "\\", "一"])
def test_what_does_not_say_that_there_is_none(text: str) -> None:
    assert not is_none_word(text)


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("project.nature", "新建", "new"), ("project.nature", "新建（迁建）", "new"), ("project.nature", "新建(迁建)", "new"), ("project.nature", "技改", "technical_renovation"),
        ("project.nature", "技术改造", "technical_renovation"), ("project.nature", "technical renovation", "technical_renovation"), ("project.nature", "new", "new"),
        ("project.stage", "已建", "existing"), ("project.stage", "在建", "under_construction"), ("project.stage", "建成", "existing"), ("project.stage", "建成（存量）", "existing"),
        ("project.policy_category", "鼓励", "encouraged"), ("project.policy_category", "允许类", "permitted"), ("energy.review.authority", "县级", "county"),
        ("energy.review.authority", "省级", "province"), ("site.sea_outfall", "无", "none"), ("site.sea_outfall", "不设入海排污口", "none"),
        ("coal.boilers[].fuel", "天然气", "natural_gas"), ("pollutants[].pollutant", "二氧化硫", "so2"), ("pollutants[].pollutant", "SO2", "so2"),
    ],
)  # fmt: skip
def test_a_choice_is_read(path: str, text: str, code: str) -> None:
    assert read_choice(text, path, describe(path).choices or {}).value == code


@pytest.mark.parametrize(
    ("path", "text", "both"),
    [
        ("project.nature", "改扩建", ("改建", "扩建")),
        ("energy.review.authority", "市级", ("设区市级", "县（市、区）级")),
    ],
)
def test_a_choice_that_may_be_two_is_refused_with_both(path: str, text: str, both: tuple[str, str]) -> None:
    with pytest.raises(SheetError, match="两种读法") as error:
        read_choice(text, path, describe(path).choices or {})
    assert all(each in error.value.faults[0].text.zh for each in both)


@pytest.mark.parametrize(
    ("path", "text"), [("project.stage", "筹建"), ("project.nature", "无"), ("coal.boilers[].fuel", "/")]
)
def test_what_is_no_choice_is_refused_with_what_there_is(path: str, text: str) -> None:
    choices = describe(path).choices or {}
    with pytest.raises(SheetError, match="可用") as error:
        read_choice(text, path, choices)
    assert all(
        each.zh in error.value.faults[0].text.zh and each.en in error.value.faults[0].text.en
        for each in choices.values()
    )


@pytest.mark.parametrize("field", [each for each in all_fields() if each.choices], ids=lambda field: field.path)
def test_every_choice_is_read_by_its_code_and_by_both_its_labels(field: FieldDescription) -> None:
    for code, words in (field.choices or {}).items():
        for text in (code, words.zh, words.en):
            assert read_choice(text, field.path, field.choices or {}).value == code, text


def test_an_outcome_is_read_by_its_word() -> None:
    assert read_choice("不予批准", "decision.outcome", OUTCOMES).value == "reject"
    assert read_choice("approve", "decision.outcome", OUTCOMES).words is None
    assert read_choice("新建（迁建）", "project.nature", {"new": Text("新建", "new")}).words == Text("新建", "new")


def test_each_choice_is_told_in_quotation_marks_as_one_may_have_a_comma_in_it() -> None:
    outfall = describe("site.sea_outfall")
    assert outfall.choices is not None and "filed, existing" in {each.en for each in outfall.choices.values()}
    with pytest.raises(SheetError) as refused:
        read_choice("maybe", outfall.path, outfall.choices)
    text = refused.value.faults[0].text
    assert "there are: “no outfall”, “filed, existing”, “filed, new”" in text.en
    assert "可用：“不设入海排污口”、“已备案的现有排污口”" in text.zh
