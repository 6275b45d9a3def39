"""`consultations …`: units asked for their opinion on a project, their replies, and the end of it."""

from __future__ import annotations

from typing import Annotated

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    acts,
    coded,
    emit,
    maybe_day,
    opened,
    require_format,
    stop,
)
from review.errors import Fault, Text
from review.terms import REPLY_WORDS
from review.verdict.terminal import safe

consultations = typer.Typer(no_args_is_help=True, help="征求意见：向其他单位 / units asked for their opinion")
NumberArgument = Annotated[int, typer.Argument(metavar="ID", help="征求意见编号 / the consultation's number")]


@consultations.command()
def ask(
    project: Annotated[int, typer.Argument(metavar="PROJECT", help="项目编号 / the project's number")],
    question: Annotated[str, typer.Option("--question", metavar="TEXT", help="征求意见的内容 / what they are asked")],
    units: Annotated[
        list[str],
        typer.Option("--unit", metavar="UNIT[:CONTACT]", help="单位，联系人写在冒号之后 / a unit, its contact"),
    ],
    due: Annotated[str | None, typer.Option("--due", metavar="DATE", help="答复期限 / replies due by")] = None,
    working_days: Annotated[
        int | None, typer.Option("--working-days", metavar="DAYS", help="或：工作日数 / or in working days")
    ] = None,
    sent: Annotated[
        str | None,
        typer.Option("--sent", metavar="DATE", help="发出之日，默认今天 / the day it was sent, today by default"),
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """征求其他单位的意见 / ask units for their opinion on a project."""
    from review.record.cases.consultations import unit_written
    from review.record.cases.consulting import Asking, ask_units

    by = maybe_day(due, "--due")
    if (by is None) is (working_days is None):
        words = Text("请给出 --due、--working-days 之一", "give one of --due and --working-days")
        raise stop(Fault("--due", words))
    asking = Asking(
        [unit_written(each) for each in units],
        question,
        by if by is not None else working_days or 0,
        maybe_day(sent, "--sent"),
    )
    with opened(database, create=False) as store:
        print(f"已记录 recorded: {ask_units(store, project, asking, acts(officer)).id}")


@consultations.command("list")
def list_all(
    project: Annotated[int, typer.Argument(metavar="PROJECT", help="项目编号 / the project's number")],
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """一个项目的征求意见及各单位答复 / the consultations on a project with their replies."""
    from review.clock import today
    from review.record.cases.consultations import consultation_json, list_consultations
    from review.record.projects.standing import require_state
    from review.record.views.consultation_words import asked_words, state_words, unit_lines

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        require_state(connection, project)
        found = list_consultations(connection, project)
    if format == "json":
        emit([consultation_json(each, today()) for each in found])
        return
    for each in found:
        for words in (asked_words(each), Text(each.question, each.question), state_words(each)):
            print(safe(f"{words.zh} / {words.en}" if words.zh != words.en else words.zh))
        for line in unit_lines(each):
            said = f"{line.reply.zh} / {line.reply.en}" if line.reply else "—"
            print(safe(f"    {line.unit}  {line.received.zh} / {line.received.en}  {said}"))


@consultations.command()
def reply(
    number: NumberArgument,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="答复的单位 / the unit")],
    opinion: Annotated[
        str,
        typer.Argument(
            metavar="OPINION", help="agree agree_with_conditions object no_opinion：同意、有条件同意、不同意、无意见"
        ),
    ],
    words: Annotated[str | None, typer.Option("--words", metavar="TEXT", help="内容 / in words")] = None,
    received: Annotated[
        str | None,
        typer.Option("--received", metavar="DATE", help="收到之日，默认今天 / the day it came, today by default"),
    ] = None,
    attachment: Annotated[
        int | None, typer.Option("--attachment", metavar="ID", help="答复的附件 / the file that holds it")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", metavar="TEXT", help="取代先前答复的理由 / why it takes the place of an earlier reply"
        ),
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """记录一个单位的答复 / record what a unit replied."""
    from review.record.cases.consulting import Replied, record_reply

    opinion = coded(opinion, "OPINION", REPLY_WORDS) or opinion
    said = Replied(unit, opinion, words, maybe_day(received, "--received"), attachment, reason)
    with opened(database, create=False) as store:
        print(f"已记录 recorded: {record_reply(store, number, said, acts(officer)).id}")


@consultations.command()
def close(
    number: NumberArgument,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", help="理由，有单位未答复时必填 / needed where a unit has not replied"),
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """办结 / close a consultation."""
    from review.record.cases.consulting import close_consultation

    with opened(database, create=False) as store:
        print(f"已记录 recorded: {close_consultation(store, number, acts(officer), reason=reason).id}")


@consultations.command()
def withdraw(
    number: NumberArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由 / why")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """撤回 / take a consultation back."""
    from review.record.cases.consulting import withdraw_consultation

    with opened(database, create=False) as store:
        print(f"已记录 recorded: {withdraw_consultation(store, number, acts(officer), reason=reason).id}")
