"""Exact decimals, intervals of them, and the closed table of energy units (能源计量单位).

A figure that is not stated is an interval, never a guess. Nothing here rounds: `exact()` is a context in which an inexact
result is an error. Standard coal (标准煤) follows GB/T 2589-2020; the factors themselves are data of the edition.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from decimal import Decimal
from functools import lru_cache

from review.errors import Text
from review.values import immutable

ZERO = Decimal(0)
INTEGER_DIGITS, DECIMAL_PLACES = 12, 9
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,6})?")
# The units of the energy table that are shown otherwise than they are named.
_MEASURE_WORDS = {
    "10^4t": Text("万吨", "10⁴ t"),
    "m3": Text("m³", "m³"),
    "10^4m3": Text("万m³", "10⁴ m³"),
    "10^4kWh": Text("万kWh", "10⁴ kWh"),
    "10^4tce": Text("万tce", "10⁴ tce"),
}


def exact() -> AbstractContextManager[decimal.Context]:
    """A decimal context wide enough for every sum and product the rules make; rounding in it is an error."""
    return decimal.localcontext(
        decimal.Context(prec=200, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
    )


def read_decimal(text: str) -> Decimal | None:
    """The exact decimal that `text` writes, or None where it does not write one (NaN, Infinity, words).

    Raises `decimal.InvalidOperation` never: what is too long or too large comes back as a Decimal for the caller to refuse.
    """
    text = text.strip()
    if len(text) > 1000 or not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def fits(value: Decimal, before: int = INTEGER_DIGITS, after: int = DECIMAL_PLACES) -> bool:
    """At most so many digits before the point (12) and after it (9), trailing zeros aside."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return False
    if value.is_zero():
        return True
    if exponent >= -after:
        return value.adjusted() < before
    trailing = len(digits) - len(str("".join(map(str, digits))).rstrip("0"))
    places = max(0, -(exponent + trailing))
    return places <= after and value.adjusted() < before


def plain(value: Decimal) -> str:
    """The decimal as text without exponent or trailing zeros: `0`, `-0.000001`, `61250.4`."""
    if not value:
        return "0"
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(value: Decimal) -> str:
    """The decimal with its thousands set apart and every digit: `61,250.4`, `−0.5`."""
    whole, point, rest = plain(abs(value)).partition(".")
    return f"{'−' if value < 0 else ''}{int(whole):,}{point}{rest}"


def rounded(value: Decimal, places: int = DECIMAL_PLACES, rounding: str = decimal.ROUND_HALF_EVEN) -> Decimal:
    """`value` to `places` decimals, half to even unless told otherwise: for display only, and half to even never a non-zero figure to zero."""
    with decimal.localcontext(decimal.Context(prec=250)):
        step = Decimal(1).scaleb(-places)
        result = value.quantize(step, rounding)
        to_nothing = rounding == decimal.ROUND_HALF_EVEN and result.is_zero() and not value.is_zero()
        return step.copy_sign(value) if to_nothing else result


def quotient(dividend: Decimal, divisor: Decimal, rounding: str = decimal.ROUND_HALF_EVEN) -> Decimal:
    """A quotient for display, to nine decimals; no verdict rests on one."""
    with decimal.localcontext(decimal.Context(prec=250)):
        return rounded(dividend / divisor, rounding=rounding)


@immutable(frozen=True, slots=True)
class Range:
    """All that is known of a figure: it lies between `low` and `high`; None is unbounded on that side."""

    low: Decimal | None
    high: Decimal | None

    @property
    def point(self) -> Decimal | None:
        """The figure itself where it is known exactly, else None."""
        low, high = self.low, self.high
        return low if low is high or (low is not None and high is not None and low == high) else None

    def __add__(self, other: Range) -> Range:
        low, high, least, most = self.low, self.high, other.low, other.high
        return Range(
            None if low is None or least is None else low + least, None if high is None or most is None else high + most
        )

    def __neg__(self) -> Range:
        return Range(None if self.high is None else -self.high, None if self.low is None else -self.low)

    def __sub__(self, other: Range) -> Range:
        low, high, least, most = self.low, self.high, other.low, other.high
        return Range(
            None if low is None or most is None else low + -most,
            None if high is None or least is None else high + -least,
        )

    def __mul__(self, factor: Decimal) -> Range:
        if factor == 0:
            return point(ZERO)
        if factor < 0:
            return (-self) * -factor
        return Range(None if self.low is None else self.low * factor, None if self.high is None else self.high * factor)

    def at_least(self, floor: Decimal) -> Range:
        """The same figure where it cannot lie below `floor`."""
        low = floor if self.low is None else max(self.low, floor)
        return Range(low, None if self.high is None else max(self.high, floor))


def point(value: Decimal | int) -> Range:
    """A figure known exactly."""
    value = Decimal(value)
    return Range(value, value)


UNSTATED = Range(ZERO, None)
UNKNOWN = Range(None, None)


def total(ranges: Iterable[Range]) -> Range:
    """The sum of figures; of none, exactly zero."""
    low: Decimal | None = ZERO
    high: Decimal | None = ZERO
    for each in ranges:
        low = None if low is None or each.low is None else low + each.low
        high = None if high is None or each.high is None else high + each.high
    return Range(low, high)


@immutable(frozen=True, slots=True)
class Unit:
    """An energy unit: what it measures, and how many of the dimension's base unit it is.

    Bases: mass t, volume 10³ m³, electricity MWh, heat GJ, coal_equivalent tce, oil_equivalent toe: with a factor in kgce
    per kg, m³, kWh or MJ, base × factor is tonnes of standard coal.
    """

    name: str
    dimension: str
    base: Decimal


UNITS = {
    unit.name: unit
    for unit in (
        Unit("kg", "mass", Decimal("0.001")),
        Unit("t", "mass", Decimal(1)),
        Unit("10^4t", "mass", Decimal(10000)),
        Unit("m3", "volume", Decimal("0.001")),
        Unit("10^4m3", "volume", Decimal(10)),
        Unit("kWh", "electricity", Decimal("0.001")),
        Unit("MWh", "electricity", Decimal(1)),
        Unit("10^4kWh", "electricity", Decimal(10)),
        Unit("MJ", "heat", Decimal("0.001")),
        Unit("GJ", "heat", Decimal(1)),
        Unit("kgce", "coal_equivalent", Decimal("0.001")),
        Unit("tce", "coal_equivalent", Decimal(1)),
        Unit("10^4tce", "coal_equivalent", Decimal(10000)),
        Unit("kgoe", "oil_equivalent", Decimal("0.001")),
        Unit("toe", "oil_equivalent", Decimal(1)),
    )
}
EQUIVALENTS = frozenset({"coal_equivalent", "oil_equivalent"})
_SPELLINGS = {
    "⁴": "^4",
    "³": "3",
    "²": "2",
    "万": "10^4",
    "·": "",
    "⋅": "",
    "•": "",
    "・": "",
    "*": "",
    "×": "",
    "吨标准煤": "tce",
    "吨标煤": "tce",
}
_WORDS = {
    "吨": "t", "千克": "kg", "公斤": "kg", "立方米": "m3", "方": "m3", "千瓦时": "kWh", "度": "kWh", "兆瓦时": "MWh",
    "吉焦": "GJ", "兆焦": "MJ", "千克标准煤": "kgce", "公斤标准煤": "kgce", "吨油当量": "toe", "千克油当量": "kgoe", "tons": "t",
}  # fmt: skip
_FOLDED = {name.lower(): name for name in UNITS}


def read_unit(text: str) -> Unit | None:
    """The unit that `text` spells (`10⁴ kW·h`, `万kWh`, `m³`, `吨`), or None where it is none of the table's."""
    spelt = "".join(text.split())
    for old, new in _SPELLINGS.items():
        spelt = spelt.replace(old, new)
    scale = ""
    if spelt.startswith("10^4"):
        scale, spelt = "10^4", spelt.removeprefix("10^4")
    elif spelt.startswith("104") and len(spelt) > 3:
        return None
    spelt = _WORDS.get(spelt, spelt)
    name = _FOLDED.get((scale + spelt).lower())
    return UNITS[name] if name else None


@lru_cache(maxsize=256)
def table_dimension(quantity_unit: str) -> str:
    """The dimension of a coal-equivalent row's own unit (`10^4 kW·h` → electricity)."""
    unit = read_unit(quantity_unit)
    if unit is None:
        raise ValueError(f"the table's unit {quantity_unit!r} is none of {', '.join(UNITS)}")
    return unit.dimension


def measure_words(name: str) -> Text:
    """A unit of the energy table as it is shown: `10^4m3` → 万m³."""
    return _MEASURE_WORDS.get(name, Text(name, name))
