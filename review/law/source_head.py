"""The head of a ruleset folder (规则文件夹的首页), `edition.yaml`, validated: editions, files of tables, terms, notes and reminders."""

from __future__ import annotations

import re

from review.errors import Text
from review.law.dated import FROM, UNTIL, day, undated
from review.law.forms import (
    EDITION_KEYS,
    HISTORY_KEYS,
    HISTORY_KINDS,
    NOTES,
    ONE_EDITION_KEYS,
    REMINDER_KEYS,
    TABLES,
    name_fault,
    none_of,
    unknown_keys,
)
from review.law.source import HEAD, Source, require_both_languages, validate_dated
from review.law.source_place import validate_place
from review.terms import EVIDENCE

_OPTIONAL = (
    "known_elsewhere", "added_rows", "capacity_notices", "area_words", "indicators", "split_below", "offset_ratio", "notes", "reminders",
)  # fmt: skip
# What an edition with a benchmark table says of it.
_OF_BENCHMARKS = ("benchmark_document", "baseline_deadlines")


def validate_head(source: Source) -> None:
    head, at = source.head, source.at
    for key, text in unknown_keys(head, EDITION_KEYS):
        source.fault(at(key), text)
    for key in EDITION_KEYS:
        needless = key in _OPTIONAL or (key in _OF_BENCHMARKS and "benchmark_levels" not in (head.get("tables") or {}))
        if head.get(key) in (None, "", []) and not needless:
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
    if (wrong := name_fault(head["id"])) is not None:
        source.fault(at("id"), wrong)
    if str(head["facts"]) != "2":
        source.fault(at("facts"), Text("facts 应为 2", "facts should be 2"))
    for key in ("title", "period_until"):
        if not isinstance(head["plan"].get(key), str):
            source.fault(at("plan", key), Text(f"plan 缺少 {key}", f"plan lacks {key}"))
    _editions(source)
    _table_files(source)
    for key in ("benchmark_document", "known_elsewhere", "added_rows"):
        _values(source, key)
    for name, readings in head["terms"].items():
        if isinstance(readings, list):
            for place, each in enumerate(readings):
                validate_dated(source, source.at("terms", name, place), each, ("is", FROM, UNTIL), "is")
        elif not isinstance(readings, str):
            source.fault(
                at("terms", name), Text("应为条件，或带日期的若干条件", "should be a condition, or dated ones")
            )
    _notes(source)
    _notices(source)
    _reminders(source)
    validate_place(source)
    for path in head["rule_files"]:
        if not isinstance(path, str):
            source.fault(at("rule_files"), Text("应为文件名", "should be names of files"))


def _notes(source: Source) -> None:
    """Words of notes: known codes, both languages, and no other name than the note can fill in."""
    notes = source.head.get("notes") or {}
    for code, text in unknown_keys(notes, NOTES):
        source.fault(source.at("notes", code), text)
    for code, words in notes.items():
        require_both_languages(source, ("notes", code), words)
        for text in words.values() if isinstance(words, dict) else ():
            for name in re.findall(r"{([^}]*)}", str(text)):
                if name not in NOTES.get(code, ()):
                    source.fault(source.at("notes", code), none_of(name, NOTES.get(code, ()) or ("—",)))
            if any(mark in re.sub(r"{[^{}]*}", "", str(text)) for mark in "{}"):
                source.fault(source.at("notes", code), Text("有没有成对的花括号", "has a brace without its other half"))


def _notices(source: Source) -> None:
    """Notices on the announcements of a commodity's replacement: words in both languages, and the days of announcements they are for."""
    for commodity, words in (source.head.get("capacity_notices") or {}).items():
        where = source.at("capacity_notices", commodity)
        validate_dated(source, where, words, ("zh", "en", FROM, UNTIL), "zh")
        told = undated(words) if isinstance(words, dict) else words
        require_both_languages(source, ("capacity_notices", commodity), told)


def _reminders(source: Source) -> None:
    """Reminders of laws: the law, for whom they are, what they say in both languages, and their days."""
    for place, each in enumerate(source.head.get("reminders") or ()):
        where = source.at("reminders", place)
        validate_dated(source, where, each, REMINDER_KEYS, "applies")
        if isinstance(each, dict):
            if not each.get("document"):
                source.fault(where, Text("缺少 document", "document is lacking"))
            if each.get("evidence", "official") not in EVIDENCE:
                source.fault(where, none_of(str(each["evidence"]), EVIDENCE))
            require_both_languages(source, ("reminders", place, "message"), each.get("message"))


def _editions(source: Source) -> None:
    days: dict[str, str] = {}
    for name, each in source.head["editions"].items():
        entry = ("editions", name)
        if (wrong := name_fault(name)) is not None:
            source.fault(source.at(*entry), wrong)
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
        require_both_languages(source, (*entry, "title"), each.get("title"))
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


def _table_files(source: Source) -> None:
    for name, parts in source.head["tables"].items():
        where = source.at("tables", name)
        if name not in TABLES:
            source.fault(where, none_of(name, TABLES))
        for place, part in enumerate(parts if isinstance(parts, list) else ()):
            validate_dated(source, source.at("tables", name, place), part, ("file", FROM, UNTIL), "file")
        if not isinstance(parts, str | list) or not parts:
            source.fault(where, Text("应为文件名，或带日期的若干文件", "should be a file, or dated files"))


def _values(source: Source, key: str) -> None:
    found = source.head.get(key)
    if isinstance(found, list) and found and isinstance(found[0], dict):
        for place, each in enumerate(found):
            validate_dated(source, source.at(key, place), each, ("value", FROM, UNTIL), "value")
