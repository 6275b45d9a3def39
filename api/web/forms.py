"""What a form sends: its fields in order and its files, read within limits, its token required."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.deps import StateNeeded
from api.problems import Problem
from api.received import media_type, received, unsupported
from api.web.session import require_token
from review.errors import Fault, Text

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
TOKEN = "csrf"
_MOST_FIELDS = 20_000
_BEYOND_FILE = 1_000_000
_ESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n"}
# What a visitor may send who is not signed in: the form of signing in, with what is carried along to be sent on.
BEFORE_SIGN_IN = 1_000_000


@dataclass(frozen=True)
class Upload:
    """A file that was sent with a form."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Form:
    """A form's fields in the order they were sent; several can share a name."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, Upload], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The last value of that name, without white space around it."""
        return next((value.strip() for each, value in reversed(self.fields) if each == name), default)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for each, value in self.fields if each == name)

    def has(self, name: str) -> bool:
        return any(each == name for each, _ in self.fields)

    def stated(self, name: str) -> str | None:
        """The value, None where it is blank."""
        return self.get(name) or None

    def file(self, name: str) -> Upload | None:
        return next((upload for each, upload in self.files if each == name and upload.name), None)


async def read_form(request: Request, app_state: StateNeeded) -> Form:
    """The form that was sent, its token not yet required. Raises Problem 400, 408, 413, 415."""
    return await _read_form(request, app_state, app_state.settings.upload_bytes)


async def _read_form(request: Request, app_state: StateNeeded, file_bytes: int) -> Form:
    media = media_type(request)
    if media not in (URLENCODED, MULTIPART):
        raise unsupported(URLENCODED, MULTIPART)
    most = file_bytes + (_BEYOND_FILE if media == MULTIPART else 0)
    stored = most if "visitor" in request.scope else min(most, BEFORE_SIGN_IN)
    content = await received(request, stored, app_state.settings.receive_seconds, passed_over=most - stored)
    form = Form(tuple(_pairs(content))) if media == URLENCODED else await _parts(request.headers, content)
    # A body is received once: where the session ends before it is recorded, the form is carried along from here.
    request.scope["form"] = form
    return form


def _pairs(content: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise _unreadable() from None


async def _parts(headers: Headers, content: bytes) -> Form:
    async def chunks() -> AsyncGenerator[bytes, None]:
        yield content

    parser = MultiPartParser(headers, chunks(), max_files=2, max_fields=_MOST_FIELDS, max_part_size=_BEYOND_FILE)
    try:
        found: FormData = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, KeyError):
        raise _unreadable() from None
    fields, files = [], []
    for name, value in found.multi_items():
        if isinstance(value, UploadFile):
            files.append((name, Upload(_file_name(value.filename or ""), await value.read())))
        else:
            fields.append((name, value))
    await found.close()
    return Form(tuple(fields), tuple(files))


def _file_name(sent: str) -> str:
    """The name of a file: of what stands in its place in a form, browsers write these three as %22, %0D and %0A, and nothing else."""
    for mark, character in _ESCAPED.items():
        sent = sent.replace(mark, character)
    return sent


def _unreadable() -> Problem:
    return Problem(400, Fault("", Text("表单无法读取", "the form cannot be read")))


async def read_own_form(request: Request, app_state: StateNeeded) -> Form:
    """The form that was sent, if it is one of ours. Raises Problem 400, 403, 408, 413, 415.

    A route names the visitor before the form: a visitor who is not signed in is asked to sign in before anything is read.
    """
    form = await read_form(request, app_state)
    require_token(request, form.get(TOKEN))
    return form


async def read_own_scan(request: Request, app_state: StateNeeded) -> Form:
    """As `read_own_form`, of a form with the scan of a document, which can be larger than a workbook."""
    form = await _read_form(request, app_state, max(app_state.settings.upload_bytes, app_state.settings.file_bytes))
    require_token(request, form.get(TOKEN))
    return form


Sent = Annotated[Form, Depends(read_own_form)]
SentScan = Annotated[Form, Depends(read_own_scan)]
