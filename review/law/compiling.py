"""Compiling an edition (版本编译): its content read into rules, terms and reminders, with every fault found."""

from __future__ import annotations

import copyreg
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from review.errors import Fault, RecordDamaged, RulesetError, Text
from review.law.before import given_before
from review.law.conditions import Condition, ConditionError, Names, conjunction, conjuncts, free_names, parse
from review.law.edition import (
    FINDINGS_VERSIONS,
    KEY_COLUMNS,
    PLAN_CONTINUES,
    Citation,
    Parameter,
    Reminder,
    Rule,
    Ruleset,
    facts_version,
    keys_of,
)
from review.law.fact_names import Keys, fact_names, item_names
from review.law.names import ITEM, Vocabulary
from review.law.vocabulary import VERSIONS, vocabulary_of
from review.quantities import read_decimal
from review.terms import FORCES, MATTERS


def from_content(content: Mapping[str, Any], lines: Mapping[str, str] | None = None) -> Ruleset:
    """The edition of a content. Raises RulesetError with every fault found; `lines` says where each rule stands."""
    reader = _Reader(content, lines or {})
    for key, known in (("facts", VERSIONS), ("findings", FINDINGS_VERSIONS)):
        if (stated := content.get(key, 1)) not in known or type(stated) is not int:
            words = "、".join(map(str, known))
            reader.fault(
                "edition.yaml",
                f"{key} 为 {stated!r}，可用：{words}；请改正，或用支持它的版本打开",
                f"{key} is {stated!r}, it can be {words}: put it right, or use a release that knows it",
            )
            raise RulesetError(reader.faults)
    reader.tables()
    reader.terms()
    rules = tuple(rule for raw in content["rules"] if (rule := reader.rule(raw)) is not None)
    reminders = tuple(reader.reminders())
    if reader.faults:
        raise RulesetError(reader.faults)
    return Ruleset(
        MappingProxyType(dict(content)),
        rules,
        MappingProxyType(reader.parameters),
        reminders,
    )


@lru_cache(maxsize=32)
def compiled(content: bytes) -> Ruleset:
    """The edition of a content as bytes, memoised: the one cache of editions in a process. Raises RulesetError."""
    return from_content(json.loads(content))


# The latest editions by digest, so that content need not be read to find them.
_BY_DIGEST: dict[str, Ruleset] = {}
_MOST = 64


def compiled_as(digest: str, read: Callable[[], bytes]) -> Ruleset:
    """The edition of a digest, memoised; `read` gives its content where it is not. Raises RulesetError, RecordDamaged for another content."""
    found = _BY_DIGEST.get(digest)
    if found is None:
        found = compiled(read())
        if found.digest != digest:
            words = Text("规则版本的内容与其摘要不符", "the content of an edition does not have its digest")
            raise RecordDamaged([Fault(digest, words)])
        while len(_BY_DIGEST) >= _MOST:
            _BY_DIGEST.pop(next(iter(_BY_DIGEST)), None)
        _BY_DIGEST[digest] = found
    return found


def _again(content: bytes, overridden: bool) -> Ruleset:
    found = compiled(content)
    return found.asked_for() if overridden else found


def _reduced(ruleset: Ruleset) -> tuple[Any, ...]:
    """For another process: its content, compiled there and memoised."""
    return _again, (ruleset.canonical, ruleset.overridden)


copyreg.pickle(Ruleset, _reduced)


@lru_cache(maxsize=256)
def _names(
    vocabulary: Vocabulary, keys: Keys, parameters: frozenset[str], terms: tuple[tuple[str, str], ...], lists: tuple[str, ...], of_any: bool = False
) -> Names:  # fmt: skip
    """The names of conditions on the items of each of the lists (`of_any`: of any); of editions with the same names the same, as `parse` memoises by it."""
    facts = dict(fact_names(vocabulary, keys, lists if of_any else ()))
    items = [item_names(vocabulary, keys, path) for path in lists]
    if items and not of_any:
        facts |= {name: entry for name, entry in items[0].items() if all(name in other for other in items)}
    return Names(facts, parameters, dict(terms))


class _Reader:
    def __init__(self, content: Mapping[str, Any], lines: Mapping[str, str]) -> None:
        self.content, self.lines, self.faults = content, lines, list[Fault]()
        # Terms that cannot be read, and whether a condition of the rule at hand could not be.
        self.broken_terms, self.unread = set[str](), False
        self.clauses = {row["clause"]: row for row in content["clauses"]}
        self.authorities = {row["article"]: tuple(row["authorities"].split(";")) for row in content["authorities"]}
        self.parameters = {
            row["parameter"]: Parameter(
                read_decimal(row["value"]),
                row["value"],
                row["unit"],
                row["source"],
                row["evidence"],
                row.get("article") or None,
                row.get("quote") or None,
            )
            for row in content["parameters"]
        }

    def fault(self, where: str, zh: str, en: str) -> None:
        self.faults.append(Fault(self.lines.get(where, where), Text(zh, en)))

    def tables(self) -> None:
        for name, rows in self.content["tables"].items():
            column = KEY_COLUMNS.get(name)
            if column is None or (rows and column not in rows[0]):
                there = "、".join(each for each in KEY_COLUMNS if each != "parameters")
                self.fault(
                    f"tables.{name}",
                    f"没有这种表，或缺少列 {column}；可用的表：{there}",
                    f"no such table, or no column {column}; there are: {there}",
                )

    def rule(self, raw: Mapping[str, Any]) -> Rule | None:
        where = str(raw.get("id", "?"))
        before = len(self.faults)
        for key in ("id", "clauses", "matter", "force", "title", "applies", "requires", "messages"):
            if not raw.get(key):
                self.fault(where, f"规则缺少 {key}", f"the rule lacks {key}")
        if len(self.faults) > before:
            return None
        if raw["force"] not in FORCES:
            self.fault(
                where, f"效力 {raw['force']} 不在 {FORCES} 之列", f"force {raw['force']} is none of {', '.join(FORCES)}"
            )
        if raw["matter"] not in MATTERS:
            self.fault(
                where,
                f"事项 {raw['matter']} 不在 {MATTERS} 之列",
                f"matter {raw['matter']} is none of {', '.join(MATTERS)}",
            )
        each = tuple(raw.get("each", ()))
        names = self.names(each)
        self.unread = False
        applies, requires = (self.condition(where, key, raw[key], names) for key in ("applies", "requires"))
        excused = self.condition(where, "excused", raw["excused"], names) if raw.get("excused") else None
        citations, authorities = self.citations(where, raw)
        if len(self.faults) > before or self.unread:
            return None
        try:
            return self.built(where, raw, each, (citations, authorities), (applies, requires, excused))
        except ValueError as error:
            self.fault(where, f"文字有误：{error}", f"its words {error}")
            return None

    def built(
        self, where: str, raw: Mapping[str, Any], each: tuple[str, ...], cited: tuple[tuple[Citation, ...], tuple[str, ...]],
        logic: tuple[Condition, Condition, Condition | None],
    ) -> Rule:  # fmt: skip
        citations, authorities = cited
        applies, requires, excused = logic
        parts = conjuncts(applies)
        about_item = [any(name.startswith(ITEM) for name in free_names(part)) for part in parts]
        return Rule(
            id=where, file=str(raw["file"]), each=each, matter=raw["matter"], force=self.force(raw), title=_text(raw["title"]),
            citations=citations, authorities=authorities, applies_text=str(raw["applies"]), requires_text=str(raw["requires"]),
            outer=conjunction(tuple(p for p, item in zip(parts, about_item, strict=True) if each and not item)),
            inner=conjunction(tuple(p for p, item in zip(parts, about_item, strict=True) if item or not each)),
            requires=requires, excused=excused, figure=raw.get("figure"), unit=raw.get("unit"),
            commitment=_maybe(raw.get("commitment")), remedy=_maybe(raw.get("remedy")), note=_maybe(raw.get("note")),
            force_basis=_maybe(raw.get("force_basis")),
            messages=MappingProxyType({status: _text(words) for status, words in self.messages(raw).items()}),
            after_plan=raw.get("after_plan"), rests=raw.get("rests"),
            gives=raw.get("gives") if facts_version(self.content) > 1 else given_before(where),
            target_of=raw.get("target_of"), shows=tuple(raw.get("shows", ())),
        )  # fmt: skip

    @cached_property
    def plan_ended(self) -> bool:
        """Whether the office has decided that the plan does not continue after its period (`plan_continues`: no)."""
        continues = self.parameters.get(PLAN_CONTINUES)
        return continues is not None and continues.text == "no"

    def force(self, raw: Mapping[str, Any]) -> str:
        """The rule's force: of one that rests on the plan alone, what is left of it once the plan does not continue."""
        return str(raw["after_plan"] if self.plan_ended and raw.get("after_plan") else raw["force"])

    def messages(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The rule's words by status. Where its force is less than it was written with, what it says of a failure is said still."""
        found = dict(raw["messages"])
        if self.force(raw) != raw["force"] and "fail" in found:
            found.setdefault("attention", found["fail"])
        return found

    @cached_property
    def known(self) -> tuple[Vocabulary, Keys, frozenset[str], tuple[tuple[str, str], ...]]:
        """What the names of its conditions mean is told by this, beside the lists whose items they speak of."""
        content = self.content
        return (
            vocabulary_of(facts_version(content)),
            keys_of(content),
            frozenset(self.parameters),
            tuple(content["terms"].items()),
        )

    def names(self, each: tuple[str, ...]) -> Names:
        return _names(*self.known, each)

    def terms(self) -> None:
        """Reads every term by itself, so that what is wrong in one is one fault, with its place."""
        names = _names(*self.known, self.known[0].lists, of_any=True)
        for term in self.content["terms"]:
            try:
                parse(term, names)
            except ConditionError as error:
                if error.term in (term, None):
                    self.broken_terms.add(term)
                    self.fault(f"terms.{term}", f"用语 {term}：{error.text.zh}", f"the term {term}: {error.text.en}")

    def condition(self, where: str, key: str, text: object, names: Names) -> Condition:
        try:
            return parse(str(text), names)
        except ConditionError as error:
            if error.term not in self.broken_terms:
                place = f"{where}.{key}"
                self.fault(
                    place if place in self.lines else where,
                    f"规则 {where} 的 {key} 无法读取：{error.text.zh}", f"{key} of {where} cannot be read: {error.text.en}",
                )  # fmt: skip
            self.unread = True
            return conjunction(())

    def reminders(self) -> Iterator[Reminder]:
        """What laws ask beside the rules, in order; each by its place among them."""
        names = self.names(())
        for place, raw in enumerate(self.content.get("reminders", ())):
            where = f"reminders.{place}"
            applies = self.condition(where, "applies", raw["applies"], names)
            yield Reminder(_law(raw), _text(raw["message"]), str(raw["applies"]), applies)

    def citations(self, where: str, raw: Mapping[str, Any]) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
        citations: list[Citation] = []
        authorities: dict[str, None] = {}
        for each in raw["clauses"]:
            clause = self.clauses.get(each["clause"])
            if clause is None:
                self.fault(where, f"规划没有条款 {each['clause']}", f"the plan has no clause {each['clause']}")
                continue
            citations.append(
                Citation(self.content["plan"]["title"], clause["article"], clause["clause"], each["quote"], "official")
            )
            authorities.update(dict.fromkeys(self.authorities.get(clause["article"], ())))
        for law in raw.get("basis", ()):
            citations.append(_law(law))
        if self.plan_ended:
            # What lives comes before the plan whose period is over.
            citations.sort(key=lambda each: each.clause is not None)
        return tuple(citations), tuple(authorities)


def _law(raw: Mapping[str, Any]) -> Citation:
    return Citation(raw["document"], raw.get("article"), None, raw.get("quote"), raw.get("evidence", "third-party"))


def _text(raw: Mapping[str, str]) -> Text:
    """Words in both languages; an unquoted comma in YAML's braces would cut them short, so other keys are an error."""
    if not isinstance(raw, Mapping) or set(raw) != {"zh", "en"} or not raw["zh"] or not raw["en"]:
        raise ValueError(f"should hold zh and en and nothing else (quote what has commas): {raw!r}")
    return Text(str(raw["zh"]), str(raw["en"]))


def _maybe(raw: Mapping[str, str] | None) -> Text | None:
    return _text(raw) if raw else None
