"""`attachments …`: files on projects, reviews, figures, decisions and sources."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from review.cli.options import DatabaseOption, FormatOption, OfficerOption, acts, emit, opened, require_format, stop
from review.errors import Fault, Text, joined, system_words
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from review.record.cases.attachments import Attachment
    from review.record.storage.files import Scan

_LONGEST_FILE_NAME = 255
attachments = typer.Typer(
    no_args_is_help=True, help="附件：附在项目、审查、数值、决定或来源上的文件 / files attached to a part of the record"
)
ProjectOption = Annotated[int | None, typer.Option("--project", metavar="ID", help="项目 / a project")]
ReviewOption = Annotated[int | None, typer.Option("--review", metavar="ID", help="审查 / a review")]
SourceOption = Annotated[str | None, typer.Option("--source", metavar="SOURCE", help="减排来源 / a source of the register")]  # fmt: skip


@attachments.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="文件 / the file")],
    project: ProjectOption = None,
    review: ReviewOption = None,
    path: Annotated[
        str | None,
        typer.Option("--path", metavar="PATH", help="该审查项目表的字段 / a field of that review's sheet"),
    ] = None,
    decision: Annotated[int | None, typer.Option("--decision", metavar="ID", help="决定 / a decision")] = None,
    source: SourceOption = None,
    page: Annotated[str | None, typer.Option("--page", metavar="PAGE", help="页 / the page")] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="TEXT", help="位置 / where on the page")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="说明 / a note")] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """附加一个文件 / attach a file: to one of project, review (or a field of its sheet), decision, source."""
    from review.record.cases.attaching import Looked, attach
    from review.record.cases.attachments import AttachedTo

    _require_one(project=project, review=review, decision=decision, source=source)
    if path is not None and review is None:
        raise stop(Fault("--path", Text("只与 --review 同用", "goes with --review alone")))
    with opened(database, create=False) as store:
        to = AttachedTo(project, review, path, decision, source)
        made = attach(store, to, _scan(file), acts(officer), Looked(page, place, note))
    print(f"已附加 attached: {made.id}")


def _scan(file: Path) -> Scan:
    """The file as it is stored. Raises typer.Exit where it cannot be read, Refused."""
    from review.record.storage.files import LARGEST_FILE, scan

    try:
        with file.open("rb") as opened_file:
            content = opened_file.read(LARGEST_FILE + 1)
    except OSError as error:
        words = Text(f"无法读取：{system_words(error)}", f"cannot be read: {error.strerror}")
        raise stop(Fault(str(file), words)) from error
    return scan(file.name, content, str(file))


@attachments.command("list")
def list_all(
    project: ProjectOption = None,
    review: ReviewOption = None,
    source: SourceOption = None,
    files: Annotated[
        Path | None,
        typer.Option("--files", metavar="FOLDER", help="把文件存入这个文件夹 / store the files in a folder"),
    ] = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """一个项目、一项审查或一个来源的附件，含已撤回的 / what is attached to a project, a review or a source, withdrawn ones too."""
    from review.record.cases.attachments import attachment_json, list_attachments

    require_format(format)
    _require_one(project=project, review=review, source=source)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = list_attachments(connection, _among(connection, project, review, source))
        if files is not None:
            _store_files(connection, found, files)
    if format == "json":
        emit([attachment_json(each) for each in found])
        return
    for each in found:
        _print(each)


def _require_one(**options: int | str | None) -> None:
    """Raises typer.Exit where none of the options was typed, or several."""
    typed = [f"--{name}" for name, value in options.items() if value is not None]
    if not typed:
        there = joined(f"--{name}" for name in options)
        raise stop(Fault("--project", Text(f"请给出 {there.zh} 之一", f"give one of {there.en}")))
    if len(typed) > 1:
        raise stop(Fault(", ".join(typed), Text("只能给出其中之一", "give one of them alone")))


def _among(connection: Connection, project: int | None, review: int | None, source: str | None) -> ColumnElement[bool]:
    """What is asked for. Raises NotRecorded."""
    from review.record.cases.attachments import on_project, on_review, on_source
    from review.record.projects.standing import require_state
    from review.record.register.history import source_line
    from review.record.storage.contents import read_review

    if project is not None:
        require_state(connection, project)
        return on_project(project)
    if review is not None:
        return on_review(read_review(connection, review).project, review)
    return on_source(source_line(connection, source or "")["source"])


def _store_files(connection: Connection, found: list[Attachment], folder: Path) -> None:
    """Write the files into a folder, each by its attachment's number and its name; no file is overwritten."""
    from review.record.cases.attachments import attachment_file

    for each in found:
        named, content = attachment_file(connection, each.id)
        target = folder / _file_name(each.id, named["name"])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
        except OSError as error:
            words = Text(f"无法写入：{system_words(error)}", f"cannot be written: {error.strerror}")
            raise stop(Fault(str(target), words)) from error


def _file_name(number: int, name: str) -> str:
    """A name that every file system takes: at most 255 bytes, the number and the ending whole."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    room = _LONGEST_FILE_NAME - len(f"{number}-{suffix}".encode())
    return f"{number}-{stem.encode()[:room].decode(errors='ignore')}{suffix}"


def _print(each: Attachment) -> None:
    from review.record.views.attachment_lines import attachment_line

    line = attachment_line(each)
    print(safe(f"{line.id}  {line.name}  {line.size.zh}  {line.digest}  {line.to.zh} / {line.to.en}"))
    for words in (line.where, line.by, line.state):
        if words is not None and words.zh:
            print(safe(f"    {words.zh} / {words.en}"))
    if line.note:
        print(safe(f"    {line.note}"))


@attachments.command()
def withdraw(
    number: Annotated[int, typer.Argument(metavar="ID", help="附件编号 / the attachment's number")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由 / why")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """撤回附件，文件仍在记录中 / withdraw an attachment; its file stays in the record."""
    from review.record.cases.attaching import withdraw_attachment

    with opened(database, create=False) as store:
        print(f"已撤回 withdrawn: {withdraw_attachment(store, number, reason, acts(officer)).id}")
