"""Writes the parts of `docs/reference/` that follow from the code: commands, calls, settings, fields of the sheet.

.venv/bin/python tools/reference.py

Each part stands between two markers in its document; what is written around it stays. `tests/test_reference.py` fails where a document
and the code differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer
from fastapi.routing import APIRoute
from pydantic import SecretStr

from api.app import ROUTERS
from api.command_line import command_line
from api.openapi import authorised
from api.settings import Settings
from api.settings_faults import bounds
from review.record.access.keys import ROLES
from review.sheet.catalogue import FieldDescription, all_fields, all_parts

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
_MARKED = re.compile(r"(<!-- from the code: tools/reference\.py -->\n).*?(<!-- /from the code -->)", re.DOTALL)
_KIND_WORDS = {
    "text": "text",
    "figure": "figure",
    "flag": "yes or no",
    "day": "day",
    "choice": "choice",
    "industry": "industry code",
    "unit": "unit",
    "conforms": "conforms, or not, or not applicable",
}


def _cell(text: object) -> str:
    """Text as it stands in a cell of a table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return [*lines, *(f"| {' | '.join(_cell(each) for each in row)} |" for row in rows), ""]


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if getattr(command, "commands", None):
        for name, each in command.commands.items():
            yield from _leaves(each, (*path, name))
    else:
        yield path, command


def _option(parameter: Any) -> str:
    """An option with what it takes, as a usage line writes it."""
    taken = "" if parameter.is_flag else f" {parameter.metavar}"
    names = "/".join((parameter.opts[0], *parameter.secondary_opts))
    return f"{names}{taken}{'…' if parameter.multiple and not taken.endswith('…') else ''}"


def commands() -> str:
    """Every command with its usage, arguments and options."""
    lines: list[str] = []
    for path, command in _leaves(typer.main.get_command(command_line())):
        name = " ".join(("two-high", *path))
        arguments = [each for each in command.params if each.param_type_name == "argument"]
        options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
        words = [each.metavar if each.required else f"[{each.metavar.strip('[]')}]" for each in arguments]
        words += [_option(each) for each in options if each.required]
        words += [f"[{_option(each)}]" for each in options if not each.required]
        lines += [f"### {name}", "", command.help, "", "    " + " ".join((name, *words)), ""]
        rows: list[tuple[object, ...]] = [
            (f"`{each.metavar if each in arguments else _option(each)}`", _explained(each)) for each in command.params
            if each in arguments or each in options
        ]  # fmt: skip
        if rows:
            lines += _table(("", ""), rows)
    return "\n".join(lines)


def _explained(parameter: Any) -> str:
    said = parameter.help or ""
    if parameter.envvar:
        said += f" (`{parameter.envvar}`)"
    if parameter.default not in (None, False, "", (), []) and not callable(parameter.default):
        said += f" (`{parameter.default}`)"
    return said.strip()


def calls() -> str:
    """Every call of the API: method and path, roles, what it does."""
    said = {
        (method, route.path_format): route.summary
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    rows: list[tuple[object, ...]] = []
    for (method, path), roles in sorted(authorised(ROUTERS).items(), key=lambda each: (each[0][1], each[0][0])):
        may = "without signing in" if not roles else "all" if set(roles) == set(ROLES) else ", ".join(roles)
        rows.append((f"`{method} {path}`", may, said[method, path]))
    return "\n".join(_table(("call", "roles", "does"), rows))


def settings() -> str:
    """Every setting: its variable, its default, what it means."""
    rows: list[tuple[object, ...]] = []
    for name, field in Settings.model_fields.items():
        default = field.default
        assert not isinstance(default, SecretStr), "no secret has a default"
        said = "—" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        rows.append((f"`TWO_HIGH_{name.upper()}`", said, bounds(field), field.description))
    return "\n".join(_table(("setting", "default", "allowed", "meaning"), rows))


def fields() -> str:
    """Every field of the sheet, section by section: path, label, unit, kind, what it means and takes."""
    leaves = all_fields()
    lines: list[str] = []
    for part in (each for each in all_parts() if "." not in each.path):
        mine = [each for each in leaves if re.match(rf"{part.path}(\.|\[\])", each.path)]
        heading = f"{part.label.zh} / {part.label.en}"
        lines += [
            f"## {heading}",
            "",
            *_table(("path", "field", "unit", "kind", "meaning"), [_row(each) for each in mine]),
        ]
    return "\n".join(lines)


def _row(field: FieldDescription) -> tuple[object, ...]:
    kind = _KIND_WORDS[field.kind]
    if field.table:
        kind = f"a row of `{field.table}`"
    said = [f"{field.meaning.zh} / {field.meaning.en}"] if field.meaning else []
    if field.choices:
        said.append("; ".join(f"`{key}` {words.zh} / {words.en}" for key, words in field.choices.items()))
    if field.may_be_none:
        said.append('`"none"` states that there is none')
    if field.by == "office":
        said.append("by the office")
    if field.since > 1:
        said.append(f"`facts: {field.since}`")
    if field.example is not None:
        example = str(field.example).lower() if isinstance(field.example, bool) else field.example
        said.append(f"example `{example}`")
    return f"`{field.path}`", f"{field.label.zh} / {field.label.en}", field.unit or "", kind, ". ".join(said)


GENERATED: dict[str, Callable[[], str]] = {
    "cli.md": commands,
    "api.md": calls,
    "settings.md": settings,
    "fields.md": fields,
}


def renewed(text: str, made: str) -> str:
    """A document with its marked part written anew. Raises ValueError where it has no markers."""
    found = _MARKED.search(text)
    if found is None:
        raise ValueError("the document has no markers of a generated part")
    return text[: found.start()] + f"{found[1]}\n{made.strip()}\n\n{found[2]}" + text[found.end() :]


def main() -> None:
    """Write every generated part."""
    for name, generate in GENERATED.items():
        path = FOLDER / name
        path.write_text(renewed(path.read_text(encoding="utf-8"), generate()), encoding="utf-8")


if __name__ == "__main__":
    main()
