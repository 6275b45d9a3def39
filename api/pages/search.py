"""`/search`: whatever was recorded, found by any of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from api.deps import StateNeeded
from api.web.display import source_address
from api.web.rendering import page
from api.web.session import Viewer
from review.errors import Fault, Refused
from review.record.search.index import bring_up_if_possible
from review.record.search.searching import KIND_WORDS, LONGEST_QUERY, SUBJECTS, Hit, Hits, kinds_for, search

router = APIRouter(include_in_schema=False)


@router.get("/search")
def searched(
    request: Request,
    caller: Viewer,
    app_state: StateNeeded,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    after: Annotated[str | None, Query(max_length=20)] = None,
) -> Response:
    faults: tuple[Fault, ...] = ()
    hits: Hits | None = None
    if q.strip():
        bring_up_if_possible(app_state.store)
        try:
            with app_state.store.reading() as connection:
                hits = search(connection, q, kinds_for(caller.may("auditor", "admin")), after=after)
        except Refused as error:
            faults = error.faults
    more = f"/search?{urlencode({'q': q, 'after': hits['next']})}" if hits and hits["next"] else None
    return page(
        request, "search.html", 422 if faults else 200, typed=q, faults=faults, hits=hits, more=more, later=after is not None, first=f"/search?{urlencode({'q': q})}",
        kind_words=KIND_WORDS, subjects=SUBJECTS, address_of=_address, titled=_titled, highlighted=partial(highlighted, q.split()),
    )  # fmt: skip


def highlighted(typed: Sequence[str], words: str) -> list[tuple[str, bool]]:
    """A text cut where something that was typed stands in it, each part with whether it is that."""
    pattern = "|".join(re.escape(each) for each in sorted(typed, key=len, reverse=True) if each)
    parts = re.split(f"({pattern})", words, flags=re.IGNORECASE) if pattern else [words]
    return [(each, bool(place % 2)) for place, each in enumerate(parts) if each]


def _titled(hit: Hit) -> str:
    return hit["title"]["zh"] if hit["kind"] in ("project", "source") else hit["id"]


def _address(hit: Hit) -> str | None:
    """The page of a hit; an event of the office stands in the log of events."""
    if hit["kind"] == "source":
        return source_address(hit["id"])
    pages = {"project": "/projects/", "proposal": "/rules/proposals/"}
    return f"{pages[hit['kind']]}{quote(hit['id'])}" if hit["kind"] in pages else None
