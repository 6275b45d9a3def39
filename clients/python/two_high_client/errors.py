"""Every error of the client, in one tree.

ClientError
├── SheetError          what was to be sent cannot be written exactly: nothing was sent
├── CallError           a call failed
│   ├── CallRefused     the server answered that it cannot be done
│   │   ├── NotSignedIn     401: no key, or one that is not valid
│   │   ├── NotAllowed      403: not in this role
│   │   ├── NotFound        404: there is no such thing
│   │   ├── Conflict        409, 412, 428: the record has moved on, or has to be seen first
│   │   └── ContentRefused  400, 413, 415, 422: the content cannot be used; `errors` say where
│   ├── NoAnswer        it could not be reached, was busy or failed, however often it was tried
│   │   └── TooManyRequests 429: `retry_after` says when to come again
│   └── AnswerUnreadable    the answer is not what the API promises
└── DeliveryRefused     what was sent to a hook is not signed by its secret, or too old
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProblemError:
    """One thing wrong, and where: `pointer` (RFC 6901) into the body, `path` as a sheet path, `parameter` that is sent `in_` query, path or header."""

    detail: str
    pointer: str | None = None
    path: str | None = None
    parameter: str | None = None
    in_: str | None = None
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.path or self.parameter or self.pointer or '-'}: {self.detail}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What a server says is wrong (RFC 9457), in the language asked for. What it leaves out is None, or taken from the HTTP status."""

    status: int
    type: str = "about:blank"
    title: str
    detail: str | None = None
    instance: str | None = None
    code: str | None = None
    errors: tuple[ProblemError, ...] = ()

    def __str__(self) -> str:
        words = "\n".join(str(each) for each in self.errors) or self.detail or self.title
        return f"{self.status} {words}" + (f" [{self.instance}]" if self.instance else "")


class ClientError(Exception):
    """The root of what the client raises on purpose."""


class SheetError(ClientError):
    """What was to be sent cannot be written exactly; `errors` name each place. Nothing was sent."""

    def __init__(self, errors: Sequence[ProblemError]) -> None:
        self.errors = tuple(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join(str(each) for each in self.errors)


class CallError(ClientError):
    """A call failed. `call`: method and path; `problem`: what the server said, None where it said nothing."""

    def __init__(self, call: str, words: str, problem: Problem | None = None) -> None:
        self.call, self.problem = call, problem
        super().__init__(call, words, problem)

    def __str__(self) -> str:
        return ": ".join(self.args[:2])

    @property
    def status(self) -> int | None:
        """The HTTP status, None where there was no answer."""
        return self.problem.status if self.problem else None

    @property
    def code(self) -> str | None:
        """The stable code of the problem, if it has one."""
        return self.problem.code if self.problem else None

    @property
    def type(self) -> str | None:
        """The address that explains the problem."""
        return self.problem.type if self.problem else None

    @property
    def errors(self) -> tuple[ProblemError, ...]:
        """Each thing wrong, and where."""
        return self.problem.errors if self.problem else ()

    @property
    def reference(self) -> str | None:
        """The request's id, as it is in the server's log."""
        return self.problem.instance if self.problem else None


class CallRefused(CallError):
    """The server answered that it cannot be done: `problem` says why."""


class NotSignedIn(CallRefused):
    """No key or token was sent, or one that is not valid."""


class NotAllowed(CallRefused):
    """The caller's role may not do this."""


class NotFound(CallRefused):
    """There is no such thing."""


class Conflict(CallRefused):
    """The record has moved on since it was looked at, a key was used for another content, or what is there must be seen first."""


class ContentRefused(CallRefused):
    """What was sent cannot be used; `errors` name each place."""


class NoAnswer(CallError):
    """The server could not be reached, was busy or failed. `key`: the same call with this Idempotency-Key can be made again later; `retry_after`: seconds.

    Of many sheets it is the key of all: the same sheets from the first on.
    """

    def __init__(
        self,
        call: str,
        words: str,
        problem: Problem | None = None,
        *,
        key: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(call, words, problem)
        self.key, self.retry_after = key, retry_after


class TooManyRequests(NoAnswer):
    """The caller asks too often."""


class AnswerUnreadable(CallError):
    """The answer is not what the API promises: `path` names the field, None where it is no JSON at all."""

    def __init__(self, call: str, words: str, path: str | None = None) -> None:
        super().__init__(call, words)
        self.path = path


class DeliveryRefused(ClientError):
    """What came to a hook is not signed by its secret, or too old: nothing of it was read."""
