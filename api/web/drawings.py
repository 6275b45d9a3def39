"""Drawings (图): a finding's figure beside its limit, as inline SVG, each mark with its figure.

Places are shares of the width, so that words keep their size on a phone and on a desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

Side = Mapping[str, Any]
# Heights in pixels: the words above the axis, the axis, and a line of words for each mark below it.
_ABOVE, _AXIS, _LINE = 18, 35, 20
# The narrowest that a drawing is shown, and what a character takes of it: a Chinese one, and any other.
_NARROWEST, _WIDE_CHARACTER, _CHARACTER = Decimal(240), Decimal("14.2"), Decimal("8.2")
_CHINESE = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
_INSET, _WHOLE = Decimal(4), Decimal(100)
_ROOM = Decimal("0.15")


@dataclass(frozen=True)
class Mark:
    """A figure on the axis with the words at it, its name and the figure itself."""

    figure: Decimal
    words: str


def margin_bar(
    observed: Side | None, required: Side | None, levels: Sequence[Mark], said: Mapping[str, str], words: str
) -> Markup:
    """The observed figure (a dot, or the range it lies in), the limit with the side that is allowed, and other levels as thin lines.

    `said` are the words at the `observed` and at the `required` figure; `words` are the text alternative.
    Nothing is drawn where nothing is known of a side.
    """
    if observed is None or required is None or not (limits := _ends(required)):
        return Markup("")
    scale = _Scale((*_ends(observed), *limits, *(each.figure for each in levels)))
    below = required["relation"] in ("<=", "<")
    limit = limits[-1] if below else limits[0]
    parts = [_allowed(scale, limits, below)]
    if len(limits) == 2:
        parts.append(_box("doubt", scale.at(limits[0]), scale.at(limits[1]), _AXIS - 9, 18))
    lines = [("limit", Mark(limit, said["required"])), *(("level", each) for each in levels)]
    feet = [_AXIS + 17 + _LINE * number for number in range(len(lines))]
    parts += [_line(kind, scale.at(mark.figure), foot) for (kind, mark), foot in zip(lines, feet, strict=True)]
    # Words come last: a line that passes behind them leaves them readable.
    parts += _observed(scale, observed, said["observed"])
    parts += [_text(scale.at(mark.figure), foot + 13, mark.words) for (_, mark), foot in zip(lines, feet, strict=True)]
    return Markup(
        '<svg class="margin" width="100%" height="{}" role="img" aria-label="{}"><rect class="axis" x="0%" y="{}" width="100%" height="1"/>{}</svg>'
    ).format(_AXIS + 12 + _LINE * len(lines) + 4, words, _AXIS, Markup("").join(parts))


class _Scale:
    """Figures to places on the drawing, in hundredths of its width. Nothing is drawn off it: an open end runs to the edge."""

    def __init__(self, figures: Iterable[Decimal]) -> None:
        known = list(figures)
        low, high = min(known), max(known)
        span = high - low or abs(high) or Decimal(1)
        # Zero is in sight where it is near; figures close together are not pressed into one.
        if 0 <= low <= span:
            low = Decimal(0)
        room = span * _ROOM
        self._low, self._span = low - room, high - low + 2 * room

    def at(self, figure: Decimal) -> Decimal:
        return _INSET + (_WHOLE - 2 * _INSET) * (figure - self._low) / self._span


def _ends(side: Side) -> tuple[Decimal, ...]:
    """The figures at the ends of a side that are known, each once."""
    found = [side["value"]] if "value" in side else [side["low"], side["high"]]
    return tuple(dict.fromkeys(Decimal(each) for each in found if each is not None))


def _allowed(scale: _Scale, limits: tuple[Decimal, ...], below: bool) -> Markup:
    limit = scale.at(limits[0] if below else limits[-1])
    left, right = (Decimal(0), limit) if below else (limit, _WHOLE)
    return _box("allowed", left, right, _AXIS - 9, 18)


def _observed(scale: _Scale, side: Side, words: str) -> list[Markup]:
    if "value" in side:
        place = scale.at(Decimal(side["value"]))
        dot = Markup('<circle class="observed" cx="{}" cy="{}" r="7"/>').format(_share(place), _AXIS)
        return [dot, _text(place, _ABOVE - 4, words)]
    low = Decimal(0) if side["low"] is None else scale.at(Decimal(side["low"]))
    high = _WHOLE if side["high"] is None else scale.at(Decimal(side["high"]))
    return [_box("range", low, high, _AXIS - 5, 10), _text((low + high) / 2, _ABOVE - 4, words)]


def _box(kind: str, left: Decimal, right: Decimal, top: int, height: int) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, _share(left), top, _share(right - left), height
    )


def _line(kind: str, place: Decimal, foot: int) -> Markup:
    at = _share(place)
    return Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(kind, at, at, _AXIS - 14, foot)


def _text(place: Decimal, height: int, words: str) -> Markup:
    """Words at a mark: in the middle of it where they fit so on the narrowest drawing, else beside it, else from the edge that is nearer."""
    wide = sum((_WIDE_CHARACTER if _CHINESE.match(each) else _CHARACTER for each in words), Decimal(0))
    at = place * _NARROWEST / _WHOLE
    if wide / 2 <= min(at, _NARROWEST - at):
        anchor = "middle"
    elif at * 2 <= _NARROWEST:
        anchor, place = "start", place if wide <= _NARROWEST - at else Decimal(0)
    else:
        anchor, place = "end", place if wide <= at else _WHOLE
    return Markup('<text class="at-{}" x="{}" y="{}">{}</text>').format(anchor, _share(place), height, words)


def _share(value: Decimal) -> str:
    """A place to a hundredth of a percent: of the drawing only, no figure is read from it."""
    return f"{value:.2f}%"
