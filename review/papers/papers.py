"""The papers (文书) of a recorded review, by number: as PDF, Word, or HTML for print. The same record gives the same bytes."""

from __future__ import annotations

from sqlalchemy import Connection

from review.papers.blocks import Kind, Language, Paper, cleaned
from review.papers.html import fragment, whole_page
from review.papers.notice import notice
from review.papers.opinion import opinion
from review.papers.source import read_dossier
from review.record.storage.text_limits import LARGEST_NUMBER
from review.terms import PAPER_WORDS

_KINDS = {"opinion": opinion, "notice": notice}


def file_names(kind: Kind, review: int, language: Language, form: str) -> tuple[str, str]:
    """What a paper is called as a file of that form: in its own language, and in ASCII for programs that know no other."""
    plain = f"{kind}-{review}.{form}"
    return f"{PAPER_WORDS[kind].zh}-审查{review}.{form}" if language == "zh" else plain, plain


def read_paper(
    connection: Connection,
    review: int,
    language: Language = "zh",
    kind: Kind = "opinion",
    decision: int | None = None,
    attached: int = LARGEST_NUMBER,
) -> Paper:
    """The paper's content, every text of it inert; with the last decision on the review unless another is named, with none for 0.

    An opinion lists what was attached up to the event `attached`, a letter lists nothing. Raises NotRecorded, RecordDamaged.
    """
    listed = attached if kind == "opinion" else 0
    return cleaned(_KINDS[kind](read_dossier(connection, review, decision, listed), language))


def paper_pdf(
    connection: Connection,
    review: int,
    language: Language = "zh",
    kind: Kind = "opinion",
    decision: int | None = None,
    attached: int = LARGEST_NUMBER,
) -> bytes:
    """The paper as PDF. Raises NotRecorded, RecordDamaged, PaperUnavailable."""
    from review.papers.pdf import write_pdf

    return write_pdf(read_paper(connection, review, language, kind, decision, attached))


def paper_word(
    connection: Connection,
    review: int,
    language: Language = "zh",
    kind: Kind = "opinion",
    decision: int | None = None,
    attached: int = LARGEST_NUMBER,
) -> bytes:
    """The paper as a Word document. Raises NotRecorded, RecordDamaged."""
    from review.papers.word import write_word

    return write_word(read_paper(connection, review, language, kind, decision, attached))


def paper_fragment(
    connection: Connection,
    review: int,
    language: Language = "zh",
    kind: Kind = "opinion",
    decision: int | None = None,
    attached: int = LARGEST_NUMBER,
) -> str:
    """The paper as an HTML `<article>`; its CSS is `review.documents.print.stylesheet()`. Raises NotRecorded, RecordDamaged."""
    return fragment(read_paper(connection, review, language, kind, decision, attached))


def paper_page(
    connection: Connection,
    review: int,
    language: Language = "zh",
    kind: Kind = "opinion",
    decision: int | None = None,
    attached: int = LARGEST_NUMBER,
) -> bytes:
    """The paper as an HTML page that stands alone. Raises NotRecorded, RecordDamaged."""
    return whole_page(read_paper(connection, review, language, kind, decision, attached)).encode()
