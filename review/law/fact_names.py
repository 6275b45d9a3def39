"""The names of facts that the conditions of an edition can read: those declared, with the keys of its tables as choices."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from review.law.before import place_before
from review.law.conditions import Entry
from review.law.names import Vocabulary

# Tables with the keys of their rows, in order.
Keys = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=256)
def fact_names(vocabulary: Vocabulary, keys: Keys, lists: tuple[str, ...] = ()) -> Mapping[str, Entry]:
    """The facts that a condition of an edition can read: of the project, and of the items of `lists`. `keys`: of `edition.keys_of`."""
    of_table = dict(keys)
    names = dict(vocabulary.project)
    for name, table in vocabulary.of_rows:
        names[name] = Entry("choice", (*of_table[table], "none"))
    for path in lists:
        names |= item_names(vocabulary, keys, path)
    return MappingProxyType(names)


@lru_cache(maxsize=256)
def item_names(vocabulary: Vocabulary, keys: Keys, path: str) -> Mapping[str, Entry]:
    """The facts that a condition of an edition can read of an item of the list at `path`."""
    of_table = dict(keys)
    names = dict(vocabulary.of_item(path))
    for name, table in vocabulary.of_tables(path).items():
        # Sheets of before could state each of these, whether the table had it or not.
        before = place_before()["area_words"] if vocabulary.version < 2 else ()
        names[name] = Entry("choice", tuple(dict.fromkeys((*of_table[table], *before))))
    return MappingProxyType(names)
