"""`/clauses…`: the plan's clauses with what carries each, in their context where the office attached the plan's text."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded
from api.pages.rules import shared
from api.web.rendering import page
from api.web.session import Viewer
from review.errors import Fault, NotRecorded, Text
from review.law.clauses import KIND_MEANINGS, KIND_WORDS, articles_of, clauses_of, coverage
from review.law.plan_text import in_context, quotes_of
from review.record.cases.plan_text import latest_plan

router = APIRouter(include_in_schema=False)
Asked = Annotated[
    str | None, Query(max_length=60, description="规则集，默认本单位的 / the ruleset, by default the office's")
]
_WORDS: dict[str, Any] = {"kind_words": KIND_WORDS, "kind_meanings": KIND_MEANINGS}


@router.get("/clauses")
def clauses(request: Request, caller: Viewer, app_state: StateNeeded, ruleset: Asked = None) -> Response:
    law = app_state.law.now()
    edition = law.ruleset(ruleset)[-1]
    with app_state.store.reading() as connection:
        attached = latest_plan(connection, edition.id)
    return page(
        request,
        "clauses.html",
        edition=edition,
        articles=articles_of(edition),
        counts=coverage(edition),
        attached=attached,
        **_WORDS,
    )


@router.get("/clauses/{clause}")
def one(request: Request, caller: Viewer, app_state: StateNeeded, clause: str, ruleset: Asked = None) -> Response:
    law = app_state.law.now()
    edition = law.ruleset(ruleset)[-1]
    every = clauses_of(edition)
    found = every.get(clause)
    if found is None:
        raise NotRecorded([Fault("clause", Text("方案没有这一条款", "the plan has no such clause"))])
    words = quotes_of(edition, clause)
    with app_state.store.reading() as connection:
        attached = latest_plan(connection, edition.id)
    order = list(every)
    place = order.index(clause)
    return page(
        request, "clause.html", edition=edition, clause=found, quotes=words, attached=attached,
        passages=in_context(attached.plan, order, clause, words) if attached else (),
        before=order[place - 1] if place else None, after=order[place + 1] if place + 1 < len(order) else None, **_WORDS, **shared(law),
    )  # fmt: skip
