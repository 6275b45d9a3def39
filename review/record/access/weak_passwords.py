"""Weak passwords (弱密码): what is guessed soon is refused, by zxcvbn, with login, name and the office's own words among what is tried first."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Connection

from review.errors import Fault, Text
from review.record.access.office import read_office

# Of 0 to 4: ten thousand million guesses and more.
LEAST_SCORE = 4
# zxcvbn looks at no more; what is safe by its beginning is safe as a whole.
_LOOKED_AT = 72
_OWN = ("two-high", "twohigh", "lianggao", "两高", "fagaiwei", "发展和改革局")


def office_words(connection: Connection) -> list[str]:
    """Words of the office that a guesser tries first."""
    found = read_office(connection)
    return [*_OWN, *_pieces((found.name, found.series, found.contact, found.telephone, found.address))]


def weakness(password: str, own: Iterable[str], office: Iterable[str]) -> Fault | None:
    """What is wrong with a password that is guessed soon; `own` are login and name of the person. None where it is good."""
    from zxcvbn import zxcvbn

    tried = [*_pieces(own), *office]
    # Without its punctuation too: zxcvbn takes every sign between two words for one more secret.
    looked_at = {each[:_LOOKED_AT] for each in (password, re.sub(r"[\W_]+", "", password)) if each}
    if all(int(zxcvbn(each, user_inputs=tried)["score"]) >= LEAST_SCORE for each in looked_at):
        return None
    words = Text(
        "太容易猜到：请用更长的、互不相关的几个词，不用姓名、单位、日期、重复或键盘上相邻的字符",
        "is guessed too soon: take several longer words that have nothing to do with each other, no names, dates, repetitions or neighbouring keys",
    )
    return Fault("new", words, "password-weak")


def _pieces(texts: Iterable[str]) -> list[str]:
    """The texts and their words, of two characters or more."""
    found = [piece.lower() for each in texts for piece in (each, *re.split(r"[\W_]+", each)) if len(piece) > 1]
    return list(dict.fromkeys(found))
