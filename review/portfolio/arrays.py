"""The engine of numpy: an edition's steps over the arrays of a batch, for facts in memory and facts that were read from Parquet.

What of a batch does not stay exactly within 64 bits is told apart, case by case, for an engine with wide decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from review.portfolio import codes
from review.portfolio.columns import CASES
from review.portfolio.extra import need, whole
from review.portfolio.queries import GRAVE, STAGE
from review.portfolio.reading import Items, Products, Reader, Rows
from review.portfolio.steps import Edition, Steps

# Rows at a time, so that what the steps make stays in a core's own memory.
AT_ONCE = 1 << 14


def judged(
    edition: Edition, readers: Mapping[str, Mapping[int, Reader]], counts: Mapping[str, int], given: dict[int, Any]
) -> dict[str, dict[int, Any]]:
    """What an edition makes of each table's rows, by place. `readers` give the codes of leaves; `given` is filled with what is handed out to items."""
    found = {}
    for name, steps in edition.tables.items():
        found[name] = _judged(steps, readers[name], counts[name])
        given.update({place: found[name][place] for place in steps.handed_out})
    return found


def _judged(steps: Steps, readers: Mapping[int, Reader], count: int) -> dict[int, Any]:
    numpy = need("numpy")
    found = {place: numpy.empty(count, numpy.uint8) for place in steps.kept}
    for start in range(0, count, AT_ONCE):
        rows = slice(start, min(count, start + AT_ONCE))
        for place, values in steps.run(readers, rows):
            found[place][rows] = values
    return found


class Batch:
    """A batch under an edition: the tables that its rules read, each in order, with the levels that products name."""

    def __init__(self, tables: Mapping[str, Any], edition: Edition) -> None:
        self.edition, ruleset = edition, edition.plan.ruleset
        self.cases = Rows(tables[CASES], CASES, ruleset)
        self.numbers = _numbers(tables[CASES])
        self.given: dict[int, Any] = {}
        self.lists = {name: self._items(name, table) for name, table in tables.items() if name != CASES}
        self.rows: dict[str, Rows] = {CASES: self.cases, **self.lists}
        self.readers = {
            name: {place: self.rows[name].reader(leaf) for place, leaf in steps.leaves.items()}
            for name, steps in edition.tables.items()
        }

    def _items(self, name: str, table: Any) -> Items:
        of = positions(self.numbers, _numbers(table))
        if (of < 0).any():
            # Of no case: an engine's join has none of them either.
            table, of = table.filter(need("pyarrow").array(of >= 0)), of[of >= 0]
        if name == "products":
            return Products(table, name, self.cases, of, self.given)
        return Items(table, name, self.cases, of, self.given)

    def refused(self) -> dict[int, str]:
        """The cases with a product that the edition refuses, with the reason."""
        found: dict[int, str] = {}
        products = self.lists.get("products")
        if isinstance(products, Products):
            for row, words in products.named.refused.items():
                found |= dict.fromkeys(self.numbers[products.of[products.named.rows == row]].tolist(), words)
        return found

    def beyond(self) -> set[int]:
        """The numbers of the cases of which a figure does not stay exactly within 64 bits."""
        numpy = need("numpy")
        found = numpy.zeros(len(self.numbers), bool) if self.cases.beyond is None else self.cases.beyond.copy()
        for items in self.lists.values():
            if items.beyond is not None:
                found[items.of[items.beyond]] = True
        return set(self.numbers[found].tolist())

    def judged(self) -> tuple[dict[str, Any], Any]:
        """The outcomes of each table, and of each case the most severe with its stage. Only where no case is `beyond`."""
        counts = {name: len(rows) for name, rows in self.rows.items()}
        found = judged(self.edition, self.readers, counts, self.given)
        steps = self.edition.tables
        tables = {name: _table(self.rows[name].table, steps[name], values) for name, values in found.items()}
        return tables, self._recommendations({name: values[steps[name].grave] for name, values in found.items()})

    def _recommendations(self, graves: Mapping[str, Any]) -> Any:
        numpy, pa = need("numpy"), need("pyarrow")
        grave = graves[CASES].copy()
        for name, items in self.lists.items():
            if len(items):
                starts = numpy.flatnonzero(numpy.append(True, items.of[1:] != items.of[:-1]))
                at = items.of[starts]
                grave[at] = numpy.maximum(grave[at], numpy.maximum.reduceat(graves[name], starts))
        cases = self.cases.table
        return pa.table(
            {
                "case": cases["case"],
                GRAVE: pa.array(grave.view("int8")),
                STAGE: cases["project__stage"].cast(pa.string()),
            }
        )


def _numbers(table: Any) -> Any:
    return whole(table.column("case")).to_numpy(zero_copy_only=False)


def positions(numbers: Any, wanted: Any) -> Any:
    """Where each wanted number stands among the numbers, which rise; -1 where it does not."""
    numpy, count = need("numpy"), len(numbers)
    if not count:
        return numpy.full(len(wanted), -1)
    if numbers[-1] - numbers[0] + 1 == count:
        found = wanted - numbers[0]
        return numpy.where((found >= 0) & (found < count), found, -1)
    found = numpy.minimum(numpy.searchsorted(numbers, wanted), count - 1)
    return numpy.where(numbers[found] == wanted, found, -1)


def _table(rows: Any, steps: Steps, found: Mapping[int, Any]) -> Any:
    """The outcomes as an Arrow table, null where a rule is judged elsewhere."""
    numpy, pa = need("numpy"), need("pyarrow")

    def columns() -> Iterator[Any]:
        for each in steps.found:
            values = pa.py_buffer(found[each.place])
            bits = None
            if each.judged is not None:
                true = found[each.judged] == codes.TRUE
                bits = pa.py_buffer(numpy.packbits(~true if each.null_where_true else true, bitorder="little"))
            yield pa.Array.from_buffers(pa.int8(), len(found[each.place]), [bits, values])

    head = [name for name in ("case", "place") if name in rows.column_names]
    return pa.table(
        [*(rows.column(name) for name in head), *columns()], names=[*head, *(each.name for each in steps.found)]
    )
