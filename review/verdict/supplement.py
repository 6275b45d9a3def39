"""The supplement list (补充材料清单): the fewest unstated fields that could settle what is open, mandatory rules first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence, Set
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
    return frozenset(cover.named(cover.chosen))


class _Cover:
    """The greedy choice, step by step. After a step only those ways are weighed again whose worth it can have changed: a sheet
    may list hundreds of items, each with findings of its own. Sets of paths and of findings are the bits of integers."""

    def __init__(self, ways: Sequence[Sequence[Way]]) -> None:
        self.paths = sorted({path for each in ways for way in each for path in way})
        bits = {path: 1 << number for number, path in enumerate(self.paths)}
        masks = {way: sum([bits[path] for path in way]) for each in ways for way in each}
        self.ways = [[masks[way] for way in each] for each in ways]
        self.chosen = 0
        self.waiting = 0
        # Of each path the findings that it could settle, and the ways that it is in; of each way the findings whose way it is.
        self.findings = [0] * len(self.paths)
        self.ways_with: list[set[int]] = [set() for _ in self.paths]
        self.owners = dict.fromkeys(masks.values(), 0)
        for number, each in enumerate(self.ways):
            finding = 1 << number
            if 0 not in each:
                self.waiting |= finding
            for way in each:
                self.owners[way] |= finding
                for path in _bits(way):
                    self.findings[path] |= finding
                    self.ways_with[path].add(way)
        self.names = {mask: sorted(way) for way, mask in masks.items()}
        self.worth: dict[int, _Worth] = {}
        self.heap: list[tuple[_Worth, int]] = []
        self._weigh(self.owners)

    def named(self, paths: int) -> list[str]:
        """Paths by name, in order."""
        return [self.paths[path] for path in _bits(paths)]

    def choose(self) -> None:
        """Take the way that is worth most."""
        worth, way = heapq.heappop(self.heap)
        # What was weighed again meanwhile stands elsewhere in the heap.
        if self.worth.get(way) != worth:
            return
        new = way & ~self.chosen
        self.chosen |= new
        touched = list(_bits(self._about(new)))
        for finding in touched:
            if self._settled(finding):
                self.waiting &= ~(1 << finding)
        # What a way is worth changes where it asks less now, or still asks what a touched finding asks.
        near = 0
        for finding in touched:
            for each in self.ways[finding]:
                near |= each
        self._weigh({each for path in _bits((near & ~self.chosen) | new) for each in self.ways_with[path]})

    def _about(self, paths: int) -> int:
        """The waiting findings that some of the paths could settle."""
        found = 0
        for path in _bits(paths):
            found |= self.findings[path]
        return found & self.waiting

    def _weigh(self, ways: Iterable[int]) -> None:
        for way in ways:
            worth = self._worth(way)
            if worth == self.worth.get(way):
                continue
            if worth is None:
                del self.worth[way]
            else:
                self.worth[way] = worth
                heapq.heappush(self.heap, (worth, way))

    def _worth(self, way: int) -> _Worth | None:
        """What a way is worth now; None where it is no way of a finding that waits."""
        new = way & ~self.chosen
        about = self._about(new)
        if not self.owners[way] & about:
            return None
        # What a way does not ask for beyond these, it is settled by.
        others = ~(self.chosen | new)
        gained = 0
        for finding in _bits(about):
            for each in self.ways[finding]:
                if not each & others:
                    gained += 1
                    break
        return -gained * 1000 // new.bit_count(), new.bit_count(), self.names[way]

    def _settled(self, finding: int) -> bool:
        return any(not way & ~self.chosen for way in self.ways[finding])

    def thin(self) -> None:
        """Leave out what is not needed after all."""
        for path in reversed(list(_bits(self.chosen))):
            self.chosen &= ~(1 << path)
            if not all(self._settled(finding) for finding in _bits(self.findings[path])):
                self.chosen |= 1 << path


def _bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
