"""`/people…`: people who sign in with a password, and the keys of systems. A first password or a new key is in the answer to its form alone."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import AdminVisitor
from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.record.access.addresses import address_of, set_address
from review.record.access.keys import LONGEST_DAYS, create_key, list_keys, revoke_key
from review.record.access.known_people import forget_person, know_person, list_known
from review.record.access.office import OFFICE_WORDS, Office, read_office, set_office
from review.record.access.people import add_person, end_person, list_people, read_person, reset_password
from review.record.access.rule_keepers import is_rule_keeper, set_rule_keeper
from review.record.access.second_factor import is_on, take_away

router = APIRouter(include_in_schema=False)
_PAGE = 50
_OFFICE_HINTS = {
    "series": Text(
        "如 融发改两高审；编号按年计，如 融发改两高审〔2026〕8号",
        "such as 融发改两高审; numbers are counted by the year, 融发改两高审〔2026〕8号",
    ),
}
Said = Annotated[str, Query(max_length=40)]
Start = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/people")
def people(
    request: Request, caller: AdminVisitor, app_state: StateNeeded, start: Start = 0, said: Said = ""
) -> Response:
    with app_state.store.reading() as connection:
        found = list_people(connection)
    return page(
        request, "people.html", people=found[start : start + _PAGE], start=start, step=_PAGE, all=len(found), said=said
    )


@router.get("/people/new")
def new_person(request: Request, caller: AdminVisitor) -> Response:
    return page(request, "person-new.html", typed={"login": "", "name": "", "role": "officer"}, faults=())


@router.post("/people/new")
def added(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    typed = {name: form.get(name) for name in ("login", "name", "role")}
    try:
        password = add_person(app_state.store, typed["login"], typed["name"], typed["role"], caller.acting())
    except Refused as error:
        return page(request, "person-new.html", 422, typed=typed, faults=error.faults)
    return page(request, "shown-once.html", kind="password", login=typed["login"], secret=password)


@router.get("/people/office")
def office(request: Request, caller: AdminVisitor, app_state: StateNeeded, said: Said = "") -> Response:
    with app_state.store.reading() as connection:
        found = read_office(connection)
    return _office(request, found, said=said)


def _office(request: Request, office: Office, faults: Any = (), status: int = 200, said: str = "") -> Response:
    fields = {name: f"f-{name}" for name in OFFICE_WORDS}
    return page(
        request, "office.html", status, typed=asdict(office), faults=faults, said=said, office_words=OFFICE_WORDS,
        hints=_OFFICE_HINTS, fields=fields,
    )  # fmt: skip


@router.post("/people/office")
def changed_office(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    typed = Office(**{name: form.get(name) for name in OFFICE_WORDS})
    try:
        set_office(app_state.store, typed, caller.acting())
    except Refused as error:
        return _office(request, typed, error.faults, 422)
    return RedirectResponse("/people/office?said=saved", 303)


@router.get("/people/known")
def known_people(request: Request, caller: AdminVisitor, app_state: StateNeeded, said: Said = "") -> Response:
    return _known(request, app_state, {}, said=said)


def _known(
    request: Request,
    app_state: StateNeeded,
    typed: dict[str, str],
    faults: Any = (),
    status: int = 200,
    said: str = "",
) -> Response:
    with app_state.store.reading() as connection:
        known = list_known(connection)
    values = {**dict.fromkeys(("subject", "name", "ended", "reason"), ""), **typed}
    return page(request, "known.html", status, known=known, typed=values, faults=faults, said=said)


@router.post("/people/known")
def made_known(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    typed = {name: form.get(name) for name in ("subject", "name")}
    try:
        know_person(app_state.store, typed["subject"], typed["name"], caller.acting())
    except Refused as error:
        return _known(request, app_state, typed, error.faults, 422)
    return RedirectResponse("/people/known?said=known", 303)


@router.post("/people/known/end")
def known_no_longer(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    typed = {name: form.get(name) for name in ("ended", "reason")}
    try:
        forget_person(app_state.store, typed["ended"], typed["reason"], caller.acting())
    except (Refused, NotRecorded) as error:
        faults = tuple(Fault("ended", each.text) if each.where == "subject" else each for each in error.faults)
        return _known(request, app_state, typed, faults, 422)
    return RedirectResponse("/people/known?said=ended", 303)


@router.get("/people/login/{login}")
def person(request: Request, caller: AdminVisitor, login: str, app_state: StateNeeded) -> Response:
    return _person(request, app_state, login)


def _person(
    request: Request,
    app_state: StateNeeded,
    login: str,
    faults: Any = (),
    status: int = 200,
    reset: str = "",
    end: str = "",
    keeper: str = "",
    address: str | None = None,
) -> Response:
    with app_state.store.reading() as connection:
        found = read_person(connection, login)
        right = is_rule_keeper(connection, f"person:{login}")
        there = address_of(connection, f"person:{login}")
        factor = is_on(connection, login)
    typed = {"reset": reset, "end": end, "keeper": keeper, "address": there or "" if address is None else address}
    return page(request, "person.html", status, person=found, faults=faults, typed=typed, keeper=right, factor=factor)


@router.post("/people/login/{login}/rule-keeper")
def given(request: Request, caller: AdminVisitor, form: Sent, login: str, app_state: StateNeeded) -> Response:
    """Give the right to confirm changes of the rules, or take it."""
    try:
        set_rule_keeper(app_state.store, login, form.get("on") == "yes", form.get("keeper"), caller.acting())
    except Refused as error:
        return _person(request, app_state, login, _at(error.faults, "keeper"), 422, keeper=form.get("keeper"))
    return RedirectResponse("/people?said=keeper", 303)


@router.post("/people/login/{login}/address")
def addressed(request: Request, caller: AdminVisitor, form: Sent, login: str, app_state: StateNeeded) -> Response:
    """Enter where the person gets mail, or take it out."""
    try:
        set_address(app_state.store, login, form.get("address"), caller.acting())
    except Refused as error:
        return _person(request, app_state, login, error.faults, 422, address=form.get("address"))
    return RedirectResponse("/people?said=saved", 303)


@router.post("/people/login/{login}/password")
def reset(request: Request, caller: AdminVisitor, form: Sent, login: str, app_state: StateNeeded) -> Response:
    try:
        password = reset_password(app_state.store, login, form.get("reset"), caller.acting(), expected=_number(form))
    except (Refused, Conflict) as error:
        return _person(request, app_state, login, _at(error.faults, "reset"), 422, reset=form.get("reset"))
    return page(request, "shown-once.html", kind="password", login=login, secret=password)


@router.post("/people/login/{login}/second-factor")
def taken_away(request: Request, caller: AdminVisitor, form: Sent, login: str, app_state: StateNeeded) -> Response:
    """Take the second factor from somebody who lost it."""
    try:
        take_away(app_state.store, login, form.get("factor"), caller.acting())
    except Refused as error:
        return _person(request, app_state, login, _at(error.faults, "factor"), 422)
    return RedirectResponse("/people?said=factor-ended", 303)


@router.post("/people/login/{login}/end")
def ended(request: Request, caller: AdminVisitor, form: Sent, login: str, app_state: StateNeeded) -> Response:
    try:
        if caller.principal.key == f"person:{login}":
            raise Refused(
                [
                    Fault(
                        "end",
                        Text(
                            "不能停用自己，请由另一位管理员办理",
                            "nobody ends the own account: another administrator does",
                        ),
                    )
                ]
            )
        end_person(app_state.store, login, form.get("end"), caller.acting())
    except Refused as error:
        return _person(request, app_state, login, _at(error.faults, "end"), 422, end=form.get("end"))
    return RedirectResponse("/people?said=ended", 303)


def _at(faults: tuple[Fault, ...], field: str) -> tuple[Fault, ...]:
    """Faults of a reason, at the field of the form that asked for it."""
    return tuple(Fault(field, each.text) if each.where == "reason" else each for each in faults)


def _number(form: Form) -> int:
    seen = form.get("seen")[:18]
    return int(seen) if seen.isascii() and seen.isdigit() else 0


@router.get("/people/keys")
def keys(request: Request, caller: AdminVisitor, app_state: StateNeeded, start: Start = 0, said: Said = "") -> Response:
    with app_state.store.reading() as connection:
        found = list_keys(connection)[::-1]
    return page(
        request, "keys.html", keys=found[start : start + _PAGE], start=start, step=_PAGE, all=len(found), said=said
    )


@router.get("/people/keys/new")
def new_key(request: Request, caller: AdminVisitor) -> Response:
    return _key_form(request, {"name": "", "role": "system", "days": "365"})


def _key_form(request: Request, typed: dict[str, str], faults: Any = (), status: int = 200) -> Response:
    return page(
        request, "key-new.html", status, typed=typed, faults=faults, form_key=secrets.token_hex(8), longest=LONGEST_DAYS
    )


@router.post("/people/keys/new")
def made_key(request: Request, caller: AdminVisitor, form: Sent, app_state: StateNeeded) -> Response:
    """Make a key; its id is the form's own number, so that a form sent twice makes one."""
    typed = {name: form.get(name) for name in ("name", "role", "days")}
    try:
        key = create_key(
            app_state.store,
            typed["name"],
            typed["role"],
            caller.acting(),
            days=_days(typed["days"]),
            number=form.get("once"),
        )
    except (Refused, Conflict) as error:
        return _key_form(request, typed, error.faults, 409 if isinstance(error, Conflict) else 422)
    return page(request, "shown-once.html", kind="key", login=typed["name"], secret=key)


def _days(text: str) -> int | None:
    """Days until a key ends; None where the field is blank. Raises Refused."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refused(
            [
                Fault(
                    "days",
                    Text(f"应为 1 至 {LONGEST_DAYS} 天，或留空", f"should be 1 to {LONGEST_DAYS} days, or blank"),
                )
            ]
        )
    return int(text)


@router.get("/people/keys/{key}/revoke")
def revoke_page(request: Request, caller: AdminVisitor, key: str) -> Response:
    return page(request, "key-revoke.html", key=key[:40], typed="", faults=())


@router.post("/people/keys/{key}/revoke")
def revoked(request: Request, caller: AdminVisitor, form: Sent, key: str, app_state: StateNeeded) -> Response:
    try:
        revoke_key(app_state.store, key, form.get("reason"), caller.acting())
    except Refused as error:
        return page(request, "key-revoke.html", 422, key=key[:40], typed=form.get("reason"), faults=error.faults)
    return RedirectResponse("/people/keys?said=revoked", 303)
