"""The facts of a batch as arrays: truths and choices as codes, figures as ends on grids, for the steps of an edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from review.law.conditions import Compare, Flag, Member
from review.law.edition import Ruleset
from review.law.names import ITEM
from review.portfolio import codes
from review.portfolio.columns import listed, table_facts
from review.portfolio.extra import need, whole
from review.portfolio.grids import MOST, End, end_of, numbered
from review.portfolio.measuring import bound_from, days, named, stages
from review.portfolio.steps import HandedOut, Leaf, Listed
from review.portfolio.sums import Sum, sums, weighed

Reader = Callable[[slice], Any]


class Rows:
    """The rows of one table. `beyond` are those whose figures do not stay within 64 bits, as far as leaves were read (None: there are none)."""

    def __init__(self, table: Any, name: str, ruleset: Ruleset) -> None:
        self.table, self.name, self.ruleset = table, name, ruleset
        self.facts = table_facts(name, ruleset.vocabulary)
        self.ends: dict[str, End] = {}
        self.words: dict[str, tuple[list[str | None], Any]] = {}
        self.beyond: Any = None

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def put_aside(self, rows: Any) -> None:
        """Add to the rows that are beyond 64 bits."""
        if rows is not None and rows.any():
            self.beyond = rows if self.beyond is None else self.beyond | rows

    def column(self, name: str) -> Any:
        return whole(self.table.column(name))

    def stated(self, name: str) -> End:
        """A column of the table as one end of a figure."""
        if name not in self.ends:
            self.ends[name], left_out = end_of(self.column(name))
            self.put_aside(left_out)
        return self.ends[name]

    def end(self, fact: str, which: str) -> End:
        """An end of a fact."""
        return self.stated(self.facts[fact][which == "high"].name)

    def truths(self, fact: str) -> Any:
        """A fact that is true, false or unknown, as codes."""
        return codes.truths(self.column(self.facts[fact][0].name))

    def member(self, fact: str, values: tuple[str, ...]) -> Any:
        """Whether a choice is one of some values, as codes."""
        name = self.facts[fact][0].name
        if name not in self.words:
            self.words[name] = numbered(self.column(name))
        words, places = self.words[name]
        held = [codes.UNKNOWN if word is None else codes.TRUE if word in values else codes.FALSE for word in words]
        return need("numpy").array(held, "uint8")[places]

    def reader(self, leaf: Leaf) -> Reader:
        """What gives the codes of a leaf in some rows."""
        what, wanted = leaf
        match what:
            case Compare():
                return self.comparison(*sums(what, self.ruleset))
            case Flag(name):
                found = self.truths(name)
            case Member(name, values):
                found = self.member(name, values)
            case Listed(path):
                found = codes.truths(self.column(listed(path)))
            case HandedOut(place):
                return lambda rows: self.handed_out(place, rows)
        every = found if wanted else codes.negation(found)
        return lambda rows: every[rows]

    def handed_out(self, place: int, rows: slice) -> Any:
        raise AssertionError("cases are handed nothing")

    def comparison(self, sure: Sum, can: Sum) -> Reader:
        """What gives the codes of a comparison in some rows."""
        numpy = need("numpy")
        surely, possibly = (
            weighed(each, tuple(self.end(term.fact, term.end) for term in each.terms)) for each in (sure, can)
        )
        self.put_aside(surely.beyond)
        self.put_aside(possibly.beyond)
        count = len(self)

        def read(rows: slice) -> Any:
            true, may = (
                numpy.broadcast_to(each.held(rows), len(range(*rows.indices(count)))) for each in (surely, possibly)
            )
            if surely.open is not None:
                true = numpy.greater(true, surely.open[rows])
            if possibly.open is not None:
                may = may | possibly.open[rows]
            return codes.code(true, may)

        return read


class Items(Rows):
    """The items of a list. `of` is the place of each one's case, `given` what the steps of the cases hand out, once they are done."""

    def __init__(self, table: Any, name: str, cases: Rows, of: Any, given: Mapping[int, Any]) -> None:
        super().__init__(table, name, cases.ruleset)
        self.cases, self.of, self.given = cases, of, given

    def handed_out(self, place: int, rows: slice) -> Any:
        return self.given[place][self.of[rows]]

    def end(self, fact: str, which: str) -> End:
        if fact.startswith(ITEM):
            return super().end(fact, which)
        return self.cases.end(fact, which).taken(self.of)


class Products(Items):
    """The products, measured by the levels that they name."""

    def __init__(self, table: Any, name: str, cases: Rows, of: Any, given: Mapping[int, Any]) -> None:
        super().__init__(table, name, cases, of, given)
        self.named = named(table, self.ruleset)
        self.levels = self.named.levels
        self.joined = self.ruleset.vocabulary.joined
        if self.levels.too_long.any():
            self.put_aside(self.levels.too_long[self.named.rows])

    def end(self, fact: str, which: str) -> End:
        key = f"{fact} {which}"
        if key not in self.ends:
            self.ends[key] = self._end(fact, which)
        return self.ends[key]

    def _end(self, fact: str, which: str) -> End:
        if fact == "item.unit_energy":
            return self.scaled(self.stated("unit_energy__low"), "own")
        if fact == "item.limit_corrected":
            return self.scaled(super().end(fact, which), "limit_scale")
        column = self.joined[fact][which == "high"] if fact in self.joined else None
        match column:
            case "benchmark_measured":
                return self.benchmark
            case "baseline_level":
                return self.levels.baseline.taken(self.named.rows)
            case "limit_low" | "limit_high":
                return self.levels.limits[column == "limit_high"].taken(self.by_stage)
        return super().end(fact, which)

    def truths(self, fact: str) -> Any:
        if fact not in self.joined:
            return super().truths(fact)
        (column,) = self.joined[fact]
        return self.in_force if column == "limits_in_force" else self.levels.truths[column][self.named.rows]

    def scaled(self, figure: End, scale: str) -> End:
        """A figure in the unit of the levels."""
        by = self.levels.scales[scale]
        if not by.places and (by.values == 1).all():
            return figure
        self.put_aside(figure.beyond(MOST // max(1, by.most)))
        return End(figure.values * by.values[self.named.rows], figure.open, figure.places + by.places)

    @cached_property
    def by_stage(self) -> Any:
        """The place of each product's limit among those of its row."""
        return self.named.rows * 3 + stages(self.cases.column("project__stage"))[self.of]

    @cached_property
    def benchmark(self) -> End:
        """The benchmark level, or the advanced level that is stated with its source."""
        numpy = need("numpy")
        level = self.levels.benchmark.taken(self.named.rows)
        advanced = self.scaled(self.stated("advanced_level__low"), "own")
        unsaid = (codes.truths(self.column("advanced_recorded")) != codes.TRUE) | (
            self.named.rows == len(self.levels.begins) - 1
        )
        if advanced.open is not None:
            unsaid = unsaid | advanced.open
        places = max(level.places, advanced.places)
        for each in (level, advanced):
            self.put_aside(each.beyond(MOST // 10 ** (places - each.places)))
        mine, others = (each.values * 10 ** (places - each.places) for each in (level, advanced))
        return End(numpy.where(level.open, others, mine), level.open & unsaid, places)

    @cached_property
    def in_force(self) -> Any:
        """Whether the product has limits in force, as codes."""
        numpy = need("numpy")
        rows, levels = self.named.rows, self.levels
        begun = levels.begins[rows] <= days(self.cases.table)[self.of]
        found = numpy.where(begun, levels.truths["has_limits"][rows], codes.FALSE)
        if levels.limit_open.any():
            bound = numpy.where(bound_from(self.cases.table, self.ruleset)[self.of], codes.UNKNOWN, codes.FALSE)
            found = numpy.where(levels.limit_open[rows], bound, found)
        return found.astype(numpy.uint8)
