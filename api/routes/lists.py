"""`/indicators`, `/projects/{project}/versions`, `/offsets:history`, `/worklist:split`, `/rulesets/{name}/clauses`: lists that pages show, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.deps import PREFIX, Reader, StateNeeded, edition
from api.openapi import answers
from api.wire.lists import (
    ClauseShown,
    CountedPage,
    FieldDifference,
    IndicatorsShown,
    SourceHistory,
    VersionsPage,
)
from review.law.clauses import clauses_of
from review.record.editions.in_force import edition_named
from review.record.projects.standing import require_state
from review.record.register.history import source_entries, source_line, source_movements
from review.record.storage.text_limits import validate_words
from review.record.views.indicators import counted, indicators
from review.record.views.split_projects import split_projects
from review.record.views.versions import compare_versions, versions

router = APIRouter(prefix=PREFIX, tags=["lists"])
Project = Annotated[int, Path(ge=1, le=2**63 - 1, description="项目编号 / the project's number", examples=[17])]
Version = Annotated[int, Query(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get(
    "/indicators",
    operation_id="read_indicators",
    response_model=IndicatorsShown,
    summary="城市指标，与方案目标并列 / the city's indicators beside the plan's targets",
)
def read_indicators(caller: Reader, app_state: StateNeeded) -> Any:
    ruleset = edition(app_state, None, None)[0]
    with app_state.store.reading() as connection:
        return indicators(connection, ruleset)


@router.get(
    "/indicators/projects",
    operation_id="list_counted_projects",
    response_model=CountedPage,
    summary="计入指标的项目 / the projects that the indicators add up",
)
def list_counted(
    caller: Reader,
    app_state: StateNeeded,
    cursor: Annotated[str | None, Query(max_length=40, description="上一页给出的 next / `next` of the page before")] = None,
    limit: Limit = 50,
) -> Any:  # fmt: skip
    ruleset = edition(app_state, None, None)[0].id
    with app_state.store.reading() as connection:
        found = counted(connection, ruleset, cursor=cursor, limit=limit)
    return {"items": list(found.lines), "next": found.cursor}


@router.get(
    "/worklist:split",
    operation_id="list_split_projects",
    response_model=list[dict[str, Any]],
    summary="合在一起才达到限值的项目 / projects that only together reach a threshold",
)
def list_split(caller: Reader, app_state: StateNeeded) -> Any:
    ruleset, day = edition(app_state, None, None)
    with app_state.store.reading() as connection:
        return [each.as_json() for each in split_projects(connection, ruleset, day)]


@router.get(
    "/projects/{project}/versions",
    operation_id="list_versions",
    response_model=VersionsPage,
    responses=answers(404),
    summary="项目的各版及其决定，最近的在前 / the versions of a project with their decisions, newest first",
)
def list_versions(
    caller: Reader,
    project: Project,
    app_state: StateNeeded,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="上一页给出的 next / `next` of the page before")] = None,
    limit: Limit = 50,
) -> Any:  # fmt: skip
    with app_state.store.reading() as connection:
        require_state(connection, project)
        found = versions(connection, project, before=before, limit=limit + 1)
    return {"items": found[:limit], "next": found[limit - 1]["version"] if len(found) > limit else None}


@router.get(
    "/projects/{project}/differences",
    operation_id="compare_versions",
    response_model=list[FieldDifference],
    responses=answers(404),
    summary="两版项目表的差异 / what differs between the sheets of two versions",
)
def compare(
    caller: Reader,
    project: Project,
    app_state: StateNeeded,
    old: Annotated[Version, Query(alias="from", description="较早的一版 / the earlier version", examples=[1])],
    new: Annotated[Version, Query(alias="to", description="较晚的一版 / the later version", examples=[2])],
) -> Any:
    with app_state.store.reading() as connection:
        require_state(connection, project)
        found = compare_versions(connection, project, old, new)
    return [
        {
            "path": each.path,
            "label": each.label.as_json(),
            "unit": each.unit,
            "before": each.before.as_json(),
            "after": each.after.as_json(),
        }
        for each in found
    ]


@router.get(
    "/offsets:history",
    operation_id="read_source_history",
    response_model=SourceHistory,
    responses=answers(404),
    summary="一个来源的登记和使用经过 / the entries of a source, and what was drawn on it",
)
def read_history(
    caller: Reader,
    app_state: StateNeeded,
    source: Annotated[str, Query(min_length=1, max_length=400, examples=["S-2024-001"])],
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="上一页给出的 next / `next` of the page before")] = None,
    limit: Limit = 50,
) -> Any:  # fmt: skip
    validate_words({"source": source})
    with app_state.store.reading() as connection:
        line = source_line(connection, source)
        entries = source_entries(connection, source)
        movements = source_movements(connection, source, before=before, limit=limit)
    shown = [{name: value for name, value in each.items() if name != "request"} for each in entries]
    return {
        "source": line,
        "entries": shown,
        "movements": movements,
        "next": movements[-1]["position"] if len(movements) >= limit else None,
    }


@router.get(
    "/rulesets/{name}/clauses",
    operation_id="list_clauses",
    response_model=list[ClauseShown],
    responses=answers(404),
    summary="方案的全部条款，各由什么承载 / every clause of the plan, and what carries it",
)
def list_clauses(
    caller: Reader,
    app_state: StateNeeded,
    name: Annotated[str, Path(max_length=100, description="规则集@版本 / ID@EDITION", examples=["city@2023"])],
) -> Any:
    with app_state.store.reading() as connection:
        found = edition_named(connection, app_state.law.seen_by(connection), name)
    return [
        {
            "number": each.number,
            "article": each.article,
            "heading": each.heading,
            "kind": each.kind,
            "quote": each.quote,
            "rules": [rule.id for rule in each.rules],
            "authorities": list(each.authorities),
        }
        for each in clauses_of(found).values()
    ]
