"""`/rulesets…`: what is in force, with clauses, parameters and logic."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.deps import PREFIX, Reader, State, StateNeeded
from api.openapi import answers
from api.wire.office import RulesetLine, RulesetWhole, RuleShown, rule_json, ruleset_json
from review.errors import Fault, NotRecorded, Text
from review.law.edition import Ruleset
from review.record.editions.in_force import edition_named
from review.record.views.adopted_editions import behind

router = APIRouter(prefix=PREFIX, tags=["rulesets"])
Name = Annotated[str, Path(max_length=60, description="规则集@版本 / ID@EDITION", examples=["city@2023"])]


@router.get(
    "/rulesets",
    operation_id="list_rulesets",
    responses={200: {"model": list[RulesetLine]}},
    summary="规则版本 / the editions, and their periods",
)
def list_rulesets(caller: Reader, app_state: StateNeeded) -> list[dict[str, Any]]:
    found = app_state.law.now().every
    return [ruleset_json(each, found) for each in found]


@router.get(
    "/rulesets/{name}",
    operation_id="get_ruleset",
    responses={200: {"model": RulesetWhole}, **answers(404)},
    summary="一个版本：规则、参数、沿革 / one edition with rules and parameters",
)
def read_ruleset(caller: Reader, app_state: StateNeeded, name: Name) -> dict[str, Any]:
    with app_state.store.reading() as connection:
        law = app_state.law.seen_by(connection)
        found = edition_named(connection, law, name)
        stands = behind(connection, law, found)
    parameters = {
        key: {"value": each.text, "unit": each.unit, "source": each.source, "evidence": each.evidence}
        for key, each in found.parameters.items()
    }
    return {
        **ruleset_json(found, law.of(found.id)),
        "name": law.name_of(found.name, found.digest),
        **stands,
        "parameters": parameters,
        "rules": [rule_json(rule) for rule in found.rules],
    }


@router.get(
    "/rulesets/{name}/rules/{rule}",
    operation_id="get_rule",
    responses={200: {"model": RuleShown}, **answers(404)},
    summary="一条规则：条款、逻辑 / one rule with clause and logic",
)
def read_rule(
    caller: Reader, app_state: StateNeeded, name: Name, rule: Annotated[str, Path(max_length=100)]
) -> dict[str, Any]:
    found = _edition(app_state, name).rule(rule)
    if found is None:
        raise NotRecorded([Fault("rule", Text("没有这条规则", "there is no such rule"))])
    return rule_json(found)


def _edition(app_state: State, name: str) -> Ruleset:
    with app_state.store.reading() as connection:
        return edition_named(connection, app_state.law.seen_by(connection), name)
