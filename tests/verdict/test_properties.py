"""What must hold for every sheet: agreement, monotony, settledness, and bytes that nothing but the content moves."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review import Review, SheetError, parse_sheet
from review.evaluation import Entry, Scope
from review.readers.sheets import read_sheet
from review.replay.recorded import sheet_bytes
from review.sheet import all_fields
from review.verdict import findings
from review.verdict.findings import Finding
from review.verdict.unknowns import ways_to_settle
from tests.sheets import found, put, review, sheet
from tests.strategies import EXAMPLES, sheets

pytestmark = pytest.mark.slow

AMOUNTS = st.decimals(min_value=0, max_value=100, places=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=12) | st.sampled_from(["project", "voc", "energy", "items", "name"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def offset(amount: Decimal, **more: Any) -> dict[str, Any]:
    return {
        "source": "甲",
        "area": "fuqing",
        "document": "文号",
        "reduction_t": Decimal(1000),
        "allocated_t": amount,
        **more,
    }


@given(sheets(), st.sampled_from(["fuqing@2022", "fuqing@2023"]))
@settings(deadline=None, max_examples=EXAMPLES)
def test_the_evaluators_agree_and_every_rule_speaks(raw: dict[str, Any], edition: str) -> None:
    result = review(raw, edition=edition)
    ids = list(dict.fromkeys(each.rule.id for each in result.findings))
    assert ids == [rule.id for rule in result.case.ruleset.rules]
    for each in result.findings:
        assert (each.status == "missing") or not each.missing
        assert each.message.zh and each.message.en
        if each.measure and each.measure.margin is not None and each.rule.figure is None:
            assert each.measure.margin >= 0 or each.status in ("fail", "attention", "missing")
    asked = {field.path for field in result.supplement}
    for each in result.findings:
        assert each.encoded == b"".join(findings.encoded(*entry_of(result, each)))
    ways = [
        ways_to_settle(rule, result.judged.scope.at(subject))
        for rule, subject, outcome in result.judged.entries
        if outcome == "unknown"
    ]
    assert all(any(way <= asked for way in each) for each in ways if each)
    for field in asked:
        rest = asked - {field}
        assert any(each and not any(way <= rest for way in each) for each in ways)


def entry_of(result: Review, each: Finding) -> tuple[Entry, Scope]:
    """What a finding was made of."""
    return result.judged.entries[result.findings.index(each)], result.judged.scope


@given(AMOUNTS, AMOUNTS, AMOUNTS)
@settings(deadline=None, max_examples=EXAMPLES)
def test_more_emission_never_mends_and_more_offsets_never_break(
    emission: Decimal, offsets: Decimal, more: Decimal
) -> None:
    def status(e: Decimal, amounts: list[Decimal]) -> str:
        rows = [offset(amount, source=f"S-{i}") for i, amount in enumerate(amounts)]
        return found(review(sheet({"voc.emission_t": e, "voc.offsets": rows})), "voc-offset")[0].status

    before = status(emission, [offsets])
    if before == "fail":
        assert status(emission + more, [offsets]) == "fail"
    if before == "pass":
        assert status(emission, [offsets, more]) == "pass"


def test_an_added_offset_may_bring_integrity_to_attention_but_never_breaks_the_offset() -> None:
    one = review(sheet({"voc.emission_t": 5, "voc.offsets": [offset(Decimal(6), reduction_t=Decimal(6))]}))
    two = review(sheet({"voc.emission_t": 5, "voc.offsets": [offset(Decimal(6), reduction_t=Decimal(6))] * 2}))
    assert [f.status for f in found(one, "offset-integrity")] == ["pass"]
    assert [f.status for f in found(two, "offset-integrity")] == ["attention", "attention"]
    assert found(one, "voc-offset")[0].status == found(two, "voc-offset")[0].status == "pass"


STATABLE = [
    f
    for f in all_fields()
    if "[]" not in f.path and f.kind in ("flag", "choice", "figure") and not f.path.startswith(("eia.", "site.l"))
]


@given(sheets(), st.sampled_from(STATABLE), st.data())
@settings(deadline=None, max_examples=EXAMPLES)
def test_stating_a_field_never_turns_pass_into_fail_or_back(
    raw: dict[str, Any], field: Any, data: st.DataObject
) -> None:
    part = field.path.split(".")[0]
    inner = raw.get(part)
    if isinstance(inner, str) or (isinstance(inner, dict) and _stated(raw, field.path)):
        return
    value = data.draw(
        st.booleans()
        if field.kind == "flag"
        else st.sampled_from(sorted(field.choices))
        if field.choices
        else st.sampled_from(["0", "10", "60000"])
    )
    changed = deepcopy(raw)
    if any(isinstance(_walk(raw, field.path, depth), str) for depth in range(1, field.path.count(".") + 1)):
        return
    put(changed, field.path, value)
    try:
        parse_sheet(changed)
    except SheetError:
        # A part above its whole is no sheet.
        return
    # A stated total is judged instead of an open sum, and a date or authority of a review moves which order is in force.
    before, after = review(raw), review(changed)
    old = {(f.rule.id, f.subject): f.status for f in before.findings}
    for each in after.findings:
        was = old.get((each.rule.id, each.subject))
        assert {was, each.status} != {"pass", "fail"}, (each.rule.id, was, each.status)


def _walk(raw: Any, path: str, depth: int) -> Any:
    for step in path.split(".")[:depth]:
        raw = raw.get(step) if isinstance(raw, dict) else None
    return raw


def _stated(raw: dict[str, Any], path: str) -> bool:
    return _walk(raw, path, path.count(".") + 1) is not None


def _shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: _shuffled(value[key], order) for key in keys}
    return [_shuffled(each, order) for each in value] if isinstance(value, list) else value


@given(sheets(), st.integers(0, 2**16))
@settings(deadline=None, max_examples=EXAMPLES)
def test_key_order_does_not_move_a_byte(raw: dict[str, Any], seed: int) -> None:
    assert review(raw).to_bytes() == review(_shuffled(raw, random.Random(seed))).to_bytes()


def test_number_notation_does_not_move_a_byte() -> None:
    written = ["4.1", "4.10", '"4.1"', "41e-1", '"+4.1"', "0.41E1", '"4.100000000000"']
    texts = ['{"project":{"name":"甲"},"voc":{"emission_t":%s,"added_t":null}}' % number for number in written]
    assert len({review_bytes(text) for text in texts}) == 1
    yaml_text = "voc: {emission_t: 4.10}\nproject: {name: 甲}\n"
    from review import choose, judge
    from tests.sheets import AS_OF

    ruleset = choose("fuqing@2023", AS_OF)
    assert judge(read_sheet(yaml_text.encode(), "yaml"), ruleset, AS_OF).to_bytes() == review_bytes(texts[0])


def spelt(text: str, exponent: int, zeros: int, sign: str) -> str:
    """The same figure as another might write it: with an exponent, with zeros behind it, with a sign."""
    number = Decimal(text)
    if number.is_zero():
        return f"{sign if sign != '+' else '-'}0.{'0' * zeros}E{exponent}"
    shifted = format(number.scaleb(-exponent), "f")
    shifted += "0" * zeros if "." in shifted else f".{'0' * zeros}" if zeros else ""
    return f"{sign if number > 0 else ''}{shifted}E{exponent}" if exponent else f"{sign if number > 0 else ''}{shifted}"


SPELLINGS = st.tuples(st.integers(-9, 9), st.integers(0, 40), st.sampled_from(["", "+"]), st.booleans())
FIGURE_PATHS = frozenset(field.path for field in all_fields() if field.kind == "figure")


def _respelt(value: Any, path: str, draw: Any) -> Any:
    if isinstance(value, dict):
        return {key: _respelt(each, f"{path}.{key}".removeprefix("."), draw) for key, each in value.items()}
    if isinstance(value, list):
        return [_respelt(each, f"{path}[]", draw) for each in value]
    if path not in FIGURE_PATHS:
        return value
    *how, as_number = draw(SPELLINGS)
    text = spelt(str(value), *how)
    return Decimal(text) if as_number else text


def read_back(raw: Any) -> Any:
    """What the record stores of a sheet."""
    return json.loads(sheet_bytes(parse_sheet(raw)))


@given(sheets(), st.sampled_from(["fuqing@2022", "fuqing@2023"]), st.data())
@settings(deadline=None, max_examples=EXAMPLES)
def test_a_sheet_read_back_from_the_record_is_reviewed_to_the_same_bytes(
    raw: dict[str, Any], edition: str, data: st.DataObject
) -> None:
    written = _respelt(raw, "", data.draw)
    assert read_back(written) == read_back(raw)
    assert review(written, edition=edition).to_bytes() == review(read_back(written), edition=edition).to_bytes()


@pytest.mark.parametrize("path", sorted(FIGURE_PATHS))
def test_a_figure_is_what_it_is_however_it_is_spelt(path: str) -> None:
    """Each figure of the sheet beside what it is judged with, in the spellings that went wrong once and some more."""
    beside = {
        "products[0].benchmark": "none",
        "products[0].unit_energy": "120",
        "products[0].advanced_source.document": "文号",
        "energy.items[0].carrier": "natural_gas",
        "energy.items[0].quantity": "10",
        "energy.items[0].unit": "10^4m3",
    }
    values: dict[str, list[Any]] = {
        "42.07378": ["42.073780", Decimal("42.073780"), "+42.07378", "4.207378E+1", "4207378e-5", "042.07378000000000"],
        "30": ["3E+1", Decimal("3E+1"), "30.000", "300e-1", "+30."],
        "0": ["-0", "0.000", "0E+5", Decimal("-0.00"), "0e-300"],
    }
    for plainly, spellings in values.items():
        raw = sheet({**beside, path.replace("[]", "[0]"): plainly})
        stored, expected = read_back(raw), review(raw).to_bytes()
        assert review(stored).to_bytes() == expected
        for spelling in spellings:
            raw = sheet({**beside, path.replace("[]", "[0]"): spelling})
            # What is stored is the same value, so its review is the same too.
            assert read_back(raw) == stored and review(raw).to_bytes() == expected, spelling


def review_bytes(text: str) -> bytes:
    from review import choose, judge
    from tests.sheets import AS_OF

    ruleset = choose("fuqing@2023", AS_OF)
    return judge(read_sheet(text.encode(), "json"), ruleset, AS_OF).to_bytes()


@given(JSON)
def test_arbitrary_values_give_a_sheet_or_a_clear_error(value: Any) -> None:
    try:
        parse_sheet(value)
    except SheetError as error:
        assert error.faults and all(fault.text.zh and fault.text.en for fault in error.faults)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | JSON.map(lambda v: json.dumps(v, default=str).encode()),
    st.sampled_from(["json", "yaml"]),
)
def test_arbitrary_bytes_give_a_sheet_or_a_clear_error(content: bytes, kind: str) -> None:
    try:
        read_sheet(content, kind)
    except SheetError as error:
        assert error.faults
