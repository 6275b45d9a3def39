"""Which characters are shown as themselves does not depend on the Unicode table of the Python that runs."""

from __future__ import annotations

import pytest

from review import Fault, SheetError, parse_sheet
from review.drafting.typed import Typed
from review.record.cases import drafts
from review.sheet.characters import is_printable
from review.verdict.terminal import safe

# Ideographs of Unicode 15.1 and 16, of which Python 3.11 knows none, and one that stands for any later one.
LATER = ["\U0002ebf0", "\U000323b0", "\U0003fffd"]


@pytest.mark.parametrize("character", [*LATER, "甲", "é", "a", " ", "〔"], ids=ascii)
def test_what_is_a_character_is_shown(character: str) -> None:
    assert is_printable(character)
    assert safe(f"甲{character}乙") == f"甲{character}乙"


@pytest.mark.parametrize(
    "character",
    ["\n", "\x1b", "\u200b", "\u2028", "\u202e", "\ue000", "\ufdd0", "\U0002ffff", "\ud800", "\u3000"],
    ids=ascii,
)
def test_what_is_none_is_not(character: str) -> None:
    assert not is_printable(character)
    assert character not in safe(f"甲{character}乙")


@pytest.mark.parametrize("character", LATER, ids=ascii)
def test_it_stands_in_refusals_and_titles(character: str) -> None:
    with pytest.raises(SheetError) as refused:
        parse_sheet({"project": {"name": "甲", "received": character}, f"字{character}": 1})
    said = "".join(f"{each.where} {each.text.zh}" for each in refused.value.faults if isinstance(each, Fault))
    assert said.count(character) >= 2 and "�" not in said
    assert drafts._title(Typed({"project": {"name": f"甲{character}"}})) == f"甲{character}"
