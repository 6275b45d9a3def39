"""Submitting a sheet (收件): judged against the register as it stands, and recorded with what it reserves, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from review.canonical_json import canonical, digest_of
from review.clock import today
from review.errors import Conflict, Fault, NotRecorded, Refused, Text, joined
from review.evaluation import shown
from review.facts import Register
from review.facts.register_keys import keys_of
from review.law.edition import Ruleset
from review.record.cases.approval import differences, reason_needed, require_same_project, wanted_of
from review.record.editions.adoption import adopt_shipped, edition_rows
from review.record.editions.in_force import Law, law_of
from review.record.projects.codes import code_key
from review.record.projects.codes import keys_of as code_keys
from review.record.projects.profile import review_profile
from review.record.projects.standing import append_to_project, latest
from review.record.register.balances import Account, accounts, movements, read_register, register_of
from review.record.storage.actors import Actor, acting
from review.record.storage.added import COUNTED_FACTS, added_by
from review.record.storage.balance_tables import Added
from review.record.storage.bodies import ReviewBody, Stated
from review.record.storage.contents import body_at, read_review
from review.record.storage.event_marks import ProjectNamed
from review.record.storage.journal import Last, Row, Rows, drafted, last_event, packed, table
from review.record.storage.store import Store
from review.record.storage.tables import ProjectCode, StoredFinding, StoredReview, StoredRuleset, StoredSheet
from review.record.storage.text_limits import LARGEST_NUMBER, LONGEST_KEY, validate_words
from review.replay.recorded import Heading, heading, sheet_bytes
from review.sheet import ProjectSheet, canonical_sheet
from review.verdict.findings import status_of, subject_name
from review.verdict.judging import Review, hold_review_to_definition, judge

_REVIEWS, _CODES, _SHEETS = table(StoredReview), table(ProjectCode), table(StoredSheet)
_REQUESTED = select(_REVIEWS.c.position, _REVIEWS.c.sheet).where(_REVIEWS.c.request == bindparam("request"))
_PROJECT_OF_REVIEW = select(_REVIEWS.c.project).where(_REVIEWS.c.position == bindparam("number"))
_PROJECTS_OF_CODES = select(_CODES.c.code, _CODES.c.project).where(
    _CODES.c.code.in_(bindparam("codes", expanding=True))
)
# One of each finding, in order, and nothing else reads so: within words, quotation marks are escaped.
_MARGINS = re.compile(rb'"margin":(?:null|"([^"]*)")')
_SHEET = select(_SHEETS.c.digest).where(_SHEETS.c.digest == bindparam("digest"))


@dataclass(frozen=True)
class Recorded:
    """A recorded review: its number (the position of its event), its project's, and the review's bytes."""

    id: int
    project: int
    version: int
    replaces: int | None
    digest: str
    recommendation: str
    content: bytes
    again: bool = False

    def head(self) -> Heading:
        """The review's numbers, as callers are shown them."""
        return heading(self.id, self.project, self.version, self.replaces, self.digest)


def submit(
    store: Store,
    sheet: ProjectSheet,
    officer: str | Actor,
    *,
    ruleset: Ruleset | None = None,
    as_of: date | None = None,
    replaces: int | None = None,
    reason: str | None = None,
    request: str | None = None,
    within: Callable[[Connection, int], None] | None = None,
) -> Recorded:
    """Review a sheet and record it, with what it reserves of each source.

    The same project code, or `replaces` (an earlier review's number), makes it the next version of that project. `request` is
    the sender's own key: the same key, sheet and options give the recorded review again. `reason` is asked of a review as of another day
    than today, and of one by which an approved project gets another name, company or credit code; it stands in the event, not in the review. `within` is called with the review's number in the
    transaction that records it, or finds it again; what it raises leaves nothing recorded. Raises SheetError, EngineDisagreement,
    EditionNotFound, Refused, Conflict, NotRecorded, RecordUnavailable; then nothing is recorded.
    """
    actor = acting(officer)
    validate_words({"officer": actor.name}, required=("officer",))
    validate_words({"request": request}, longest=LONGEST_KEY)
    validate_words({"reason": reason})
    when = as_of or today()
    stated: Stated = {
        "as_of": as_of.isoformat() if as_of else None,
        "ruleset": ruleset.name if ruleset else None,
        "replaces": replaces,
        "reason": reason,
    }
    written = written_of(sheet)
    with store.reading() as connection:
        known = _requested(connection, request, written.digest, stated) if request else None
        seen = edition = None
        if known is None:
            law = law_of(connection)
            edition = law.asked(ruleset, when)
            if when != today() and not (reason or "").strip():
                raise Refused([reason_needed("审查日不是今天", "the day of review is not today")])
            seen = _seen(connection, law, written, replaces)
    if known is not None and within is None:
        return known
    # Judged before the lock is taken; again within it only where balances or the law have moved meanwhile.
    review = judge(sheet, edition, when, seen.register) if edition is not None and seen is not None else None
    with store.writing() as connection:
        found = _requested(connection, request, written.digest, stated) if request else None
        if found is None:
            assert review is not None  # a recorded review stays: what was known is found again
            found = record_review(
                connection,
                review,
                actor,
                replaces=replaces,
                reason=reason,
                request=request,
                stated=stated,
                named=ruleset is not None,
                seen=seen,
            )
        if within is not None:
            within(connection, found.id)
        return found


@dataclass(frozen=True)
class Written:
    """A sheet as it is recorded: what its canonical JSON states, that JSON, and the digest over it."""

    sheet: ProjectSheet
    stated: Mapping[str, Any]
    content: bytes
    digest: str


def written_of(sheet: ProjectSheet) -> Written:
    """What is recorded of a sheet."""
    stated = canonical_sheet(sheet)
    content = canonical(stated)
    return Written(sheet, stated, content, digest_of(content))


@dataclass(frozen=True)
class Seen:
    """What a submission read of the record as it stood after its `last` event, which holds until another is recorded.

    `project` is the one that the sheet belongs to (None: a new one), `by_code` the one that has its code, `accounts` are those that
    it draws on.
    """

    last: Last
    law: Law
    written: Written
    project: int | None
    by_code: int | None
    accounts: Mapping[str, Account]
    register: Register


def _seen(connection: Connection, law: Law, written: Written, replaces: int | None, *, apart: bool = False) -> Seen:
    """What the record says now. `apart`: the sheet is of a new project, though another has its code. Raises as `project_of` does."""
    last, by_code = last_event(connection), project_of_code(connection, written.sheet)
    project = None if apart else _project_among(connection, by_code, replaces)
    found = accounts(connection, keys_of(written.sheet))
    return Seen(last, law, written, project, by_code, found, register_of(connection, found, project))


@dataclass(frozen=True)
class Preview:
    """What a submission would record: the review, of which project (None: a new one), as which version.

    `differs` is what tells it from the approved project that it would be a version of, `latest` that project's newest review.
    """

    review: Review
    project: int | None
    version: int
    differs: Mapping[str, tuple[str, str]]
    latest: int | None


def preview(
    store: Store, sheet: ProjectSheet, *, ruleset: Ruleset, as_of: date, replaces: int | None = None
) -> Preview:
    """What `submit` would record as the record stands; nothing is. Raises as it does."""
    with store.reading() as connection:
        project = project_of(connection, sheet, replaces)
        register = read_register(connection, sheet, project)
        before = latest(connection, project) if project is not None else None
    return Preview(
        judge(sheet, ruleset, as_of, register),
        project,
        (before["version"] if before else 0) + 1,
        differences(before, sheet),
        before["review"] if before else None,
    )


def record_review(
    connection: Connection,
    review: Review,
    actor: Actor,
    *,
    replaces: int | None = None,
    reason: str | None = None,
    request: str | None = None,
    stated: Stated | None = None,
    quiet: bool = False,
    split_from: int | None = None,
    named: bool = True,
    seen: Seen | None = None,
) -> Recorded:
    """Record a review inside the writer's transaction, judged again where the balances it read or the law have moved, and held against `exact.py`.

    `quiet`: no word is sent of it; not `named`: by the edition in force. One that is split off is by the edition of the review it was.
    `seen` is what was read for the review; where anything was recorded since it is read again.
    """
    sheet, as_of, ruleset = review.case.sheet, review.case.as_of, review.case.ruleset
    if seen is None or seen.last != last_event(connection) or seen.law.at_hand:
        law = adopt_shipped(connection)
        written = seen.written if seen is not None else written_of(sheet)
        # One that is split off has the code of the project it was merged into, and is another's all the same.
        seen = _seen(connection, law, written, replaces, apart=split_from is not None)
    if split_from is None:
        ruleset = seen.law.asked(ruleset if named else None, as_of)
    judged_by = (review.case.ruleset.digest, review.case.ruleset.overridden)
    if seen.register != review.case.register or judged_by != (ruleset.digest, ruleset.overridden):
        review = judge(sheet, ruleset, as_of, seen.register)
    hold_review_to_definition(review)
    position, project, written = seen.last.position + 1, seen.project, seen.written
    before = latest(connection, project) if project is not None else None
    require_same_project(before, sheet, replaces, reason)
    number = position if project is None else project
    content = review.to_bytes()
    holds = before["holdings"] if before else {}
    wanted = wanted_of(connection, before, sheet)
    body: ReviewBody = {
        "project": project_body(seen.by_code, sheet, project, number),
        "version": (before["version"] if before else 0) + 1,
        "replaces": before["review"] if before else None,
        "sheet": written.digest,
        "ruleset": ruleset.digest,
        "as_of": review.case.as_of.isoformat(),
        "recommendation": review.recommendation,
        "request": request,
        "digest": digest_of(content),
        "profile": review_profile(review),
        "draws": movements(connection, number, wanted, holds, seen.accounts),
    }
    if (reason or "").strip():
        body["reason"] = reason
    if request and stated is not None:
        body["asked"] = stated
    if split_from is not None:
        body["split_from"] = split_from
    draft = drafted("review", actor, body, quiet=quiet)
    draft.contents |= new_contents(connection, position, written, ruleset)
    draft.contents[StoredReview] = [{"content": packed(content)}]
    draft.contents[StoredFinding] = finding_rows_of(position, review, content)
    draft.contents[Added] = added_by(position, written.stated, ruleset.id, counted_facts(review))
    append_to_project(connection, draft, before, position, seen.last)
    return Recorded(position, number, body["version"], body["replaces"], body["digest"], review.recommendation, content)


def finding_rows_of(position: int, review: Review, content: bytes) -> list[Row]:
    """The rows that `finding_rows` makes of the review's bytes, from what was judged: of its bytes the margins alone are read back."""
    margins = _MARGINS.findall(content)
    return [
        {
            "review": position,
            "ordinal": ordinal,
            "rule": rule.id,
            "subject": subject_name(rule, subject),
            "status": status_of(rule, outcome),
            "force": rule.force,
            "margin": margin.decode() or None,
        }
        for ordinal, ((rule, subject, outcome), margin) in enumerate(zip(review.judged.entries, margins, strict=True))
    ]


def counted_facts(review: Review) -> dict[str, object]:
    """The facts that additions are read from, as the review's bytes show them."""
    names = {*COUNTED_FACTS}.intersection(review.case.ruleset.vocabulary.shown)
    return {name: shown(review.facts.project[name].value) for name in names}


def project_of(connection: Connection, sheet: ProjectSheet, replaces: int | None) -> int | None:
    """The project a sheet belongs to; None for a new one. Raises Conflict where its code and `replaces` name two projects."""
    return _project_among(connection, project_of_code(connection, sheet), replaces)


def _project_among(connection: Connection, by_code: int | None, replaces: int | None) -> int | None:
    if replaces is None:
        return by_code
    known = 0 < replaces <= LARGEST_NUMBER
    replaced = connection.execute(_PROJECT_OF_REVIEW, {"number": replaces}).scalar() if known else None
    if replaced is None:
        raise NotRecorded([Fault("replaces", Text(f"没有编号为 {replaces} 的审查", f"there is no review {replaces}"))])
    if by_code is not None and by_code != replaced:
        raise Conflict(
            [
                Fault(
                    "project.code",
                    Text(
                        f"项目代码属于项目 {by_code}，而审查 {replaces} 属于项目 {replaced}；请核对代码，或去掉 replaces",
                        f"the code belongs to project {by_code}, review {replaces} to project {replaced}: check the code or leave out replaces",
                    ),
                )
            ]
        )
    return int(replaced)


def project_of_code(connection: Connection, sheet: ProjectSheet) -> int | None:
    """The project that the record knows by the sheet's code, in whatever spelling."""
    keys = code_keys(sheet.project.code)
    found = connection.execute(_PROJECTS_OF_CODES, {"codes": [*keys]}).all() if keys else ()
    return min(found, key=lambda row: keys.index(row.code)).project if found else None


def project_body(by_code: int | None, sheet: ProjectSheet, project: int | None, number: int) -> ProjectNamed:
    """How an event names its project: `by_code` is the one that has the sheet's code, `project` the one that the event is of (None: a new one)."""
    new_code = code_key(sheet.project.code) if by_code is None else None
    return {"id": number, "new": project is None, "new_code": new_code}


def new_contents(connection: Connection, position: int, written: Written, ruleset: Ruleset | None) -> Rows:
    """The documents that are not yet in the record: the sheet, and the edition's full content."""
    result: Rows = {}
    if connection.execute(_SHEET, {"digest": written.digest}).first() is None:
        result[StoredSheet] = [{"digest": written.digest, "position": position, "content": packed(written.content)}]
    if ruleset is not None and (rows := edition_rows(connection, position, [ruleset])):
        result[StoredRuleset] = rows
    return result


def find_request(
    connection: Connection, request: str | None, sheet: ProjectSheet, stated: Stated | None = None
) -> Recorded | None:
    """The review recorded under the sender's key. Raises Conflict where the key came with another sheet, or other options."""
    return _requested(connection, request, digest_of(sheet_bytes(sheet)), stated)


def _requested(
    connection: Connection, request: str | None, sheet: str, stated: Stated | None = None
) -> Recorded | None:
    row = connection.execute(_REQUESTED, {"request": request}).first()
    if row is None:
        return None
    if row.sheet != sheet:
        raise Conflict(
            [
                Fault(
                    "request",
                    Text(
                        f"该提交编号已用于审查 {row.position}，而项目表不同；请换用新的编号",
                        f"this key was used for review {row.position} with another sheet: use a new key",
                    ),
                )
            ]
        )
    recorded_with = _asked_of(connection, row.position)
    if stated is not None and recorded_with is not None and stated != recorded_with:
        other = joined(name for name, value in stated.items() if recorded_with.get(name) != value)
        words = Text(
            f"该提交编号已用于审查 {row.position}，而 {other.zh} 不同；请换用新的编号",
            f"this key was used for review {row.position} with another {other.en}: use a new key",
        )
        raise Conflict([Fault("request", words)])
    found = read_review(connection, row.position)
    return Recorded(
        found.id,
        found.project,
        found.version,
        found.replaces,
        found.digest,
        found.recommendation,
        found.content,
        again=True,
    )


def _asked_of(connection: Connection, position: int) -> Stated | None:
    """The options that a review was submitted with; None of one recorded before they were."""
    found: Stated | None = body_at(connection, position).get("asked")
    return found
