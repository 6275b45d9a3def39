"""Words as they are compared: width, case, spaces and punctuation do not matter, in what is recorded and in what is looked for."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Letters and digits alone, in NFKC and without case: `融发改〔２０２６〕8 号` and `融发改[2026]8号` are one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in unicodedata.normalize("NFKC", plain) if each.isalnum())


def words_of(text: str) -> tuple[str, ...]:
    """The words to look for, folded, none twice: what white space parts. Words of nothing but punctuation are none."""
    words = dict.fromkeys(folded(each) for each in text.split())
    return tuple(each for each in words if each)
