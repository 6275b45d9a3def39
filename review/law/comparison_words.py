"""What a rule, a setting or a clause said before and says now, in words: conditions read aloud, codes by their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from review.errors import Text
from review.law.comparison import Cell
from review.law.edition import Rule, Ruleset
from review.law.prose import Recital, Spoken, recite, spoken, template_words, unit_words
from review.law.tables import COLUMN_WORDS
from review.sheet.catalogue import describe
from review.terms import EVIDENCE_WORDS, FORCE_WORDS, MATTER_WORDS, STATUS_WORDS, TRUTH_WORDS

# What the words of a value are by the name it stands under.
_CODES: Mapping[str, Mapping[str, Text]] = {
    "evidence": EVIDENCE_WORDS,
    "rests": EVIDENCE_WORDS,
    "force": FORCE_WORDS,
    "after_plan": FORCE_WORDS,
    "matter": MATTER_WORDS,
}
_LOGIC = ("applies", "requires", "excused")
# Where a rule stands in its folder: nothing that a reader of the law asks.
_OF_FILES = ("id", "file")


@dataclass(frozen=True)
class SaidCell:
    """A cell of a difference in words; None where the edition has nothing there. `raw`: as the edition writes it, where some of it has no words."""

    column: str
    then: Spoken | None
    now: Spoken | None
    raw: tuple[str, str] | None = None


def said_cells(cells: tuple[Cell, ...], old: Ruleset, new: Ruleset, name: str | None) -> tuple[SaidCell, ...]:
    """The cells of a difference in words; `name`: the rule that they are of, None where they are of none."""
    return tuple(_said(cell, old, new, name) for cell in cells if cell.column not in _OF_FILES)


def _said(cell: Cell, old: Ruleset, new: Ruleset, name: str | None) -> SaidCell:
    tellers = [_Teller(edition, edition.rule(name) if name else None) for edition in (old, new)]
    then, now = (teller.whole(cell.column, value) for teller, value in zip(tellers, cell.values, strict=True))
    if all(teller.worded for teller in tellers):
        return SaidCell(cell.column, then, now)
    return SaidCell(cell.column, then, now, tuple(each.zh if each else "" for each in (cell.then, cell.now)))  # type: ignore[arg-type]


class _Teller:
    """Says values of one edition; `worded` is False once something had no words."""

    def __init__(self, edition: Ruleset, rule: Rule | None) -> None:
        self.edition, self.rule, self.worded = edition, rule, True

    def whole(self, column: str, value: Any) -> Spoken | None:
        if value in (None, "", [], {}):
            return None
        if self.rule is not None and column in _LOGIC:
            told: Recital = recite(self.rule, self.edition)
            logic: Spoken | None = getattr(told, column)
            return logic
        if isinstance(value, list) and len(value) > 1:
            return Spoken(Text("下列各项", "these"), tuple(Spoken(self.text(column, each)) for each in value))
        return Spoken(self.text(column, value[0] if isinstance(value, list) else value))

    def text(self, column: str, value: Any) -> Text:
        if isinstance(value, Mapping):
            if value.keys() == {"zh", "en"}:
                return self.template(Text(value["zh"], value["en"]))
            parts = [(self.name(key), self.text(key, part)) for key, part in value.items() if part not in (None, "")]
            return Text(
                "；".join(f"{key.zh}：{said.zh}" for key, said in parts),
                "; ".join(f"{key.en}: {said.en}" for key, said in parts),
            )
        if isinstance(value, list):
            return _joined([self.text(column, each) for each in value])
        if isinstance(value, bool):
            return TRUTH_WORDS[value]
        return self.code(column, str(value))

    def name(self, key: str) -> Text:
        """What a key of a value is called."""
        words = COLUMN_WORDS.get(key) or STATUS_WORDS.get(key)
        if words is None:
            self.worded = False
        return words or Text(key, key)

    def code(self, column: str, value: str) -> Text:
        if column in _CODES:
            return _CODES[column].get(value, Text(value, value))
        if column == "unit":
            return unit_words(value)
        if column == "each":
            return describe(value).label
        if column in _LOGIC:
            found = next((each for each in self.edition.reminders if each.applies_text == value), None)
            if found is not None:
                return _flat(spoken(found.applies, self.edition))
        if column in ("figure", "shows", *_LOGIC):
            self.worded = False
        return Text(value, value)

    def template(self, words: Text) -> Text:
        """Words with what is filled in named in brackets."""
        if self.rule is not None:
            return template_words(words, self.rule, self.edition)
        return Text(*(each.replace("{", "〔").replace("}", "〕") for each in (words.zh, words.en)))


def _joined(found: list[Text]) -> Text:
    return Text("；".join(each.zh for each in found), "; ".join(each.en for each in found))


def _flat(told: Spoken) -> Text:
    """A condition in one sentence: its head, and the parts after it."""
    if not told.parts:
        return told.words
    inner = _joined([_flat(each) for each in told.parts])
    return Text(f"{told.words.zh}（{inner.zh}）", f"{told.words.en} ({inner.en})")
