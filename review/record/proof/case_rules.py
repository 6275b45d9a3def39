"""The product's own rules of cases (办理期限的规则), asked of each event again: days in order and not ahead of their event, holders and deputies known to the office."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from review.clock import local_time
from review.errors import Refused
from review.record.access.known_people import same_subject
from review.record.cases.case_days import DAY_STEPS, day_fault, supplemented
from review.record.cases.steps import open_condition
from review.record.projects.standing import latest
from review.record.proof.breaks import Break, broken
from review.record.storage.tables import Absence, Step

# Whether a subject was known to the office by that name.
Knew = Callable[[str, str], bool]


def case_breaks(
    connection: Connection, event: Mapping[str, Any], body: Mapping[str, Any], knew: Knew
) -> Iterator[Break]:
    """What an event of a case or an absence does not meet. Events of before state neither days nor holders."""
    position = event["position"]
    asked = _absence(body, knew) if event["kind"] == "absence" else _case(connection, event, body, knew)
    for zh, en in asked:
        model = Absence if event["kind"] == "absence" else Step
        yield broken(position, model, position, f"不符合办理规则：{zh}", f"does not meet the product's own rules: {en}")


def _case(
    connection: Connection, event: Mapping[str, Any], body: Mapping[str, Any], knew: Knew
) -> Iterator[tuple[str, str]]:
    if "holder" not in body and "day" not in body and body.get("step") not in ("handed_over", *DAY_STEPS):
        return
    before = latest(connection, body["project"]["id"], before=event["position"])
    holder = body.get("holder")
    if body.get("step") == "handed_over":
        if holder is None or not knew(holder["subject"], holder["name"]):
            yield "移交给的人当时不是本单位已知的人员", "it was handed over to no person known to the office then"
    elif holder is not None:
        if before is not None and "holder" in before:
            yield "已有经办人而另写经办人", "it has a holder already and names another"
        if not same_subject(holder["subject"], body["by"]["principal"]):
            yield "所写的经办人不是办理的人", "the holder that it names is not who acted"
    if body.get("step") in DAY_STEPS and "day" not in body:
        yield "没有写明日期", "it states no day"
    elif body.get("step") in DAY_STEPS and before is not None:
        day = date.fromisoformat(body["day"])
        # An event's time is never before what the clock said, and can be later: by it no day was too early.
        on = date.min if body["step"] == "condition_due" else date.fromisoformat(local_time(event["at"])[:10])
        fault = day_fault(before, body["step"], day, body["reason"], body["condition"], on=on)
        if fault is not None:
            yield fault.text.zh, fault.text.en
        if "resumed" in body and body["resumed"] != supplemented(
            connection, body["project"]["id"], day, event["position"]
        ):
            yield (
                "所写的补正之日不是告知后收到新版之日",
                "its day of the supplement is not that of the version after the notice",
            )
        if body["step"] == "condition_due":
            try:
                open_condition(before, body["condition"])
            except Refused:
                yield "所写的条件不是未落实的条件", "its condition is no open one"


def _absence(body: Mapping[str, Any], knew: Knew) -> Iterator[tuple[str, str]]:
    if body["act"] == "ended":
        return
    for who in ("person", "deputy"):
        if not knew(body[who], body[f"{who}_name"]):
            yield f"“{body[who]}”当时不是本单位已知的人员", f"{body[who]} was no person known to the office then"
    if same_subject(body["person"], body["deputy"]):
        yield "代办人就是外出的人", "its deputy is who is away"
    if body["ends"] < body["begins"]:
        yield "结束早于开始", "it ends before it begins"
