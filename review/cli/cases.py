"""`hand-over`, `inbox`, `absence …`, `calendar …`: who holds a case, what waits for a person, and the office's working days."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    acts,
    day,
    emit,
    opened,
    read_file,
    refusing,
    require_format,
    stop,
)
from review.errors import Fault, Text
from review.verdict.terminal import safe

_CLI = "two-high"
NoteOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="说明 / a note")]
absence = typer.Typer(no_args_is_help=True, help="外出委托 / absences with a deputy")
calendar = typer.Typer(no_args_is_help=True, help="工作日历和审查期限 / working days and the term of review")


def hand_over(
    project: Annotated[int, typer.Argument(metavar="PROJECT", help="项目编号 / the project's number")],
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="登录名或标识 / a login, or the person's subject")],
    officer: OfficerOption = None,
    reason: NoteOption = None,
    database: DatabaseOption = None,
) -> None:
    """移交给另一人经办 / hand a case over to another person."""
    from review.record.cases.case_days import hand_over as record

    with opened(database, create=False) as store:
        made = record(store, project, subject, acts(officer), note=reason)
    print(f"已记录 recorded: {made.id}")


def inbox(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="登录名或标识 / a login, or the person's subject")],
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """一个人的收件箱，代办的在内 / a person's inbox, with what the person has as a deputy."""
    from review.record.access.known_people import is_officer, person_of
    from review.record.views.inbox import inbox as read
    from review.terms import INBOX_WORDS

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        person = person_of(connection, subject)
        if person is None:
            raise stop(Fault("SUBJECT", Text("不是本单位已知的人员", "is no person known to the office")))
        found = read(connection, person.subject, officer=is_officer(connection, person.subject))
    if format == "json":
        emit(found)
        return
    for each in found["items"]:
        kind, words = INBOX_WORDS[each["kind"]], each["words"]
        whose = f"（代 for {each['deputy_for']['name']}）" if each["deputy_for"] else ""
        print(safe(f"{kind.zh} {kind.en}  {each['name'] or ''}  {words['zh']} / {words['en']}{whose}"))
    if not found["items"]:
        print("没有待办的事项 / nothing waits")


@absence.command("list")
def list_them(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """外出和代办人，最近的在前 / absences with their deputies, newest first."""
    from review.record.access.absences import list_absences

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = list_absences(connection)
    if format == "json":
        emit(
            [
                {
                    "id": str(each.id), "person": each.person.subject, "deputy": each.deputy.subject, "begins": each.begins.isoformat(),
                    "ends": each.ends.isoformat(), "reason": each.reason,
                }
                for each in found
            ]
        )  # fmt: skip
        return
    for each in found:
        print(
            safe(
                f"{each.id}  {each.begins} – {each.ends}  {each.person.name} → {each.deputy.name}  {each.reason or ''}"
            )
        )


@absence.command("add")
def add_absence(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="外出人：登录名或标识 / who is away")],
    deputy: Annotated[str, typer.Argument(metavar="DEPUTY", help="代办人：登录名或标识 / the deputy")],
    begins: Annotated[str, typer.Option("--from", metavar="DATE", help="自（含） / the first day")],
    ends: Annotated[str, typer.Option("--until", metavar="DATE", help="至（含） / the last day")],
    officer: OfficerOption = None,
    reason: NoteOption = None,
    database: DatabaseOption = None,
) -> None:
    """记录外出和代办人 / record an absence with its deputy."""
    from review.record.access.absences import record_absence

    first, last = day(begins, "--from"), day(ends, "--until")
    with opened(database, create=False) as store:
        number = record_absence(store, person, deputy, first, last, acts(officer), reason=reason)
    print(f"已记录 recorded: {number}")


@absence.command("end")
def end_absence(
    number: Annotated[int, typer.Argument(metavar="ID", help="委托编号 / the absence's number")],
    officer: OfficerOption = None,
    reason: NoteOption = None,
    database: DatabaseOption = None,
) -> None:
    """提前结束 / end an absence now."""
    from review.record.access.absences import end_absence as record

    with opened(database, create=False) as store:
        recorded = record(store, number, acts(officer), reason=reason)
    print(f"已记录 recorded: {recorded}")


@calendar.command()
def show(format: FormatOption = "text", database: DatabaseOption = None) -> None:
    """录入的假日、调休上班日和审查期限 / holidays, make-up days and the term of review as entered."""
    from review.record.calendar.settings import TERM_SOURCE, read_calendar, read_review_days

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found, days = read_calendar(connection), read_review_days(connection)
    years: list[dict[str, Any]] = [
        {
            "year": each.year,
            "holidays": [*map(str, sorted(each.holidays))],
            "workdays": [*map(str, sorted(each.workdays))],
        }
        for each in found.years
    ]
    if format == "json":
        emit({"years": years, "review_days": days})
        return
    print(f"审查期限 term of review: {days}  （默认 default: {TERM_SOURCE.zh} / {TERM_SOURCE.en}）")
    for each in years:
        print(f"{each['year']}  休 off: {' '.join(each['holidays'])}  班 worked: {' '.join(each['workdays'])}")
    if not years:
        print("没有录入假日，只除去周末 / no holidays are entered: weekends alone are off")


@calendar.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=".csv、.xlsx：日期、类别（休、班） / a day in each row, 休 or 班")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="代替各年已录入的日期 / in place of what was entered of these years")
    ] = False,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """按年录入假日和调休上班日 / enter holidays and make-up days, by year."""
    from review.record.calendar.settings import set_year
    from review.record.calendar.written import read_calendar_file

    with refusing():
        years = read_calendar_file(str(file), read_file(file))
    with opened(database) as store:
        for each in years:
            done = set_year(store, each, acts(officer or _CLI), replaces=replace)
            print(f"{each.year}: {'已录入 entered' if done else '已是如此 it is so already'}")


@calendar.command()
def term(
    days: Annotated[int, typer.Argument(metavar="DAYS", help="工作日 / working days")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """设定审查期限 / set the term of review."""
    from review.record.calendar.settings import set_review_days

    with opened(database) as store:
        done = set_review_days(store, days, acts(officer or _CLI))
    print("已录入 entered" if done else "已是如此 it is so already")
