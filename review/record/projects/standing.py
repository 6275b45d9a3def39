"""How a project stands (动态管理): folded from its events one by one, each result kept as a line of the work list.

`follow` is pure: the standing before, the event, and what the project now holds of each source give the standing after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from review.errors import Text
from review.record.projects.profile import low_end, sortable
from review.record.storage import chain
from review.record.storage.journal import table
from review.record.storage.tables import Standing
from review.record.storage.text_limits import LARGEST_NUMBER

DISPOSITIONS = ("rectify", "suspend", "phase_out")
ENDED = ("withdrawn", "lapsed", "closed")
# Decisions and steps after which a project holds no offsets.
RELEASING = frozenset({"reject", "phase_out", *ENDED})
LIST_WORDS = {
    "two-high": Text("审查认定为“两高”项目", "a review found it two-high"),
    "unsettled": Text("尚不能判断是否为“两高”项目", "whether it is two-high is not settled"),
    "listed": Text("列入存量清单", "listed as existing stock"),
    "not-two-high": Text("审查认定不属于“两高”项目", "a review found it not two-high"),
    "unlisted": Text("移出清单", "taken off the list"),
    "reject": Text("不予批准", "rejected"),
    "withdrawn": Text("申请人撤回", "withdrawn by the applicant"),
    "lapsed": Text("批复失效", "the approval lapsed"),
    "closed": Text("销号", "closed"),
}


def follow(
    before: Mapping[str, Any] | None, kind: str, position: int, at: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """The standing after an event of the project (`review`, `decision`, `step`), or after its holdings were cut (`source`)."""
    after: dict[str, Any] = dict(before) if before else _fresh(body["project"]["id"])
    after["holdings"] = _holdings(after["holdings"], after["project"], body["draws"])
    if kind == "review":
        _reviewed(after, position, body)
    elif kind == "decision":
        _decided(after, position, body)
    elif kind == "step":
        _stepped(after, body)
    why = _why(after)
    if why != after["list"]["why"]:
        after["list"] = {
            "on": why in ("two-high", "unsettled", "listed"),
            "why": why,
            "since": at,
            "position": position,
        }
    return after


def _fresh(project: int) -> dict[str, Any]:
    return {
        "project": project, "profile": None, "review": None, "version": 0, "decision": None, "conditions": [], "met": [],
        "disposition": None, "state": "open", "listed": False, "unlisted": False, "holdings": {},
        "list": {"on": False, "why": None, "since": None, "position": None},
    }  # fmt: skip


def _holdings(holdings: Mapping[str, Any], project: int, draws: list[dict[str, Any]]) -> dict[str, Any]:
    after = dict(holdings)
    for draw in draws:
        if draw["project"] == project:
            after[draw["source"]] = {"asked_t": draw["asked_t"], "held_t": draw["held_t"]}
            if draw["asked_t"] == "0":
                del after[draw["source"]]
    return after


def _reviewed(after: dict[str, Any], position: int, body: Mapping[str, Any]) -> None:
    after |= {
        "profile": body["profile"],
        "review": position,
        "version": body["version"],
        "state": "open",
        "unlisted": False,
    }


def _decided(after: dict[str, Any], position: int, body: Mapping[str, Any]) -> None:
    copied = ("review", "outcome", "departs", "officer", "on_behalf_of", "second", "decided_on", "reason", "clause")
    after["decision"] = {"position": position, **{name: body[name] for name in copied}}
    met = {each["zh"] for each in after["met"]}
    after["conditions"] = [each for each in body["conditions"] if each["zh"] not in met]
    # An open disposition is ended by the step that closes it, or by another disposition; not by the way.
    if body["outcome"] in DISPOSITIONS:
        after["disposition"] = {
            "kind": body["outcome"],
            "responsible": body["responsible"],
            "due": body["due"],
            "closed": False,
        }


def _stepped(after: dict[str, Any], body: Mapping[str, Any]) -> None:
    step = body["step"]
    if step == "listed":
        after |= {"listed": True, "unlisted": False}
        if body["profile"] is not None and after["review"] is None:
            after["profile"] = body["profile"]
    elif step == "unlisted":
        after["unlisted"] = True
    elif step == "condition_met":
        after["met"] = [*after["met"], *(each for each in after["conditions"] if each["zh"] == body["condition"])]
        after["conditions"] = [each for each in after["conditions"] if each["zh"] != body["condition"]]
    elif step == "disposition_closed":
        after["disposition"] = {**after["disposition"], "closed": True}
    elif step in ENDED:
        after["state"] = step
    elif step == "reopened":
        after |= {"state": "open", "unlisted": False}


def _why(after: Mapping[str, Any]) -> str:
    """Why the project is on the list, or off it."""
    if after["state"] in ENDED:
        return str(after["state"])
    if after["unlisted"]:
        return "unlisted"
    if outcome_of(after) == "reject":
        return "reject"
    two_high = after["profile"]["two_high"] if after["profile"] else None
    if two_high is True:
        return "two-high"
    if after["listed"] and (two_high is None):
        return "listed"
    return "unsettled" if two_high is None else "not-two-high"


def outcome_of(standing: Mapping[str, Any]) -> str | None:
    """The outcome decided on the latest review; None while that awaits its decision."""
    decision = standing["decision"]
    return str(decision["outcome"]) if decision and decision["review"] == standing["review"] else None


def short_of(standing: Mapping[str, Any]) -> list[str]:
    """The sources of which the project holds less than it asks."""
    return [name for name, each in standing["holdings"].items() if each["held_t"] != each["asked_t"]]


def standing_row(position: int, ordinal: int, standing: Mapping[str, Any]) -> dict[str, Any]:
    """The stored line: what is filtered by as columns, the whole as canonical JSON."""
    profile, review = standing["profile"], standing["profile"]["review"]
    disposition = standing["disposition"]
    names = ("code", "name", "applicant", "industry", "sector", "park", "stage", "two_high", "band")
    return {
        "position": position,
        "ordinal": ordinal,
        "project": standing["project"],
        **{name: profile[name] for name in names},
        "on_list": standing["list"]["on"],
        "review": standing["review"],
        "recommendation": review["recommendation"] if review else None,
        "outcome": outcome_of(standing),
        "energy_from_tce": sortable(low_end(profile["energy_tce"])),
        "open_conditions": len(standing["conditions"]),
        "open_supplements": len(review["supplement"]) if review else 0,
        "due": disposition["due"] if disposition and not disposition["closed"] else None,
        "detail": chain.canonical(standing).decode(),
    }


def latest(connection: Connection, project: int, before: int | None = None) -> dict[str, Any] | None:
    """The last standing of a project, or the last before a position, as the fold made it."""
    if not 0 < project <= LARGEST_NUMBER:
        return None
    rows = table(Standing)
    query = select(rows.c.detail).where(rows.c.project == project).order_by(rows.c.position.desc()).limit(1)
    if before is not None:
        query = query.where(rows.c.position < before)
    detail = connection.execute(query).scalar()
    return None if detail is None else dict(json.loads(detail))
