"""What a paper is made of: sections of a few plain forms, in one language, which every writer (PDF, Word, print view) lays out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, ClassVar, Literal, TypeVar

from review.verdict.terminal import safe

Language = Literal["zh", "en"]
Kind = Literal["opinion", "notice"]
_Any = TypeVar("_Any")


@dataclass(frozen=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True)
class Pairs:
    """Labels and values, a row each, or two in a row."""

    form: ClassVar[str] = "pairs"
    rows: tuple[Pair, ...]
    beside: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with a head that is repeated on each page; `widths` are shares of the line."""

    form: ClassVar[str] = "grid"
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Points:
    """Lines of a list."""

    form: ClassVar[str] = "points"
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Prose:
    """A paragraph; a `strong` one is what the reader must not miss, an `indented` one is of a letter."""

    form: ClassVar[str] = "prose"
    text: str
    strong: bool = False
    indented: bool = False


@dataclass(frozen=True)
class Entry:
    """A finding: what was judged, with what outcome, on which figures and words."""

    form: ClassVar[str] = "entry"
    title: str
    status: str
    status_words: str
    about: str
    message: str
    rows: tuple[Pair, ...]
    citations: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Lines:
    """Lines to be filled in by hand: 经办–复核–签发."""

    form: ClassVar[str] = "lines"
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Closing:
    """The end of a letter (落款), at the right: the office, the day, the place of the seal."""

    form: ClassVar[str] = "closing"
    lines: tuple[str, ...]


Block = Pairs | Grid | Points | Prose | Entry | Lines | Closing


@dataclass(frozen=True)
class Section:
    """A heading, which may be empty, and what stands below it; `level` 2 is inside the section before it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 1
    starts_page: bool = False


@dataclass(frozen=True)
class Paper:
    """A whole paper. `day` is the ISO day it is dated, from the record; `mark` stands on each page beside `number`.

    Of a letter `issuer` is the office that sends it, `reference` its document number (文号), and there is no mark.
    """

    kind: Kind
    language: Language
    title: str
    mark: str
    number: str
    code: str
    day: str
    sections: tuple[Section, ...]
    page_words: tuple[str, str, str]
    issuer: str = ""
    reference: str = ""


def cleaned(value: _Any) -> _Any:
    """The same with every text inert: white space is a space, what cannot be seen or turns the line round is written as an escape."""
    return with_texts(value, lambda text: safe(re.sub(r"\s+", " ", text).strip()))


def with_texts(value: _Any, change: Callable[[str], str]) -> _Any:
    """The same with every text of it changed."""
    found: Any = value
    if isinstance(value, str):
        found = change(value)
    elif isinstance(value, tuple):
        found = tuple(with_texts(each, change) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: with_texts(getattr(value, field.name), change) for field in fields(value)}
        found = replace(value, **changed)
    return found  # type: ignore[no-any-return]
