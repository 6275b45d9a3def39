"""How a call is carried out, step by step and without a connection of its own: what is sent, how long to wait, when to give up."""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from two_high_client import errors
from two_high_client.errors import AnswerUnreadable, CallError, CallRefused, NoAnswer, Problem, TooManyRequests
from two_high_client.operations import Call
from two_high_client.reading import Unfit, json_of, problem_from

T = TypeVar("T")
_BUSY = (408, 429, 502, 503, 504)
# The shared generator of the module belongs to the program that uses the client.
_RANDOM = random.SystemRandom()
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.5, 60.0
_REFUSALS: dict[int, type[CallRefused]] = {
    400: errors.ContentRefused, 401: errors.NotSignedIn, 403: errors.NotAllowed, 404: errors.NotFound, 409: errors.Conflict, 412: errors.Conflict,
    413: errors.ContentRefused, 415: errors.ContentRefused, 422: errors.ContentRefused, 428: errors.Conflict,
}  # fmt: skip


@dataclass(frozen=True)
class Wait:
    """Time to pass before the next attempt."""

    seconds: float


# What a client is to do next, and what came of it: an answer, an error of the connection, or nothing of a wait.
Step = httpx.Request | Wait
Outcome = httpx.Response | httpx.RequestError | None


def headers(key: str | None, language: str) -> dict[str, str]:
    """The headers of every request. `key`: a key or a session's token, None before there is one."""
    signed = {} if key is None else {"Authorization": f"Bearer {key}"}
    return {**signed, "Accept-Language": language, "User-Agent": "two-high-client"}


def attempts(call: Call[T], http: httpx.Client | httpx.AsyncClient, retries: int) -> Generator[Step, Outcome, T]:
    """The steps of a call. Returns what it answers. Raises CallError."""
    for attempt in range(retries + 1):
        outcome = yield _request(call, http)
        answer = outcome if isinstance(outcome, httpx.Response) else None
        if answer is not None and answer.is_success:
            return _read(call, answer)
        told = _retry_after(answer)
        wait = _wait(call, answer, attempt, told) if attempt < retries else None
        if wait is None:
            raise _failure(call, outcome, told) from (outcome if isinstance(outcome, httpx.RequestError) else None)
        yield Wait(wait)
    raise ValueError("retries: 0 or more")


def _request(call: Call[Any], http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
    sent = dict(call.asked.headers)
    if call.asked.body is not None:
        sent.setdefault("Content-Type", "application/json")
    if call.asked.key is not None:
        sent["Idempotency-Key"] = call.asked.key
    query = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in call.asked.query.items()
        if value is not None
    }
    return http.build_request(call.method, call.path, params=query, content=call.asked.body, headers=sent)


def _wait(call: Call[Any], answer: httpx.Response | None, attempt: int, told: float | None) -> float | None:
    """Seconds until the next attempt; None where there is to be none."""
    busy = answer is None or answer.status_code in _BUSY
    if not busy or not call.again or (told is not None and told > _LONGEST_WAIT_SECONDS):
        return None
    own = _FIRST_WAIT_SECONDS * 2**attempt * _RANDOM.uniform(0.8, 1.2)
    return min(own, _LONGEST_WAIT_SECONDS) if told is None else told


def _retry_after(answer: httpx.Response | None) -> float | None:
    """The seconds that a server asks to wait, given as such or as the time when to come again."""
    told = answer.headers.get("retry-after", "") if answer is not None else ""
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _read(call: Call[T], answer: httpx.Response) -> T:
    try:
        return call.answer.read(answer)
    except Unfit as error:
        path = error.path.lstrip(".")
        raise AnswerUnreadable(str(call), f"答复与接口不符 / the answer is not what the API promises: {path}: {error.words}", path) from error  # fmt: skip
    except ValueError as error:
        raise AnswerUnreadable(str(call), "答复不是 JSON / the answer is no JSON") from error


def _failure(call: Call[Any], outcome: Outcome, told: float | None) -> CallError:
    if not isinstance(outcome, httpx.Response):
        kind = type(outcome).__name__
        words = f"服务器无法访问或中断（{kind}） / the server cannot be reached, or broke off ({kind})"
        return NoAnswer(str(call), words, key=call.asked.again_by)
    problem, status = _problem(outcome), outcome.status_code
    if status == 429:
        return TooManyRequests(str(call), str(problem), problem, key=call.asked.again_by, retry_after=told)
    if status >= 500 or status in _BUSY:
        return NoAnswer(str(call), str(problem), problem, key=call.asked.again_by, retry_after=told)
    return _REFUSALS.get(status, CallRefused)(str(call), str(problem), problem)


def _problem(answer: httpx.Response) -> Problem:
    try:
        said = json_of(answer.content)
    except ValueError:
        said = None
    return problem_from(said, answer.status_code)
