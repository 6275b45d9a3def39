"""`/`: the first page: what waits for the visitor, what is due, the latest of the office."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded
from api.web.rendering import page
from api.web.session import Viewer
from review.clock import today
from review.record.access.rule_keepers import is_rule_keeper
from review.record.calendar.deadlines import reckoning_of
from review.record.cases import second_person
from review.record.cases.drafts import count_drafts, last_saved_drafts
from review.record.editions.proposals import list_proposals
from review.record.views.inbox import item_address
from review.record.views.unchecked_figures import unchecked_figures
from review.record.views.worklist import Filters, counts, dated_states, waiting

router = APIRouter(include_in_schema=False)
# How many of what is due first are shown, and how many drafts.
_DUE, _DRAFTS = 8, 3
# Where the list shows what waits, the most pressing first.
ADDRESSES = {
    "overdue": "/worklist?overdue=yes&list=every",
    "pending": "/worklist?outcome=pending",
    "conditions": "/worklist?conditions=yes",
    "supplements": "/worklist?supplements=yes",
}


@router.get("/")
def home(
    request: Request, caller: Viewer, app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    with app_state.store.reading() as connection:
        filters = waiting(today())
        waits = [(name, address, counts(connection, filters[name])[None]) for name, address in ADDRESSES.items()]
        listed = counts(connection)[None]
        mine = caller.principal.key
        decisions = second_person.waiting(connection) if caller.may("officer") else ()
        drafts = last_saved_drafts(connection, mine, _DRAFTS) if caller.may("officer") else []
        drafts_many = count_drafts(connection, mine)
        proposals = list_proposals(connection, only_open=True)
        keeper = is_rule_keeper(connection, mine)
        law = app_state.law.seen_by(connection)
        unchecked = unchecked_figures(connection)
        dated = dated_states(connection, Filters(on_list=None), reckoning_of(connection))
    asks = request.scope.get("inbox_items", ())
    return page(
        request,
        "home.html",
        said=said,
        waits=waits,
        listed=listed,
        item_address=item_address,
        signing=[each for each in asks if each["kind"] == "sign"],
        unsignable=[each for each in asks if each["kind"] in ("unsignable", "signers")],
        confirming=[each for each in decisions if each.login != mine],
        waiting_mine=[each for each in decisions if each.login == mine],
        drafts=drafts,
        drafts_many=drafts_many,
        confirmable=[each for each in proposals if keeper and each.proposer["subject"] != mine],
        proposals=[each for each in proposals if not keeper or each.proposer["subject"] == mine],
        shipped=law.waiting(),
        unchecked=unchecked,
        due=[(each.standing, each.deadlines[0]) for each in dated[:_DUE]],
        overdue=Counter(one["kind"] for each in dated for one in each.deadlines if one["overdue"]),
    )
