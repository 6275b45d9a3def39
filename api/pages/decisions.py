"""`/audit/decisions`, `/audit/statistics`: decisions filtered, sampled, exported and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.attached import disposition_in
from api.deps import StateNeeded
from api.received import WORKBOOK
from api.routes.logs import exported, limited
from api.web.rendering import page
from api.web.session import AuditorVisitor, language
from review.clock import today
from review.errors import EditionNotFound, Fault, Refused, SheetError, Text
from review.facts import industry_named
from review.law.place import names_of_rows
from review.readers.written.answers import placed
from review.readers.written.days import written_day
from review.readers.written.names import written_beginning
from review.record.storage.contents import rulesets_in_use
from review.record.storage.text_limits import validate_words
from review.record.views.decision_list import (
    LARGEST_SAMPLE,
    DecisionFilters,
    DecisionLine,
    Tally,
    decisions_as_csv,
    decisions_as_xlsx,
    each_decision,
    last_event,
    list_decisions,
    sampled,
    statistics,
)
from review.record.views.worklist_export import CodeNames, code_names
from review.terms import OUTCOMES

router = APIRouter(include_in_schema=False)
_PAGE = 50
_WORDS = ("officer", "second", "reference", "rule", "industry", "park")
_NAMES = (*_WORDS, "outcome", "departs", "last", "since", "until", "sample", "seed", "upto")
_FLAGS: Mapping[str, bool] = {"yes": True, "no": False}
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


@router.get("/audit/decisions")
def decided(request: Request, caller: AuditorVisitor, app_state: StateNeeded, before: Before = None) -> Response:
    typed = _typed(request)
    faults: tuple[Fault, ...] = ()
    found: list[DecisionLine] = []
    with app_state.store.reading() as connection:
        used = rulesets_in_use(connection)
        try:
            filters, many = _filters(typed), _many(typed)
            if many:
                # What is drawn can be drawn again by its address, whatever is decided later.
                typed["upto"] = typed["upto"] or str(last_event(connection))
                filters = _filters(typed)
                found = sampled(connection, filters, many, typed["seed"])
            else:
                found = list_decisions(connection, filters, _PAGE + 1, before=before)
        except Refused as error:
            faults = error.faults
    asked = {name: value for name, value in typed.items() if value}
    lines, more = found, None
    if not typed["sample"] and len(found) > _PAGE:
        lines = found[:_PAGE]
        more = f"/audit/decisions?{urlencode({**asked, 'before': lines[-1]['decision']})}"
    query = f"{'?' if asked else ''}{urlencode(asked)}"
    return page(
        request, "decisions.html", 422 if faults else 200, typed=typed, lines=lines, faults=faults, more=more, later=before is not None, narrowed=bool(asked), first=f"/audit/decisions?{urlencode(asked)}",
        query=query, title_of=_titles(app_state), parks=names_of_rows("parks", used),
    )  # fmt: skip


@router.get("/audit/decisions.csv")
def decided_csv(request: Request, caller: AuditorVisitor, app_state: StateNeeded) -> Response:
    lines, names = _wanted(request, app_state)
    return exported("decisions", decisions_as_csv(lines, names), "决定清单", language(request))


@router.get("/audit/decisions.xlsx")
def decided_xlsx(request: Request, caller: AuditorVisitor, app_state: StateNeeded) -> Response:
    content = decisions_as_xlsx(*_wanted(request, app_state))
    headers = {"Content-Disposition": disposition_in(language(request), "决定清单.xlsx", "decisions.xlsx")}
    return Response(content, media_type=WORKBOOK, headers=headers)


@router.get("/audit/statistics")
def counted(request: Request, caller: AuditorVisitor, app_state: StateNeeded) -> Response:
    typed = _typed(request)
    faults: tuple[Fault, ...] = ()
    found = None
    with app_state.store.reading() as connection:
        used = rulesets_in_use(connection)
        try:
            found = statistics(connection, _filters(typed))
        except Refused as error:
            faults = error.faults
    asked = {name: value for name, value in typed.items() if value}
    return page(
        request, "statistics.html", 422 if faults else 200, typed=typed, faults=faults, found=found, narrowed=bool(asked), title_of=_titles(app_state),
        parks=names_of_rows("parks", used), by_name=_by_name, industries=_industries(app_state, used, found["industries"] if found else ()),
    )  # fmt: skip


def _industries(app_state: StateNeeded, rulesets: Iterable[str], codes: Iterable[str]) -> Mapping[str, str]:
    """Industries by code, as the first of the rulesets names one by its edition in force."""
    law, editions = app_state.law.now(), []
    for each in rulesets:
        with suppress(EditionNotFound):
            editions.append(law.choose(each, today()))
    named = {code: [industry_named(edition, code) for edition in editions] for code in codes if code}
    return {code: next((each for each in found if each != code), code) for code, found in named.items()}


def _by_name(tallies: Mapping[str, Tally], names: Mapping[str, str], nameless: str) -> list[tuple[str, Tally]]:
    """Tallies with the name of each code; what no sheet states is called `nameless`."""
    return [(names.get(code, code) or nameless, tally) for code, tally in tallies.items()]


def _wanted(request: Request, app_state: StateNeeded) -> tuple[Iterator[DecisionLine], CodeNames]:
    typed = _typed(request)
    filters, many = _filters(typed), _many(typed)
    with app_state.store.reading() as connection:
        found = sampled(connection, filters, many, typed["seed"]) if many else each_decision(connection, filters)
        return limited(iter(found)), {**code_names(connection), "fails": _rule_names(app_state)}


def _titles(app_state: StateNeeded) -> Any:
    """A rule's title by the newest edition that has it; None where none has."""
    return _rule_titles(app_state).get


def _rule_names(app_state: StateNeeded) -> dict[str, str]:
    return {rule: title.zh for rule, title in _rule_titles(app_state).items()}


def _rule_titles(app_state: StateNeeded) -> dict[str, Text]:
    return {rule.id: rule.title for edition in app_state.law.now().every for rule in edition.rules}


def _typed(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip()[:201] for name in _NAMES}


def _filters(typed: Mapping[str, str]) -> DecisionFilters:
    """The filters as typed. Raises Refused, naming every field that cannot be read."""
    validate_words({name: typed[name] for name in (*_WORDS, "seed")}, longest=200)
    faults: list[Fault] = []
    wanted: dict[str, Any] = {name: typed[name] or None for name in _WORDS}
    for name in ("since", "until"):
        try:
            wanted[name] = written_day(typed[name]) if typed[name] else None
        except SheetError as error:
            faults += placed(error, name)
    if typed["industry"]:
        try:
            wanted["industry"] = written_beginning(typed["industry"])
        except SheetError as error:
            faults += placed(error, "industry")
    if typed["upto"] and not (typed["upto"].isascii() and typed["upto"].isdigit() and len(typed["upto"]) < 19):
        faults.append(Fault("upto", Text("应为事件编号", "should be the number of an event")))
    for name, known in (("outcome", OUTCOMES), ("departs", _FLAGS), ("last", _FLAGS)):
        if typed[name] and typed[name] not in known:
            faults.append(Fault(name, Text("请从所列中选择，或留空", "choose one of those listed, or leave it open")))
    if faults:
        raise Refused(faults)
    return DecisionFilters(
        **wanted,
        outcome=typed["outcome"] or None,
        departs=_FLAGS.get(typed["departs"]),
        last=_FLAGS.get(typed["last"]),
        upto=int(typed["upto"]) if typed["upto"] else None,
    )


def _many(typed: Mapping[str, str]) -> int:
    """How many are to be drawn; none where all are wanted. Raises Refused."""
    text = typed["sample"]
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= LARGEST_SAMPLE):
        words = Text(f"应为 1 至 {LARGEST_SAMPLE} 的整数", f"should be a whole number from 1 to {LARGEST_SAMPLE}")
        raise Refused([Fault("sample", words)])
    if not typed["seed"]:
        words = Text(
            "抽样要写一个种子，以后用同一个种子抽出同样的决定",
            "a sample needs a seed: with the same seed the same decisions are drawn again",
        )
        raise Refused([Fault("seed", words)])
    return int(text)
