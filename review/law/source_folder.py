"""A ruleset folder read whole: every file validated by its form, all faults of all files found at once."""

from __future__ import annotations

from review.errors import Fault, RulesetError, Text
from review.law.files import Folder, read_yaml
from review.law.forms import AUTHORITIES, CLAUSES, PARAMETERS, TABLES
from review.law.source import HEAD, Source
from review.law.source_head import validate_head
from review.law.source_rows import read_rows, validate_parameter
from review.law.source_rules import read_rules


def read_source(folder: Folder) -> Source:
    """The folder as it is written. Faults are in the result; only what cannot be read at all raises RulesetError."""
    source = Source()
    source.document = read_yaml(folder, HEAD)
    if not isinstance(source.document.value, dict):
        raise RulesetError([Fault(HEAD, Text("应为一组键和值", "should hold keys and values"))])
    source.head = source.document.value
    validate_head(source)
    if source.faults:
        raise RulesetError(source.faults)
    for name, parts in source.head["tables"].items():
        for place, part in enumerate(parts if isinstance(parts, list) else [{"file": parts}]):
            where = source.at("tables", name, *((place,) if isinstance(parts, list) else ()))
            source.tables.setdefault(name, []).extend(read_rows(source, folder, part, TABLES[name], where))
    source.parameters = read_rows(source, folder, {"file": "parameters.csv"}, PARAMETERS, HEAD)
    source.clauses = read_rows(source, folder, {"file": "clauses.csv"}, CLAUSES, HEAD)
    source.authorities = read_rows(source, folder, {"file": "authorities.csv"}, AUTHORITIES, HEAD)
    for row in source.parameters:
        validate_parameter(source, row)
    for path in source.head["rule_files"]:
        source.rules += read_rules(source, folder, path if path.startswith("rules/") else f"rules/{path}")
    return source
