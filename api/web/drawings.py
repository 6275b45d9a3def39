"""Drawings (图): a finding's figure beside its limit, as inline SVG. Words stand beside it on the page, so it is the same at every width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

Side = Mapping[str, Any]
WIDTH, HEIGHT = 320, 34
_INSET, _MIDDLE = Decimal(10), 17
_ROOM = Decimal("0.15")


def margin_bar(observed: Side | None, required: Side | None, levels: Sequence[Decimal], words: str) -> Markup:
    """The observed figure (a dot, or the range it lies in), the limit with the side that is allowed, and other levels as thin lines.

    `words` say the same for whoever does not see it. Nothing is drawn where nothing is known of a side.
    """
    if observed is None or required is None or not (limits := _ends(required)):
        return Markup("")
    scale = _Scale((*_ends(observed), *limits, *levels))
    below = required["relation"] in ("<=", "<")
    limit = limits[-1] if below else limits[0]
    parts = [_allowed(scale, limits, below)]
    parts += [_line("level", scale.at(each)) for each in levels if each not in limits]
    if len(limits) == 2:
        parts.append(_box("doubt", scale.at(limits[0]), scale.at(limits[1]), 8, 18))
    parts.append(_line("limit", scale.at(limit)))
    parts.append(_observed(scale, observed))
    drawn = Markup("").join(parts)
    return Markup(
        '<svg class="margin" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="axis" d="M0 {}H{}"/>{}</svg>'
    ).format(WIDTH, HEIGHT, words, _MIDDLE, WIDTH, drawn)


class _Scale:
    """Figures to places on the drawing. Nothing is drawn off it: an open end runs to the edge."""

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
        return _INSET + (WIDTH - 2 * _INSET) * (figure - self._low) / self._span


def _ends(side: Side) -> tuple[Decimal, ...]:
    """The figures at the ends of a side that are known, each once."""
    found = [side["value"]] if "value" in side else [side["low"], side["high"]]
    return tuple(dict.fromkeys(Decimal(each) for each in found if each is not None))


def _allowed(scale: _Scale, limits: tuple[Decimal, ...], below: bool) -> Markup:
    limit = scale.at(limits[0] if below else limits[-1])
    return _box("allowed", Decimal(0), limit, 8, 18) if below else _box("allowed", limit, Decimal(WIDTH), 8, 18)


def _observed(scale: _Scale, side: Side) -> Markup:
    if "value" in side:
        return Markup('<circle class="observed" cx="{}" cy="{}" r="7"/>').format(
            _px(scale.at(Decimal(side["value"]))), _MIDDLE
        )
    low = Decimal(0) if side["low"] is None else scale.at(Decimal(side["low"]))
    high = Decimal(WIDTH) if side["high"] is None else scale.at(Decimal(side["high"]))
    return _box("range", low, high, 12, 10)


def _box(kind: str, left: Decimal, right: Decimal, top: int, height: int) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, _px(left), top, _px(right - left), height
    )


def _line(kind: str, place: Decimal) -> Markup:
    return Markup('<path class="{}" d="M{} 2V32"/>').format(kind, _px(place))


def _px(value: Decimal) -> str:
    """A place to a tenth: of the drawing only, no figure is read from it."""
    return f"{value:.1f}"
