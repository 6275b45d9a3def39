"""Days (日期): anniversaries, and what of a sheet is known on the day of review.

A document dated after the day of review is not recorded on that day, and what is to happen later has not happened: facts are read
from the sheet without them. So no document of the sheet needs a check of its own.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TypeAlias, TypeVar

from pydantic import BaseModel

from review.errors import Text
from review.facts.model import Case, Note
from review.sheet import all_fields, all_parts, describe
from review.sheet.paths import steps
from review.sheet.project import STAGES

# Days that lie in the past or are not stated, by part and name, each with the code of its note.
_PAST_DAYS = {
    ("project", "construction_started"): "started-after-day",
    ("project", "in_production_since"): "started-after-day",
    ("capacity", "announced"): "document-after-day",
}
_PRODUCING, _STARTED, _STAGE = "project.in_production_since", "project.construction_started", "project.stage"
_AFTER = {"document": None, "date": None}
# Dated documents by the steps that lead to each, which has none below it.
_Tree: TypeAlias = "Mapping[str, _Tree]"
_Growing: TypeAlias = "dict[str, _Growing]"
# What is stated where documents are: a part of the sheet, or the items of a list.
_Stated: TypeAlias = BaseModel | tuple[BaseModel, ...]
Model = TypeVar("Model", bound=BaseModel)


def anniversary(day: date, years: int) -> date:
    """The same day `years` later; of 29 February, 28 February in a common year."""
    return months_after(day, 12 * years)


def months_after(day: date, months: int) -> date:
    """The same day `months` later; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_of(case: Case, parameter: str) -> date | None:
    """The day that a parameter of the edition states; None where the edition lacks it."""
    found = case.ruleset.parameters.get(parameter)
    return date.fromisoformat(found.text) if found else None


def number_of(case: Case, parameter: str) -> int | None:
    """The whole number that a parameter of the edition states; None where the edition lacks it."""
    found = case.ruleset.parameters.get(parameter)
    return int(found.value) if found and found.value is not None else None


def known_on_day(case: Case) -> tuple[Case, list[Note]]:
    """The case with the sheet as it is known on the day of review, and a note on each document or day that lies after it."""
    notes: list[Note] = []
    sheet, as_of = case.sheet, case.as_of
    sheet = _known(sheet, _dated_documents(), "", case, notes)
    for (part, name), code in _PAST_DAYS.items():
        stated = getattr(sheet, part)
        day = getattr(stated, name, None)
        if isinstance(day, date) and day > as_of:
            sheet = sheet.model_copy(update={part: stated.model_copy(update={name: None})})
            notes.append(_after(code, f"{part}.{name}", day, as_of))
    return (case if sheet is case.sheet else replace(case, sheet=sheet)), notes


def contradiction_notes(case: Case) -> list[Note]:
    """A note where the day on which production began contradicts the start of construction or the stage: neither is settled by the other."""
    project = case.sheet.project
    since, started = project.in_production_since, project.construction_started
    if since is None or case.ruleset.facts < 3:
        return []
    notes, mine = [], describe(_PRODUCING).label
    if isinstance(started, date) and since < started:
        other = describe(_STARTED).label
        notes.append(Note("days-contradictory", _PRODUCING, Text(
            f"{mine.zh} {since} 早于{other.zh} {started}，请核对这两项",
            f"{mine.en} {since} lies before {other.en} {started}; please check both")))  # fmt: skip
    if project.stage in ("proposed", "under_construction"):
        other, words = describe(_STAGE).label, STAGES[project.stage]
        notes.append(Note("days-contradictory", _PRODUCING, Text(
            f"{mine.zh} {since} 与{other.zh}“{words[0]}”不一致，请核对这两项",
            f"{mine.en} {since} does not go with {other.en} “{words[1]}”; please check both")))  # fmt: skip
    return notes


def _has_later(part: _Stated, documents: _Tree, day: date) -> bool:
    """Whether a document in a part of the sheet that is stated is dated after a day; of few sheets one is."""
    if isinstance(part, tuple):
        return any(_has_later(item, documents, day) for item in part)
    values = part.__dict__
    if not documents:
        return values["date"] is not None and bool(values["date"] > day)
    for name, below in documents.items():
        stated = values[name]
        if stated is not None and not isinstance(stated, str) and _has_later(stated, below, day):
            return True
    return False


def _known(part: Model, documents: _Tree, path: str, case: Case, notes: list[Note]) -> Model:
    """A part of the sheet without the documents below it that are dated after the day of review."""
    if not _has_later(part, documents, case.as_of):
        return part
    values, changes = part.__dict__, dict[str, object]()
    if not documents and values["document"] is not None and values["date"] is not None and values["date"] > case.as_of:
        notes.append(_after("document-after-day", f"{path}.date", values["date"], case.as_of))
        changes |= _AFTER
    for name, below in documents.items():
        known = _known_of(values[name], below, f"{path}.{name}" if path else name, case, notes)
        if known is not values[name]:
            changes[name] = known
    return part.model_copy(update=changes) if changes else part


def _known_of(stated: object, documents: _Tree, path: str, case: Case, notes: list[Note]) -> object:
    """What is stated in a place, a part or the items of a list, without those documents."""
    if isinstance(stated, BaseModel):
        return _known(stated, documents, path, case, notes)
    if isinstance(stated, tuple):
        items = tuple(_known(item, documents, f"{path}[{index}]", case, notes) for index, item in enumerate(stated))
        return stated if all(a is b for a, b in zip(items, stated, strict=True)) else items
    return stated


@cache
def _dated_documents() -> _Tree:
    """The dated documents that a sheet may state, as a tree of the steps that lead to each."""
    fields = {field.path for field in all_fields()}
    tree: _Growing = {}
    for part in all_parts():
        if {f"{part.path}.document", f"{part.path}.date"} <= fields:
            below = tree
            for step in steps(part.path):
                below = below.setdefault(str(step), {})
    return tree


def _after(code: str, path: str, day: date, as_of: date) -> Note:
    label = describe(path).label
    return Note(code, path, Text(
        f"{label.zh}为 {day}，晚于审查日 {as_of}，审查时视为未载明",
        f"{label.en} is {day}, after the day of review {as_of}: taken as not stated"))  # fmt: skip
