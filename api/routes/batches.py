"""`/check:batch`, `/reviews:batch`: many sheets, each answered for itself, as soon as it is judged."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from itertools import islice
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from api import problems
from api.deps import (
    PREFIX,
    AsOf,
    Reader,
    Reason,
    RulesetName,
    State,
    StateNeeded,
    Submitter,
    Token,
    edition,
    require_still,
)
from api.openapi import SHEETS
from api.problems import Problem
from api.received import JSON, NDJSON, media_type, received, require_plain, unsupported
from api.repeats import IdempotencyKey, key_in_batch, request_key
from api.wire.reviews import BatchAnswer
from review.errors import Fault, RecordUnavailable, SheetError, Text
from review.law.edition import Ruleset
from review.readers.sheets import LARGEST_TEXT, read_sheet
from review.record.cases.submissions import submit
from review.record.storage.actors import Actor
from review.sheet import ProjectSheet
from review.verdict.judging import judge

_LINE = re.compile(rb"[^\n]+")
_WHITE = re.compile(rb"[ \t\n\r]*")
# What an item's end is found by: texts, brackets, commas.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
# Only to find where each item ends: its values are read again, exactly, by the reader of sheets.
_BOUNDS = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
router = APIRouter(prefix=PREFIX, tags=["batches"])
Brief = Annotated[
    bool, Query(description="只要建议，不要整份审查结果 / the recommendation instead of the whole review")
]
# What one sheet becomes: the head of its answer, the review's bytes, its recommendation.
Answer = tuple[dict[str, Any], bytes, str]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "每份一个结果，按原顺序 / an answer for each sheet, in their order",
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/BatchAnswer"}},
            NDJSON: {"schema": {"type": "string", "description": "一行一个 ItemAnswer / an ItemAnswer on each line"}},
        },
        "model": BatchAnswer,
    }
}


class Batch:
    """A batch that has been received: its sheets, and how the caller wants the answers."""

    def __init__(self, request: Request, items: Sequence[bytes]) -> None:
        self.request, self.items = request, items
        accepted = request.headers.get("accept", "")
        self.by_line = NDJSON in accepted or (media_type(request) == NDJSON and JSON not in accepted)


async def batch(request: Request, app_state: StateNeeded) -> AsyncIterator[Batch]:
    """The batch in the body; its place among those at work is free again when it has been answered. Raises Problem, SheetError."""
    media = media_type(request)
    if media not in (JSON, NDJSON):
        raise unsupported(JSON, NDJSON)
    require_plain(request)
    key = request.scope["principal"].key
    with app_state.batches.receiving(key):
        content = await received(request, app_state.settings.batch_bytes, app_state.settings.receive_seconds * 10)
    with app_state.batches.working(key):
        split = lines if media == NDJSON else array
        yield Batch(request, await anyio.to_thread.run_sync(split, content, app_state.settings.batch_sheets))


BatchNeeded = Annotated[Batch, Depends(batch)]


@router.post(
    "/check:batch",
    operation_id="check_sheets",
    openapi_extra=SHEETS,
    responses=ANSWERS,
    summary="审查多份项目表，不记录 / review many sheets, nothing stored",
)
def check_batch(
    caller: Reader,
    found: BatchNeeded,
    app_state: StateNeeded,
    ruleset: RulesetName = None,
    as_of: AsOf = None,
    brief: Brief = False,
) -> StreamingResponse:
    rules, when = edition(app_state, ruleset, as_of)

    def one(index: int, sheet: ProjectSheet) -> Answer:
        review = judge(sheet, rules, when)
        app_state.meters.reviewed(review.recommendation, recorded=False)
        return {"index": index, "status": 200}, review.to_bytes(), review.recommendation

    return _answered(found, one, brief)


@router.post(
    "/reviews:batch",
    operation_id="record_reviews",
    openapi_extra=SHEETS,
    responses=ANSWERS,
    summary="审查多份项目表并记录 / review many sheets and store the reviews",
)
def record_batch(
    caller: Submitter, token: Token, found: BatchNeeded, app_state: StateNeeded, ruleset: RulesetName = None, as_of: AsOf = None, brief: Brief = False,
    reason: Reason = None, idempotency_key: IdempotencyKey = None,
) -> StreamingResponse:  # fmt: skip
    rules = edition(app_state, ruleset, as_of)[0] if ruleset else None
    key = request_key(caller, idempotency_key)

    def one(index: int, sheet: ProjectSheet) -> Answer:
        # A batch goes on for minutes, a key that is revoked meanwhile records nothing more.
        require_still(app_state, token, caller)
        return _recorded(app_state, sheet, caller.acting("api"), rules, as_of, reason, index, key_in_batch(key, index))

    return _answered(found, one, brief)


def _recorded(
    app_state: State,
    sheet: ProjectSheet,
    by: Actor,
    rules: Ruleset | None,
    as_of: date | None,
    reason: str | None,
    index: int,
    key: str | None,
) -> Answer:
    made = submit(app_state.store, sheet, by, ruleset=rules, as_of=as_of, reason=reason, request=key)
    if not made.again:
        app_state.meters.reviewed(made.recommendation, recorded=True)
    again = {"replayed": True} if made.again else {}
    return {"index": index, "status": 201, **made.head(), **again}, made.content, made.recommendation


def _answered(found: Batch, one: Callable[[int, ProjectSheet], Answer], brief: bool) -> StreamingResponse:
    whole = _by_line if found.by_line else _as_json
    return StreamingResponse(whole(_answers(found, one, brief)), media_type=NDJSON if found.by_line else JSON)


async def _by_line(answers: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for each in answers:
        yield each + b"\n"


async def _as_json(answers: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    before = b'{"items": [\n'
    async for each in answers:
        yield before + each
        before = b",\n"
    yield b"\n]}\n"


async def _answers(found: Batch, one: Callable[[int, ProjectSheet], Answer], brief: bool) -> AsyncIterator[bytes]:
    """An answer for each sheet. Once the record cannot be reached, the remaining sheets are not tried, and each answer says so."""
    gone: RecordUnavailable | None = None
    for index, content in enumerate(found.items):
        try:
            if gone is not None:
                raise gone
            yield await anyio.to_thread.run_sync(_item, index, content, one, brief)
        except Exception as error:
            gone = error if isinstance(error, RecordUnavailable) else None
            problem = problems.of(found.request, error)
            yield json.dumps({"index": index, "status": problem["status"], "problem": problem}).encode()


def _item(index: int, content: bytes, one: Callable[[int, ProjectSheet], Answer], brief: bool) -> bytes:
    if len(content) > LARGEST_TEXT:
        raise Problem(413, Fault("", Text(f"最多 {LARGEST_TEXT:,} 字节", f"at most {LARGEST_TEXT:,} bytes")))
    head, review, recommendation = one(index, read_sheet(content, "json"))
    if brief:
        return json.dumps({**head, "recommendation": recommendation}).encode()
    return json.dumps(head).encode()[:-1] + b', "review": ' + review.rstrip() + b"}"


def lines(content: bytes, most: int) -> Sequence[bytes]:
    """The sheets of NDJSON, a line each; empty lines are passed over. Raises SheetError where there are too many, or none."""
    stated = (found[0] for found in _LINE.finditer(content) if found[0].strip())
    return _validate_count(list(islice(stated, most + 1)), most)


def array(content: bytes, most: int) -> Sequence[bytes]:
    """The sheets of a JSON array. Raises SheetError where it is no array, breaks off, or has too many or no items.

    Of an item that is too large for a sheet only the end is looked for: its values are not made.
    """
    at = _after(content, len(BOM_UTF8) if content.startswith(BOM_UTF8) else 0)
    if content[at : at + 1] != b"[":
        raise _refused(
            "应为 JSON 数组，或一行一份的 NDJSON", "should be a JSON array, or NDJSON with a sheet on each line"
        )
    items: list[bytes] = []
    at = _after(content, at + 1)
    while content[at : at + 1] != b"]" or items:
        end = _end_of_item(content, at)
        items.append(content[at:end])
        at = _after(content, end)
        if len(items) > most or content[at : at + 1] == b"]":
            break
        if content[at : at + 1] != b",":
            raise _broken(content, at)
        at = _after(content, at + 1)
    if len(items) <= most and _after(content, at + 1) != len(content):
        raise _broken(content, at + 1)
    return _validate_count(items, most)


def _after(content: bytes, at: int) -> int:
    """Where white space ends."""
    match = _WHITE.match(content, at)
    return match.end() if match else at


def _end_of_item(content: bytes, at: int) -> int:
    """Where the item ends that begins there; it is validated where it is no larger than a sheet. Raises SheetError."""
    end, depth = at, 0
    for found in _TOKEN.finditer(content, at):
        depth += (found[0] in (b"[", b"{")) - (found[0] in (b"]", b"}"))
        if depth < 0 or (depth == 0 and found[0] == b","):
            end = found.start()
            break
        end = found.end()
        if depth == 0:
            break
    if end - at > LARGEST_TEXT:
        return end
    try:
        return at + len(_item_text(content[at:end], at).encode())
    except json.JSONDecodeError as error:
        raise _broken(content, at + len(error.doc[: error.pos].encode())) from error
    except RecursionError as error:
        raise _refused("嵌套过深", "is nested too deeply") from error


def _item_text(item: bytes, at: int) -> str:
    try:
        text = item.decode()
    except UnicodeDecodeError as error:
        first = at + error.start
        raise _refused(
            f"不是有效的 UTF-8 文本（第 {first} 字节起）", f"is not valid UTF-8 from byte {first}"
        ) from error
    return text[: _BOUNDS.raw_decode(text)[1]]


def _validate_count(items: Sequence[bytes], most: int) -> Sequence[bytes]:
    if not items:
        raise _refused("没有项目表", "holds no sheet")
    if len(items) > most:
        raise _refused(f"一批最多 {most:,} 份", f"a batch has at most {most:,} sheets")
    return items


def _broken(content: bytes, at: int) -> SheetError:
    line = content.count(b"\n", 0, at) + 1
    column = at - content.rfind(b"\n", 0, at)
    return _refused(
        f"不是有效的 JSON：第 {line} 行第 {column} 列附近；未处理任何一份",
        f"is not valid JSON near line {line}, column {column}: no sheet was looked at",
    )


def _refused(zh: str, en: str) -> SheetError:
    return SheetError([Fault("", Text(zh, en))])
