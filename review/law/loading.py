"""Editions on disk (规则版本): a folder of YAML and CSV read into the canonical content of each edition.

Which edition is in force on a day is decided by its period; a name such as `fuqing@2023` overrides it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: slower
    from yaml import SafeLoader  # type: ignore[assignment]

from review.errors import EditionNotFound, Fault, RulesetError, Text
from review.law.edition import Ruleset, covers, from_content

DEFAULT = "fuqing"
_SHIPPED = Path(__file__).resolve().parents[2] / "rulesets"


class Folder(Protocol):
    """A folder of an installed package, or of the file system."""

    @property
    def name(self) -> str: ...
    def joinpath(self, *parts: str) -> Any: ...
    def is_dir(self) -> bool: ...


class _Loader(SafeLoader):
    """Safe YAML in which every scalar but null and booleans is text, and mappings keep the line they began on."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def builtin(name: str = DEFAULT) -> Folder:
    """The folder of a ruleset that the product ships. Raises EditionNotFound."""
    folder = _SHIPPED / name
    if not name.isidentifier() or not folder.is_dir():
        raise EditionNotFound([Fault(name, Text(f"没有名为“{name}”的规则集", f"there is no ruleset named {name!r}"))])
    return folder


def load_builtin(name: str = DEFAULT) -> tuple[Ruleset, ...]:
    """Every edition that the product ships under `name`, oldest first. Raises EditionNotFound."""
    return tuple(_shipped(name, number) for number in range(len(_contents(name)[0])))


@cache
def _contents(name: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    return read_contents(builtin(name))


@cache
def _shipped(name: str, number: int) -> Ruleset:
    """One edition of those that the product ships: a review needs no other, and compiling takes a while."""
    contents, lines = _contents(name)
    return from_content(contents[number], lines)


def load(folder: Folder) -> tuple[Ruleset, ...]:
    """Every edition of a ruleset folder, oldest first. Raises RulesetError with each fault's file and line."""
    contents, lines = read_contents(folder)
    return tuple(from_content(content, lines) for content in contents)


def read_contents(folder: Folder) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The canonical content of every edition of a folder, and where (`file:line`) each rule stands."""
    head = _yaml(folder, "edition.yaml")[0]
    rules, lines = _rules(folder, head["rule_files"])
    shared: dict[str, list[dict[str, str]]] = {name: _csv(folder, path) for name, path in head["tables"].items()}
    levels = {name: _csv(folder, each["benchmark_levels"]) for name, each in head["editions"].items()}
    known = sorted({row["id"] for rows in levels.values() for row in rows})
    first = {row["id"] for row in levels[min(levels)]}
    contents = []
    for name, each in head["editions"].items():
        mine = {row["id"] for row in levels[name]}
        contents.append(
            {
                "schema": "two-high/ruleset/1",
                "id": head["id"],
                "edition": name,
                "from": each["from"],
                "until": each["until"],
                "title": each["title"],
                "history": each.get("history", []),
                "plan": head["plan"],
                "benchmark_document": each["benchmark_document"],
                "known_elsewhere": [row for row in known if row not in mine],
                "added_rows": sorted(mine - first),
                "baseline_deadlines": head["baseline_deadlines"],
                "capacity_notices": head["capacity_notices"],
                "terms": head["terms"],
                "parameters": _csv(folder, "parameters.csv"),
                "clauses": _csv(folder, "clauses.csv"),
                "authorities": _csv(folder, "authorities.csv"),
                "tables": {**shared, "benchmark_levels": levels[name]},
                "rules": rules,
            }
        )
    return sorted(contents, key=lambda content: str(content["from"])), lines


def choose(name: str | None, as_of: date) -> Ruleset:
    """The edition asked for by `ID`, `ID@EDITION` or folder path (`FOLDER@EDITION` too), else the one in force.

    Raises EditionNotFound where none is in force on the day, naming those there are.
    """
    place, wanted = _place(name)
    if _is_folder(place):
        return pick(load(Path(place)), wanted, as_of, name or DEFAULT)
    return _shipped(place, _picked(_contents(place)[0], wanted, as_of, name or DEFAULT))


def pick(editions: tuple[Ruleset, ...], wanted: str, as_of: date, name: str) -> Ruleset:
    """The edition `wanted`, else the one in force on the day. Raises EditionNotFound, naming those there are."""
    return editions[_picked([each.content for each in editions], wanted, as_of, name)]


def _picked(contents: Sequence[Mapping[str, Any]], wanted: str, as_of: date, name: str) -> int:
    """The number of the content that `pick` asks for."""
    found = [
        number for number, each in enumerate(contents) if (each["edition"] == wanted if wanted else covers(each, as_of))
    ]
    if found:
        return found[0] if wanted else found[-1]
    there = "、".join(
        f"{each['id']}@{each['edition']}（{each['from']} 至 {each['until'] or '今'}）" for each in contents
    )
    if wanted:
        text = Text(f"没有版本 {name}；现有：{there}", f"there is no edition {name}; there are: {there}")
    else:
        text = Text(
            f"{as_of} 没有施行中的版本；现有：{there}；可用 --ruleset 指定",
            f"no edition is in force on {as_of}; there are: {there}; name one with --ruleset",
        )
    raise EditionNotFound([Fault(name, text)])


def named(name: str | None) -> tuple[tuple[Ruleset, ...], str]:
    """The editions of the ruleset or folder that a name speaks of, and the edition it asks for ("" for none in particular)."""
    place, wanted = _place(name)
    return (load(Path(place)) if _is_folder(place) else load_builtin(place)), wanted


def _place(name: str | None) -> tuple[str, str]:
    """The ruleset or folder that a name speaks of, and the edition it asks for."""
    place, wanted = name or DEFAULT, ""
    if not _is_folder(place) and "@" in place:
        place, _, wanted = place.rpartition("@")
    return place, wanted


def _is_folder(place: str) -> bool:
    return (Path(place) / "edition.yaml").is_file()


def _read(folder: Folder, path: str) -> str:
    target = folder.joinpath(*path.split("/"))
    try:
        text: str = target.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesetError([Fault(path, Text(f"无法读取：{error}", f"cannot be read: {error}"))]) from error
    return text


def _yaml(folder: Folder, path: str) -> tuple[Any, yaml.Node | None]:
    text = _read(folder, path)
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return None if node is None else loader.construct_document(node), node
    except yaml.YAMLError as error:
        raise RulesetError([Fault(path, Text(f"不是有效的 YAML：{error}", f"is not valid YAML: {error}"))]) from error


def _csv(folder: Folder, path: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(_read(folder, path), newline="")))
    faults = [
        Fault(f"{path}:{number}", Text("列数与表头不符", "the row does not have the header's columns"))
        for number, row in enumerate(rows, 2)
        if None in row or None in row.values()
    ]
    if faults:
        raise RulesetError(faults)
    return [{key: value.strip() for key, value in row.items()} for row in rows]


def _rules(folder: Folder, paths: list[str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    rules: list[dict[str, Any]] = []
    lines: dict[str, str] = {}
    for path in paths:
        path = path if path.startswith("rules/") else f"rules/{path}"
        raw, node = _yaml(folder, path)
        marks = _marks(node)
        for rule, line in zip(raw["rules"], marks, strict=True):
            name = str(rule.get("id", "?"))
            if name in lines:
                raise RulesetError(
                    [
                        Fault(
                            f"{path}:{line}",
                            Text(
                                f"规则 {name} 重复，另见 {lines[name]}",
                                f"rule {name} is there twice, also at {lines[name]}",
                            ),
                        )
                    ]
                )
            lines[name] = f"{path}:{line}"
            rules.append(
                {
                    **_without_nulls(rule),
                    "file": path.removeprefix("rules/").removesuffix(".yaml"),
                    "each": raw.get("each") or [],
                }
            )
    return rules, lines


def _without_nulls(rule: Mapping[str, Any]) -> dict[str, Any]:
    texts = {
        key: str(value) if key in ("applies", "requires", "excused") else value
        for key, value in rule.items()
        if value is not None
    }
    return texts


def _marks(node: yaml.Node | None) -> list[int]:
    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        if key.value == "rules":
            return [each.start_mark.line + 1 for each in value.value]
    return []
