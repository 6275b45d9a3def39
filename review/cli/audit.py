"""`replay`, `verify`, `export`, `backup`, `restore`, `import`: an auditor's work on the record."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from signal import SIGTERM, signal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from review.cli.options import (
    NOT_ALL,
    USABLE,
    DatabaseOption,
    FormatOption,
    JobsOption,
    OfficerOption,
    OutOption,
    acts,
    complain,
    emit,
    maybe_day,
    opened,
    read_file,
    refusing,
    require_file,
    require_format,
    stop,
    telling,
    write,
)  # fmt: skip
from review.errors import Fault, Text, joined
from review.law.loading import named, names_folder
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from review.cli.differences import Printer
    from review.record.editions.in_force import Law
    from review.record.storage.contents import Span
    from review.replay.replaying import Summary, Target


def progress(words: str, total: int | None = None) -> Callable[[int], None]:
    """Says how far it is on a terminal's error stream, a line that is written over; elsewhere nothing."""
    if not sys.stderr.isatty():
        return lambda done: None

    def show(done: int) -> None:
        if done % 50 == 0 or done == total:
            print(
                f"\r{words} {done:,}{f' / {total:,}' if total else ''} ",
                end="\n" if done == total else "",
                file=sys.stderr,
                flush=True,
            )

    return show


def replay(
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="ID@EDITION|./FOLDER[@EDITION]",
            help="另一版本，或草案文件夹、其中一个版本 / another edition, a draft's folder, or an edition of it",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="按该日施行的版本重审 / judge again as of that day, by the edition then in force",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="审查日不早于 / reviews as of this day or later")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="审查日不晚于 / reviews as of this day or earlier")
    ] = None,
    project: Annotated[
        int | None, typer.Option("--project", metavar="PROJECT", help="只重放该项目 / this project alone")
    ] = None,
    format: FormatOption = "text",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="差异写入 .csv 或 .json / differences as .csv or .json")
    ] = None,
    jobs: JobsOption = None,
    portfolio: Annotated[
        bool,
        typer.Option(
            "--portfolio", help="整批列式求值，只比结论 / judged all at once as columns; statuses alone are compared"
        ),
    ] = False,
    sample: Annotated[
        int,
        typer.Option(
            "--sample",
            metavar="N",
            min=1,
            help="--portfolio：未变的第一件和其后每 N 件由精确求值核对 / of those that do not flip, exact.py judges the first and every Nth",
        ),
    ] = 100,
    database: DatabaseOption = None,
) -> None:
    """重放：逐层证明一致，或列出换版本、换日期后的变化 / replay: the same again, or what would change."""
    from review.cli.differences import Printer, require_ending
    from review.record.editions.in_force import law_of
    from review.record.storage.contents import Span
    from review.replay.replaying import Summary

    require_format(format)
    require_ending(out)
    with refusing():
        names_folder(against)
    day_asked = maybe_day(as_of, "--as-of")
    with refusing():
        span = Span(maybe_day(since, "--since"), maybe_day(until, "--until"), project).in_order()
    summary = Summary()
    with opened(database, read_only=True) as store, store.reading() as connection:
        target = _target(law_of(connection), against, day_asked)
        with Printer(target, format, out) as printer:
            _replayed(connection, target, span, printer, summary, sample if portfolio else None, jobs)
    raise typer.Exit(USABLE if summary.clean else NOT_ALL)


def _replayed(
    connection: Connection,
    target: Target,
    span: Span,
    printer: Printer,
    summary: Summary,
    sample: int | None,
    jobs: int | None,
) -> None:
    """Judges the reviews again, as columns where a `sample` is given, and prints and counts what differs."""
    from review.cli.portfolio import as_columns
    from review.record.proof.rejudging import rejudge, tasks
    from review.record.views.replay_reach import reach_of

    reach = reach_of(connection, span, target)
    show = progress("重放 replayed", reach.reviews)
    found = tasks(connection, span)
    for result in rejudge(found, target, jobs) if sample is None else as_columns(found, target, sample, jobs):
        summary.add(result)
        printer.add(result)
        show(summary.reviews)
    printer.end(summary, reach)


def _target(law: Law, against: str | None, as_of: date | None) -> Target:
    from review.replay.replaying import Target

    if against is None and as_of is None:
        return Target()
    with refusing():
        if against is None:
            # Each review by the edition of its own ruleset that was in force on the day.
            return Target("", tuple(each.canonical for each in law.editions), "", as_of)
        if names_folder(against):
            editions, wanted = named(against)
        else:
            place, _, wanted = against.partition("@")
            editions = law.adopted(place)
        if not editions or (wanted and wanted not in [each.edition for each in editions]):
            there = joined(each.name for each in editions)
            raise stop(
                Fault(
                    "--against",
                    Text(
                        f"没有版本 {against}；现有：{there.zh}", f"there is no edition {against}; there are: {there.en}"
                    ),
                )
            )
    return Target(against, tuple(each.canonical for each in editions), wanted, as_of)


def verify(
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            metavar="PATH",
            help="另行保存的检查点或其文件夹，可重复 / a checkpoint that was kept elsewhere, or a folder of them; can be given again",
        ),
    ] = None,
    begin: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="CHECKPOINT.json",
            help="只核验另行保存的签名检查点之后的部分 / only what comes after a signed checkpoint that was kept elsewhere",
        ),
    ] = None,
    time_stamps: Annotated[
        Path | None,
        typer.Option(
            "--time-stamps",
            metavar="ROOTS.pem",
            help="时间戳机构的根证书；核对检查点旁的时间戳 / the authority's root certificates: the time stamps beside the checkpoints are examined",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="只核验摘要、链和各行，不重新审查 / digests, links and rows only")
    ] = False,
    format: FormatOption = "text",
    jobs: JobsOption = None,
    database: DatabaseOption = None,
) -> None:
    """核验整个记录：有无改动、缺失、对调、截断 / check the whole record for tampering and gaps."""
    from review.record.proof.anchors import folder_of, read_anchor, read_anchors
    from review.record.proof.verification import verify as verified

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        outside = [anchor for each in checkpoint or () for anchor in read_anchors(each)]
        show = progress("核验 verified")
        folder = folder_of(store)
        start = None if begin is None else read_anchor(begin)
        found = verified(
            connection, outside=outside, start=start, folder=folder, jobs=jobs, rejudging=not quick, progress=show
        )
        places = [each for each in checkpoint or () if each.is_dir()] or [
            each for each in (folder,) if each and each.is_dir()
        ]
        stamped = [] if time_stamps is None else _stamped(places, time_stamps)
    if format == "json":
        stamps = [{"position": position, "at": at.isoformat()} for position, at in stamped]
        emit({**found.as_json(), "stamps": stamps})
    else:
        state = "完好 intact" if not found.breaks else "已破坏 BROKEN"
        print(
            f"{_part(found.after)}{state}: {found.events} 事件 events, {found.reviews} 审查 reviews, {found.checkpoints} 检查点 checkpoints, {found.entries} 审计日志 audit entries, {found.head}"
        )
        for each in (*found.breaks, *found.remarks):
            told = "附注 remark  " if each.remark else ""
            print(safe(f"{told}第 {each.position} 号  {each.table} {each.key}: {each.text.zh} / {each.text.en}"))
        for each_compared in found.compared:
            agrees = "相符 agrees" if each_compared["agrees"] else "不符 DIFFERS"
            print(f"检查点 checkpoint {each_compared['position']} {each_compared['head']}: {agrees}")
        newest = f"，至第 {found.newest_anchor} 号 up to {found.newest_anchor}" if found.anchors else ""
        print(f"比对的检查点 compared with checkpoints: {found.anchors}{newest}")
        for position, at in stamped:
            print(f"第 {position} 号检查点的时间戳 the checkpoint at {position} was stamped: {at.isoformat()}")
    raise typer.Exit(NOT_ALL if found.breaks else USABLE)


def _part(after: int) -> str:
    """What was not verified, said before anything else; nothing where the whole record was."""
    if not after:
        return ""
    return (
        f"只核验第 {after} 号检查点之后的部分，之前的内容未经核验 / "
        f"verified only after the checkpoint at {after}: nothing before it was verified\n"
    )


def _stamped(places: list[Path], roots: Path) -> list[tuple[int, datetime]]:
    """The time stamps in folders, examined. Raises typer.Exit(2) where there is no folder, TwoHighError where one does not hold."""
    from review.record.proof.time_stamps import examined, require_extra

    require_extra()
    if not places:
        raise stop(Fault("--time-stamps", Text("没有锚点文件夹", "there is no folder of anchors")))
    return [stamp for place in places for stamp in examined(place, read_file(roots))]


def export(
    review: Annotated[int, typer.Argument(metavar="ID", help="审查编号 / the review's number")],
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            metavar="CHECKPOINT.json",
            help="另行保存的较早检查点 / an older checkpoint that was kept elsewhere",
        ),
    ] = None,
    proof: Annotated[
        Path | None,
        typer.Option(
            "--proof",
            metavar="PROOF.json",
            help="写出自该检查点到存证的一致性证明 / write the proof that leads from it to the receipt",
        ),
    ] = None,
    out: OutOption = None,
    verifier: Annotated[
        Path | None,
        typer.Option("--verifier", metavar="FILE.py", help="同时写出独立核验程序 / write the stand-alone verifier too"),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """导出一项审查的存证（JSON），可脱离本产品核验 / export a review's receipt, to be verified without this product."""
    from importlib.resources import files

    from review.record.proof.checkpoints import consistency
    from review.record.proof.receipts import read_checkpoint, receipt

    if (since is None) != (proof is None):
        raise stop(Fault("--since", Text("须与 --proof 一起给出", "goes together with --proof")))
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = receipt(connection, review)
        if since is not None and proof is not None:
            older = read_checkpoint(read_file(since), str(since))
            emit(consistency(connection, older, found["checkpoint"]["position"]), proof)
    if verifier is not None:
        write(verifier, files("review.record.proof").joinpath("receipt_verifier.py").read_bytes())
    emit(found, out)


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="备份文件（SQLite），不得已存在 / the backup, a new SQLite file")
    ],
    database: DatabaseOption = None,
) -> None:
    """备份：写入的同时也一致 / back the record up, consistent while others write."""
    from review.record.storage.backup import backup as copied
    from review.record.work.jobs import note_backup

    # Ended by a signal, it takes away what it has not finished.
    signal(SIGTERM, lambda number, _: sys.exit(128 + number))
    with opened(database, read_only=True) as store:
        counts = copied(store, file)
        if store.can_write:
            note_backup(store, "two-high backup")
        _counted(counts)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 / the backup")], database: DatabaseOption = None
) -> None:  # fmt: skip
    """恢复到一个空的数据库，也用于迁移到 PostgreSQL / restore into an empty database; also the way to PostgreSQL."""
    from review.record.storage.backup import copy, opened_backup

    # First the backup: what is none makes no record.
    with refusing():
        source = opened_backup(file)
    try:
        with opened(database) as store:
            _counted(copy(source, store))
    finally:
        source.close()


def _counted(counts: dict[str, Any]) -> None:
    print(f"{counts['event']} 事件 events, {counts['review']} 审查 reviews；请用 verify 核验 / verify it")


def _by_column(fault: Fault) -> Fault:
    """A fault of a row by the name that its column may have in the office: 原案号 reference."""
    from review.readers.past_rows import ENVELOPE

    return replace(fault, where=f"{ENVELOPE[fault.where]} {fault.where}") if fault.where in ENVELOPE else fault


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".csv .xlsx .jsonl")],
    officer: OfficerOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不记录 / check only")] = False,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """导入历史审批：逐行审查并连同当时的决定一起记录 / import past decisions, each with its review."""
    from review.record.cases.past_decisions import import_history

    require_format(format)
    by = acts(officer)
    # A file that is not there makes no record.
    require_file(file)
    with opened(database) as store:
        work = progress("导入 imported")
        with refusing(str(file)):
            found = import_history(store, file, by, dry_run=dry_run, progress=work, tell=telling(str(file)))
    if format == "json":
        faults = [
            {"row": each.where, "faults": [{"path": f.where, **f.text.as_json()} for f in each.faults]}
            for each in found.rejected
        ]
        read = [
            {"row": each.where, "path": note.where, **note.text.as_json()}
            for each in found.readings
            for note in each.notes
        ]
        emit({"added": found.added, "present": found.present, "rejected": faults, "readings": read})
    else:
        print(f"新增 added {found.added}, 已有 present {found.present}, 拒绝 rejected {len(found.rejected)}")
        for row in found.readings:
            complain(*(_by_column(each) for each in row.notes), file=f"{file}:{row.where}")
        for each in found.rejected:
            complain(*(_by_column(fault) for fault in each.faults), file=f"{file}:{each.where}")
    raise typer.Exit(NOT_ALL if found.rejected else USABLE)
