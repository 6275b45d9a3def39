"""What the declaration of a fact says, and the names, labels, columns and reads that follow from all declarations together.

The declarations stand in `vocabulary.py`; the values come from `facts/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from review.errors import Text
from review.law.conditions import Entry
from review.sheet import FieldDescription, all_fields, all_parts, describe
from review.sheet.paths import steps

Kind = Literal["truth", "choice", "figure"]
ITEM = "item."
TRUTH, FIGURE = Entry("truth"), Entry("figure")
_DOCUMENT = ".document"


@dataclass(frozen=True)
class EditionParts:
    """Tables and parameters of an edition that facts are worked out from; `noted` are parameters that only make notes."""

    tables: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[EditionParts]) -> EditionParts:
        """All of them together, without repetition, in order."""
        some = tuple(parts)
        return cls(
            tuple(dict.fromkeys(name for each in some for name in each.tables)),
            tuple(dict.fromkeys(name for each in some for name in each.parameters)),
            tuple(dict.fromkeys(name for each in some for name in each.noted)),
        )


@dataclass(frozen=True)
class Declaration:
    """One fact, under the name that conditions have for it: `energy.total_tce`; `item.has_row` of each item of the lists `items_of`.

    A rank or an amount is a figure. `reads` is what it is worked out from of an edition. `field` is the field of the sheet that it is, or
    repeats (of an item: its name in the item): kind, label, unit and choices are then the field's, but for the choices `without`.
    `rows_of` is the table whose rows are its choices, beside `none`. `shown` is its place among the facts that a review shows. `joined`
    are the columns of an edition's levels that bring it to a portfolio (of a figure its low and its high end); any other has columns of
    its own. It exists in editions whose content says `facts:` `since` or more, and replaces an older declaration of its name there.
    """

    name: str
    kind: Kind | None = None
    label: Text | None = None
    unit: str | None = None
    items_of: tuple[str, ...] = ()
    reads: EditionParts = EditionParts()
    field: str | None = None
    without: tuple[str, ...] = ()
    rows_of: str | None = None
    shown: int | None = None
    joined: tuple[str, ...] = ()
    since: int = 1


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The facts of every edition whose content says `facts:` `version`. `item_names` are the judged lists, each with the field that names an item."""

    version: int
    declarations: tuple[Declaration, ...]
    item_names: Mapping[str, str]

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The lists whose items are judged one by one."""
        return tuple(path for path in self.item_names if describe(path).since <= self.version)

    @cached_property
    def project(self) -> Mapping[str, Entry]:
        """The facts of the project as a whole, by name. What a choice `rows_of` can be is the edition's to say."""
        names: dict[str, Entry] = {}
        for each in self._fields():
            if "[]" in each.path or is_of_gate(each.path):
                continue
            entry = _entry(each)
            if entry is not None:
                names[each.path] = entry
            names[f"stated({each.path})"] = TRUTH
            if each.path.endswith(_DOCUMENT):
                names[f"recorded({each.path.removesuffix(_DOCUMENT)})"] = TRUTH
        names |= {f"held({path})": TRUTH for path in may_be_none() if describe(path).since <= self.version}
        for gate in gates():
            if describe(f"eia.{gate}").since <= self.version:
                names |= {f"eia.{gate}.{what}": TRUTH for what in ("satisfied", "marked_not_applicable")}
        return names | dict(self._declared(None))

    def of_item(self, path: str) -> Mapping[str, Entry]:
        """The facts of one item of the list at `path`, each as `item.<field>`."""
        return self._of_items[path]

    def find(self, name: str, path: str | None = None) -> Declaration | None:
        """The declaration of a fact, `path` being the list that `item.` speaks of; None for what only the sheet declares."""
        return self._found.get((name, path if name.startswith(ITEM) else None))

    def derived(self, name: str, path: str | None = None) -> bool:
        """Whether a fact is worked out, and neither a field of the sheet nor a repetition of one."""
        found = self.find(name, path)
        return found is not None and found.field is None

    def field(self, name: str, path: str | None = None) -> str:
        """The field of the sheet that a fact which is not derived is or repeats, as a pattern path."""
        found = self.find(name, path)
        if not name.startswith(ITEM):
            return name
        return f"{path}[].{found.field if found and found.field else name.removeprefix(ITEM)}"

    def described(self, name: str, path: str | None = None) -> tuple[Text, str | None]:
        """Label and unit of a derived fact or a field. Raises KeyError for a name that is neither."""
        found = self.find(name, path)
        if found is not None and found.label is not None:
            return found.label, found.unit
        field = describe(self.field(name, path))
        return field.label, field.unit

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The facts that a review shows, in order."""
        places = ((each.shown, name) for (name, path), each in self._found.items() if path is None)
        return tuple(name for _, name in sorted((place, name) for place, name in places if place is not None))

    def of_tables(self, path: str) -> Mapping[str, str]:
        """The facts of an item of the list at `path` that are keys of a table, each with the table's name."""
        return self._of_tables.get(path, {})

    @cached_property
    def joined(self) -> Mapping[str, tuple[str, ...]]:
        """The facts of a product that an edition's levels bring to a portfolio, with the columns there."""
        return {name: each.joined for (name, _), each in self._found.items() if each.joined}

    @cached_property
    def of_rows(self) -> tuple[tuple[str, str], ...]:
        """The facts of the project that are rows of a table, each with the table's name, in order."""
        found = ((name, self.find(name)) for name in self.project)
        return tuple((name, each.rows_of) for name, each in found if each is not None and each.rows_of is not None)

    @cached_property
    def basis(self) -> EditionParts:
        """What is already worked into a portfolio's facts: an edition with another needs facts of its own."""
        return EditionParts.of(each.reads for each in self._found.values() if not each.joined)

    @cached_property
    def reads(self) -> EditionParts:
        """What any fact is worked out from, joined or not."""
        return EditionParts.of(each.reads for each in self._found.values())

    def _fields(self) -> Iterator[FieldDescription]:
        return (each for each in all_fields() if each.since <= self.version)

    @cached_property
    def _found(self) -> Mapping[tuple[str, str | None], Declaration]:
        """The declarations in force by name and list, of several of one name the latest."""
        mine = sorted((each for each in self.declarations if each.since <= self.version), key=lambda each: each.since)
        return {(each.name, path): each for each in mine for path in each.items_of or (None,)}

    @cached_property
    def _of_tables(self) -> Mapping[str, Mapping[str, str]]:
        names: dict[str, dict[str, str]] = {}
        for each in self._fields():
            path, marked, field = each.path.rpartition("[].")
            if marked and each.table is not None:
                names.setdefault(path, {})[ITEM + field] = each.table
        return names

    @cached_property
    def _of_items(self) -> Mapping[str, Mapping[str, Entry]]:
        names: dict[str, dict[str, Entry]] = {}
        for path in self.lists:
            prefix = f"{path}[]."
            found = ((each.path, _entry(each)) for each in self._fields() if each.path.startswith(prefix))
            names[path] = {ITEM + name.removeprefix(prefix): entry for name, entry in found if entry is not None}
            names[path] |= dict(self._declared(path))
        return names

    def _declared(self, path: str | None) -> Iterator[tuple[str, Entry]]:
        """The facts that are more than fields of the sheet: of the project, or of an item of a list."""
        for (name, of), each in self._found.items():
            if of != path:
                continue
            if each.kind is not None:
                yield name, Entry(each.kind)
            elif each.without:
                choices = describe(self.field(name, path)).choices or {}
                yield name, Entry("choice", tuple(choice for choice in choices if choice not in each.without))


@cache
def gates() -> tuple[str, ...]:
    """The gates of the environmental impact assessment: the parts of `eia` that say whether the project conforms."""
    prefix, ends = "eia.", ".conforms"
    paths = (each.path for each in all_fields() if each.path.startswith(prefix) and each.path.endswith(ends))
    return tuple(path.removeprefix(prefix).removesuffix(ends) for path in paths)


def is_of_gate(path: str) -> bool:
    """Whether a field is one of a gate's own, of which the facts are whether the gate is satisfied or marked not applicable."""
    way = steps(path)
    return len(way) > 1 and way[0] == "eia" and way[1] in gates()


@cache
def may_be_none() -> tuple[str, ...]:
    """The documents of the project of which the sheet may state that there is none."""
    fields = {each.path for each in all_fields()}
    return tuple(each.path for each in all_parts() if each.may_be_none and f"{each.path}{_DOCUMENT}" in fields)


def _entry(field: FieldDescription) -> Entry | None:
    """What a field is to a condition: nothing, where conditions do not read its kind."""
    if field.kind == "choice":
        return Entry("choice", tuple(field.choices or ()))
    return {"figure": FIGURE, "flag": TRUTH}.get(field.kind)
