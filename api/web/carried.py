"""A form that waits while its sender signs in again: what was typed in it, in words; what pages keep for themselves is not told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from api.web.sheet_form import AS_TYPED, STATE, UNSTATED
from review.errors import Text
from review.sheet.catalogue import describe
from review.sheet.fields import NONE
from review.terms import ANSWER_WORDS, OUTCOMES, REPLY_WORDS, THERE_IS_NONE, TRUTH_WORDS

# What pages keep in hidden fields and buttons.
_OF_THE_PAGE = frozenset({"then", "version", "base", "once", "next", "start", "seen", "csrf", "act", "pending"})
_SECTION = re.compile(r"/drafts/\d+/([a-z_]+)")
_ROW = re.compile(r"/drafts/\d+/rows/([a-z_.]+)/\w+")
# A choice or a mark of programs, which is nothing that somebody typed.
_CODE = re.compile(r"[a-z][a-z0-9]*([_.:-][a-z0-9]+)*")
_YES_NO = {"yes": TRUTH_WORDS[True], "no": TRUTH_WORDS[False]}
# Names of fields that several forms have, and the words of what can be chosen in them.
_NAMES: Mapping[str, Text] = {
    "outcome": Text("决定", "decision"), "reason": Text("理由", "reason"), "clause": Text("条款", "clause"), "conditions": Text("条件", "conditions"),
    "responsible": Text("责任单位或责任人", "who is responsible"), "due": Text("期限", "to be done by"), "second": Text("复核人", "second person"),
    "answer": Text("认定", "what is said of it"), "opinion": Text("意见", "opinion"), "words": Text("意见内容", "its words"), "question": Text("问题", "question"),
    "day": Text("日期", "day"), "document": Text("文件", "document"), "name": Text("名称", "name"), "note": Text("备注", "note"),
}  # fmt: skip
_CHOICES: Mapping[str, Mapping[str, Text]] = {"outcome": OUTCOMES, "answer": ANSWER_WORDS, "opinion": REPLY_WORDS}
_TYPED = Text("所填内容", "typed")


def carried_words(address: str, fields: Iterable[tuple[str, str]]) -> Iterator[tuple[Text, Text]]:
    """What was typed in a form that goes to that address: each field's label with its value, in words where it is a choice."""
    for name, value in fields:
        plain = name.removeprefix(STATE)
        value = value.removeprefix(AS_TYPED).strip()
        if plain in _OF_THE_PAGE or value in ("", UNSTATED):
            continue
        label, choices = _of_sheet(address, plain) or (_NAMES.get(plain), _CHOICES.get(plain, {}))
        if name != plain:
            if value == NONE and label:
                yield label, THERE_IS_NONE
        elif value in choices or (value in _YES_NO and label):
            yield label or _TYPED, choices.get(value) or _YES_NO[value]
        elif label or not _CODE.fullmatch(value):
            yield label or _TYPED, Text(value, value)


def _of_sheet(address: str, name: str) -> tuple[Text, Mapping[str, Text]] | None:
    """The label and choices of a field of the sheet; None where the form is none of the sheet's."""
    section, row = _SECTION.fullmatch(address), _ROW.fullmatch(address)
    path = f"{row[1]}[].{name}" if row else f"{section[1]}.{name}" if section else ""
    try:
        found = describe(path)
    except KeyError:
        return None
    return found.label, found.choices or {}
