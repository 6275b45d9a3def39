"""Blocks of a sheet as forms, and back: strings exactly as typed, and *not stated* never the same as “no” or “none”.

Names of fields are paths within the block. What may be stated not to exist has a choice beside it, named `state:` and its path:
`unstated`, `stated`, `none`, or for a list without rows `empty`. A field that is not in what was sent is not stated either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from review.drafting.typed import lists_of
from review.errors import Fault, Text
from review.sheet import paths
from review.sheet.catalogue import FieldDescription, children
from review.sheet.fields import NONE
from review.sheet.paths import item_of, section_of, split_last
from review.terms import NOT_STATED

STATE = "state:"
# What the choice “not stated” sends: an answer too, never the absence of one.
UNSTATED = "unstated"
_TRUTHS = {True: "yes", False: "no"}
AS_TYPED = "typed:"
# Chosen from a table, where “none” is among the choices: no state of its own.
_PICKED_OR_NONE = ("site.park", "products[].benchmark")


@dataclass(frozen=True)
class Block:
    """What one form is about: a section's own fields, or a row of a list (`index` None: a new one)."""

    path: str
    index: int | None = None
    is_row: bool = False

    @property
    def pattern(self) -> str:
        return f"{self.path}[]" if self.is_row else self.path

    @property
    def where(self) -> str:
        """The sheet path of the block."""
        return f"{self.path}[{self.index}]" if self.is_row else self.path

    @property
    def section(self) -> str:
        return section_of(self.path)


@dataclass(frozen=True)
class Decoded:
    """A block's value as it was sent, and where two answers contradict each other."""

    value: Any
    faults: tuple[Fault, ...] = ()


def sent_name(each: FieldDescription, block: Block) -> str:
    """A field's name in the form of its block."""
    return each.path.removeprefix(block.pattern).removeprefix(".")


def has_state(each: FieldDescription) -> bool:
    """Whether a choice stands beside the field that says it does not exist."""
    return each.may_be_none and each.path not in _PICKED_OR_NONE


def encode(block: Block, value: Any) -> dict[str, str]:
    """The fields of a form that hold the block's value."""
    root = _root(block)
    if root is None:
        return dict(_encoded(children(block.pattern), value, block))
    if root.kind == "list":
        return {STATE: "empty" if value == [] else ""}
    state = {STATE: _state(value)} if root.may_be_none else {}
    return {**state, **dict(_encoded(children(block.pattern), value, block))}


def _root(block: Block) -> FieldDescription | None:
    return None if block.is_row else next(each for each in children("") if each.path == block.path)


def _state(value: Any) -> str:
    return NONE if value == NONE else "" if value is None else "stated"


def _encoded(fields: tuple[FieldDescription, ...], value: Any, block: Block) -> Iterator[tuple[str, str]]:
    for each in fields:
        name = sent_name(each, block)
        answer = value.get(split_last(each.path)[1]) if isinstance(value, Mapping) else None
        if has_state(each):
            yield STATE + name, _state(answer)
        if each.kind == "part":
            yield from _encoded(children(each.path), answer, block)
        elif each.kind == "list":
            yield STATE + name, "empty" if answer == [] else ""
        elif each.kind in ("flag", "conforms"):
            yield (
                name,
                _TRUTHS[answer]
                if isinstance(answer, bool)
                else ""
                if answer is None
                else answer
                if answer == "not_applicable"
                else AS_TYPED + answer,
            )
        else:
            yield name, "" if answer is None or (has_state(each) and answer == NONE) else str(answer)


def decode(block: Block, sent: Mapping[str, str], before: Any = None) -> Decoded:
    """The block's value that a form sends; `before` is what it was. What is chosen and what is filled in must not contradict."""
    root = _root(block)
    if root is not None and root.kind == "list":
        return Decoded([] if sent.get(STATE) == "empty" else None)
    faults: list[Fault] = []
    value: Any = _decoded(children(block.pattern), sent, before, block, faults)
    if root is not None and root.may_be_none:
        value = _chosen(sent.get(STATE, ""), value, before, block.where, faults)
    elif root is not None:
        value = value or None
    return Decoded(value, tuple(faults))


def _decoded(
    fields: tuple[FieldDescription, ...], sent: Mapping[str, str], before: Any, block: Block, faults: list[Fault]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields:
        name, last = sent_name(each, block), split_last(each.path)[1]
        was = before.get(last) if isinstance(before, Mapping) else None
        value: Any
        if each.kind == "list":
            value = [] if sent.get(STATE + name) == "empty" else None
        elif each.kind == "part":
            value = _decoded(children(each.path), sent, was, block, faults)
            value = value or None if not has_state(each) else value
        else:
            value = _leaf(each.kind, sent.get(name, ""))
        if has_state(each):
            value = _chosen(sent.get(STATE + name, ""), value, was, f"{block.where}.{name}", faults)
        if value is not None:
            found[last] = value
    return found


def _leaf(kind: str, text: str) -> Any:
    if not text.strip() or (text == UNSTATED and kind in ("flag", "conforms", "choice")):
        return None
    if kind in ("flag", "conforms"):
        return {"yes": True, "no": False}.get(text, text.removeprefix(AS_TYPED))
    return text


def _chosen(state: str, value: Any, was: Any, where: str, faults: list[Fault]) -> Any:
    """What a choice beside a field or part makes of it. Nothing that was filled in is dropped without a word."""
    state = "" if state == UNSTATED else state
    filled = value not in (None, {})
    if state == NONE:
        if filled:
            words = Text(
                "选了“确认没有”，又填写了内容；请清空内容，或改选“填写”",
                "“there is none” is chosen and something filled in: leave one of them",
            )
            faults.append(Fault(where, words))
            return value
        return NONE
    if state == "" and filled and was not in (None, NONE, {}):
        words = Text(
            f"选了“{NOT_STATED.zh}”，而内容还在；请清空内容，或改选“填写”",
            "“not stated” is chosen and something still filled in: leave one of them",
        )
        faults.append(Fault(where, words))
    if state == "" and not filled:
        return None
    return value


def field_id(name: str) -> str:
    """The id of a field of a form, by its name; of the block as a whole where that is empty."""
    return "f-" + (name.replace(".", "-") or "all")


@dataclass(frozen=True)
class Place:
    """Where a path can be put right: the address below the draft, and the block it is in."""

    block: Block
    address: str
    name: str = field(default="")

    @property
    def link(self) -> str:
        return f"{self.address}#{field_id(self.name)}"


def place_of(path: str) -> Place | None:
    """The form that a sheet path is in; None for what no form has."""
    section = section_of(path)
    if not any(each.path == section for each in children("")):
        return None
    item = item_of(path)
    if item is not None and item.list in lists_of(section):
        return Place(Block(item.list, item.index, True), f"rows/{item.list}/{item.index}", item.below)
    return Place(Block(section), section, path.removeprefix(section).removeprefix("."))


def differing(block: Block, mine: Any, theirs: Any) -> list[str]:
    """The names of the fields that two values of a block differ in."""
    a, b = encode(block, mine), encode(block, theirs)
    return list(dict.fromkeys(name.removeprefix(STATE) for name in {**a, **b} if a.get(name) != b.get(name)))


def value_at(block: Block, value: Any, name: str) -> Any:
    """The value of a field of a block by its name."""
    return paths.value_at(value, name) if name else value
