"""Quotes of laws compared with their text (法律条文核对), as quotes of the plan are with the plan's."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from review.errors import Fault, Refused, Text
from review.law.edition import Ruleset
from review.law.files import decoded
from review.law.plan_text import SHORTEST_QUOTE, squeeze
from review.law.source import Source

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_ARTICLE = re.compile(r"第([零一二三四五六七八九十百千]+|\d+)条")


@dataclass(frozen=True)
class LawText:
    """The articles of a law by number; `name` is the part of its name that a citation's document contains."""

    name: str
    articles: Mapping[int, str]


def read_law(name: str, path: Path) -> LawText:
    """A law out of a CSV with the columns `article` (a number) and `text`. Raises Refused."""
    rows = list(csv.DictReader(io.StringIO(decoded(path.read_bytes(), str(path)), newline="")))
    articles = {
        int(row["article"]): row["text"] or ""
        for row in rows
        if {"article", "text"} <= row.keys() and (row["article"] or "").strip().isdecimal()
    }
    if not articles or len(articles) < len(rows):
        words = Text(
            "应为含 article（数字）和 text 两列的 CSV", "should be a CSV with the columns article (a number) and text"
        )
        raise Refused([Fault(str(path), words)])
    return LawText(name, articles)


def article_number(article: str) -> int | None:
    """第一百零五条 → 105, 第105条 → 105; None for what is no article."""
    found = _ARTICLE.match(article)
    if found is None:
        return None
    if found[1].isdecimal():
        return int(found[1])
    total = current = 0
    for character in found[1]:
        if character in _DIGITS:
            current = _DIGITS[character]
        else:
            total, current = total + (current or 1) * _TENS[character], 0
    return total + current


def law_faults(ruleset: Ruleset, law: LawText, lines: Mapping[str, str]) -> Iterator[Fault]:
    """Every basis of a rule, or reminder, that names no article of the law, or quotes what the article does not say."""
    for rule in ruleset.rules:
        for citation in rule.citations:
            if not citation.clause and law.name in citation.document:
                where = lines.get(f"{rule.id}.basis", lines.get(rule.id, rule.id))
                yield from _fault(where, law, citation.article or "", citation.quote or "")
    for place, reminder in enumerate(ruleset.reminders):
        citation = reminder.citation
        if law.name in citation.document:
            where = lines.get(f"reminders.{place}", f"reminders.{place}")
            yield from _fault(where, law, citation.article or "", citation.quote or "")


def law_row_faults(source: Source, law: LawText) -> Iterator[Fault]:
    """The same of rows and parameters that come from the law."""
    for row in (*source.parameters, *(row for rows in source.tables.values() for row in rows)):
        if law.name in row.entry.get("source", ""):
            yield from _fault(row.where, law, row.entry.get("article", ""), row.entry.get("quote", ""))


def _fault(where: str, law: LawText, article: str, quote: str) -> Iterator[Fault]:
    number = article_number(article)
    text = law.articles.get(number) if number is not None else None
    if number is None:
        yield Fault(where, Text(f"引用{law.name}应写明条，例如 第八条", f"a citation of {law.name} names its article, such as 第八条"))  # fmt: skip
    elif text is None:
        yield Fault(where, Text(f"{law.name}的条文中没有{article}", f"{article} is not among the articles of {law.name} at hand"))  # fmt: skip
    elif len(squeeze(quote)) < SHORTEST_QUOTE:
        yield Fault(where, Text(
            f"{law.name}{article}的引文应至少 {SHORTEST_QUOTE} 字", f"the quote of {law.name} {article} should have at least {SHORTEST_QUOTE} characters"))  # fmt: skip
    elif squeeze(quote) not in squeeze(text):
        yield Fault(where, Text(f"{law.name}{article}中没有“{quote}”", f"{law.name} {article} does not say “{quote}”"))
