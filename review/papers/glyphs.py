"""Characters that no font has (缺字): a rare name is not printed as a box, its characters are written by their code."""

from __future__ import annotations

import re
import subprocess
from bisect import bisect_right
from functools import cache

from review.papers.blocks import Paper, with_texts

_SECONDS = 30


def named_glyphs(paper: Paper) -> Paper:
    """The paper with each character that no installed font has as 〔U+2CB31〕, its code in Unicode."""
    if not _covered():
        return paper
    return with_texts(paper, lambda text: text if text.isascii() else "".join(map(_named, text)))


def _named(character: str) -> str:
    return character if character.isspace() or _is_covered(ord(character)) else f"〔U+{ord(character):04X}〕"


def _is_covered(code: int) -> bool:
    ranges = _covered()
    place = bisect_right(ranges, (code, 0x110000)) - 1
    return place >= 0 and ranges[place][0] <= code <= ranges[place][1]


@cache
def _covered() -> tuple[tuple[int, int], ...]:
    """The codes that the fonts of this machine have, as fontconfig says: first and last of each range; none where it cannot be asked."""
    try:
        told = subprocess.run(
            ["fc-list", "--format", "%{charset}\n"], capture_output=True, text=True, timeout=_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    found = sorted(
        (int(first, 16), int(last or first, 16))
        for first, last in set(re.findall(r"\b([0-9a-f]+)(?:-([0-9a-f]+))?\b", told))
    )
    joined: list[tuple[int, int]] = []
    for first, last in found:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)
