"""Drawings of figures as inline SVG, with the same said in words. Widths are rounded for the eye alone; the figures stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

_WIDTH = 240


def bar(
    parts: Sequence[tuple[str, str]], whole: str, words: str, *, mark: str | None = None, width: int = _WIDTH
) -> Markup:
    """A bar of `parts` (class, figure) out of `whole`, with a line at `mark` where that is not None; `words` say what it shows."""
    scale = max(Decimal(whole), sum((Decimal(each) for _, each in parts), Decimal(0)), Decimal(mark or 0))
    drawn, at = [], Decimal(0)
    for kind, figure in parts:
        length = _length(Decimal(figure), scale, width)
        drawn.append(f'<rect class="c-{escape(kind)}" x="{at}" y="3" width="{length}" height="14"/>')
        at += length
    line = "" if mark is None else _mark(_length(Decimal(mark), scale, width))
    said = f'role="img" aria-label="{escape(words)}"' if words else 'aria-hidden="true"'
    return Markup(
        f'<svg class="bar" {said} viewBox="0 0 {width} 20" width="{width}" height="20" '
        f'preserveAspectRatio="none"><rect class="c-whole" x="0" y="3" width="{width}" height="14"/>{"".join(drawn)}{line}</svg>'
    )


def _length(figure: Decimal, scale: Decimal, width: int) -> Decimal:
    return (figure / scale * width).quantize(Decimal("0.1")) if scale else Decimal(0)


def _mark(at: Decimal) -> str:
    return f'<path class="c-mark" d="M{max(at, Decimal(1))} 0v20"/>'
