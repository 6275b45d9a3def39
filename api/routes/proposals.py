"""`/proposals…`: changes of the rules, proposed by one person and confirmed by another, with their preview."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.attached import sent
from api.deps import PREFIX, Officer, Reader, StateNeeded
from api.openapi import FILE, answers, reference
from api.received import Values, ValuesWithFiles
from api.wire.people import reason_from
from api.wire.proposals import Preview as PreviewShown
from api.wire.proposals import (
    PreviewedProjects,
    Proposal,
    ProposalMade,
    confirmation_from,
    proposal_from,
)
from review.errors import Fault, NotRecorded, Text
from review.readers.file_types import FILE_TYPES
from review.record.editions.drawing_up import proposal_for
from review.record.editions.proposals import (
    confirm,
    list_proposals,
    proposal_file,
    proposal_json,
    propose,
    read_proposal,
    send_back,
    withdraw,
)
from review.record.work.preview_jobs import preview_items, preview_of, start_preview

router = APIRouter(prefix=PREFIX, tags=["proposals"])
FileDigest = Annotated[
    str, Path(max_length=71, description="文件的摘要 / the digest of the file", examples=["sha256:" + "0" * 64])
]
ProposalNumber = Annotated[int, Path(ge=1, le=2**63 - 1, description="提案编号 / the proposal's number", examples=[17])]
SHOWN = 200


@router.get(
    "/proposals",
    operation_id="list_proposals",
    response_model=list[Proposal],
    summary="规则改动的提案，新的在前 / proposals, newest first",
)
def list_all(caller: Reader, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return [proposal_json(each) for each in list_proposals(connection)]


@router.post(
    "/proposals",
    operation_id="propose_change",
    status_code=201,
    openapi_extra=reference("ProposalRequest"),
    response_model=ProposalMade,
    responses=answers(404, 409),
    summary="提出规则改动 / propose a change of the rules",
)
def make(caller: Officer, content: ValuesWithFiles, app_state: StateNeeded) -> Any:
    asked, reason, scans = proposal_from(content)
    drawn = proposal_for(app_state.store, asked)
    most = app_state.settings.files_bytes
    number = propose(app_state.store, drawn, reason, caller.acting("api"), scans=scans, most_files=most)
    return {"id": str(number)}


@router.get(
    "/proposals/{proposal}",
    operation_id="get_proposal",
    response_model=Proposal,
    responses=answers(404),
    summary="一项提案 / one proposal",
)
def one(caller: Reader, proposal: ProposalNumber, app_state: StateNeeded) -> Any:
    with app_state.store.reading() as connection:
        return proposal_json(read_proposal(connection, proposal))


@router.get(
    "/proposals/{proposal}/files/{digest}",
    operation_id="get_proposal_file",
    response_class=Response,
    responses={
        200: {
            "description": "文件，作为附件 / the file, as an attachment",
            "content": {each.media: FILE for each in FILE_TYPES},
        },
        **answers(404),
    },
    summary="提案所附的扫描件 / a scan that a proposal rests on",
)
def one_file(caller: Reader, proposal: ProposalNumber, digest: FileDigest, app_state: StateNeeded) -> Response:
    with app_state.store.reading() as connection:
        return sent(*proposal_file(connection, proposal, digest))


@router.post(
    "/proposals/{proposal}/confirm",
    operation_id="confirm_proposal",
    status_code=201,
    openapi_extra=reference("Confirmation"),
    response_model=ProposalMade,
    responses=answers(404, 409),
    summary="确认并采用，由有规则管理权的另一人 / adopt it, by another person who may",
)
def adopt(caller: Officer, proposal: ProposalNumber, content: Values, app_state: StateNeeded) -> Any:
    seen = confirmation_from(content)
    return {"id": str(confirm(app_state.store, proposal, caller.acting("api"), seen=seen))}


@router.post(
    "/proposals/{proposal}/return",
    operation_id="return_proposal",
    status_code=201,
    openapi_extra=reference("Reason"),
    response_model=ProposalMade,
    responses=answers(404),
    summary="退回 / return it, with a reason",
)
def return_it(caller: Officer, proposal: ProposalNumber, content: Values, app_state: StateNeeded) -> Any:
    return {"id": str(send_back(app_state.store, proposal, reason_from(content), caller.acting("api")))}


@router.post(
    "/proposals/{proposal}/withdraw",
    operation_id="withdraw_proposal",
    status_code=201,
    openapi_extra=reference("Reason"),
    response_model=ProposalMade,
    responses=answers(404),
    summary="撤回自己的提案 / withdraw one's own",
)
def take_back(caller: Officer, proposal: ProposalNumber, content: Values, app_state: StateNeeded) -> Any:
    return {"id": str(withdraw(app_state.store, proposal, reason_from(content), caller.acting("api")))}


@router.post(
    "/proposals/{proposal}/preview",
    operation_id="preview_proposal",
    status_code=202,
    response_model=PreviewShown,
    responses=answers(404, 409),
    summary="在后台预演：各项目最新审查会有哪些变化 / what it would change of every project's latest review",
)
def start(caller: Officer, proposal: ProposalNumber, app_state: StateNeeded) -> Any:
    return start_preview(app_state.store, proposal, caller.name)


@router.get(
    "/proposals/{proposal}/preview",
    operation_id="read_preview",
    response_model=PreviewedProjects,
    responses=answers(404),
    summary="预演的进度和结果 / the preview's progress and results",
)
def previewed(
    caller: Reader,
    proposal: ProposalNumber,
    app_state: StateNeeded,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页给出的 next / `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=SHOWN)] = 50,
) -> Any:
    with app_state.store.reading() as connection:
        read_proposal(connection, proposal)
        found = preview_of(connection, proposal)
        if found is None:
            raise NotRecorded([Fault("preview", Text("还没有预演", "there is no preview yet"))])
        items = preview_items(connection, found["id"], after=after, limit=limit + 1)
    return {
        "preview": found,
        "items": items[:limit],
        "next": items[limit - 1]["review"] if len(items) > limit else None,
    }
