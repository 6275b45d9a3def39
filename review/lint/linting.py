"""A ruleset folder validated by every check of lint (规则检查); the closing line says what was checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from review.errors import Fault, RulesetError
from review.law.compiling import from_content
from review.law.cutting import Cut, cut
from review.law.edition import Ruleset
from review.law.files import Folder
from review.law.plan_text import PlanText, quote_faults, read_plan
from review.law.source import Source
from review.law.source_folder import read_source
from review.law.source_place import place_faults
from review.law.timeline import period_faults
from review.lint.coverage import coverage_faults, engine_faults, unlisted_files
from review.lint.history import history_faults, unit_faults
from review.lint.laws import LawText, law_faults, law_row_faults, read_law
from review.lint.rules import RuleInspection
from review.lint.tables import ending_faults, reference_faults, row_faults


@dataclass(frozen=True)
class Against:
    """The texts that quotes are compared with: the plan's, and those of laws by a part of their names (`{"环境法典": FILE}`)."""

    plan: Path | None = None
    laws: Mapping[str, Path] = field(default_factory=dict)


def lint_folder(folder: Folder | Path, against: Against | None = None) -> tuple[list[Fault], str]:
    """Every fault of a ruleset folder, and a closing line that says what was looked at. Raises Refused for a text that is none."""
    texts = against or Against()
    plan = read_plan(texts.plan.read_bytes()) if texts.plan else None
    laws = [read_law(name, path) for name, path in texts.laws.items()]
    try:
        source = read_source(folder)
    except RulesetError as error:
        return list(error.faults), "0 editions"
    found = dict.fromkeys((*source.faults, *unlisted_files(folder, source)))
    cuts: tuple[Cut, ...] = ()
    rules = 0
    if not source.faults:
        found |= dict.fromkeys(
            (
                *period_faults(source),
                *place_faults(source),
                *row_faults(source),
                *ending_faults(source),
                *reference_faults(source),
            )
        )
        found |= dict.fromkeys(each for law in laws for each in law_row_faults(source, law))
        cuts = cut(source)
        editions = []
        for each in cuts:
            try:
                editions.append(from_content(each.content, each.lines))
            except RulesetError as error:
                found |= dict.fromkeys(error.faults)
        rules = max((len(each.rules) for each in editions), default=0)
        inspection = RuleInspection()
        for edition, mine in zip(editions, cuts, strict=False) if len(editions) == len(cuts) else ():
            found |= dict.fromkeys(_edition_faults(edition, mine.lines, inspection, plan, laws))
        if len(editions) == len(cuts):
            found |= dict.fromkeys(_between(editions, source))
    return list(found), _summary(len(cuts), rules, texts, len(found))


def _edition_faults(
    edition: Ruleset, lines: Mapping[str, str], inspection: RuleInspection, plan: PlanText | None, laws: list[LawText]
) -> Iterator[Fault]:
    yield from inspection.faults(edition, lines)
    yield from engine_faults(edition, lines)
    yield from coverage_faults(edition)
    if plan is not None:
        yield from quote_faults(edition, plan, lines)
    for law in laws:
        yield from law_faults(edition, law, lines)


def _between(editions: list[Ruleset], source: Source) -> Iterator[Fault]:
    for place, (old, new) in enumerate(pairwise([None, *editions])):
        assert new is not None
        yield from history_faults(old, new, source)
        if old is not None and place:
            yield from unit_faults(old, new)


def _summary(editions: int, rules: int, texts: Against, faults: int) -> str:
    laws = len(texts.laws)
    zh = "引文已对照方案原文" if texts.plan else "引文未对照方案原文（用 --plan FILE）"
    en = "quotes held against the plan" if texts.plan else "quotes not held against the plan (give --plan FILE)"
    return (
        f"{editions} 个版本，{rules} 条规则，{zh}{f'和 {laws} 部法律' if laws else ''}：{faults} 处错误"
        f" / {editions} editions, {rules} rules, {en}{f' and {laws} laws' if laws else ''}: {faults} faults"
    )
