"""The supplement list (补充材料清单): the fewest unstated fields that could settle what is open, mandatory rules first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from review.canonical_json import write, write_list, write_object
from review.errors import Text
from review.evaluation import Judged
from review.sheet import describe
from review.sheet.fields import APPLICANT, By
from review.terms import FORCES
from review.verdict.unknowns import Way, ways_to_settle

# Content that says `facts:` less than this was recorded before a field said who supplies it.
_TOLD_APART_SINCE = 2
# Smaller is better: findings settled for each new field, new fields, the fields by name.
_Worth = tuple[int, int, list[str]]


@dataclass(frozen=True)
class Supplement:
    """One field to be stated, and the rules that stating it could settle (with the others listed).

    `by` is who is to state it, the applicant or the office; None under content that does not tell them apart.
    """

    path: str
    label: Text
    settles: tuple[str, ...]
    by: By | None = None

    @property
    def written(self) -> str:
        """The entry as JSON text."""
        parts = {
            "path": write(self.path),
            "label": self.label.written,
            "settles": write_list(write(rule) for rule in self.settles),
        }
        return write_object(parts if self.by is None else {**parts, "by": write(self.by)})


def supplement(judged: Judged, facts: int) -> tuple[Supplement, ...]:
    """Fields to ask for, from the ways in which each open finding could be settled; under `facts: 2` the applicant's, then the office's.

    Chosen greedily by how many findings a way settles per new field, then thinned: no listed field can be left out.
    """
    with_ways = (
        (rule, ways_to_settle(rule, judged.scope.at(subject)))
        for rule, subject, outcome in judged.entries
        if outcome == "unknown"
    )
    open_findings = sorted(
        ((rule, ways) for rule, ways in with_ways if ways), key=lambda each: FORCES.index(each[0].force)
    )
    chosen = fewest([ways for _, ways in open_findings])
    order: dict[str, list[str]] = {}
    for rule, ways in open_findings:
        for path in sorted(path for way in ways if way <= chosen for path in way):
            order.setdefault(path, [])
            if rule.id not in order[path]:
                order[path].append(rule.id)
    if facts < _TOLD_APART_SINCE:
        return tuple(Supplement(path, describe(path).label, tuple(rules)) for path, rules in order.items())
    asked = ((describe(path), tuple(rules)) for path, rules in order.items())
    listed = (Supplement(field.path, field.label, rules, field.by) for field, rules in asked)
    return tuple(sorted(listed, key=lambda each: each.by != APPLICANT))


def fewest(ways: Sequence[Sequence[Way]]) -> Set[str]:
    """Paths that contain a whole way of each finding, of which none can be left out; `ways` are each finding's."""
    cover = _Cover(ways)
    while cover.waiting:
        cover.choose()
    cover.thin()
    return cover.chosen


class _Cover:
    """The greedy choice, step by step. After a step only those ways are weighed again whose worth it can have changed: a sheet
    may list hundreds of items, each with findings of its own."""

    def __init__(self, ways: Sequence[Sequence[Way]]) -> None:
        self.ways = ways
        self.chosen: set[str] = set()
        self.waiting = {finding for finding, each in enumerate(ways) if frozenset() not in each}
        self.findings: dict[str, set[int]] = {}
        self.ways_with: dict[str, set[Way]] = {}
        for finding, each in enumerate(ways):
            for way in each:
                for path in way:
                    self.findings.setdefault(path, set()).add(finding)
                    self.ways_with.setdefault(path, set()).add(way)
        # What each way still asks.
        self.rest: dict[Way, Way] = {way: way for each in ways for way in each}
        self.worth: dict[Way, _Worth] = {}
        self.heap: list[tuple[_Worth, Way]] = []
        self._weigh(self.rest)

    def choose(self) -> None:
        """Take the way that is worth most."""
        worth, way = heapq.heappop(self.heap)
        # What was weighed again meanwhile stands elsewhere in the heap.
        if self.worth.get(way) != worth:
            return
        new = self.rest[way]
        self.chosen |= new
        for each in {each for path in new for each in self.ways_with[path]}:
            self.rest[each] -= new
        touched = {finding for path in new for finding in self.findings[path]} & self.waiting
        self.waiting -= {finding for finding in touched if self._settled(finding)}
        # What a way is worth changes where it asks less now, or still asks what a touched finding asks.
        near = {path for finding in touched for each in self.ways[finding] for path in each} - self.chosen
        self._weigh({each for path in near | new for each in self.ways_with[path]})

    def _weigh(self, ways: Iterable[Way]) -> None:
        for way in ways:
            worth = self._worth(way)
            if worth == self.worth.get(way):
                continue
            if worth is None:
                del self.worth[way]
            else:
                self.worth[way] = worth
                heapq.heappush(self.heap, (worth, way))

    def _worth(self, way: Way) -> _Worth | None:
        """What a way is worth now; None where it is no way of a finding that waits."""
        new, rest = self.rest[way], self.rest
        about = {finding for path in new for finding in self.findings[path]} & self.waiting
        if not any(way in self.ways[finding] for finding in about):
            return None
        gained = 0
        for finding in about:
            for each in self.ways[finding]:
                if rest[each] <= new:
                    gained += 1
                    break
        return -gained * 1000 // len(new), len(new), sorted(way)

    def _settled(self, finding: int) -> bool:
        return any(way <= self.chosen for way in self.ways[finding])

    def thin(self) -> None:
        """Leave out what is not needed after all."""
        for path in sorted(self.chosen, reverse=True):
            self.chosen.discard(path)
            if not all(self._settled(finding) for finding in self.findings[path]):
                self.chosen.add(path)
