"""The register as a verification walks it: what each source had verified by then, what is drawn on it, and the arithmetic of each draw.

Events that are folded as of 3 draw on a source however the brackets of its id are written. Until then each spelling was a source of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from decimal import Decimal
from typing import Any

from review.facts.register_keys import CAPACITY, entry_for, identifier_of, kind_of
from review.facts.spellings import with_one_bracket
from review.quantities import ZERO
from review.record.proof.breaks import Break, broken
from review.record.storage.tables import Draw

# From this fold on brackets do not tell sources apart.
_ONE_BRACKET = 3


class Sources:
    """What was registered and held by each event, as the walk goes on."""

    def __init__(self) -> None:
        # By key as it is spelled, and with one kind of bracket: the kind and the verified amount of the last entry.
        self._spelled: dict[str, tuple[str, Decimal]] = {}
        self._entries: dict[str, tuple[str, Decimal]] = {}
        self._holdings: dict[str, dict[int, Decimal]] = {}
        self._spellings: dict[str, set[str]] = {}
        # The ids by which a source was registered or drawn on, by its id with one kind of bracket.
        self._ids: dict[str, set[str]] = {}
        self._one_bracket = False

    def hold(self, source: str, project: int, held_t: Decimal) -> None:
        """Take in what a project holds by a key."""
        self._holdings.setdefault(source, {})[project] = held_t
        self._spellings.setdefault(with_one_bracket(source), set()).add(source)
        self._named(source)

    def take(self, kind: str, body: Mapping[str, Any]) -> None:
        """Take in what an event says of the register, but for what it draws: its entry, and how sources are told apart by then."""
        self._tell_apart(body)
        if kind == "source":
            entry = (body["pollutant"], Decimal(body["verified_t"]))
            self._spelled[body["source"]] = self._entries[with_one_bracket(body["source"])] = entry
            self._named(body["source"])

    def verified(self, key: str) -> Decimal | None:
        """What can be drawn by a key together; None where nothing is registered."""
        entries = self._entries if self._one_bracket else self._spelled
        found = entry_for(with_one_bracket(key) if self._one_bracket else key, entries)
        if found is None:
            return None
        kind, verified = entries[found]
        return verified if kind == kind_of(key) else ZERO

    def breaks(self, position: int, kind: str, body: Mapping[str, Any]) -> Iterator[Break]:
        """The register's arithmetic: what is drawn is what all hold, and never more than was verified; a retired line is one project's."""
        draws = body.get("draws", ())
        self._tell_apart(body)
        before = {each["source"]: self.verified(each["source"]) for each in draws}
        self.take(kind, body)
        had = {(each["source"], each["project"]): self._held_by(each["source"], each["project"]) for each in draws}
        for draw in draws:
            source, project = draw["source"], draw["project"]
            self.hold(source, project, Decimal(draw["held_t"]))
            by_project = self._holdings[source]
            spellings = self._spellings_of(source)
            drawn = sum((each for spelling in spellings for each in self._holdings.get(spelling, {}).values()), ZERO)
            # Cuts come before grants: until the last of them, what was verified before counts too.
            verified = max(before[source] or ZERO, self.verified(source) or ZERO)
            # What was registered or held by several spellings before they were one source may be more: no project adds to it.
            kept = len(self._ids_of(source)) > 1 and self._held_by(source, project) <= had[source, project]
            if kind_of(source) == CAPACITY and sum(each > 0 for each in by_project.values()) > 1:
                yield broken(position, Draw, f"{position}/{source}", f"退出生产线“{identifier_of(source)}”由不止一个项目占用",
                              f"more than one project holds the retired line “{identifier_of(source)}”")  # fmt: skip
            if drawn != Decimal(draw["drawn_t"]) or (drawn > verified and not kept):
                yield broken(position, Draw, f"{position}/{source}", f"来源“{source}”占用 {drawn} t/a，记录为 {draw['drawn_t']}，核定 {verified}",
                              f"source “{source}”: {drawn} t/a held, recorded as {draw['drawn_t']}, verified {verified}")  # fmt: skip
            if not by_project[project]:
                del by_project[project]

    def _tell_apart(self, body: Mapping[str, Any]) -> None:
        # Once an event took spellings for one source, none that comes after it is older.
        self._one_bracket = self._one_bracket or body.get("fold", 0) >= _ONE_BRACKET

    def _named(self, key: str) -> None:
        self._ids_of(key).add(identifier_of(key))

    def _ids_of(self, key: str) -> set[str]:
        return self._ids.setdefault(with_one_bracket(identifier_of(key)), set())

    def _spellings_of(self, source: str) -> Set[str]:
        """The keys of which draws are draws on the source of that key."""
        return self._spellings.get(with_one_bracket(source), {source}) if self._one_bracket else {source}

    def _held_by(self, source: str, project: int) -> Decimal:
        """What a project holds of the source of that key, by whatever spelling."""
        return sum((self._holdings.get(each, {}).get(project, ZERO) for each in self._spellings_of(source)), ZERO)
