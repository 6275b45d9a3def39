"""Intervals of figures: whatever the figures in them are, what is computed of them lies in what is computed of the intervals."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from review.quantities import ZERO, Range, exact, point, total

figures = st.decimals("-1000", "1000", places=3)


@st.composite
def known(draw: st.DrawFn) -> tuple[Range, Decimal]:
    """An interval, open on either side or neither, and a figure in it."""
    figure, below, above = draw(figures), draw(figures.map(abs)), draw(figures.map(abs))
    low = draw(st.sampled_from((None, figure, figure - below)))
    high = draw(st.sampled_from((None, figure, figure + above)))
    return Range(low, high), figure


def within(figure: Decimal, interval: Range) -> bool:
    return (interval.low is None or interval.low <= figure) and (interval.high is None or figure <= interval.high)


@given(known(), known(), figures)
def test_what_is_computed_of_figures_lies_in_what_is_computed_of_their_intervals(
    one: tuple[Range, Decimal], other: tuple[Range, Decimal], factor: Decimal
) -> None:
    (a, x), (b, y) = one, other
    with exact():
        assert within(-x, -a)
        assert within(x + y, a + b) and within(x - y, a - b)
        assert within(x * factor, a * factor)
        assert within(max(x, ZERO), a.at_least(ZERO))
        assert within(x + y, total((a, b)))


@given(figures, figures, figures)
def test_of_figures_that_are_known_exactly_so_is_what_is_computed(x: Decimal, y: Decimal, factor: Decimal) -> None:
    with exact():
        assert (-point(x)).point == -x
        assert (point(x) + point(y)).point == x + y and (point(x) - point(y)).point == x - y
        assert (point(x) * factor).point == x * factor
        assert point(x).at_least(ZERO).point == max(x, ZERO)


@given(known())
def test_an_interval_has_one_figure_only_where_both_its_ends_are_it(one: tuple[Range, Decimal]) -> None:
    interval, _ = one
    assert (interval.point is not None) is (interval.low is not None and interval.low == interval.high)
    assert total(()).point == ZERO
