"""Which file a document is (文件类型): told by its content, never by its name; the name has to agree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from review.errors import Fault, Refused, Text

LONGEST_NAME = 200
# What a package of parts holds where it can run something when it is opened.
_MACROS = b"vbaProject.bin"
_PACKAGE = b"PK\x03\x04"


@dataclass(frozen=True)
class FileType:
    """A type of file that is taken: how its name ends, its media type, and what it begins with; a package of parts (`part`) holds that one."""

    label: Text
    suffixes: tuple[str, ...]
    media: str
    begins: tuple[bytes, ...]
    part: bytes = b""


_OFFICE = "application/vnd.openxmlformats-officedocument"
FILE_TYPES = (
    FileType(Text("PDF", "PDF"), (".pdf",), "application/pdf", (b"%PDF-",)),
    FileType(Text("OFD", "OFD"), (".ofd",), "application/ofd", (_PACKAGE,), b"OFD.xml"),
    FileType(Text("PNG 图片", "PNG picture"), (".png",), "image/png", (b"\x89PNG\r\n\x1a\n",)),
    FileType(Text("JPEG 图片", "JPEG picture"), (".jpg", ".jpeg"), "image/jpeg", (b"\xff\xd8\xff",)),
    FileType(Text("TIFF 图片", "TIFF picture"), (".tif", ".tiff"), "image/tiff", (b"II*\x00", b"MM\x00*")),
    FileType(Text("Word 文件", "Word document"), (".docx",), f"{_OFFICE}.wordprocessingml.document", (_PACKAGE,), b"word/document.xml"),
    FileType(Text("Excel 文件", "Excel workbook"), (".xlsx",), f"{_OFFICE}.spreadsheetml.sheet", (_PACKAGE,), b"xl/workbook.xml"),
)  # fmt: skip
SUFFIXES = tuple(suffix for each in FILE_TYPES for suffix in each.suffixes)


def bare_name(name: str) -> str:
    """A file's name without folders, however the sender's system writes them."""
    return PureWindowsPath(PurePosixPath(name).name).name.strip()


def file_type(name: str, content: bytes, where: str = "file") -> FileType:
    """The type of a file by its content. Raises Refused, naming what is taken, for another type, macros, or a name that ends otherwise."""
    shown = bare_name(name)
    found = _by_content(content)
    if found is None:
        taken = Text("、".join(each.label.zh for each in FILE_TYPES), ", ".join(each.label.en for each in FILE_TYPES))
        raise _refused(
            where,
            f"“{shown}”的内容不是可用的文件类型；可用：{taken.zh}",
            f"the content of “{shown}” is of no type that is taken: {taken.en}",
        )
    if found.part and _MACROS in content:
        raise _refused(where, f"“{shown}”含有宏，请另存为不含宏的文件", f"“{shown}” holds macros: save it without them")
    if not shown.lower().endswith(found.suffixes):
        raise _refused(
            where,
            f"“{shown}”的内容是 {found.label.zh}，文件名应以 {found.suffixes[0]} 结尾",
            f"“{shown}” is a {found.label.en}: its name should end in {found.suffixes[0]}",
        )
    return found


def no_sheet(content: bytes) -> Text | None:
    """What a file is called that holds no rows to read: a PDF, a picture, a Word document. None for a workbook, and for what may be text."""
    if content.startswith(_PACKAGE) and b"xl/workbook.xml" in content:
        return None
    found = _by_content(content)
    return None if found is None else found.label


def _by_content(content: bytes) -> FileType | None:
    return next(
        (each for each in FILE_TYPES if content.startswith(each.begins) and (not each.part or each.part in content)),
        None,
    )


def _refused(where: str, zh: str, en: str) -> Refused:
    return Refused([Fault(where, Text(zh, en), "file-type")])
