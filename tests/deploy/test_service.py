"""The service as docs/how-to/service.md sets it up: account, unit, settings, TLS, logs; the commands run as they stand there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.site import ROOT, Site, chapter

pytestmark = [pytest.mark.server, pytest.mark.slow]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
# In tenths: 10 is the worst exposure.
MOST_EXPOSED = 17
SERVICE = chapter("service.md")
SET_UP = SERVICE["Account and settings"] + SERVICE["Start"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_exposed_no_more_than_the_chapter_says(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"不高于 {MOST_EXPOSED / 10}（" in (ROOT / "docs/how-to/service.md").read_text(encoding="utf-8")


def test_the_chapter_sets_up_a_service_of_its_own_account_behind_tls(site: Site) -> None:
    printed = site.run(
        SET_UP
        + SERVICE["TLS"]
        + SERVICE["Logs"]
        + """
        echo "account: $(ps -o user= -p "$(cat /run/systemd/two-high.service.pid)")"
        echo "files: $(find /var/lib/two-high -type f -printf '%f %m %u\\n' | sort | tr '\\n' ';')"
        nginx
        ask() { curl --silent --show-error --cacert /etc/two-high/tls/certificate.pem --resolve review.example:443:127.0.0.1 --resolve review.example:80:127.0.0.1 "$@"; }
        echo "plain: $(ask --output /dev/null --write-out '%{http_code} %{redirect_url}' http://review.example/x)"
        echo "ready: $(ask https://review.example/readyz)"
        echo "meters: $(ask --output /dev/null --write-out '%{http_code}' https://review.example/metrics)"
        password=$(sed -n 's/.* admin //p' /var/lib/two-high/first-password.txt)
        csrf=$(ask --cookie-jar /var/site/jar https://review.example/sign-in | sed -n 's/.*name="csrf" value="\\([^"]*\\)".*/\\1/p' | sed -n 1p)
        ask --dump-header - --output /dev/null --cookie /var/site/jar --data-urlencode "csrf=$csrf" --data-urlencode login=admin --data-urlencode "password=$password" https://review.example/sign-in
        """
        + SERVICE["Stop and restart"]
    )
    assert "account: two-high" in printed
    files = dict(re.findall(r"([\w.-]+) (\d+ [\w-]+);", printed.split("files: ")[1].splitlines()[0]))
    assert {"record.sqlite", "record.keys", "first-password.txt"} <= set(files)
    assert set(files.values()) == {"600 two-high"}
    assert "plain: 308 https://review.example/x" in printed
    assert 'ready: {"status":"ok"' in printed
    assert "meters: 404" in printed
    cookies = re.findall(r"(?i)^set-cookie: (.*)$", printed, re.MULTILINE)
    assert any(each.startswith("two-high-session=") for each in cookies)
    assert all("secure" in each.lower() and "httponly" in each.lower() for each in cookies)
    assert "intact" in printed
    log = site.path("/run/systemd/two-high.service.log").read_text(encoding="utf-8")
    assert "Traceback" not in log and "Finished server process" in log


def test_the_service_does_not_start_again_where_that_does_not_help(site: Site) -> None:
    """A setting that cannot be used ends with 2, a key file that is not there with 4: the unit names both."""
    unit = (ROOT / "deploy" / "systemd" / "two-high.service").read_text(encoding="utf-8")
    assert re.findall(r"^RestartPreventExitStatus=(.*)$", unit, re.MULTILINE) == ["2 4"]
    printed = site.run(
        SERVICE["Account and settings"]
        + """
        TWO_HIGH_PORT=none /opt/two-high/bin/two-high serve || echo "exit code $?"
        install -d -m 0700 -o two-high -g two-high /var/lib/two-high
        /opt/two-high/deploy/two-high.sh signing-key --officer 审查岗（示例）
        mv /var/lib/two-high/record.keys /var/site/
        /opt/two-high/deploy/two-high.sh serve || echo "exit code $?"
        """
    )
    assert re.findall(r"exit code (\d)", printed) == ["2", "4"]


def test_a_journal_of_its_own_has_known_settings_and_ends() -> None:
    """journald names no fault in a file, but drops what it does not know: each setting is one of its manual."""
    text = (ROOT / "deploy" / "systemd" / "journald@two-high.conf").read_text(encoding="utf-8")
    found = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert found.keys() == {"Storage", "SystemMaxUse", "SystemMaxFileSize", "MaxFileSec", "MaxRetentionSec"}
    for unit in UNITS:
        assert "LogNamespace=two-high" in unit.read_text(encoding="utf-8").splitlines()
