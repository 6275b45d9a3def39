"""What events of the office itself state (机关事项的事件内容): keys, hooks, accounts, persons, settings, absences, the plan's text, editions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from review.record.storage.event_marks import FileNamed, Marked, PersonNamed


class KeyBody(Marked):
    """A key to the JSON API; `secret` is the HMAC of its secret, of one made before there was a key file its SHA-256; `expires` UTC or None."""

    key: str
    name: str
    role: str
    secret: str
    expires: str | None


class KeyEndBody(Marked):
    """The revocation of a key."""

    key: str
    reason: str


class HookBody(Marked):
    """A hook that is `added`, is given another secret (`rotated`) or `removed` (`act`); `kinds` are kinds of event, separated by a space."""

    hook: str
    act: str
    url: str
    kinds: str
    reason: str | None


class AccountBody(Marked):
    """An account that is added, given another first password, given or taken the right of a rule keeper, has the second factor taken away, or ended (`act`)."""

    login: str
    act: str
    name: str
    role: str
    reason: str | None


class PersonBody(Marked):
    """A person who is made known by a subject, or is known no longer (`act`: `known`, `ended`), or is given or taken the right of a rule keeper."""

    subject: str
    act: str
    name: str
    reason: str | None


class SettingBody(Marked):
    """A setting of the office: one that weakens a safeguard, as it was turned on or off (`value`), or what its papers say of it.

    `reason` is of those that say who signs decisions, and of a key that signs checkpoints in place of those that have `ended` (public
    keys in base64, as its `value`).
    """

    setting: str
    value: str
    reason: NotRequired[str]
    ended: NotRequired[list[str]]


class AbsenceBody(Marked):
    """A person's absence with a deputy, both days included, or its end before that (`act`: `recorded`, `ended`).

    `absence` is the position of the event that recorded the absence which ends; persons are named by subject and name.
    """

    act: str
    absence: int | None
    person: str
    person_name: str
    deputy: str
    deputy_name: str
    begins: str
    ends: str
    reason: str | None


class PlanBody(Marked):
    """The plan's text as it was attached. `ruleset_id` is whose plan it is; events of before several rulesets do not say."""

    text_digest: str
    form: str
    ruleset_id: NotRequired[str]


# An edition as an event names it: `history` are the entries of its content. (`from` is a word of Python's own.)
EditionNamed = TypedDict(
    "EditionNamed", {"id": str, "edition": str, "digest": str, "from": str, "history": list[Mapping[str, Any]]}
)


class EditionBody(Marked):
    """A step of the law: editions `proposed` or `adopted`, a proposal `returned` or `withdrawn` (`act`).

    `proposal` is the position of the event that proposed them; None of a proposal itself, and of the shipped editions that a record
    begins with, which have neither proposer nor confirmer. `before` are the digests of the editions that a proposal was made from, `conflicts` the office's changes that were not carried onto each, `kept` later editions that stay beside them,
    `files` the scans that their histories name.
    """

    act: str
    proposal: int | None
    reason: str | None
    editions: list[EditionNamed]
    before: NotRequired[list[str]]
    conflicts: NotRequired[list[list[str]]]
    kept: NotRequired[list[str]]
    files: NotRequired[list[FileNamed]]
    proposer: NotRequired[PersonNamed]
    confirmer: NotRequired[PersonNamed]
    confirmer_session: NotRequired[str]
