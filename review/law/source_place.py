"""What `edition.yaml` says of the place of its ruleset (属地内容), validated: words of areas, what is added up, what is split, the offset ratio."""

from __future__ import annotations

from collections.abc import Iterator

from review.errors import Fault, Text
from review.law.forms import INDICATOR_KEYS, SPLIT_KEYS, SPLIT_MEASURES, SPLIT_REACHED, none_of, unknown_keys
from review.law.source import Source, require_both_languages
from review.quantities import read_decimal

Path = tuple[str | int, ...]


def validate_place(source: Source) -> None:
    """Adds a fault for every key, word or shape that is not allowed; names are validated by `place_faults`."""
    shapes: tuple[tuple[str, type, str, str], ...] = (
        ("area_words", dict, "一组区域", "areas by code"), ("indicators", dict, "一组指标", "indicators by name"),
        ("split_below", list, "清单", "a list"), ("offset_ratio", str, "参数名", "the name of a parameter"),
    )  # fmt: skip
    before = len(source.faults)
    for key, shape, zh, en in shapes:
        if source.head.get(key) is not None and not isinstance(source.head[key], shape):
            source.fault(source.at(key), Text(f"{key} 应为{zh}", f"{key} should hold {en}"))
    if len(source.faults) > before:
        return
    for code, words in (source.head.get("area_words") or {}).items():
        require_both_languages(source, ("area_words", code), words)
        if isinstance(words, dict) and any(mark in str(words.get("zh")) for mark in ',"'):
            # The drop-down of a workbook has commas between its choices.
            source.fault(source.at("area_words", code), Text('中文不能含有英文逗号和引号', "its Chinese may have no comma and no quotation mark of ASCII"))  # fmt: skip
    _indicators(source)
    _splits(source)


def _indicators(source: Source) -> None:
    found = source.head.get("indicators") or {}
    for key, text in unknown_keys(found, INDICATOR_KEYS):
        source.fault(source.at("indicators", key), text)
    reductions = found.get("reductions")
    if reductions is not None and not isinstance(reductions, dict):
        source.fault(
            source.at("indicators", "reductions"),
            Text("应为各污染物的目标参数", "should be the parameter of the target of each pollutant"),
        )


def _splits(source: Source) -> None:
    for place, each in enumerate(source.head.get("split_below") or ()):
        where = source.at("split_below", place)
        if not isinstance(each, dict) or not {"measure", "parameter"} <= set(each):
            source.fault(where, Text("应写明 measure 和 parameter", "should have measure and parameter"))
            continue
        for _, text in unknown_keys(each, SPLIT_KEYS):
            source.fault(where, text)
        if each["measure"] not in SPLIT_MEASURES:
            source.fault(where, none_of(str(each["measure"]), SPLIT_MEASURES))
        if each.get("reached", SPLIT_REACHED[0]) not in SPLIT_REACHED:
            source.fault(where, none_of(str(each["reached"]), SPLIT_REACHED))


def place_faults(source: Source) -> Iterator[Fault]:
    """Every area without words, words of an area that is none or of another's, and names of parameters that are no figure."""
    areas = [str(row.entry["area"]) for row in source.tables.get("areas", ())]
    words = source.head.get("area_words") or {}
    for code in words:
        if code not in areas:
            yield Fault(source.at("area_words", code), none_of(str(code), areas))
    for code in dict.fromkeys(areas):
        if code not in words:
            yield Fault(source.at("area_words"), Text(f"区域 {code} 没有文字", f"the area {code} has no words"))
    for language in ("zh", "en"):
        said = [str(each[language]) for each in words.values()]
        for label in dict.fromkeys(each for each in said if said.count(each) > 1):
            words_of_fault = Text(f"有几个区域都写作“{label}”", f"several areas are called {label!r}")
            yield Fault(source.at("area_words"), words_of_fault)
    figures = [str(row.entry["parameter"]) for row in source.parameters if read_decimal(row.entry["value"]) is not None]
    for path, name in _parameters(source):
        if name not in figures:
            found = none_of(str(name), figures)
            yield Fault(source.at(*path), Text(f"参数{found.zh}", f"the parameter {found.en}"))


def _parameters(source: Source) -> Iterator[tuple[Path, object]]:
    """Each parameter that is named, with its place."""
    found = source.head.get("indicators") or {}
    if found.get("capacity_at_benchmark") is not None:
        yield ("indicators", "capacity_at_benchmark"), found["capacity_at_benchmark"]
    for pollutant, name in (found.get("reductions") or {}).items():
        yield ("indicators", "reductions", pollutant), name
    for place, each in enumerate(source.head.get("split_below") or ()):
        yield ("split_below", place), each["parameter"]
    if source.head.get("offset_ratio") is not None:
        yield ("offset_ratio",), source.head["offset_ratio"]
