"""`/reviews/{number}/papers/{opinion|notice}`: the papers, to be read, printed and kept as PDF or Word."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import Response as Plain
from markupsafe import Markup

from api.deps import StateNeeded
from api.pages.reviews import ReviewNumber, download
from api.printing import PDF, WORD, printed
from api.web.rendering import page
from api.web.session import Language, Viewer, language
from review.papers.papers import file_names, paper_fragment, read_paper
from review.papers.pdf import write_pdf
from review.record.storage.contents import read_review
from review.record.storage.text_limits import LARGEST_NUMBER
from review.terms import PAPER_WORDS
from review.verdict.summary import is_notice_due

router = APIRouter(include_in_schema=False)
Kind = Literal["opinion", "notice"]
Wanted = Annotated[Language | None, Query(alias="language")]
Chosen = Annotated[int | None, Query(ge=0, le=LARGEST_NUMBER)]
Upto = Annotated[int | None, Query(ge=0, le=LARGEST_NUMBER)]


def _as_of(decision: int | None, attached: int | None) -> tuple[int | None, int]:
    """The decision that a paper shows, None for the last, 0 for none, and the event up to which it lists attachments."""
    return decision, LARGEST_NUMBER if attached is None else attached


@router.get("/reviews/{number}/papers/{kind}.pdf")
def pdf(
    request: Request,
    caller: Viewer,
    number: ReviewNumber,
    kind: Kind,
    app_state: StateNeeded,
    wanted: Wanted = None,
    decision: Chosen = None,
    attached: Upto = None,
) -> Plain:
    chosen = wanted or language(request)
    with app_state.store.reading() as connection:
        paper = read_paper(connection, number, chosen, kind, *_as_of(decision, attached))
    return download(printed(app_state, lambda: write_pdf(paper)), PDF, *file_names(kind, number, chosen, "pdf"))


@router.get("/reviews/{number}/papers/{kind}.docx")
def word(
    request: Request,
    caller: Viewer,
    number: ReviewNumber,
    kind: Kind,
    app_state: StateNeeded,
    wanted: Wanted = None,
    decision: Chosen = None,
    attached: Upto = None,
) -> Plain:
    from review.papers.word import write_word

    chosen = wanted or language(request)
    with app_state.store.reading() as connection:
        paper = read_paper(connection, number, chosen, kind, *_as_of(decision, attached))
    return download(printed(app_state, lambda: write_word(paper)), WORD, *file_names(kind, number, chosen, "docx"))


@router.get("/reviews/{number}/papers/{kind}")
def shown(
    request: Request,
    caller: Viewer,
    number: ReviewNumber,
    kind: Kind,
    app_state: StateNeeded,
    wanted: Wanted = None,
    decision: Chosen = None,
    attached: Upto = None,
) -> Response:
    """The paper as it is printed, within the page."""
    chosen = wanted or language(request)
    with app_state.store.reading() as connection:
        offered = kind == "notice" or is_notice_due(read_review(connection, number).document())
        content = paper_fragment(connection, number, chosen, kind, *_as_of(decision, attached))
    # The fragment is made by a template that escapes all that the sheet and the office wrote.
    return page(
        request,
        "paper.html",
        number=number,
        kind=kind,
        wanted=chosen,
        paper=Markup(content),
        as_of="".join(
            f"&{name}={each}" for name, each in (("decision", decision), ("attached", attached)) if each is not None
        ),
        titles=PAPER_WORDS,
        offered=offered,
    )
