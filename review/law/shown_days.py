"""Days that the words of a rule can name (审查意见列示的日期): those that a sheet states, and those that follow from them; and its texts.

Conditions read truths; a finding that rests on days shows them, so that it can be checked by hand. `facts/shown_days.py` has their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from review.errors import Text
from review.sheet import all_fields, describe

AS_OF = "as_of"
THRESHOLD_DAY = "energy.threshold_day"
REVIEW_LAST_DAY = "energy.review_last_day"
TRIAL_RUN_LAST_DAY = "energy.trial_run_last_day"
EIA_LAST_DAY = "eia.approval_last_day"
# Of a product of the list that is judged.
LIMIT_FROM = "item.limit_from"
FOLLOWING: Mapping[str, Text] = {
    AS_OF: Text("审查日", "day of review"),
    THRESHOLD_DAY: Text("确定节能审查门槛的日期", "day whose review thresholds count"),
    REVIEW_LAST_DAY: Text(
        "节能审查意见（同意变更决定）效力最后一日", "last day of the energy review or the decision on its change"
    ),
    TRIAL_RUN_LAST_DAY: Text("试运行期最后一日", "last day of the trial run"),
    LIMIT_FROM: Text("限额施行日", "day from which the limit binds"),
    EIA_LAST_DAY: Text("环评批复效力最后一日", "last day of the EIA approval"),
}


def days_for(each: tuple[str, ...]) -> tuple[str, ...]:
    """The days that words of a rule over those lists can name."""
    return tuple(name for name in shown_days() if name != LIMIT_FROM or each == ("products",))


@cache
def shown_days() -> Mapping[str, Text]:
    """The days that words can name, with their labels: fields of the project by path, and those that follow from them."""
    fields = (each.path for each in all_fields() if each.kind == "day" and "[]" not in each.path)
    return {**{path: describe(path).label for path in fields}, **FOLLOWING}


@cache
def shown_texts() -> Mapping[str, Text]:
    """The texts of a sheet that words can name since `findings: 3`, with their labels: those of the project, by path."""
    return {
        each.path: describe(each.path).label for each in all_fields() if each.kind == "text" and "[]" not in each.path
    }
