"""`/notes…`: notes on projects, findings and figures; written, listed, withdrawn."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Number, Officer, Reader, StateNeeded
from api.openapi import answers, reference
from api.received import Values
from api.repeats import IdempotencyKey, made_answer, request_key
from api.wire.notes import NoteMade, NotesPage, note_from
from api.wire.people import reason_from
from api.wire.reading import refuse
from review.record.cases.notes import list_notes, note_json, of_project, of_review, withdraw_note, write_note
from review.record.projects.standing import require_state
from review.record.storage.contents import read_review
from review.record.storage.text_limits import LARGEST_NUMBER

router = APIRouter(prefix=PREFIX, tags=["notes"])
NoteNumber = Annotated[int, Path(ge=1, le=2**63 - 1, description="备注编号 / the note's number", examples=[17])]


@router.get(
    "/notes",
    operation_id="list_notes",
    response_model=NotesPage,
    responses=answers(404),
    summary="一个项目或一项审查的备注，最新在前，含已撤回的 / the notes on a project or a review, newest first, withdrawn ones too",
)
def list_all(
    caller: Reader,
    app_state: StateNeeded,
    project: Annotated[Number | None, Query(description="项目及其审查的备注 / of a project and its reviews")] = None,
    review: Annotated[Number | None, Query(description="审查及其条目的备注 / of a review and its findings")] = None,
    before: Annotated[int, Query(ge=1, le=LARGEST_NUMBER, description="上一页给出的 next / `next` of the page before")] = LARGEST_NUMBER,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:  # fmt: skip
    if (project is None) is (review is None):
        refuse("project", "应写明 project、review 之一", "should be one of project and review")
    with app_state.store.reading() as connection:
        if project is not None:
            require_state(connection, project)
            among = of_project(project)
        else:
            among = of_review(read_review(connection, review or 0).id)
        found = list_notes(connection, among, before=before, limit=limit + 1)
    return {
        "items": [note_json(each) for each in found[:limit]],
        "next": found[limit - 1].id if len(found) > limit else None,
    }


@router.post(
    "/notes",
    operation_id="write_note",
    status_code=201,
    openapi_extra=reference("NoteRequest"),
    response_model=NoteMade,
    responses=answers(404, 409),
    summary="写一条备注 / write a note",
)
def write(
    caller: Officer,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    about, text = note_from(content)
    made = write_note(app_state.store, about, text, caller.acting("api"), request=request_key(caller, idempotency_key))
    return made_answer(made, response)


@router.post(
    "/notes/{note}/withdraw",
    operation_id="withdraw_note",
    status_code=201,
    openapi_extra=reference("Reason"),
    response_model=NoteMade,
    responses=answers(404, 409),
    summary="撤回备注，写明理由；文字仍在记录中 / withdraw it, with a reason; its text stays in the record",
)
def withdraw(
    caller: Officer,
    note: NoteNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    reason, request = reason_from(content), request_key(caller, idempotency_key)
    made = withdraw_note(app_state.store, note, reason, caller.acting("api"), request=request)
    return made_answer(made, response)
