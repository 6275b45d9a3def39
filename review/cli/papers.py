"""`paper`, `paper-check`: papers of recorded reviews, and what a printed code belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from review.cli.options import NOT_ALL, DatabaseOption, opened, stop, write
from review.errors import Fault, Text
from review.terms import LANGUAGE_WORDS, PAPER_WORDS, not_among
from review.verdict.terminal import safe


def paper(
    review: Annotated[int, typer.Argument(metavar="REVIEW", help="审查编号 / the review's number")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="写入的文件：.pdf .docx .html / the file to write")
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--kind", metavar="opinion|notice", help="对照审查表或一次性告知书 / the review, or the one-time notice"
        ),
    ] = "opinion",
    language: Annotated[str, typer.Option("--language", metavar="zh|en", help="文字 / language")] = "zh",
    decision: Annotated[
        int | None,
        typer.Option(
            "--decision",
            metavar="ID",
            help="所附决定，默认最近一次，0 为不附 / the decision it shows, the last by default, 0 for none",
        ),
    ] = None,
    attached: Annotated[
        int | None,
        typer.Option(
            "--attached",
            metavar="ID",
            min=0,
            max=2**63 - 1,
            help="列出截至该事件的附件、条目意见和征求意见，默认至今 / show attachments, answers and consultations up to that event, by default all",
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """一项审查的文书：对照审查表、一次性告知书 / a review's papers: PDF, Word or HTML."""
    from review.papers import papers
    from review.papers.blocks import Kind, Language
    from review.record.storage.text_limits import LARGEST_NUMBER

    writers = {".pdf": papers.paper_pdf, ".docx": papers.paper_word, ".html": papers.paper_page}
    for option, value, allowed in (
        ("--kind", kind, PAPER_WORDS), ("--language", language, LANGUAGE_WORDS), ("--out", out.suffix.lower(), {each: Text(each, each) for each in writers}),
    ):  # fmt: skip
        if value not in allowed:
            raise stop(Fault(option, not_among(value, allowed)))
    with opened(database, read_only=True) as store, store.reading() as connection:
        made = writers[out.suffix.lower()](
            connection,
            review,
            cast(Language, language),
            cast(Kind, kind),
            decision,
            LARGEST_NUMBER if attached is None else attached,
        )
    write(out, made)
    print(safe(str(out)))


def paper_check(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="文书上的核验码 / the verification code printed on a paper")
    ],
    database: DatabaseOption = None,
) -> None:
    """核验文书：核验码属于哪项审查和决定，是否已被替代 / what a paper's code belongs to, and whether it still stands."""
    from review.record.proof.paper_code import look_up

    with opened(database, read_only=True) as store, store.reading() as connection:
        found = look_up(connection, code)
    if found is None:
        print("没有这样的文书：核验码与记录不符 / there is no such paper: the code does not match the record")
        raise typer.Exit(NOT_ALL)
    decided = f"决定 decision {found.decision}" if found.decision else "尚无决定 no decision"
    print(f"{found.code}: 审查 review {found.review}  项目 project {found.project}  第 {found.version} 版  {decided}")
    if found.attached:
        print(
            f"所列附件、条目意见和征求意见截至第 {found.attached} 号事件 / it shows attachments, answers and consultations up to event {found.attached}"
        )
    if found.later_attached:
        print(
            f"其后附件、条目意见或征求意见另有变动 / attachments, answers or consultations have changed since: {found.later_attached}"
        )
    if found.later_decision:
        print(f"其后另有决定 / there is a later decision: {found.later_decision}")
    if found.later_review:
        print(f"已被新版审查替代 / replaced by a later review: {found.later_review}")
