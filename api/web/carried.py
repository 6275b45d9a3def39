"""A form that waits while its sender signs in again: what was typed in it, in words; what pages keep for themselves is not told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from api.web.display import edition_words
from api.web.labels import LABELS, labels_of_form
from api.web.sheet_form import AS_TYPED, STATE, UNSTATED
from review.errors import Text
from review.facts.register_keys import KINDS
from review.law.comparison import WHY_WORDS
from review.law.place import area_words_at_hand
from review.law.tables import COLUMN_WORDS
from review.record.access.signing_rules import MATTERS, SIGNER_WORDS
from review.record.storage.added import MEDIA
from review.record.work.webhooks import KIND_WORDS
from review.sheet.catalogue import describe, label_of
from review.sheet.fields import NONE
from review.terms import ANSWER_WORDS, OUTCOMES, REPLY_WORDS, ROLE_WORDS, THERE_IS_NONE, TRUTH_WORDS

# What pages keep in hidden fields and buttons.
_OF_THE_PAGE = frozenset(
    {"then", "version", "base", "once", "next", "start", "seen", "csrf", "act", "pending", "back", "review", "rule", "expected", "content", "how", "on", "off", "kept"}
)  # fmt: skip
# The box beside a field in which what to choose is looked for, and what was found.
_FIND = ("find:", "found:")
_SECTION = re.compile(r"/drafts/\d+/([a-z_]+)")
_ROW = re.compile(r"/drafts/\d+/rows/([a-z_.]+)/\w+")
# A choice or a mark of programs, which is nothing that somebody typed.
_CODE = re.compile(r"[a-z][a-z0-9]*([_.:-][a-z0-9]+)*")
_YES_NO = {"yes": TRUTH_WORDS[True], "no": TRUTH_WORDS[False]}
# The words of what can be chosen in fields.
_CHOICES: Mapping[str, Mapping[str, Text]] = {
    "outcome": OUTCOMES, "answer": ANSWER_WORDS, "opinion": REPLY_WORDS, "role": ROLE_WORDS, "roles": ROLE_WORDS, "kinds": KIND_WORDS, "kind": WHY_WORDS,
    "pollutant": KINDS, "medium": {medium: words for medium, (words, _) in MEDIA.items()}, "depth": {"quick": Text("快速", "quick"), "full": Text("全面", "full")},
}  # fmt: skip
# Who is chosen in these stands by subject.
_PEOPLE = frozenset({"holder", "person", "deputy", "ended"})
_TYPED = Text("所填内容", "typed")


def carried_words(
    address: str, fields: Iterable[tuple[str, str]], people: Mapping[str, str] | None = None
) -> Iterator[tuple[Text, Text]]:
    """What was typed in a form that goes to that address: each field's label with its value, in words where it is a choice; `people`: names by subject."""
    elsewhere = labels_of_form(address)
    for name, value in fields:
        plain = name.removeprefix(STATE)
        value = value.removeprefix(AS_TYPED).strip()
        if (
            plain in _OF_THE_PAGE
            or plain.startswith(_FIND)
            or elsewhere.get(plain, _TYPED) is None
            or value in ("", UNSTATED)
        ):
            continue
        label, choices = _of_sheet(address, plain) or (elsewhere.get(plain) or _named(plain), _choices(plain))
        if plain in _PEOPLE and people and value in people:
            value = people[value]
        if name != plain:
            if value == NONE and label:
                yield label, THERE_IS_NONE
        elif value in choices or (value in _YES_NO and label):
            yield label or _TYPED, choices.get(value) or _YES_NO[value]
        elif plain in ("path", "more"):
            yield label or _TYPED, label_of(value)
        elif plain in ("against", "ruleset"):
            yield label or _TYPED, edition_words(value)
        elif label or not _CODE.fullmatch(value):
            yield label or _TYPED, Text(value, value)


def _choices(name: str) -> Mapping[str, Text]:
    return area_words_at_hand() if name == "area" else _CHOICES.get(name, {})


def _named(name: str) -> Text | None:
    """The label of a field that is named after what it is about: an outcome to be signed, a column of a table."""
    kind, _, of = name.partition("-" if name.startswith(("matter-", "signers-")) else ":")
    if kind == "matter":
        return MATTERS.get(of)
    if kind == "signers":
        return SIGNER_WORDS.get(int(of)) if of.isdecimal() else None
    if kind == "cell":
        return COLUMN_WORDS.get(of)
    return LABELS.get(name)


def _of_sheet(address: str, name: str) -> tuple[Text, Mapping[str, Text]] | None:
    """The label and choices of a field of the sheet; None where the form is none of the sheet's."""
    section, row = _SECTION.fullmatch(address), _ROW.fullmatch(address)
    if row:
        path = f"{row[1]}[].{name}"
    elif section:
        path = name if section[1] == "there" else f"{section[1]}.{name}"
    elif name.startswith("value:"):
        path = name.removeprefix("value:")
    else:
        return None
    try:
        found = describe(path)
    except KeyError:
        return None
    return found.label, found.choices or {}
