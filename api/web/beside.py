"""What a page shows of things beside its subject (附件、备注): the latest, and a form for another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from review.errors import Text

L = TypeVar("L")


@dataclass(frozen=True)
class Beside(Generic[L]):
    """The latest lines, how many there are, where all are listed, and what the form adds another to.

    `to` are the form's fields by name, `paths` the fields of the sheet that can be chosen, by path; `back` is where the form leads afterwards.
    """

    lines: tuple[L, ...]
    many: int
    all_at: str
    to: Mapping[str, str]
    paths: Mapping[str, Text]
    form_key: str
    back: str
