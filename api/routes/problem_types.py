"""`/problems/{code}`: what a code of problems means, in Chinese and English. Nobody is asked for a key."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from api.problem_codes import CODES, Code
from review.errors import Fault, NotRecorded, Text

router = APIRouter(tags=["problems"])
CodeAsked = Annotated[
    str, Path(max_length=60, description="代码，或 HTTP 状态 / a code, or an HTTP status", examples=["unusable"])
]


@router.get(
    "/problems",
    include_in_schema=False,
    response_class=HTMLResponse,
    summary="全部问题代码 / every code of problems",
)
async def list_problem_types() -> HTMLResponse:
    return HTMLResponse(_page("问题代码 problem codes", tuple(CODES.values())))


@router.get(
    "/problems/{code}",
    operation_id="explain_problem",
    response_class=HTMLResponse,
    responses={404: {"description": "没有这一代码 / there is no such code"}},
    summary="一个问题代码的说明 / what a code of problems means",
)
async def show_problem_type(code: CodeAsked) -> HTMLResponse:
    """The words of a code; of an HTTP status, as types of problems named it before, all its codes."""
    found = tuple(each for each in CODES.values() if code in (each.code, str(each.status)))
    if not found:
        raise NotRecorded([Fault("code", Text("没有这一代码", "there is no such code"))])
    return HTMLResponse(_page(code, found))


def _page(title: str, codes: tuple[Code, ...]) -> str:
    rows = "".join(
        f'<tr id="{each.code}"><td><a href="/problems/{each.code}"><code>{each.code}</code></a></td><td>{each.status}</td>'
        f'<td>{escape(each.words.zh)}</td><td lang="en">{escape(each.words.en)}</td></tr>'
        for each in codes
    )
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title></head>'
        f"<body><h1>{escape(title)}</h1><table><thead><tr><th>code</th><th>HTTP</th><th>中文</th><th>English</th></tr></thead><tbody>{rows}</tbody></table>"
        '<p><a href="/problems">全部代码 all codes</a></p></body></html>'
    )
