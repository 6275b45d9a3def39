"""Proposals (提案): a change of the law proposed by one person and confirmed by another; returned, withdrawn or adopted, each an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import Connection, select

from review.errors import Conflict, Fault, NotRecorded, Refused, Text
from review.law.listing import EditionListed, edition_listed
from review.law.table_words import change_words
from review.record.access.known_people import Known, person_named, person_of
from review.record.access.names import person_key
from review.record.access.rule_keepers import is_rule_keeper, keeper_named, same_person
from review.record.editions.adoption import adopt_shipped, append_edition, named
from review.record.editions.drawing_up import Drawn, Pair, first_day, later_editions, names_taken
from review.record.editions.in_force import Law, edition_of_digest
from review.record.storage.actors import Actor, acting
from review.record.storage.event_marks import FileNamed, PersonNamed
from review.record.storage.files import MOST_IN_RECORD, Scan, file_named, packed_files, read_file, validate_files
from review.record.storage.journal import body_of, table
from review.record.storage.office_bodies import EditionBody
from review.record.storage.store import Store
from review.record.storage.tables import EditionStep, Event, StoredRuleset
from review.record.storage.text_limits import LARGEST_NUMBER, validate_words

OPEN = "proposed"
STATE_WORDS = {
    OPEN: Text("待确认", "to be confirmed"), "adopted": Text("已采用", "adopted"), "returned": Text("已退回", "returned"),
    "withdrawn": Text("已撤回", "withdrawn"),
}  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A proposal as it stands: its number (the position of its event), who proposed it and when (UTC), why, and what became of it.

    `files` are the scans of the documents that its changes rest on.

    `state` is `proposed`, `adopted`, `returned` or `withdrawn`; `ended` says when, `by` who ended it and `ending` the reason given.
    """

    id: int
    at: str
    proposer: PersonNamed
    reason: str
    drawn: Drawn
    state: str
    ended: str | None = None
    by: str | None = None
    ending: str | None = None
    files: tuple[FileNamed, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return self.drawn.pairs


class EditionProposed(EditionListed):
    """A proposed edition as JSON values, with what it changes; `before` is the edition that it comes after or takes the place of.

    `conflicts` are changes of the office's own that were not carried onto it, as it changes the same.
    """

    before: str | None
    conflicts: list[str]


class ProposalShown(TypedDict):
    """A proposal as JSON values; `id` is its number as text, times are UTC."""

    id: str
    at: str
    proposer: PersonNamed
    reason: str
    state: str
    ended: str | None
    by: str | None
    ending: str | None
    files: list[FileNamed]
    editions: list[EditionProposed]


def propose(
    store: Store,
    drawn: Drawn,
    reason: str,
    by: str | Actor,
    *,
    scans: Sequence[Scan] = (),
    most_files: int = MOST_IN_RECORD,
    within: Callable[[Connection], None] | None = None,
) -> int:
    """Propose editions that are sound, with the scans that their histories name. Returns the proposal's number.

    The record holds at most `most_files` bytes of files; `within` is done in the same transaction.
    Raises Refused, Conflict, RecordUnavailable.
    """
    actor = acting(by)
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    if actor.for_another:
        words = Text("提案须由人员登录提出，不能用密钥", "a proposal is a person's: sign in, a key cannot make one")
        raise Refused([Fault("", words)])
    contents = packed_files(scans)
    with store.writing() as connection:
        law, pairs = adopt_shipped(connection), drawn.pairs
        _require_current(law, drawn)
        taken = {*names_taken(connection, pairs[0].edition.id)} - {each.edition for each in law.editions}
        again = [
            each.edition.edition for each in pairs if each.edition.edition in taken and not _stored(connection, each)
        ]
        if again:
            words = Text(f"名称 {'、'.join(again)} 已用于另一提案，请重新拟制", f"the name {', '.join(again)} is of another proposal: draw it up again")  # fmt: skip
            raise Conflict([Fault("", words)])
        body: EditionBody = {
            "act": OPEN,
            "proposal": None,
            "reason": reason,
            "editions": [named(each.edition) for each in pairs],
            "before": [each.before.digest if each.before else "" for each in pairs],
            "conflicts": [list(each.conflicts) for each in pairs],
            "kept": list(drawn.kept),
            "proposer": _proposer(connection, actor),
        }
        if files := _files_named(connection, pairs, scans):
            validate_files(files)
            body["files"] = files
        named_by = {each["digest"] for each in files}
        brought = {digest: each for digest, each in contents.items() if digest in named_by}
        number = append_edition(connection, actor, body, [each.edition for each in pairs], brought, most_files)
        if within is not None:
            within(connection)
        return number


def _files_named(connection: Connection, pairs: Sequence[Pair], scans: Sequence[Scan]) -> list[FileNamed]:
    """The files that the histories of proposed editions name: sent with it, or in the record already. Raises Refused."""
    sent = {each.digest: each.named for each in scans}
    found: dict[str, FileNamed] = {}
    for each in pairs:
        for entry in each.edition.content["history"]:
            digest = entry.get("file")
            if digest is None:
                continue
            named = sent.get(digest) or file_named(connection, digest)
            if named is None:
                words = Text(
                    f"文件“{entry['document']}”的扫描件没有附上，记录中也没有",
                    f"the scan of {entry['document']} is neither attached nor in the record",
                )
                raise Refused([Fault("file", words)])
            found[digest] = named
    return list(found.values())


def proposal_file(connection: Connection, number: int, digest: str) -> tuple[FileNamed, bytes]:
    """A file of a proposal, as it names it. Raises NotRecorded, RecordDamaged."""
    found = next((each for each in read_proposal(connection, number).files if each["digest"] == digest), None)
    if found is None:
        raise NotRecorded([Fault("file", Text("这项提案没有这个文件", "the proposal has no such file"))])
    return found, read_file(connection, digest)


def _stored(connection: Connection, pair: Pair) -> bool:
    rows = table(StoredRuleset)
    return connection.execute(select(rows.c.digest).where(rows.c.digest == pair.edition.digest)).first() is not None


def _require_current(law: Law, drawn: Drawn) -> None:
    """Raises Conflict where the law is not what was drawn up from any more; Refused where a name is adopted with another content.

    What a proposed edition comes after is to be in force on its first day, and no edition is to begin later that was not looked at: it
    would undo the change unseen.
    """
    for each in drawn.pairs:
        law.require_same(each.edition)
        first = date.fromisoformat(each.edition.content["from"])
        among = [edition for edition in law.of(each.edition.id) if edition.covers(first)]
        if (among[-1] if among else None) != each.before:
            raise _changed(each.before.name if each.before else "—", each.edition.content["from"])
    looked_at = {each.before.digest for each in drawn.pairs if each.before} | {*drawn.kept}
    for later in later_editions(law, drawn.pairs[0].edition.id, first_day(drawn.pairs)):
        if later.digest not in looked_at:
            raise _changed(later.name, later.content["from"])


def _changed(name: str, first: str) -> Conflict:
    words = Text(
        f"提出之后规则版本有变动（{name}，{first}）；请按现行版本重新提出",
        f"the law has changed since it was drawn up ({name}, {first}): propose it anew by what is in force",
    )
    return Conflict([Fault("", words, "law-changed")])


def confirm(store: Store, number: int, by: str | Actor, *, seen: Sequence[str] | None = None) -> int:
    """Adopt what was proposed: by another known person with the right. Returns the number of the adoption.

    `seen` are the changes that were ticked, each against its document; None where they are not asked for one by one.
    Raises NotRecorded, Refused, Conflict where the law has changed since, RecordUnavailable.
    """
    actor = acting(by)
    with store.writing() as connection:
        law = adopt_shipped(connection)
        found = read_proposal(connection, number)
        _require_open(found)
        confirmer = _keeper(connection, actor, found)
        wanted = [(each, change) for each in found.pairs for change in each.changes]
        missing = [
            (each, change)
            for each, change in wanted
            if seen is not None and f"{each.edition.edition} {change}" not in seen
        ]
        if missing:
            pair, change = missing[0]
            kind, _, name = change.partition(" ")
            about = change_words((pair.edition, *((pair.before,) if pair.before else ())), kind, name)
            words = Text(
                f"还有 {len(missing)} 项没有逐项核对：{pair.edition.edition} 版，{about.zh}",
                f"{len(missing)} changes are not ticked: edition {pair.edition.edition}, {about.en}",
            )
            raise Refused([Fault("seen", words)])
        _require_current(law, found.drawn)
        body: EditionBody = {
            "act": "adopted",
            "proposal": number,
            "reason": None,
            "editions": [named(each.edition) for each in found.pairs],
            "proposer": found.proposer,
            "confirmer": {"name": confirmer.name, "subject": confirmer.subject},
        }
        return append_edition(connection, actor, body, [each.edition for each in found.pairs])


def send_back(store: Store, number: int, reason: str, by: str | Actor) -> int:
    """Return a proposal, with a reason, by another person with the right. Raises as `confirm`."""
    return _ended(store, number, "returned", reason, acting(by))


def withdraw(store: Store, number: int, reason: str, by: str | Actor) -> int:
    """Withdraw a proposal, by who made it. Raises NotRecorded, Refused, RecordUnavailable."""
    return _ended(store, number, "withdrawn", reason, acting(by))


def _ended(store: Store, number: int, act: str, reason: str, actor: Actor) -> int:
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    with store.writing() as connection:
        found = read_proposal(connection, number)
        _require_open(found)
        if act == "returned":
            _keeper(connection, actor, found)
        elif not same_person(_known(found.proposer), _known(_proposer(connection, actor))):
            raise Refused([Fault("", Text("只有提案人可以撤回", "only who proposed it can withdraw it"))])
        body: EditionBody = {"act": act, "proposal": number, "reason": reason, "editions": []}
        return append_edition(connection, actor, body, [])


def _require_open(found: Proposal) -> None:
    if not found.is_open:
        words = STATE_WORDS[found.state]
        raise Refused(
            [Fault("", Text(f"提案 {found.id} {words.zh}", f"proposal {found.id} is {words.en}"), "proposal-ended")]
        )


def _proposer(connection: Connection, actor: Actor) -> PersonNamed:
    """The proposer: the person signed in; at a terminal the known person of that name, else the user of the system."""
    if actor.channel == "cli" and (known := person_of(connection, actor.name) or person_named(connection, actor.name)):
        return {"name": known.name, "subject": known.subject}
    return {"name": actor.name, "subject": actor.principal}


def _keeper(connection: Connection, actor: Actor, found: Proposal) -> Known:
    """The person who confirms or returns: known to the office, with the right, and not who proposed. Raises Refused."""
    if actor.channel == "cli":
        keeper = keeper_named(connection, actor.name)
    else:
        keeper = Known(actor.principal, actor.name) if is_rule_keeper(connection, actor.principal) else None
    if keeper is None:
        words = Text(
            f"“{actor.name}”没有规则管理权（rule_keeper），须由管理员授予",
            f"{actor.name} has not the right rule_keeper: an administrator gives it",
        )
        raise Refused([Fault("", words, "not-rule-keeper")])
    proposer = _known(found.proposer)
    if same_person(proposer, keeper) or person_key(proposer.name) == person_key(keeper.name):
        raise Refused([Fault("", Text("提案人不能确认自己的提案，须由另一人", "who proposed it cannot confirm it: another person does"), "second-same")])  # fmt: skip
    return keeper


def _known(person: PersonNamed) -> Known:
    return Known(person["subject"], person["name"])


def read_proposal(connection: Connection, number: int) -> Proposal:
    """A proposal as it stands. Raises NotRecorded."""
    steps = table(EditionStep)
    rows: list[Any] = []
    if 0 < number <= LARGEST_NUMBER:
        query = (
            select(steps).where((steps.c.position == number) | (steps.c.proposal == number)).order_by(steps.c.position)
        )
        rows = list(connection.execute(query).mappings())
    if not rows or rows[0]["act"] != OPEN:
        raise NotRecorded([Fault("proposal", Text(f"没有提案 {number}", f"there is no proposal {number}"))])
    event = _event(connection, number)
    body = body_of(event)
    pairs = tuple(
        Pair(
            edition_of_digest(connection, each["digest"]),
            edition_of_digest(connection, before) if before else None,
            tuple(conflicts),
        )
        for each, before, conflicts in zip(body["editions"], body["before"], body["conflicts"], strict=True)
    )
    ending = rows[1] if len(rows) > 1 else None
    over = _event(connection, ending["position"]) if ending else None
    return Proposal(
        number, event["at"], body["proposer"], body["reason"], Drawn(pairs, tuple(body["kept"])), ending["act"] if ending else OPEN,
        over["at"] if over else None, over["actor"] if over else None, ending["reason"] if ending else None, tuple(body.get("files", ())),
    )  # fmt: skip


def _event(connection: Connection, position: int) -> dict[str, Any]:
    events = table(Event)
    return dict(connection.execute(select(events).where(events.c.position == position)).mappings().one())


def list_proposals(connection: Connection, *, only_open: bool = False, limit: int = 100) -> list[Proposal]:
    """Proposals, newest first."""
    steps = table(EditionStep)
    over = select(steps.c.proposal).where(steps.c.proposal.is_not(None))
    query = select(steps.c.position).where(steps.c.act == OPEN).order_by(steps.c.position.desc()).limit(limit)
    if only_open:
        query = query.where(steps.c.position.not_in(over))
    return [read_proposal(connection, number) for number in connection.execute(query).scalars()]


def proposal_json(found: Proposal) -> ProposalShown:
    """A proposal as JSON values."""
    return {
        "id": str(found.id), "at": found.at, "proposer": found.proposer, "reason": found.reason, "state": found.state, "ended": found.ended,
        "by": found.by, "ending": found.ending, "files": list(found.files),
        "editions": [
            {
                **edition_listed(each.edition, differences),
                "before": each.before.name if each.before else None,
                "conflicts": list(each.conflicts),
            }
            for each, differences in found.drawn.differences()
        ],
    }  # fmt: skip
