"""Bodies as they are received (请求内容): each within its size and time, of a kind that is taken, read with its decimals exact."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from api.deps import State, StateNeeded
from api.problems import Problem
from review.errors import Fault, Text, joined
from review.readers.sheets import decode, read_json, read_sheet
from review.sheet import ProjectSheet

JSON, NDJSON = "application/json", "application/x-ndjson"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASSED_OVER = "Two-High-Passed-Over"
# What a caller may send who is not known yet.
BEFORE_SIGN_IN = 10_000
# So much beyond is read and dropped, as a client that is still sending sees no answer.
_MOST_PASSED_OVER = 65_536


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def received(request: Request, largest: int, seconds: float, *, passed_over: int = _MOST_PASSED_OVER) -> bytes:
    """The request's body, no larger than that and received in that time. Raises Problem 400, 408, 413.

    `passed_over`: so many bytes beyond are read and dropped before it is refused: a client that is still sending sees no answer.
    """
    stated = request.headers.get("content-length", "")
    # Written into, it gives its bytes without another copy of them.
    content = io.BytesIO()
    arrived = 0
    try:
        async with asyncio.timeout(seconds):
            if stated.isdigit() and int(stated[:20]) > largest + passed_over:
                raise _too_large(largest)
            async for chunk in request.stream():
                arrived += len(chunk)
                if arrived > largest + passed_over:
                    raise _too_large(largest)
                if arrived <= largest:
                    content.write(chunk)
    except TimeoutError:
        raise Problem(408, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400) from None
    if arrived > largest:
        raise _too_large(largest)
    return content.getvalue()


def _too_large(largest: int) -> Problem:
    words = Text(f"最多 {largest:,} 字节", f"at most {largest:,} bytes")
    return Problem(413, Fault("", words), headers={"Connection": "close"})


def require_plain(request: Request) -> None:
    """Raises Problem 415 for a body that is compressed: it would be taken for broken text."""
    coded = request.headers.get("content-encoding", "").strip().lower()
    if coded not in ("", "identity"):
        words = Text("请求内容不压缩发送", "a body is sent as it is, not compressed")
        raise Problem(415, Fault("Content-Encoding", words), headers={"Accept-Encoding": "identity"})


def unsupported(*allowed: str) -> Problem:
    there = joined(allowed)
    return Problem(415, Fault("", Text(f"应为 {there.zh}", f"should be {there.en}")))


async def body(request: Request, app_state: StateNeeded) -> bytes:
    """The JSON body as bytes. Raises Problem 400, 408, 413, 415."""
    return await _body(request, app_state, app_state.settings.sheet_bytes)


async def body_with_files(request: Request, app_state: StateNeeded) -> bytes:
    """A JSON body that can bring files in base64. Raises Problem 400, 408, 413, 415."""
    # Base64 takes four bytes for three.
    return await _body(request, app_state, app_state.settings.file_bytes * 4 // 3 + app_state.settings.sheet_bytes)


async def _body(request: Request, app_state: State, largest: int) -> bytes:
    if media_type(request) != JSON:
        raise unsupported(JSON)
    require_plain(request)
    known = "principal" in request.scope
    return await received(request, largest if known else BEFORE_SIGN_IN, app_state.settings.receive_seconds)


async def upload(request: Request, app_state: StateNeeded) -> tuple[bytes, str]:
    """A sheet as bytes with its kind, `json` or `xlsx`. Raises Problem 400, 408, 413, 415."""
    media = media_type(request)
    if media not in (JSON, WORKBOOK):
        raise unsupported(JSON, WORKBOOK)
    require_plain(request)
    kind, largest = (
        ("xlsx", app_state.settings.upload_bytes) if media == WORKBOOK else ("json", app_state.settings.sheet_bytes)
    )
    return await received(request, largest, app_state.settings.receive_seconds), kind


@dataclass(frozen=True)
class SentSheet:
    """A sheet as it was sent, and the worksheets of its workbook that were passed over."""

    sheet: ProjectSheet
    passed_over: tuple[Fault, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """Says in the answer what was passed over: names of worksheets, each percent-encoded."""
        names = ", ".join(quote(each.where, safe="") for each in self.passed_over)
        return {PASSED_OVER: names} if names else {}


def sheet(content: Annotated[tuple[bytes, str], Depends(upload)]) -> SentSheet:
    """The sheet in the body, its decimals exact. Raises SheetError."""
    passed_over: list[Fault] = []
    return SentSheet(read_sheet(*content, passed_over.append), tuple(passed_over))


def values(request: Request, content: Annotated[bytes, Depends(body)]) -> Any:
    """The JSON values in the body, its decimals exact. Raises SheetError."""
    return _noted(request, read_json(decode(content)))


def values_with_files(request: Request, content: Annotated[bytes, Depends(body_with_files)]) -> Any:
    """As `values`, of a body that can bring files: its size is bounded where it is received. Raises SheetError."""
    return _noted(request, read_json(decode(content, len(content))))


def _noted(request: Request, sent: Any) -> Any:
    """What was sent, its fields noted: a fault of one of them lies in the body."""
    request.scope["sent"] = frozenset(sent) if isinstance(sent, dict) else ()
    return sent


Sheet = Annotated[SentSheet, Depends(sheet)]
Values = Annotated[Any, Depends(values)]
ValuesWithFiles = Annotated[Any, Depends(values_with_files)]
