"""What a departure relies on (依据): clauses of the plan, or articles of laws that the edition cites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from review.errors import Text
from review.law.edition import Ruleset

# 第三十二条（一）, 第三十二条第二款, （三）; nothing follows.
_ARTICLE = re.compile(
    r"(第[〇零一二三四五六七八九十百千0-9]+条(之[一二三四五六七八九十]+)?)?((第[一二三四五六七八九十0-9]+[款项目])|(（[一二三四五六七八九十0-9]+）))*"
)
_COUNTRY = "中华人民共和国"


def ground_fault(stated: str, edition: Ruleset) -> Text | None:
    """What is wrong with the grounds of a departure; None where each part is a clause of the plan or an article of a cited law."""
    laws = tuple(_laws(edition))
    law: str | None = None
    between = _between(edition)
    if not between.sub("", stated).strip():
        return _words(stated, laws, edition)
    for part in (each.strip() for each in between.split(stated)):
        if not part or part in edition.clauses:
            continue
        named = next((each for each in laws if _bare(part).startswith(each)), None)
        rest = _bare(part)[len(named or "") :]
        law = named or law
        if law is None or not rest or not _ARTICLE.fullmatch(rest):
            return _words(part, laws, edition)
    return None


def _laws(edition: Ruleset) -> Iterator[str]:
    """The names that a cited law goes by, the longest first: in full, and without the name of the country."""
    titles = {_bare(each.document) for rule in edition.rules for each in rule.citations if each.clause is None}
    names = titles | {each.removeprefix(_COUNTRY) for each in titles}
    yield from sorted(names, key=lambda each: (-len(each), each))


def _bare(text: str) -> str:
    return (
        "".join(each for each in text if not each.isspace() and each not in "《》〈〉")
        .replace("(", "（")
        .replace(")", "）")
    )


def clause_example(edition: Ruleset) -> str:
    """A clause of the plan that an edition's rules rest on, to show how clauses are written."""
    cited = (each.clause for rule in edition.rules for each in rule.citations if each.clause)
    return next(cited, "—")


def _between(edition: Ruleset) -> re.Pattern[str]:
    """What stands between two grounds: a comma or the like, or white space before a clause of the plan."""
    clauses = "|".join(re.escape(each) for each in sorted(edition.clauses, key=len, reverse=True))
    return re.compile(rf"[、，,；;]|\s+(?=(?:{clauses})(?![\d.-]))")


def _words(part: str, laws: tuple[str, ...], edition: Ruleset) -> Text:
    shortest = sorted({each.removeprefix(_COUNTRY) for each in laws})
    # A document that is cited by its number has no title to be put into marks.
    titles = [each if "〔" in each else f"《{each}》" for each in shortest] or ["—"]
    zh, en = "、".join(titles), ", ".join(titles)
    clause = clause_example(edition)
    return Text(
        f"“{part[:60]}”不是方案条款（如 {clause}），也不是所引法规的条文（如 节约能源法第十五条）；所引法规有：{zh}",
        f"“{part[:60]}” is neither a clause of the plan (such as {clause}) nor an article of a cited law (such as 节约能源法第十五条); cited are: {en}",
    )
