"""A paper as PDF, by WeasyPrint (the extra `pdf`). Nothing is fetched, and the same paper gives the same bytes."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import Any

from review.errors import Fault, PaperUnavailable, Text
from review.papers.blocks import Paper
from review.papers.glyphs import named_glyphs
from review.papers.html import paged_stylesheet, stylesheet, whole_page


def write_pdf(paper: Paper) -> bytes:
    """The PDF's bytes; characters that no font has stand by their codes. Raises PaperUnavailable where WeasyPrint or its system libraries are not installed."""
    weasyprint = _weasyprint()
    style = stylesheet() + paged_stylesheet()
    page = whole_page(named_glyphs(paper), style=style)
    # Of the content, so that two runs name the file alike.
    identifier = hashlib.sha256(page.encode()).digest()[:16]
    document = weasyprint.HTML(string=page.replace(style, "", 1), url_fetcher=_refuse)
    with _uncollected():
        content: bytes = document.write_pdf(pdf_identifier=identifier, stylesheets=[_parsed(style)])
    return content


@lru_cache(maxsize=1)
def _parsed(style: str) -> Any:
    """The stylesheet as WeasyPrint reads it: the same for every paper."""
    return _weasyprint().CSS(string=style, url_fetcher=_refuse)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without a search for garbage: a paper is many objects that are all in use until it is written, looked through again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _weasyprint() -> Any:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:
        words = Text(
            "不能生成 PDF：请安装附加组件 two-high-review[pdf] 和系统库 Pango（Debian：libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk）",
            "PDF cannot be made: install the extra two-high-review[pdf] and the system library Pango (on Debian libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk)",
        )
        raise PaperUnavailable([Fault("pdf", words)]) from error


def _refuse(url: str, *args: Any, **options: Any) -> Any:
    raise ValueError(f"a paper fetches nothing: {url[:80]}")
