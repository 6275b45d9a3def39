"""`answer`: what an officer says of a finding."""

from __future__ import annotations

from typing import Annotated

import typer

from review.cli.options import DatabaseOption, OfficerOption, acts, coded, opened
from review.terms import ANSWER_WORDS


def answer(
    review: Annotated[int, typer.Argument(metavar="REVIEW", help="审查编号 / the review's number")],
    rule: Annotated[str, typer.Argument(metavar="RULE", help="规则 / the rule of the finding")],
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="条目所属 / what the finding is about, such as voc")
    ],
    stand: Annotated[str, typer.Argument(metavar="ANSWER", help="agreed doubted overruled：认可、存疑、不予采纳")],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="理由，认可时可不填 / why; needed unless agreed")
    ] = None,
    clause: Annotated[
        str | None,
        typer.Option("--clause", metavar="CLAUSE", help="所依据的条款，不予采纳时必填 / needed where it is overruled"),
    ] = None,
    attachment: Annotated[
        int | None, typer.Option("--attachment", metavar="ID", help="所依据的附件 / the file that it rests on")
    ] = None,
    page: Annotated[str | None, typer.Option("--page", metavar="PAGE", help="附件的页 / the page of that file")] = None,
    officer: OfficerOption = None,
    database: DatabaseOption = None,
) -> None:
    """对一个条目提出意见，不改变审查 / say of a finding that it is agreed, doubted or overruled; the review stays."""
    from review.record.cases.answers import Stand, answer_finding

    stand = coded(stand, "ANSWER", ANSWER_WORDS) or stand
    with opened(database, create=False) as store:
        made = answer_finding(
            store, review, (rule, subject), Stand(stand, reason, clause, attachment, page), acts(officer)
        )
    print(f"已记录 recorded: {made.id}")
