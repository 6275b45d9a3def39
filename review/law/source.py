"""A ruleset folder as it is written (规则文件夹): every file read and held to its form, with the place of each part.

All faults of all files are found at once; what is read is cut into editions by `cutting.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from review.errors import Fault, RulesetError, Text
from review.law.dated import FROM, UNTIL, day, period, undated
from review.law.files import Document, Folder, Sheet, read_csv, read_yaml
from review.law.forms import (
    AUTHORITIES,
    BASIS_KEYS,
    CLAUSE_KEYS,
    CLAUSES,
    EDITION_KEYS,
    FIGURES,
    GIVES,
    HISTORY_KEYS,
    HISTORY_KINDS,
    NOTES,
    ONE_EDITION_KEYS,
    PARAMETER_CELLS,
    PARAMETERS,
    REMINDER_KEYS,
    RESTS,
    RULE_FILE_KEYS,
    RULE_KEYS,
    TABLES,
    TARGETS_OF,
    Table,
    none_of,
    unknown_keys,
)  # fmt: skip
from review.terms import EVIDENCE, FORCES, MATTERS

HEAD = "edition.yaml"
_OPTIONAL = ("known_elsewhere", "added_rows", "capacity_notices", "notes", "reminders")


@dataclass(frozen=True)
class Placed:
    """A row, term or rule as it is written, and where; `lines` are those of its keys, where it has any."""

    entry: Mapping[str, Any]
    where: str
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Source:
    """A folder as read: the head, each table's rows, the rules in order, and every fault of form found on the way."""

    head: dict[str, Any] = field(default_factory=dict)
    document: Document | None = None
    tables: dict[str, list[Placed]] = field(default_factory=dict)
    parameters: list[Placed] = field(default_factory=list)
    clauses: list[Placed] = field(default_factory=list)
    authorities: list[Placed] = field(default_factory=list)
    rules: list[Placed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def at(self, *path: str | int) -> str:
        """Where a part of the head stands."""
        return self.document.at(*path) if self.document else HEAD

    def fault(self, where: str, text: Text) -> None:
        """Remembers a fault."""
        self.faults.append(Fault(where, text))


def read_source(folder: Folder) -> Source:
    """The folder as it is written. Faults are in the result; only what cannot be read at all raises RulesetError."""
    source = Source()
    source.document = read_yaml(folder, HEAD)
    if not isinstance(source.document.value, dict):
        raise RulesetError([Fault(HEAD, Text("应为一组键和值", "should hold keys and values"))])
    source.head = source.document.value
    _head(source)
    if source.faults:
        raise RulesetError(source.faults)
    for name, parts in source.head["tables"].items():
        for place, part in enumerate(parts if isinstance(parts, list) else [{"file": parts}]):
            where = source.at("tables", name, *((place,) if isinstance(parts, list) else ()))
            source.tables.setdefault(name, []).extend(_rows(source, folder, part, TABLES[name], where))
    source.parameters = _rows(source, folder, {"file": "parameters.csv"}, PARAMETERS, HEAD)
    source.clauses = _rows(source, folder, {"file": "clauses.csv"}, CLAUSES, HEAD)
    source.authorities = _rows(source, folder, {"file": "authorities.csv"}, AUTHORITIES, HEAD)
    for row in source.parameters:
        _parameter(source, row)
    for path in source.head["rule_files"]:
        source.rules += _rules(source, folder, path if path.startswith("rules/") else f"rules/{path}")
    return source


def _head(source: Source) -> None:
    head, at = source.head, source.at
    for key, text in unknown_keys(head, EDITION_KEYS):
        source.fault(at(key), text)
    for key in EDITION_KEYS:
        if head.get(key) in (None, "", []) and key not in _OPTIONAL:
            source.fault(at(key) if key in head else HEAD, Text(f"缺少 {key}", f"{key} is lacking"))
    shapes: tuple[tuple[str, type, str, str], ...] = (
        ("plan", dict, "一组键和值", "keys and values"), ("editions", dict, "一组版本", "editions by name"), ("tables", dict, "一组表", "tables by name"),
        ("terms", dict, "一组用语", "terms by name"), ("reminders", list, "提醒清单", "a list of reminders"), ("rule_files", list, "文件清单", "a list of files"),
    )  # fmt: skip
    for key, shape, zh, en in shapes:
        if head.get(key) is not None and not isinstance(head[key], shape):
            source.fault(at(key), Text(f"{key} 应为{zh}", f"{key} should hold {en}"))
    if source.faults:
        return
    if str(head["facts"]) != "2":
        source.fault(at("facts"), Text("facts 应为 2", "facts should be 2"))
    for key in ("title", "period_until"):
        if not isinstance(head["plan"].get(key), str):
            source.fault(at("plan", key), Text(f"plan 缺少 {key}", f"plan lacks {key}"))
    _editions(source)
    _table_parts(source)
    for key in ("benchmark_document", "known_elsewhere", "added_rows"):
        _values(source, key)
    for name, readings in head["terms"].items():
        if isinstance(readings, list):
            for place, each in enumerate(readings):
                _dates(source, source.at("terms", name, place), each, ("is", FROM, UNTIL), "is")
        elif not isinstance(readings, str):
            source.fault(
                at("terms", name), Text("应为条件，或带日期的若干条件", "should be a condition, or dated ones")
            )
    _notes(source)
    _notices(source)
    _reminders(source)
    for path in head["rule_files"]:
        if not isinstance(path, str):
            source.fault(at("rule_files"), Text("应为文件名", "should be names of files"))


def _notes(source: Source) -> None:
    """Words of notes: known codes, both languages, and no other name than the note can fill in."""
    notes = source.head.get("notes") or {}
    for code, text in unknown_keys(notes, NOTES):
        source.fault(source.at("notes", code), text)
    for code, words in notes.items():
        _words(source, ("notes", code), words)
        for text in words.values() if isinstance(words, dict) else ():
            for name in re.findall(r"{([^}]*)}", str(text)):
                if name not in NOTES.get(code, ()):
                    source.fault(source.at("notes", code), none_of(name, NOTES.get(code, ()) or ("—",)))


def _notices(source: Source) -> None:
    """Notices on the announcements of a commodity's replacement: words in both languages, and the days of announcements they are for."""
    for commodity, words in (source.head.get("capacity_notices") or {}).items():
        _dates(source, source.at("capacity_notices", commodity), words, ("zh", "en", FROM, UNTIL), "zh")
        _words(source, ("capacity_notices", commodity), undated(words) if isinstance(words, dict) else words)


def _reminders(source: Source) -> None:
    """Reminders of laws: the law, for whom they are, what they say in both languages, and their days."""
    for place, each in enumerate(source.head.get("reminders") or ()):
        where = source.at("reminders", place)
        _dates(source, where, each, REMINDER_KEYS, "applies")
        if isinstance(each, dict):
            if not each.get("document"):
                source.fault(where, Text("缺少 document", "document is lacking"))
            if each.get("evidence", "official") not in EVIDENCE:
                source.fault(where, none_of(str(each["evidence"]), EVIDENCE))
            _words(source, ("reminders", place, "message"), each.get("message"))


def _editions(source: Source) -> None:
    days: dict[str, str] = {}
    for name, each in source.head["editions"].items():
        entry = ("editions", name)
        if not isinstance(each, dict):
            source.fault(source.at(*entry), Text("应有 from、title、history", "should have from, title and history"))
            continue
        for key, text in unknown_keys(each, ONE_EDITION_KEYS):
            if key == UNTIL:
                text = Text(
                    "版本不写 until：下一版本施行即止", "an edition has no until: it ends where the next begins"
                )
            source.fault(source.at(*entry, key), text)
        first = each.get(FROM)
        if day(first) is None:
            source.fault(source.at(*entry, FROM), Text(
                f"版本 {name} 的 from 应为存在的 YYYY-MM-DD，而非“{first}”", f"from of edition {name} should be a real YYYY-MM-DD, not {first!r}"))  # fmt: skip
        elif first in days:
            source.fault(source.at(*entry, FROM), Text(
                f"版本 {name} 与 {days[first]} 同日施行", f"edition {name} begins on the same day as {days[first]}"))  # fmt: skip
        else:
            days[str(first)] = name
        _words(source, (*entry, "title"), each.get("title"))
        _history(source, name, each.get("history"))


def _history(source: Source, name: str, history: object) -> None:
    entry = ("editions", name, "history")
    if not isinstance(history, list) or not history:
        source.fault(source.at(*entry), Text(f"版本 {name} 缺少沿革", f"edition {name} has no history"))
        return
    for place, each in enumerate(history):
        where = source.at(*entry, place)
        if not isinstance(each, dict):
            source.fault(where, Text("应为一组键和值", "should hold keys and values"))
            continue
        for _, text in unknown_keys(each, HISTORY_KEYS):
            source.fault(where, text)
        if each.get("kind") not in HISTORY_KINDS:
            source.fault(where, none_of(str(each.get("kind")), HISTORY_KINDS))
        missing = [key for key in ("date", "document", "zh", "en") if not each.get(key)]
        if missing:
            source.fault(where, Text(f"沿革缺少 {'、'.join(missing)}", f"a history entry lacks {', '.join(missing)}"))
        elif day(each["date"]) is None:
            source.fault(where, Text(f"“{each['date']}”不是日期", f"{each['date']!r} is no date"))
        for key in ("changes", "corrects"):
            if not isinstance(each.get(key, []), list):
                source.fault(where, Text(f"{key} 应为清单", f"{key} should be a list"))


def _table_parts(source: Source) -> None:
    for name, parts in source.head["tables"].items():
        where = source.at("tables", name)
        if name not in TABLES:
            source.fault(where, none_of(name, TABLES))
        for place, part in enumerate(parts if isinstance(parts, list) else ()):
            _dates(source, source.at("tables", name, place), part, ("file", FROM, UNTIL), "file")
        if not isinstance(parts, str | list) or not parts:
            source.fault(where, Text("应为文件名，或带日期的若干文件", "should be a file, or dated files"))


def _values(source: Source, key: str) -> None:
    found = source.head.get(key)
    if isinstance(found, list) and found and isinstance(found[0], dict):
        for place, each in enumerate(found):
            _dates(source, source.at(key, place), each, ("value", FROM, UNTIL), "value")


def _dates(source: Source, where: str, entry: object, keys: tuple[str, ...], needed: str) -> None:
    """A dated entry of the head: its keys, what it must have, and days that exist."""
    if not isinstance(entry, dict):
        source.fault(where, Text(f"应写明 {needed} 和日期", f"should have {needed} and days"))
        return
    for _, text in unknown_keys(entry, keys):
        source.fault(where, text)
    if needed not in entry:
        source.fault(where, Text(f"缺少 {needed}", f"{needed} is lacking"))
    _real_days(source, where, entry)


def _real_days(source: Source, where: str, entry: Mapping[str, Any]) -> bool:
    before = len(source.faults)
    for key in (FROM, UNTIL):
        if entry.get(key) and day(entry[key]) is None:
            source.fault(where, Text(
                f"{key} “{entry[key]}”不是日期，应为存在的 YYYY-MM-DD", f"{key} {entry[key]!r} is no date: it should be a real YYYY-MM-DD"))  # fmt: skip
    if len(source.faults) == before and period(entry).first > period(entry).last:
        source.fault(where, Text("期间为空：from 晚于 until", "the period is empty: from lies after until"))
    return len(source.faults) == before


def _rows(source: Source, folder: Folder, part: Mapping[str, Any], table: Table, where: str) -> list[Placed]:
    try:
        sheet = read_csv(folder, str(part["file"]))
    except RulesetError as error:
        source.faults += error.faults
        return []
    if not _columns(source, sheet, table):
        return []
    return list(_held(source, sheet, part, table))


def _columns(source: Source, sheet: Sheet, table: Table) -> bool:
    before, head = len(source.faults), f"{sheet.name}:1"
    for column, text in unknown_keys(sheet.columns, table.allowed):
        source.fault(
            head,
            Text(f"列{text.zh}", f"column {text.en}") if column else Text("有一列没有列名", "a column has no name"),
        )
    for column in table.required:
        if column not in sheet.columns:
            source.fault(head, Text(f"缺少列 {column}", f"the column {column} is lacking"))
    return len(source.faults) == before


def _held(source: Source, sheet: Sheet, part: Mapping[str, Any], table: Table) -> Iterator[Placed]:
    for number, row in enumerate(sheet.rows):
        where, sound = sheet.at(number), True
        for column, text in row.items():
            wrong = table.cell(column).fault(text) if column not in (FROM, UNTIL) else None
            if wrong is not None:
                sound = False
                source.fault(where, Text(f"列 {column}：{wrong.zh}", f"column {column}: {wrong.en}"))
        dates = {key: row.get(key) or str(part.get(key) or "") for key in (FROM, UNTIL)}
        if _real_days(source, where, dates) and sound:
            yield Placed({**row, **dates} if table.dated else row, where)


def _parameter(source: Source, row: Placed) -> None:
    name, value = row.entry["parameter"], row.entry["value"]
    cell = PARAMETER_CELLS.get(name)
    wrong = cell.fault(value) if cell else TABLES["limits"].cell("level_2").fault(value)
    if wrong is not None:
        source.fault(row.where, Text(f"参数 {name}：{wrong.zh}", f"parameter {name}: {wrong.en}"))
    elif cell is None and value.startswith("-"):
        source.fault(
            row.where, Text(f"参数 {name}：{value} 不能为负", f"parameter {name}: {value} may not be negative")
        )


def _rules(source: Source, folder: Folder, path: str) -> Iterator[Placed]:
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
    _real_days(source, where, {key: rule.get(key) for key in (FROM, UNTIL)})
    _citations(source, document, place, rule)
    for key in ("title", "force_basis", "commitment", "remedy", "note"):
        if key in rule:
            _words(source, ("rules", place, key), rule[key], document)
    messages = rule.get("messages")
    if isinstance(messages, dict):
        for status, text in messages.items():
            _words(source, ("rules", place, "messages", status), text, document)
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
            _real_days(source, where, each)


def _words(source: Source, path: tuple[str | int, ...], found: object, document: Document | None = None) -> None:
    """Words in both languages; an unquoted comma in YAML's braces would cut them short, so other keys are a fault."""
    holder = document or source.document
    where = holder.at(*path) if holder else HEAD
    if (
        not isinstance(found, dict)
        or set(found) != {"zh", "en"}
        or not all(isinstance(each, str) and each for each in found.values())
    ):
        source.fault(where, Text(
            "应有且只有 zh 和 en（文字中有逗号的要加引号）", "should hold zh and en and nothing else (quote what has commas)"))  # fmt: skip


def edition_days(source: Source) -> dict[str, date]:
    """The first day of each edition, in order."""
    found = {name: day(each[FROM]) or date.min for name, each in source.head["editions"].items()}
    return dict(sorted(found.items(), key=lambda each: each[1]))
