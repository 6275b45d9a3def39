"""`/replays…`: many reviews judged again in the background, what differs, and one project then and now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from api.deps import State, StateNeeded
from api.jobs import aim_again, aim_of, digests, reach_again
from api.pages.audit import audit_page, refresh
from api.pages.rules import shared
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.replay_words import HEADINGS, in_words
from api.web.session import AuditorVisitor
from review.errors import EditionNotFound, Fault, Refused, SheetError, Text, TwoHighError
from review.law.edition import Ruleset
from review.law.table_words import change_words
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.record.editions.in_force import Law
from review.record.work.jobs import OPEN
from review.record.work.replay_jobs import (
    Asked,
    cancel_job,
    difference_of,
    differences,
    editions_of_job,
    read_job,
    start_job,
    task_for,
)
from review.replay.replaying import SideBySide, side_by_side
from review.replay.results import StoredResult
from review.replay.rows import SCHEMA, csv_line, rows_of_result

router = APIRouter(include_in_schema=False)
SHOWN, BATCH = 25, 200
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
_DAYS = ("as_of", "since", "until")
_FIELDS = ("against", "as_of", "since", "until", "project")


@router.post("/replays")
def started(request: Request, caller: AuditorVisitor, form: Sent, app_state: StateNeeded) -> Response:
    typed = {name: form.get(name)[:60] for name in _FIELDS}
    try:
        asked = _asked(form)
        made = start_job(
            app_state.store,
            asked,
            digests(aim_of(app_state.law.now(), asked)),
            caller.name,
            request=f"{caller.principal.key}:{form.get('once')[:60]}",
        )
    except (Refused, EditionNotFound) as error:
        return audit_page(request, app_state, 422, faults=error.faults, typed=typed)
    return RedirectResponse(f"/replays/{made.job['id']}?said=started", 303)


def _asked(form: Form) -> Asked:
    """What is asked for. Raises Refused, naming every field that cannot be read."""
    faults: list[Fault] = []
    days: dict[str, str | None] = dict.fromkeys(_DAYS)
    for name in _DAYS:
        try:
            days[name] = written_day(form.get(name)).isoformat() if form.get(name) else None
        except SheetError as error:
            faults += placed(error, name)
    project = form.get("project")
    if project and not (project.isascii() and project.isdigit() and 0 < int(project[:20]) < 2**63):
        faults.append(Fault("project", Text("应为项目编号", "should be a project's number")))
    if faults:
        raise Refused(faults)
    return {
        "against": form.stated("against"),
        "as_of": days["as_of"],
        "since": days["since"],
        "until": days["until"],
        "project": int(project) if project else None,
    }


@router.get("/replays/{replay}")
def one(
    request: Request, caller: AuditorVisitor, app_state: StateNeeded, replay: str, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    said: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        job = read_job(connection, replay[:40])
        found = differences(connection, replay, after=after, limit=SHOWN)
        law = app_state.law.seen_by(connection)
        reach = reach_again(connection, job)
    running = job["state"] in OPEN
    return page(request, "replay.html", 200, refresh(running), job=job, running=running, found=found, after=after, said=said, reach=reach,
                title_of=_titles(law), **shared(law))  # fmt: skip


def _titles(law: Law) -> Callable[..., Text | None]:
    return partial(_title, {edition.name: edition for edition in law.every})


def _title(editions: Mapping[str, Ruleset], rule: str, against: str = "") -> Text | None:
    """A rule's title by the edition that is replayed against, or, as that may not have it, by the ruleset's newest that does; of several rulesets with a rule of that id no one's."""
    here = against.partition("@")[0]
    mine = [each for each in editions.values() if not here or each.id == here]
    if against in editions:
        mine.append(editions[against])
    titles = {each.id: found.title for each in mine if (found := each.rule(rule)) is not None}
    return next(iter(titles.values())) if len(titles) == 1 else None


@router.post("/replays/{replay}/cancel")
def cancelled(request: Request, caller: AuditorVisitor, form: Sent, app_state: StateNeeded, replay: str) -> Response:
    try:
        cancel_job(app_state.store, replay[:40])
    except Refused:
        # It ended a moment before: its page says so.
        return RedirectResponse(f"/replays/{replay[:40]}", 303)
    return RedirectResponse(f"/replays/{replay[:40]}?said=cancelled", 303)


@router.get("/replays/{replay}/differences.csv")
def as_csv(caller: AuditorVisitor, app_state: StateNeeded, replay: str) -> Response:
    with app_state.store.reading() as connection:
        read_job(connection, replay[:40])
        law = app_state.law.seen_by(connection)
    words = partial(in_words, title_of=_titles(law), change_words=partial(change_words, law.every))

    def lines() -> Iterator[str]:
        yield "\ufeff" + csv_line(HEADINGS)
        for each in _every(app_state, replay):
            yield "".join(csv_line(words(row)) for row in rows_of_result(each))

    return _download(lines(), f"replay-{replay[:40]}.csv", "text/csv; charset=utf-8")


@router.get("/replays/{replay}/differences.json")
def as_json(caller: AuditorVisitor, app_state: StateNeeded, replay: str) -> Response:
    with app_state.store.reading() as connection:
        job = read_job(connection, replay[:40])
        reach = reach_again(connection, job)

    def parts() -> Iterator[str]:
        head = {"schema": SCHEMA, "against": job["asked"]["against"], "as_of": job["asked"]["as_of"]}
        yield json.dumps(head, ensure_ascii=False)[:-1] + ', "differences": ['
        for number, each in enumerate(_every(app_state, replay)):
            yield (",\n" if number else "\n") + json.dumps(each, ensure_ascii=False)
        ending = {"summary": job["summary"], "reach": None if reach is None else reach.as_json()}
        yield "\n], " + json.dumps(ending, ensure_ascii=False)[1:] + "\n"

    return _download(parts(), f"replay-{replay[:40]}.json", "application/json")


def _every(app_state: State, replay: str) -> Iterator[StoredResult]:
    """Every difference of a replay, a page of them at a time."""
    after: int | None = 0
    while after is not None:
        with app_state.store.reading() as connection:
            found = differences(connection, replay, after=after, limit=BATCH)
        yield from found["items"]
        after = found["next"]


def _download(content: Iterator[str], name: str, media: str) -> Response:
    return StreamingResponse(
        content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/replays/{replay}/reviews/{number}")
def then_and_now(
    request: Request, caller: AuditorVisitor, app_state: StateNeeded, replay: str, number: Number
) -> Response:
    """One review of a replay: finding by finding, as recorded and as judged again."""
    with app_state.store.reading() as connection:
        job = read_job(connection, replay[:40])
        task, stored = task_for(connection, number), difference_of(connection, replay, number)
        aim = aim_again(connection, job["asked"], editions_of_job(connection, replay))
    sides: SideBySide | None = None
    faults: tuple[Fault, ...] = ()
    try:
        sides = side_by_side(task, aim)
    except TwoHighError as error:
        faults = error.faults
    difference = stored["difference"] if stored else None
    flips = [] if difference is None or "layer" in difference else difference["flips"]
    causes = {(each["rule"], each["subject"]): each for each in flips}
    return page(
        request,
        "replay-review.html",
        job=job,
        review=task.recorded,
        sides=sides,
        difference=difference,
        causes=causes,
        faults=faults,
        **shared(app_state.law.now()),
    )
