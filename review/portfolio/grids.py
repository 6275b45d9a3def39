"""Figures as whole numbers of 64 bits on a grid of decimals, where a batch allows it exactly, and words as numbers; which rows do not allow it.

A narrow column is a DECIMAL of 18 digits: Arrow's `decimal64`. Nothing is rounded to become narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from review.portfolio.columns import WIDEST
from review.portfolio.extra import need
from review.quantities import exact, fits

DIGITS = 18
# Places after the point that are tried, the likeliest first: amounts of nine places below 10⁹, else greater ones of fewer places.
PLACES = (9, 6, 3, 12, 0)
# No sum of whole numbers goes beyond this: the most of 64 bits, halved.
MOST = 2**62
# The column of words that are each another.
NAME = "name"


@dataclass(frozen=True)
class End:
    """One end of a figure, a row each: whole numbers of 10^-`places`, and where it is unbounded (None: nowhere)."""

    values: Any
    open: Any
    places: int

    @cached_property
    def most(self) -> int:
        """The greatest amount, whatever its sign."""
        closed = self.values if self.open is None else need("numpy").where(self.open, 0, self.values)
        return max(int(closed.max()), -int(closed.min())) if len(closed) else 0

    def beyond(self, most: int) -> Any:
        """The rows whose amount is greater than that."""
        numpy = need("numpy")
        found = (self.values > most) | (self.values < -most)
        return found if self.open is None else numpy.greater(found, self.open)

    def taken(self, places: Any) -> End:
        """The end of the rows at those places, in their order."""
        return replace(self, values=self.values[places], open=None if self.open is None else self.open[places])


def narrow_table(table: Any) -> Any:
    """The table with every figure narrow that can be, and of words but names each one once (Arrow's dictionaries)."""
    types = need("pyarrow").types
    for place, each in enumerate(table.schema):
        column = None
        if types.is_decimal(each.type) and not types.is_decimal64(each.type):
            column = narrow_column(table.column(place))
        elif types.is_string(each.type) and each.name != NAME:
            column = table.column(place).dictionary_encode()
        table = table if column is None else table.set_column(place, each.name, column)
    return table


def numbered(column: Any) -> tuple[list[str | None], Any]:
    """The words of an array with None for null, and of each row the place of its word."""
    encoded = column if need("pyarrow").types.is_dictionary(column.type) else column.dictionary_encode()
    words = [*encoded.dictionary.to_pylist(), None]
    return words, encoded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)


def as_one(tables: Sequence[Any]) -> Any:
    """Several tables of the same columns as one, where some have a figure narrow that others have not."""
    pa = need("pyarrow")
    if any(not each.schema.equals(tables[0].schema) for each in tables):
        wide = [
            _common_type([each.field(place).type for each in (table.schema for table in tables)])
            for place in range(tables[0].num_columns)
        ]
        fields = pa.schema([pa.field(name, kind) for name, kind in zip(tables[0].column_names, wide, strict=True)])
        return narrow_table(pa.concat_tables([each.cast(fields) for each in tables]).combine_chunks())
    return pa.concat_tables(tables).combine_chunks()


def _common_type(types: list[Any]) -> Any:
    if all(each == types[0] for each in types):
        return types[0]
    return need("pyarrow").decimal128(WIDEST, max(each.scale for each in types))


def narrow_column(column: Any) -> Any:
    """A column of decimals as a narrow one; None where no grid has all of it."""
    pa = need("pyarrow")
    if pa.types.is_decimal64(column.type):
        return column
    for places in PLACES:
        try:
            return column.cast(pa.decimal64(DIGITS, places))
        except pa.ArrowInvalid:
            continue
    return None


def end_of(column: Any) -> tuple[End, Any]:
    """An array of decimals as an end of a figure; and the rows that no grid has, for which it is nought (None: there are none)."""
    numpy, found = need("numpy"), narrow_column(column)
    if found is None:
        return _some_of(column)
    if not len(found):
        return End(numpy.zeros(0, numpy.int64), None, found.type.scale), None
    numbers = numpy.frombuffer(found.buffers()[1], numpy.int64)[found.offset : found.offset + len(found)]
    return End(numbers, where_null(found), found.type.scale), None


def _some_of(column: Any) -> tuple[End, Any]:
    """The figures that the first grid has, nought in place of the others, and where those are."""
    numpy, places = need("numpy"), PLACES[0]
    values = column.to_pylist()
    left_out = [value is not None and not fits(value, DIGITS - places, places) for value in values]
    with exact():
        whole = [
            0 if out or value is None else int(value.scaleb(places))
            for value, out in zip(values, left_out, strict=True)
        ]
    return End(numpy.array(whole, numpy.int64), where_null(column), places), numpy.array(left_out, bool)


def whole_numbers(values: Iterable[Decimal | None]) -> tuple[list[int], int]:
    """Some figures as whole numbers on the coarsest grid that has all of them, and its places; what is unknown is nought."""
    with exact():
        known = [Decimal(0) if value is None else value.normalize() for value in values]
        places = max((max(0, -int(value.as_tuple().exponent)) for value in known), default=0)
        return [int(value.scaleb(places)) for value in known], places


def bits(buffer: Any, start: int, count: int) -> Any:
    """The bits of an Arrow buffer from `start` on, as an array of 0 and 1."""
    numpy = need("numpy")
    whole = numpy.frombuffer(buffer, numpy.uint8)
    return numpy.unpackbits(whole, count=start + count, bitorder="little")[start:]


def where_null(column: Any) -> Any:
    """Where an Arrow array is null, as an array of truths; None where it is null nowhere."""
    validity = column.buffers()[0]
    if not column.null_count or validity is None:
        return None
    return bits(validity, column.offset, len(column)) == 0
