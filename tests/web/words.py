"""The words a reader sees on a page or paper, and which of them are of another language than it, or of files and programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# What a Chinese page may say in Latin letters: names that papers of the field print so, units, formats of files.
_ALLOWED = frozenset(
    [
        "VOCs",
        "VOC",
        "PDF",
        "pdf",
        "OFD",
        "GBK",
        "UTF",
        "Excel",
        "Word",
        "JSON",
        "YAML",
        "CSV",
        "xlsx",
        "csv",
        "json",
        "API",
        "MB",
        "PVC",
        "MDI",
        "TDI",
        "POY",
        "FDY",
        "PUE",
        "LNG",
        "LPG",
        "COD",
        "NOx",
        "SO",
        "NH",
        "CO",
        "ISO",
        "QR",
        "tce",
        "gce",
        "kgce",
        "kgoe",
        "toe",
        "kWh",
        "MWh",
        "GWh",
        "Wh",
        "GJ",
        "MJ",
        "TJ",
        "kJ",
        "kcal",
        "Nm",
        "kg",
        "mg",
        "km",
        "mm",
        "MW",
        "kW",
        "MPa",
    ]
)
_CHINESE = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z_][A-Za-z_@.-]*[A-Za-z_][0-9]*")
# Numbers of standards, codes of projects and of sources: said as their documents print them.
_CODES = re.compile(
    r"(GB|HJ|DB|JB|HG|YB|JC|AQ|QB|SH|LY|FZ|T|DL|NB)\d*(/T)?[ \u00a0]?\d[\d./—–-]*|\d{4}-\d{6}(-\d{2}){2}-\d{6}|\b[A-Z]{1,3}(-\d+)+[A-Z]?|\b[A-Z]\d+\b"
    # The code of a paper, the digests that stand at its end, the beginning of a file's.
    r"|\b[0-9A-Z]{3,12}(-[0-9A-Z]{4}){4}\b|sha256:[0-9a-f]{64}|\b[0-9a-f]{12}\b"
)
# A name or a condition of programs: `in_principle`, `mandatory`, `racks >= large_from`.
_PROGRAM = re.compile(r"^[a-z]+([_.-][a-z0-9]+)*$|[=<>]=")
_SHOWN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "data-label")
_UNSEEN = ("script", "style", "template")


def shown(document: Any) -> Iterator[tuple[str, str]]:
    """Each piece of text of a page with the language it is said to be in, but what is folded as technical information."""
    yield from _shown(document, document.get("lang", ""))


def _shown(element: Any, language: str) -> Iterator[tuple[str, str]]:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN or "technical" in element.get("class", "").split():
        return
    # What somebody typed, a login or the number of a session is nobody's language.
    if element.tag == "bdi":
        return
    language = element.get("lang", language)
    for text in (element.text, *(element.get(name) for name in _SHOWN_ATTRIBUTES)):
        if text and text.strip():
            yield " ".join(text.split()), language
    for child in element:
        yield from _shown(child, language)
        if child.tail and child.tail.strip():
            yield " ".join(child.tail.split()), language


def foreign(document: Any) -> list[str]:
    """What a reader of the page's language would stumble over: each piece of text in it with a word of the other language, or of a program.

    A code or condition is one also where it is said to be English.
    """
    own = document.get("lang")
    return [
        text
        for text, language in shown(document)
        if (
            is_foreign(text, language)
            if language == own
            else language == "en" and text not in _ALLOWED and _PROGRAM.search(text)
        )
    ]


def is_foreign(text: str, language: str) -> bool:
    """Whether text that is said to be in that language has words that are not of it."""
    if language.startswith("zh"):
        return any(word not in _ALLOWED for word in _WORD.findall(_CODES.sub(" ", text)))
    return bool(_CHINESE.search(text))
