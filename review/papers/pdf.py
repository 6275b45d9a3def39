"""A paper as PDF, by WeasyPrint (the extra `pdf`). Nothing is fetched, and the same paper gives the same bytes."""

from __future__ import annotations

import hashlib
from importlib import import_module
from typing import Any

from review.errors import Fault, PaperUnavailable, Text
from review.papers.blocks import Paper
from review.papers.glyphs import named_glyphs
from review.papers.html import paged_stylesheet, stylesheet, whole_page


def write_pdf(paper: Paper) -> bytes:
    """The PDF's bytes; characters that no font has stand by their codes. Raises PaperUnavailable where WeasyPrint or its system libraries are not installed."""
    weasyprint = _weasyprint()
    page = whole_page(named_glyphs(paper), style=stylesheet() + paged_stylesheet())
    # Of the content, so that two runs name the file alike.
    identifier = hashlib.sha256(page.encode()).digest()[:16]
    content: bytes = weasyprint.HTML(string=page, url_fetcher=_refuse).write_pdf(pdf_identifier=identifier)
    return content


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
