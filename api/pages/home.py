"""`/`: what is waiting for whom."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded
from api.web.rendering import page
from api.web.session import Viewer
from review.clock import today
from review.record.calendar.deadlines import reckoning_of
from review.record.cases import second_person
from review.record.editions.proposals import list_proposals
from review.record.views.unchecked_figures import unchecked_figures
from review.record.views.worklist import Filters, counts, dated_states, waiting

router = APIRouter(include_in_schema=False)
# How many of what is due first are shown.
_DUE = 8
# Where the list shows what waits.
ADDRESSES = {
    "pending": "/worklist?outcome=pending",
    "supplements": "/worklist?supplements=yes",
    "conditions": "/worklist?conditions=yes",
    "overdue": "/worklist?overdue=yes&list=every",
}


@router.get("/")
def home(
    request: Request, caller: Viewer, app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    with app_state.store.reading() as connection:
        waits = [
            (name, ADDRESSES[name], counts(connection, filters)[None]) for name, filters in waiting(today()).items()
        ]
        listed = counts(connection)[None]
        confirming = (
            [each for each in second_person.waiting(connection) if each.login != caller.principal.key]
            if caller.may("officer")
            else []
        )
        proposals = list_proposals(connection, only_open=True)
        law = app_state.law.seen_by(connection)
        unchecked = unchecked_figures(connection)
        dated = dated_states(connection, Filters(on_list=None), reckoning_of(connection))
    return page(
        request,
        "home.html",
        said=said,
        waits=waits,
        listed=listed,
        confirming=confirming,
        proposals=proposals,
        shipped=law.waiting(),
        unchecked=unchecked,
        due=[(each.standing, each.deadlines[0]) for each in dated[:_DUE]],
        overdue=Counter(one["kind"] for each in dated for one in each.deadlines if one["overdue"]),
    )
