"""Facts (事实): what is known of a project, each with the paths that would settle it and the figures it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache, partial, wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from review.errors import Fault, SheetError, Text
from review.facts.spellings import source_key, with_one_bracket
from review.law.edition import Citation, Parameter, Row, Ruleset
from review.quantities import UNKNOWN, Range, plain
from review.sheet import ProjectSheet
from review.sheet.parsing import first_of
from review.sheet.paths import is_stated
from review.values import immutable

Item = TypeVar("Item")
Made = TypeVar("Made")
Named = ParamSpec("Named")
Value = bool | str | Range | None
NUMERIC_EVIDENCE = "official"


@immutable(frozen=True, slots=True)
class Source:
    """Where a figure comes from: a row of a table, or a parameter, with how sure it is."""

    kind: Literal["table", "parameter"]
    name: str
    row: str
    figure: str
    document: str
    evidence: str
    remark: Text | None = None
    article: str | None = None
    quote: str | None = None
    # The document cited: with its article and words where they are known, else with the figure.
    citation: Citation = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        quote = self.quote if self.article else self.figure
        object.__setattr__(self, "citation", Citation(self.document, self.article, None, quote, self.evidence))

    def __hash__(self) -> int:
        return hash((self.name, self.row, self.figure))

    def as_json(self) -> dict[str, str]:
        return {
            self.kind: self.name,
            "row": self.row,
            "figure": self.figure,
            "document": self.document,
            "evidence": self.evidence,
        }


@immutable(frozen=True, slots=True)
class Share:
    """What one item may add to a sum: nothing up to `width` (None: without bound), once `paths` are stated.

    A `whole` share counts in full or not at all; any other may come to anything in between.
    """

    paths: tuple[str, ...]
    width: Decimal | None
    whole: bool


@immutable(frozen=True, slots=True)
class Fact:
    """One fact. `value` is a truth, a choice or a Range; None is unknown.

    `missing` are the unstated paths that keep it from being settled, `ways` the alternatives that would settle it (each a set
    of paths; by default all of `missing` together), `paths` the stated ones it was read from. `per` divides the figure back
    into the unit of the sheet where the comparison is made in another. `shares` are the undecided parts of a sum; `remarks` say what the register adds.
    `contradictory`: the figures that are stated at `missing` contradict each other.
    """

    value: Value
    missing: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()
    paths: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    unit: str | None = None
    per: Decimal | None = None
    shares: tuple[Share, ...] = ()
    remarks: tuple[Text, ...] = ()
    contradictory: bool = False

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        return self.ways or ((self.missing,) if self.missing else ())

    @property
    def range(self) -> Range:
        """The figure, for a fact that is one."""
        if isinstance(self.value, Range):
            return self.value
        raise TypeError(f"not a figure: {self.value!r}")


@immutable(frozen=True, slots=True)
class Note:
    """Something the officer should know that no rule judges."""

    code: str
    path: str | None
    message: Text

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "path": self.path, "message": self.message.as_json()}


@dataclass(frozen=True)
class Balance:
    """A source in the register: its verified amount, what other projects have drawn (t/a), its area and pollutant.

    A retired line (`pollutant` is `capacity`) serves one project: nothing of it is free beside another's.
    """

    verified_t: Decimal
    drawn_t: Decimal
    holders: tuple[str, ...] = ()
    area: str | None = None
    pollutant: str = "voc"

    @property
    def free_t(self) -> Decimal:
        if self.pollutant == "capacity" and self.drawn_t:
            return Decimal(0)
        return max(Decimal(0), self.verified_t - self.drawn_t)


@dataclass(frozen=True)
class Claim:
    """What other projects draw on a source that is in no register, in t/a, and which projects they are."""

    asked_t: Decimal
    holders: tuple[str, ...]


@dataclass(frozen=True)
class Register:
    """The balances of the offset register at a position of the record, as the review read them.

    `claims` are what other projects draw on sources that are not registered; reviews by content of the first facts read none.
    """

    position: int
    balances: Mapping[str, Balance]
    claims: Mapping[str, Claim] = field(default_factory=dict)

    def as_json(self, keys: Iterable[str], *, with_claims: bool) -> dict[str, Any]:
        """The position, and the balances and claims of those keys that the review read."""
        keys = sorted(set(keys))
        read = {
            source: {
                "verified_t": plain(each.verified_t), "drawn_t": plain(each.drawn_t), "free_t": plain(each.free_t),
                "holders": list(each.holders), "area": each.area, "pollutant": each.pollutant,
            }
            for source in keys
            if (each := self.balances.get(source)) is not None
        }  # fmt: skip
        if not with_claims:
            return {"position": self.position, "balances": read}
        claims = {
            source: {"asked_t": plain(claim.asked_t), "holders": list(claim.holders)}
            for source in keys
            if (claim := self.claims.get(source)) is not None
        }
        return {"position": self.position, "balances": read, "claims": claims}


@dataclass
class Used:
    """Whether a figure whose evidence is not official was used since this was last set to False."""

    unofficial: bool = False


@dataclass(frozen=True)
class Case:
    """All that a review is made from. With `checked_only`, figures whose evidence is not official are left out.

    Whatever is derived reads them by `figure`, `parameter` or `counts` alone: `used` says whether leaving them out could make a difference.
    """

    sheet: ProjectSheet
    ruleset: Ruleset
    as_of: date
    register: Register | None = None
    checked_only: bool = False
    used: Used = field(default_factory=Used, compare=False, repr=False)

    def key_of(self, source: str) -> str:
        """A source's id as a key by which the rows of a sheet are one source; since `facts: 3` with one kind of bracket."""
        key = source_key(source)
        return with_one_bracket(key) if self.ruleset.facts > 2 else key

    def read_of(self, found: Mapping[str, Item], source: str) -> Item | None:
        """What the register says of a source, under its own spelling or another of the same key."""
        key = source_key(source)
        if key in found or self.ruleset.facts < 3:
            return found.get(key)
        wanted = with_one_bracket(key)
        return next((found[each] for each in sorted(found) if with_one_bracket(each) == wanted), None)

    def counts(self, evidence: str) -> bool:
        """Whether a figure of that evidence counts; noted as used."""
        if evidence == NUMERIC_EVIDENCE:
            return True
        self.used.unofficial = True
        return not self.checked_only

    def figure(self, row: Row | None, column: str, evidence: str | None = None) -> Decimal | None:
        """A figure of a table row, or None where the row has none (or it is left out)."""
        if row is None or not row.get(column) or not self.counts(evidence or row["evidence"]):
            return None
        return Decimal(row[column])

    def parameter(self, name: str) -> Fact:
        """A parameter of the edition as a fact; of one that the edition lacks, nothing is known."""
        return parameter_fact(self.ruleset, name, self.counts)


def parameter_fact(ruleset: Ruleset, name: str, counts: Callable[[str], bool] = bool) -> Fact:
    """A parameter of an edition as a fact; `counts` says whether a figure of its evidence does. Of one that it lacks, nothing is known."""
    parameter = ruleset.parameters.get(name)
    if parameter is None:
        return Fact(UNKNOWN)
    return _parameter_fact(name, parameter, counts(parameter.evidence))


@lru_cache(maxsize=1024)
def _parameter_fact(name: str, parameter: Parameter, used: bool) -> Fact:
    figure = f"{parameter.text} {parameter.unit}".strip()
    source = Source(
        "parameter", name, name, figure, parameter.source, parameter.evidence, None, parameter.article, parameter.quote
    )
    value = Range(parameter.value, parameter.value) if used and parameter.value is not None else UNKNOWN
    return Fact(value, sources=(source,), unit=parameter.unit or None)


@dataclass(frozen=True)
class Derived:
    """Facts that were derived together from figures of the edition, with their notes: of the project, or of each item of a list.

    `firm`: no figure was used that a checked case leaves out, so that of such a case they are the same.
    """

    facts: tuple[Mapping[str, Fact], ...]
    notes: tuple[Note, ...]
    firm: bool


@dataclass(frozen=True)
class Derivation:
    """How facts were derived: of which case, with which sheet on the day of review, the notes before, and what rests on figures."""

    case: Case
    known: Case
    notes: tuple[Note, ...]
    derived: Mapping[str, Derived]

    def is_of(self, case: Case) -> bool:
        """Whether it is of a case, or of one that leaves figures out or not."""
        mine = self.case
        return (
            mine.sheet is case.sheet
            and mine.register is case.register
            and mine.as_of == case.as_of
            and mine.ruleset == case.ruleset
        )


@dataclass(frozen=True)
class Facts:
    """The facts of a case: of the project, and of each item of each judged list (None: the list is not stated)."""

    project: Mapping[str, Fact]
    items: Mapping[str, tuple[Mapping[str, Fact], ...] | None]
    names: Mapping[str, tuple[str | None, ...]]
    notes: tuple[Note, ...] = field(default=())
    derivation: Derivation | None = field(default=None, compare=False, repr=False)

    def differing(self, other: Facts) -> frozenset[str]:
        """The names whose values are not the same in another view of the same sheet."""
        if other is self:
            return frozenset()
        pairs = [(self.project, other.project)]
        for path, items in self.items.items():
            pairs += zip(items or (), other.items[path] or (), strict=True)
        return frozenset(
            name
            for mine, theirs in pairs
            if mine is not theirs
            for name, fact in mine.items()
            if fact is not theirs[name] and fact.value != theirs[name].value
        )

    def of_item(self, path: str, index: int) -> Mapping[str, Fact]:
        """The facts in sight of an item: the project's and its own."""
        if (path, index) not in self._of_items:
            self._of_items[path, index] = {**self.project, **(self.items[path] or ())[index]}
        return self._of_items[path, index]

    def states(self, path: str, case: Case) -> bool:
        """Whether the sheet of the case, as it is known on the day of review, states anything at a path."""
        if path not in self._stated:
            known = case if self.derivation is None else self.derivation.known
            self._stated[path] = is_stated(known.sheet, path)
        return self._stated[path]

    @cached_property
    def _stated(self) -> dict[str, bool]:
        return {}

    @cached_property
    def contradicting(self) -> Mapping[str, Fact]:
        """The paths at which figures contradict each other, each with the first fact that they keep from being settled."""
        facts = [fact for fact in self.project.values() if fact.contradictory]
        return {path: fact for fact in reversed(facts) for path in fact.missing}

    @cached_property
    def telling(self) -> frozenset[str]:
        """The project's facts that bring a source or a remark of their own, by name."""
        return telling(self.project)

    @cached_property
    def with_lists(self) -> Mapping[str, Fact]:
        """The project's facts, and of each list whether it has items: `listed(products)`."""
        return {**self.project, **{f"listed({path})": self.listed(path) for path in self.items}}

    @cached_property
    def _of_items(self) -> dict[tuple[str, int], Mapping[str, Fact]]:
        return {}

    def listed(self, path: str) -> Fact:
        """Whether the list has items; unknown where it is not stated, or empty where a two-high project must have products."""
        items = self.items[path]
        if items is None or (not items and path == "products" and self.project["two_high"].value is True):
            return Fact(None, missing=(path,))
        return Fact(bool(items), paths=(path,))


def of_edition(make: Callable[Concatenate[Ruleset, Named], Made]) -> Callable[Concatenate[Ruleset, Named], Made]:
    """A function of an edition and of names, memoised for the editions that were used last: editions that are drafted are not kept."""

    @lru_cache(maxsize=32)
    def found(ruleset: Ruleset) -> Callable[..., Made]:
        return lru_cache(maxsize=1024)(partial(make, ruleset))

    @wraps(make)
    def memoised(ruleset: Ruleset, /, *args: Named.args, **kwargs: Named.kwargs) -> Made:
        return found(ruleset)(*args, **kwargs)

    return memoised


def telling(facts: Mapping[str, Fact]) -> frozenset[str]:
    """The names of those facts that bring a source or a remark of their own."""
    return frozenset([name for name, fact in facts.items() if fact.sources or fact.remarks])


def of_each(make: Callable[[int, Item], Made], items: Iterable[Item]) -> list[Made]:
    """What is made of each item and its index. Raises SheetError with the faults of all of them, not of the first alone."""
    made, faults = list[Made](), list[Fault]()
    for index, item in enumerate(items):
        try:
            made.append(make(index, item))
        except SheetError as error:
            faults += error.faults
    if faults:
        raise SheetError(first_of(faults))
    return made


def gather(facts: Iterable[Fact]) -> tuple[tuple[str, ...], tuple[Source, ...]]:
    """The missing paths and the sources of several facts, without repetition, in order."""
    missing: dict[str, None] = {}
    sources: dict[Source, None] = {}
    for fact in facts:
        missing.update(dict.fromkeys(fact.missing))
        sources.update(dict.fromkeys(fact.sources))
    return tuple(missing), tuple(sources)
