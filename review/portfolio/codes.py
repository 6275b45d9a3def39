"""Truths and outcomes as small whole numbers in numpy arrays.

A truth is false 0, unknown 1 or true 3: the lower bit says that it can be true, the upper that it surely is. So `and` is `&` and `or` is `|`, by
Kleene's tables. Outcomes are numbered as in `OUTCOMES` of `queries.py`.
"""

from __future__ import annotations

from typing import Any

from review.evaluation.normal_form import FLAGS
from review.portfolio.extra import need
from review.portfolio.grids import bits
from review.portfolio.queries import JUSTIFY, NOTHING, REFUSE, SUPPLEMENT

FALSE, UNKNOWN, TRUE = FLAGS


def constant(code: int) -> Any:
    """A code as an array of one, which is worked with as arrays are: a single number of numpy warns where its bits go round."""
    return need("numpy").full(1, code, need("numpy").uint8)


def truths(column: Any) -> Any:
    """An Arrow array of truths as codes."""
    numpy = need("numpy")
    if not len(column):
        return numpy.zeros(0, numpy.uint8)
    start, count = column.offset, len(column)
    if not column.null_count:
        return bits(column.buffers()[1], start, count) * numpy.uint8(TRUE)
    size = (start + count + 7) // 8
    validity, values = (numpy.frombuffer(each, numpy.uint8)[:size] for each in column.buffers())
    sure = bits(values & validity, start, count)
    return sure + sure + bits(values | ~validity, start, count)


def code(sure: Any, can: Any) -> Any:
    """The code of what is surely true and what can be, as arrays of truths."""
    numpy = need("numpy")
    sure = sure.view(numpy.uint8)
    return sure + sure + can.view(numpy.uint8)


def negation(truth: Any) -> Any:
    """The opposite of each."""
    return (truth ^ TRUE) - (truth == UNKNOWN)


def reached(truth: Any) -> Any:
    """Every bit where a truth can be, none where it is false: what of an outcome is left by whether a rule applies."""
    return truth | truth << 1


def unsettled(truth: Any) -> Any:
    """Every bit where a truth is not sure, none where it is."""
    return (truth >> 1) - 1


def outcome(requires: Any, left: Any, open: Any) -> Any:
    """The outcome of a rule (`exact.judge_one`), by `reached` and `unsettled` of whether it applies: met 1, unmet 2, unknown 3; not applicable 0."""
    return (requires ^ 2 | open) & left


def excused(found: Any, excuse: Any) -> Any:
    """The outcome, 4 in place of an unmet where the excuse surely holds."""
    return found + ((found == 2) & (excuse == TRUE)) * need("numpy").uint8(2)


def as_whole(judged: Any) -> Any:
    """The outcome on a list as a whole, by whether its items are judged; 0 too where they are."""
    return (judged | judged << 1) & ((judged >> 1) - 1)


def only_where(found: Any, judged: Any) -> Any:
    """The outcome where items are judged, else 0."""
    return found & -(judged >> 1)


def unexcused(found: Any) -> Any:
    """The outcome, 0 in place of excused."""
    return found & 3


def order_of_mandatory(found: Any) -> Any:
    """The outcome of a mandatory rule in order of severity: an unmet 3, an unknown 2."""
    return found ^ found >> 1


def severity(mandatory: Any, in_principle: Any) -> Any:
    """The most severe of a row, by the greatest order of its mandatory outcomes and its greatest outcome of those in principle."""
    numpy = need("numpy")
    return numpy.array(
        [
            REFUSE if one == 3 else SUPPLEMENT if one == 2 or other == 3 else JUSTIFY if other == 2 else NOTHING
            for one in range(4)
            for other in range(4)
        ],
        numpy.int8,
    )[mandatory << 2 | in_principle]
