"""What a project has at all (有无): one answer each for equipment, tanks, a data centre, a replacement of capacity.

*None* is stated at once where the sheet says so (`[]`, `"none"` or false), *there is* where one field says it; of a list or a part
it is said by what is filled in there. Nothing is answered beforehand: not stated stays not stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Literal

from review.drafting.typed import Values
from review.errors import Fault, SheetError, Text
from review.sheet import describe
from review.sheet.fields import NONE
from review.sheet.paths import split_last, value_at
from review.terms import NOT_STATED

Answer = Literal["", "yes", "no"]
# What is asked, by the field that the answer is about, with the words of the question.
QUESTIONS: Mapping[str, Text] = {
    "coal.boilers": Text("锅炉", "boilers"),
    "coal.kilns": Text("工业炉窑", "industrial kilns"),
    "coal.power_units": Text("煤电机组", "coal power units"),
    "capacity": Text("产能置换", "replacement of capacity"),
    "data_centre": Text("数据中心", "a data centre"),
    "voc.coatings_used": Text("涂装或使用涂料、胶粘剂、油墨", "coating, or paints, glues and inks"),
    "voc.floating_roof_tanks": Text("浮顶罐", "floating-roof tanks"),
    "voc.liquid_loading": Text("油品装卸", "loading of oil"),
}
_FLAGS = frozenset(path for path in QUESTIONS if describe(path).kind == "flag")


def answers(values: Values) -> dict[str, Answer]:
    """The answer that the values give to each question."""
    return {path: _answer(values, path) for path in QUESTIONS}


def _answer(values: Values, path: str) -> Answer:
    section = path.partition(".")[0]
    if values.get(section) == NONE:
        return "no"
    found = value_at(values, path)
    if path in _FLAGS:
        return {True: "yes", False: "no"}.get(found, "") if isinstance(found, bool) else ""  # type: ignore[return-value]
    return "" if found is None else "no" if found in ([], NONE) else "yes"


def is_without(values: Values, section: str) -> bool:
    """Whether all that a section is about is stated not to exist, so that nothing of it is asked."""
    asked = [path for path in QUESTIONS if path.partition(".")[0] == section and path not in _FLAGS]
    return values.get(section) == NONE or (bool(asked) and all(_answer(values, path) == "no" for path in asked))


def with_answers(values: Values, wanted: Mapping[str, Answer]) -> Values:
    """The values with other answers; what is answered as before stays as it is.

    Raises SheetError, naming each question, where an answer would drop what is filled in, or contradict that a whole section does not exist.
    """
    there = answers(values)
    changed = {path: answer for path, answer in wanted.items() if path in QUESTIONS and answer != there[path]}
    faults = list(_contradictions(values, changed))
    if faults:
        raise SheetError(faults)
    result = deepcopy(values)
    for path, answer in changed.items():
        _put(result, path, answer)
    return result


def _contradictions(values: Values, changed: Mapping[str, Answer]) -> Iterator[Fault]:
    for path, answer in changed.items():
        section = path.partition(".")[0]
        if values.get(section) == NONE and path != section:
            label = describe(section).label
            yield Fault(path, Text(
                f"“{label.zh}”整个部分已写明没有；请先在该部分更正",
                f"it is stated that there is no “{label.en}” at all: correct that section first"))  # fmt: skip
        elif answer != "yes" and path not in _FLAGS and value_at(values, path) not in (None, [], {}, NONE):
            words = f"答“{NOT_STATED.zh}”或“无”" if answer == "" else "答“无”"
            yield Fault(path, Text(
                f"该部分已有内容，不能{words}；请先在该部分移除",
                "something is filled in there: remove it in its section first"))  # fmt: skip


def _put(values: Values, path: str, answer: Answer) -> None:
    section, name = split_last(path)
    kind = describe(path).kind
    if not section:
        stated: Any = {"yes": {}, "no": NONE}.get(answer)
    elif kind == "flag":
        stated = {"yes": True, "no": False}.get(answer)
    else:
        # That a list has rows is said by its rows.
        stated = [] if answer == "no" else None
    part = values.setdefault(section, {}) if section else values
    if stated is None:
        part.pop(name, None)
    else:
        part[name] = stated
    if section and not part:
        del values[section]
