"""A paper as HTML: a fragment to be wrapped by a page, its stylesheet apart, or a whole page that stands alone.

No script, no style attribute and no address: a strict content security policy is kept to, and no request leaves.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from review.papers.blocks import Paper

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(_TEMPLATES, encoding="utf-8")
    )


def fragment(paper: Paper) -> str:
    """The paper as one `<article class="paper">`."""
    note_label = "注：" if paper.language == "zh" else "note: "
    return _environment().get_template("paper.html").render(paper=paper, lang=_lang(paper), note_label=note_label)


@cache
def stylesheet() -> str:
    """The CSS of the paper, for screen and print."""
    return (_TEMPLATES / "paper.css").read_text(encoding="utf-8")


@cache
def paged_stylesheet() -> str:
    """The CSS of the running head and foot, for a writer of pages."""
    return (_TEMPLATES / "pages.css").read_text(encoding="utf-8")


def whole_page(paper: Paper, style: str | None = None) -> str:
    """A page that stands alone, with its stylesheet in its head; `style` is another in its place."""
    css = stylesheet() + ".running { display: none; }\n@page { size: A4; margin: 15mm; }\n" if style is None else style
    return _environment().get_template("page.html").render(
        paper=paper, lang=_lang(paper), style=Markup(css), fragment=Markup(fragment(paper))
    )  # fmt: skip


def _lang(paper: Paper) -> str:
    return "zh-CN" if paper.language == "zh" else "en"
