"""`worklist …` and `indicators`: the office's view of all its projects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from review.cli.options import (
    DatabaseOption,
    DateOption,
    FormatOption,
    OfficerOption,
    OutOption,
    RulesetOption,
    acts,
    by_suffix,
    coded,
    day,
    edition_of,
    emit,
    figure,
    maybe_day,
    opened,
    require_format,
    stop,
    telling,
    write,
)  # fmt: skip
from review.clock import today
from review.errors import SheetError, Text
from review.sheet.fields import NONE
from review.terms import BAND_WORDS, NOT_STATED, OUTCOMES, RECOMMENDATION_WORDS
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from review.law.edition import Ruleset
    from review.record.views.worklist import Line

_TO_BE_DECIDED = Text("待决定", "to be decided")
worklist = typer.Typer(no_args_is_help=True, help="两高项目工作清单 / the work list of two-high projects")


def _choice(name: str, metavar: str, words: str) -> Any:
    return typer.Option(name, metavar=metavar, help=words)


@worklist.command()
def show(
    stage: Annotated[str | None, _choice("--stage", "STAGE", "阶段 proposed under_construction existing")] = None,
    recommendation: Annotated[str | None, _choice("--recommendation", "WORD", "审查建议 / recommendation")] = None,
    outcome: Annotated[
        str | None, _choice("--outcome", "OUTCOME", "决定；pending 为待决定 / outcome; pending: none yet")
    ] = None,
    sector: Annotated[str | None, _choice("--sector", "SECTOR", "两高行业 / sector")] = None,
    industry: Annotated[str | None, _choice("--industry", "CODE", "行业代码前缀 / prefix of the industry code")] = None,
    park: Annotated[str | None, _choice("--park", "PARK", "园区 / park")] = None,
    band: Annotated[str | None, _choice("--band", "BAND", "能效水平 benchmark between below_baseline unknown")] = None,
    energy_from: Annotated[
        str | None, _choice("--energy-from", "TCE", "能耗不低于 / at least so much energy, tce")
    ] = None,
    text: Annotated[
        str | None, _choice("--text", "TEXT", "名称、代码或单位含有 / text in name, code or applicant")
    ] = None,
    open_conditions: Annotated[
        bool | None,
        typer.Option("--open-conditions/--no-open-conditions", help="有无未落实条件 / with or without open conditions"),
    ] = None,
    open_supplements: Annotated[
        bool | None,
        typer.Option(
            "--open-supplements/--no-open-supplements", help="有无待补充材料 / with or without open supplements"
        ),
    ] = None,
    overdue: Annotated[str | None, _choice("--overdue", "DATE", "处置期限早于 / disposition due before")] = None,
    late: Annotated[
        bool, typer.Option("--late", help="今天有事项逾期的 / projects with anything overdue today")
    ] = False,
    holder: Annotated[
        str | None, _choice("--holder", "SUBJECT", "经办人：登录名或标识 / the holder of the cases")
    ] = None,
    by_due: Annotated[
        bool, typer.Option("--by-due", help="按期限，逾期的在前 / ordered by what is due, overdue first")
    ] = False,
    as_of: Annotated[
        str | None, _choice("--as-of", "DATE", "截至这一天结束时已记录的 / as recorded by the end of this day")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="已移出清单的 / those taken off the list")] = False,
    every: Annotated[bool, typer.Option("--every", help="在清单和已移出的 / on the list and off it")] = False,
    out: OutOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """工作清单，最近变动的在前；--out 写成 .xlsx 或 .csv / the list, newest first; --out writes .xlsx or .csv."""
    from review.record.views.worklist import PENDING, Filters, each_line, holders_of
    from review.record.views.worklist_export import as_csv, as_xlsx, code_names
    from review.sheet import describe

    require_format(format)
    energy = figure(energy_from, "--energy-from", "tce/a") if energy_from else None
    file = by_suffix(out, as_xlsx, as_csv)
    with opened(database, read_only=True) as store, store.reading() as connection:
        named_by = edition_of(connection, None, day(None))
        filters = Filters(
            on_list=None if every else not off, stage=coded(stage, "--stage", describe("project.stage").choices or {}),
            recommendation=coded(recommendation, "--recommendation", RECOMMENDATION_WORDS),
            outcome=coded(outcome, "--outcome", {**OUTCOMES, PENDING: _TO_BE_DECIDED}), sector=_sector(sector, named_by),
            industry=industry, park=_park(park, named_by), band=coded(band, "--band", BAND_WORDS), energy_from_tce=energy, open_conditions=open_conditions, open_supplements=open_supplements,
            overdue_on=maybe_day(overdue, "--overdue"), text=text, as_of=maybe_day(as_of, "--as-of"),
            late_on=(maybe_day(as_of, "--as-of") or today()) if late else None, holders=holders_of(connection, holder, holder) if holder else None,
        )  # fmt: skip
        lines = each_line(connection, filters, by_due=by_due)
        if file is not None:
            path, made = file
            write(path, made(lines, code_names(connection)))
            print(safe(str(path)))
        elif format == "json":
            emit(list(lines))
        else:
            nothing = True
            for each in lines:
                nothing = False
                print(safe(_line(each)))
            if nothing:
                print(
                    "清单中没有这样的项目（--every 含已移出的） / no such project is on the list (--every: those taken off it too)"
                )


def _sector(text: str | None, edition: Ruleset) -> str | None:
    """The key of a sector, which may be named as the edition names it. Raises typer.Exit(2)."""
    if text is None or text.isascii():
        return text
    return coded(text, "--sector", {row["sector"]: Text(row["name"], row["name"]) for row in edition.table("sectors")})


def _park(text: str | None, edition: Ruleset) -> str | None:
    """The key of a park, which may be named as the edition in force today names it; `none` for outside every park. Raises typer.Exit(2)."""
    from review.readers.written.answers import placed
    from review.readers.written.names import read_name
    from review.readers.written.words import is_none_word

    if text is None or text.isascii():
        return text
    try:
        return NONE if is_none_word(text) else str(read_name(text, "site.park", edition).value)
    except SheetError as error:
        raise stop(*placed(error, "--park")) from None


def _line(each: Line) -> str:
    energy = each["energy_tce"]
    shown = energy if isinstance(energy, str) else "?" if energy is None else f"{energy['low']}–{energy['high'] or '?'}"
    decided = each["outcome"] or ("待决定 pending" if each["review"] else "未审查 not reviewed")
    return f"{each['project']:>6}  {each['name']}  {each['stage'] or '-'}  {shown} tce  {each['recommendation'] or '-'}  {decided}  {each['why']['zh']} {each['why']['en']}"


@worklist.command()
def ledger(
    period: Annotated[
        str, typer.Argument(metavar="PERIOD", help="2026-11、2026-Q4、2026 / a month, a quarter or a year")
    ],
    out: OutOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """两高项目台账：一月、一季或一年；--out 写成 .xlsx 或 .csv / the ledger of a period; --out writes .xlsx or .csv."""
    from review.readers.written.answers import placed
    from review.readers.written.periods import read_period
    from review.record.views.ledger import bounds_of, each_ledger_line, ledger_totals
    from review.record.views.ledger_export import ledger_as_csv, ledger_as_xlsx
    from review.record.views.worklist_export import code_names

    require_format(format)
    file = by_suffix(out, ledger_as_xlsx, ledger_as_csv)
    try:
        wanted = read_period(period)
    except SheetError as error:
        raise stop(*placed(error, "PERIOD")) from None
    with opened(database, read_only=True) as store, store.reading() as connection:
        bounds = bounds_of(connection, wanted)
        lines = each_ledger_line(connection, bounds)
        if file is not None:
            path, made = file
            write(path, made(lines, code_names(connection)))
            print(safe(str(path)))
            return
        totals = ledger_totals(connection, bounds, wanted)
        if format == "json":
            emit({"period": wanted.code, "upto": bounds.end, "totals": totals, "items": list(lines)})
            return
        print(
            f"{wanted.words.zh} {wanted.words.en}  期初在办 open before {totals['running_before']}，新收 came {totals['came']}，收件 submissions {totals['submissions']}，"
            f"决定 decided {sum(totals['decided'].values())}，期末在办 open after {totals['running_after']}"
        )
        for each in lines:
            decided = "；".join(f"{OUTCOMES[one['outcome']].zh} {one['decided_on']}" for one in each["decisions"])
            print(safe(f"{_line(each['stood'])}  收件 {each['first']}  {decided}"))


@worklist.command()
def add(
    sheets: Annotated[
        list[Path], typer.Argument(metavar="SHEET…", help="存量项目的项目表 / sheets of existing projects")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="列入的原因 / why they are listed")],
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """不审查，仅列入清单（存量项目） / list projects without a review."""
    from review.readers.sheets import read_sheet_file
    from review.record.cases.listings import list_project

    by = acts(officer)
    with opened(database) as store:
        for path in sheets:
            tell = telling(str(path))
            found = list_project(store, read_sheet_file(path, tell, said=tell), by, reason)
            print(safe(f"项目 project {found.project}  （{path}）"))


@worklist.command()
def split(
    window_days: Annotated[
        int, typer.Option("--window-days", metavar="DAYS", min=1, help="时间窗（天） / the window in days")
    ] = 730,
    ruleset: RulesetOption = None,
    as_of: DateOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """疑似拆分：同一单位或同园区同产品，合计跨过门槛 / projects that only together reach a threshold."""
    from review.record.views.split_projects import split_projects

    require_format(format)
    when = day(as_of)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = [
            each.as_json()
            for each in split_projects(connection, edition_of(connection, ruleset, when), when, window_days)
        ]
    if format == "json":
        emit(found)
        return
    for each in found:
        print(
            safe(
                f"{each['by']}: {each['key']}  合计 sum {each['sum']} {each['unit']}  门槛 threshold {each['threshold']}  ({each['clause']})"
            )
        )
        for member in each["projects"]:
            print(safe(f"    {member['project']}  {member['name']}  {member['day']}  {member['value']}"))


def indicators(
    ruleset: RulesetOption = None,
    as_of: DateOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """城市指标：标杆产能占比、新增能耗和 VOCs、削减量与目标 / the city's indicators beside the plan's targets."""
    from review.record.views.indicators import indicators as counted

    require_format(format)
    with opened(database, read_only=True) as store, store.reading() as connection:
        found = counted(connection, edition_of(connection, ruleset, day(as_of)))
    if format == "json":
        emit(found)
        return
    print(f"{found['ruleset']}  项目 projects: {found['projects']}")
    for note in found["notes"]:
        print(f"  {note['message']['zh']} / {note['message']['en']}")
    for capacity in found["capacity_at_benchmark"]:
        print(
            safe(
                f"  {capacity['field']} {capacity['unit'] or '（未写明单位 no unit）'}: 达到标杆产能 at benchmark {capacity['share_percent'] or '—'} %  目标 target > {capacity['target_percent']} %  ({capacity['clause']})"
            )
        )
    for words, added in (
        ("已批准 approved", found["added"]["approved"]),
        ("待决定 pending", found["added"]["pending"]),
    ):
        print(
            f"  {words}: {added['projects']} 项, {added['energy_tce']} tce/a, VOC {added['voc_t']} t/a, 替代 offset {added['voc_offset_t']} t/a, {NOT_STATED.zh} {NOT_STATED.en} {added['not_stated']}"
        )
    for reduction in found["reductions"]:
        print(
            f"  {reduction['pollutant']}: 核定 verified {reduction['verified_t']} t, 占用 drawn {reduction['drawn_t']} t, 目标 target {reduction['target_t']} t ({reduction['clause']})"
        )
