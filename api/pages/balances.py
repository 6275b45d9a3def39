"""`/balances`: what the city may still add, with the quotas that an administrator enters, and who does not state what a project adds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded, edition
from api.problems import Problem
from api.web.days import AS_OF, day_typed
from api.web.forms import Sent
from api.web.rendering import page
from api.web.session import AdminVisitor, Viewer
from review.clock import today
from review.errors import Fault, Refused, SheetError, Text
from review.readers.written.answers import placed
from review.readers.written.numbers import written_figure
from review.record.register.quotas import Quota, read_quotas, set_quota
from review.record.storage.added import MEDIA
from review.record.storage.contents import position_at
from review.record.views.balances import MOST_NAMED, balances, not_stated
from review.terms import SIDE_WORDS

router = APIRouter(include_in_schema=False)
_TYPED = ("medium", "first_year", "last_year", "amount", "document", "reason")
_AMOUNT = Text("指标", "quota")


@router.get("/balances")
def shown(
    request: Request, caller: Viewer, app_state: StateNeeded, as_of: Annotated[str, Query(max_length=40)] = "",
    said: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    try:
        return _page(
            request, app_state, dict.fromkeys(_TYPED, ""), day=day_typed(as_of, "as_of", AS_OF), as_of=as_of, said=said
        )
    except Refused as error:
        return _page(request, app_state, dict.fromkeys(_TYPED, ""), error.faults, 422, as_of=as_of)


@router.post("/balances/quota")
def entered(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Enter a quota."""
    typed = {name: form.get(name) for name in _TYPED}
    try:
        set_quota(app_state.store, _quota(typed), caller.acting())
    except Refused as error:
        return _page(request, app_state, typed, error.faults, 422)
    return RedirectResponse("/balances?said=saved", 303)


@router.get("/balances/{medium}/{side}")
def unstated(
    request: Request, caller: Viewer, medium: str, side: str, app_state: StateNeeded,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0, as_of: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """The projects that do not state what they add of a medium. Raises Problem 404 for another medium or side."""
    if medium not in MEDIA or side not in SIDE_WORDS:
        raise Problem(404)
    ruleset = edition(app_state, None, None)[0].id
    when = day_typed(as_of, "as_of", AS_OF)
    with app_state.store.reading() as connection:
        upto = position_at(connection, when)
        found = not_stated(connection, ruleset, medium, side, upto=upto, after=after, limit=MOST_NAMED + 1)
    return page(
        request, "balances-unstated.html", found=found[:MOST_NAMED], more=len(found) > MOST_NAMED, medium=medium, side=side, as_of=as_of, media=MEDIA, sides=SIDE_WORDS
    )  # fmt: skip


def _page(
    request: Request, app_state: StateNeeded, typed: dict[str, str], faults: Any = (), status: int = 200, *, day: date | None = None,
    as_of: str = "", said: str = "",
) -> Response:  # fmt: skip
    ruleset = edition(app_state, None, None)[0].id
    with app_state.store.reading() as connection:
        upto = position_at(connection, day)
        found = balances(connection, ruleset, day or today(), upto=upto)
        entered = read_quotas(connection, upto)
    return page(
        request,
        "balances.html",
        status,
        lines=found,
        quotas=entered,
        media=MEDIA,
        media_words={
            name: Text(f"{words.zh}（{unit}）", f"{words.en} ({unit})") for name, (words, unit) in MEDIA.items()
        },
        typed=typed,
        faults=faults,
        as_of=as_of,
        said=said,
    )


def _quota(typed: dict[str, str]) -> Quota:
    """The quota that is typed. Raises Refused, naming each field."""
    faults, amount = list[Fault](), Decimal(0)
    years: dict[str, int] = {}
    for name in ("first_year", "last_year"):
        text = typed[name].strip()
        if text.isascii() and text.isdigit() and len(text) == 4:
            years[name] = int(text)
        else:
            faults.append(Fault(name, Text("应为四位年份", "should be a year of four digits")))
    unit = MEDIA[typed["medium"]][1] if typed["medium"] in MEDIA else ""
    try:
        amount = written_figure(typed["amount"], unit)
    except SheetError as error:
        faults += placed(error, "amount", _AMOUNT)
    if faults:
        raise Refused(faults)
    return Quota(typed["medium"], years["first_year"], years["last_year"], amount, typed["document"], typed["reason"])
