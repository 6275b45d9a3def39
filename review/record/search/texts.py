"""What an event says in words (可检索的文字): of which project, source or proposal, each text with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.errors import Text
from review.law.edition import Ruleset
from review.law.table_words import named_row, row_words
from review.record.access.addresses import PREFIX as MAIL_ADDRESS
from review.record.cases.imported_rows import imported_reference
from review.sheet.catalogue import all_fields, label_of
from review.sheet.paths import leaves, pattern_of

# Where a text of an event's body stands. What is not named says nothing that a person would look for.
PLACES: Mapping[str, Text] = {
    "actor": Text("经办", "recorded by"),
    "officer": Text("决定人", "decided by"),
    "second": Text("复核人", "second person"),
    "on_behalf_of": Text("代为决定", "on behalf of"),
    "responsible": Text("责任单位", "responsible"),
    "reason": Text("理由", "reason"),
    "clause": Text("条款", "clause"),
    "condition": Text("条件", "condition"),
    "conditions": Text("条件", "condition"),
    "document": Text("文件", "document"),
    "name": Text("名称", "name"),
    "source": Text("来源编号", "source"),
    "enterprise": Text("退出企业", "enterprise of a retired line"),
    "line": Text("退出的生产线", "retired line"),
    "login": Text("登录名", "login"),
    "subject": Text("人员标识", "subject"),
    "value": Text("设定", "setting"),
    "edition": Text("规则版本", "edition"),
    "files": Text("附件", "file"),
    "note": Text("说明", "note"),
    "question": Text("征求意见的内容", "question to units"),
    "units": Text("被征求意见的单位", "unit that is consulted"),
    "unit": Text("答复单位", "unit that replies"),
    "words": Text("答复", "reply"),
    "reference": Text("原案号", "reference"),
    "holder": Text("经办人", "holder"),
    "opinion": Text("签批意见", "opinion"),
    "drafter": Text("拟定人", "drafted by"),
    "deputy_for": Text("代签", "signed for"),
    "person_name": Text("外出人", "away"),
    "deputy_name": Text("代办人", "deputy"),
}
# Kinds of event about people, keys and settings, each found by itself, and by whom auditors' pages are for.
OFFICE_KINDS = ("account", "person", "setting", "key", "key_end", "hook", "plan", "edition", "absence")
_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_SHEET_TEXTS = frozenset(each.path for each in all_fields() if each.kind in ("text", "industry"))


@dataclass(frozen=True)
class Subject:
    """What an event is about: a `project`, `source` or `proposal` by its number or id, or an event of the office by its kind and position."""

    kind: str
    id: str


@dataclass(frozen=True)
class Stated:
    """A text and where it stands: a key of PLACES or a path of the sheet."""

    place: str
    words: str


def subject_of(kind: str, position: int, body: Mapping[str, Any]) -> Subject:
    """What an event is about."""
    project = body.get("project")
    if isinstance(project, Mapping) and "id" in project:
        return Subject("project", str(project["id"]))
    if kind == "source" or (kind == "attachment" and body["source"] is not None):
        return Subject("source", str(body["source"]))
    if kind == "edition" and (body["proposal"] or body["act"] == "proposed"):
        return Subject("proposal", str(body["proposal"] or position))
    return Subject(kind, str(position))


def texts_of(actor: str, body: Mapping[str, Any]) -> Iterator[Stated]:
    """The texts of an event's body, and who acted."""
    yield Stated("actor", actor)
    # Where a person gets mail is nothing to be searched for.
    unsaid = ("value",) if str(body.get("setting", "")).startswith(MAIL_ADDRESS) else ()
    for key in (each for each in PLACES if each not in unsaid):
        yield from _words(key, body.get(key))
    for key in PLACES:
        yield from _words(key, (body.get("ruling") or {}).get(key))
    for each in body.get("editions") or ():
        yield from _words("edition", each.get("edition"))
        for entry in each.get("history") or ():
            for key in ("reason", "document"):
                yield from _words(key, entry.get(key))
    if reference := imported_reference(body.get("request")):
        yield Stated("reference", reference)


def _words(key: str, value: Any) -> Iterator[Stated]:
    if isinstance(value, str):
        # Nobody looks for a digest, and the few characters of a code stand in many.
        if not _DIGEST.fullmatch(value):
            yield Stated(key, value)
    elif isinstance(value, list):
        for each in value:
            yield from _words(key, each)
    elif isinstance(value, Mapping):
        for name in ("zh", "en", "name"):
            yield from _words(key, value.get(name))


def texts_of_sheet(sheet: Mapping[str, Any], edition: Ruleset | None) -> Iterator[Stated]:
    """The texts of a sheet. What names a row of the edition's tables is found by the row's words."""
    for path, value in leaves(sheet):
        pattern = pattern_of(path)
        if not isinstance(value, str) or pattern not in _SHEET_TEXTS:
            continue
        named = named_row(edition, pattern, value) if edition is not None else None
        yield Stated(path, row_words(*named).zh if named else value)


def place_words(place: str) -> Text:
    """Where a text stands, in words."""
    return PLACES.get(place) or label_of(place)
