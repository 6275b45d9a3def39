"""Numbers as people write them (数字的写法): 85,000, ８５０００, 8.5万, 49999.99吨标准煤, 1.25:1, 125 %.

The field decides with its unit what a number means. A scale without a unit (8.5万) in a field that is itself in 万 has two readings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from review.errors import SheetError, Text
from review.quantities import DECIMAL_PLACES, INTEGER_DIGITS, exact, fits, grouped, measure_words, plain, read_decimal
from review.readers.written.answers import Read, fold, not_read, refuse, same, two_readings
from review.readers.written.units import Measure, factor_to, read_measure, read_scale, to_table
from review.readers.written.words import is_none_word

_ONE = Decimal(1)
_TEN_THOUSAND = 10_000
_LONGEST = 200
_NUMBER = re.compile(
    r"(?P<sign>[+\-−]?)(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?P<rest>.*)",
    re.DOTALL,
)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# What goes on after a number as no unit does: a comma or point out of place, another number, a range.
_GOES_ON = re.compile(r"(?!10[\^⁰¹²³⁴⁵⁶⁷⁸⁹])[,.'’、，;:0-9]")
_RANGE = re.compile(r"(?:-|–|—|~|～|〜|至|到|−)+\s*[0-9]")
_ABOUT = re.compile(r"(?:约|近|超|大于|小于|不|≥|≤|>|<|＞|＜|~|～|±)")
_RATIO = re.compile(r"(?P<left>[0-9.,]+)\s*[:∶]\s*(?P<right>[0-9.,]+)")


@dataclass(frozen=True)
class Amount:
    """A number with what follows it: `figure` as it is written, `rest` a scale, a unit, both, or empty."""

    figure: Decimal
    rest: str


def read_figure(text: str, own: str | None = None, *, ratio: bool = False) -> Read:
    """The figure that a text writes for a field in the unit `own`; `ratio`: a proportion may be written as 1.25:1 or 125 %.

    Raises SheetError for what is no single figure, has two readings, or is in a unit that the field's cannot be reached from.
    """
    folded = fold(text)
    if read_decimal(folded) is not None:
        return _as_is(text, folded, own)
    if ratio and (proportion := _proportion(text, folded)) is not None:
        return proportion
    amount = read_amount(text)
    if ratio and amount.rest:
        raise not_read(text, "应写成 1.25、1.25:1 或 125%", "should be written as 1.25, 1.25:1 or 125 %")
    figure = _own_figure(text, amount, own)
    return Read(plain(figure), same(f"{grouped(figure)} {own or ''}".strip()))


def written_figure(text: str, own: str | None = None) -> Decimal:
    """The figure that a text writes in the unit `own`, no longer than a sheet takes one, and not below zero. Raises SheetError, without a place."""
    if not fold(text):
        raise refuse("必须填写", "is required")
    figure = read_decimal(read_figure(text, own).value)
    if figure is None or not fits(figure) or figure < 0:
        raise not_read(
            text, f"应为不小于 0 的数字，整数最多 {INTEGER_DIGITS} 位、小数最多 {DECIMAL_PLACES} 位",
            f"should be a number of no less than 0, of at most {INTEGER_DIGITS} digits before the point and {DECIMAL_PLACES} after it",
        )  # fmt: skip
    return figure


def read_amount(text: str) -> Amount:
    """The number that a text begins with, and what follows it. Raises SheetError where that is no single number."""
    folded = fold(text)
    found = _NUMBER.fullmatch(folded) if len(folded) <= _LONGEST else None
    rest = found["rest"].strip() if found else ""
    if found is None or _GOES_ON.match(rest) or _RANGE.match(rest):
        _complain(text, folded, rest)
    digits = found["digits"].replace(",", "")
    if len(digits.partition(".")[0].lstrip("0")) > INTEGER_DIGITS:
        raise not_read(text, f"整数部分最多 {INTEGER_DIGITS} 位", f"at most {INTEGER_DIGITS} digits before the point")
    figure = Decimal(digits)
    return Amount(-figure if found["sign"] in ("-", "−") else figure, rest)


def read_quantity(text: str, unit: str | None) -> Read:
    """A quantity of the energy table with the unit beside it (`unit` as it is written, None: not stated), in a unit of that table.

    What the text says of the unit fills the unit beside it where that is not stated. Raises SheetError.
    """
    folded = fold(text)
    beside = read_measure(unit) if unit else None
    number = read_decimal(folded)
    if number is not None and (beside is None or to_table(beside) is None or not fits(number)):
        return _as_is(text, folded, None)
    amount = read_amount(text) if number is None else Amount(number, "")
    scale = read_scale(amount.rest) if amount.rest else _ONE
    if scale is not None:
        if scale != _ONE and beside is not None and beside.scale >= _TEN_THOUSAND:
            raise _scale_twice(text, amount, scale, unit or "")
        figure, measure = _scaled(amount.figure, scale), beside
    else:
        figure, measure = amount.figure, _measure(text, amount.rest)
        if unit and (beside is None or (beside.dimension, beside.base) != (measure.dimension, measure.base)):
            raise not_read(
                text,
                f"其中的单位与“计量单位”一栏的“{unit}”不同，请只写一处",
                f"its unit is not the one beside it, “{unit}”: state one of them",
            )
    if measure is None:
        return Read(plain(figure), None if _PLAIN.fullmatch(folded) else same(grouped(figure)))
    return _in_table_unit(text, figure, measure, is_plain=_PLAIN.fullmatch(folded) is not None)


def read_of_product(text: str, unit: str | None) -> Read:
    """A product's capacity or output with the unit beside it, which is in words of its own (`unit`, None: not stated).

    Raises SheetError.
    """
    folded = fold(text)
    if read_decimal(folded) is not None:
        return _as_is(text, folded, unit)
    amount = read_amount(text)
    scale = read_scale(amount.rest) if amount.rest else _ONE
    beside = read_measure(unit) if unit else None
    if scale is not None:
        if scale != _ONE and beside is not None and beside.scale >= _TEN_THOUSAND:
            raise _scale_twice(text, amount, scale, unit or "")
        figure = _scaled(amount.figure, scale)
        return Read(plain(figure), same(f"{grouped(figure)} {unit or ''}".strip()))
    measure = _measure(text, amount.rest)
    figure = _annual(text, amount, measure)
    if unit is None:
        figure = _scaled(figure, measure.scale)
        return Read(plain(figure), same(f"{grouped(figure)} {measure.name}"), {"output_unit": measure.name})
    if beside is None or (factor := factor_to(measure, beside)) is None:
        raise not_read(
            text,
            f"其中的单位与“产量单位”一栏的“{unit}”不同，请只写一处",
            f"its unit is not the one beside it, “{unit}”: state one of them",
        )
    figure = _scaled(figure, factor)
    return Read(plain(figure), same(f"{grouped(figure)} {unit}"))


def read_per_product(text: str, unit: str | None) -> Read:
    """A figure of energy per unit of product (`7.9 kgce/重量箱`) with the unit beside it. Raises SheetError."""
    folded = fold(text)
    if read_decimal(folded) is not None:
        return _as_is(text, folded, unit)
    amount = read_amount(text)
    if not amount.rest:
        return Read(plain(amount.figure), same(f"{grouped(amount.figure)} {unit or ''}".strip()))
    energy, slash, per = amount.rest.replace("／", "/").partition("/")
    measure = read_measure(energy)
    if (
        not slash
        or not per.strip()
        or measure is None
        or measure.dimension not in ("coal_equivalent", "oil_equivalent", "electricity")
    ):
        raise not_read(
            text,
            "应为数字，或数字加单位，如 7.9 kgce/重量箱",
            "should be a number, or one with its unit such as 7.9 kgce/t",
        )
    base = {"coal_equivalent": "kgce", "oil_equivalent": "kgoe", "electricity": "kWh"}[measure.dimension]
    figure = _scaled(amount.figure, measure.base.scaleb(3))
    written = f"{base}/{per.strip()}"
    if unit is not None and fold(unit).replace(" ", "").lower() != written.replace(" ", "").lower():
        raise not_read(
            text,
            f"其中的单位与单位一栏的“{unit}”不同，请只写一处",
            f"its unit is not the one beside it, “{unit}”: state one of them",
        )
    return Read(plain(figure), same(f"{grouped(figure)} {unit or written}"), {} if unit else {"unit": written})


def _as_is(text: str, folded: str, own: str | None) -> Read:
    """A number that needs no reading; its width may have been folded."""
    number = read_decimal(folded)
    shown = None if folded == text.strip() or number is None or number.adjusted() > INTEGER_DIGITS else number
    return Read(folded, None if shown is None else same(f"{grouped(shown)} {own or ''}".strip()))


def _own_figure(text: str, amount: Amount, own: str | None) -> Decimal:
    field = read_measure(own) if own else None
    scale = read_scale(amount.rest) if amount.rest else _ONE
    if scale is not None:
        if scale != _ONE and field is not None and field.scale >= _TEN_THOUSAND:
            raise _scale_twice(text, amount, scale, own or "")
        return _scaled(amount.figure, scale)
    if field is None or own is None:
        raise not_read(text, "应为数字，不带单位", "should be a number without a unit")
    measure = _measure(text, amount.rest, own)
    factor = factor_to(measure, field)
    if factor is None:
        raise not_read(text, f"“{amount.rest}”不能换算成 {own}", f"“{amount.rest}” cannot be brought to {own}")
    if measure.yearly and not field.yearly:
        raise not_read(text, f"本项不是每年的量，单位为 {own}", f"this is no amount a year; the unit is {own}")
    if measure.days is not None and not field.yearly:
        raise not_read(text, f"本项不是每日的量，单位为 {own}", f"this is no amount a day; the unit is {own}")
    return _scaled(_annual(text, amount, measure), factor)


def _annual(text: str, amount: Amount, measure: Measure) -> Decimal:
    """The figure for a year, of one that may be written per day."""
    if measure.days is None:
        return amount.figure
    if not 1 <= measure.days <= 366:
        raise not_read(
            text,
            "每日的量须写明一年运行多少天，如 900 t/d×365 d",
            "an amount a day needs the days of a year, such as 900 t/d×365 d",
        )
    return _scaled(amount.figure, Decimal(measure.days))


def _measure(text: str, rest: str, own: str | None = None) -> Measure:
    """The unit after a number. Raises SheetError."""
    measure = read_measure(rest)
    if measure is None:
        taken = f"；本项单位为 {own}" if own else ""
        raise not_read(
            text,
            f"不识单位“{rest[:40]}”{taken}",
            f"the unit “{rest[:40]}” is not known" + (f"; this is in {own}" if own else ""),
        )
    return measure


def _in_table_unit(text: str, figure: Decimal, measure: Measure, *, is_plain: bool) -> Read:
    found = to_table(measure)
    if measure.dimension == "litre":
        raise not_read(
            text,
            "系数表没有密度，升不能折算成吨或立方米，请按吨或立方米填写",
            "the table has no density, so litres are no tonnes or cubic metres: state it in those",
        )
    if found is None or measure.days is not None:
        raise not_read(
            text,
            f"“{measure.name}”不是能源计量单位，须为年用量",
            f"{measure.name} is no unit of energy: an amount a year is asked for",
        )
    name, factor = found
    figure = _scaled(figure, factor)
    words = measure_words(name)
    said = (
        None
        if is_plain and factor == _ONE
        else Text(
            f"{grouped(figure)} {words.zh}", f"{grouped(figure)} {'× ' if words.en.startswith('10') else ''}{words.en}"
        )
    )
    return Read(plain(figure), said, {"unit": name})


def _proportion(text: str, folded: str) -> Read | None:
    """A proportion of what is retired to what is new: 1.25:1, 125 %, 1.25 倍; None where the text writes it in no such way."""
    if folded.endswith(("%", "倍")):
        amount = read_amount(folded[:-1])
        if amount.rest:
            return None
        figure = _scaled(amount.figure, Decimal("0.01") if folded.endswith("%") else _ONE)
        return Read(plain(figure), same(grouped(figure)))
    found = _RATIO.fullmatch(folded)
    if found is None:
        return None
    left, right = read_amount(found["left"]).figure, read_amount(found["right"]).figure
    if right != 1:
        raise two_readings(
            text, Text(f"退出与新增之比 {plain(left)}:{plain(right)}", f"{plain(left)} retired to {plain(right)} new"),
            Text(f"新增与退出之比 {plain(left)}:{plain(right)}", f"{plain(left)} new to {plain(right)} retired"),
            "请写成退出比新增，如 1.25:1", "write it as retired to new, such as 1.25:1",
        )  # fmt: skip
    return Read(plain(left), same(grouped(left)))


def _scaled(figure: Decimal, factor: Decimal) -> Decimal:
    with exact():
        return figure * factor


def _scale_twice(text: str, amount: Amount, scale: Decimal, own: str) -> SheetError:
    """万 without a unit in a field that is itself in 万: of the unit below it, or of the field's own."""
    field = read_measure(own)
    below = f"{plain(amount.figure)}{amount.rest}{field.name if field else ''}"
    first, second = (grouped(_scaled(amount.figure, each)) for each in (scale / _TEN_THOUSAND, scale))
    return two_readings(
        text,
        same(f"{first} {own}"),
        same(f"{second} {own}"),
        f"请写明单位，如 {below}",
        f"write the unit, such as {below}",
    )


def _complain(text: str, folded: str, rest: str) -> NoReturn:
    if is_none_word(folded):
        raise not_read(
            text,
            "本项须填数字；未载明请留空，数量为零请写 0",
            "a number is asked for: leave it blank where it is not stated, write 0 for none",
        )
    if _RANGE.match(rest):
        raise not_read(text, "是一个区间，应为一个数", "is a range, where a single number is asked for")
    if _ABOUT.match(folded):
        raise not_read(
            text, "应为一个确切的数，不带“约”“≥”“＜”等", "should be an exact number, without “about”, ≥ or <"
        )
    raise not_read(
        text, "应为数字；千位可用逗号分开（85,000），小数用点，可带“万”“亿”和单位",
        "should be a number; thousands may be set apart by commas (85,000), decimals by a point; 万, 亿 and a unit may follow",
    )  # fmt: skip
