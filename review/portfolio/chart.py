"""Charts of a what-if: bars of text for a terminal, and one HTML page with inline SVG that asks nothing of the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from review.law.edition import Ruleset
from review.portfolio.what_if import Group, Setting, Summary, label
from review.terms import MARK

WIDTH = 30
TITLES = {"industry": "按行业 by industry", "park": "按园区 by park"}
_STYLE = """body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;color:#1d2433;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d5dae3;vertical-align:top}td.n,th.n{text-align:right}
svg{width:100%;height:auto}svg text{font-size:13px;fill:#1d2433}.all{fill:#d5dae3}.flipped{fill:#b3402e}footer{margin-top:2rem;color:#51596b;font-size:.9rem}
@media print{body{margin:0;max-width:none}}"""


def ranked(groups: Mapping[str, Group]) -> list[tuple[str, Group]]:
    """Groups in which something flips, most first."""
    return sorted(
        ((key, group) for key, group in groups.items() if group.flipped), key=lambda pair: (-pair[1].flipped, pair[0])
    )


def lines(summary: Summary, ruleset: Ruleset) -> Iterator[str]:
    """Bars of text: flipped projects of each industry and park."""
    for kind, groups in (("industry", summary.by_industry), ("park", summary.by_park)):
        rows = ranked(groups)
        if not rows:
            continue
        yield TITLES[kind]
        most = rows[0][1].flipped
        for key, group in rows:
            bar = "█" * max(1, WIDTH * group.flipped // most)
            yield f"    {padded(label(kind, key, ruleset), 28)} {bar} {group.flipped} / {group.projects}"


def padded(text: str, columns: int) -> str:
    """Text filled up to a width on a terminal, where a Chinese character takes two columns."""
    taken = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
    return text + " " * max(0, columns - taken)


def page(
    summary: Summary, ruleset: Ruleset, settings: Sequence[Setting], flips: Iterable[Mapping[str, Any]], more: int
) -> str:
    """One page: what was asked, what would flip, by industry, park and rule, and the projects; `more` are not listed."""
    asked = "，".join(f"{each.name} {each.then} → {each.now}" for each in settings)
    bars = "".join(
        f"<h2>{TITLES[kind]}</h2>{_svg(TITLES[kind], [(label(kind, key, ruleset), group) for key, group in rows])}"
        for kind, groups in (("industry", summary.by_industry), ("park", summary.by_park))
        if (rows := ranked(groups))
    )
    rules = [
        (rule, change, str(count))
        for rule, counts in sorted(summary.by_rule.items())
        for change, count in counts.items()
    ]
    words = [("建议 recommendation", change, str(count)) for change, count in summary.recommendations.items()]
    projects = [
        (str(each["name"]), f"{each['industry']}", each["park"], f"{each['then']} → {each['now']}", "; ".join(_rule(rule) for rule in each["rules"]))
        for each in flips
    ]  # fmt: skip
    left_out = (
        f"<p>另有 {more} 个项目未列出，请用 .csv 或 .json 输出 / {more} more are not listed: write .csv or .json</p>"
        if more
        else ""
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>假设分析 what if: {escape(asked)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>假设分析 What if: {escape(asked)}</h1>"
        f"<p>版本 edition {escape(ruleset.name)}。项目 projects {summary.projects}，变化 would flip {summary.flipped}，未能判断 not judged {summary.unjudged}。</p>"
        f"{bars}<h2>按规则 by rule</h2>{_table(('规则 rule', '变化 change', '项目 projects'), words + rules)}"
        f"<h2>项目 projects</h2>{_table(('项目 project', '行业 industry', '园区 park', '建议 recommendation', '规则 rules'), projects)}{left_out}"
        f"<footer>{MARK.zh}；不写入记录。{MARK.en.capitalize()}; nothing is recorded.</footer></body></html>\n"
    )


def _rule(each: Mapping[str, Any]) -> str:
    return f"{each['rule']} [{each['subject']}] {each['then']} → {each['now']}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def _svg(title: str, rows: Sequence[tuple[str, Group]]) -> str:
    """Bars: all projects of a group in grey, those that flip in red, with both counts beside them. Lengths are whole thousandths."""
    most, step = max(group.projects for _, group in rows), 26
    bars = []
    for place, (name, group) in enumerate(rows):
        y = place * step
        whole, part = 500 * group.projects // most, max(1, 500 * group.flipped // most)
        bars.append(
            f'<text x="0" y="{y + 16}">{escape(name)}</text><rect class="all" x="240" y="{y + 4}" width="{whole}" height="16"/>'
            f'<rect class="flipped" x="240" y="{y + 4}" width="{part}" height="16"/>'
            f'<text x="{248 + whole}" y="{y + 16}">{group.flipped} / {group.projects}</text>'
        )
    return (
        f'<svg viewBox="0 0 860 {len(rows) * step + 4}" role="img" aria-label="{escape(title)}">{"".join(bars)}</svg>'
    )
