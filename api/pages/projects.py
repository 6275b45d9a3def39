"""`/projects/{project}`: how a project stands, its versions and what differs between them, its events, and the steps it takes."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import StateNeeded
from api.pages.attachments import attachments_beside
from api.pages.consultations import consultation_lines
from api.pages.notes import notes_beside
from api.problems import Problem
from api.web.forms import Form, Sent
from api.web.rendering import page
from api.web.session import OfficerVisitor, Viewer
from review.errors import Conflict, Fault, Refused, Text
from review.facts import industry_named
from review.law.edition import Ruleset
from review.law.tables import tables_of
from review.record.cases.attachments import on_project
from review.record.cases.case_days import open_days
from review.record.cases.consultations import list_consultations
from review.record.cases.notes import of_project
from review.record.cases.steps import STEPS, open_steps, take_step
from review.record.projects.standing import ENDED, require_state
from review.record.register.balances import unregistered
from review.record.storage.contents import read_review, read_ruleset
from review.record.views.timeline import timeline
from review.record.views.versions import compare_versions, versions

router = APIRouter(include_in_schema=False)
Project = Annotated[int, Path(ge=1, le=2**63 - 1)]
Version = Annotated[int, Query(ge=1, le=2**31)]
_VERSIONS, _EVENTS = 10, 50


@router.get("/projects/{project}")
def project(
    request: Request, caller: Viewer, project: Project, app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = "",
    below: Annotated[int | None, Query(ge=1, le=2**31)] = None, before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        whole = timeline(connection, project)
        found = versions(connection, project, before=below, limit=_VERSIONS + 1)
        steps, days = (
            (open_steps(connection, project), open_days(require_state(connection, project)))
            if caller.may("officer")
            else ((), ())
        )
        beside = attachments_beside(
            connection, on_project(project), f"/attachments?project={project}", f"/projects/{project}", {"project": str(project)}
        )  # fmt: skip
        drawn = {
            *whole["standing"]["offsets_short"],
            *(each["source"] for event in whole["events"] for each in event["draws"]),
        }
        lacking = unregistered(connection, sorted(drawn))
        may_ask = caller.may("officer") and require_state(connection, project)["state"] not in ENDED
        consultations = list_consultations(connection, project)
        notes = notes_beside(
            connection,
            of_project(project),
            f"/projects/{project}",
            {"project": str(project)},
            f"/notes?project={project}",
        )
        edition = read_ruleset(connection, read_review(connection, found[0]["review"]).ruleset) if found else None
    events = [each for each in reversed(whole["events"]) if before is None or each["position"] < before]
    return page(
        request, "project.html", project=project, standing=whole["standing"], versions=found[:_VERSIONS], more_versions=len(found) > _VERSIONS,
        events=events[:_EVENTS], more_events=len(events) > _EVENTS, steps=steps, days=days, said=said, beside=beside,
        consultations=consultation_lines(consultations), notes=notes, lacking=lacking, may_ask=may_ask,
        tables=tables_of(edition, whole["standing"]["industry"]) if edition else (), industry=_industry(whole["standing"]["industry"], edition),
        edition=app_state.law.now().name_of(edition.name, edition.digest) if edition else "",
    )  # fmt: skip


def _industry(code: str | None, edition: Ruleset | None) -> str | None:
    """The industry as its page shows it, by the edition of the last review."""
    return code if edition is None or code is None else industry_named(edition, code)


@router.get("/projects/{project}/differences")
def differing(
    request: Request, caller: Viewer, project: Project, app_state: StateNeeded, old: Annotated[Version, Query(alias="from")],
    new: Annotated[Version, Query(alias="to")],
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        standing = timeline(connection, project)["standing"]
        found = compare_versions(connection, project, old, new)
    return page(request, "differences.html", project=project, standing=standing, old=old, new=new, differences=found)


@router.get("/projects/{project}/steps/{kind}")
def step_page(
    request: Request, caller: OfficerVisitor, project: Project, kind: str, app_state: StateNeeded
) -> Response:
    return _step_form(request, app_state, project, kind, _typed(Form(())), secrets.token_hex(8))


@router.post("/projects/{project}/steps/{kind}")
def step(
    request: Request, caller: OfficerVisitor, form: Sent, project: Project, kind: str, app_state: StateNeeded
) -> Response:
    """Record a step. What the record refuses is said on the form, with what was typed."""
    try:
        take_step(
            app_state.store, project, _known(kind), caller.acting(), reason=form.stated("reason"), document=form.stated("document"),
            condition=form.stated("condition"), request=f"{caller.principal.key}:{form.get('once')[:40]}",
        )  # fmt: skip
    except (Refused, Conflict) as error:
        return _step_form(
            request,
            app_state,
            project,
            kind,
            _typed(form),
            secrets.token_hex(8),
            error.faults,
            409 if isinstance(error, Conflict) else 422,
        )
    return RedirectResponse(f"/projects/{project}?said=step", 303)


def _step_form(
    request: Request,
    app_state: StateNeeded,
    project: int,
    kind: str,
    typed: dict[str, str],
    form_key: str,
    faults: Any = (),
    status: int = 200,
) -> Response:
    with app_state.store.reading() as connection:
        standing = timeline(connection, project)["standing"]
        possible = _known(kind) in open_steps(connection, project)
    if not possible and not faults:
        words = Text("该项目现在没有这一步可办", "the project cannot take this step as it stands")
        faults, status = (Fault("", words),), 409
    return page(
        request,
        "step.html",
        status,
        project=project,
        standing=standing,
        kind=kind,
        typed=typed,
        form_key=form_key,
        faults=faults,
        possible=possible,
    )


def _typed(form: Form) -> dict[str, str]:
    return {name: form.get(name) for name in ("reason", "document", "condition")}


def _known(kind: str) -> str:
    """Raises Problem 404 for what is no step."""
    if kind not in STEPS:
        raise Problem(404)
    return kind
