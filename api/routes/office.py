"""`/rulesets…`, `/offsets`, `/worklist`, `/projects…`, `/keys`: what is in force, the register, how projects stand, who may call."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import PREFIX, Admin, IdempotencyKey, Officer, Reader, StateNeeded, Values, request_key
from api.wire import Key, KeyMade, Source, SourceMade, key_from, rule_json, ruleset_json, source_from
from review.editions import load_builtin
from review.errors import Fault, NotRecorded, Refused, Text
from review.quantities import fits, read_decimal
from review.records.access import create_key, list_keys, revoke_key
from review.records.offsets import register_lines
from review.records.sources import register_source
from review.records.timeline import timeline
from review.records.worklist import Filters, page
from review.ruleset import Ruleset

router = APIRouter(prefix=PREFIX)
SOURCE_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SourceEntry"}}}}}
KEY_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyRequest"}}}}}
Name = Annotated[str, Path(max_length=60, description="规则集@版本 / ID@EDITION", examples=["fuqing@2023"])]


@router.get("/rulesets", tags=["rulesets"], summary="规则版本 / the editions, and their periods")
def rulesets(who: Reader) -> list[dict[str, Any]]:
    return [ruleset_json(each) for each in load_builtin()]


@router.get("/rulesets/{name}", tags=["rulesets"], summary="一个版本：规则、参数、沿革 / one edition with rules and parameters")
def ruleset(who: Reader, name: Name) -> dict[str, Any]:
    found = _edition(name)
    parameters = {
        key: {"value": each.text, "unit": each.unit, "source": each.source, "evidence": each.evidence}
        for key, each in found.parameters.items()
    }
    return {**ruleset_json(found), "parameters": parameters, "rules": [rule_json(rule) for rule in found.rules]}


@router.get("/rulesets/{name}/rules/{rule}", tags=["rulesets"], summary="一条规则：条款、逻辑 / one rule with clause and logic")
def rule(who: Reader, name: Name, rule: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
    found = _edition(name).rule(rule)
    if found is None:
        raise NotRecorded([Fault("rule", Text("没有这条规则", "there is no such rule"))])
    return rule_json(found)


def _edition(name: str) -> Ruleset:
    place, _, wanted = name.partition("@")
    for each in load_builtin(place) if place.isidentifier() else ():
        if each.edition == wanted:
            return each
    raise NotRecorded([Fault("name", Text(f"没有版本 {name}", f"there is no edition {name}"))])


@router.get("/offsets", tags=["offsets"], response_model=list[Source], summary="减排来源：核定、占用、可用 / sources with their balances")
def offsets(
    who: Reader, here: StateNeeded,
    after: Annotated[str | None, Query(max_length=200, description="上一页最后一个来源 / the last source of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Any:  # fmt: skip
    _hold_text("after", after)
    with here.store.reading() as connection:
        return register_lines(connection, after, limit)


@router.post(
    "/offsets",
    tags=["offsets"],
    status_code=201,
    openapi_extra=SOURCE_BODY,
    response_model=SourceMade,
    summary="登记或更正来源 / register or amend a source",
)
def add_offset(who: Officer, content: Values, here: StateNeeded, idempotency_key: IdempotencyKey = None) -> Any:
    made = register_source(here.store, source_from(content), who.name, request=request_key(who, idempotency_key))
    return {"id": str(made.id), "changed": list(made.changed)}


@router.get("/worklist", tags=["worklist"], summary="两高项目工作清单，最近变动在前 / the work list, newest first")
def worklist(
    who: Reader,
    here: StateNeeded,
    on_list: Annotated[bool | None, Query(description="在清单；false 为已移出 / on the list; false: taken off")] = True,
    every: Annotated[bool, Query(description="在清单和已移出的 / both")] = False,
    stage: Annotated[str | None, Query(max_length=40)] = None,
    recommendation: Annotated[str | None, Query(max_length=40)] = None,
    outcome: Annotated[str | None, Query(max_length=40, description="pending 为待决定 / pending: none yet")] = None,
    sector: Annotated[str | None, Query(max_length=60)] = None,
    industry: Annotated[str | None, Query(max_length=10)] = None,
    park: Annotated[str | None, Query(max_length=60)] = None,
    band: Annotated[str | None, Query(max_length=40)] = None,
    energy_from: Annotated[str | None, Query(max_length=40, description="tce")] = None,
    open_conditions: bool | None = None,
    open_supplements: bool | None = None,
    overdue: Annotated[date | None, Query(description="处置期限早于 / disposition due before")] = None,
    text: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    filters = Filters(
        on_list=None if every else on_list, stage=stage, recommendation=recommendation, outcome=outcome, sector=sector, industry=industry,
        park=park, band=band, energy_from_tce=_energy(energy_from), open_conditions=open_conditions, open_supplements=open_supplements,
        overdue_on=overdue, text=text,
    )  # fmt: skip
    with here.store.reading() as connection:
        found = page(connection, filters, cursor=cursor, limit=limit)
    return {"items": list(found.lines), "next": found.cursor}


def _energy(text: str | None) -> Decimal | None:
    figure = read_decimal(text) if text is not None else None
    if text is not None and (figure is None or not fits(figure) or figure < 0):
        raise Refused([Fault("energy_from", Text("应为不小于 0 的数字", "should be a number of no less than 0"))])
    return figure


def _hold_text(name: str, text: str | None) -> None:
    if text is not None and not text.isprintable():
        raise Refused([Fault(name, Text("含有不可见的控制字符", "holds control characters that cannot be seen"))])


@router.get("/projects/{project}", tags=["worklist"], summary="一个项目的现状和经过 / how a project stands, and its events")
def project(who: Reader, project: Annotated[int, Path(ge=1, le=2**63 - 1)], here: StateNeeded) -> dict[str, Any]:
    with here.store.reading() as connection:
        return timeline(connection, project)


@router.get("/keys", tags=["keys"], response_model=list[Key], summary="全部密钥，不含密文 / every key, no secret")
def keys(who: Admin, here: StateNeeded) -> Any:
    with here.store.reading() as connection:
        return list_keys(connection)


@router.post(
    "/keys",
    tags=["keys"],
    status_code=201,
    openapi_extra=KEY_BODY,
    response_model=KeyMade,
    summary="新建密钥，只显示一次 / make a key, shown once",
)
def add_key(who: Admin, content: Values, here: StateNeeded) -> Any:
    name, role, days = key_from(content)
    return {"key": create_key(here.store, name, role, who.name, days=days)}


@router.delete("/keys/{key}", tags=["keys"], status_code=204, summary="撤销密钥 / revoke a key")
def remove_key(
    who: Admin, key: Annotated[str, Path(max_length=40)], here: StateNeeded,
    reason: Annotated[str, Query(min_length=1, max_length=200)] = "revoked",
) -> Response:  # fmt: skip
    revoke_key(here.store, key, reason, who.name)
    return Response(status_code=204)
