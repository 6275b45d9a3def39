"""The rules of a ruleset folder (规则文件), each validated by the form of a rule; what it says is read when it is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from review.errors import RulesetError, Text
from review.law.dated import FROM, UNTIL
from review.law.files import Document, Folder, read_yaml
from review.law.forms import (
    BASIS_KEYS,
    CLAUSE_KEYS,
    FIGURES,
    GIVES,
    RESTS,
    RULE_FILE_KEYS,
    RULE_KEYS,
    TARGETS_OF,
    name_fault,
    none_of,
    unknown_keys,
)
from review.law.source import Placed, Source, has_real_days, require_both_languages
from review.terms import FORCES, MATTERS


def read_rules(source: Source, folder: Folder, path: str) -> Iterator[Placed]:
    try:
        document = read_yaml(folder, path)
    except RulesetError as error:
        source.faults += error.faults
        return
    raw = document.value
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list) or not raw["rules"]:
        source.fault(path, Text("缺少 rules 清单", "the list of rules is lacking"))
        return
    for key, text in unknown_keys(raw, RULE_FILE_KEYS):
        source.fault(document.at(key), text)
    each = raw.get("each") or []
    if not isinstance(each, list):
        source.fault(document.at("each"), Text("each 应为清单", "each should be a list"))
        return
    for place, rule in enumerate(raw["rules"]):
        where = document.at("rules", place)
        if not isinstance(rule, dict):
            source.fault(where, Text("应为一组键和值", "should hold keys and values"))
            continue
        lines = {key: document.at("rules", place, key) for key in rule}
        if _rule(source, document, place, rule, where):
            name = path.removeprefix("rules/").removesuffix(".yaml")
            yield Placed({**_plain(rule), "file": name, "each": each}, where, lines)


def _plain(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: str(value) if key in ("applies", "requires", "excused") else value
        for key, value in rule.items()
        if value is not None
    }


def _rule(source: Source, document: Document, place: int, rule: Mapping[str, Any], where: str) -> bool:
    """Whether a rule has the form of one; what it says is read when it is made."""
    before = len(source.faults)
    for key, text in unknown_keys(rule, RULE_KEYS):
        source.fault(document.at("rules", place, key), text)
    for key in ("id", "clauses", "matter", "force", "title", "applies", "requires", "messages"):
        if rule.get(key) in (None, "", [], {}):
            source.fault(where, Text(f"规则缺少 {key}", f"the rule lacks {key}"))
    if rule.get("id") and (wrong := name_fault(rule["id"])) is not None:
        source.fault(document.at("rules", place, "id"), wrong)
    choices = {
        "matter": MATTERS,
        "force": FORCES,
        "after_plan": FORCES,
        "figure": FIGURES,
        "gives": GIVES,
        "rests": RESTS,
        "target_of": TARGETS_OF,
    }
    for key, allowed in choices.items():
        if rule.get(key) is not None and rule[key] not in allowed:
            text = none_of(str(rule[key]), allowed)
            source.fault(document.at("rules", place, key), Text(f"{key} {text.zh}", f"{key} {text.en}"))
    has_real_days(source, where, {key: rule.get(key) for key in (FROM, UNTIL)})
    _citations(source, document, place, rule)
    for key in ("title", "force_basis", "commitment", "remedy", "note"):
        if key in rule:
            require_both_languages(source, ("rules", place, key), rule[key], document)
    messages = rule.get("messages")
    if isinstance(messages, dict):
        for status, text in messages.items():
            require_both_languages(source, ("rules", place, "messages", status), text, document)
    elif messages:
        source.fault(where, Text("messages 应按结论分列", "messages should be by status"))
    return len(source.faults) == before


def _citations(source: Source, document: Document, place: int, rule: Mapping[str, Any]) -> None:
    for key, keys, needed in (("clauses", CLAUSE_KEYS, CLAUSE_KEYS), ("basis", BASIS_KEYS, ("document",))):
        entries = rule.get(key) or []
        if not isinstance(entries, list):
            source.fault(document.at("rules", place, key), Text(f"{key} 应为清单", f"{key} should be a list"))
            continue
        for number, each in enumerate(entries):
            where = document.at("rules", place, key, number)
            if not isinstance(each, dict):
                source.fault(where, Text("应为一组键和值", "should hold keys and values"))
                continue
            for _, text in unknown_keys(each, keys):
                source.fault(where, text)
            for part in needed:
                if not isinstance(each.get(part), str) or not each[part].strip():
                    source.fault(where, Text(f"缺少 {part}", f"{part} is lacking"))
            has_real_days(source, where, each)
