"""An edition of the rules (版本): clauses, parameters, tables and rules as data, addressed by its content.

An edition is loaded from a folder, or from the content that a record kept; both give the same `Ruleset` and the same digest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from review.canonical_json import canonical, digest_of, write
from review.errors import Fault, RulesetError, Text
from review.law.before import given_before, notes_before
from review.law.conditions import (
    And,
    Compare,
    Condition,
    ConditionError,
    Entry,
    Names,
    atoms,
    conjunction,
    conjuncts,
    free_names,
    parameters_read,
    parse,
)  # fmt: skip
from review.law.names import ITEM, Vocabulary
from review.law.vocabulary import VERSIONS, vocabulary_of
from review.quantities import read_decimal
from review.terms import FORCES, MATTERS

Row = Mapping[str, str]
PLAN_CONTINUES = "plan_continues"
# The column that names a row. Not "the first one": a record keeps content with its keys sorted.
KEY_COLUMNS = {
    "benchmark_levels": "id", "coal_equivalents": "id", "parks": "park", "areas": "area", "sectors": "sector",
    "capacity_replacement": "commodity", "review_thresholds": "from", "limits": "id", "park_required": "prefix",
    "parameters": "parameter",
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """The words a rule rests on: of the plan (with clause), or of a law or standard beside it."""

    document: str
    article: str | None
    clause: str | None
    quote: str | None
    evidence: str

    def as_json(self) -> dict[str, str | None]:
        return {
            "document": self.document,
            "article": self.article,
            "clause": self.clause,
            "quote": self.quote,
            "evidence": self.evidence,
        }

    @cached_property
    def written(self) -> str:
        return write(self.as_json())


@dataclass(frozen=True)
class Reads:
    """The facts and parameters that conditions read, each once, in order."""

    facts: tuple[str, ...]
    parameters: tuple[str, ...]

    @classmethod
    def of(cls, *conditions: Condition) -> Reads:
        facts = dict.fromkeys(name for condition in conditions for name in free_names(condition))
        parameters = dict.fromkeys(name for condition in conditions for name in parameters_read(condition))
        return cls(tuple(facts), tuple(parameters))


@dataclass(frozen=True)
class Rule:
    """One rule: its clause and words, its force, its logic parsed, and what it says to a person.

    `outer` is the part of `applies` that speaks of the project, `inner` the part that speaks of the item; of a rule about
    the project as a whole (`each` empty) `inner` is all of it. `after_plan` is its force once the office has decided that the plan does
    not continue after its period; `rests` how sure the law is that it rests on (`third-party`), where that is said; `gives` what of the
    review it answers (`guidance_required`); `target_of` whose target it measures by (`plan`), where that is one for the plan's period.
    """

    id: str
    file: str
    each: tuple[str, ...]
    matter: str
    force: str
    title: Text
    citations: tuple[Citation, ...]
    authorities: tuple[str, ...]
    applies_text: str
    requires_text: str
    outer: Condition
    inner: Condition
    requires: Condition
    excused: Condition | None
    figure: str | None
    unit: str | None
    commitment: Text | None
    messages: Mapping[str, Text]
    remedy: Text | None
    note: Text | None
    force_basis: Text | None
    after_plan: str | None = None
    rests: str | None = None
    gives: str | None = None
    target_of: str | None = None

    @cached_property
    def applies(self) -> Condition:
        """All of `applies`, the outer and the inner part."""
        parts = (*conjuncts(self.outer), *conjuncts(self.inner))
        return And(parts) if len(parts) != 1 else parts[0]

    @cached_property
    def compared(self) -> Compare | None:
        """The comparison that a finding turns on: the first of what is required, or of `applies` where the rule says so."""
        if self.figure == "none":
            return None
        where = self.inner if self.figure == "applies" else self.requires
        return next((atom for atom in atoms(where) if isinstance(atom, Compare)), None)

    @cached_property
    def written(self) -> Mapping[str, str]:
        """What every finding says of its rule, as JSON text."""
        said = {
            "rule": self.id,
            "matter": self.matter,
            "title": self.title.as_json(),
            "force": self.force,
            "authorities": self.authorities,
        }
        return {name: write(value) for name, value in said.items()}

    @cached_property
    def section(self) -> str:
        """The section of the sheet that a rule about the whole project speaks of: that of the first fact it requires or asks."""
        names = [name for name in (*free_names(self.requires), *free_names(self.inner)) if "." in name]
        name = re.sub(r"^(recorded|held|stated)\(|\)$", "", names[0]) if names else "project"
        return name.split(".")[0]

    @cached_property
    def reads(self) -> Reads:
        """What the rule reads of its subject."""
        return Reads.of(self.outer, self.inner, self.requires)

    @cached_property
    def rests_on(self) -> frozenset[str]:
        """Every fact and parameter that its outcome can rest on."""
        read = Reads.of(self.outer, self.inner, self.requires, *((self.excused,) if self.excused else ()))
        return frozenset((*read.facts, *read.parameters))

    @cached_property
    def outer_reads(self) -> Reads:
        """What the rule reads of a list as a whole."""
        return Reads.of(self.outer)


@dataclass(frozen=True)
class Parameter:
    """A figure of the edition: its value (none where it is not a number), as written, with where it is from, to the article and its words."""

    value: Decimal | None
    text: str
    unit: str
    source: str
    evidence: str
    article: str | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Ruleset:
    """An edition, ready to judge with. `content` is canonical: the digest is over it and it is all that replay needs.

    `overridden`: it was asked for by name, and another one is in force on the day; its content does not know where it ends.
    """

    content: Mapping[str, Any] = field(repr=False)
    digest: str
    rules: tuple[Rule, ...] = field(repr=False)
    parameters: Mapping[str, Parameter] = field(repr=False)
    overridden: bool = False

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: its content, compiled there once."""
        return _again, (self.canonical, self.overridden)

    def asked_for(self) -> Ruleset:
        """The same edition where another one is in force on the day: a review by it says so."""
        return replace(self, overridden=True)

    @cached_property
    def canonical(self) -> bytes:
        """The content as canonical JSON, which the digest is over."""
        return canonical(dict(self.content))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ruleset) and other.digest == self.digest

    @property
    def id(self) -> str:
        return str(self.content["id"])

    @property
    def edition(self) -> str:
        return str(self.content["edition"])

    @property
    def name(self) -> str:
        return f"{self.id}@{self.edition}"

    @property
    def facts(self) -> int:
        """How facts are derived: 2; 1 of everything that was recorded before content said so, which is judged as it was then."""
        return facts_version(self.content)

    def note(self, code: str, **names: str) -> Text | None:
        """The edition's words for a note, the names it speaks of filled in; None where it has none."""
        words = (self.content.get("notes", {}) if self.facts > 1 else notes_before()).get(code)
        return Text(words["zh"].format_map(names), words["en"].format_map(names)) if words else None

    @cached_property
    def guidance_rule(self) -> Rule | None:
        """The rule that says whether the review asks for guidance (`gives: guidance_required`)."""
        return next((rule for rule in self.rules if rule.gives == "guidance_required"), None)

    @property
    def plan_title(self) -> str:
        return str(self.content["plan"]["title"])

    @property
    def plan_until(self) -> str:
        """The last day of the plan's period, ISO 8601."""
        return str(self.content["plan"]["period_until"])

    @property
    def plan_continues(self) -> str | None:
        """What the office has decided of the plan after its period: `yes`, `no`, blank while it has not; None of editions without the question."""
        found = self.parameters.get(PLAN_CONTINUES)
        return None if found is None else found.text

    @property
    def after_plan(self) -> bool:
        """Whether the edition begins after the plan's period."""
        return self.facts > 1 and str(self.content["from"]) > self.plan_until

    @cached_property
    def doubtful(self) -> frozenset[str]:
        """The rules that count as guidance when it is asked whether a recommendation is provisional: their own law is seen at third hand,
        or is the plan alone while it is not decided whether that continues."""
        undecided = self.plan_continues == ""
        return frozenset(each.id for each in self.rules if each.rests or (undecided and each.after_plan))

    @property
    def vocabulary(self) -> Vocabulary:
        """The facts that its conditions can read."""
        return vocabulary_of(facts_version(self.content))

    def covers(self, day: date) -> bool:
        """Whether the edition has begun on `day`, and has not ended where its content says when."""
        return covers(self.content, day)

    def table(self, name: str) -> Sequence[Row]:
        """The rows of a table, each a mapping of column to text; of a table that the edition lacks, none."""
        rows: Sequence[Row] = self.content["tables"].get(name, ())
        return rows

    @cached_property
    def indexes(self) -> Mapping[str, Mapping[str, Row]]:
        """Tables by the column that names each row."""
        return {name: {row[KEY_COLUMNS[name]]: row for row in rows} for name, rows in self.content["tables"].items()}

    def row(self, table: str, key: str) -> Row | None:
        return self.indexes.get(table, {}).get(key)

    @cached_property
    def files(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules of each rule file, in order: one durable ruleset each."""
        result: dict[str, list[Rule]] = {}
        for rule in self.rules:
            result.setdefault(rule.file, []).append(rule)
        return {name: tuple(rules) for name, rules in result.items()}

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def rule(self, rule_id: str) -> Rule | None:
        return self.by_id.get(rule_id)

    @cached_property
    def clauses(self) -> Mapping[str, Row]:
        return {row["clause"]: row for row in self.content["clauses"]}


def from_content(content: Mapping[str, Any], lines: Mapping[str, str] | None = None) -> Ruleset:
    """The edition that `content` holds. Raises RulesetError with every fault found; `lines` says where each rule stands."""
    reader = _Reader(content, lines or {})
    if (stated := content.get("facts", 1)) not in VERSIONS or type(stated) is not int:
        known = "、".join(map(str, VERSIONS))
        reader.fault(
            "edition.yaml",
            f"facts 为 {stated!r}，可用：{known}；请改正，或用支持它的版本打开",
            f"facts is {stated!r}, it can be {known}: put it right, or use a release that knows it",
        )
        raise RulesetError(reader.faults)
    reader.tables()
    reader.terms()
    rules = tuple(rule for raw in content["rules"] if (rule := reader.rule(raw)) is not None)
    if reader.faults:
        raise RulesetError(reader.faults)
    return Ruleset(MappingProxyType(dict(content)), content_digest(content), rules, MappingProxyType(reader.parameters))


def content_digest(content: Mapping[str, Any]) -> str:
    """The digest of an edition: over its content as canonical JSON."""
    return digest_of(canonical(dict(content)))


@lru_cache(maxsize=16)
def compiled(content: bytes) -> Ruleset:
    """The edition of a content as bytes, compiled once in each process. Raises RulesetError."""
    return from_content(json.loads(content))


def _again(content: bytes, overridden: bool) -> Ruleset:
    found = compiled(content)
    return found.asked_for() if overridden else found


def covers(content: Mapping[str, Any], day: date) -> bool:
    """Whether the edition of a content has begun on `day`; recorded ones with a last day (`until`) have not ended either."""
    until = content.get("until")
    return date.fromisoformat(content["from"]) <= day and (not until or day <= date.fromisoformat(until))


def facts_version(content: Mapping[str, Any]) -> int:
    """Which facts an edition is judged on: what its content says as `facts:`, 1 where it says nothing."""
    return int(content.get("facts", 1))


def fact_names(content: Mapping[str, Any], lists: Iterable[str] = ()) -> dict[str, Entry]:
    """The facts that a condition of an edition can read: of the project, and of the items of `lists`."""
    vocabulary = vocabulary_of(facts_version(content))
    names = dict(vocabulary.project)
    for name in names:
        found = vocabulary.find(name)
        if found is not None and found.rows_of is not None:
            rows = content["tables"].get(found.rows_of, ())
            names[name] = Entry("choice", (*(str(row[KEY_COLUMNS[found.rows_of]]) for row in rows), "none"))
    for path in lists:
        names |= vocabulary.of_item(path)
    return names


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
            target_of=raw.get("target_of"),
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

    def names(self, each: tuple[str, ...]) -> Names:
        facts = fact_names(self.content)
        items = [vocabulary_of(facts_version(self.content)).of_item(path) for path in each]
        if items:
            facts |= {name: entry for name, entry in items[0].items() if all(name in other for other in items)}
        return Names(facts, frozenset(self.parameters), self.content["terms"])

    def terms(self) -> None:
        """Reads every term by itself, so that what is wrong in one is said once and where it stands."""
        lists = vocabulary_of(facts_version(self.content)).lists
        names = Names(fact_names(self.content, lists), frozenset(self.parameters), self.content["terms"])
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
            citations.append(
                Citation(
                    law["document"], law.get("article"), None, law.get("quote"), law.get("evidence", "third-party")
                )
            )
        if self.plan_ended:
            # What lives comes before the plan whose period is over.
            citations.sort(key=lambda each: each.clause is not None)
        return tuple(citations), tuple(authorities)


def _text(raw: Mapping[str, str]) -> Text:
    """Words in both languages; an unquoted comma in YAML's braces would cut them short, so other keys are an error."""
    if not isinstance(raw, Mapping) or set(raw) != {"zh", "en"} or not raw["zh"] or not raw["en"]:
        raise ValueError(f"should hold zh and en and nothing else (quote what has commas): {raw!r}")
    return Text(str(raw["zh"]), str(raw["en"]))


def _maybe(raw: Mapping[str, str] | None) -> Text | None:
    return _text(raw) if raw else None


_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


def placeholders(text: Text) -> set[str]:
    """The placeholders of a template."""
    return set(_PLACEHOLDER.findall(text.zh)) | set(_PLACEHOLDER.findall(text.en))
