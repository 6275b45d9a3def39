"""The plan's own text (方案原文): read, quotes compared with it, quotes found in it. The product ships the quoted words alone.

White space does not count when words are compared: a text taken from a printed page breaks its lines anywhere.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from review.errors import Fault, Refused, Text
from review.law.edition import Ruleset

LARGEST_PLAN = 5_000_000
SHORTEST_QUOTE = 6
CLAUSES, WHOLE = "clauses", "text"
_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")


@dataclass(frozen=True)
class PlanText:
    """The plan's text: by clause where it came as a CSV, else whole."""

    clauses: Mapping[str, str] | None
    whole: str = ""

    @property
    def form(self) -> str:
        """`clauses` or `text`."""
        return WHOLE if self.clauses is None else CLAUSES

    @cached_property
    def _squeezed(self) -> str:
        return squeeze(self.whole)

    def squeezed(self, clause: str) -> str | None:
        """The words in which a clause's quotes are to stand, white space aside; None where there is no such clause."""
        if self.clauses is None:
            return self._squeezed
        text = self.clauses.get(clause)
        return None if text is None else squeeze(text)


@dataclass(frozen=True)
class Passage:
    """A stretch of the plan: a clause's number (empty in a text that is not cut by clause) and pieces, each quoted or not."""

    clause: str
    pieces: tuple[tuple[str, bool], ...]
    asked: bool


def read_plan(content: bytes) -> PlanText:
    """The plan out of a file: a CSV with the columns `clause` and `text`, or plain text. Raises Refused."""
    if len(content) > LARGEST_PLAN:
        raise Refused([Fault("file", Text(f"最多 {LARGEST_PLAN:,} 字节", f"at most {LARGEST_PLAN:,} bytes"))])
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except UnicodeDecodeError as error:
        raise Refused([Fault("file", Text("应为 UTF-8 文本或 CSV", "should be text or CSV in UTF-8"))]) from error
    except csv.Error:
        rows = []
    if rows and {"clause", "text"} <= set(rows[0]):
        return PlanText({(row["clause"] or "").strip(): row["text"] or "" for row in rows})
    if not text.strip():
        raise Refused([Fault("file", Text("文件是空的", "the file is empty"))])
    return PlanText(None, text)


def squeeze(text: str) -> str:
    """Words without white space."""
    return "".join(text.split())


def quotes(ruleset: Ruleset, lines: Mapping[str, str] | None = None) -> Iterator[tuple[str, str, str]]:
    """Every quote of the plan in an edition: where it stands, its clause, its words."""
    for rule in ruleset.rules:
        for citation in rule.citations:
            if citation.clause and citation.quote is not None:
                yield (lines or {}).get(rule.id, rule.id), citation.clause, citation.quote
    for number, row in enumerate(ruleset.content["clauses"], 2):
        if row["quote"]:
            yield f"clauses.csv:{number}", row["clause"], row["quote"]


def quote_faults(ruleset: Ruleset, plan: PlanText, lines: Mapping[str, str] | None = None) -> Iterator[Fault]:
    """Every quote of an edition that the plan's text does not have."""
    for where, clause, quote in quotes(ruleset, lines):
        text = plan.squeezed(clause)
        if text is None:
            yield Fault(where, Text(f"方案中没有条款 {clause}", f"the plan has no clause {clause}"))
        elif len(squeeze(quote)) < SHORTEST_QUOTE:
            yield Fault(
                where, Text(f"引文“{quote}”过短，至少 6 字", f"the quote {quote!r} is too short: at least 6 characters")
            )
        elif squeeze(quote) not in text:
            yield Fault(where, Text(f"条款 {clause} 中没有“{quote}”", f"clause {clause} does not say {quote!r}"))


def quotes_of(ruleset: Ruleset, clause: str) -> tuple[str, ...]:
    """The words of a clause that an edition rests on, without repetition."""
    return tuple(dict.fromkeys(quote for _, each, quote in quotes(ruleset) if each == clause))


def in_context(plan: PlanText, order: Sequence[str], clause: str, words: Iterable[str]) -> tuple[Passage, ...]:
    """A clause with its neighbours, the quoted words marked. `order`: the clauses as they follow each other.

    Of a text that is not cut by clause: the lines in which the words stand, with the one before and after.
    """
    marked_words = tuple(words)
    if plan.clauses is not None:
        place = order.index(clause) if clause in order else 0
        near = [each for each in order[max(0, place - 1) : place + 2] if each in plan.clauses]
        return tuple(
            Passage(each, marked(plan.clauses[each], marked_words if each == clause else ()), each == clause)
            for each in near
        )
    quoted = _quoted(plan.whole, marked_words)
    spans = [(each.start(), each.end()) for each in _LINE.finditer(plan.whole)]
    with_quotes = {number for number, (start, end) in enumerate(spans) if any(quoted[start:end])}
    shown = sorted(
        {each for number in with_quotes for each in (number - 1, number, number + 1) if 0 <= each < len(spans)}
    )
    return tuple(
        Passage("", _pieces(plan.whole[slice(*spans[each])], quoted[slice(*spans[each])]), each in with_quotes)
        for each in shown
    )


def marked(text: str, words: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """A text in pieces: what is quoted and what is not, in order; nothing of it is left out."""
    return _pieces(text, _quoted(text, words))


def _quoted(text: str, words: Iterable[str]) -> list[bool]:
    """Of each character whether it belongs to the words, which may be broken by white space."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    plain = "".join(text[place] for place in places)
    quoted = [False] * len(text)
    for word in map(squeeze, words):
        start = plain.find(word) if word else -1
        if start >= 0:
            first, last = places[start], places[start + len(word) - 1]
            quoted[first : last + 1] = [True] * (last + 1 - first)
    return quoted


def _pieces(text: str, quoted: Sequence[bool]) -> tuple[tuple[str, bool], ...]:
    result = []
    for is_quoted, group in groupby(zip(text, quoted, strict=True), key=lambda each: each[1]):
        result.append(("".join(character for character, _ in group), is_quoted))
    return tuple(result)
