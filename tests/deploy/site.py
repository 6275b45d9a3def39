"""A site (现场): a machine without a network, as commands of the installation chapters see it, in namespaces of its own.

/opt, /etc, /run and /var are the site's; everything else is this machine's, the interpreter at /opt/python. What runs there ends with the call.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OWN = ("etc", "opt", "run", "var")
_BEFORE = """
for each in etc opt run var; do mount --bind "$SITE/$each" "/$each"; done
mount --bind "$INTERPRETER" /opt/python
export PATH="/opt/python/bin:$PATH"
# An interpreter with a library of its own is found by every account, also where its own folder is in the home of another.
libraries=/etc/ld.so.conf.d/000-python.conf
[ -e "$libraries" ] || { echo /opt/python/lib > "$libraries"; ldconfig -X; }
python3 "$UNITS" loopback
systemctl() { python3 "$UNITS" "$@"; }
cd /var/site
"""


@dataclass(frozen=True)
class Site:
    """The folder that has the site's own /etc, /opt, /run and /var."""

    folder: Path

    def run(self, commands: str, **environment: str) -> str:
        """What bash printed that ran the commands in /var/site, each of which must go well. Raises AssertionError with all that was printed."""
        everything = {
            "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
            "SITE": str(self.folder),
            "INTERPRETER": sys.base_prefix,
            "UNITS": str(Path(__file__).with_name("units.py")),
            "LANG": "C.UTF-8",
            **environment,
        }
        apart = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
        if os.geteuid():
            # Other accounts than this one need those of /etc/subuid (the package uidmap).
            apart += ["--map-root-user", "--map-auto"]
        done = subprocess.run(
            [*apart, "bash", "-euo", "pipefail", "-c", _BEFORE + commands],
            env=everything, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}"
        return done.stdout

    def path(self, name: str) -> Path:
        """Where a file of the site is on this machine."""
        return self.folder / name.lstrip("/")


def new_site(folder: Path) -> Site:
    """A site on which nothing is installed yet; `folder` is made."""
    for name in _OWN:
        (folder / name).mkdir(parents=True)
    shutil.copytree("/etc", folder / "etc", symlinks=True, dirs_exist_ok=True, ignore=_unreadable)
    for name in ("opt/python", "run/systemd", "var/site", "var/lib/nginx", "var/log/nginx", "var/backups", "var/tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "etc" / "systemd" / "system").mkdir(parents=True, exist_ok=True)
    return Site(folder)


def chapter(name: str) -> dict[str, str]:
    """The commands of a chapter of docs/how-to/ by the title of their section: its blocks in bash, in order."""
    text = (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"^```bash\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        if blocks:
            found[section.splitlines()[0].rpartition(" / ")[2]] = "".join(blocks)
    return found


def _unreadable(folder: str, names: list[str]) -> list[str]:
    """What an account other than root cannot copy, as the passwords of this machine."""
    paths = {name: os.path.join(folder, name) for name in names}
    return [
        name
        for name, path in paths.items()
        if not os.path.islink(path)
        and (not os.access(path, os.R_OK) or not (os.path.isfile(path) or os.path.isdir(path)))
    ]
