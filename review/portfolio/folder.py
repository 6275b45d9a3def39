"""A folder of facts: `cases.parquet`, a file for each list, `aside.parquet` (cases that do not fit the columns, each with its sheet), and `facts.json`.

Written and read batch by batch, so that memory is bounded by the batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from review.errors import Fault, PortfolioError, Text, system_words
from review.law.edition import Ruleset
from review.portfolio.basis import FORMATS, basis, require_same_basis, written_format
from review.portfolio.columns import CASES, Column, table_columns, table_name, tables
from review.portfolio.deriving import Aside, FactTables
from review.portfolio.extra import need, schema
from review.portfolio.grids import narrow_table

HEAD, ASIDE = "facts.json", "aside"
_ASIDE_COLUMNS = (
    Column("case", "number"), Column("project", "number"), Column("current", "truth"), Column("as_of", "day"),
    Column("refused", "truth"), Column("why", "text"), Column("sheet", "text"), Column("register", "text"),
)  # fmt: skip


class FactsWriter:
    """Writes facts that were derived under an edition into a folder. `facts.json` comes last: a folder without it is not whole."""

    def __init__(self, folder: Path, ruleset: Ruleset) -> None:
        self.folder, self.ruleset = folder, ruleset
        self.writers: dict[str, Any] = {}
        self.cases = self.set_aside = 0

    def __enter__(self) -> FactsWriter:
        parquet, known = need("pyarrow.parquet"), self.ruleset.vocabulary
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / HEAD).unlink(missing_ok=True)
            for name, columns in (
                *((each, table_columns(each, known)) for each in tables(known)),
                (ASIDE, _ASIDE_COLUMNS),
            ):
                self.writers[name] = parquet.ParquetWriter(self._path(name), schema(columns), compression="zstd")
        except OSError as error:
            raise unusable(
                self.folder, f"无法写入：{system_words(error)}", f"cannot be written: {error.strerror}"
            ) from error
        return self

    def add(self, facts: FactTables) -> None:
        """One batch."""
        for name, table in facts.tables.items():
            if table.num_rows:
                # A file has one type for all of its batches: that which every figure fits.
                wide = table.cast(schema(table_columns(name, self.ruleset.vocabulary)))
                self.writers[name].write_table(wide, row_group_size=table.num_rows)
        if facts.aside:
            self.writers[ASIDE].write_table(_aside_table(facts.aside))
        self.cases += len(facts)
        self.set_aside += len(facts.aside)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self.writers.values():
            writer.close()
        if kind is None:
            known = self.ruleset.vocabulary
            head = {
                "schema": written_format(known), "ruleset": self.ruleset.name, "digest": self.ruleset.digest, "cases": self.cases, "aside": self.set_aside,
                "basis": basis(self.ruleset),
            }  # fmt: skip
            (self.folder / HEAD).write_text(json.dumps(head, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def _path(self, name: str) -> Path:
        return self.folder / f"{table_name(name)}.parquet"


def unusable(folder: Path, zh: str, en: str) -> PortfolioError:
    return PortfolioError([Fault(str(folder), Text(zh, en))])


def _aside_table(aside: Iterable[Aside]) -> Any:
    rows = [
        {
            "case": each.number, "project": each.project, "current": each.current, "as_of": each.as_of, "refused": each.refused,
            "why": "; ".join(map(str, each.faults)), "sheet": each.sheet, "register": each.register,
        }
        for each in aside
    ]  # fmt: skip
    return need("pyarrow").Table.from_pylist(rows, schema=schema(_ASIDE_COLUMNS))


class FactsFolder:
    """Facts in a folder. Raises PortfolioError where it is none, or not whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.head: dict[str, Any] = json.loads((folder / HEAD).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise unusable(
                folder,
                f"不是完整的事实文件夹（缺 {HEAD}）",
                f"is not a whole folder of facts: it has no readable {HEAD}",
            ) from error
        if self.head.get("schema") not in FORMATS:
            raise unusable(
                folder,
                f"格式应为 {' 或 '.join(FORMATS)}，请重新导出",
                f"should be of the format {' or '.join(FORMATS)}: export it anew",
            )

    def batches(
        self, ruleset: Ruleset, columns: Mapping[str, tuple[Column, ...]] | None = None
    ) -> Iterator[FactTables]:
        """The facts batch by batch, in order, of those columns only. Raises PortfolioError where they rest on another basis."""
        require_same_basis(self.head["basis"], ruleset)
        parquet, known = need("pyarrow.parquet"), ruleset.vocabulary
        wanted = columns or {name: table_columns(name, known) for name in tables(known)}
        names = {name: [each.name for each in some] for name, some in wanted.items()}
        files = {name: parquet.ParquetFile(self._path(name)) for name in wanted}
        places = dict.fromkeys(names, 0)
        waiting = tuple(self.aside())
        for group in range(files[CASES].num_row_groups):
            cases = files[CASES].read_row_group(group, columns=names[CASES])
            last = cases["case"][-1].as_py()
            found = {CASES: cases}
            for name in names:
                if name != CASES:
                    found[name], places[name] = _upto(files[name], places[name], last, names[name])
            batch = tuple(each for each in waiting if each.number <= last)
            waiting = waiting[len(batch) :]
            yield FactTables({name: narrow_table(table) for name, table in found.items()}, self.head["basis"], batch)
        if waiting:
            empty = {name: schema(wanted[name]).empty_table() for name in wanted}
            yield FactTables(empty, self.head["basis"], waiting)

    def aside(self) -> Iterator[Aside]:
        """The cases that do not fit the columns, with their sheets."""
        for row in need("pyarrow.parquet").ParquetFile(self._path(ASIDE)).read().to_pylist():
            why = (Fault("", Text(row["why"], row["why"])),)
            yield Aside(
                row["case"],
                row["project"],
                row["current"],
                row["as_of"],
                row["refused"],
                why,
                row["sheet"],
                row["register"],
            )

    def _path(self, name: str) -> Path:
        return self.folder / f"{table_name(name)}.parquet"


def _upto(file: Any, start: int, last: int, columns: list[str]) -> tuple[Any, int]:
    """The row groups of a list, from `start` on, with items of cases up to `last`; batches are whole row groups."""
    groups, place = [], start
    while place < file.num_row_groups:
        if file.metadata.row_group(place).column(0).statistics.min > last:
            break
        groups.append(place)
        place += 1
    return file.read_row_groups(groups, columns=columns), place
