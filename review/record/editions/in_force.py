"""The law in force (施行的版本): the editions that a record has adopted, and which of them is in force on a day.

In force is, of the editions adopted and beginning on or before the day, the one that begins last; of equals the one adopted last.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from review.errors import EditionNotFound, Fault, NotRecorded, Refused, Text
from review.law.amending import has_carried
from review.law.at_hand import default_ruleset, rulesets_at_hand
from review.law.compiling import compiled_as
from review.law.edition import Ruleset, content_digest
from review.law.loading import ends, every_edition, in_force, load_builtin, pick
from review.record.storage.contents import read_ruleset, read_ruleset_bytes
from review.record.storage.journal import table
from review.record.storage.store import Store
from review.record.storage.tables import AdoptedEdition, StoredReview, StoredRuleset

_ADOPTED = select(table(AdoptedEdition).c.position, table(AdoptedEdition).c.digest).order_by(
    table(AdoptedEdition).c.position, table(AdoptedEdition).c.ordinal
)


class EditionRecorded(NamedTuple):
    """An edition of the record: its name (`Law.name_of`) and its digest."""

    name: str
    digest: str


@dataclass(frozen=True)
class Law:
    """The editions of a record in the order of their adoption, as of the `position` of the event that adopted the last; 0: none is adopted yet.

    The last of `editions` are those `at_hand`: of rulesets of which the record has adopted none. The next thing written by the law adopts them.
    """

    position: int
    editions: tuple[Ruleset, ...]
    at_hand: tuple[Ruleset, ...] = ()

    def of(self, place: str) -> tuple[Ruleset, ...]:
        """The editions of a ruleset, the one that begins first first; of equals the one adopted last comes last."""
        return tuple(
            sorted((each for each in self.editions if each.id == place), key=lambda each: str(each.content["from"]))
        )

    def adopted(self, place: str) -> tuple[Ruleset, ...]:
        """The editions of a ruleset in the order of their adoption, as lineage asks for them."""
        return tuple(each for each in self.editions if each.id == place)

    @property
    def rulesets(self) -> tuple[str, ...]:
        """The names of the rulesets, that of the one that judges where none is named first."""
        return tuple(dict.fromkeys((default_ruleset(), *(each.id for each in self.editions))))

    @property
    def main(self) -> tuple[Ruleset, ...]:
        """The editions of the ruleset that judges where none is named."""
        return self.of(default_ruleset())

    @property
    def every(self) -> tuple[Ruleset, ...]:
        """The editions of every ruleset, in the order of `rulesets`, of each the one that begins first first."""
        return tuple(each for place in self.rulesets for each in self.of(place))

    def ruleset(self, name: str | None) -> tuple[Ruleset, ...]:
        """The editions of a ruleset, of the default where none is named. Raises EditionNotFound."""
        found = self.of(name or default_ruleset())
        if not found:
            words = Text(f"没有名为“{(name or '')[:80]}”的规则集", f"there is no ruleset named {(name or '')[:80]!r}")
            raise EditionNotFound([Fault("ruleset", words)])
        return found

    def choose(self, name: str | None, as_of: date) -> Ruleset:
        """The edition asked for by `ID` or `ID@EDITION`, else the one in force on the day. Raises EditionNotFound."""
        place, _, wanted = (name or default_ruleset()).partition("@")
        return pick(self.ruleset(place), wanted, as_of, name or place)

    def asked(self, named: Ruleset | None, as_of: date) -> Ruleset:
        """What a review is judged by: the edition named, which says whether another is in force on the day; else the one in force.

        Raises EditionNotFound; Refused for an edition of an adopted name with another content.
        """
        if named is None:
            return self.choose(None, as_of)
        self.require_same(named)
        among = self.of(named.id)
        number = in_force([each.content for each in among], as_of)
        same = among[number] == named if number is not None else not among and named.covers(as_of)
        return named.plain() if same else named.asked_for()

    def require_same(self, edition: Ruleset) -> None:
        """Raises Refused where an edition of that name is adopted and has another content."""
        adopted = self._digests.get(edition.name)
        if adopted is not None and adopted != edition.digest:
            words = Text(
                f"版本 {edition.name} 已采用，内容不同（{adopted[7:15]}，而非 {edition.digest[7:15]}）；已采用的名称不能另指他物",
                f"edition {edition.name} is adopted with another content ({adopted[7:15]}, not {edition.digest[7:15]}): an adopted name means one thing",
            )
            raise Refused([Fault("ruleset", words, "edition-adopted")])

    def name_of(self, name: str, digest: str) -> str:
        """How an edition is called: `ID@EDITION`, with `~` and the first 8 of its digest where another content is adopted by that name."""
        return name if self._digests.get(name, digest) == digest else f"{name}~{digest.removeprefix('sha256:')[:8]}"

    def last_day(self, edition: Ruleset) -> date | None:
        """The last day of an edition: the day before the next of its ruleset begins; None: open."""
        return ends(edition.content, [each.content for each in self.of(edition.id)])

    def successor(self, edition: Ruleset) -> Ruleset | None:
        """The edition that begins on the same day and was adopted after it, so that it is in force on no day; None where there is none."""
        among = self.of(edition.id)
        after = among[among.index(edition) + 1 :] if edition in among else ()
        return next((each for each in after if each.content["from"] == edition.content["from"]), None)

    def waiting(self) -> tuple[Ruleset, ...]:
        """The editions that are at hand, new or changed, and that the record has not adopted, under whatever name."""
        return self._waiting

    def has(self, edition: Ruleset) -> bool:
        """Whether an edition is adopted: by its own name, by one of the office's where that is taken, or with the office's changes carried onto it."""
        same_day = [each for each in self.of(edition.id) if each.content["from"] == edition.content["from"]]
        if any(each.digest == edition.digest for each in same_day):
            return True
        content = content_digest({**edition.content, "edition": ""})
        return any(
            content_digest({**each.content, "edition": ""}) == content or has_carried(each, edition)
            for each in same_day
        )

    @cached_property
    def _waiting(self) -> tuple[Ruleset, ...]:
        return tuple(each for each in every_edition({each.digest for each in self.editions}) if not self.has(each))

    @cached_property
    def digests(self) -> tuple[str, ...]:
        """The digests of the editions adopted, in the order of their adoption."""
        return tuple(each.digest for each in self.editions[: len(self.editions) - len(self.at_hand)])

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        return {each.name: each.digest for each in self.editions}


def law_of(connection: Connection, known: Law | None = None) -> Law:
    """The law of a record as the connection sees it; `known` itself where nothing was adopted since."""
    rows = connection.execute(_ADOPTED).all()
    last = rows[-1].position if rows else 0
    if known is not None and known.position == last and last and known.digests == tuple(each.digest for each in rows):
        return known
    adopted = tuple(edition_of_digest(connection, each.digest) for each in rows)
    begun = {each.id for each in adopted}
    # Of a ruleset that has begun nothing at hand is read: compiling it takes as long as all that is adopted. `Law.waiting` says what waits of it.
    at_hand = tuple(each for name in rulesets_at_hand() if name not in begun for each in load_builtin(name))
    return Law(last, (*adopted, *at_hand), at_hand)


def edition_of_digest(connection: Connection, digest: str) -> Ruleset:
    """An edition that the record holds, memoised by its digest. Raises NotRecorded, RecordDamaged."""
    return compiled_as(digest, lambda: read_ruleset_bytes(connection, digest))


class CurrentLaw:
    """The law of a store, looked at anew whenever it is asked for and compiled where something was adopted since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Law | None = None
        self._seen: tuple[Hashable | None, Law | None] = (None, None)

    def now(self) -> Law:
        """The law as it is now. Raises RecordUnavailable."""
        mark = self._store.mark()
        seen, law = self._seen
        if law is None or not law.position or mark is None or mark != seen:
            with self._store.reading() as connection:
                law = self.seen_by(connection)
            self._seen = (mark, law)
        return law

    def seen_by(self, connection: Connection) -> Law:
        """The law as a connection sees it."""
        self._known = found = law_of(connection, self._known)
        return found


def editions_recorded(connection: Connection, law: Law) -> tuple[EditionRecorded, ...]:
    """Every edition that a review was judged by or that was adopted, in the order in which their contents were recorded."""
    rows, reviews = table(StoredRuleset), table(StoredReview)
    used = select(reviews.c.ruleset).distinct()
    query = select(rows.c.id, rows.c.edition, rows.c.digest).order_by(rows.c.position, rows.c.digest)
    adopted = {each.digest for each in law.editions}
    judged_by = {*connection.execute(used).scalars()}
    return tuple(_named(connection.execute(query), law, adopted | judged_by))


def _named(rows: Iterable[Any], law: Law, wanted: set[str]) -> Iterator[EditionRecorded]:
    for each in rows:
        if each.digest in wanted:
            yield EditionRecorded(law.name_of(f"{each.id}@{each.edition}", each.digest), each.digest)


def edition_named(connection: Connection, law: Law, name: str) -> Ruleset:
    """An edition by its name: adopted, or recorded and called such as `ID@EDITION~12345678`. Raises NotRecorded."""
    adopted = next((each for each in law.editions if each.name == name), None)
    if adopted is not None:
        return adopted
    found = next((each for each in editions_recorded(connection, law) if each.name == name), None)
    if found is None:
        raise NotRecorded([Fault(name, Text("没有这个版本", "there is no such edition"))])
    return read_ruleset(connection, found.digest)
