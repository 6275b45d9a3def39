"""Without its extras the product starts: what only some offices use is loaded where it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.server

# What the extras of pyproject.toml bring, by the names that are imported.
OF_EXTRAS = ("psycopg", "jwt", "weasyprint", "ibis", "duckdb", "sqlglot", "rfc3161_client", "pyspark")


def test_the_service_and_the_commands_load_without_any_extra() -> None:
    lines = (
        "import sys",
        f"sys.modules.update(dict.fromkeys({OF_EXTRAS!r}))",
        "import api.app, api.command_line",
        "api.app._routes()",
        "api.command_line.command_line()",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
