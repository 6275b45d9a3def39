"""`/reviews/{number}`: what was found and why, how each finding was computed, and its downloads."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from markupsafe import Markup
from sqlalchemy import or_

from api.attached import disposition
from api.deps import State, StateNeeded
from api.pages.attachments import attachments_beside
from api.pages.notes import notes_beside
from api.problems import Problem
from api.received import JSON, WORKBOOK
from api.web.display import amount, figure
from api.web.drawings import Mark, margin_bar
from api.web.rendering import SECURITY, chooser, page, say
from api.web.session import Language, Viewer, language
from review.clock import today
from review.errors import EditionNotFound, Fault, Text
from review.facts import Facts
from review.facts.lines import energy_lines
from review.law.edition import Ruleset
from review.law.figures import place_of
from review.law.forms import PARAMETERS_TABLE
from review.law.table_words import figure_words
from review.law.tables import tables_of
from review.quantities import plain
from review.record.cases.answers import list_answers, standing_answers
from review.record.cases.attachments import list_attachments, on_figures, on_project_alone, on_review
from review.record.cases.notes import of_finding
from review.record.cases.second_person import waiting_on
from review.record.cases.sign_offs import open_on
from review.record.proof.receipts import receipt
from review.record.storage.contents import read_ruleset
from review.record.views.answer_words import answer_words
from review.record.views.review_page import ReviewPage, case_and_facts, judged_again, read_review_page
from review.sheet import describe
from review.terms import MATTERS, RECOMMENDATION_WORDS, REQUIRED_WORDS, SIGNS, STATED_WORDS, STATUSES
from review.verdict.stated import to_put_right
from review.verdict.summary import (
    brief,
    figure_sources,
    in_doubt,
    is_notice_due,
    levels,
    to_justify,
    triggers_of,
    unchecked,
    why,
)
from review.verdict.trace import derive, leaves_of

router = APIRouter(include_in_schema=False)
ReviewNumber = Annotated[int, Path(ge=1, le=2**63 - 1)]
AT_ONCE, SILENT_AT_ONCE = 40, 60
_BY_SEVERITY = tuple(RECOMMENDATION_WORDS)


@router.get("/reviews/{number}")
def review_page(
    request: Request, caller: Viewer, number: ReviewNumber, app_state: StateNeeded,
    said: Annotated[str, Query(max_length=40)] = "", matter: Annotated[str, Query(max_length=40)] = "", start: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Response:  # fmt: skip
    with app_state.store.reading() as connection:
        whole = read_review_page(connection, number)
        case, facts = case_and_facts(connection, whole)
        pending, sign_off = waiting_on(connection, number), open_on(connection, number)
        answers = {each.key: answer_words(each) for each in standing_answers(connection, number).values()}
        beside = attachments_beside(
            connection, on_review(whole.recorded.project, number), f"/attachments?review={number}", f"/reviews/{number}", {"review": str(number)}
        )  # fmt: skip
    edition, document = case.ruleset, whole.document
    triggers = triggers_of(edition)
    heads = {each["matter"]: each for each in document["matters"]}
    # What fails first; matters alike stay in their order.
    wanted = (
        [matter]
        if matter in MATTERS
        else sorted(MATTERS, key=lambda each: _BY_SEVERITY.index(heads[each]["recommendation"]))
    )
    return page(
        request, "review.html", said=said, beside=beside, answers=answers, ruleset_id=edition.id, guidance=edition.guidance_rule.title if edition.guidance_rule else None, whole=whole, recorded=whole.recorded, document=document, pending=pending, sign_off=sign_off, why=why(document),
        unchecked=unchecked(document), in_doubt=in_doubt(document, edition), brief=brief(document, whole.content, edition), justify=to_justify(document), notice_due=is_notice_due(document),
        put_right=to_put_right([each["path"] for each in document["supplement"]], case, facts),
        groups=[_group(whole, facts, triggers, each, start if matter in MATTERS else 0, language(request)) for each in wanted], one=matter in MATTERS,
        tables=tables_of(edition, whole.content["project"].get("industry")), heads=heads, decision=next(iter(whole.decisions), None), quoted=partial(figure_words, edition), check_address=_check_addresses(app_state, edition, facts), authorities=describe("energy.review.authority").choices or {},
    )  # fmt: skip


def _check_addresses(app_state: State, edition: Ruleset, facts: Facts) -> Callable[[Mapping[str, Any]], str | None]:
    """Where a figure that a finding cites is checked against its document; None of what is no row of the edition in force."""
    try:
        current = app_state.law.now().choose(edition.id, today())
    except EditionNotFound:
        return lambda _: None
    sources = figure_sources(facts)

    def address(cited: Mapping[str, Any]) -> str | None:
        source = sources.get((cited["document"], cited["quote"]))
        if source is None:
            return None
        table = PARAMETERS_TABLE if source.kind == "parameter" else source.name
        row = place_of(current, table, source.row, source.figure)
        return f"/rules/check/{row.table}/{row.place}" if row is not None else None

    return address


def _group(
    whole: ReviewPage, facts: Facts, triggers: Set[str], matter: str, start: int, lang: Language
) -> dict[str, Any]:
    """The findings of a matter, failing first, as many as a page shows; those that do not apply apart."""
    mine = [each for each in whole.document["findings"] if each["matter"] == matter]
    open_ones = sorted(
        (each for each in mine if each["status"] != "not_applicable"), key=lambda each: STATUSES.index(each["status"])
    )
    silent = [each for each in mine if each["status"] == "not_applicable"]
    shown, quiet = open_ones[start : start + AT_ONCE], silent[start : start + SILENT_AT_ONCE]
    after = start + AT_ONCE if len(open_ones) > start + AT_ONCE or len(silent) > start + SILENT_AT_ONCE else None
    return {
        "matter": matter,
        "findings": [_shown(each, facts, triggers, lang) for each in shown],
        "silent": [{**each, "address": address_of(whole.recorded.id, each)} for each in quiet],
        "counts": {status: sum(each["status"] == status for each in mine) for status in STATUSES},
        "next": after,
    } | {"number": whole.recorded.id}


def address_of(number: int, finding: Mapping[str, Any]) -> str:
    """Where it is shown how a finding was computed."""
    return f"/reviews/{number}/findings/{quote(finding['rule'])}/{quote(finding['subject'], safe='')}"


def _shown(finding: Mapping[str, Any], facts: Facts, triggers: Set[str], lang: Language) -> dict[str, Any]:
    """A finding as it is shown. The figure of a trigger is what makes the rule speak, not a limit to keep: no side of it is good."""
    if finding["rule"] in triggers:
        return {**finding, "levels": (), "bar": "", "trigger": True}
    beside = levels(facts, finding)
    return {**finding, "levels": beside, "bar": bar(finding, beside, lang)}


def bar(finding: Mapping[str, Any], beside: tuple[tuple[Text, Any], ...], lang: Language) -> Markup:
    """The drawing of a finding's figure beside its limit."""
    observed, required = finding["observed"], finding["required"]
    if observed is None or required is None:
        return Markup("")
    limit = f"{SIGNS[required['relation']]} {amount(required)}"
    said = {
        "observed": say(Text(f"{STATED_WORDS.zh} {amount(observed)}", f"{STATED_WORDS.en} {amount(observed)}"), lang),
        "required": say(Text(f"{REQUIRED_WORDS.zh} {limit}", f"{REQUIRED_WORDS.en} {limit}"), lang),
    }
    marks = [Mark(value, f"{say(words, lang)} {figure(value)}") for words, value in beside]
    return margin_bar(
        observed,
        required,
        marks,
        said,
        chooser(lang)("，", ", ").join((*said.values(), *(each.words for each in marks))),
    )


@router.get("/reviews/{number}/findings/{rule}/{subject:path}")
def finding_page(
    request: Request, caller: Viewer, number: ReviewNumber, rule: Annotated[str, Path(max_length=100)], subject: Annotated[str, Path(max_length=200)],
    app_state: StateNeeded, said: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """How a finding was computed: judged again from the record, and compared with what is recorded."""
    return finding_shown(request, app_state, number, rule, subject, said=said)


def finding_shown(
    request: Request, app_state: State, number: int, rule: str, subject: str, *, said: str = "", typed: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (), status: int = 200,
) -> Response:  # fmt: skip
    """The page of a finding, with what officers say of it and what is attached to its figures. Raises Problem 404."""
    with app_state.store.reading() as connection:
        recorded, review, same = judged_again(connection, number)
    finding = next(
        (each for each in recorded.document()["findings"] if (each["rule"], each["subject"]) == (rule, subject)), None
    )
    found = derive(review, rule, subject)
    if finding is None or found is None:
        raise Problem(404)
    parts = [part for part in (found.applies, found.requires, found.excused) if part is not None]
    lines = energy_lines(review.case) if any("energy." in name for part in parts for name in _names(part)) else ()
    read = [each for part in parts for leaf in leaves_of(part) for each in leaf.operands]
    places = {place.path: place.label for each in read for place in (*each.stated, *each.missing)}
    sources = dict.fromkeys((each.name, each.row) for one in read for each in one.sources if each.kind == "table")
    with app_state.store.reading() as connection:
        beside = attachments_beside(
            connection, on_figures(recorded.project, number, list(places)), f"/attachments?review={number}", address_of(number, finding), {"review": str(number)}, places
        )  # fmt: skip
        to = {"review": str(number), "rule": rule, "subject": subject}
        notes = notes_beside(
            connection,
            of_finding(number, (rule, subject), list(places)),
            address_of(number, finding),
            to,
            f"/notes?review={number}",
            places,
        )
        given = [each for each in list_answers(connection, number) if each.key == (rule, subject)]
        choosable = list_attachments(
            connection, or_(on_project_alone(recorded.project), on_review(recorded.project, number))
        )
    files = {"": Text("—", "—")} | {
        str(each.id): Text(f"{each.id} {each.file['name']}", f"{each.id} {each.file['name']}")
        for each in choosable
        if each.withdrawn is None
    }
    return page(
        request, "finding.html", status, said=said, given=[answer_words(each) for each in reversed(given)], files=files, typed=typed or {}, faults=faults, form_key=secrets.token_hex(8), beside=beside, notes=notes, places=places, sources=sources, ruleset_id=review.case.ruleset.id, recorded=recorded, finding=_shown(finding, review.facts, triggers_of(review.case.ruleset), language(request)), found=found, same=same, lines=lines,
        plain=plain, rule=found.rule, edition=app_state.law.now().name_of(review.case.ruleset.name, review.case.ruleset.digest), quoted=partial(figure_words, review.case.ruleset),
    )  # fmt: skip


def _names(part: Any) -> list[str]:
    return [each.name for each in part.operands] + [name for below in part.parts for name in _names(below)]


def download(content: bytes, media: str, name: str, plain: str | None = None) -> Response:
    """A download, to be saved as a file of that name; `plain` is another in ASCII, where the name is not."""
    return Response(
        content, headers={**SECURITY, "Content-Disposition": disposition(name, plain or name)}, media_type=media
    )


@router.get("/reviews/{number}/review.json")
def review_json(caller: Viewer, number: ReviewNumber, app_state: StateNeeded) -> Response:
    with app_state.store.reading() as connection:
        return download(read_review_page(connection, number).recorded.content, JSON, f"review-{number}.json")


@router.get("/reviews/{number}/sheet.json")
def sheet_json(caller: Viewer, number: ReviewNumber, app_state: StateNeeded) -> Response:
    with app_state.store.reading() as connection:
        content = read_review_page(connection, number).content
    return download(json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n", JSON, f"sheet-{number}.json")


@router.get("/reviews/{number}/sheet.xlsx")
def sheet_workbook(request: Request, caller: Viewer, number: ReviewNumber, app_state: StateNeeded) -> Response:
    from review.readers.workbook_template import fill_template

    with app_state.store.reading() as connection:
        whole = read_review_page(connection, number)
        edition = read_ruleset(connection, whole.recorded.ruleset)
    plain = f"sheet-{number}.xlsx"
    name = f"项目表-审查{number}.xlsx" if language(request) == "zh" else plain
    return download(fill_template(whole.content, edition), WORKBOOK, name, plain)


@router.get("/reviews/{number}/receipt.json")
def receipt_json(caller: Viewer, number: ReviewNumber, app_state: StateNeeded) -> Response:
    with app_state.store.reading() as connection:
        content = receipt(connection, number)
    return download(json.dumps(content, ensure_ascii=False).encode() + b"\n", JSON, f"receipt-{number}.json")
