"""A person's inbox (收件箱): what of the person's own cases, and of those of whom the person is deputy, asks for something."""

from __future__ import annotations

import json
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from typing import TypedDict

from sqlalchemy import Connection, select

from review.canonical_json import canonical, digest_of
from review.clock import timestamp, today
from review.errors import Fault, Text
from review.facts.register_keys import VOC, identifier_of, kind_of
from review.record.access.absences import absent_for
from review.record.access.known_people import Known, person_of, role_of, same_subject
from review.record.access.rule_keepers import is_rule_keeper
from review.record.access.signing_rules import SigningRules, read_signing_rules
from review.record.calendar.deadlines import reckoning_of
from review.record.cases import sign_offs
from review.record.cases.consultations import with_unread_replies
from review.record.cases.persons import is_same
from review.record.cases.second_person import Pending, returned_to, waiting
from review.record.cases.signers import may_end, signing_as, steps_without_signer
from review.record.editions.proposals import OPEN
from review.record.projects.standing import case_runs, outcome_of, require_state, short_of
from review.record.projects.state import ProjectState
from review.record.register.balances import account
from review.record.storage.event_marks import PersonNamed
from review.record.storage.journal import body_of, table
from review.record.storage.store import Store
from review.record.storage.tables import EditionStep, Event, Standing, StoredReview
from review.record.views.worklist import Filters, current
from review.record.views.worklist_export import deadline_words
from review.terms import INBOX_WORDS, REPLY_WORDS
from review.verdict.document import Wording


class Item(TypedDict):
    """Something that asks for the person. `kind` is a key of INBOX_WORDS; `name` is the project's; `deputy_for` whose it is, None where the person's own.

    `project`, `review`, `proposal` and `consultation` are numbers, each None where it is about none. `key` is a digest that the same
    thing has on every day, and nothing else has.
    """

    kind: str
    project: int | None
    review: int | None
    proposal: int | None
    consultation: int | None
    name: str | None
    words: Wording
    deputy_for: PersonNamed | None
    key: str


class Inbox(TypedDict):
    """What asks for a person, what is most urgent first; how many of each kind, none left out; of whom the person is deputy today."""

    items: list[Item]
    counts: dict[str, int]
    deputy_for: list[PersonNamed]


def item_address(item: Item) -> str:
    """Where on the pages an item is seen to, from the root of the site."""
    if item["proposal"] is not None:
        return f"/rules/proposals/{item['proposal']}"
    if item["consultation"] is not None:
        return f"/consultations/{item['consultation']}"
    if item["kind"] == "signers":
        return "/sign-off"
    if item["kind"] in ("confirm", "sign", "unsignable", "decide", "returned"):
        return f"/reviews/{item['review']}/decision"
    return f"/projects/{item['project']}"


def inbox(connection: Connection, subject: str, *, officer: bool, administrator: bool = False, name: str = "") -> Inbox:
    """The inbox of the person known by that subject; `officer`: whether that person may decide and confirm.

    `administrator`: whether somebody without an account is one, as by single sign-on; of an account its role says. `name` is by which
    somebody signed in whom the record may not know.
    """
    person = person_of(connection, subject) or Known(subject, name)
    absent = absent_for(connection, subject, today())
    signing, seconding = sign_offs.open_sign_offs(connection), waiting(connection)
    # What others sign or confirm asks nothing of the holder until it comes back.
    on_its_way = {each.review for each in signing} | {each.review for each in seconding}
    items = [
        *_cases(connection, subject, absent, on_its_way),
        *_returned(connection, subject, absent),
        *_replied(connection, subject, absent),
        *(_to_confirm(connection, person, seconding) if officer else ()),
        *_of_signing(connection, person, signing, officer=officer, administrator=administrator),
        *(_proposals(connection, subject) if is_rule_keeper(connection, subject) else ()),
    ]
    kinds = list(INBOX_WORDS)
    items.sort(key=lambda each: kinds.index(each["kind"]))
    counts = {kind: sum(each["kind"] == kind for each in items) for kind in kinds}
    return {"items": items, "counts": counts, "deputy_for": [_named(each) for each in absent]}


class Inboxes:
    """The inboxes of a store's officers and administrators, memoised on SQLite as long as nothing is recorded, the day is the same and no waiting decision lapses.

    On PostgreSQL they are read each time: its mark counts events, and a decision that waits for a second person is none.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._memoised: tuple[Hashable, str | None, dict[tuple[str, str, bool], Inbox]] = (None, None, {})

    def of(self, subject: str, name: str = "", *, administrator: bool = False) -> Inbox:
        """The inbox of the officer, or `administrator`, known by that subject, signed in by that `name`; it is shared, so not to be changed. Raises RecordUnavailable."""
        mark = self._store.mark() if self._store.is_sqlite else None
        if mark is None:
            return self._read(subject, name, administrator)
        as_of = (mark, today())
        known, until, inboxes = self._memoised
        if known != as_of or (until is not None and until <= timestamp()):
            inboxes = {}
            self._memoised = (as_of, self._first_lapse(), inboxes)
        whose = (subject, name, administrator)
        if whose not in inboxes:
            inboxes[whose] = self._read(*whose)
        return inboxes[whose]

    def _first_lapse(self) -> str | None:
        """When the first of the decisions that wait for a second person lapses (UTC); nothing is recorded then."""
        with self._store.reading() as connection:
            return min((each.expires for each in waiting(connection)), default=None)

    def _read(self, subject: str, name: str, administrator: bool) -> Inbox:
        with self._store.reading() as connection:
            return inbox(connection, subject, officer=not administrator, administrator=administrator, name=name)


def _cases(
    connection: Connection, subject: str, absent: Sequence[Known], on_its_way: Container[int | None]
) -> Iterator[Item]:
    reckoning = reckoning_of(connection)
    holders = (subject, *(each.subject for each in absent))
    for row in connection.execute(current(connection, Filters(on_list=None, holders=holders)).order_by(None)):
        standing: ProjectState = json.loads(row.detail)
        of_another = _whose(standing["holder"]["subject"], subject, absent) if "holder" in standing else None
        about = (standing["project"], standing["review"], standing["profile"]["name"], of_another)
        deadlines = reckoning.deadlines(standing)
        for each in deadlines:
            if each["overdue"]:
                what = f"{each['kind']} {each['due']} {each['about']}"
                yield _item("overdue", deadline_words(each), about, what)
        stopped = any(each["kind"] == "review" and each["state"] == "stopped" for each in deadlines)
        waits = stopped or standing["review"] in on_its_way
        if standing["review"] is not None and case_runs(standing) and outcome_of(standing) is None and not waits:
            yield _item(
                "decide",
                Text(f"审查 {standing['review']} 待决定", f"review {standing['review']} is to be decided"),
                about,
            )
        for source in short_of(standing):
            # Of what no register has nothing was cut; of an offset of VOC it is told all the same.
            if kind_of(source) != VOC and account(connection, source).verified_t is None:
                continue
            named = identifier_of(source)
            words = Text(f"来源“{named}”占用少于申请", f"of source “{named}” less is held than asked")
            yield _item("cut", words, about)


def _returned(connection: Connection, subject: str, absent: Sequence[Known]) -> Iterator[Item]:
    for person in (Known(subject, ""), *absent):
        for review, found in returned_to(connection, [person.subject]):
            words = Text(f"{found['by']} 退回：{found['detail']}", f"returned by {found['by']}: {found['detail']}")
            about = (*_of_review(connection, review), _whose(person.subject, subject, absent))
            yield _item("returned", words, about, found["detail"])
        for each in sign_offs.returned_to(connection, person.subject):
            by, why = each.last.by.name, each.last.opinion
            words = Text(f"{by} 退回：{why}", f"returned by {by}: {why}")
            about = (*_of_review(connection, each.review), _whose(person.subject, subject, absent))
            yield _item("returned", words, about, str(each.last.id))


def _replied(connection: Connection, subject: str, absent: Sequence[Known]) -> Iterator[Item]:
    """Consultations on the person's cases to which others recorded replies that came since they were last closed."""
    for each in with_unread_replies(connection):
        standing = require_state(connection, each.project)
        holder = standing["holder"]["subject"] if "holder" in standing else ""
        mine = same_subject(holder, subject)
        of_another = None if mine else _whose(holder, subject, absent)
        replies = [reply for reply in each.unread if not same_subject(reply.principal, holder)]
        if replies and (mine or of_another is not None):
            said = [(reply.unit, REPLY_WORDS[reply.opinion]) for reply in replies]
            zh, en = (
                [f"{unit} {opinion.zh}" for unit, opinion in said],
                [f"{unit} {opinion.en}" for unit, opinion in said],
            )
            words = Text(f"征求意见 {each.id}：{'；'.join(zh)}", f"consultation {each.id}: {'; '.join(en)}")
            about = (each.project, standing["review"], standing["profile"]["name"], of_another)
            yield {**_item("replied", words, about, str(replies[-1].id)), "consultation": each.id}


def _to_confirm(connection: Connection, person: Known, seconding: Iterable[Pending]) -> Iterator[Item]:
    for each in seconding:
        if not is_same(Known(each.login, each.officer), person):
            words = Text(f"{each.officer} 的决定待复核", f"a decision by {each.officer} waits for a second person")
            yield _item("confirm", words, (*_of_review(connection, each.review), None), str(each.id))


def _of_signing(
    connection: Connection, person: Known, signing: Sequence[sign_offs.SignOff], *, officer: bool, administrator: bool
) -> Iterator[Item]:
    """Decisions that the person may sign, and those that nobody can, where the person can do something about it."""
    if not signing:
        return
    rules = read_signing_rules(connection)
    if administrator or role_of(connection, person.subject) == "admin":
        yield from _without_signer(connection, rules, "signers", signing)
    if officer:
        yield from _to_sign(connection, rules, person, signing)


def _to_sign(
    connection: Connection, rules: SigningRules, person: Known, signing: Sequence[sign_offs.SignOff]
) -> Iterator[Item]:
    """Decisions of which the person may sign the step that waits, also as a deputy; else those that nobody can sign and the person may withdraw or send back."""
    for each in signing:
        role = signing_as(connection, rules, each, person)
        if isinstance(role, Fault):
            if may_end(connection, rules, each, person):
                yield from _without_signer(connection, rules, "unsignable", [each])
        else:
            name = each.drafter.by.name
            words = Text(
                f"{name} 拟的决定待第 {each.due_step} 步签批",
                f"a decision drafted by {name} waits for step {each.due_step}",
            )
            about = (*_of_review(connection, each.review), _named(role) if role else None)
            yield _item("sign", words, about, f"{each.id} {each.due_step}")


def _without_signer(
    connection: Connection, rules: SigningRules, kind: str, signing: Iterable[sign_offs.SignOff]
) -> Iterator[Item]:
    """Decisions with a step that waits and that nobody can sign, each once: why, and what to do."""
    for each in signing:
        for step, words in steps_without_signer(connection, rules, each).items():
            yield _item(kind, words, (*_of_review(connection, each.review), None), f"{each.id} {step}")
            break


def _proposals(connection: Connection, subject: str) -> Iterator[Item]:
    """Proposals that the person may confirm: those of others. Their editions are not read for it."""
    steps, events = table(EditionStep), table(Event)
    over = select(steps.c.proposal).where(steps.c.proposal.is_not(None))
    query = select(events).join(steps, steps.c.position == events.c.position)
    for row in connection.execute(query.where(steps.c.act == OPEN, steps.c.position.not_in(over))).mappings():
        proposer = body_of(dict(row))["proposer"]
        if not same_subject(proposer["subject"], subject):
            number = int(row["position"])
            words = Text(f"{proposer['name']} 的提案 {number}", f"proposal {number} by {proposer['name']}")
            yield {**_item("edition", words, (None, None, None, None)), "proposal": number}


def _of_review(connection: Connection, review: int) -> tuple[int | None, int | None, str | None]:
    reviews, rows = table(StoredReview), table(Standing)
    project = connection.execute(select(reviews.c.project).where(reviews.c.position == review)).scalar()
    name = connection.execute(
        select(rows.c.name).where(rows.c.project == project).order_by(rows.c.position.desc()).limit(1)
    ).scalar()
    return project, review, name


def _item(
    kind: str, words: Text, about: tuple[int | None, int | None, str | None, PersonNamed | None], what: str = ""
) -> Item:
    """Something that asks for the person; `what` tells it from others of its kind where its words change by the day or are not its own."""
    project, review, name, deputy_for = about
    return {
        "kind": kind, "project": project, "review": review, "proposal": None, "consultation": None, "name": name, "words": words.as_json(), "deputy_for": deputy_for,
        "key": digest_of(canonical([kind, str(project), str(review), what or words.zh])),
    }  # fmt: skip


def _whose(holder: str, subject: str, absent: Sequence[Known]) -> PersonNamed | None:
    """The absent person whose case it is; None where it is the person's own."""
    if same_subject(holder, subject):
        return None
    return next((_named(each) for each in absent if same_subject(each.subject, holder)), None)


def _named(person: Known) -> PersonNamed:
    return {"name": person.name, "subject": person.subject}
