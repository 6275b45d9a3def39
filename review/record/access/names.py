"""Names that the record is signed with (署名): no two of them look alike, whatever their width, case or spaces.

A name with letters of two scripts could look like another's; Chinese beside Latin letters is how an office writes, and is allowed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import Connection, select

from review.errors import Fault, Refused, Text
from review.record.storage.journal import table
from review.record.storage.tables import AccessKey, Account, KnownPerson

_SCRIPTS = {
    "LATIN": Text("拉丁字母", "Latin"), "CJK": Text("汉字", "Chinese"), "CYRILLIC": Text("西里尔字母", "Cyrillic"), "GREEK": Text("希腊字母", "Greek"),
    "HIRAGANA": Text("平假名", "Hiragana"), "KATAKANA": Text("片假名", "Katakana"), "HANGUL": Text("谚文", "Hangul"), "ARABIC": Text("阿拉伯字母", "Arabic"),
}  # fmt: skip
_SUBJECT = re.compile(r"<[^<>]*>\s*\Z")
_TOGETHER = frozenset({"LATIN", "CJK"})
# Letters that are named otherwise and are Chinese all the same.
_CHINESE = frozenset({"CJK", "KANGXI", "IDEOGRAPHIC"})


def name_key(name: str) -> str:
    """What two spellings of one name have in common: NFKC, small letters, no spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(folded.split())


def person_key(name: str) -> str:
    """What the names of one person have in common, signed in with a password or by single sign-on, which appends ` <subject>`.

    Two persons of one name are taken for one by it: where two are needed, a third stands in.
    """
    whole = name_key(name)
    return whole.partition("<")[0] or whole


def scripts(name: str) -> frozenset[str]:
    """The scripts of a name's letters, as Unicode names them: LATIN, CJK, CYRILLIC …"""
    letters = (each for each in unicodedata.normalize("NFKC", name) if unicodedata.category(each).startswith("L"))
    found = (unicodedata.name(each, "UNNAMED").split()[0] for each in letters)
    return frozenset("CJK" if each in _CHINESE else each for each in found)


def require_no_subject(name: str) -> None:
    """Raises Refused for a name that ends as the record writes who comes by single sign-on, ` <subject>`. Of persons made known such a name is theirs."""
    if _SUBJECT.search(unicodedata.normalize("NFKC", name)):
        words = Text(
            "不能以 <…> 结尾：单点登录的人员是这样记的", "cannot end in <…>: who comes by single sign-on is written so"
        )
        raise Refused([Fault("name", words)])


_BEARERS: tuple[Any, ...] = (Account, AccessKey, KnownPerson)


def require_own_name(connection: Connection, name: str, among: tuple[Any, ...] = _BEARERS) -> None:
    """Raises Refused where a name mixes scripts, or is or was another's in whatever spelling: an account's, a key's, a known person's."""
    mixed = scripts(name)
    if len(mixed) > 1 and not mixed <= _TOGETHER:
        there = sorted(mixed)
        zh = "、".join(_SCRIPTS[each].zh if each in _SCRIPTS else "其他文字" for each in there)
        en = ", ".join(_SCRIPTS[each].en if each in _SCRIPTS else each.title() for each in there)
        words = Text(
            f"姓名混用了几种文字（{zh}），会与他人混淆；请只用一种文字，汉字可与拉丁字母并用",
            f"the name mixes scripts ({en}) and could be taken for another's: use one; Chinese and Latin may stand together",
        )
        raise Refused([Fault("name", words)])
    key = name_key(name)
    if other := next((each for each in _names(connection, among) if name_key(each) == key), None):
        words = Text(
            f"姓名“{name}”已用于他人或密钥（{other}），请加以区别",
            f"the name {name} is another's or a key's ({other}): tell them apart",
        )
        raise Refused([Fault("name", words)])


def _names(connection: Connection, among: tuple[Any, ...]) -> list[str]:
    return [name for model in among for name in connection.execute(select(table(model).c.name).distinct()).scalars()]


def doubles(connection: Connection) -> dict[str, list[str]]:
    """Who has a name that is another's too, recorded before that was refused: logins and subjects, each with the others of that name.

    Keys that follow each other under one name are no doubles; a key and a person are.
    """
    bearers: dict[str, dict[str, bool]] = {}
    for model, column in ((Account, "login"), (KnownPerson, "subject"), (AccessKey, "key")):
        rows = table(model)
        query = select(rows.c[column], rows.c.name).distinct().order_by(rows.c[column])
        for bearer, name in connection.execute(query):
            bearers.setdefault(name_key(name), {})[bearer] = model is not AccessKey
    return {
        bearer: [other for other in found if other != bearer]
        for found in bearers.values()
        if len(found) > 1
        for bearer, is_person in found.items()
        if is_person
    }
