"""What the process that commands are forked from has done before: the shipped editions compiled, the engine made for those that tests use most, and the usual commands run on a record."""

from __future__ import annotations

import os
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import date
from importlib import import_module
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from api.command_line import command_line
from review import choose, judge, parse_sheet
from review.law.loading import load_builtin
from tests.databases import compiled_once, migrated_once

_SHEETS = Path(__file__).resolve().parent.parent / "fixtures" / "sheets"
_OFFICER = ("--officer", "预热（示例）")
_COMMANDS = (
    ("people", "add", "yure", "预热（示例）", "--role", "officer"),
    ("submit", str(_SHEETS / "pvc.json"), "--as-of", "2025-03-01", "--reason", "预热（示例）", *_OFFICER),
    ("decide", "3", "reject", *_OFFICER),
    ("worklist", "show"),
    ("inbox", "yure"),
    ("project", "3"),
    ("replay", "--against", "fuqing@2022", "--as-of", "2022-09-01"),
    ("verify",),
)

# It begins with the environment of the first test that needs it, which may choose other rules; what is forked is given its own.
for each in [name for name in os.environ if name.startswith("TWO_HIGH_")]:
    os.environ.pop(each)
load_builtin()
for day in (date(2023, 7, 3), date(2025, 3, 1), date(2026, 11, 23)):
    for name in (None, "fuqing@2023"):
        judge(parse_sheet({"project": {"name": "预热（虚构）"}}), choose(name, day), day)
import_module("sqlalchemy.dialects.postgresql.psycopg")
import_module("psycopg")
# The statements of records are compiled once, as in the process of the tests themselves.
compiled_once().__enter__()
migrated_once().__enter__()
with TemporaryDirectory() as folder, chdir(folder), redirect_stdout(StringIO()) as said, redirect_stderr(said):
    for arguments in _COMMANDS:
        try:
            command_line(arguments[0])(arguments)
        except SystemExit as done:
            assert done.code in (0, 1), said.getvalue()
