"""`/drafts/{draft}/{section}` and its rows: one short page a block. Saved at every step; what another changed is never overwritten."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded, state_of
from api.pages.drafts import as_submitted, author, form_request, found_faults, opened, read_values, tables
from api.problems import Problem
from api.web.forms import TOKEN, Form, Sent
from api.web.rendering import SECURITY, page
from api.web.section_lists import section_lists
from api.web.session import OfficerVisitor, Visitor
from api.web.sheet_form import Block, Decoded, decode, differing, encode, sent_name
from api.web.sheet_words import FIND, FOUND, ROWS, Said, section_label, sections, shown_fields, value_words
from review.clock import today
from review.drafting.arithmetic import energy_sum, offset_sum
from review.drafting.existence import is_without
from review.drafting.pickers import PICKED
from review.drafting.typed import SECTIONS, Typed, Values, lists_of, own, rows, with_own, with_row
from review.errors import Conflict, Fault, NotRecorded, Refused, SheetError, Text
from review.facts.voc import POLLUTANT
from review.law.edition import Ruleset
from review.readers.written.names import read_name
from review.readers.written.sheet import Understood, understood_part
from review.record.cases.drafts import SavedDraft, follow_row, read_draft, row_added, save_draft
from review.record.register.lines import SourceLine, register_lines
from review.sheet import describe
from review.sheet.catalogue import children
from review.sheet.paths import value_at

router = APIRouter(include_in_schema=False)
# What the page's script sends in place of a button.
KEEP = "keep"
# Stated by the script of a new row that it began to save.
KEPT = "kept"
# Where an offset is named; so many sources of the register stand beside it.
OFFSETS = "voc.offsets"
_MOST_SOURCES = 200
_GONE = Text(
    "您填写的这一条已被移除或替换；再次保存即作为新的一条添加，不改动其他各条",
    "the row you were filling in was removed or replaced: save again to add yours as a new one; no other row is changed",
)
_CHECK = Text("核对并提交", "check and submit")
Start = Annotated[int, Query(alias="from", ge=0, le=500)]


@router.get("/drafts/{draft}/rows/{path}/{index}")
def row_page(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, draft: int, path: str, index: str
) -> Response:
    block, saved = _row_block(path, index), opened(app_state, draft)
    if block.index is not None and block.index >= len(rows(saved.typed.values, path)):
        raise Problem(404)
    value = rows(saved.typed.values, path)[block.index] if block.index is not None else {}
    return as_submitted(saved) or _form(request, saved, block, encode(block, value))


@router.post("/drafts/{draft}/rows/{path}/{index}")
def row(
    request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, draft: int, path: str, index: str
) -> Response:
    """Save a row, add one, or only search for something to pick."""
    then = form.get("then")
    block, seen = _aimed_at(app_state, caller, form, draft, _row_block(path, index))
    before = value_at(seen.typed.values, block.where) if block.index is not None else None
    sent = _with_named(block, then, _sent(form), tables(app_state))
    if _searching(then, sent):
        return _search(request, seen, block, sent, then)
    decoded = decode(block, sent, before)
    if decoded.faults:
        return _form(request, seen, block, sent, decoded.faults, status=422)
    position = block.index

    def change(last: Typed) -> Typed:
        return Typed(with_row(last.values, path, position, decoded.value), last.left, last.cells)

    mine = None if position is None else (lambda values: value_at(values, block.where))
    try:
        saved = save_draft(app_state.store, draft, author(caller), change, base=seen.version if mine else None, block=mine,
                           request=None if mine else form_request(caller, form))  # fmt: skip
    except Conflict as error:
        return _conflict(request, app_state, seen, block, decoded, sent, error)
    except Refused as error:
        return _form(request, seen, block, sent, error.faults, status=422)
    if then == KEEP:
        return _kept_row(app_state, saved, Block(path, _last_row(saved, path) if position is None else position, True))
    if saved.version != saved.head["version"]:
        # The same form sent again after other saves: what it added may have moved since.
        return RedirectResponse(f"/drafts/{draft}/{block.section}", 303)
    number = _last_row(saved, path) if position is None else position
    after = {
        "another": f"rows/{path}/new",
        "stay": f"rows/{path}/{number}",
        "next": _following(block.section, saved.typed.values)[0],
    }.get(then)
    if then in ("save", "next") and _wrong(saved, Block(path, number, True), tables(app_state)):
        after = f"rows/{path}/{number}"
    return RedirectResponse(f"/drafts/{draft}/{after or block.section}", 303)


@router.get("/drafts/{draft}/{section}")
def section_page(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, draft: int, section: str, start: Start = 0
) -> Response:
    block, saved = _section_block(section), opened(app_state, draft)
    return as_submitted(saved) or _form(
        request, saved, block, encode(block, own(saved.typed.values, section)), start=start
    )


@router.post("/drafts/{draft}/{section}")
def save_section(
    request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded, draft: int, section: str
) -> Response:
    """Save a section's own fields; the button says where to go on, or which row to remove."""
    block, then = _section_block(section), form.get("then")
    seen, sent = _seen(app_state, draft, form), _with_named(block, then, _sent(form), tables(app_state))
    if _searching(then, sent):
        return _search(request, seen, block, sent, then)
    decoded = decode(block, sent, own(seen.typed.values, section))
    if decoded.faults:
        return _form(request, seen, block, sent, decoded.faults, status=422)
    try:
        saved = save_draft(app_state.store, draft, author(caller), lambda last: Typed(with_own(last.values, section, decoded.value), last.left, last.cells),
                           base=seen.version, block=lambda values: own(values, section))  # fmt: skip
        if then.startswith("remove:"):
            _remove(app_state, caller, draft, seen, then.removeprefix("remove:"))
    except Conflict as error:
        return _conflict(request, app_state, seen, block, decoded, sent, error)
    except Refused as error:
        return _form(request, seen, block, sent, error.faults, status=422)
    if then == KEEP:
        return _kept(saved)
    act, _, target = then.partition(":")
    if act == "row" and _is_row(target):
        return RedirectResponse(f"/drafts/{draft}/rows/{target}", 303)
    if act == "remove" or _wrong(saved, block, tables(app_state)):
        return RedirectResponse(f"/drafts/{draft}/{section}", 303)
    following = f"/{_following(section, saved.typed.values)[0]}" if then == "next" else ""
    return RedirectResponse(f"/drafts/{draft}{following}", 303)


def _kept(saved: SavedDraft) -> Response:
    """The answer to the page's script, which saves as one goes: the version that the form is made from now."""
    return Response(status_code=204, headers={**SECURITY, "Two-High-Version": str(saved.version)})


def _kept_row(app_state: State, saved: SavedDraft, block: Block) -> Response:
    """The same of a row; of one that was added also its address, where it is saved from now on."""
    if block.index is None:
        return _kept(saved)
    with app_state.store.reading() as connection:
        place, last = (
            follow_row(connection, saved.id, block.path, block.index, saved.version),
            read_draft(connection, saved.id),
        )
    answer = _kept(last)
    if place is not None:
        answer.headers["Two-High-Row"] = f"/drafts/{saved.id}/rows/{block.path}/{place}"
    return answer


def _last_row(saved: SavedDraft, path: str) -> int:
    return len(rows(saved.typed.values, path)) - 1


def _aimed_at(app_state: State, caller: Visitor, form: Form, draft: int, block: Block) -> tuple[Block, SavedDraft]:
    """The row that a form is about, and the version that it was made from: a row that the page's script had added under the form's key before,
    the answer being lost on its way, is that row."""
    key = form_request(caller, form) if block.index is None and form.get(KEPT) else None
    if key is not None:
        with app_state.store.reading() as connection:
            added = row_added(connection, draft, block.path, key)
        if added is not None:
            version, index = added
            return Block(block.path, index, True), opened(app_state, draft, version)
    return block, _seen(app_state, draft, form)


def _following(section: str, values: Values) -> tuple[str, Text]:
    """The section after one, with its name, past those that are stated not to exist; after the last the page on which all is checked."""
    there = sections()
    number = [name for name, _ in there].index(section) + 1
    return next((each for each in there[number:] if not is_without(values, each[0])), ("check", _CHECK))


def _remove(app_state: State, caller: Visitor, draft: int, seen: SavedDraft, target: str) -> None:
    """Take a row out, by its number in the version that was seen. Raises Conflict where the list has changed since."""
    path, _, index = target.partition("/")
    block = _row_block(path, index)

    def change(last: Typed) -> Typed:
        cells = {where: cell for where, cell in last.cells.items() if not where.startswith(f"{path}[")}
        return Typed(with_row(last.values, path, block.index, None), last.left, cells)

    save_draft(
        app_state.store, draft, author(caller), change, base=seen.version, block=lambda values: rows(values, path)
    )


def _section_block(section: str) -> Block:
    if section not in SECTIONS:
        raise Problem(404)
    return Block(section)


def _row_block(path: str, index: str) -> Block:
    if path not in ROWS or not (index == "new" or (index.isascii() and index.isdigit() and len(index) < 5)):
        raise Problem(404)
    return Block(path, None if index == "new" else int(index), True)


def _is_row(target: str) -> bool:
    path, _, index = target.partition("/")
    return path in ROWS and (index == "new" or (index.isascii() and index.isdigit()))


def _seen(app_state: State, draft: int, form: Form) -> SavedDraft:
    """The version that the form was made from; the last where it names none."""
    text = form.get("version")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    try:
        return opened(app_state, draft, number)
    except NotRecorded:
        return opened(app_state, draft)


def _sent(form: Form) -> dict[str, str]:
    """The fields of the sheet, the last of each name, exactly as typed."""
    return {name: value for name, value in form.fields if name not in (TOKEN, "then", "version", "once", KEPT)}


def _with_named(block: Block, then: str, sent: dict[str, str], ruleset: Ruleset) -> dict[str, str]:
    """The fields with a name that was written where one is looked for, and that one thing alone can be: it is what was meant."""
    if then.startswith((FIND, "pick:")):
        return sent
    for each in children(block.pattern):
        name = sent_name(each, block)
        words = sent.get(FIND + name, "")
        if each.path not in PICKED or not words.strip() or words == sent.get(FOUND + name, ""):
            continue
        try:
            sent = {**sent, name: read_name(words, each.path, ruleset).value, FIND + name: ""}
        except SheetError:
            # Looked for instead: the page shows what there is.
            continue
    return sent


def _searching(then: str, sent: Mapping[str, str]) -> bool:
    """Whether the form asks for a search: by its button, or because words in a search field are no one thing's name, which would be lost if the page were left."""
    fresh = any(
        words.strip() and words != sent.get(FOUND + name[len(FIND) :], "")
        for name, words in sent.items()
        if name.startswith(FIND)
    )
    return then.startswith((FIND, "pick:")) or (then in ("save", "next", "another") and fresh)


def _search(request: Request, seen: SavedDraft, block: Block, sent: dict[str, str], then: str) -> Response:
    """The page again with what the search finds, or with what was picked; nothing is saved yet."""
    if then.startswith("pick:"):
        _, name, key = (*then.split(":", 2), "")[:3]
        sent = {**sent, name: key}
    return _form(request, seen, block, sent)


def _faults(read: Understood, block: Block, ruleset: Ruleset) -> tuple[Fault, ...]:
    """The faults of what is saved that belong on the block's page; of a section's rows their place only."""
    inside = (f"{block.where}.", f"{block.where}[")
    return tuple(
        each for each in found_faults(read, ruleset) if each.where in ("", block.where) or each.where.startswith(inside)
    )


def _wrong(saved: SavedDraft, block: Block, ruleset: Ruleset) -> bool:
    """Whether one of the block's own fields is at fault."""
    listed = () if block.is_row else tuple(f"{path}[" for path in lists_of(block.section))
    faults = _faults(read_values(saved, ruleset), block, ruleset)
    return any(each.where and not each.where.startswith(listed or "\0") for each in faults)


def _conflict(
    request: Request,
    app_state: State,
    seen: SavedDraft,
    block: Block,
    decoded: Decoded,
    sent: dict[str, str],
    error: Conflict,
) -> Response:
    """What was typed beside what is saved now; nothing is saved until one of them is chosen. A row that moved is aimed at where it is."""
    faults = error.faults
    with app_state.store.reading() as connection:
        last = read_draft(connection, seen.id)
        if block.index is not None:
            block = Block(block.path, follow_row(connection, seen.id, block.path, block.index, seen.version), True)
            faults = faults if block.index is not None else (Fault("", _GONE),)
    ruleset = tables(app_state)
    theirs = _theirs(last.typed.values, block)
    changed = [
        (name, _words(block, theirs, name, ruleset), _words(block, decoded.value, name, ruleset))
        for name in differing(block, decoded.value, theirs)
    ]
    where = (
        {name: describe(f"{block.where}.{name}" if name else block.path).label for name, _, _ in changed}
        if not block.is_row
        else {}
    )
    where |= {name: describe(f"{block.pattern}.{name}").label for name, _, _ in changed if block.is_row and name}
    return _form(
        request, last, block, sent, faults, status=409, clash=[(where.get(name), a, b) for name, a, b in changed]
    )


def _theirs(values: dict[str, Any], block: Block) -> Any:
    if not block.is_row:
        return own(values, block.section)
    return None if block.index is None else value_at(values, block.where)


def _words(block: Block, value: Any, name: str, ruleset: Ruleset) -> tuple[Any, str]:
    stated = value_at(value, name) if name else None
    if stated is None or isinstance(stated, dict | list):
        return None, ""
    return value_words(f"{block.pattern}.{name}", stated, ruleset)


def _form(
    request: Request, saved: SavedDraft, block: Block, typed: Mapping[str, str], said: tuple[Fault, ...] = (), *, status: int = 200,
    clash: list[Any] | None = None, start: int = 0,
) -> Response:  # fmt: skip
    ruleset = tables(state_of(request))
    read = read_values(saved, ruleset)
    there = _faults(read, block, ruleset) if not block.is_row or block.index is not None else ()
    faults = said if clash is not None else tuple(dict.fromkeys((*said, *there)))
    values = read.values
    mine = understood_part(decode(block, typed).value, block.where, block.pattern, lambda: ruleset)
    sums: dict[str, Callable[[], Any]] = {
        "energy": lambda: energy_sum(values, ruleset, today()), "voc": lambda: offset_sum(values, ruleset, today()),
    }  # fmt: skip
    total = sums[block.section]() if block.section in sums and not block.is_row else None
    return page(
        request, "draft-row.html" if block.is_row else "draft-section.html", status, draft=saved, block=block, typed=typed,
        faults=faults, fields=shown_fields(block, typed, Said(faults, mine.readings, mine.values), ruleset), label=section_label(block.section),
        lists=section_lists(saved, read, block, typed, there, start, ruleset) if not block.is_row else [], total=total, clash=clash, following=_following(block.section, saved.typed.values), form_key=secrets.token_hex(8),
        row_name=ROWS[block.path][0] if block.is_row else None, sources=_sources(state_of(request)) if block.path == OFFSETS else (),
    )  # fmt: skip


def _sources(app_state: State) -> tuple[SourceLine, ...]:
    """The sources of the register that an offset can be drawn from: VOC of which something is free, in order of their ids."""
    with app_state.store.reading() as connection:
        lines = register_lines(connection, None, _MOST_SOURCES, pollutant=POLLUTANT)
    return tuple(each for each in lines if Decimal(each["free_t"]) > 0)
