"""What is left over or too much (遗漏与上限): clauses that no rule carries, files that no list names, rules beyond the engine's limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from review.errors import Fault, Text, joined
from review.evaluation.durable import MOST_CONDITIONS, MOST_FIELDS, MOST_RULES, NEAR
from review.evaluation.sizes import sizes
from review.law.edition import Ruleset
from review.law.files import Folder
from review.law.source import Source


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
            words = Text(f"条款 {row['clause']} 没有规则引用", f"no rule cites clause {row['clause']}")
            faults.append(Fault(where, words))
        elif mine != carriers:
            differing = joined(sorted(mine ^ carriers))
            faults.append(Fault(where, Text(
                f"条款 {row['clause']} 的承载与规则引用不一致：{differing.zh}", f"carriers of clause {row['clause']} and citations differ: {differing.en}")))  # fmt: skip
    return faults


def engine_faults(ruleset: Ruleset, lines: Mapping[str, str]) -> Iterator[Fault]:
    """Rules whose conditions come near to the engine's limits."""
    for rule, found in sizes(ruleset).items():
        size = max(found, key=lambda each: (not each.within(NEAR), each.rules))
        limits = (
            (size.rules, MOST_RULES, Text("组合", "combinations")), (size.conditions, MOST_CONDITIONS, Text("比较", "comparisons")),
            (size.fields, MOST_FIELDS, Text("字段", "fields")),
        )  # fmt: skip
        for count, most, what in limits:
            if count > most * NEAR:
                yield Fault(lines.get(rule, rule), Text(
                    f"{rule} 的条件编译后有 {count} 个{what.zh}，接近规则引擎上限 {most}，请拆成几条规则",
                    f"{rule} compiles to {count} {what.en}, near the engine's {most}: split it into several rules"))  # fmt: skip


def unlisted_files(folder: Folder, source: Source) -> Iterator[Fault]:
    """Files of rules and tables that edition.yaml does not name: nothing is judged by them."""
    head = source.head
    named = {path if path.startswith("rules/") else f"rules/{path}" for path in head["rule_files"]}
    for parts in head["tables"].values():
        named |= {str(part["file"]) for part in parts} if isinstance(parts, list) else {str(parts)}
    for place, ending, key in (("rules", ".yaml", "rule_files"), ("tables", ".csv", "tables")):
        inner: Any = folder.joinpath(place)
        try:
            there = sorted(f"{place}/{each.name}" for each in (inner.iterdir() if inner.is_dir() else ()))
        except OSError:
            yield Fault(place, Text("无法读取这个文件夹", "the folder cannot be read"))
            continue
        for path in there:
            if path.endswith(ending) and path not in named:
                words = Text(
                    f"{key} 没有列出这个文件，其内容不起作用", f"{key} does not name this file: nothing comes of it"
                )
                yield Fault(path, words)
