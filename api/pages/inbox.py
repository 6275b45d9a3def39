"""`/inbox`: what waits for the visitor; `/absences`: absences and their deputies."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import Viewer, Visitor, visitor
from review.clock import today
from review.errors import Fault, NotRecorded, Refused, SheetError, Text
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.record.access.absences import end_absence, list_absences, record_absence
from review.record.access.known_people import officers_known
from review.record.storage.text_limits import REQUIRED
from review.record.views.inbox import item_address

router = APIRouter(include_in_schema=False)
Said = Annotated[str, Query(max_length=40)]
Keeper = Annotated[Visitor, Depends(visitor("officer", "admin"))]
_TYPED = ("person", "deputy", "begins", "ends", "reason")
_DAYS = {"begins": Text("自", "from"), "ends": Text("至", "to")}


@router.get("/inbox")
def inbox_page(request: Request, caller: Keeper, app_state: StateNeeded, said: Said = "") -> Response:
    found = app_state.inboxes.of(caller.principal.key, caller.principal.name, administrator=caller.may("admin"))
    return page(request, "inbox.html", inbox=found, item_address=item_address, said=said)


@router.get("/absences")
def absences(request: Request, caller: Viewer, app_state: StateNeeded, said: Said = "") -> Response:
    typed = {**dict.fromkeys(_TYPED, ""), "person": caller.principal.key, "begins": today().isoformat()}
    return _absences(request, app_state, typed, said=said)


@router.post("/absences")
def absence_recorded(request: Request, caller: Keeper, form: Sent, app_state: StateNeeded) -> Response:
    """Record an absence with its deputy."""
    typed = {name: form.get(name) for name in _TYPED}
    days, faults = {}, [Fault(name, REQUIRED) for name in ("person", "deputy") if not typed[name].strip()]
    for name, words in _DAYS.items():
        try:
            days[name] = written_day(typed[name])
        except SheetError as error:
            faults += placed(error, name, words)
    if faults:
        return _absences(request, app_state, typed, faults, 422)
    try:
        record_absence(
            app_state.store, typed["person"], typed["deputy"], days["begins"], days["ends"], caller.acting(), reason=form.stated("reason")
        )  # fmt: skip
    except Refused as error:
        return _absences(request, app_state, typed, error.faults, 422)
    return RedirectResponse("/absences?said=step", 303)


@router.post("/absences/{absence}/end")
def absence_ended(
    request: Request, caller: Keeper, form: Sent, absence: Annotated[int, Path(ge=1, le=2**63 - 1)], app_state: StateNeeded
) -> Response:  # fmt: skip
    """End an absence now. The page says so where it is already over."""
    try:
        end_absence(app_state.store, absence, caller.acting())
    except NotRecorded as error:
        return _absences(request, app_state, dict.fromkeys(_TYPED, ""), error.faults, 409)
    return RedirectResponse("/absences?said=step", 303)


def _absences(
    request: Request, app_state: StateNeeded, typed: dict[str, str], faults: Any = (), status: int = 200, said: str = ""
) -> Response:
    with app_state.store.reading() as connection:
        found, people = list_absences(connection), officers_known(connection)
    return page(
        request, "absences.html", status, absences=found, typed=typed, faults=faults, said=said, today=today(),
        officers=[(each.subject, each.name) for each in people],
    )  # fmt: skip
