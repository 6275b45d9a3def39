"""`/people/hooks…`: where word of events is sent, how that went, dead messages sent again. A secret is in the answer to its form alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import AdminVisitor, language
from review.errors import Conflict, Fault, Refused, Text
from review.record.storage.outbox import deliveries, put_test, send_again, send_dead_again
from review.record.work.webhooks import (
    KIND_WORDS,
    LONGEST_OVERLAP_HOURS,
    OVERLAP_HOURS,
    add_hook,
    list_hooks,
    read_hook,
    remove_hook,
    rotate_secret,
)
from review.terms import DELIVERY_WORDS

router = APIRouter(include_in_schema=False)
_PAGE = 50
# Why a message did not arrive, by how the sender says it.
_HOW: Mapping[str, Text] = {
    "timed out": Text("超时未答复", "timed out"),
    "address not allowed": Text("不是允许的地址", "address not allowed"),
    "removed": Text("回调已移除", "the webhook is removed"),
    "secret unreadable": Text(
        "密文无法读取：密钥文件已换，请更换密文",
        "its secret cannot be read: the key file is another, so give the hook another secret",
    ),
    "could not be made: see the log": Text("通知无法生成，见日志", "could not be made: see the log"),
}
State = Annotated[Literal["waiting", "delivered", "dead"] | None, Query()]
Said = Annotated[str, Query(max_length=40)]


def _how(request: Request, detail: str | None) -> str:
    """How an attempt went, in the visitor's language."""
    if detail is None:
        return "—"
    not_reached = Text("无法连接", "not reached") if detail.startswith("not reached") else Text(detail, detail)
    words = _HOW.get(detail, not_reached)
    return words.en if language(request) == "en" else words.zh


@router.get("/people/hooks")
def hooks(request: Request, caller: AdminVisitor, app_state: StateNeeded, said: Said = "") -> Response:
    with app_state.store.reading() as connection:
        found = list_hooks(connection)
    return page(
        request, "hooks.html", hooks=found, said=said, kind_words=KIND_WORDS, how_words=lambda each: _how(request, each)
    )


@router.get("/people/hooks/new")
def new_hook(request: Request, caller: AdminVisitor) -> Response:
    return _form(request, {"url": "", "kinds": ("review", "decision")})


def _form(request: Request, typed: Mapping[str, Any], faults: tuple[Fault, ...] = (), status: int = 200) -> Response:
    return page(request, "hook-new.html", status, typed=typed, faults=faults, kind_words=KIND_WORDS)


@router.post("/people/hooks/new")
def added(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    typed = {"url": form.get("url"), "kinds": form.all("kinds")}
    if not typed["kinds"]:
        return _form(request, typed, (Fault("kinds", Text("至少选一种", "choose at least one")),), 422)
    try:
        made = add_hook(app_state.store, form.get("url"), form.all("kinds"), caller.acting())
    except Refused as error:
        return _form(request, typed, error.faults, 422)
    return page(request, "shown-once.html", kind="hook", login=form.get("url"), secret=made["secret"])


@router.get("/people/hooks/{hook}")
def hook_page(
    request: Request,
    caller: AdminVisitor,
    hook: str,
    app_state: StateNeeded,
    state: State = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    said: Said = "",
) -> Response:
    return _hook(request, app_state, hook, state=state, before=before, said=said)


def _hook(
    request: Request,
    app_state: StateNeeded,
    hook: str,
    typed: Mapping[str, str] | None = None,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    *,
    state: str | None = None,
    before: int | None = None,
    said: str = "",
) -> Response:
    with app_state.store.reading() as connection:
        found = read_hook(connection, hook)
        # What did not arrive is shown first, as it asks for somebody.
        shown = state or ("dead" if found["queue"]["dead"] else "waiting" if found["queue"]["waiting"] else "delivered")
        listed = deliveries(connection, state=shown, hook=hook, before=before, limit=_PAGE)
    values = {"rotate": "", "hours": str(OVERLAP_HOURS), "remove": "", **(typed or {})}
    return page(
        request, "hook.html", status, hook=found, messages=listed["items"], next=listed["next"], state=shown, typed=values, faults=faults,
        said=said, kind_words=KIND_WORDS, state_words=DELIVERY_WORDS, how_words=lambda each: _how(request, each),
    )  # fmt: skip


@router.post("/people/hooks/{hook}/test")
def tested(request: Request, caller: AdminVisitor, form: Sent, hook: str, app_state: StateNeeded) -> Response:
    with app_state.store.writing() as connection:
        put_test(connection, hook)
    return RedirectResponse(f"/people/hooks/{hook}?said=hook-tested", 303)


@router.post("/people/hooks/{hook}/resend")
def all_resent(request: Request, caller: AdminVisitor, form: Sent, hook: str, app_state: StateNeeded) -> Response:
    with app_state.store.writing() as connection:
        send_dead_again(connection, hook)
    return RedirectResponse(f"/people/hooks/{hook}?said=hook-resent", 303)


@router.post("/people/hooks/{hook}/messages/{message}")
def resent(
    request: Request, caller: AdminVisitor, form: Sent, hook: str, message: str, app_state: StateNeeded
) -> Response:
    """Send one message again; one that waits already is sent all the same."""
    with app_state.store.writing() as connection:
        read_hook(connection, hook)
        try:
            send_again(connection, message, hook=hook)
        except Refused as error:
            faults = error.faults
        else:
            faults = ()
    if faults:
        return _hook(request, app_state, hook, faults=faults, status=422)
    return RedirectResponse(f"/people/hooks/{hook}?said=hook-resent", 303)


@router.post("/people/hooks/{hook}/secret")
def rotated(request: Request, caller: AdminVisitor, form: Sent, hook: str, app_state: StateNeeded) -> Response:
    """Give the hook another secret; a form sent twice makes one."""
    typed = {"rotate": form.get("rotate"), "hours": form.get("hours")}
    try:
        secret = rotate_secret(
            app_state.store,
            hook,
            typed["rotate"],
            caller.acting(),
            hours=_hours(typed["hours"]),
            expected=_number(form),
        )
    except (Refused, Conflict) as error:
        return _hook(request, app_state, hook, typed, _at(error.faults, "rotate"), 422)
    with app_state.store.reading() as connection:
        url = read_hook(connection, hook)["url"]
    return page(request, "shown-once.html", kind="hook", login=url, secret=secret)


@router.post("/people/hooks/{hook}/remove")
def removed(request: Request, caller: AdminVisitor, form: Sent, hook: str, app_state: StateNeeded) -> Response:
    try:
        remove_hook(app_state.store, hook, form.get("remove"), caller.acting())
    except Refused as error:
        return _hook(request, app_state, hook, {"remove": form.get("remove")}, _at(error.faults, "remove"), 422)
    return RedirectResponse("/people/hooks?said=hook-removed", 303)


def _at(faults: tuple[Fault, ...], field: str) -> tuple[Fault, ...]:
    """Faults of a reason, at the field of the form that asked for it."""
    return tuple(Fault(field, each.text) if each.where == "reason" else each for each in faults)


def _hours(text: str) -> int:
    """Raises Refused."""
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        words = Text(f"应为 0 至 {LONGEST_OVERLAP_HOURS} 小时", f"should be 0 to {LONGEST_OVERLAP_HOURS} hours")
        raise Refused([Fault("hours", words)])
    return int(text)


def _number(form: Form) -> int:
    seen = form.get("seen")[:18]
    return int(seen) if seen.isascii() and seen.isdigit() else 0
