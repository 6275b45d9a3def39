"""`/attachments…`: files on projects, reviews, figures, decisions and sources; added, listed, sent out, withdrawn."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.attached import sent
from api.deps import PREFIX, Number, Officer, Reader, StateNeeded, Submitter
from api.openapi import FILE, answers, reference
from api.received import Values, ValuesWithFiles
from api.repeats import IdempotencyKey, made_answer, request_key
from api.wire.attachments import Attachment, AttachmentMade, AttachmentsPage, attachment_from
from api.wire.people import reason_from
from api.wire.reading import refuse
from review.readers.file_types import FILE_TYPES
from review.record.cases.attaching import attach, withdraw_attachment
from review.record.cases.attachments import (
    attachment_file,
    attachment_json,
    list_attachments,
    on_project,
    on_review,
    on_source,
    read_attachment,
)
from review.record.projects.standing import require_state
from review.record.register.history import source_line
from review.record.storage.contents import read_review
from review.record.storage.text_limits import validate_words

router = APIRouter(prefix=PREFIX, tags=["attachments"])
AttachmentNumber = Annotated[
    int, Path(ge=1, le=2**63 - 1, description="附件编号 / the attachment's number", examples=[17])
]


@router.get(
    "/attachments",
    operation_id="list_attachments",
    response_model=AttachmentsPage,
    responses=answers(404),
    summary="一个项目、一项审查或一个来源的附件，含已撤回的 / what is attached to a project, a review or a source, withdrawn ones too",
)
def list_all(
    caller: Reader,
    app_state: StateNeeded,
    project: Annotated[
        Number | None, Query(description="项目及其审查、决定的附件 / of a project, its reviews and decisions")
    ] = None,
    review: Annotated[Number | None, Query(description="审查及其决定的附件 / of a review and its decisions")] = None,
    source: Annotated[str | None, Query(max_length=400, description="来源的附件 / of a source", examples=["S-2024-001"])] = None,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页给出的 next / `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:  # fmt: skip
    if sum(each is not None for each in (project, review, source)) != 1:
        refuse("project", "应写明 project、review、source 之一", "should be one of project, review and source")
    validate_words({"source": source})
    with app_state.store.reading() as connection:
        if project is not None:
            require_state(connection, project)
            among = on_project(project)
        elif review is not None:
            among = on_review(read_review(connection, review).project, review)
        else:
            among = on_source(source_line(connection, source or "")["source"])
        found = list_attachments(connection, among, after=after, limit=limit + 1)
    return {
        "items": [attachment_json(each) for each in found[:limit]],
        "next": found[limit - 1].id if len(found) > limit else None,
    }


@router.post(
    "/attachments",
    operation_id="attach_file",
    status_code=201,
    openapi_extra=reference("AttachmentRequest"),
    response_model=AttachmentMade,
    responses=answers(404, 409),
    summary="附加一个文件 / attach a file",
)
def add(
    caller: Submitter,
    content: ValuesWithFiles,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    to, file, where = attachment_from(content)
    made = attach(
        app_state.store, to, file, caller.acting("api"), where, request=request_key(caller, idempotency_key), most_files=app_state.settings.files_bytes
    )  # fmt: skip
    return made_answer(made, response)


@router.get(
    "/attachments/{attachment}",
    operation_id="get_attachment",
    response_model=Attachment,
    responses=answers(404),
    summary="一个附件 / one attachment",
)
def one(caller: Reader, attachment: AttachmentNumber, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return attachment_json(read_attachment(connection, attachment))


@router.get(
    "/attachments/{attachment}/file",
    operation_id="get_attachment_file",
    response_class=Response,
    responses={
        200: {
            "description": "文件，作为附件下载 / the file, to be saved",
            "content": {each.media: FILE for each in FILE_TYPES},
        },
        **answers(404),
    },
    summary="附件的文件，撤回的也在 / its file, also of one that was withdrawn",
)
def one_file(caller: Reader, attachment: AttachmentNumber, app_state: StateNeeded) -> Response:
    with app_state.store.reading() as connection:
        return sent(*attachment_file(connection, attachment))


@router.post(
    "/attachments/{attachment}/withdraw",
    operation_id="withdraw_attachment",
    status_code=201,
    openapi_extra=reference("Reason"),
    response_model=AttachmentMade,
    responses=answers(404, 409),
    summary="撤回附件，写明理由；文件仍在记录中 / withdraw it, with a reason; the file stays in the record",
)
def withdraw(
    caller: Officer,
    attachment: AttachmentNumber,
    content: Values,
    app_state: StateNeeded,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    made = withdraw_attachment(
        app_state.store, attachment, reason_from(content), caller.acting("api"), request=request_key(caller, idempotency_key)
    )  # fmt: skip
    return made_answer(made, response)
