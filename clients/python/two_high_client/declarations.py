"""How a call is declared: one function with a decorator that says method, path and answer. Both clients get it as a method of that name.

    @one("GET", "/projects/{project}", of(ProjectWhole))
    def project(self, project: int) -> Asked:
        \"\"\"How a project stands.\"\"\"
        return Asked({"project": project})

`one` is a call with one answer, `pages` a list that is read page by page, `chunks` many sheets that are sent in calls of bounded size.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

import httpx

from two_high_client.errors import ProblemError, SheetError
from two_high_client.operations import Answer, Asked, Call, Many, One, Part
from two_high_client.reading import Unfit, json_of, reader_of
from two_high_client.writing import Sheet, sheet_bytes

P = ParamSpec("P")
T = TypeVar("T")
PREFIX = "/api/v1"
NDJSON = "application/x-ndjson"
# The largest page that the API gives of most lists.
LONGEST_PAGE = 200
# Sheets of a batch that are sent at once: an answer of that many reviews is still small. The number is part of the keys of the parts
# after the first (`KEY/100`): with another one, sheets that were sent before would be recorded again.
TOGETHER = 100


def of(shape: type[T], **from_headers: str) -> Answer[T]:
    """An answer in JSON of that shape; `from_headers`: fields that are headers of the answer."""
    reader = reader_of(shape)

    def read(answer: httpx.Response) -> T:
        found = json_of(answer.content)
        if from_headers and isinstance(found, dict):
            found |= {name: answer.headers[each] for name, each in from_headers.items() if each in answer.headers}
        shaped: T = reader(found)
        return shaped

    return Answer(shape, read)


nothing: Answer[None] = Answer(None, lambda answer: None)
text: Answer[str] = Answer(str, lambda answer: answer.content.decode())
content: Answer[bytes] = Answer(bytes, lambda answer: answer.content)


def one(
    method: str, path: str, answer: Answer[T], *, again: bool = False, prefix: str = PREFIX
) -> Callable[[Callable[Concatenate[Any, P], Asked]], One[P, T]]:
    """A call with one answer. It is made `again` where no answer came if it only reads, says so here, or has an Idempotency-Key."""

    def declared(ask: Callable[Concatenate[Any, P], Asked]) -> One[P, T]:
        def make(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> Call[T]:
            asked = ask(client, *args, **kwargs)
            return Call(
                method, _filled(prefix + path, asked), asked, answer, again or method == "GET" or asked.key is not None
            )

        return One((method, prefix + path), answer.shape, ask, make)

    return declared


def pages(
    path: str, shape: type[T], *, cursor: str, by: str | None = None, limit: int | None = LONGEST_PAGE
) -> Callable[[Callable[Concatenate[Any, P], Asked]], Many[P, T]]:
    """A list that is read page by page: the query's `cursor` is what a page calls `next`, or the field `by` of its last item.

    A list that goes on by a field of its items, with or without an object around them, ends with a page that is empty.
    """
    reader = reader_of(tuple[shape, ...])  # type: ignore[valid-type]

    def declared(ask: Callable[Concatenate[Any, P], Asked]) -> Many[P, T]:
        def at(asked: Asked, query: Mapping[str, Any]) -> Call[Part[T]]:
            def read(answer: httpx.Response) -> Part[T]:
                found = json_of(answer.content)
                if by is None:
                    page = reader_of(_Page)(found)
                    items, after = reader(page.items), page.next
                else:
                    items = reader(found["items"] if isinstance(found, dict) and "items" in found else found)
                    after = getattr(items[-1], by) if items else None
                return Part(items, lambda: None if after is None else at(asked, {**query, cursor: after}))

            return Call("GET", _filled(PREFIX + path, asked), Asked(query=query), Answer(shape, read), True)

        def make(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> Call[Part[T]]:
            asked = ask(client, *args, **kwargs)
            return at(asked, {**asked.query, "limit": limit} if limit else asked.query)

        return Many(("GET", PREFIX + path), shape, ask, make)

    return declared


@dataclass(frozen=True)
class _Page:
    """A page of a list, its items not read yet."""

    items: Any
    next: int | str | None


@dataclass(frozen=True)
class Batch:
    """Sheets that are sent in calls of bounded size; under `key`, if it has one, each is recorded once."""

    sheets: Iterable[Sheet]
    query: Mapping[str, Any]
    key: str | None = None


def chunks(
    path: str, shape: type[T], placed: Callable[[T, int], T]
) -> Callable[[Callable[Concatenate[Any, P], Batch]], Many[P, T]]:
    """Many sheets, with an answer for each in their order; `placed`: an answer, moved on by as many sheets as were sent before."""
    reader = reader_of(shape)

    def declared(ask: Callable[Concatenate[Any, P], Batch]) -> Many[P, T]:
        def after(batch: Batch, stream: Iterator[Sheet], before: int) -> Call[Part[T]] | None:
            chunk = list(islice(stream, TOGETHER))
            if not chunk:
                return None

            def read(answer: httpx.Response) -> Part[T]:
                found = [placed(reader(json_of(line)), before) for line in answer.content.splitlines() if line]
                if len(found) != len(chunk):
                    raise Unfit(
                        f"{len(chunk)} 份项目表只有 {len(found)} 项答复 / {len(found)} answers to {len(chunk)} sheets"
                    )
                return Part(found, lambda: after(batch, stream, before + len(chunk)))

            asked = Asked(
                query=batch.query,
                # A sheet is one line, however it was written.
                body=b"\n".join(b" ".join(sheet_bytes(each).splitlines()) or b"null" for each in chunk),
                key=f"{batch.key}/{before}" if batch.key else None,
                headers={"Accept": NDJSON, "Content-Type": NDJSON},
                callers=batch.key,
            )
            return Call("POST", PREFIX + path, asked, Answer(shape, read), True)

        def make(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> Call[Part[T]] | None:
            batch = ask(client, *args, **kwargs)
            return after(batch, iter(batch.sheets), 0)

        return Many(("POST", PREFIX + path), shape, ask, make)

    return declared


def new_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return uuid.uuid4().hex


def _filled(path: str, asked: Asked) -> str:
    """The path with its steps, each of which stays one step. Raises SheetError for one that is empty, `.` or `..`: the path would be another."""
    bad = [name for name, each in asked.steps.items() if str(each) in ("", ".", "..")]
    if bad:
        words = "不能为空、“.”或“..” / cannot be empty, `.` or `..`"
        raise SheetError([ProblemError(detail=words, parameter=name, in_="path") for name in bad])
    return path.format_map({name: quote(str(each), safe="") for name, each in asked.steps.items()})
