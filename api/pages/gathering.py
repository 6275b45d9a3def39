"""`/rules/draft`: the changes of the rules that an officer has gathered, with the first day and the reason to propose them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.attached import sent
from api.deps import State, StateNeeded
from api.pages.rules import shared
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Visitor
from review.clock import today
from review.errors import Conflict, Fault, Refused, RulesetError, SheetError, Text, TwoHighError
from review.law.amendments import ADD, Amendment
from review.law.edition import Ruleset
from review.law.figures import rows_in
from review.law.table_words import row_words
from review.readers.written.days import written_day
from review.record.editions.gathering import drop, gathered, gathered_file, propose_gathered
from review.record.storage.event_marks import FileNamed
from review.terms import AMENDMENT_WORDS

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class GatheredLine:
    """A change as the page shows it: what it is called, each cell with what is in force and what it becomes, and the scan."""

    amendment: Amendment
    name: Text
    cells: tuple[tuple[str, str, str], ...]
    file: FileNamed | None


@router.get("/rules/draft")
def draft(
    request: Request, caller: OfficerVisitor, app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    return _draft(request, caller, app_state, {}, said=said)


def _draft(
    request: Request, caller: Visitor, app_state: State, typed: dict[str, str], *, said: str = "", faults: tuple[Fault, ...] = (), status: int = 200
) -> Response:  # fmt: skip
    law = app_state.law.now()
    edition = law.choose(None, today())
    with app_state.store.reading() as connection:
        found = gathered(connection, caller.principal.key)
    files = {each["digest"]: each for each in found.files}
    lines = [_line(edition, each, files.get((each.paper and each.paper.file) or "")) for each in found.amendments]
    names = {line.amendment.name: line.name for line in lines}
    faults = tuple(_named(each, names.get(each.where)) for each in faults)
    reason = found.amendments[-1].reason if found.amendments else ""
    return page(
        request, "rules-draft.html", status, edition=edition, lines=lines, version=found.version, act_words=AMENDMENT_WORDS, said=said, faults=faults,
        typed={"first": today().isoformat(), "reason": reason} | typed, **shared(law),
    )  # fmt: skip


def _line(edition: Ruleset, each: Amendment, file: FileNamed | None) -> GatheredLine:
    rows = rows_in(edition.content, each.table) or ()
    # A row that is new is called by its own cells.
    row = next(
        (row for row in rows if all(row.get(key) == value for key, value in each.row.items())),
        {**each.row, **each.columns},
    )
    cells = tuple((name, row.get(name, "") if each.act != ADD else "", value) for name, value in each.columns.items())
    return GatheredLine(each, row_words(edition, each.table, row), cells, file)


def _named(fault: Fault, name: Text | None) -> Fault:
    """A fault of one of the changes, with what the page calls that one."""
    if name is None:
        return fault
    return replace(fault, text=Text(f"{name.zh}：{fault.text.zh}", f"{name.en}: {fault.text.en}"))


@router.post("/rules/draft")
def proposed(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Propose what is gathered."""
    typed = {name: form.get(name) for name in ("first", "reason")}
    try:
        first, version = written_day(form.get("first")), _version(form)
        number = propose_gathered(
            app_state.store, caller.principal.key, version, first, form.get("reason"), caller.acting(), most_files=app_state.settings.files_bytes
        )  # fmt: skip
    except SheetError as error:
        faults = tuple(Fault("first", each.text) for each in error.faults)
        return _draft(request, caller, app_state, typed, faults=faults, status=422)
    except (Refused, RulesetError, Conflict) as error:
        return _draft(request, caller, app_state, typed, faults=error.faults, status=_status(error))
    return RedirectResponse(f"/rules/proposals/{number}?said=proposed", 303)


@router.post("/rules/draft/off")
def taken_off(request: Request, caller: OfficerVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Take off what is ticked."""
    try:
        places = [int(each) for each in form.all("off") if each.isdecimal()]
        drop(app_state.store, caller.principal.key, places, _version(form))
    except Conflict as error:
        return _draft(request, caller, app_state, {}, faults=error.faults, status=_status(error))
    return RedirectResponse("/rules/draft?said=taken-off", 303)


def _version(form: Form) -> int:
    """The version of the draft that the page showed; none is version 0."""
    stated = form.get("version")
    return int(stated) if stated.isdecimal() and len(stated) < 10 else 0


def _status(error: TwoHighError) -> int:
    return 409 if isinstance(error, Conflict) else 422


@router.get("/rules/draft/files/{digest}")
def scanned(caller: OfficerVisitor, app_state: StateNeeded, digest: str) -> Response:
    with app_state.store.reading() as connection:
        return sent(*gathered_file(connection, caller.principal.key, digest))
