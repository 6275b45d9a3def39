"""What can be asked of the API, as values: each call with its path, body and the shape of its answer. The clients carry them out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
import rfc8785
from pydantic import TypeAdapter

from api.wire.cases import InboxWhole, StepMade
from api.wire.document import Review
from api.wire.office import (
    LedgerWhole,
    ProjectWhole,
    RulesetLine,
    RulesetWhole,
    RuleShown,
    Source,
    SourceMade,
    WorklistLine,
)
from api.wire.operations import ReplayJob
from api.wire.people import Me
from api.wire.reviews import DecisionMade, ItemAnswer, Replayed, ReviewLine, ReviewRecorded
from review.errors import Fault, SheetError, Text
from review.sheet import ProjectSheet, canonical_sheet

T = TypeVar("T")
Sheet = ProjectSheet | Mapping[str, Any] | str | bytes
# Sheets of a batch that are sent at once: an answer of that many reviews is still small.
TOGETHER = 100
_JSON, _NDJSON = "application/json", "application/x-ndjson"


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and how its answer is read. `key`: its Idempotency-Key; what has neither that nor is safe is not tried twice."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    media: str = _JSON
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    safe: bool = False

    @property
    def may_be_repeated(self) -> bool:
        return self.safe or self.key is not None or self.method == "GET"


@dataclass(frozen=True)
class Pages(Generic[T]):
    """A list in pages: the call for the page after a cursor, which answers with its items and the next cursor."""

    at: Callable[[Any], Call[tuple[Sequence[T], Any]]]


@dataclass(frozen=True)
class Chunks(Generic[T]):
    """A long list of sheets in calls of bounded size, each with the number of sheets before it."""

    calls: Iterator[tuple[int, Call[list[T]]]]


class ReviewRead(ReviewRecorded):
    """A recorded review as it was read; `etag` goes into a decision as `if_match`."""

    etag: str


def _shape(kind: type[T]) -> Callable[[httpx.Response], T]:
    """Reads an answer as that shape. Figures are exact text: `Decimal(finding.margin)`."""
    adapter = TypeAdapter(kind)
    return lambda answer: adapter.validate_json(answer.content)


def _asked(**query: Any) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def as_json(sheet: Sheet) -> bytes:
    """A sheet as the bytes that are sent; decimals keep every digit. Raises SheetError for a float: it is not exact."""
    if isinstance(sheet, ProjectSheet):
        return rfc8785.dumps(canonical_sheet(sheet))
    if isinstance(sheet, str | bytes):
        return sheet.encode() if isinstance(sheet, str) else sheet
    return _dumped(sheet)


def _dumped(value: Any) -> bytes:
    _require_no_float(value, "")
    return json.dumps(value, ensure_ascii=False, default=_told).encode("utf-8", "surrogatepass")


def _told(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    raise SheetError(
        [
            Fault(
                "", Text(f"不能写成 JSON：{type(value).__name__}", f"cannot be written as JSON: {type(value).__name__}")
            )
        ]
    )


def _require_no_float(value: Any, path: str) -> None:
    if isinstance(value, float):
        raise SheetError(
            [Fault(path, Text("浮点数不精确，请用 Decimal 或文字", "a float is not exact: give a Decimal or text"))]
        )
    if isinstance(value, Mapping):
        for name, each in value.items():
            _require_no_float(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            _require_no_float(each, f"{path}[{place}]")


def check(sheet: Sheet, *, ruleset: str | None = None, as_of: date | None = None) -> Call[Review]:
    """Review a sheet; nothing is stored."""
    return Call("POST", "/check", _shape(Review), _asked(ruleset=ruleset, as_of=as_of), as_json(sheet), safe=True)


def submit(
    sheet: Sheet,
    *,
    ruleset: str | None = None,
    as_of: date | None = None,
    replaces: str | int | None = None,
    reason: str | None = None,
    key: str | None = None,
) -> Call[ReviewRecorded]:
    """Review a sheet and store the review. The same `key`, sheet and options are recorded once; without a key, one is made.

    `reason` is asked of a review as of another day than today.
    """
    query = _asked(ruleset=ruleset, as_of=as_of, replaces=replaces, reason=reason)
    return Call("POST", "/reviews", _shape(ReviewRecorded), query, as_json(sheet), key=key or _key())


def check_many(sheets: Iterable[Sheet], *, ruleset: str | None = None, as_of: date | None = None) -> Chunks[ItemAnswer]:
    """Review many sheets; one that is bad has a `problem` and spoils no other."""
    return Chunks(_chunks("/check:batch", sheets, _asked(ruleset=ruleset, as_of=as_of), None))


def submit_many(
    sheets: Iterable[Sheet],
    *,
    ruleset: str | None = None,
    as_of: date | None = None,
    reason: str | None = None,
    key: str | None = None,
) -> Chunks[ItemAnswer]:
    """Review many sheets and store the reviews. With the same `key`, sending the same sheets again records nothing new."""
    return Chunks(_chunks("/reviews:batch", sheets, _asked(ruleset=ruleset, as_of=as_of, reason=reason), key or _key()))


def _chunks(
    path: str, sheets: Iterable[Sheet], query: Mapping[str, Any], key: str | None
) -> Iterator[tuple[int, Call[list[ItemAnswer]]]]:
    stream, before = iter(sheets), 0
    while chunk := list(islice(stream, TOGETHER)):
        # A sheet is one line, however it was written.
        body = b"\n".join(b" ".join(as_json(each).splitlines()) or b"null" for each in chunk)
        named = f"{key}/{before}" if key else None
        yield before, Call("POST", path, _lines, query, body, _NDJSON, named, {"Accept": _NDJSON}, safe=key is None)
        before += len(chunk)


def _lines(answer: httpx.Response) -> list[ItemAnswer]:
    return [ItemAnswer.model_validate_json(line) for line in answer.content.splitlines() if line]


def review(number: str | int) -> Call[ReviewRead]:
    """A recorded review."""
    return Call("GET", f"/reviews/{int(number)}", _read_review)


def _read_review(answer: httpx.Response) -> ReviewRead:
    return ReviewRead.model_validate({**json.loads(answer.content), "etag": answer.headers["etag"]})


def reviews(
    *,
    since: date | None = None,
    until: date | None = None,
    project: int | None = None,
    recommendation: str | None = None,
) -> Pages[ReviewLine]:
    """Recorded reviews, newest first."""
    return _pages("/reviews", ReviewLine, since=since, until=until, project=project, recommendation=recommendation)


def _pages(path: str, kind: type[T], **query: Any) -> Pages[T]:
    adapter = TypeAdapter(list[kind])  # type: ignore[valid-type]

    def read(answer: httpx.Response) -> tuple[Sequence[T], Any]:
        found = json.loads(answer.content)
        return adapter.validate_python(found["items"]), found["next"]

    return Pages(lambda cursor: Call("GET", path, read, _asked(**query, cursor=cursor, limit=200)))


def decide(
    number: str | int, outcome: str, *, if_match: str | None = None, key: str | None = None, **ruling: str | Mapping[str, str] | Sequence[Mapping[str, str]] | None
) -> Call[DecisionMade]:  # fmt: skip
    """Decide on a review. `ruling`: reason, clause, on_behalf_of, second (each a name, or subject and name), responsible, due, conditions."""
    headers = {"If-Match": if_match} if if_match else {}
    body = _dumped({"outcome": outcome, **_asked(**ruling)})
    return Call(
        "POST", f"/reviews/{int(number)}/decision", _shape(DecisionMade), body=body, key=key or _key(), headers=headers
    )


def replay(number: str | int, *, against: str | None = None, as_of: date | None = None) -> Call[Replayed]:
    """Judge a recorded review again: the very same, or against another edition or day."""
    return Call(
        "POST",
        f"/reviews/{int(number)}/replay",
        _shape(Replayed),
        body=_dumped(_asked(against=against, as_of=as_of)),
        safe=True,
    )


def start_replay(*, key: str | None = None, **asked: str | int | date | None) -> Call[ReplayJob]:
    """Judge many reviews again in the background. `asked`: against, as_of, since, until, project."""
    return Call("POST", "/replays", _shape(ReplayJob), body=_dumped(_asked(**asked)), key=key or _key())


def replay_job(job: str) -> Call[ReplayJob]:
    """A replay's progress and summary."""
    return Call("GET", f"/replays/{_step(job)}", _shape(ReplayJob))


def cancel_replay(job: str) -> Call[ReplayJob]:
    """Stop a replay; what it found stays."""
    return Call("POST", f"/replays/{_step(job)}/cancel", _shape(ReplayJob), safe=True)


def differences(job: str) -> Pages[Replayed]:
    """The reviews that a replay found to differ."""
    return _pages(f"/replays/{_step(job)}/differences", Replayed)


def worklist(**filters: Any) -> Pages[WorklistLine]:
    """两高项目工作清单, newest first. `filters`: as the API's, such as `stage`, `outcome`, `text`."""
    return _pages("/worklist", WorklistLine, **filters)


def ledger(period: str, *, after: int = 0, limit: int = 50) -> Call[LedgerWhole]:
    """The ledger of a period such as 2026-11, 2026-Q4 or 2026, from the project after `after`."""
    return Call("GET", "/ledger", _shape(LedgerWhole), {"period": period, "after": after, "limit": limit})


def project(number: int) -> Call[ProjectWhole]:
    """How a project stands, and all that happened to it."""
    return Call("GET", f"/projects/{int(number)}", _shape(ProjectWhole))


def take_step(project: int, step: str, *, key: str | None = None, **stated: str | None) -> Call[StepMade]:
    """Record a step of a project, such as `accepted`. `stated`: day, condition, document, reason."""
    body = _dumped({"step": step, **_asked(**stated)})
    return Call("POST", f"/projects/{int(project)}/steps", _shape(StepMade), body=body, key=key or _key())


def hand_over(project: int, holder: str, *, note: str | None = None, key: str | None = None) -> Call[StepMade]:
    """Give a case to a person known to the office, by login or subject."""
    body = _dumped({"holder": holder, **_asked(note=note)})
    return Call("POST", f"/projects/{int(project)}/holder", _shape(StepMade), body=body, key=key or _key())


def inbox() -> Call[InboxWhole]:
    """What asks for the caller, as a deputy too."""
    return Call("GET", "/inbox", _shape(InboxWhole))


def offsets() -> Pages[Source]:
    """The register of reduction sources, by name."""
    adapter = TypeAdapter(list[Source])

    def read(answer: httpx.Response) -> tuple[Sequence[Source], Any]:
        found = adapter.validate_json(answer.content)
        return found, found[-1].source if len(found) == 200 else None

    return Pages(lambda cursor: Call("GET", "/offsets", read, _asked(after=cursor, limit=200)))


def register_offset(
    source: str, verified_t: Decimal | str, document: str, *, key: str | None = None, **entry: str | None
) -> Call[SourceMade]:
    """Register a source, or amend it. `entry`: area, pollutant, name, completed, reason."""
    body = {
        "source": source,
        "verified_t": verified_t if isinstance(verified_t, float) else str(verified_t),
        "document": document,
        **_asked(**entry),
    }
    return Call("POST", "/offsets", _shape(SourceMade), body=_dumped(body), key=key or _key())


def rulesets() -> Call[list[RulesetLine]]:
    """The editions that there are."""
    return Call("GET", "/rulesets", _shape(list[RulesetLine]))


def ruleset(name: str) -> Call[RulesetWhole]:
    """An edition with its parameters and rules."""
    return Call("GET", f"/rulesets/{_step(name)}", _shape(RulesetWhole))


def rule(name: str, rule: str) -> Call[RuleShown]:
    """A rule of an edition."""
    return Call("GET", f"/rulesets/{_step(name)}/rules/{_step(rule)}", _shape(RuleShown))


def me() -> Call[Me]:
    """Who the caller is."""
    return Call("GET", "/me", _shape(Me))


def _key() -> str:
    return uuid.uuid4().hex


def _step(text: str) -> str:
    """A step of a path that stays one step."""
    return quote(text, safe="")
