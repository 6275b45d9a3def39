"""`/reviews/{number}/what-if`: change figures and see what would change. Nothing is recorded."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded
from api.pages.reviews import ReviewNumber
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import Viewer
from review.drafting.pickers import PICKED, choices
from review.errors import Fault, SheetError, Text
from review.law.edition import Ruleset
from review.law.place import choices_of
from review.quantities import UNITS, measure_words
from review.record.views.review_page import judged_again
from review.sheet import canonical_sheet, describe
from review.sheet.paths import pattern_of, value_at
from review.terms import TRUTH_WORDS
from review.verdict.judging import Review
from review.verdict.stated import stated_words
from review.verdict.what_if import MOST_CHANGES, WhatIf, changeable, fields_of, turning, what_if

router = APIRouter(include_in_schema=False)
_VALUE = "value:"


@router.get("/reviews/{number}/what-if")
def what_if_page(
    request: Request,
    caller: Viewer,
    number: ReviewNumber,
    app_state: StateNeeded,
    field: Annotated[list[str] | None, Query(max_length=40)] = None,
) -> Response:
    review = _review(app_state, number)
    chosen = [path[:200] for path in field or ()] or list(turning(review))
    return _page(request, number, review, {path: _stated(review, path) for path in chosen if changeable(path)})


@router.post("/reviews/{number}/what-if")
def judged(request: Request, caller: Viewer, number: ReviewNumber, form: Sent, app_state: StateNeeded) -> Response:
    review = _review(app_state, number)
    typed = {name.removeprefix(_VALUE)[:200]: value for name, value in form.fields if name.startswith(_VALUE)}
    typed = {path: value for path, value in typed.items() if changeable(path)}
    more = form.get("more")
    if more and more not in typed and changeable(more) and len(typed) < MOST_CHANGES:
        typed[more] = _stated(review, more)
    if form.get("act") == "add":
        return _page(request, number, review, typed)
    try:
        changed = {path: value for path, value in typed.items() if value.strip() != _stated(review, path)}
        return _page(request, number, review, typed, result=what_if(review, changed))
    except SheetError as error:
        return _page(request, number, review, typed, faults=error.faults)


def _review(app_state: Any, number: int) -> Review:
    with app_state.store.reading() as connection:
        _, review, _ = judged_again(connection, number)
    return review


def _stated(review: Review, path: str) -> str:
    """What the sheet states, as it is typed; blank for what is not stated."""
    value = value_at(canonical_sheet(review.case.sheet), path)
    return "" if value is None else TRUTH_WORDS[value].zh if isinstance(value, bool) else str(value)


def _page(
    request: Request,
    number: int,
    review: Review,
    values: dict[str, str],
    result: WhatIf | None = None,
    faults: tuple[Fault, ...] = (),
) -> Response:
    content, edition = canonical_sheet(review.case.sheet), review.case.ruleset
    fields = [
        {
            "path": path,
            "field": describe(path),
            "value": value,
            "stated": stated_words(path, value_at(content, path), edition),
            "choices": _choices(path, edition),
        }
        for path, value in values.items()
    ]
    others = [each for each in fields_of(review.case.sheet) if each[0] not in values]
    return page(
        request, "what-if.html", 422 if faults else 200, number=number, name=review.case.sheet.project.name, fields=fields, others=others,
        result=result, faults=faults, ids={path: f"f-{index}" for index, path in enumerate(values)},
    )  # fmt: skip


def _choices(path: str, edition: Ruleset) -> dict[str, Text]:
    """What a field can be chosen from: the sheet's own choices, or the rows of the edition's table by their names."""
    pattern = pattern_of(path)
    if pattern in PICKED and describe(path).kind != "industry":
        return {each.key: Text(each.name, each.name) for each in choices(edition, pattern)}
    if describe(path).kind == "unit":
        return {unit: measure_words(unit) for unit in UNITS}
    return dict(choices_of(describe(path), edition))
