"""The faults of a ruleset (规则检查): names, quotes, forces, sources, conditions that can never apply, engine limits, coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from review.errors import Fault, RulesetError, Text
from review.evaluation.durable import MOST_CONDITIONS, MOST_FIELDS, MOST_MATCHES, rulesets_of
from review.evaluation.normal_form import Fields, alternatives
from review.law.conditions import And, Constant
from review.law.cutting import cut
from review.law.edition import Rule, Ruleset, fact_names, from_content, placeholders
from review.law.files import Folder
from review.law.plan_text import quote_faults, read_plan
from review.law.source import read_source
from review.law.timeline import period_faults

FORCE_OF_WORDS = {
    "mandatory": ("应", "须", "需", "严格", "严禁", "依法不予", "不得"),
    "in_principle": ("原则上",),
    "encouraged": ("鼓励", "推广", "推动", "探索"),
    "guidance": ("指导", "加强", "基本完成", "逐步", "限制"),
}
# Words that hold a force word without its force: 供应, 应用, 需求 …
_INNOCENT = ("供应", "应用", "相应", "需求", "适应", "反应", "响应", "效应", "应急", "对应")
_NEAR = 0.9
_WORDS = {"observed", "required", "gap", "unit", "name"}


def lint_folder(folder: Folder | Path, plan: Path | None) -> tuple[list[Fault], str]:
    """Every fault of a ruleset folder, and a closing line that says what was looked at."""
    try:
        source = read_source(folder)
    except RulesetError as error:
        return list(error.faults), "0 editions"
    found = source.faults or list(period_faults(source))
    if found:
        return found, "0 editions"
    text = read_plan(plan.read_bytes()) if plan else None
    faults: dict[Fault, None] = {}
    rules, cuts = 0, cut(source)
    for each_cut in cuts:
        lines = each_cut.lines
        try:
            ruleset = from_content(each_cut.content, lines)
        except RulesetError as error:
            faults.update(dict.fromkeys(error.faults))
            continue
        rules = len(ruleset.rules)
        for each in (
            _rule_faults(ruleset, lines),
            _engine_faults(ruleset, lines),
            coverage_faults(ruleset),
        ):
            faults.update(dict.fromkeys(each))
        if text is not None:
            faults.update(dict.fromkeys(quote_faults(ruleset, text, lines)))
    held = "held against the plan" if plan else "not held against the plan (give --plan FILE)"
    return list(faults), f"{len(cuts)} editions, {rules} rules, quotes {held}: {len(faults)} faults"


def _fault(where: str, zh: str, en: str) -> Fault:
    return Fault(where, Text(zh, en))


def _rule_faults(ruleset: Ruleset, lines: Mapping[str, str]) -> Iterator[Fault]:
    for rule in ruleset.rules:
        where = lines.get(rule.id, rule.id)
        words = list(
            dict.fromkeys(
                word
                for citation in rule.citations
                if citation.clause
                for word in _other_force(rule.force, citation.quote or "")
            )
        )
        if words and rule.force_basis is None:
            named = "、".join(words)
            yield _fault(
                where,
                f"{rule.id} 效力为 {rule.force}，引文却含“{named}”，须写 force_basis 说明",
                f"{rule.id} is {rule.force} but its quote says {named}: give a force_basis note",
            )
        known = _WORDS | set(ruleset.parameters) | set(fact_names(ruleset.content, rule.each))
        for text in (*rule.messages.values(), *((rule.remedy,) if rule.remedy else ())):
            for name in sorted(placeholders(text) - known):
                yield _fault(
                    where,
                    f"{rule.id} 的文字引用未知名称 {{{name}}}",
                    f"the words of {rule.id} use an unknown name {{{name}}}",
                )
        unknown = set(rule.messages) - {"pass", "fail", "attention", "missing", "not_applicable"}
        if unknown:
            yield _fault(
                where,
                f"{rule.id} 的 messages 含未知状态 {sorted(unknown)}",
                f"messages of {rule.id} name unknown statuses {sorted(unknown)}",
            )
        if never(rule, ruleset):
            yield _fault(where, f"{rule.id} 的适用条件永不成立", f"{rule.id} can never apply")


def _other_force(force: str, quote: str) -> Iterator[str]:
    for word in _INNOCENT:
        quote = quote.replace(word, "")
    for other, words in FORCE_OF_WORDS.items():
        if other != force:
            yield from (word for word in words if word in quote)


def never(rule: Rule, ruleset: Ruleset) -> bool:
    """Whether no facts whatever make a rule apply: its conditions contradict each other."""
    condition = rule.applies
    if condition == And(()) or condition == Constant(True):
        return False
    choices = {name: entry.choices for name, entry in fact_names(ruleset.content, rule.each).items()}
    fields = Fields({key: p.value for key, p in ruleset.parameters.items() if p.value is not None}, choices)
    return not any(_satisfiable(found, fields, choices) for found in alternatives(condition, "true", fields))


def _satisfiable(
    conjunction: Iterable[tuple[str, str, int]], fields: Fields, choices: Mapping[str, tuple[str, ...]]
) -> bool:
    sizes = {field: len(choices[name]) for name, field in fields.members.items()}
    figures = {low[1:]: (ends.coefficients, ends.constant) for ends, (low, _) in fields.ends.items()}
    low: dict[object, tuple[int, bool]] = {}
    high: dict[object, tuple[int, bool]] = {}
    allowed: dict[str, set[int]] = {}
    for field, operator, value in conjunction:
        if operator in ("$eq", "$neq"):
            every = allowed.setdefault(field, set(range(sizes[field] + 1)) if field in sizes else {0, 1, 2})
            every &= {value} if operator == "$eq" else every - {value}
        elif operator in ("$gte", "$gt"):
            low[figures[field[1:]]] = max(low.get(figures[field[1:]], (-(10**30), False)), (value, operator == "$gt"))
        else:
            # Of two upper bounds the smaller holds; of equal ones the strict one.
            bound = (value, operator == "$lt")
            high[figures[field[1:]]] = min(
                high.get(figures[field[1:]], bound), bound, key=lambda each: (each[0], not each[1])
            )
    return all(allowed.values()) and all(_room(low[figure], high[figure]) for figure in low if figure in high)


def _room(low: tuple[int, bool], high: tuple[int, bool]) -> bool:
    return low[0] < high[0] or (low[0] == high[0] and not low[1] and not high[1])


def _engine_faults(ruleset: Ruleset, lines: Mapping[str, str]) -> Iterator[Fault]:
    for name, compiled in rulesets_of(ruleset).items():
        size = compiled.size()
        limits = (
            (size.conditions, MOST_CONDITIONS, "conditions"),
            (size.fields, MOST_FIELDS, "fields"),
            (size.matches, MOST_MATCHES, "matches"),
        )
        for found, most, what in limits:
            if found > most * _NEAR:
                yield _fault(
                    f"rules/{name}.yaml" if name in ruleset.files else f"rules {name}",
                    f"编译后 {what} {found}，接近规则引擎上限 {most}，请拆分文件",
                    f"compiles to {found} {what}, near the engine's {most}: split the file",
                )


def coverage_faults(ruleset: Ruleset) -> list[Fault]:
    """Clauses of kind `rule` that no rule cites, and carriers that differ from the citations."""
    cited: dict[str, set[str]] = {}
    for rule in ruleset.rules:
        for citation in rule.citations:
            if citation.clause:
                cited.setdefault(citation.clause, set()).add(rule.id)
    faults = []
    for number, row in enumerate(ruleset.content["clauses"], 2):
        where = f"clauses.csv:{number}"
        carriers = {name.strip() for name in row["carried_by"].split(";")} if row["kind"] == "rule" else set()
        carriers = {name for name in carriers if ruleset.rule(name)}
        mine = cited.get(row["clause"], set())
        if row["kind"] == "rule" and not mine:
            faults.append(_fault(where, f"条款 {row['clause']} 没有规则引用", f"no rule cites clause {row['clause']}"))
        elif mine != carriers:
            differing = ", ".join(sorted(mine ^ carriers))
            faults.append(
                _fault(
                    where,
                    f"条款 {row['clause']} 的承载与规则引用不一致：{differing}",
                    f"carriers of clause {row['clause']} and citations differ: {differing}",
                )
            )
    return faults
