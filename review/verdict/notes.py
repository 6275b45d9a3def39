"""Notes (提示) about the sheet as a whole: check digits, periods, and what the national rules say beside the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from review.errors import Text
from review.facts import Case, Facts, Note
from review.law.edition import Rule
from review.verdict.plan_period import period_words, target_notes

# GB/T 40058-2021: the check character agrees with ISO 7064 MOD 11,10 on codes given since November 2020.
_CODE = re.compile(r"(\d{4})-(\d{6})-(\d{2})-(\d{2})-(\d{6})")
_CHECKED_SINCE = "2011"
_ACCOUNT = "energy.total_account_tce"


def notes(case: Case, facts: Facts, applied: Iterable[tuple[Rule, str]]) -> tuple[Note, ...]:
    """Every note on a case, in a fixed order; `applied`: the rules that apply, each with the subject it was judged on."""
    return (
        *_periods(case), *_targets(case, facts, applied), *_codes(case), *facts.notes, *_expansion(case, facts),
    )  # fmt: skip


def _periods(case: Case) -> Iterator[Note]:
    content = case.ruleset.content
    if not case.ruleset.covers(case.as_of) or (case.ruleset.overridden and "until" not in content):
        yield _overridden(case)
    until = case.ruleset.plan_until
    if case.as_of <= date.fromisoformat(until):
        return
    if case.ruleset.facts > 1:
        if (words := period_words(case.ruleset)) is not None:
            yield Note("plan-period-ended", None, words)
    else:
        yield Note("plan-period-ended", None, Text(
            f"《{case.ruleset.plan_title}》的规划期至 {until}，审查日 {case.as_of} 已在其后，请经办人确认该方案仍适用",
            f"the plan speaks to {until} and the review is of {case.as_of}: please confirm that the plan still applies"))  # fmt: skip


def _targets(case: Case, facts: Facts, applied: Iterable[tuple[Rule, str]]) -> Iterator[Note]:
    """That targets of the plan's last year are spoken of after it: by an account that is known, and by rules that measure by one."""
    paths = [_ACCOUNT] if facts.project[_ACCOUNT].range.high is not None else []
    paths += [subject for rule, subject in applied if rule.target_of]
    yield from target_notes(case.ruleset, paths)


def _overridden(case: Case) -> Note:
    """An edition that was not the one in force on the day: its first day, and its last one where a recorded content says it."""
    name, content = case.ruleset.name, case.ruleset.content
    if "until" in content:
        words = Text(
            f"按指定采用 {name}，其施行期间（{content['from']} 至 {content['until'] or '今'}）不含审查日 {case.as_of}",
            f"{name} was asked for; its period ({content['from']} to {content['until'] or 'now'}) does not hold the day of review {case.as_of}",
        )
    else:
        words = Text(
            f"按指定采用 {name}（自 {content['from']} 起施行），不是审查日 {case.as_of} 施行的版本",
            f"{name} was asked for (in force from {content['from']}); on the day of review, {case.as_of}, another one is in force",
        )
    return Note("edition-overridden", None, words)


def _codes(case: Case) -> Iterator[Note]:
    project = case.sheet.project
    if project.code is None and project.uscc is None:
        return
    # Imported where it is needed: it takes a while.
    from stdnum.cn import uscc
    from stdnum.iso7064 import mod_11_10

    if project.code is not None:
        match = _CODE.fullmatch(project.code)
        digits = project.code.replace("-", "")
        if not match:
            yield Note("project-code-format", "project.code", Text(
                f"项目代码 {project.code} 不是“年月-行政区划-门类-类型-流水号”的 24 位格式，请核对",
                f"the project code {project.code} is not of the 24-character form YYMM-RRRRRR-DD-TT-NNNNNC; please check"))  # fmt: skip
        elif match[1] >= _CHECKED_SINCE and not mod_11_10.is_valid(digits):
            yield Note("project-code-check", "project.code", Text(
                f"项目代码 {project.code} 的校验位不符，请核对", f"the check digit of the project code {project.code} does not agree; please check"))  # fmt: skip
    if project.uscc is not None and not uscc.is_valid(project.uscc):
        yield Note("uscc-check", "project.uscc", Text(
            f"统一社会信用代码 {project.uscc} 的格式或校验位不符（GB 32100-2015），请核对",
            f"the credit code {project.uscc} fails the format or check character of GB 32100-2015; please check"))  # fmt: skip


def _expansion(case: Case, facts: Facts) -> Iterator[Note]:
    words = case.ruleset.note("guidance-annual-energy")
    if words and case.sheet.project.nature == "expansion" and facts.project["two_high"].value is True:
        yield Note("guidance-annual-energy", "energy.total_tce", words)
