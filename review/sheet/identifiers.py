"""Ids and document numbers of the sheet (编号、文号): what tells one thing from another, so what looks alike is alike, and `none` is no number."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from review.sheet.characters import LIKE_LATIN, UNSEEN, is_unseen, latin_like
from review.sheet.fields import NONE, TEXT_SCHEMA, at_intake, refuse, shown, stated_words
from review.sheet.nothing import names_nothing


def _identifier(value: Any, info: ValidationInfo) -> Any:
    words = _seen_identifier(value, info)
    if words is not None and at_intake(info) and names_nothing(words):
        raise refuse(
            "identifier_none",
            f"编号不能写 {shown(words).zh}；未知或没有请留空",
            f"an id cannot be {shown(words).en}; leave it out where there is none or it is not known",
        )
    return words


def _seen_identifier(value: Any, info: ValidationInfo) -> Any:
    words = stated_words(value)
    if words is None or words.isascii() or not at_intake(info):
        return words
    if words.isprintable() and not UNSEEN.search(words) and LIKE_LATIN.keys().isdisjoint(words):
        return words
    for at, character in enumerate(words):
        if letter := latin_like(character):
            raise refuse(
                "identifier_letter",
                f"第 {at + 1} 个字符 U+{ord(character):04X} 不是拉丁字母 {letter}，而与之同形，编号和文号中不得有，请改用拉丁字母",
                f"character {at + 1}, U+{ord(character):04X}, is not the Latin letter {letter} that it looks like; no id or document number may hold it: write the Latin one",
            )
        if is_unseen(character):
            raise refuse(
                "identifier_unseen",
                f"第 {at + 1} 个字符 U+{ord(character):04X} 不可见，编号和文号中不得有，请删去",
                f"character {at + 1}, U+{ord(character):04X}, cannot be seen; no id or document number may hold it: remove it",
            )
    return words


def _identifier_or_none(value: Any, info: ValidationInfo) -> Any:
    words = _seen_identifier(value, info)
    if isinstance(words, str) and words.lower() == NONE:
        return NONE
    if isinstance(words, str) and at_intake(info) and names_nothing(words):
        raise refuse(
            "identifier_or_none",
            f"编号或文号不能写 {shown(words).zh}；确无请写 none",
            f"an id or document number cannot be {shown(words).en}; write none where there is none",
        )
    return words


def _document_number(value: Any, info: ValidationInfo) -> Any:
    words = _seen_identifier(value, info)
    if isinstance(words, str) and (words.lower() == NONE or (at_intake(info) and names_nothing(words))):
        raise refuse(
            "document_none",
            f"文号不能写 {shown(words).zh}；如确无此文件而本项允许，请把整项写成 none，否则留空",
            f"a document number cannot be {shown(words).en}; where the field allows it write none for the whole field, else leave it out",
        )
    return words


Identifier = Annotated[str | None, BeforeValidator(_identifier), WithJsonSchema(TEXT_SCHEMA)]
IdentifierOrNone = Annotated[str | None, BeforeValidator(_identifier_or_none), WithJsonSchema(TEXT_SCHEMA)]
Number = Annotated[str | None, BeforeValidator(_document_number), WithJsonSchema(TEXT_SCHEMA)]
