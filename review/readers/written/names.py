"""Names of what stands in an edition's tables (名称的读法): carriers, parks, rows of levels and limits, areas, industries.

A name is taken by code, by its words in the table, or where one row alone fits what was written: `平板玻璃 900 t/d` is the row whose bounds
hold 900 t/d. Of two that fit both are named, of none the nearest.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from review.drafting.pickers import PICKED, choices, classes, industry_names
from review.errors import Text, joined
from review.law.edition import Ruleset
from review.readers.written.answers import Read, fold, not_read, same, two_readings

_BRACKETED = re.compile(r"[（(]([^（()）]*)[)）]")
_INDUSTRY_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Ta-t]?[0-9]{4})(?![0-9])")
_BEGINNING = re.compile(r"[A-Ta-t]?([0-9]{1,4})")
_FIGURE = re.compile(r"(?P<figure>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[A-Za-z%]+(?:/[A-Za-z]+)?)")
_DAILY = {"吨/天": "t/d", "吨/日": "t/d", "t/天": "t/d", "t/日": "t/d", "吨": "t"}
_BOUND = re.compile(r"(?:(?P<low>[0-9.]+)\s*(?P<low_unit>[A-Za-z%/]*)\s*(?P<low_sign>[<≤]))?\s*(?P<what>[^0-9<>≤≥]*?)\s*"
                    r"(?P<sign>[<≤>≥])\s*(?P<figure>[0-9.]+)\s*(?P<unit>[A-Za-z%/]*)")  # fmt: skip
# Words of what a park is: without a name before them they are the name of no park.
_KINDS_OF_PARK = re.compile("经济|技术|开发|投资|工业|产业|高新|化工|集中|示范|新|区|园|城")
_PLACE_BEFORE, _SHORTEST_NAME, _MOST_NAMED = 3, 2, 5
_MAKING = ("制造业", "制造", "加工", "业")
# What energy tables call the carriers that the coefficient table names by their value.
_ELECTRICITY = {"电": "electricity", "电能": "electricity"}


@dataclass(frozen=True)
class Named:
    """A row that can be named: its key, its name as the table has it, and all that names it alone."""

    key: str
    name: str
    spellings: tuple[str, ...]


# The fields whose values stand in an edition's tables.
NAMED_FIELDS = frozenset((*PICKED, "products[].limit"))


def read_name(text: str, pattern: str, edition: Ruleset) -> Read:
    """The key of the row that a text names, for a field whose values stand in a table. Raises SheetError."""
    return read_industry(text, edition) if pattern == "project.industry" else _read_row(text, pattern, edition)


def read_industry(text: str, edition: Ruleset) -> Read:
    """The class of GB/T 4754 that a text writes, with its name or without (`C3872照明灯具制造`), or that an edition's tables name so.

    Raises SheetError.
    """
    folded = fold(text)
    offered = next((code for code, shown in classes(edition).items() if fold(shown) == folded), None)
    if offered is not None:
        return Read(offered, None)
    codes = list(dict.fromkeys(_INDUSTRY_CODE.findall(folded)))
    if len({code[-4:] for code in codes}) > 1:
        raise two_readings(text, same(codes[0]), same(codes[1]), "请只写一个代码", "write a single code")
    if codes:
        [code, *_] = codes
        return Read(code, None if code == folded else same(code))
    named = [(code, name) for code, names in industry_names(edition).items() for name in names]
    plain = _plain(folded)
    found = list(dict.fromkeys(code for code, name in named if plain in _spellings_of_industry(name)))
    if len(found) == 1 and len(found[0]) == 4:
        return Read(found[0], Text(f"{found[0]}（{folded}）", f"{found[0]} ({folded})"))
    if found:
        codes_shown = joined(found)
        raise not_read(
            text,
            f"对应不止一个小类（{codes_shown.zh}），请写四位小类代码",
            f"is not a single class ({codes_shown.en}): write the four-digit code",
        )
    zh, en = _nearest(folded, {name: f"{name}（{code}）" for code, name in named})
    raise not_read(
        text,
        f"应为 GB/T 4754-2017 四位小类代码，如 C3041{zh}",
        f"should be a four-digit class of GB/T 4754-2017 such as C3041{en}",
    )


def written_beginning(text: str) -> str:
    """The first figures of an industry's code (行业代码开头几位), as a filter has them: `C26` is 26. Raises SheetError."""
    found = _BEGINNING.fullmatch(fold(text))
    if found is None:
        raise not_read(
            text,
            "应为行业代码的开头几位，如 26 或 C2614",
            "should be the first figures of an industry code, such as 26 or C2614",
        )
    return found[1]


@lru_cache(maxsize=64)
def named(edition: Ruleset, pattern: str) -> tuple[Named, ...]:
    """The rows that an edition's table has for a field."""
    further = _ELECTRICITY if pattern == "energy.items[].carrier" else {}
    return tuple(
        _named(each.key, each.name, (word for word, key in further.items() if key == each.key))
        for each in choices(edition, pattern)
    )


def _named(key: str, name: str, further: Iterable[str]) -> Named:
    bare = _BRACKETED.sub("", name)
    inner = (found[1] for found in _BRACKETED.finditer(name) if re.fullmatch("[A-Za-z0-9-]+", found[1]))
    every = (key, key.replace("_", " "), name, bare, f"{name}（{key}）", f"{name} {key}", *inner, *further)
    return Named(key, name, tuple(dict.fromkeys(_plain(each) for each in every)))


def _read_row(text: str, pattern: str, edition: Ruleset) -> Read:
    folded = fold(text)
    rows = named(edition, pattern)
    if any(each.key == folded for each in rows) or folded in edition.content["known_elsewhere"]:
        return Read(folded)
    plain = _plain(folded)
    found = [each for each in rows if plain in each.spellings] or _fitting(plain, pattern, rows)
    if not found and folded.isascii():
        # A code that this edition lacks: what it has is said where the sheet is judged by it.
        return Read(folded)
    if len(found) == 1:
        [row] = found
        return Read(row.key, None if plain == _plain(row.name) else same(row.name))
    if found:
        raise two_readings(text, same(found[0].name), _others(found[1:]), "请写明是哪一个", "say which")
    zh, en = _nearest(folded, {each.name: each.name for each in rows})
    raise not_read(text, f"表中没有这一名称{zh}", f"the table has no such name{en}")


def _others(rows: list[Named]) -> Text:
    shown = joined(each.name for each in rows[:_MOST_NAMED])
    return shown if len(rows) <= _MOST_NAMED else Text(f"{shown.zh}……", f"{shown.en} …")


def _fitting(text: str, pattern: str, rows: tuple[Named, ...]) -> list[Named]:
    """The rows that alone can be meant: a park without the place before its name, a product's row by its bounds or by words of its variant."""
    if pattern == "site.park":
        return [each for each in rows if _is_park_without_place(text, each)]
    if pattern in ("products[].benchmark", "products[].limit"):
        return [each for each in rows if _is_product(text, each)]
    return []


def _is_park_without_place(text: str, row: Named) -> bool:
    if len(_KINDS_OF_PARK.sub("", text)) < _SHORTEST_NAME:
        return False
    names = (_plain_name(row.name), _plain_name(_BRACKETED.sub("", row.name)))
    return any(each.endswith(text) and 0 < len(each) - len(text) <= _PLACE_BEFORE for each in names)


def _is_product(text: str, row: Named) -> bool:
    """Whether a text names the row's product, and says nothing beside it that its variant leaves out or rules out."""
    names, variant = _product_of(row.name)
    head = next((each for each in names if text.startswith(each)), None)
    return head is not None and _fits_variant(text.removeprefix(head), variant)


@lru_cache(maxsize=4096)
def _product_of(name: str) -> tuple[tuple[str, str], str]:
    """The product that a row is called by, as texts are compared with it, and the row's variant."""
    product, _, variant = name.partition(" ")
    return (_plain(product), _plain(_BRACKETED.sub("", product))), variant


def _fits_variant(said: str, variant: str) -> bool:
    for word, unit in _DAILY.items():
        said = said.replace(word, unit)
    figures = [(Decimal(found["figure"]), found["unit"]) for found in _FIGURE.finditer(said)]
    rest = re.sub("[(),;、]", "", _FIGURE.sub("", said))
    return rest in _plain(variant) and all(_is_within(figure, unit, variant) for figure, unit in figures)


def _is_within(figure: Decimal, unit: str, variant: str) -> bool:
    """Whether a figure lies within the bounds of a variant; a variant that has none in that unit rules nothing out."""
    bound = _BOUND.search(variant)
    if bound is None or bound["unit"].lower() != unit:
        return True
    high = Decimal(bound["figure"])
    inside = {"<": figure < high, "≤": figure <= high, ">": figure > high, "≥": figure >= high}[bound["sign"]]
    if bound["low"] is None:
        return inside
    low = Decimal(bound["low"])
    return inside and (figure > low if bound["low_sign"] == "<" else figure >= low)


@lru_cache(maxsize=4096)
def _spellings_of_industry(name: str) -> frozenset[str]:
    spelt = _plain(name)
    return frozenset((spelt, *(f"{spelt}{word}" for word in _MAKING)))


@lru_cache(maxsize=4096)
def _plain_name(name: str) -> str:
    """The same of a name that a table has."""
    return _plain(name)


def _plain(text: str) -> str:
    return "".join(fold(text).casefold().split()).replace("（", "(").replace("）", ")")


def _nearest(text: str, names: Mapping[str, str]) -> tuple[str, str]:
    """What may have been meant, in words to add; empty where nothing is near."""
    plain = _plain(text)
    within = [name for name in names if plain in _plain_name(name)]
    found = within[:_MOST_NAMED] or difflib.get_close_matches(text[:60], names, n=2, cutoff=0.4)
    shown = joined(names[each] for each in found)
    return (f"；是否指 {shown.zh}", f"; did you mean {shown.en}?") if found else ("", "")
