"""The parts of docs/reference that follow from the code are what tools/reference.py writes, and name everything there is."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from api.app import ROUTERS
from api.openapi import authorised
from api.settings import Settings
from api.settings_faults import CONFIG
from review.sheet.catalogue import all_fields
from tests.commands import ROOT


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def document(name: str) -> str:
    return (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["cli.md", "api.md", "settings.md", "fields.md"])
def test_reference_is_what_the_code_says(name: str) -> None:
    tool = generator()
    written = document(name)
    assert written == tool.renewed(written, tool.GENERATED[name]()), "run .venv/bin/python tools/reference.py"


def test_every_generated_document_is_compared() -> None:
    assert sorted(generator().GENERATED) == ["api.md", "cli.md", "fields.md", "settings.md"]


def test_a_document_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="no markers"):
        generator().renewed("# Settings\n", "text")


def test_every_setting_is_named() -> None:
    text = document("settings.md")
    assert [each for each in Settings.model_fields if f"| `TWO_HIGH_{each.upper()}` |" not in text] == []
    assert CONFIG in text and "TWO_HIGH_OFFICER" in text


def test_every_field_of_the_sheet_is_named_with_its_label() -> None:
    rows = dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", document("fields.md"), re.MULTILINE))
    for each in all_fields():
        assert rows[each.path] == f"{each.label.zh} / {each.label.en}"
    assert len(rows) == len(all_fields())


def test_every_call_says_what_it_does() -> None:
    part = document("api.md").split("<!-- from the code")[1].split("<!-- /from the code")[0]
    rows = re.findall(r"^\| `([A-Z]+ [^`]+)` \| ([^|]+) \| ([^|]*) \|$", part, re.MULTILINE)
    assert {call for call, _, _ in rows} == {f"{method} {path}" for method, path in authorised(ROUTERS)}
    assert [call for call, _, said in rows if " / " not in said] == []
