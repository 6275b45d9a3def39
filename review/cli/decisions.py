"""`submit`, `decide`, `step`, `project`: an officer's work on the record."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.options import (
    NOT_ALL,
    USABLE,
    DatabaseOption,
    DateOption,
    FormatOption,
    OfficerOption,
    RulesetOption,
    acts,
    coded,
    complain,
    day,
    edition_of,
    emit,
    exit_code,
    maybe_day,
    opened,
    require_format,
    stop,
    telling,
)  # fmt: skip
from review.clock import today
from review.errors import EngineUnavailable, Fault, RecordUnavailable, Text, TwoHighError, joined
from review.terms import RECOMMENDATION_WORDS, STEP_WORDS
from review.verdict.terminal import safe

ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="理由 / the reason")]


def submit(
    sheets: Annotated[list[str], typer.Argument(metavar="SHEET…", help="项目表 / sheets to review and record")],
    officer: OfficerOption = None,
    ruleset: RulesetOption = None,
    as_of: DateOption = None,
    replaces: Annotated[
        int | None,
        typer.Option("--replaces", metavar="ID", help="所替代的审查编号 / the review that this is a new version of"),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="KEY", help="提交编号：重复提交不重复记录 / the same key and sheet are recorded once"
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", metavar="TEXT", help="审查日不是今天、或另一名称替代已批准的项目时必填 / why, as of another day"
        ),
    ] = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """审查项目表并记入记录 / review sheets and record the reviews."""
    from review.readers.sheets import read_sheet_file, read_standard_input
    from review.record.cases.submissions import submit as record

    require_format(format)
    when, by = maybe_day(as_of, "--as-of"), acts(officer)
    results: list[dict[str, Any]] = []
    worst = USABLE
    with opened(database) as store:
        with store.reading() as connection:
            in_force = edition_of(connection, ruleset, when or day(None))
        edition = in_force if ruleset else None
        for name in sheets:
            try:
                tell = telling(name)
                read = read_standard_input if name == "-" else partial(read_sheet_file, Path(name))
                sheet = read(tell, edition=lambda: in_force, said=tell)
                found = record(
                    store,
                    sheet,
                    by,
                    ruleset=edition,
                    as_of=when,
                    replaces=replaces,
                    reason=reason,
                    request=key,
                )
            except (RecordUnavailable, EngineUnavailable):
                raise
            except TwoHighError as error:
                complain(*error.faults, file=name)
                worst = max(worst, exit_code(error))
                continue
            worst = max(worst, USABLE if found.recommendation == "approve" else NOT_ALL)
            results.append(
                {
                    "id": found.id,
                    "project": found.project,
                    "version": found.version,
                    "recommendation": found.recommendation,
                }
            )
            if format == "text":
                words = RECOMMENDATION_WORDS[found.recommendation]
                again = "  （此前已记录 / recorded before）" if found.again else ""
                print(
                    safe(
                        f"审查 review {found.id}  项目 project {found.project}  第 {found.version} 版  {words.zh} / {words.en}{again}  （{name}）"
                    )
                )
    if format == "json":
        emit(results)
    raise typer.Exit(worst)


def decide(
    review: Annotated[int, typer.Argument(metavar="ID", help="审查编号 / the review's number")],
    outcome: Annotated[
        str, typer.Argument(metavar="OUTCOME", help="approve reject supplement defer rectify suspend phase_out")
    ],
    officer: OfficerOption = None,
    reason: ReasonOption = None,
    clause: Annotated[
        str | None, typer.Option("--clause", metavar="CLAUSE", help="所依据的条款 / the clause relied on")
    ] = None,
    second: Annotated[
        str | None,
        typer.Option(
            "--second",
            metavar="SUBJECT",
            help="复核人：登录名或已知人员的标识 / the second person: a login, or the subject of a known person",
        ),
    ] = None,
    on_behalf_of: Annotated[
        str | None,
        typer.Option(
            "--on-behalf-of",
            metavar="NAME",
            help="代何人作出；须复核时为已知人员 / on whose behalf: a known person where a second one is needed",
        ),
    ] = None,
    responsible: Annotated[
        str | None, typer.Option("--responsible", metavar="NAME", help="处置责任单位 / the unit responsible")
    ] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="DATE", help="处置完成期限 / by when")] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            "--condition", metavar="TEXT", help="附加条件，可重复；“中文 / English” / a condition, repeatable"
        ),
    ] = None,
    expected: Annotated[
        int | None,
        typer.Option(
            "--expected", metavar="ID", help="所见的最近一次决定，0 为无 / the last decision seen, 0 for none"
        ),
    ] = None,
    no_second_person: Annotated[
        bool,
        typer.Option(
            "--no-second-person", help="本单位设定：推翻强制性结论不要求复核人 / this office asks for no second person"
        ),
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """对一项审查作出决定（只追加，不改） / decide on a review; appended, never changed."""
    from review.record.cases.decisions import decide as record
    from review.record.cases.persons import Person
    from review.record.cases.rulings import Ruling
    from review.terms import OUTCOMES

    outcome = coded(outcome, "OUTCOME", OUTCOMES) or outcome
    ruling = Ruling(
        outcome, reason, clause, on_behalf_of, Person(second) if second else None, responsible, maybe_day(due, "--due"), tuple(map(_both, condition or ())),
    )  # fmt: skip
    with opened(database, create=False) as store:
        found = record(store, review, ruling, acts(officer), expected=expected, second_person=not no_second_person)
    words = OUTCOMES[outcome]
    print(
        safe(
            f"决定 decision {found.id}: {words.zh} / {words.en}"
            + ("  （与建议不同 / departs from the recommendation）" if found.departs else "")
        )
    )
    for each in found.conditions:
        print(safe(f"  条件 condition: {each['zh']} / {each['en']}"))
    for source in found.short:
        print(
            safe(f"  注意 note: 来源“{source}”的替代量不足 / the project holds less of source “{source}” than it asks")
        )


def _both(text: str) -> Text:
    zh, _, en = text.partition(" / ")
    return Text(zh.strip(), (en or zh).strip())


def step(
    project: Annotated[int, typer.Argument(metavar="PROJECT", help="项目编号 / the project's number")],
    kind: Annotated[
        str,
        typer.Argument(
            metavar="STEP",
            help="received accepted noticed condition_due condition_met disposition_closed withdrawn lapsed closed unlisted reopened split",
        ),
    ],
    officer: OfficerOption = None,
    reason: ReasonOption = None,
    document: Annotated[
        str | None, typer.Option("--document", metavar="TEXT", help="证明文号 / the document that shows it")
    ] = None,
    condition: Annotated[
        str | None,
        typer.Option(
            "--condition", metavar="TEXT", help="所落实的条件：原文或序号 / the condition met: its words or number"
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="DATE", help="收件、受理、告知之日（默认今天），或条件的期限 / the day, today by default"
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """记录项目节点：收件、受理、告知、条件、销号、撤回、失效、移出清单、恢复 / record a step in a project's life."""
    from review.record.cases.case_days import DAY_STEPS, record_day
    from review.record.cases.steps import STEPS, take_step

    kind = coded(kind, "STEP", {each: STEP_WORDS[each] for each in (*DAY_STEPS, *STEPS)}) or kind
    when = maybe_day(on, "--day")
    stated = {"reason": reason, "document": document, "condition": condition}
    if kind == "condition_due" and when is None:
        raise stop(Fault("--day", Text("须写明落实期限", "by when it is to be met is required")))
    if kind not in DAY_STEPS and when is not None:
        raise stop(Fault("--day", Text("该步骤不写日期", "this step has no day of its own")))
    with opened(database, create=False) as store:
        if kind in DAY_STEPS:
            made = record_day(store, project, kind, when or today(), acts(officer), **stated)
        else:
            made = take_step(store, project, kind, acts(officer), **stated)
    print(f"已记录 recorded: {made.id}")


def project(
    project: Annotated[int, typer.Argument(metavar="PROJECT", help="项目编号 / the project's number")],
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """一个项目的现状和全部经过 / a project's state and all its events."""
    from review.record.views.timeline import timeline
    from review.record.views.worklist_export import deadline_words

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = timeline(connection, project)
    if format == "json":
        emit(found)
        return
    line = found["standing"]
    print(safe(f"{line['name']}  {line['code'] or ''}  {line['why']['zh']} / {line['why']['en']}"))
    for each in found["events"]:
        print(
            safe(
                f"  {each['position']:>6}  {each['at'][:19]}Z  {each['actor']}  {each['summary']['zh']} / {each['summary']['en']}"
            )
        )
    if line["holder"]:
        print(safe(f"  经办 holder: {line['holder']['name']}"))
    for deadline in line["deadlines"]:
        words = deadline_words(deadline)
        print(safe(f"  期限 due: {words.zh} / {words.en}"))
        if deadline["not_entered"]:
            years = joined(map(str, deadline["not_entered"]))
            print(
                f"    {years.zh} 年的假日没有录入，只除去周末 / holidays of {years.en} not entered: weekends alone are off"
            )
    for condition in line["open_conditions"]:
        print(safe(f"  未落实 open: {condition['zh']} / {condition['en']}"))
