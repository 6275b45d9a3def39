"""What a sheet states, as facts (填报): every field, document and gate of the project, and the fields of each item of a list.

Little of a sheet is stated. So the facts of a sheet that states nothing are made once, and what a sheet states is laid over them: a part is
read from what it holds, and of truths and choices each fact is made once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache, lru_cache
from itertools import product
from typing import Literal

from pydantic import BaseModel

from review.facts.model import Fact
from review.law.vocabulary import ITEM, gates, is_of_gate, item_list, may_be_none
from review.quantities import UNKNOWN, UNSTATED, ZERO, Range, point
from review.sheet import FieldDescription, ProjectSheet, all_fields
from review.sheet.paths import section_of, split_last, steps
from review.values import immutable

# Figures that may be negative are unknown without bound where they are not stated; the others cannot lie below zero.
_SIGNED = frozenset({"item.unit_energy", "item.advanced_level", "item.limit_corrected"})
# Sections whose figures are zero and whose truths are false where the section is stated not to exist.
_ABSENT = ("voc", "data_centre", "coal")
_DOCUMENT = ".document"
# What a gate may say of conforming.
Conforming = Literal[True, False, "not_applicable"] | None
_CONFORMING: tuple[Conforming, ...] = (None, True, False, "not_applicable")


@immutable(frozen=True, slots=True)
class _Field:
    """A field: the names of its facts, and the facts of what is stated in it."""

    paths: tuple[str, ...]
    is_figure: bool
    # The fact of its value: None for a field of text or a day, which has none.
    name: str | None
    by_value: Mapping[bool | str, Fact]
    # The fact that it is stated: None for a field of an item.
    stated: str | None
    is_stated: Fact


@immutable(frozen=True, slots=True)
class _Part:
    """A part of the sheet by the names in it, and the facts of it as a whole: where it is stated not to exist, and where its document is stated.

    `gate` are the facts of a gate, by what it says of conforming and whether a document is stated.
    """

    fields: dict[str, _Field] = field(default_factory=dict)
    parts: dict[str, _Part] = field(default_factory=dict)
    absent: dict[str, Fact] = field(default_factory=dict)
    recorded: dict[str, Fact] = field(default_factory=dict)
    gate: dict[tuple[Conforming, bool], Mapping[str, Fact]] = field(default_factory=dict)


def stated_facts(sheet: ProjectSheet) -> dict[str, Fact]:
    """The facts of the project that the sheet states or leaves open, lists aside."""
    facts = dict(_nothing_stated())
    _lay(sheet, _sheet(), facts)
    return facts


def item_facts(path: str, index: int, item: BaseModel) -> dict[str, Fact]:
    """The facts of an item of the list at `path` that the sheet states or leaves open."""
    part, unstated = _item(path, index)
    facts = dict(unstated)
    _lay(item, part, facts)
    return facts


def _lay(stated: BaseModel | str, part: _Part, facts: dict[str, Fact]) -> None:
    """The facts of a part that is stated, over those of a part that is not."""
    if isinstance(stated, str):
        facts.update(part.absent)
        return
    values = stated.__dict__
    if part.gate:
        facts.update(part.gate[values["conforms"], values["document"] is not None])
        return
    if part.recorded and values["document"] is not None:
        facts.update(part.recorded)
    fields, parts = part.fields, part.parts
    for name, value in values.items():
        if value is None:
            continue
        known = fields.get(name)
        if known is None:
            if name in parts:
                _lay(value, parts[name], facts)
            continue
        if known.stated is not None:
            facts[known.stated] = known.is_stated
        if known.name is not None:
            if known.is_figure:
                facts[known.name] = Fact(Range(value, value), (), (), known.paths)
            else:
                facts[known.name] = known.by_value.get(value) or Fact(value, (), (), known.paths)


@cache
def _nothing_stated() -> Mapping[str, Fact]:
    """The facts of a sheet that states nothing: of its fields part by part, of its documents and its gates."""
    facts: dict[str, Fact] = {}
    for described in _fields_by_part():
        facts[f"stated({described.path})"] = Fact(False)
        if (fact := _unstated(described.kind, described.path)) is not None:
            facts[described.path] = fact
    for path in _documents():
        facts[f"recorded({path})"] = Fact(False)
        if path in may_be_none():
            facts[f"held({path})"] = Fact(None, missing=(f"{path}{_DOCUMENT}",))
    for gate in gates():
        facts |= _of_gate(f"eia.{gate}", None, False)
    return facts


def _fields_by_part() -> list[FieldDescription]:
    """The fields of the project, those of gates aside, part by part in the order of the sheet."""
    found = [each for each in all_fields() if "[]" not in each.path and not is_of_gate(each.path)]
    order = {part: place for place, part in enumerate(dict.fromkeys(split_last(each.path)[0] for each in found))}
    return sorted(found, key=lambda each: order[split_last(each.path)[0]])


def _documents() -> tuple[str, ...]:
    """The documents that a sheet may state, those of a list's items and of the gates aside."""
    paths = (each.path for each in all_fields() if each.path.endswith(_DOCUMENT))
    return tuple(path.removesuffix(_DOCUMENT) for path in paths if "[]" not in path and not is_of_gate(path))


def _unstated(kind: str, path: str) -> Fact | None:
    """The fact of a field that is not stated."""
    if kind not in ("figure", "flag", "choice"):
        return None
    return Fact(UNSTATED if kind == "figure" else None, missing=(path,))


def _not_there(described: FieldDescription) -> Iterator[tuple[str, Fact]]:
    """The facts of a field in a section that is stated not to exist."""
    if described.kind in ("figure", "flag", "choice"):
        value = point(ZERO) if described.kind == "figure" else False if described.kind == "flag" else None
        yield described.path, Fact(value, paths=(described.path,))


def _of_gate(path: str, conforms: Conforming, documented: bool) -> dict[str, Fact]:
    """四（三）: a gate is passed where it conforms and says by which document; failed where it does not conform."""
    satisfied = False if conforms is False else True if conforms is True and documented else None
    missing = tuple(
        f"{path}.{name}"
        for name, stated in (("conforms", conforms is not None), ("document", documented))
        if not stated
    )
    return {
        f"{path}.marked_not_applicable": Fact(
            conforms == "not_applicable", paths=(f"{path}.conforms",) if conforms is not None else ()
        ),
        f"{path}.satisfied": Fact(
            satisfied, missing=missing if satisfied is None else (), paths=(path,) if satisfied is not None else ()
        ),
    }


@cache
def _sheet() -> _Part:
    """The sheet as a tree of its parts."""
    sheet = _Part()
    for described in _fields_by_part():
        part = _place(sheet, split_last(described.path)[0])
        part.fields[split_last(described.path)[1]] = _field(described, described.path, described.path, described.path)
        for above in _parts_above(described.path):
            if section_of(above) in _ABSENT:
                _place(sheet, above).absent.update(_not_there(described))
    for path in _documents():
        part = _place(sheet, path)
        part.recorded[f"recorded({path})"] = Fact(True, paths=(f"{path}{_DOCUMENT}",))
        if path in may_be_none():
            part.recorded[f"held({path})"] = Fact(True, paths=(path,))
            part.absent[f"held({path})"] = Fact(False, paths=(path,))
    for gate, conforms, documented in product(gates(), _CONFORMING, (True, False)):
        path = f"eia.{gate}"
        _place(sheet, path).gate[conforms, documented] = _of_gate(path, conforms, documented)
    _place(sheet, "capacity").absent["capacity.required"] = Fact(False, paths=("capacity",))
    return sheet


def _parts_above(path: str) -> Iterator[str]:
    part, _ = split_last(path)
    while part:
        yield part
        part, _ = split_last(part)


def _place(whole: _Part, path: str) -> _Part:
    """A part by its path, made where there is none yet."""
    part = whole
    for step in steps(path):
        part = part.parts.setdefault(str(step), _Part())
    return part


def _field(described: FieldDescription, path: str, name: str, stated: str | None) -> _Field:
    """A field at a concrete path, whose fact has that name, and which is said to be stated under the name `stated`."""
    values: tuple[bool | str, ...] = (True, False) if described.kind == "flag" else tuple(described.choices or ())
    return _Field(
        (path,),
        described.kind == "figure",
        name if described.kind in ("figure", "flag", "choice") else None,
        {each: Fact(each, paths=(path,)) for each in values},
        None if stated is None else f"stated({stated})",
        Fact(True, paths=(path,)),
    )


@lru_cache(maxsize=512)
def _item(path: str, index: int) -> tuple[_Part, Mapping[str, Fact]]:
    """An item of a list as a tree of its parts, and the facts of one that states nothing."""
    item, unstated = _Part(), dict[str, Fact]()
    for described in all_fields():
        if item_list(described.path) != path:
            continue
        below = described.path.removeprefix(f"{path}[].")
        there, name = f"{path}[{index}].{below}", ITEM + below
        fact = _unstated(described.kind, there)
        if fact is None:
            continue
        unstated[name] = Fact(UNKNOWN, missing=fact.missing) if name in _SIGNED else fact
        part, last = split_last(below)
        _place(item, part).fields[last] = _field(described, there, name, None)
    return item, unstated
