"""An edition of the rules (版本): clauses, parameters, tables and rules as data, addressed by its content.

An edition is loaded from a folder, or from the content that a record stored; both give the same `Ruleset` and the same digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from review.canonical_json import canonical, digest_of, write
from review.errors import Text
from review.law.before import notes_before
from review.law.conditions import (
    And,
    Compare,
    Condition,
    Entry,
    atoms,
    conjuncts,
    free_names,
    parameters_read,
)  # fmt: skip
from review.law.fact_names import Keys, fact_names
from review.law.names import Vocabulary
from review.law.vocabulary import vocabulary_of

Row = Mapping[str, str]
PLAN_CONTINUES = "plan_continues"
# What content can say of how findings are written.
FINDINGS_VERSIONS = (1, 2, 3)
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

    @cached_property
    def encoded(self) -> bytes:
        """The citation as JSON text in UTF-8."""
        return self.written.encode()


@dataclass(frozen=True)
class Reads:
    """The facts and parameters that conditions read, without repetition, in order."""

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
    review it answers (`guidance_required`); `target_of` whose target it measures by (`plan`), where that is one for the plan's period;
    `shows` the facts and days that its findings state beside their words, with the sources of the facts.
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
    shows: tuple[str, ...] = ()

    @property
    def plan_alone(self) -> bool:
        """Whether it rests on the plan alone: guidance is all that is left of it once the plan does not continue."""
        return self.after_plan == "guidance"

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
class Reminder:
    """What a law asks beside the rules: shown with the reviews of which `applies` is true, never judged."""

    citation: Citation
    message: Text
    applies_text: str
    applies: Condition


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
    rules: tuple[Rule, ...] = field(repr=False)
    parameters: Mapping[str, Parameter] = field(repr=False)
    reminders: tuple[Reminder, ...] = field(default=(), repr=False)
    overridden: bool = False

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """The digest over the content."""
        return content_digest(self.content)

    def asked_for(self) -> Ruleset:
        """The same edition where another one is in force on the day: a review by it says so."""
        return self._marked(overridden=True)

    def plain(self) -> Ruleset:
        """The same edition where it is the one in force on the day."""
        return self._marked(overridden=False)

    def _marked(self, *, overridden: bool) -> Ruleset:
        made = replace(self, overridden=overridden)
        # Worked out once for both.
        object.__setattr__(made, "digest", self.digest)
        return made

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
        """How facts are derived: 3; less of what was recorded before, which is judged as it was then."""
        return facts_version(self.content)

    @property
    def findings(self) -> int:
        """How findings are written: 3, what is stated told apart from what is not, and pieces of words that fall away where a figure is not known;
        2, a gap as the range that it is and a requirement rounded so that it still tells met from unmet; 1 of what was recorded before
        content said so."""
        return int(self.content.get("findings", 1))

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
        return frozenset(each.id for each in self.rules if each.rests or (undecided and each.plan_alone))

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
    def keys(self) -> Keys:
        """The keys of the rows that a fact can be."""
        return keys_of(self.content)

    def fact_names(self, lists: Iterable[str] = ()) -> Mapping[str, Entry]:
        """The facts that a condition can read: of the project, and of the items of `lists`."""
        return fact_names(self.vocabulary, self.keys, tuple(lists))

    @cached_property
    def indexes(self) -> Mapping[str, Mapping[str, Row]]:
        """Tables by the column that names each row."""
        return {name: {row[KEY_COLUMNS[name]]: row for row in rows} for name, rows in self.content["tables"].items()}

    def row(self, table: str, key: str) -> Row | None:
        return self.indexes.get(table, {}).get(key)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def rule(self, rule_id: str) -> Rule | None:
        return self.by_id.get(rule_id)

    @cached_property
    def clauses(self) -> Mapping[str, Row]:
        return {row["clause"]: row for row in self.content["clauses"]}


def covers(content: Mapping[str, Any], day: date) -> bool:
    """Whether the edition of a content has begun on `day`; recorded ones with a last day (`until`) have not ended either."""
    until = content.get("until")
    return date.fromisoformat(content["from"]) <= day and (not until or day <= date.fromisoformat(until))


def facts_version(content: Mapping[str, Any]) -> int:
    """Which facts an edition is judged on: what its content says as `facts:`, 1 where it says nothing."""
    return int(content.get("facts", 1))


def content_digest(content: Mapping[str, Any]) -> str:
    """The digest of an edition: over its content as canonical JSON."""
    return digest_of(canonical(dict(content)))


def keys_of(content: Mapping[str, Any]) -> Keys:
    """The keys of the rows that a fact can be, by table. Editions have most of them in common."""
    vocabulary = vocabulary_of(facts_version(content))
    tables = dict.fromkeys(table for _, table in vocabulary.of_rows)
    tables |= dict.fromkeys(table for path in vocabulary.lists for table in vocabulary.of_tables(path).values())
    return tuple(
        (table, tuple(str(row[KEY_COLUMNS[table]]) for row in content["tables"].get(table, ()))) for table in tables
    )


PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


# A piece of words that stands where all that it names is known, else what follows `||` in it: since `findings: 3`.
PIECE = re.compile(r"\[\[(.*?)(?:\|\|(.*?))?\]\]")
PIECES_SINCE = 3


@lru_cache(maxsize=4096)
def placeholders(text: Text) -> frozenset[str]:
    """The placeholders of a template, memoised."""
    return frozenset(PLACEHOLDER.findall(text.zh)) | frozenset(PLACEHOLDER.findall(text.en))
