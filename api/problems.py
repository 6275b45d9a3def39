"""One shape for every failure: RFC 9457 problem+json, in the caller's language, with its code and the place of each fault."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.parameters import place_of
from api.problem_codes import BY_STATUS, code_of
from api.wire.reading import fault
from review.errors import (
    AccessEnded,
    Conflict,
    EngineDisagreement,
    Fault,
    NotRecorded,
    PaperUnavailable,
    RecordDamaged,
    RecordUnavailable,
    Refused,
    RulesetError,
    SheetError,
    SignInUnavailable,
    TwoHighError,
)

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("api")
_LANGUAGE = re.compile(r"^\s*(zh|en)\b[^;,]*(?:;\s*q=([0-9.]+))?", re.IGNORECASE)
_STATUS: tuple[tuple[type[TwoHighError], int], ...] = (
    (SheetError, 422), (AccessEnded, 401), (NotRecorded, 404), (Conflict, 409), (RecordUnavailable, 503), (SignInUnavailable, 503), (PaperUnavailable, 503), (Refused, 422), (RulesetError, 422), (EngineDisagreement, 500), (RecordDamaged, 500),
)  # fmt: skip
HEADERS: Mapping[int, Mapping[str, str]] = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}


class Problem(Exception):
    """A failure with its HTTP status; `faults` say what is wrong and where."""

    def __init__(self, status: int, *faults: Fault, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.faults, self.headers = status, faults, headers or {}
        super().__init__(BY_STATUS[status].words.en)


@dataclass(frozen=True)
class Pages:
    """How failures are shown to a browser: when one asks for a page, and how it is made."""

    wanted: Callable[[Request], bool]
    made: Callable[[Request, int, Sequence[Fault], Mapping[str, str] | None, str | None], Response]


def language(request: Request) -> str:
    """`en` where the caller prefers it, else `zh`."""
    best, choice = -1.0, "zh"
    for part in request.headers.get("accept-language", "")[:200].split(","):
        match = _LANGUAGE.match(part)
        try:
            weight = float(match[2] or 1) if match else 0.0
        except ValueError:
            continue
        if match and weight > best:
            best, choice = weight, match[1].lower()
    return choice


def answer(
    request: Request,
    status: int,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    reference: str | None = None,
) -> Response:
    """A problem as a response: to a browser, where the application has pages, as a page."""
    if status == 503:
        # For the log: what was not available. Faults of that kind say nothing of what was sent.
        request.scope["cause"] = "; ".join(each.text.en for each in faults) or BY_STATUS[503].words.en
    pages: Pages | None = getattr(request.app.state, "failures", None)
    if pages is not None and pages.wanted(request):
        return pages.made(request, status, faults, headers, reference or request.scope.get("request_id"))
    sent = {"Content-Language": language(request), "Vary": "Accept-Language", **(headers or {})}
    found = document(request, status, faults, reference or request.scope.get("request_id"))
    # ASCII, so that not even a lone surrogate can spoil it.
    return Response(json.dumps(found, ensure_ascii=True).encode(), status, sent, MEDIA_TYPE)


def document(request: Request, status: int, faults: Sequence[Fault], reference: str | None) -> dict[str, Any]:
    """A problem as JSON values, in the language asked for."""
    return _document(status, language(request), faults, reference, lambda fault: place_of(request, status, fault))


def unread(status: int) -> bytes:
    """A problem of a request that could not be read so far as to know its language."""
    return json.dumps(_document(status, "zh", (), None, lambda _: {})).encode()


def _document(
    status: int, words: str, faults: Sequence[Fault], reference: str | None, place: Callable[[Fault], Mapping[str, str]]
) -> dict[str, Any]:
    problem = code_of(status, next((each.code for each in faults if each.code), None))
    title = getattr(problem.words, words)
    errors = [
        {
            **place(each),
            "path": each.where,
            "detail": getattr(each.text, words),
            "code": code_of(status, each.code).code,
        }
        for each in faults
    ]
    return {
        "type": f"/problems/{problem.code}",
        "title": title,
        "status": status,
        "detail": "; ".join(str(each["detail"]) for each in errors) or title,
        "instance": reference,
        "code": problem.code,
        "errors": errors,
    }


def of(request: Request, error: Exception) -> dict[str, Any]:
    """The problem that an error is, for a place inside an answer. What is not foreseen is logged by kind and place."""
    if isinstance(error, Problem):
        return document(request, error.status, error.faults, request.scope.get("request_id"))
    if isinstance(error, TwoHighError) and (status := status_of(error)) != 500:
        return document(request, status, error.faults, request.scope.get("request_id"))
    reference = logged(request, error)
    return document(request, 500, _told(error), reference)


def _told(error: Exception) -> Sequence[Fault]:
    """What of a failure of the product itself is told: no other one's words are meant for the caller."""
    if isinstance(error, RecordDamaged):
        return tuple(Fault(each.where, each.text, "record-damaged") for each in error.faults)
    return error.faults if isinstance(error, EngineDisagreement) else ()


def status_of(error: TwoHighError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def install(app: FastAPI, methods: Callable[[str], Sequence[str]]) -> None:
    """Make every failure of the application a problem. `methods`: those that a path has, for Allow."""

    @app.exception_handler(Problem)
    async def told(request: Request, error: Problem) -> Response:
        return answer(request, error.status, error.faults, error.headers)

    @app.exception_handler(TwoHighError)
    async def refused(request: Request, error: TwoHighError) -> Response:
        status = status_of(error)
        if status == 500:
            return answer(request, status, _told(error), reference=logged(request, error))
        return answer(request, status, error.faults, HEADERS.get(status))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return answer(request, 422, [fault(each, ("body", "query", "path", "header")) for each in error.errors()])

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        allowed = methods(request.scope["path"]) if error.status_code == 405 else ()
        headers = {"Allow": ", ".join(allowed)} if allowed else error.headers
        return answer(request, error.status_code, headers=headers)


def crashed(request: Request, error: Exception) -> Response:
    """The answer to an error nobody foresaw."""
    return answer(request, 500, reference=logged(request, error))


def logged(request: Request, error: Exception) -> str:
    """Log an error under a reference, which is returned. Its words can hold the sheet's content: only its kind and place are logged."""
    reference = uuid.uuid4().hex
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    if isinstance(error, EngineDisagreement):
        request.app.state.two_high.meters.disagreements.inc()
        _LOG.error("no verdict: the evaluators disagree on %s, reference %s", error.rule, reference)
    else:
        _LOG.error("unexpected %s at %s, reference %s", type(error).__name__, at, reference)
    return reference
