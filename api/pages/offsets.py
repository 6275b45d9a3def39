"""`/offsets`, `/offsets/{source}`: the register, one source over time; entries and amendments (`/sources/entry`); what is not registered (`/sources/claims`)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import State, StateNeeded, edition, state_of
from api.pages.attachments import attachments_beside
from api.web.days import AS_OF, day_typed
from api.web.display import source_address
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer
from api.wire.office import source_from
from review.errors import Conflict, Fault, Refused, SheetError, Text
from review.facts.register_keys import CAPACITY, KINDS, UNIT, UNITS, VOC, identifier_of
from review.law.place import area_words_of, home_area
from review.quantities import plain
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.readers.written.numbers import written_figure
from review.record.cases.attachments import on_source
from review.record.register.claims import claim_line, claim_lines
from review.record.register.entries import VERIFIED_UNIT, SourceEntry, register_source
from review.record.register.history import (
    Preview,
    preview_source,
    recorded_key,
    source_entries,
    source_line,
    source_movements,
)
from review.record.register.lines import SourceLine, register_lines
from review.record.storage.contents import position_at, rulesets_in_use
from review.record.storage.text_limits import validate_words

router = APIRouter(include_in_schema=False)
_PAGE = 50
_FIELDS = ("source", "enterprise", "line", "name", "area", "pollutant", "verified_t", "document", "completed", "reason")
_LABELS = {"verified_t": Text("核定削减量", "verified reduction"), "completed": Text("完成日期", "completed on")}
_NEEDED = ("document", "verified_t")
Said = Annotated[str, Query(max_length=40)]


@router.get("/offsets")
def offsets(
    request: Request, caller: Viewer, app_state: StateNeeded, text: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=400)] = "", said: Said = "", pollutant: Annotated[str, Query(max_length=20)] = "",
    as_of: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """The register, of one kind or all, now or as of the end of a day."""
    faults: tuple[Fault, ...] = ()
    lines: list[SourceLine] = []
    kind = pollutant if pollutant in KINDS else ""
    try:
        validate_words({"text": text, "after": after})
        when = day_typed(as_of, "as_of", AS_OF)
        with app_state.store.reading() as connection:
            upto = position_at(connection, when)
            lines = register_lines(
                connection, after or None, _PAGE + 1, text=text.strip() or None, pollutant=kind or None, upto=upto
            )
    except Refused as error:
        faults = error.faults
    filters = {"text": text, "pollutant": kind, "as_of": as_of}
    return page(
        request, "offsets.html", 422 if faults else 200, text=text, after=after, faults=faults, lines=lines[:_PAGE], more=len(lines) > _PAGE, said=said,
        pollutant=kind, as_of=as_of, asked=urlencode({name: value for name, value in filters.items() if value}),
    )  # fmt: skip


@router.get("/sources/claims")
def claims(
    request: Request, caller: Viewer, app_state: StateNeeded, after: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """What projects draw on that is not registered, each to be registered from there."""
    validate_words({"after": after})
    with app_state.store.reading() as connection:
        lines = claim_lines(connection, after or None, _PAGE + 1)
    return page(request, "claims.html", lines=lines[:_PAGE], more=len(lines) > _PAGE, after=after)


@router.get("/offsets/{source:path}")
def source(
    request: Request, caller: Viewer, source: str, app_state: StateNeeded, beside: Annotated[str, Query(alias="source", max_length=400)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None, said: Said = "",
) -> Response:  # fmt: skip
    """One source; an id that no address can hold stands in the query."""
    named = beside or source
    validate_words({"source": named}, longest=10_000)
    with app_state.store.reading() as connection:
        line = source_line(connection, named)
        entries = source_entries(connection, named)
        movements = source_movements(connection, named, before=before, limit=_PAGE)
        key = line["source"]
        attached = attachments_beside(
            connection, on_source(key), f"/attachments?source={quote(key, safe='')}", source_address(key), {"source": key}
        )  # fmt: skip
    more = bool(movements) and len(movements) >= _PAGE
    return page(
        request, "source.html", line=line, entries=entries, movements=movements, more=more, said=said, beside=attached
    )


@router.get("/sources/entry")
def entry_page(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, source: Annotated[str, Query(max_length=400)] = "",
    claim: Annotated[str, Query(max_length=400)] = "",
) -> Response:  # fmt: skip
    """The form of an entry: blank, with what is registered of a source, to be amended, or with what sheets say of one that is not."""
    typed = dict.fromkeys(_FIELDS, "") | {"area": _home(app_state), "pollutant": VOC}
    amends = False
    if claim:
        validate_words({"claim": claim})
        with app_state.store.reading() as connection:
            found = claim_line(connection, claim)
        of_line = found is not None and found["pollutant"] == CAPACITY
        if found is not None:
            stated = found["stated"]
            typed |= {
                "pollutant": found["pollutant"], "source": "" if of_line else found["source"], "document": stated["document"] or "",
                "verified_t": stated["verified_t"] or "", "enterprise" if of_line else "name": stated["name"] or "",
            }  # fmt: skip
    if source:
        validate_words({"source": source})
        with app_state.store.reading() as connection:
            line: Mapping[str, object] = source_line(connection, source)
        typed |= {name: str(line[name] or "") for name in _FIELDS if name != "reason"}
        typed["source"] = "" if typed["enterprise"] else identifier_of(typed["source"])
        amends = True
    return _form(request, app_state, typed, amends)


@router.post("/sources/entry")
def entry(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Check an entry and show what it would change; record it when it is confirmed."""
    typed = {name: form.get(name) for name in _FIELDS}
    amends = form.get("amends") == "yes"
    try:
        read, written = _read(typed)
        stated = source_from({name: value for name, value in read.items() if value or name in _NEEDED})
        if form.get("confirm") == "yes":
            return _record(request, caller, form, app_state, stated, read)
        with app_state.store.reading() as connection:
            preview = preview_source(connection, stated, caller.name)
            changed = source_line(connection, preview.key) if preview.amends else None
    except Refused as error:
        known = amends or any(each.where == "reason" for each in error.faults)
        return _form(request, app_state, typed, known, error.faults, 422)
    if form.get("confirm") == "back":
        return _form(request, app_state, typed, preview.amends)
    return _check(request, read, stated, preview, changed, written=written)


def _read(typed: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The fields with amount and day read, and those two as they were written where that is otherwise. Raises Refused."""
    readers: dict[str, Callable[[str], str]] = {
        "verified_t": lambda text: plain(written_figure(text, VERIFIED_UNIT)),
        "completed": lambda text: written_day(text).isoformat(),
    }
    read, faults = dict(typed), list[Fault]()
    for name, reader in readers.items():
        if not typed[name]:
            continue
        try:
            read[name] = reader(typed[name])
        except SheetError as error:
            faults += placed(error, name, _LABELS[name])
    if faults:
        raise Refused(faults)
    return read, {name: typed[name] for name in readers if read[name] != typed[name]}


def _home(app_state: State) -> str:
    """The area that a new source is in until another is chosen; empty where none of the office's ruleset surely counts."""
    return home_area(edition(app_state, None, None)[0]) or ""


def _record(
    request: Request, caller: Any, form: Form, app_state: StateNeeded, stated: SourceEntry, typed: dict[str, str]
) -> Response:
    seen = form.get("seen")
    expected = int(seen[:18]) if seen.isascii() and seen.isdigit() else -1
    key = f"{caller.principal.key}:{form.get('once')[:40]}"
    try:
        made = register_source(app_state.store, stated, caller.acting(), request=key, expected=expected)
    except Conflict as error:
        with app_state.store.reading() as connection:
            preview = preview_source(connection, stated, caller.name)
            changed = source_line(connection, preview.key) if preview.amends else None
        return _check(request, typed, stated, preview, changed, error.faults, 409)
    with app_state.store.reading() as connection:
        address = source_address(recorded_key(connection, made.id))
    return RedirectResponse(f"{address}{'&' if '?' in address else '?'}said=registered", 303)


def _form(
    request: Request, app_state: StateNeeded, typed: dict[str, str], amends: bool, faults: Any = (), status: int = 200
) -> Response:
    with app_state.store.reading() as connection:
        areas = area_words_of(rulesets_in_use(connection))
    return page(
        request,
        "source-entry.html",
        status,
        typed=typed,
        amends=amends,
        faults=faults,
        pollutants=KINDS,
        areas=areas,
    )


def _check(
    request: Request,
    typed: dict[str, str],
    stated: SourceEntry,
    preview: Preview,
    current: Any,
    faults: Any = (),
    status: int = 200,
    written: Mapping[str, str] | None = None,
) -> Response:
    return page(
        request, "source-check.html", status, typed=typed, written=written or {}, key=preview.key, preview=preview, current=current, faults=faults,
        form_key=secrets.token_hex(8), unit=UNITS.get(stated.pollutant, UNIT), home=_home(state_of(request)),
    )  # fmt: skip
