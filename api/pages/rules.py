"""`/rules…`: the editions, their rules, figures and tables, and two editions side by side."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.deps import State, StateNeeded
from api.web.rendering import page
from api.web.session import Viewer
from review.errors import Fault, NotRecorded, Text
from review.law.comparison import WHY_WORDS, compare
from review.law.comparison_words import said_cells
from review.law.edition import KEY_COLUMNS, Rule, Ruleset
from review.law.prose import parameters_of_rule, recite, shown_label, tables_of_rule, template_words, unit_words
from review.law.table_words import cell_words, change_words, product_words, row_words
from review.law.tables import COLUMN_WORDS, look_up
from review.record.editions.in_force import Law, edition_named, editions_recorded
from review.record.views.adopted_editions import behind
from review.record.views.rule_usage import usage_of
from review.terms import MATTERS

router = APIRouter(include_in_schema=False)
ROWS = 25
FORCE_MEANINGS = {
    "mandatory": Text(
        "不符合的，建议不予批准（已建的限期整改）",
        "where it fails, the recommendation is to reject, or to rectify what stands",
    ),
    "in_principle": Text("不符合的，建议补充论证", "where it fails, the recommendation is to justify"),
    "guidance": Text("不符合的，只提请注意", "where it is not met, attention is drawn to it"),
    "encouraged": Text("不符合的，只提请注意", "where it is not met, attention is drawn to it"),
}
Name = Annotated[str, Query(max_length=60)]


def edition(app_state: State, name: str) -> Ruleset:
    """The edition of that name: adopted, or, as `ID@EDITION~12345678`, one that the record holds. Raises NotRecorded."""
    with app_state.store.reading() as connection:
        return edition_named(connection, app_state.law.seen_by(connection), name)


def shared(law: Law) -> dict[str, Any]:
    """Words that the pages of rules have in common."""
    return {
        "force_meanings": FORCE_MEANINGS,
        "column_words": COLUMN_WORDS, "why_words": WHY_WORDS, "unit_words": unit_words,
        "cell_words": cell_words, "row_words": row_words, "product_words": product_words, "change_words": partial(change_words, law.every),
        "last_day": law.last_day, "successor": law.successor, "named": lambda edition: law.name_of(edition.name, edition.digest),
    }  # fmt: skip


@router.get("/rules")
def editions(request: Request, caller: Viewer, app_state: StateNeeded) -> Response:
    law = app_state.law.now()
    rulesets = [law.of(name) for name in law.rulesets]
    with app_state.store.reading() as connection:
        recorded = [each for each in editions_recorded(connection, law) if "~" in each.name]
    return page(
        request,
        "rules.html",
        rulesets=[(found[-1], tuple(reversed(found)), tuple(pairwise(found))) for found in rulesets],
        recorded=recorded,
        **shared(law),
    )


@router.get("/rules/compare")
def side_by_side(
    request: Request,
    caller: Viewer,
    app_state: StateNeeded,
    from_: Annotated[str, Query(alias="from", max_length=60)] = "",
    to: Name = "",
) -> Response:
    law = app_state.law.now()
    found, last = law.every, law.main
    old, new = edition(app_state, from_ or last[-2:][0].name), edition(app_state, to or last[-1].name)
    differences = compare(old, new, law.editions)
    groups: dict[tuple[str, str], list[Any]] = {}
    for each in differences:
        name = each.name if each.kind == "rule" else None
        said = () if each.kind in ("parameter", "table") else said_cells(each.cells, old, new, name)
        groups.setdefault((each.kind, each.table), []).append((each, said))
    return page(
        request,
        "rules-compare.html",
        old=old,
        new=new,
        editions=found,
        groups=groups,
        many=len(differences),
        **shared(law),
    )


@router.get("/rules/{ruleset}")
def rules(request: Request, caller: Viewer, app_state: StateNeeded, ruleset: str) -> Response:
    with app_state.store.reading() as connection:
        law = app_state.law.seen_by(connection)
        found = edition_named(connection, law, ruleset)
        stands = behind(connection, law, found)
    matters = {matter: [rule for rule in found.rules if rule.matter == matter] for matter in MATTERS}
    return page(
        request, "ruleset.html", edition=found, matters=matters, clauses_of=clauses_cited, behind=stands, **shared(law)
    )


@router.get("/rules/{ruleset}/{rule}")
def one(request: Request, caller: Viewer, app_state: StateNeeded, ruleset: str, rule: str) -> Response:
    found = edition(app_state, ruleset)
    mine = found.rule(rule)
    if mine is None:
        raise NotRecorded([Fault("rule", Text("没有这条规则", "there is no such rule"))])
    with app_state.store.reading() as connection:
        usage = usage_of(connection, found.digest, mine.id)
    law = app_state.law.now()
    raw = next(each for each in found.content["rules"] if each["id"] == mine.id)
    return page(
        request, "rule.html", edition=found, rule=mine, told=recite(mine, found), excused_text=raw.get("excused"), usage=usage,
        messages={status: template_words(words, mine, found) for status, words in mine.messages.items()},
        remedy=template_words(mine.remedy, mine, found) if mine.remedy else None,
        shown=[shown_label(name, mine, found) for name in mine.shows],
        parameters=[(name, found.parameters[name]) for name in parameters_of_rule(mine, found)],
        tables=[(name, len(found.table(name))) for name in tables_of_rule(mine, found)],
        others=[each for each in law.of(found.id) if each != found and each.rule(mine.id)], **shared(law),
    )  # fmt: skip


@router.get("/rules/{ruleset}/tables/{table}")
def rows(
    request: Request, caller: Viewer, app_state: StateNeeded, ruleset: str, table: str, q: Annotated[str, Query(max_length=100)] = "",
    industry: Annotated[str, Query(max_length=40)] = "", first: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:  # fmt: skip
    found = edition(app_state, ruleset)
    shown = look_up(found, table, q, first, ROWS, industry=industry)
    if shown is None:
        raise NotRecorded([Fault("table", Text("没有这张表", "there is no such table"))])
    return page(
        request,
        "rules-table.html",
        edition=found,
        table=shown,
        q=q,
        industry=industry,
        key=KEY_COLUMNS[table],
        **shared(app_state.law.now()),
    )


def clauses_cited(rule: Rule) -> tuple[str, ...]:
    """The clauses of the plan that a rule rests on."""
    return tuple(dict.fromkeys(each.clause for each in rule.citations if each.clause))
