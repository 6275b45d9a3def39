"""An edition written as a ruleset folder (版本写成规则文件夹): what is read from the folder again is the same content, so that lint reads it too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeDumper as SafeDumper
except ImportError:  # PyYAML built without libyaml: slower
    from yaml import SafeDumper  # type: ignore[assignment]

from review.canonical_json import write
from review.law.forms import AUTHORITIES, CLAUSES, PARAMETERS, PARAMETERS_TABLE, TABLES, Table

_HEAD = (
    "id", "facts", "plan", "benchmark_document", "known_elsewhere", "added_rows", "baseline_deadlines", "capacity_notices", "notes",
    "reminders", "terms",
)  # fmt: skip


def write_folder(content: Mapping[str, Any], folder: Path) -> None:
    """Write the content of an edition of `facts: 2` into an empty folder, as the one edition of a ruleset. Raises OSError."""
    for name in ("rules", "tables"):
        folder.joinpath(name).mkdir(parents=True)
    files: dict[str, dict[str, Any]] = {}
    for rule in content["rules"]:
        file = files.setdefault(rule["file"], {"each": rule.get("each", []), "rules": []})
        file["rules"].append({key: value for key, value in rule.items() if key not in ("file", "each")})
    for name, file in files.items():
        _yaml(folder / "rules" / f"{name}.yaml", file if file["each"] else {"rules": file["rules"]})
    for name, rows in content["tables"].items():
        _csv(folder / "tables" / f"{name}.csv", rows, TABLES[name])
    for name, table in (("parameters", PARAMETERS), ("clauses", CLAUSES), ("authorities", AUTHORITIES)):
        _csv(folder / f"{name}.csv", content[name], table)
    head = {key: content[key] for key in _HEAD if key in content}
    head["facts"] = str(content["facts"])
    edition = {"from": content["from"], "title": content["title"], "history": content["history"]}
    head |= {
        "editions": {content["edition"]: edition},
        "tables": {name: f"tables/{name}.csv" for name in content["tables"]},
        "rule_files": [f"{name}.yaml" for name in files],
    }
    _yaml(folder / "edition.yaml", head)


def row_at(content: Mapping[str, Any], place: str) -> tuple[str, Mapping[str, str]] | None:
    """The table and the row that stand at a place (`tables/limits.csv:7`) of the folder that a content is written into; None of any other place."""
    file, _, line = place.rpartition(":")
    tables = {"parameters.csv": PARAMETERS_TABLE, **{f"tables/{name}.csv": name for name in content["tables"]}}
    if file not in tables or not line.isdecimal():
        return None
    at = 2
    for row in content["parameters"] if tables[file] == PARAMETERS_TABLE else content["tables"][tables[file]]:
        if at == int(line):
            return tables[file], row
        at += 1 + sum(cell.count("\n") for cell in row.values())
    return None


def _yaml(path: Path, value: Any) -> None:
    path.write_text(_as_yaml(write(value)), encoding="utf-8")


@lru_cache(maxsize=256)
def _as_yaml(value: str) -> str:
    """A value that JSON states, as YAML; memoised, as editions have most of their files of rules in common."""
    return yaml.dump(json.loads(value), Dumper=SafeDumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def _csv(path: Path, rows: Iterable[Mapping[str, str]], table: Table) -> None:
    """The rows, with the columns that the table must have and those that a row has besides."""
    found = list(rows)
    columns = list(dict.fromkeys((*(name for row in found for name in row), *table.required)))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
