"""`notes …`: notes on projects, findings and figures."""

from __future__ import annotations

from typing import Annotated

import typer

from review.cli.options import DatabaseOption, FormatOption, OfficerOption, acts, emit, opened, require_format, stop
from review.errors import Fault, Text
from review.verdict.terminal import safe

notes = typer.Typer(
    no_args_is_help=True, help="备注：写在项目、条目或数值上 / notes on a project, a finding or a figure"
)
ProjectOption = Annotated[int | None, typer.Option("--project", metavar="ID", help="项目 / a project")]
ReviewOption = Annotated[int | None, typer.Option("--review", metavar="ID", help="审查 / a review")]


@notes.command()
def add(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="内容 / the text")],
    project: ProjectOption = None,
    review: ReviewOption = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="RULE", help="条目的规则 / a finding's rule")] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="SUBJECT", help="条目所属 / what that finding is about")
    ] = None,
    path: Annotated[
        str | None, typer.Option("--path", metavar="PATH", help="该审查项目表的字段 / a field of that review's sheet")
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """写一条备注 / write a note: on one of project and review, beside a review on a finding or a figure."""
    from review.record.cases.notes import Noted, write_note

    if (rule is None) is not (subject is None):
        raise stop(Fault("--rule", Text("--rule 与 --subject 应同写", "--rule and --subject stand together")))
    finding = (rule, subject) if rule is not None and subject is not None else None
    with opened(database, create=False) as store:
        made = write_note(store, Noted(project, review, finding, path), text, acts(officer))
    print(f"已记录 recorded: {made.id}")


@notes.command("list")
def list_all(
    project: ProjectOption = None,
    review: ReviewOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """一个项目或一项审查的备注，最新在前，含已撤回的 / the notes on a project or a review, newest first, withdrawn ones too."""
    from review.record.cases.notes import list_notes, note_json, of_project, of_review
    from review.record.projects.standing import require_state
    from review.record.storage.contents import read_review
    from review.record.views.note_words import note_line

    require_format(format)
    if (project is None) is (review is None):
        raise stop(Fault("--project", Text("请给出 --project、--review 之一", "give one of --project and --review")))
    with opened(database, read_only=True) as store, store.reading() as connection:
        if project is not None:
            require_state(connection, project)
            among = of_project(project)
        else:
            among = of_review(read_review(connection, review or 0).id)
        found = list_notes(connection, among)
    if format == "json":
        emit([note_json(each) for each in found])
        return
    for line in map(note_line, found):
        print(safe(f"{line.id}  {line.text}"))
        for words in filter(None, (line.about, line.by, line.state)):
            print(safe(f"    {words.zh} / {words.en}"))


@notes.command()
def withdraw(
    number: Annotated[int, typer.Argument(metavar="ID", help="备注编号 / the note's number")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由 / why")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """撤回备注，文字仍在记录中 / withdraw a note; its text stays in the record."""
    from review.record.cases.notes import withdraw_note

    with opened(database, create=False) as store:
        print(f"已撤回 withdrawn: {withdraw_note(store, number, reason, acts(officer)).id}")
