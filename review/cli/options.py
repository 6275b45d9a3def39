"""What the commands share: options, exit codes, and how errors are printed."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from review.errors import (
    EngineDisagreement,
    EngineUnavailable,
    Fault,
    ServiceNotStarted,
    SheetError,
    Text,
    TwoHighError,
    system_words,
)
from review.sheet.fields import iso_day
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from review.law.edition import Ruleset
    from review.record.storage.actors import Actor
    from review.record.storage.store import Store

Item = TypeVar("Item")
USABLE, NOT_ALL, UNUSABLE, DISAGREE, NOT_STARTED = 0, 1, 2, 3, 4
# A number that is typed as it is, in words.
_NUMBER = "编号 number"
# What the record calls otherwise than the commands that state it: the names of their parameters.
_CALLED = {
    "id": "review", "by": "officer", "request": "key", "conditions": "condition", "holder": "subject", "note": "text", "answer": "stand",
    "finding": "rule", "step": "kind", "q": "words", "verified_t": "verified", "last_year": "last", "review_days": "days", "seen": "expected",
    "consultation": "number", "attachment": "number", "absence": "number", "proposal": "number",
}  # fmt: skip
# How the parameters of the command that runs are typed, by their names.
TYPED: ContextVar[Mapping[str, str]] = ContextVar("typed", default=MappingProxyType({}))
# Of sysexits.h: a fault of the product itself, never to be taken for a verdict.
OUR_FAULT = 70
_CODES = {EngineDisagreement: DISAGREE, ServiceNotStarted: NOT_STARTED, EngineUnavailable: OUR_FAULT}

RulesetOption = Annotated[
    str | None,
    typer.Option(
        "--ruleset",
        metavar="ID[@EDITION]",
        help="规则集及版本，默认取审查日施行的版本；文件夹写成路径，如 ./draft / edition, by default the one in force; a folder is written as a path, such as ./draft",
    ),
]
DateOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="审查日，默认今天（上海时间） / day of review, today in Shanghai by default"
    ),
]
FormatOption = Annotated[str, typer.Option("--format", metavar="text|json", help="输出格式 / output format")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", envvar="TWO_HIGH_DATABASE",
        help="记录所在：sqlite:///文件、文件路径或 postgresql://… / where the record is; two-high.sqlite by default",
    ),
]  # fmt: skip
OfficerOption = Annotated[
    str | None,
    typer.Option(
        "--officer", metavar="NAME", envvar="TWO_HIGH_OFFICER", help="经办人，写入记录 / the person who acts, recorded"
    ),
]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="进程数，默认每核一个 / processes, one a core by default"),
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="写入的文件 / the file to write")]


def complain(*faults: Fault, file: str = "") -> None:
    """One line a fault on stderr: file, path, what is wrong and what is allowed.

    What lies in an option or argument of the command that runs is named as it is typed.
    """
    for fault in faults:
        where = ": ".join(part for part in (file, _as_typed(fault.where)) if part)
        said = f"{fault.text.zh} / {fault.text.en}"
        print(safe(f"{where}: {said}" if where else said), file=sys.stderr)


def typed_by(parameters: Iterable[Any]) -> dict[str, str]:
    """How the parameters of a command are typed: an option as `--reason`, an argument by its word of the usage, a number in words."""
    found: dict[str, str] = {}
    for each in parameters:
        if each.param_type_name == "option":
            option = max(each.opts, key=len)
            found[option.lstrip("-").replace("-", "_")] = found[each.name] = option
        else:
            word = (each.metavar or each.name).strip("[]…")
            found[each.name] = _NUMBER if word == "ID" else word
    return found


def _as_typed(where: str) -> str:
    """Where a fault lies, by the option or argument that states it where one does; else as it is called."""
    typed, (name, dot, rest) = TYPED.get(), where.partition(".")
    found = typed.get(name) or typed.get(_CALLED.get(name, ""))
    if found is None and where == "id":
        return _NUMBER
    # Each of the signers of a step is typed with it: `--signers 3=LOGIN`.
    return where if found is None or (dot and name != "signers") else f"{found} {rest}".strip()


def telling(file: str) -> Callable[[Fault], None]:
    """Says on stderr what of a file was passed over: no fault, and no other exit code."""
    return partial(complain, file=file)


def stop(*faults: Fault) -> typer.Exit:
    complain(*faults)
    return typer.Exit(UNUSABLE)


def exit_code(error: TwoHighError) -> int:
    """The exit code that an error of the product asks for."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), UNUSABLE)


@contextmanager
def refusing(file: str = "") -> Iterator[None]:
    """What the product refuses becomes its message and exit code; `file`: where it lies, unless it lies in an option."""
    try:
        yield
    except TwoHighError as error:
        for fault in error.faults:
            complain(fault, file="" if fault.where.startswith("--") else file)
        raise typer.Exit(exit_code(error)) from None


@contextmanager
def opened(database: str | None, *, create: bool = True, read_only: bool = False) -> Iterator[Store]:
    """The record, closed again; what it refuses becomes a message and exit code 2. `read_only`: one that exists, also where it cannot be written."""
    from review.record.storage.store import open_store

    with refusing():
        store = open_store(database, create=create and not read_only, read_only=read_only)
        try:
            _tell_of_clock(store)
            yield store
        finally:
            store.close()


def _tell_of_clock(store: Store) -> None:
    """Says on stderr where the record is ahead of the clock, so that nobody relies on the days of its events."""
    from review.record.storage.journal import ahead_of_clock, last_event

    with store.reading() as connection:
        last = last_event(connection)
    if ahead_of_clock(last.at):
        words = Text(
            f"第 {last.position} 号事件的时间 {last.at} 晚于本机时钟：请核对时钟；至该时刻所记的事件都记作该时间",
            f"event {last.position} bears the time {last.at}, ahead of the clock of this machine: check the clock; until then every event bears that time",
        )
        complain(Fault("--database", words))


def edition_of(connection: Connection, name: str | None, as_of: date) -> Ruleset:
    """The edition of a folder, or of those that the record has adopted: asked for by name, else the one in force. Raises EditionNotFound, RulesetError."""
    from review.law.loading import choose, names_folder
    from review.record.editions.in_force import law_of

    return choose(name, as_of) if names_folder(name) else law_of(connection).choose(name, as_of)


def acts(name: str | None) -> Actor:
    """Who acts: the name that is given, and the user of the system. Raises typer.Exit(2) where none is given.

    Asked before a record is opened that would be made by it.
    """
    from review.record.storage.actors import at_terminal

    if not (name and name.strip()):
        raise stop(
            Fault(
                "--officer",
                Text(
                    "必须填写：用 --officer 或环境变量 TWO_HIGH_OFFICER",
                    "is required, or the variable TWO_HIGH_OFFICER",
                ),
            )
        )
    return at_terminal(name)


def day(text: str | None, option: str = "--as-of") -> date:
    """The day an option writes, today in Shanghai for none. Raises typer.Exit(2) with a clear message."""
    from review.clock import today

    return maybe_day(text, option) or today()


def maybe_day(text: str | None, option: str) -> date | None:
    """The day an option writes, if it writes one. Raises typer.Exit(2)."""
    if text is None:
        return None
    if (plain := iso_day(text)) is not None:
        return plain
    # How else people write a day is loaded for that alone.
    from review.readers.written.answers import placed
    from review.readers.written.days import written_day

    try:
        return written_day(text)
    except SheetError as error:
        raise stop(*placed(error, option)) from None


def figure(text: str, option: str, unit: str) -> Decimal:
    """The figure in that unit that an option writes, no less than 0. Raises typer.Exit(2)."""
    from review.readers.written.answers import placed
    from review.readers.written.numbers import written_figure

    try:
        return written_figure(text, unit)
    except SheetError as error:
        raise stop(*placed(error, option)) from None


def coded(text: str | None, option: str, choices: Mapping[str, Text]) -> str | None:
    """The code of the choice that an option names, by its code or its word; None where the option is not given. Raises typer.Exit(2)."""
    from review.readers.written.answers import placed
    from review.readers.written.words import read_choice

    try:
        return None if text is None else str(read_choice(text, option, choices).value)
    except SheetError as error:
        codes = Text(f"；代码：{'、'.join(choices)}", f"; codes: {', '.join(choices)}")
        raise stop(
            *(
                Fault(each.where, Text(each.text.zh + codes.zh, each.text.en + codes.en))
                for each in placed(error, option)
            )
        ) from None


def require_format(format: str) -> None:
    """Raises typer.Exit(2) for a format that is neither text nor json."""
    if format not in ("text", "json"):
        raise stop(
            Fault(
                "--format",
                Text(f"“{format}”不可用；可用：text、json", f"“{format}” is not a format; there are text and json"),
            )
        )


def show_list(
    read: Callable[[Connection], list[Item]], line: Callable[[Item], str], format: str, database: str | None
) -> None:
    """What the record has of something: as JSON, or a line each. Raises typer.Exit(2)."""
    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = read(connection)
    if format == "json":
        emit(found)
        return
    for each in found:
        print(safe(line(each)))


def require_file(path: Path) -> None:
    """Raises typer.Exit(2) for a file that cannot be read."""
    try:
        path.open("rb").close()
    except OSError as error:
        words = Text(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}")
        raise stop(Fault(str(path), words)) from None


def read_file(path: Path) -> bytes:
    """The content of a file. Raises typer.Exit(2) where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise stop(
            Fault(str(path), Text(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}"))
        ) from None


def by_suffix(out: Path | None, as_xlsx: Item, as_csv: Item) -> tuple[Path, Item] | None:
    """The file that is asked for with what makes it, by its ending; None where none is. Raises typer.Exit(2) for another ending."""
    makers = {".xlsx": as_xlsx, ".csv": as_csv}
    if out is None:
        return None
    if out.suffix.lower() not in makers:
        raise stop(Fault("--out", Text("扩展名应为 .xlsx 或 .csv", "should end in .xlsx or .csv")))
    return out, makers[out.suffix.lower()]


@contextmanager
def writing(path: Path, encoding: str | None = None) -> Iterator[IO[Any]]:
    """A file to write, of text where an encoding is named. It takes the place of what is there once it is whole, and only then.

    Raises typer.Exit(2) where it cannot be written, as on a full disk: then nothing is left of it, and what was there stays.
    """
    try:
        beside = _beside(path)
    except (OSError, RuntimeError) as error:
        raise stop(Fault(str(path), _cannot_be_written(error))) from None
    place, mode = beside or path, "a" if _is_open_file(path) else "w"
    try:
        try:
            with (
                place.open(f"{mode}b") if encoding is None else place.open(mode, encoding=encoding, newline="") as file
            ):
                yield file
                file.flush()
                if beside is not None:
                    os.fsync(file.fileno())
            if beside is not None:
                if (there := path.resolve()).exists():
                    shutil.copymode(there, beside)
                os.replace(beside, there)
        finally:
            if beside is not None:
                beside.unlink(missing_ok=True)
    except OSError as error:
        # What names another file was not about writing this one.
        if isinstance(error, BrokenPipeError) or error.filename not in (None, str(path), str(beside)):
            raise
        raise stop(Fault(str(path), _cannot_be_written(error))) from None


def _cannot_be_written(error: OSError | RuntimeError) -> Text:
    if isinstance(error, RuntimeError):
        return Text("无法写入：链接循环", "cannot be written: links lead in a circle")
    return Text(f"无法写入：{system_words(error)}", f"cannot be written: {error.strerror}")


def _beside(path: Path) -> Path | None:
    """Where a file is written until it is whole: in its folder. None where it is written in place.

    That is a pipe, a device or an open file (/dev/stdout), and a file that is another's, is protected, or is in a folder that is not ours to write.
    """
    if _is_open_file(path) or (path.exists() and not path.is_file()):
        return None
    there = path.resolve()
    if there.exists():
        found = there.stat()
        mine = (found.st_uid, found.st_gid) == (os.geteuid(), os.getegid())
        if not (mine and os.access(there, os.W_OK) and os.access(there.parent, os.W_OK)):
            return None
    return there.with_name(f".{os.getpid()}-{time.monotonic_ns()}.unfinished")


def _is_open_file(path: Path) -> bool:
    """Whether a path leads to a file that is open already, as /dev/stdout does: it is written on where it stands."""
    for _ in range(40):
        path = path.parent.resolve() / path.name
        if path.parts[:2] == ("/", "proc"):
            return True
        if not path.is_symlink():
            return False
        path = path.parent / path.readlink()
    return False


def write(path: Path, content: bytes) -> None:
    """Write a file as `writing` does. Raises typer.Exit(2) where that cannot be done."""
    with writing(path) as file:
        file.write(content)


def emit(value: Any, out: Path | None = None) -> None:
    """JSON for people and programs, on standard output or into a file."""
    import json

    content = (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write(out, content)
