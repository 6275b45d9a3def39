"""Writes `docs/rules/law-2026.md`: one sheet reviewed on five days, side by side, what differs and by which document.

.venv/bin/python tools/law_2026.py > docs/rules/law-2026.md
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

from review import Review, choose, judge, read_sheet_file
from review.law.loading import load_builtin
from review.terms import FORCE_WORDS, RECOMMENDATION_WORDS, STATUS_WORDS
from review.verdict.findings import Finding

SHEET = "fixtures/sheets/expansion-at-benchmark.json"
DAYS = (date(2025, 8, 31), date(2025, 12, 31), date(2026, 4, 22), date(2026, 8, 14), date(2026, 8, 15))
Key = tuple[str, str]


def lines() -> Iterator[str]:
    """The lines of the document."""
    sheet = read_sheet_file(Path(__file__).parent.parent / SHEET)
    reviews = [judge(sheet, choose("fuqing", day), day) for day in DAYS]
    yield "# 2025 年 8 月至 2026 年 8 月：同一张项目表在五个审查日"
    yield ""
    yield f"由 `tools/law_2026.py` 生成：`{SHEET}` 按各审查日施行的版本对照审查，结论有变化的条目和引起变化的文件。"
    yield "(One sheet reviewed on five days by the edition in force on each: what differs, and by which document.)"
    yield ""
    yield f"| | {' | '.join(map(str, DAYS))} |"
    yield "|---|" + "---|" * len(DAYS)
    yield _row("版本", [each.case.ruleset.name for each in reviews])
    yield _row(
        "建议",
        [RECOMMENDATION_WORDS[each.recommendation].zh + ("（暂定）" if each.provisional else "") for each in reviews],
    )
    yield _row("条目数", [str(len({found.rule.id for found in each.findings})) for each in reviews])
    yield _row("提示", ["、".join(dict.fromkeys(f"`{note.code}`" for note in each.notes)) or "—" for each in reviews])
    found = [_findings(each) for each in reviews]
    for key in dict.fromkeys(key for each in found for key in each):
        words = [_conclusion(each.get(key)) for each in found]
        if len(set(words)) > 1 and any(each.get(key) and each[key].status != "not_applicable" for each in found):
            yield _row(f"`{key[0]}`", words)
    for (before, after), (then, now) in zip(pairwise(reviews), pairwise(found), strict=True):
        yield from _step(before, after, then, now)


def _row(head: str, cells: list[str]) -> str:
    return f"| {head} | {' | '.join(cells)} |"


def _findings(review: Review) -> dict[Key, Finding]:
    return {(each.rule.id, each.subject): each for each in review.findings}


def _conclusion(finding: Finding | None) -> str:
    if finding is None:
        return "—"
    return f"{STATUS_WORDS[finding.status].zh}（{FORCE_WORDS[finding.rule.force].zh}）"


def _step(before: Review, after: Review, then: dict[Key, Finding], now: dict[Key, Finding]) -> Iterator[str]:
    """From one day to the next: the documents that took effect between, and what each finding says and cites otherwise."""
    first, last = before.case.as_of, after.case.as_of
    yield from ("", f"## {first} → {last}", "")
    for edition in load_builtin():
        if first < date.fromisoformat(edition.content["from"]) <= last:
            for entry in edition.content["history"]:
                yield f"- 版本 {edition.edition}，{entry['date']}，{entry['document']}：{entry['zh']}"
    rows = list(_differing(then, now))
    yield from (
        "",
        *(
            ("| 条目 | 由 | 至 | 新引用 | 不再引用 |", "|---|---|---|---|---|", *rows)
            if rows
            else ("各条的结论和依据不变。",)
        ),
    )


def _differing(then: dict[Key, Finding], now: dict[Key, Finding]) -> Iterator[str]:
    for key in dict.fromkeys((*then, *now)):
        old, new = then.get(key), now.get(key)
        either = new or old
        added, dropped = _documents(new) - _documents(old), _documents(old) - _documents(new)
        if either is not None and (_conclusion(old) != _conclusion(new) or added or dropped):
            cited = ["；".join(sorted(each)) or "—" for each in (added, dropped)]
            yield _row(f"{either.rule.title.zh} `{key[0]}`", [_conclusion(old), _conclusion(new), *cited])


def _documents(finding: Finding | None) -> set[str]:
    return {f"{each.document}{each.article or ''}" for each in finding.citations} if finding else set()


if __name__ == "__main__":
    print("\n".join(lines()))
