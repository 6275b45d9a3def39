"""Histories compared with what differs (沿革检查), in both directions; and units, which no edition may change under a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import chain

from review.errors import Fault, Text, joined
from review.law.changes import changes, declares
from review.law.edition import KEY_COLUMNS, Row, Ruleset
from review.law.forms import ORDERS, PARAMETERS_TABLE
from review.law.source import Source

_PATTERN_KINDS = ("parameter", "table", "rule", "section", "clause")


def history_faults(old: Ruleset | None, new: Ruleset, source: Source) -> Iterator[Fault]:
    """What differs from the edition before and no entry declares; what an entry declares and does not differ."""
    real = [str(each) for each in changes(old, new)] if old else []
    entries = [each for each in new.content["history"] if "corrects" not in each]
    where = source.at("editions", new.edition, "history")
    for change in real:
        if not any(declares(entry, change) for entry in entries):
            yield Fault(where, Text(
                f"版本 {new.edition} 与前一版本不同之处没有写入沿革：{change}", f"edition {new.edition} differs from the one before and its history does not say so: {change}"))  # fmt: skip
    for place, entry in enumerate(new.content["history"]):
        stands = source.at("editions", new.edition, "history", place)
        for pattern in (*entry.get("changes", ()), *entry.get("corrects", ())):
            kind, _, name = str(pattern).partition(" ")
            if kind not in _PATTERN_KINDS or not name:
                kinds = joined(_PATTERN_KINDS)
                yield Fault(stands, Text(
                    f"“{pattern}”应写成“种类 名称”，种类为 {kinds.zh}", f"“{pattern}” should be KIND NAME, the kind one of {kinds.en}"))  # fmt: skip
        for pattern in entry.get("changes", ()):
            if not any(fnmatchcase(change, str(pattern)) for change in real):
                yield Fault(stands, Text(
                    f"沿革所写的变化不存在：{pattern}", f"the history declares what does not differ: {pattern}"))  # fmt: skip


def unit_faults(old: Ruleset, new: Ruleset) -> Iterator[Fault]:
    """Rows and parameters whose unit is not what it was: a name keeps its unit, as what reads it does not look."""
    for table in ("benchmark_levels", "coal_equivalents", "limits"):
        for column in ("unit", "quantity_unit"):
            yield from _units(old, new, table, old.table(table), new.table(table), column)
    yield from _units(old, new, "parameters", old.content["parameters"], new.content["parameters"], "unit")


def _units(
    old: Ruleset, new: Ruleset, table: str, then: Iterable[Row], now: Iterable[Row], column: str
) -> Iterator[Fault]:
    known = {row[KEY_COLUMNS[table]]: row for row in then}
    for row in now:
        name = row[KEY_COLUMNS[table]]
        if (before := known.get(name)) is None:
            continue
        a, b = before.get(column, ""), row.get(column, "")
        # A row without figures has no unit yet.
        if a != b and ((a and b) or (_has_figures(table, before) and _has_figures(table, row))):
            yield Fault(f"{table} ({name})", Text(
                f"{new.edition} 版把 {old.edition} 版的 {column} {a or '（无）'} 改成 {b or '（无）'}：单位不能改，请另立名称",
                f"edition {new.edition} changes {column} from {a or 'none'} to {b or 'none'} (edition {old.edition}): a unit stays; give it a name of its own"))  # fmt: skip


def _has_figures(table: str, row: Row) -> bool:
    columns = ("value",) if table == PARAMETERS_TABLE else chain.from_iterable(ORDERS[table])
    return any(row.get(column) for column in columns)
