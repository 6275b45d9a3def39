"""`search`: whatever was recorded, found by any of its words."""

from __future__ import annotations

from typing import Annotated

import typer

from review.cli.options import DatabaseOption, FormatOption, complain, emit, opened, require_format
from review.errors import Fault, Text
from review.verdict.terminal import safe


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="名称、代码、文号、人员、编号，须都有 / names, codes, documents, people, numbers: all of them")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, metavar="N", help="至多几条 / at most so many")] = 25,
    format: FormatOption = "text",
    database: DatabaseOption = None,
) -> None:  # fmt: skip
    """检索项目、减排来源、规则修改和机关事项 / search projects, reduction sources, changes of the rules, events of the office."""
    from review.record.search.index import behind, bring_up
    from review.record.search.searching import KIND_WORDS, kinds_for
    from review.record.search.searching import search as searched

    require_format(format)
    with opened(database, read_only=True) as store:
        while store.can_write and bring_up(store):
            pass
        with store.reading() as connection:
            if left := behind(connection):
                told = Text(
                    f"记录只读，最近 {left} 个事件尚未编入检索",
                    f"the record is read-only: its last {left} events are not searched",
                )
                complain(Fault("--database", told))
            hits = searched(connection, " ".join(words), kinds_for(reads_events=True), limit=limit)
    if format == "json":
        emit(hits)
        return
    for each in hits["items"]:
        kind = KIND_WORDS[each["kind"]]
        print(safe(f"{kind.zh} / {kind.en} {each['id']}  {each['title']['zh']}"))
        for found in each["found"]:
            print(safe(f"    {found['place']['zh']} / {found['place']['en']}：{found['words']}"))
    if not hits["items"]:
        print("没有找到 / nothing was found")
    elif hits["next"]:
        print(f"只列出前 {limit} 条 / the first {limit} alone are listed")
