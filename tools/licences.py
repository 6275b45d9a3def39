"""Write docs/reference/licences.md: every package that the locks name, its version and its licence as the package itself states it.

Run by `make sbom`; tests/test_packaging.py holds the document against what is installed.
"""

from __future__ import annotations

import re
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "licences.md"
# Each lock with what it is for, in the order in which a package is listed once.
LOCKS = (
    ("requirements-run.txt", "服务 / a service"),
    ("requirements-extras.txt", "选件 / extras"),
    ("requirements.txt", "开发和测试 / development and tests"),
)
# What packages wrote before there were SPDX expressions, in their classifiers or in the field License.
_SPDX = {
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# It states none in its metadata; its repository has the text.
_STATED_ELSEWHERE = {"axe-playwright-python": "MIT"}
_HEAD = """# Licences

许可证：锁定的每一个包、版本和它自己声明的许可证。由 `make sbom` 写成，勿手改；为什么用它，见 [dependencies.md](dependencies.md)。不含 PyPI 之外的系统软件包。

Every package that the locks name, its version, and the licence that it states itself. Written by `make sbom`; do not edit it. Why each is used: [dependencies.md](dependencies.md). Packages of the system are not among them.

| package | version | licence | for |
|---|---|---|---|
"""


def locked(name: str) -> list[str]:
    """The names of the packages that a lock has, as it spells them."""
    return sorted(set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)))


def licence(about: Message) -> str:
    """The licence that a package states, as an SPDX expression. Raises LookupError where it states none that is known."""
    stated = about["License-Expression"]
    if stated:
        return str(stated)
    named = str(about["License"] or "").strip()
    if named in _SPDX:
        return _SPDX[named]
    classified = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier", []) if each.startswith("License ::")
    ]
    known = [_SPDX[each] for each in classified if each in _SPDX]
    if known:
        return " OR ".join(known)
    found = named or _STATED_ELSEWHERE.get(about["Name"], "")
    if not re.fullmatch(r"[A-Za-z0-9.+-]{2,30}", found):
        raise LookupError(f"{about['Name']}: {named or classified}")
    return found


def rows() -> list[tuple[str, str, str, str]]:
    """Name, version, licence and purpose of every locked package that is installed here, by purpose and name."""
    listed: dict[str, tuple[str, str, str, str]] = {}
    for lock, purpose in LOCKS:
        for name in locked(lock):
            try:
                about = cast(Message, metadata(name))
            except PackageNotFoundError:
                # For another system, or another kind of Python.
                continue
            listed.setdefault(name, (name, about["Version"], licence(about), purpose))
    return list(listed.values())


def page() -> str:
    """The document."""
    return _HEAD + "".join(f"| {' | '.join(each)} |\n" for each in rows())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
