"""Days that are typed into a field of a page, read as people write them."""

from __future__ import annotations

from datetime import date

from review.errors import Refused, SheetError, Text
from review.readers.written.answers import placed
from review.readers.written.days import written_day

AS_OF = Text("截至", "as of")


def day_typed(text: str, field: str, words: Text) -> date | None:
    """The day that a field writes; None for a blank one. Raises Refused at that field, which is called by its `words`."""
    if not text.strip():
        return None
    try:
        return written_day(text)
    except SheetError as error:
        raise Refused(placed(error, field, words)) from error
