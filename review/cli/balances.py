"""`balances …`: what the city may still add, and the quotas it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from review.cli.options import (
    DatabaseOption,
    FormatOption,
    OfficerOption,
    RulesetOption,
    acts,
    coded,
    day,
    edition_of,
    emit,
    figure,
    maybe_day,
    opened,
    require_format,
)
from review.verdict.terminal import safe

if TYPE_CHECKING:
    from review.record.views.balances import Side

balances = typer.Typer(no_args_is_help=True, help="总量台账和指标 / what the city may still add, and its quotas")
_CLI = "two-high"


@balances.command()
def show(
    review: Annotated[
        int | None, typer.Option("--review", metavar="NUMBER", min=1, help="旁列的审查 / the review shown beside them")
    ] = None,
    ruleset: RulesetOption = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="截至这一天结束时已记录的 / as recorded by the end of this day"),
    ] = None,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:
    """指标、已批准、待决定、剩余 / quota, approved, waiting and left."""
    from review.clock import today
    from review.record.storage.added import MEDIA
    from review.record.storage.contents import position_at, read_review
    from review.record.views.balances import balances as counted

    require_format(format)
    when = maybe_day(as_of, "--as-of")
    with opened(database, read_only=True) as store, store.reading() as connection:
        place = edition_of(connection, ruleset, day(as_of)).id
        if review is not None:
            read_review(connection, review)
        found = counted(connection, place, when or today(), review=review, upto=position_at(connection, when))
    if format == "json":
        emit(found)
        return
    for each in found:
        words = MEDIA[each["medium"]][0]
        quota = each["quota"]["amount"] if each["quota"] else "未录入 not entered"
        left = "—" if each["left"] is None else f"{'至多 at most ' if each['left_at_most'] else ''}{each['left']}"
        line = f"{words.zh} {words.en}  {each['first_year']}–{each['last_year']}  指标 quota {quota}  已批准 approved {_side(each['approved'])}  待决定 waiting {_side(each['pending'])}  剩余 left {left}"
        if each["this"] is not None:
            line += f"  本项目 this {each['this']['amount'] or '未载明 not stated'}"
        print(safe(f"{line}  {each['unit']}"))


@balances.command()
def quota(
    medium: Annotated[
        str,
        typer.Argument(
            metavar="MEDIUM",
            help="energy coal carbon voc nox so2 cod nh3n：能源消费、煤炭消费、碳排放、挥发性有机物、氮氧化物、二氧化硫、化学需氧量、氨氮",
        ),
    ],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="指标 / the quota")],
    first: Annotated[int, typer.Option("--first", metavar="YEAR", help="首年 / the first year")],
    document: Annotated[str, typer.Option("--document", metavar="TEXT", help="下达指标的文号 / the document")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由 / why")],
    last: Annotated[
        int | None, typer.Option("--last", metavar="YEAR", help="末年，默认首年 / the last year, by default the first")
    ] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """录入或更改指标 / enter a quota, or change it."""
    from review.record.register.quotas import Quota, set_quota
    from review.record.storage.added import MEDIA

    medium = coded(medium, "MEDIUM", {code: words for code, (words, _) in MEDIA.items()}) or medium
    unit = MEDIA[medium][1]
    stated = Quota(medium, first, first if last is None else last, figure(amount, "AMOUNT", unit), document, reason)
    with opened(database) as store:
        made = set_quota(store, stated, acts(officer or _CLI))
    print("已是如此 it is so already" if made is None else f"已录入 entered: {made}")


def _side(side: Side) -> str:
    unstated = f"（另有 {side['not_stated']} 个未载明 not stated）" if side["not_stated"] else ""
    return f"{side['amount']}{unstated}"
