"""`/people/interface`: how the interface stands, for the administrator: queues, hooks, routes, the record's last verification and backup."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from api.deps import StateNeeded
from api.interface_state import read_interface_state
from api.web.rendering import page
from api.web.session import AdminVisitor
from review.errors import Text
from review.record.storage.actors import product

router = APIRouter(include_in_schema=False)
_ROUTES = 40
QUEUE_WORDS: Mapping[str, Text] = {
    "webhooks": Text("回调通知", "messages to webhooks"),
    "mails": Text("邮件", "mail"),
    "replays": Text("后台任务", "jobs in the background"),
}
STATE_WORDS: Mapping[str, Text] = {
    "waiting": Text("待发送", "waiting"),
    "dead": Text("未送达", "dead"),
    "queued": Text("等待中", "queued"),
    "running": Text("进行中", "running"),
}


@router.get("/people/interface")
def interface(request: Request, caller: AdminVisitor, app_state: StateNeeded) -> Response:
    with app_state.store.reading() as connection:
        state = read_interface_state(app_state.store, connection)
    routes = app_state.meters.by_route()
    return page(
        request, "interface.html", state=state, routes=routes[:_ROUTES], more=max(0, len(routes) - _ROUTES), settings=app_state.settings, product=product(),
        queue_words=QUEUE_WORDS, state_words=STATE_WORDS,
    )  # fmt: skip
