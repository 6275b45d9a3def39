"""`/reviews/{number}/papers/{kind}`, `/papers/{code}`, `/reviews/{number}/sheet`: papers printed, looked up by their code, and what they rest on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from api.attached import disposition
from api.deps import PREFIX, Reader, Replayer, StateNeeded
from api.openapi import FILE, answers
from api.printing import PDF, WORD, printed
from api.received import JSON, WORKBOOK
from api.routes.reviews import ReviewNumber
from api.wire.papers import PaperFound
from review.errors import Fault, NotRecorded, Text
from review.papers.blocks import Paper
from review.papers.html import whole_page
from review.papers.papers import file_names, read_paper
from review.papers.pdf import write_pdf
from review.record.proof.paper_code import look_up
from review.record.storage.contents import read_review, read_ruleset, read_sheet_bytes, sheet_values
from review.record.storage.text_limits import LARGEST_NUMBER

router = APIRouter(prefix=PREFIX, tags=["papers"])
PaperKind = Annotated[
    Literal["opinion", "notice"], Path(description="对照审查表、一次性告知书 / the opinion, the one-time notice")
]
_MEDIA = {"pdf": PDF, "docx": WORD, "html": "text/html; charset=utf-8"}


def _as_word(paper: Paper) -> bytes:
    from review.papers.word import write_word

    return write_word(paper)


def _as_html(paper: Paper) -> bytes:
    return whole_page(paper).encode()


_WRITERS = {"pdf": write_pdf, "docx": _as_word, "html": _as_html}


@router.get(
    "/reviews/{number}/papers/{kind}",
    operation_id="print_paper",
    response_class=Response,
    responses={
        200: {
            "description": "文书 / the paper",
            "content": {PDF: FILE, WORD: FILE, "text/html": {"schema": {"type": "string"}}},
        },
        **answers(404),
    },
    summary="打印的文书：PDF、Word 或 HTML / a printed paper",
)
def print_paper(
    caller: Reader,
    number: ReviewNumber,
    kind: PaperKind,
    app_state: StateNeeded,
    form: Annotated[Literal["pdf", "docx", "html"], Query(description="文件格式 / the form of the file")] = "pdf",
    language: Annotated[Literal["zh", "en"], Query(description="文书的文字 / of its words")] = "zh",
    decision: Annotated[
        int | None,
        Query(
            ge=0,
            le=LARGEST_NUMBER,
            description="所附决定，默认最近一次，0 为不附 / the decision that it shows: the last by default, 0 for none",
        ),
    ] = None,
    attached: Annotated[
        int,
        Query(
            ge=0,
            le=LARGEST_NUMBER,
            description="列出截至该事件的附件、条目意见和征求意见，默认至今 / shows attachments, answers and consultations up to that event, all by default",
        ),
    ] = LARGEST_NUMBER,
) -> Response:
    with app_state.store.reading() as connection:
        paper = read_paper(connection, number, language, kind, decision, attached)
    content = printed(app_state, lambda: _WRITERS[form](paper))
    headers = {"Content-Disposition": disposition(*file_names(kind, number, language, form))}
    return Response(content, headers=headers, media_type=_MEDIA[form])


@router.get(
    "/papers/{code}",
    operation_id="look_up_paper",
    response_model=PaperFound,
    responses=answers(404),
    summary="核验码属于哪项审查和决定，是否已被替代 / what a paper's code belongs to, and whether it still stands",
)
def find_paper(
    caller: Replayer,
    code: Annotated[
        str,
        Path(max_length=200, description="文书上的核验码 / as it is printed", examples=["12D15-7Q3M-0VXK-2A9C-H4TB"]),
    ],
    app_state: StateNeeded,
) -> Any:
    with app_state.store.reading() as connection:
        found = look_up(connection, code)
    if found is None:
        words = Text("没有这样的文书：核验码与记录不符", "there is no such paper: the code does not match the record")
        raise NotRecorded([Fault("code", words)])
    numbers = ("review", "decision", "later_decision", "later_review")
    return {
        "code": found.code,
        "project": found.project,
        "version": found.version,
        **{name: None if (value := getattr(found, name)) is None else str(value) for name in numbers},
        "attached": found.attached,
        "later_attached": found.later_attached,
    }


@router.get(
    "/reviews/{number}/sheet",
    operation_id="get_sheet",
    response_class=Response,
    responses={
        200: {
            "description": "项目表 / the sheet",
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/ProjectSheet"}}, WORKBOOK: FILE},
        },
        **answers(404),
    },
    summary="一项审查的项目表：JSON 或工作簿 / the sheet of a review, as JSON or as a workbook",
)
def get_sheet(
    caller: Reader,
    number: ReviewNumber,
    app_state: StateNeeded,
    form: Annotated[Literal["json", "xlsx"], Query(description="文件格式 / the form of the file")] = "json",
) -> Response:
    with app_state.store.reading() as connection:
        recorded = read_review(connection, number)
        content = read_sheet_bytes(connection, recorded.sheet)
        if form == "json":
            return Response(content, media_type=JSON)
        edition = read_ruleset(connection, recorded.ruleset)
    from review.readers.workbook_template import fill_template

    headers = {"Content-Disposition": f'attachment; filename="sheet-{number}.xlsx"'}
    return Response(fill_template(sheet_values(content), edition), headers=headers, media_type=WORKBOOK)
