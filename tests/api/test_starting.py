"""Starting the service: what keeps it from starting, told in one line, and the exit code that a supervisor reads."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.server import as_environment
from api.settings import Settings
from review.cli.options import NOT_STARTED, UNUSABLE
from tests.api.conftest import ROOT
from tests.commands import Done, two_high

pytestmark = pytest.mark.server
# Nothing is left in the folder of the project.
_OF_TESTS = ("TWO_HIGH_KEY_FILE", "TWO_HIGH_ANCHOR_FOLDER")


@pytest.fixture
def taken() -> Iterator[str]:
    """A port on which another listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


def clean(settings: dict[str, str]) -> dict[str, str]:
    """An environment with those settings and no others of the product."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith("TWO_HIGH_") or name in _OF_TESTS
    }
    return others | settings


def serve(*arguments: str, **settings: str) -> Done:
    return two_high("serve", *arguments, environment=clean(settings))


def by_the_command(*arguments: str) -> Done:
    """As `serve`, by the command as it is installed."""
    command = [sys.executable, "-c", "from api.command_line import main; main()", "serve", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=clean({}), capture_output=True, text=True, timeout=120, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(("workers", "begin"), [("1", by_the_command), ("2", serve)], ids=["1", "2"])
def test_a_taken_port_keeps_the_service_from_starting(
    taken: str, workers: str, begin: Callable[..., Done], tmp_path: Path
) -> None:
    record = tmp_path / "record.sqlite"
    done = begin("--port", taken, "--workers", workers, "--database", f"sqlite:///{record}")
    assert done.returncode == NOT_STARTED == 4, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"127.0.0.1:{taken}: ") and "端口已被占用" in line and "--port" in line
    assert "the port is taken" in line
    # Nobody is made an administrator of a service that does not start.
    assert not record.exists()


def test_an_address_that_is_not_there_keeps_the_service_from_starting(tmp_path: Path) -> None:
    done = serve("--host", "name.invalid", "--port", "0", "--database", f"sqlite:///{tmp_path / 'record.sqlite'}")
    assert done.returncode == NOT_STARTED, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("name.invalid:0: ") and "--host" in line


def test_unusable_settings_and_records_are_not_taken_for_it(taken: str, tmp_path: Path) -> None:
    wrong = serve("--port", taken, "--database", f"sqlite:///{tmp_path / 'record.sqlite'}", TWO_HIGH_WORKERS="many")
    assert wrong.returncode == UNUSABLE and "TWO_HIGH_WORKERS" in wrong.stderr
    file = tmp_path / "words.sqlite"
    file.write_text("not a database" * 100, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    broken = serve("--port", port, "--database", f"sqlite:///{file}")
    assert broken.returncode == UNUSABLE, broken.stderr
    assert "Traceback" not in wrong.stderr + broken.stderr


def test_what_minds_workers_loads_no_application_and_that_nothing_for_documents() -> None:
    told = "print(sorted({'fastapi', 'api.app', 'openpyxl', 'docx'} & set(sys.modules)))"
    asked = f"import sys; import api.server; {told}; import api.app; {told}"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['api.app', 'fastapi']"]


def test_workers_read_the_settings_that_were_given_with_their_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(
        smtp_host="mail.example",
        smtp_user="office",
        smtp_password=SecretStr("s3cret & more"),
        mail_from="office@example.org",
        port=8123,
    )
    for name, value in as_environment(given).items():
        monkeypatch.setenv(name, value)
    assert Settings() == given and Settings().smtp_secret() == "s3cret & more"
