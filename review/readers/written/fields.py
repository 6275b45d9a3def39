"""A field's text → its value (字段的读法): by the kind of the field, its unit, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from review.drafting.pickers import NONE_OF
from review.errors import Text
from review.law.edition import Ruleset
from review.law.place import AREAS, area_code, area_words, area_words_at_hand
from review.quantities import UNITS, grouped, measure_words, plain, read_decimal, read_unit
from review.readers.asking import Edition
from review.readers.written.answers import Read, fold, not_read, same
from review.readers.written.coordinates import read_coordinate
from review.readers.written.days import read_day
from review.readers.written.names import NAMED_FIELDS, read_name
from review.readers.written.numbers import read_amount, read_figure, read_of_product, read_per_product, read_quantity
from review.readers.written.units import read_measure, spelt, to_table
from review.readers.written.words import is_none_word, read_choice, read_conforms, read_flag
from review.sheet.catalogue import FieldDescription
from review.sheet.fields import NONE, shown
from review.sheet.nothing import names_nothing
from review.sheet.paths import pattern_of, split_last
from review.terms import NONE_WORD

# Fields of a proportion; coordinates; and fields with the unit of the figure in another field of the same part.
_RATIOS = frozenset({"capacity.ratio"})
_COORDINATES = frozenset({"site.longitude", "site.latitude"})
_BESIDE: Mapping[str, tuple[str, Callable[[str, str | None], Read]]] = {
    "energy.items[].quantity": ("unit", read_quantity),
    "products[].capacity": ("output_unit", read_of_product),
    "products[].output": ("output_unit", read_of_product),
    "products[].unit_energy": ("unit", read_per_product),
}
_TABLE_UNIT = "表列单位"
_DOCUMENT = "document"


def read_field(field: FieldDescription, text: str, beside: Mapping[str, Any], edition: Edition) -> Read:
    """What a text states in a field of the sheet; `beside`: the values of the same part, as written. `edition`: whose tables name things.

    Raises SheetError, without a place, for what cannot be read in one way.
    """
    pattern = pattern_of(field.path)
    if field.may_be_none and not field.choices and _is_none(pattern, text):
        return Read(NONE, None if text.strip().lower() == NONE else NONE_WORD)
    if field.kind == "figure":
        return _figure(pattern, field.unit, text, beside, edition)
    if field.kind == "day":
        return read_day(text)
    if field.kind == "flag":
        return read_flag(text)
    if field.kind == "conforms":
        return read_conforms(text)
    if field.kind == "unit":
        return read_unit_field(text)
    if field.table == AREAS:
        return _area(text, pattern, edition())
    if field.choices:
        return read_choice(text, pattern, field.choices)
    if split_last(pattern)[1].endswith(_DOCUMENT) and names_nothing(text):
        raise not_read(text, *_no_number(field, text))
    return read_name(text, pattern, edition()) if pattern in NAMED_FIELDS else Read(text)


def _no_number(field: FieldDescription, text: str) -> tuple[str, str]:
    """That a text is no document number, and how to say that there is none, in both languages."""
    word = NONE_WORD.zh if is_none_word(text) else shown(text).zh[1:-1]
    if field.may_be_none:
        return (
            f"文号不能写“{word}”：没有文号的留空；确无此文件的写“{NONE_WORD.zh}”",
            "a document number is a number: leave it out where it is not known; say none where there is no such document",
        )
    return (
        f"文号不能写“{word}”：没有文号的留空；确无此文件而本项允许的，对文件整项写“{NONE_WORD.zh}”",
        "a document number cannot be none: leave it out; where there is no such document, and the sheet allows it, say none of the document as a whole",
    )


def _area(text: str, pattern: str, edition: Ruleset) -> Read:
    """The area that a text names by its code, in words of the edition or of another at hand, or as templates of before called it. Raises SheetError."""
    known = {**area_words_at_hand(), **area_words(edition)}
    code = area_code(fold(text))
    read = read_choice(code if code in known else text, pattern, known)
    return read if code == fold(text) else Read(read.value, known[read.value])


def _is_none(pattern: str, text: str) -> bool:
    said = NONE_OF.get(pattern)
    return is_none_word(text) or (said is not None and fold(text) in (said.zh, said.en))


def _figure(pattern: str, unit: str | None, text: str, beside: Mapping[str, Any], edition: Edition) -> Read:
    if pattern in _COORDINATES:
        return read_coordinate(text, split_last(pattern)[1])
    if pattern in _BESIDE:
        name, reader = _BESIDE[pattern]
        other = beside.get(name)
        return reader(text, other if isinstance(other, str) and other.strip() else None)
    if unit == _TABLE_UNIT:
        return _coefficient(text, beside.get("carrier"), edition)
    return read_figure(text, unit, ratio=pattern in _RATIOS)


def _coefficient(text: str, carrier: Any, edition: Edition) -> Read:
    """A coefficient in the unit of its carrier's row, which may follow it. Raises SheetError."""
    if read_decimal(fold(text)) is not None:
        return read_figure(text)
    amount = read_amount(text)
    if not amount.rest or amount.rest == _TABLE_UNIT:
        return read_figure(plain(amount.figure))
    key = read_name(carrier, "energy.items[].carrier", edition()).value if isinstance(carrier, str) and carrier else ""
    row = edition().row("coal_equivalents", key)
    if row is None or spelt(amount.rest) != spelt(row["unit"]):
        unit = same(row["unit"]) if row else Text(_TABLE_UNIT, "the unit of the table")
        raise not_read(text, f"应为数字，单位为 {unit.zh}", f"should be a number in {unit.en}")
    return Read(plain(amount.figure), same(f"{grouped(amount.figure)} {row['unit']}"))


def read_unit_field(text: str) -> Read:
    """The unit of the energy table that a text writes; where it is a multiple of one, the quantity beside it is read with it.

    Raises SheetError.
    """
    if read_unit(text) is not None:
        # A unit that is written as it is shown is the one of the table, not another spelling of it.
        shown = (name for name in UNITS if text in (measure_words(name).zh, measure_words(name).en))
        return Read(next(shown, text))
    measure = read_measure(text)
    if measure is not None and measure.dimension == "litre":
        raise not_read(
            text,
            "系数表没有密度，升不能折算成吨或立方米",
            "the table has no density, so litres are no tonnes or cubic metres",
        )
    found = to_table(measure) if measure is not None and measure.days is None else None
    if found is None:
        raise not_read(
            text,
            "应为能源计量单位，如 吨、万m³、万kWh、GJ、百万千焦、吨标准煤",
            "should be a unit of energy such as t, 10⁴ m³, 10⁴ kWh, GJ or tce",
        )
    return Read(found[0], measure_words(found[0]))
