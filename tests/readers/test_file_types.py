"""Which files are taken, by their content; the name has to agree and is never a path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.errors import Refused, RulesetError, SheetError
from review.readers.file_types import FILE_TYPES, SUFFIXES, FileType, bare_name, file_type, no_sheet
from review.readers.law_table import read_law_table
from review.readers.sheets import read_sheet, read_typed


@pytest.mark.parametrize("kind", FILE_TYPES, ids=lambda kind: kind.suffixes[0])
def test_a_file_is_of_the_type_that_it_begins_as(kind: FileType) -> None:
    for begins in kind.begins:
        for suffix in kind.suffixes:
            assert file_type(f"通知{suffix.upper()}", begins + b" " + kind.part) is kind
        with pytest.raises(Refused, match="结尾"):
            file_type("通知.html", begins + b" " + kind.part)


def test_what_can_run_something_is_refused() -> None:
    with pytest.raises(Refused, match="含有宏"):
        file_type("表.xlsx", b"PK\x03\x04 xl/workbook.xml xl/vbaProject.bin")


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("C:\\资料\\通知.pdf", "通知.pdf"),
        ("/etc/../通知.pdf", "通知.pdf"),
        ("..\\通知.pdf", "通知.pdf"),
        ("通知.pdf", "通知.pdf"),
        ("../", ".."),
    ],
)
def test_a_name_is_never_a_path(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@given(st.binary(max_size=200), st.sampled_from(SUFFIXES), st.text(max_size=30))
def test_any_content_is_of_one_type_or_refused(content: bytes, suffix: str, name: str) -> None:
    try:
        found = file_type(name + suffix, content)
    except Refused:
        return
    assert content.startswith(found.begins) and suffix in found.suffixes and "/" not in bare_name(name + suffix)


@pytest.mark.parametrize("kind", FILE_TYPES, ids=lambda kind: kind.suffixes[0])
def test_what_holds_no_sheet_is_called_by_its_name_and_what_is_taken_is_told(kind: FileType) -> None:
    content = kind.begins[0] + b" " + kind.part
    if ".xlsx" in kind.suffixes:
        assert no_sheet(content) is None
        return
    for read in (
        lambda: read_typed(content, "a.pdf"),
        lambda: read_sheet(content, "yaml"),
        lambda: read_sheet(content, "xlsx"),
    ):
        with pytest.raises(SheetError, match=f"是 {kind.label.zh}，不是项目表；可用：.xlsx"):
            read()
    with pytest.raises(RulesetError, match=f"是 {kind.label.zh}，不是表格；可用：.xlsx、.csv"):
        read_law_table("a.csv", content)


@pytest.mark.parametrize(
    "content", [b"", b"project: {}", b"{}", b"PK\x03\x04", "代码,自".encode("gb18030"), b"\xff\xfep\x00"]
)
def test_what_may_be_text_or_a_workbook_is_read_on(content: bytes) -> None:
    assert no_sheet(content) is None
