"""What if (假如): a sheet with figures changed, judged beside the sheet as it is. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from review.errors import Fault, SheetError, Text
from review.law.edition import Ruleset
from review.readers.written.sheet import read_at
from review.sheet import ProjectSheet, all_fields, canonical_sheet, describe, parse_sheet, recorded_sheet
from review.sheet.paths import concrete, items_on, pattern_of, put, take_out, value_at
from review.terms import FORCES
from review.verdict.judging import Review, judge
from review.verdict.stated import stated_words
from review.verdict.trace import paths_read

MOST_CHANGES = 40
_OPEN = ("fail", "missing", "attention")


@dataclass(frozen=True)
class Change:
    """A field with what the sheet states and what is tried instead; None: not stated."""

    path: str
    label: Text
    unit: str | None
    then: Text | None
    now: Text | None


@dataclass(frozen=True)
class Flip:
    """A finding that differs: as it is (`then`) and as it would be (`now`); None where there is none."""

    rule: str
    subject: str
    then: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def flips(self) -> bool:
        """Whether the status differs, not only the figures."""
        return (self.then or {}).get("status") != (self.now or {}).get("status")

    @property
    def title(self) -> Mapping[str, str]:
        found: Mapping[str, Any] = self.now or self.then or {}
        title: Mapping[str, str] = found["title"]
        return title


@dataclass(frozen=True)
class WhatIf:
    """What would change: the recommendation, and each finding whose status or figures differ."""

    changes: tuple[Change, ...]
    recommendation: tuple[str, str]
    provisional: tuple[bool, bool]
    differences: tuple[Flip, ...]


def what_if(review: Review, values: Mapping[str, str]) -> WhatIf:
    """Judge the review's sheet with other values by path, as text (blank: not stated), on the same day, edition and balances.

    Raises SheetError with the path of every value that cannot be.
    """
    sheet = with_values(review.case.sheet, values, review.case.ruleset)
    case = review.case
    now, then = judge(sheet, case.ruleset, case.as_of, case.register, exact_only=True).document(), review.document()
    before, after = canonical_sheet(case.sheet), canonical_sheet(sheet)
    changes = tuple(_change(path, before, after, case.ruleset) for path in values)
    return WhatIf(
        tuple(each for each in changes if each.then != each.now),
        (then["recommendation"], now["recommendation"]), (then["provisional"], now["provisional"]), tuple(_differences(then, now)),
    )  # fmt: skip


def with_values(sheet: ProjectSheet, values: Mapping[str, str], edition: Ruleset) -> ProjectSheet:
    """The sheet with other values by path, as people write them; names are those of the edition's tables. Raises SheetError."""
    content = deepcopy(canonical_sheet(sheet))
    known = {field.path: field for field in all_fields()}
    faults: list[Fault] = []
    if len(values) > MOST_CHANGES:
        raise SheetError(
            [Fault("", Text(f"一次最多更改 {MOST_CHANGES} 项", f"at most {MOST_CHANGES} changes at once"))]
        )
    for path, text in values.items():
        field = known.get(pattern_of(path))
        # Of a list's items only one that the sheet has can be given another value: not all of them, not one more.
        if field is None or "[]" in path or any(value_at(content, each) is None for each in items_on(path)):
            faults.append(Fault(path[:200], Text("项目表没有这一项", "the sheet has no such field")))
            continue
        try:
            read = read_at(path, text, content, lambda: edition) if text.strip() else {path: None}
            for each, value in read.items():
                _set(content, each, value)
        except SheetError as error:
            faults += error.faults
    if faults:
        raise SheetError(faults)
    return parse_sheet(content) if _could_be_taken_in(sheet) else recorded_sheet(content)


def _could_be_taken_in(sheet: ProjectSheet) -> bool:
    """Whether a sheet would be taken in today: one that was recorded before may not be, whatever is changed of it."""
    try:
        parse_sheet(canonical_sheet(sheet))
    except SheetError:
        return False
    return True


def _set(content: dict[str, Any], path: str, value: Any) -> None:
    if value is None:
        take_out(content, path)
    else:
        put(content, path, value)


def turning(review: Review, most: int = 12) -> tuple[str, ...]:
    """The fields that open and failing findings turn on, the most severe first: what to change by default."""
    found = [each for each in review.findings if each.status in _OPEN]
    found.sort(
        key=lambda each: (_OPEN.index(each.status) if each.status != "missing" else 0, FORCES.index(each.rule.force))
    )
    paths: dict[str, None] = {}
    for each in found:
        if len(paths) >= most:
            break
        read = (*each.missing, *(paths_read(review, each.rule.id, each.subject) if each.status != "missing" else ()))
        paths.update(dict.fromkeys(path for path in read if changeable(path)))
    return tuple(paths)[:most]


def changeable(path: str) -> bool:
    """Whether a path is a single field that can be given another value."""
    try:
        return describe(path).kind not in ("part", "list")
    except KeyError:
        return False


def fields_of(sheet: ProjectSheet, most: int = 400) -> tuple[tuple[str, Text], ...]:
    """Every field that could be changed, with its label: those of the sheet, and of each item that it has."""
    content = canonical_sheet(sheet)
    found = (path for field in all_fields() for path in concrete(content, field.path))
    return tuple((path, describe(path).label) for path, _ in zip(found, range(most), strict=False))


def _change(path: str, before: Mapping[str, Any], after: Mapping[str, Any], ruleset: Ruleset) -> Change:
    field = describe(path)
    return Change(
        path,
        field.label,
        field.unit,
        stated_words(path, value_at(before, path), ruleset),
        stated_words(path, value_at(after, path), ruleset),
    )


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Flip]:
    a, b = ({(each["rule"], each["subject"]): each for each in document["findings"]} for document in (then, now))
    for key in dict.fromkeys((*a, *b)):
        before, after = a.get(key), b.get(key)
        if _measured(before) != _measured(after):
            yield Flip(*key, before, after)


def _measured(found: Mapping[str, Any] | None) -> Any:
    return None if found is None else tuple(str(found[name]) for name in ("status", "observed", "required", "margin"))
