"""The supplement list (补充材料清单): the fewest unstated fields that could settle what is open, mandatory rules first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from review.errors import Text
from review.findings import Finding
from review.ruleset import FORCES
from review.sheet import describe


@dataclass(frozen=True)
class Supplement:
    """One field to be stated, and the rules that stating it could settle (with the others listed)."""

    path: str
    label: Text
    settles: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "label": self.label.as_json(), "settles": list(self.settles)}


def supplement(findings: Sequence[Finding]) -> tuple[Supplement, ...]:
    """Fields to ask for, from the ways in which each open finding could be settled.

    Chosen greedily by how many findings a way settles per new field, then thinned: no listed field can be left out.
    """
    open_findings = sorted((f for f in findings if f.status == "missing" and f.ways), key=lambda f: FORCES.index(f.rule.force))
    chosen: set[str] = set()
    waiting = list(open_findings)
    while waiting:
        chosen |= _best(waiting, chosen)
        waiting = [each for each in waiting if not _settled(each, chosen)]
    for path in sorted(chosen, reverse=True):
        if all(_settled(each, chosen - {path}) for each in open_findings):
            chosen.discard(path)
    order: dict[str, list[str]] = {}
    for each in open_findings:
        for path in sorted(path for way in each.ways if way <= chosen for path in way):
            order.setdefault(path, [])
            if each.rule.id not in order[path]:
                order[path].append(each.rule.id)
    return tuple(Supplement(path, describe(path).label, tuple(rules)) for path, rules in order.items())


def _settled(each: Finding, chosen: set[str]) -> bool:
    return any(way <= chosen for way in each.ways)


def _best(waiting: Sequence[Finding], chosen: set[str]) -> frozenset[str]:
    def worth(way: frozenset[str]) -> tuple[int, int, list[str]]:
        new = way - chosen
        gained = sum(_settled(each, chosen | way) for each in waiting)
        return (-gained * 1000 // max(1, len(new)), len(new), sorted(way))

    return min({way for each in waiting for way in each.ways}, key=worth)
