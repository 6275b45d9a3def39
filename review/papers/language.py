"""The language of a paper: words, days, amounts and addresses of fields in Chinese or in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from review.errors import Text
from review.law.edition import Ruleset
from review.law.table_words import figure_words, source_words
from review.papers.blocks import Language
from review.quantities import plain, rounded
from review.sheet.catalogue import label_of
from review.terms import EVIDENCE_WORDS, NOT_STATED, SIGNS

_PLACES = 6


@dataclass(frozen=True)
class Voice:
    """Says things in one language; `ruleset` is the edition whose tables are cited."""

    language: Language
    ruleset: Ruleset

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def words(self, value: Text | Mapping[str, str] | None) -> str:
        """Words that exist in both languages."""
        if value is None:
            return ""
        return self.say(value.zh, value.en) if isinstance(value, Text) else self.say(value["zh"], value["en"])

    def joined(self, each: Any) -> str:
        return self.say("；", "; ").join(each)

    def day(self, iso: str | None) -> str:
        if iso is None:
            return self.unstated()
        day = date.fromisoformat(iso)
        return self.say(f"{day.year}年{day.month}月{day.day}日", iso)

    def unstated(self) -> str:
        return self.words(NOT_STATED)

    def amount(self, value: Any, unit: str | None = None) -> str:
        """A figure of a review document: decimal text, or its ends `low` and `high`; with its unit."""
        if value is None:
            return self.unstated()
        if isinstance(value, str):
            words = self.figure(value)
        elif value["high"] is not None:
            words = f"{self.figure(value['low'])}～{self.figure(value['high'])}"
        elif value["low"] not in (None, "0"):
            words = self.say("不少于 ", "at least ") + self.figure(value["low"])
        else:
            return self.unstated()
        return f"{words} {unit}" if unit else words

    def figure(self, text: str) -> str:
        """A decimal as it is stored; a longer one is rounded to six places for display, with the sign ≈."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            return text
        short = rounded(value, _PLACES)
        return plain(value) if short == value else f"≈{plain(short)}"

    def side(self, side: Mapping[str, Any] | None) -> str:
        """`observed` or `required` of a finding."""
        if side is None:
            return self.unstated()
        relation = SIGNS.get(side.get("relation", ""), "")
        return f"{relation} {self.amount(side.get('value') or side, side['unit'])}".strip()

    def citation(self, citation: Mapping[str, str | None]) -> str:
        """A citation on a line: document, article, clause, the words quoted, and how far they were checked."""
        clause = citation["clause"]
        parts = [
            self.words(source_words(citation["document"] or "")),
            citation["article"] or "",
            self.say(f"条款 {clause}", f"clause {clause}") if clause else "",
            f"“{self.quote(citation)}”" if citation["quote"] else "",
            f"〔{self.evidence(citation['evidence'])}〕",
        ]
        return " ".join(part for part in parts if part)

    def quote(self, citation: Mapping[str, str | None]) -> str:
        """The words cited: a document's as they are, a table's in the paper's language."""
        return self.words(figure_words(self.ruleset, citation["document"], citation["quote"]))

    def evidence(self, evidence: str | None) -> str:
        return self.words(EVIDENCE_WORDS.get(evidence or "")) or str(evidence)

    def ordinal(self, number: int) -> str:
        """The number of a heading: 一、 or 1."""
        return f"{'一二三四五六七八九十'[number - 1]}、" if self.language == "zh" else f"{number}. "

    def numbers(self, found: Iterable[int]) -> str:
        """Numbers of a list: 〔1〕〔3〕 or [1][3]."""
        return "".join(self.say(f"〔{each}〕", f"[{each}]") for each in found)

    def field(self, path: str) -> str:
        """Where in the sheet a subject or field stands, in words."""
        return self.words(label_of(path))
