"""Coordinates as people write them (经纬度的写法): 119.30, 东经119.3°, 118度36分8.008秒, 25°1′40.794″N.

Minutes and seconds are sixtieths: the degrees that they make are given to nine places, a tenth of a millimetre.
"""

from __future__ import annotations

import decimal
import re
from dataclasses import dataclass
from decimal import Decimal

from review.errors import Text
from review.quantities import DECIMAL_PLACES, plain, read_decimal, rounded
from review.readers.written.answers import Read, fold, not_read, same


@dataclass(frozen=True)
class Axis:
    """Longitude or latitude: its words, the letters and words that may name it, and the degrees that China lies between."""

    words: Text
    marks: tuple[str, ...]
    low: int
    high: int


# China with its seas, in whole degrees.
AXES = {
    "longitude": Axis(Text("经度", "longitude"), ("东经", "e"), 73, 136),
    "latitude": Axis(Text("纬度", "latitude"), ("北纬", "n"), 3, 54),
}
_DEGREES = re.compile(
    r"(?P<degrees>[0-9]{1,3}(?:\.[0-9]+)?)[°º度](?:(?P<minutes>[0-9]{1,2}(?:\.[0-9]+)?)['’′分])?"
    r"(?:(?P<seconds>[0-9]{1,2}(?:\.[0-9]+)?)(?:[\"”″秒]|''|′′|’’))?"
)


def read_coordinate(text: str, name: str) -> Read:
    """The degrees that a text writes for `longitude` or `latitude`. Raises SheetError for what is none, and for a place outside China."""
    axis = AXES[name]
    # Spaces go, but for one between figures: two numbers are not made one.
    folded = re.sub(r"(?<![0-9.])\s+|\s+(?![0-9.])", "", fold(text).lower())
    bare = _without_mark(folded, axis)
    number = read_decimal(bare)
    degrees = _degrees(bare) if number is None else number
    if degrees is None:
        raise not_read(
            text,
            f"{axis.words.zh}应为度（{_example(name)}）或度分秒",
            f"{axis.words.en} should be in degrees ({_example(name)}), or degrees, minutes and seconds",
        )
    if not axis.low <= degrees <= axis.high:
        raise not_read(
            text, f"不在中国范围内（{axis.words.zh} {axis.low}～{axis.high} 度），请核对，经度和纬度是否填反",
            f"lies outside China ({axis.words.en} {axis.low} to {axis.high} degrees): check it, and whether longitude and latitude were exchanged",
        )  # fmt: skip
    value = bare if number is not None else plain(degrees)
    return Read(value, None if value == text.strip() else same(f"{value}°"))


def _example(name: str) -> str:
    return "119.30" if name == "longitude" else "25.45"


def _without_mark(folded: str, axis: Axis) -> str:
    for mark in axis.marks:
        if folded.startswith(mark):
            return folded.removeprefix(mark).lstrip(":")
        if folded.endswith(mark):
            return folded.removesuffix(mark)
    return folded


def _degrees(text: str) -> Decimal | None:
    found = _DEGREES.fullmatch(text)
    if found is None:
        return None
    degrees, minutes, seconds = (Decimal(found[name] or 0) for name in ("degrees", "minutes", "seconds"))
    # A fraction of a degree or a minute is the last that is written.
    if (
        minutes >= 60
        or seconds >= 60
        or (found["minutes"] and degrees % 1)
        or (found["seconds"] and (degrees % 1 or minutes % 1))
    ):
        return None
    if found["seconds"] and not found["minutes"]:
        return None
    with decimal.localcontext(decimal.Context(prec=60)):
        return rounded(degrees + minutes / 60 + seconds / 3600, DECIMAL_PLACES)
