"""Keys of the register (登记册的键): what a sheet draws on, told apart by kind, so that one reduction or retired line has one key however it is spelled.

An offset of VOC has the source's id as its key. Any other kind stands before the id, with a space, which no folded id has: `carbon C-1`,
`so2 示环〔2026〕9号` (the document of the reduction, as the sheet names no id), `capacity 甲玻璃1线` (enterprise and line).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal

from review.errors import Text
from review.facts.spellings import source_key, with_one_bracket
from review.quantities import ZERO
from review.sheet import Capacity, Offset, ProjectSheet
from review.sheet.capacity import Retired
from review.sheet.carbon import CarbonReplacement
from review.sheet.pollutants import POLLUTANTS, Pollutant

VOC, CARBON, CAPACITY = "voc", "carbon", "capacity"
KINDS: dict[str, Text] = {
    VOC: Text("挥发性有机物", "VOC"),
    **{name: Text(*words) for name, words in POLLUTANTS.items()},
    CARBON: Text("碳排放", "carbon emission"),
    CAPACITY: Text("退出产能", "retired capacity"),
}
UNITS = {CARBON: "t CO₂/a"}
UNIT = "t/a"
# No source with a longer id can be registered; a longer name of a line or document is told by its digest.
LONGEST_SOURCE = 200
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Drawn:
    """A row of the sheet that draws on the register: the key of what it draws on, the amount (t a year; None: not stated), and the row."""

    key: str
    amount: Decimal | None
    row: Offset | CarbonReplacement | Pollutant | Retired


def unit_of(key: str) -> str:
    """The unit of what is drawn by a key."""
    return UNITS.get(kind_of(key), UNIT)


def kind_of(key: str) -> str:
    """Of which kind a key is: one of `KINDS`."""
    kind, space, _ = key.partition(" ")
    return kind if space and kind in KINDS else VOC


def identifier_of(key: str) -> str:
    """A key without its kind."""
    return key if kind_of(key) == VOC else key.partition(" ")[2]


def draw_key(kind: str, name: str) -> str:
    """The key by which sheets draw on what has that id (a pollutant: document; capacity: enterprise and line)."""
    if kind == VOC:
        return source_key(name)
    if kind == CARBON:
        return f"{kind} {source_key(name)}"
    return f"{kind} {_line(name) if kind == CAPACITY else document_key(name)}"


def document_key(name: str) -> str:
    """A document's number as a key: folded as ids are, with one kind of bracket."""
    return _shortened(with_one_bracket(source_key(name)))


def register_key(text: str) -> str:
    """A key as a person or program writes it: kind and id, or the id alone."""
    kind, space, name = text.strip().partition(" ")
    return draw_key(kind, name) if space and kind in KINDS and kind != VOC and name.strip() else source_key(text)


def keys_like(identifier: str) -> tuple[str, ...]:
    """The keys by which sheets of any kind may draw on a source with that id."""
    return tuple(identifier if kind == VOC else f"{kind} {identifier}" for kind in KINDS if kind != CAPACITY)


def entry_for(key: str, entries: Container[str]) -> str | None:
    """The key of the entry that a draw is on: of its own kind, else the one that has the id; None where neither is registered."""
    if key in entries:
        return key
    plain = identifier_of(key)
    return plain if kind_of(key) not in (VOC, CAPACITY) and plain in entries else None


def drawn(sheet: ProjectSheet) -> list[Drawn]:
    """What a sheet draws on, row by row: offsets of VOC, carbon replacement, reductions of pollutants, retired lines.

    A row that names nothing draws on nothing that another project could draw on; nor does one that states that it has no document.
    """
    rows: list[Drawn] = []
    voc, carbon, capacity = sheet.voc, sheet.carbon, sheet.capacity
    for offset in () if voc is None or isinstance(voc, str) else voc.offsets or ():
        if offset.source and len(offset.source) <= LONGEST_SOURCE:
            rows.append(Drawn(draw_key(VOC, offset.source), offset.allocated_t, offset))
    for replaced in (carbon.replacement if carbon else None) or ():
        if replaced.source and len(replaced.source) <= LONGEST_SOURCE:
            rows.append(Drawn(draw_key(CARBON, replaced.source), replaced.allocated_t, replaced))
    for each in sheet.pollutants or ():
        if each.pollutant and each.reduction_document not in (None, "none"):
            key = draw_key(each.pollutant, str(each.reduction_document))
            rows.append(Drawn(key, each.reduction_t, each))
    for line in (capacity.retired or ()) if isinstance(capacity, Capacity) else ():
        if line.enterprise and line.document != "none" and line.closed_before_operation is not False:
            rows.append(Drawn(draw_key(CAPACITY, line.enterprise), line.capacity_t, line))
    return rows


_NUMERALS = "一二三四五六七八九"
_NUMERAL = re.compile(rf"(?<![{_NUMERALS}十百])[{_NUMERALS}](?=[号#线])")


def keys_of(sheet: ProjectSheet) -> list[str]:
    """The keys that a review of the sheet reads of the register, in order."""
    return sorted({each.key for each in drawn(sheet)})


def asked(sheet: ProjectSheet) -> dict[str, Decimal]:
    """What a sheet draws by each key, in t a year. Rows without an amount draw nothing."""
    result: dict[str, Decimal] = {}
    for each in drawn(sheet):
        if each.amount:
            result[each.key] = result.get(each.key, ZERO) + each.amount
    return result


def by_source(wanted: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What is asked of each source, by whatever spellings of its id; the keys have one kind of bracket."""
    result: dict[str, Decimal] = {}
    for key, amount in wanted.items():
        one = with_one_bracket(key)
        result[one] = result.get(one, ZERO) + amount
    return result


def line_name(enterprise: str, line: str | None) -> str:
    """A retired line's name: its enterprise, with the line where that is told apart."""
    return f"{enterprise} {line}" if line else enterprise


def _line(name: str) -> str:
    """Letters and digits alone, without width and case: 甲玻璃（虚构）1#线 and 甲玻璃 (虚构) 1 线 are one line."""
    plain = _NUMERAL.sub(
        lambda found: str(_NUMERALS.index(found[0]) + 1), unicodedata.normalize("NFKC", source_key(name))
    )
    # What stands between two figures tells 1-2 from 12.
    parted = re.sub(r"(?<=\d)[^\w]+(?=\d)", "\0", plain)
    return _shortened(
        "".join("-" if each == "\0" else each for each in parted if each.isalnum() or each == "\0") or plain
    )


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_SOURCE - 20:
        return name
    return f"{name[:_LONGEST_NAME]}~{hashlib.sha256(name.encode()).hexdigest()[:32].upper()}"
