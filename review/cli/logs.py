"""`audit …`: what auditors read: events of the record, the audit log of sign-ins, decisions, and approvals that rest on a figure since corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    by_suffix,
    coded,
    emit,
    maybe_day,
    opened,
    require_format,
    stop,
    write,
)
from review.errors import Fault, Text
from review.terms import OUTCOMES, RECOMMENDATION_WORDS
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from review.record.views.corrected_figures import CorrectedFigure
    from review.record.views.decision_list import DecisionLine
    from review.record.views.logs import EntryLine, EventLine, Filters

audit = typer.Typer(
    no_args_is_help=True,
    help="日志和数值后经更正的批准，供审计 / the logs, and approvals on corrected figures, for auditors",
)
KindOption = Annotated[str | None, typer.Option("--kind", metavar="KIND", help="事项 / kind")]
WhoOption = Annotated[
    str | None,
    typer.Option("--who", metavar="WHO", help="姓名、登录名、身份或密钥编号 / name, login, principal or key"),
]
SessionOption = Annotated[str | None, typer.Option("--session", metavar="ID", help="登录编号 / number of a session")]
ChannelOption = Annotated[str | None, typer.Option("--channel", metavar="CHANNEL", help="page api cli import library")]
SinceOption = Annotated[str | None, typer.Option("--since", metavar="DATE", help="不早于 / on this day or later")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="DATE", help="不晚于 / on this day or earlier")]
LimitOption = Annotated[
    int, typer.Option("--limit", metavar="N", min=1, help="最多几条，新的在前 / at most, newest first")
]
FileOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="全部写成 .csv，旧的在前 / all of them as .csv, oldest first"),
]


class _Log(NamedTuple):
    """How a log is read: line by line, as CSV, its last lines as a list, and one of them as text."""

    each: Callable[[Connection, Filters], Iterator[Any]]
    as_csv: Callable[[Iterator[Any]], bytes]
    listed: Callable[[Connection, Filters, int], list[Any]]
    line: Callable[[Any], str]


@audit.command()
def events(
    kind: KindOption = None,
    who: WhoOption = None,
    session: SessionOption = None,
    channel: ChannelOption = None,
    project: Annotated[int | None, typer.Option("--project", metavar="PROJECT", help="项目编号 / a project")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 50,
    out: FileOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """记录的事件：何时、何事、何人、以什么身份和途径 / events of the record, with who did what, and how."""
    from review.record.views.logs import each_event, events_as_csv, list_events

    filters = _filters(kind, who, session, channel, since, until, project=project)
    _tell(_Log(each_event, events_as_csv, list_events, _event), filters, limit, out, format, database)


@audit.command()
def log(
    kind: KindOption = None,
    who: WhoOption = None,
    session: SessionOption = None,
    channel: ChannelOption = None,
    address: Annotated[str | None, typer.Option("--address", metavar="ADDRESS", help="来源地址 / where it came from")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 50,
    out: FileOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:  # fmt: skip
    """审计日志：登录、退出、登录失败、失效密钥 / the audit log: sign-ins, sign-outs, failures, ended keys."""
    from review.record.views.logs import each_entry, entries_as_csv, list_entries

    filters = _filters(kind, who, session, channel, since, until, address=address)
    _tell(_Log(each_entry, entries_as_csv, list_entries, _entry), filters, limit, out, format, database)


@audit.command()
def figures(
    since: SinceOption = None,
    until: UntilOption = None,
    out: FileOption = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """所依据数值后经更正的批准，决定日或审查日在期间内 / approvals, decided on or as of a day of the period, that rest on a figure since corrected."""
    from review.record.views.corrected_figures import Period, corrected_as_csv, each_corrected

    require_format(format)
    require_csv(out)
    period = Period(maybe_day(since, "--since"), maybe_day(until, "--until"))
    with opened(database, read_only=True) as store, store.reading() as connection:
        if out is not None:
            write(out, corrected_as_csv(each_corrected(connection, period)))
            print(safe(str(out)))
            return
        found = list(each_corrected(connection, period))
    if format == "json":
        emit(found)
        return
    for each in found:
        for line in _corrected(each):
            print(safe(line))
    if not found:
        print("没有这样的批准 / there is no such approval")


OfficerPart = Annotated[
    str | None, typer.Option("--officer", metavar="NAME", help="决定人姓名的一部分 / part of the officer's name")
]


@audit.command()
def decisions(
    officer: OfficerPart = None,
    second: Annotated[str | None, typer.Option("--second", metavar="NAME", help="复核人 / the second person")] = None,
    reference: Annotated[str | None, typer.Option("--reference", metavar="TEXT", help="原案号 / reference of an imported case")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="OUTCOME", help="决定 / outcome")] = None,
    departs: Annotated[bool | None, typer.Option("--departs/--no-departs", help="与审查建议不同 / decisions that depart from the recommendation")] = None,
    last: Annotated[bool | None, typer.Option("--last/--no-last", help="该项目最后的决定 / the project's last")] = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="RULE", help="审查不符合的规则 / a rule that the review fails")] = None,
    industry: Annotated[str | None, typer.Option("--industry", metavar="CODE", help="行业代码开头 / beginning of the code")] = None,
    park: Annotated[str | None, typer.Option("--park", metavar="PARK", help="园区 / park")] = None,
    project: Annotated[int | None, typer.Option("--project", metavar="PROJECT", help="项目编号 / a project")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    sample: Annotated[int | None, typer.Option("--sample", min=1, max=500, metavar="N", help="随机抽取几件 / draw so many at random")] = None,
    seed: Annotated[str, typer.Option("--seed", metavar="TEXT", help="抽样种子 / seed of the sample")] = "",
    upto: Annotated[int | None, typer.Option("--upto", min=1, max=2**63 - 1, metavar="ID", help="记录到这一事件为止 / recorded up to this event")] = None,
    count: Annotated[bool, typer.Option("--count", help="只统计 / counts only")] = False,
    limit: LimitOption = 50,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="写成 .csv 或 .xlsx / write .csv or .xlsx")] = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:  # fmt: skip
    """决定清单：筛选、随机抽样、统计、导出 / decisions, filtered, sampled at random, counted, exported."""
    from review.record.views.decision_list import (
        DecisionFilters,
        decisions_as_csv,
        decisions_as_xlsx,
        each_decision,
        list_decisions,
        sampled,
        statistics,
    )
    from review.record.views.worklist_export import code_names

    require_format(format)
    file = by_suffix(out, decisions_as_xlsx, decisions_as_csv)
    if (sample is None) == bool(seed):
        words = Text("抽样要同时给出 --sample 和 --seed", "a sample needs both --sample and --seed")
        raise stop(Fault("--seed" if sample else "--sample", words))
    filters = DecisionFilters(
        officer=officer, second=second, reference=reference, outcome=coded(outcome, "--outcome", OUTCOMES), departs=departs, last=last, rule=rule,
        industry=industry, park=park, project=project, since=maybe_day(since, "--since"), until=maybe_day(until, "--until"), upto=upto,
    )  # fmt: skip
    with opened(database, read_only=True) as store, store.reading() as connection:
        if count:
            emit(statistics(connection, filters))
            return
        drawn = sampled(connection, filters, sample, seed) if sample is not None else None
        if file is not None:
            path, made = file
            lines = iter(drawn) if drawn is not None else each_decision(connection, filters)
            write(path, made(lines, code_names(connection)))
            print(safe(str(path)))
            return
        found = drawn if drawn is not None else list_decisions(connection, filters, limit)
    if format == "json":
        emit(found)
        return
    for each in found:
        print(safe(_decision(each)))
    if not found:
        print("没有这样的决定 / there is no such decision")


def _decision(each: DecisionLine) -> str:
    outcome, advice = OUTCOMES[each["outcome"]], RECOMMENDATION_WORDS[each["recommendation"]]
    departs = "  与建议不同 departs" if each["departs"] else ""
    second = f"、{each['second']}" if each["second"] else ""
    return (
        f"{each['decided_on']}  审查 review {each['review']}  {each['name']}  {outcome.zh} {outcome.en}"
        f"（建议 advised {advice.zh} {advice.en}）{departs}  {each['officer']}{second}  {each['reason'] or ''}".rstrip()
    )


def _corrected(each: CorrectedFigure) -> Iterator[str]:
    """An approval and the corrected figure, as lines."""
    from review.law.comparison import WHY_WORDS
    from review.record.editions.provenance import adoption_text
    from review.record.views.corrected_figures import value_cells

    change, why = each["change"], WHY_WORDS[each["change"]["why"]]
    yield f"审查 review {each['review']}（项目 project {each['project']}，{each['as_of']}）{each['name']}  {each['ruleset']}  批准 approved {each['decided_on']} {each['officer']}"
    for cell in value_cells(change):
        yield f"    {change['table']}:{change['name']} {cell['column']}: {cell['then'] or '—'} → {cell['now'] or '—'}"
    yield f"    [{why.zh} / {why.en}] {change['document']} {change['page']} {change['issued']}".rstrip()
    yield f"    {each['edition']}，{each['begins']} 起 from；{adoption_text(each['adopted'])}"
    for flip in each["flips"]:
        yield f"    会变 would flip: {flip['rule']} [{flip['subject']}]: {flip['then']} → {flip['now']}"
    if each["recommendation"]:
        yield f"    建议 recommendation: {each['recommendation']['then']} → {each['recommendation']['now']}"
    if each["rests"]:
        yield f"    依据而不变 rests on it: {'、'.join(each['rests'])}"
    if each["error"]:
        yield f"    未能重审 could not be judged: {each['error']}"


def require_csv(out: Path | None) -> None:
    """Raises typer.Exit(2) for a file of another kind."""
    if out is not None and out.suffix.lower() != ".csv":
        raise stop(Fault("--out", Text("扩展名应为 .csv", "should end in .csv")))


def _filters(
    kind: str | None, who: str | None, session: str | None, channel: str | None, since: str | None, until: str | None, **more: Any
) -> Filters:  # fmt: skip
    from review.record.views.logs import Filters

    days: dict[str, Any] = {"since": maybe_day(since, "--since"), "until": maybe_day(until, "--until")}
    return Filters(kind, who, session, channel, **days, **more)


def _tell(log: _Log, filters: Filters, limit: int, out: Path | None, format: str, database: str | None) -> None:
    """All of a log as a file, or its last lines. Raises typer.Exit(2)."""
    require_format(format)
    require_csv(out)
    with opened(database, read_only=True) as store, store.reading() as connection:
        if out is not None:
            write(out, log.as_csv(log.each(connection, filters)))
            print(safe(str(out)))
            return
        found = log.listed(connection, filters, limit)
    if format == "json":
        emit(found)
        return
    for each in found:
        print(safe(log.line(each)))
    if not found:
        print("没有这样的条目 / there is no such entry")


def _event(each: EventLine) -> str:
    from review.record.views.logs import event_words, shown_time

    words = event_words(each["kind"], each["body"])
    session = f"  {each['session']}" if each["session"] else ""
    by = f" ({each['principal']}, {each['channel']})" if each["principal"] else ""
    return f"{each['position']:>7}  {shown_time(each)}  {words.zh} {words.en}  {each['actor']}{by}{session}"


def _entry(each: EntryLine) -> str:
    from review.record.views.logs import ENTRY_WORDS, shown_time

    rest = [each["address"], each["channel"], each["session"], f"← {each['by']}" if each["by"] else None]
    times = f" ×{each['count']}" if each["minute"] else ""
    shown = "  ".join(part for part in rest if part)
    return f"{each['number']:>7}  {shown_time(each)}  {_word(ENTRY_WORDS, each['kind'])}{times}  {each['who']}  {shown}"


def _word(words: Mapping[str, Text], code: str) -> str:
    return f"{words[code].zh} {words[code].en}" if code in words else code
