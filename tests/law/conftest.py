"""A copy of the shipped ruleset to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.law.folder import FOLDER


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "draft"))
