"""What people write where there is nothing, or where nothing is known yet (无、暂无、办理中): none of it is a number, an id or a reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_NOTHING = frozenset({"none", "无", "没有", "/", "／", "—", "——", "–", "―"})
# Words that say nothing, whatever is asked.
_UNSAID = frozenset({
    "暂无", "尚无", "待定", "未定", "未知", "未载明", "不详", "不明", "不清楚", "不知道", "不适用", "略", "空", "空白", "零", "否", "是", "有",
    "n/a", "na", "nil", "null", "nan", "tbd", "tba", "tbc", "unknown", "not applicable", "not available", "not known", "no", "yes",
    "true", "false", "todo", "xx", "xxx",
})  # fmt: skip
# Words that do not say which paper or source it is.
_UNNAMED = frozenset({
    "不涉及", "不需要", "无需", "无须", "在办", "拟办", "后补", "同上", "已取得", "已办理", "已批复", "pending",
})  # fmt: skip
# 尚未取得, 没有批文, 待补, 正在办理, 办理中: no paper, or none yet.
_NOT_YET = re.compile(
    r"(?:目前|至今|现)?(?:(?:暂|尚|还)[未无没]|未(?:曾)?(?:取得|获得|办|批|报|出具|编制|申请|申报|开展|完成|通过|提供|核发|验收|公告|明确|填|评价)"
    r"|没(?:有|取得|办|批)|无(?:此|相关)|待(?:定|补|办|批|取得|出具|核|提供|确认|公告|填|报)|正在).*"
    r"|(?:已|正)?(?:办理|申请|申报|审批|报批|编制|评审|审查|公示|受理|验收)(?:之|过程)?中"
)
# What such words begin with: most texts do not, and need not be looked at further.
_BEGINNINGS = frozenset("0〇目至现暂尚还未没无待正已办申审报编评公受验").union(
    *({each[0], each[0].upper()} for each in (*_NOTHING, *_UNSAID, *_UNNAMED))
)


def is_word_of_nothing(text: str) -> bool:
    """Whether a text says that something does not exist: none, 无, 没有, or the stroke or dash that stands for it in papers."""
    return text.strip().lower() in _NOTHING


def says_nothing(text: str) -> bool:
    """Whether a text is no answer to what is asked: a word for nothing or for not known, zeros, or marks alone."""
    if _begins_otherwise(text):
        return False
    words = list(_words(text))
    return (
        not words
        or is_word_of_nothing(text.partition("（")[0].partition("(")[0])
        or any(each in _NOTHING or each in _UNSAID or not each.strip("0〇") for each in words)
    )


def names_nothing(text: str) -> bool:
    """Whether a text names no paper or source: it says nothing, or that there is none yet."""
    if _begins_otherwise(text):
        return False
    return says_nothing(text) or any(each in _UNNAMED or _NOT_YET.fullmatch(each) for each in _words(text))


def _begins_otherwise(text: str) -> bool:
    first = text[:1]
    return first not in _BEGINNINGS and (first.isascii() or "\u4e00" <= first <= "\u9fff") and first.isalnum()


def _words(text: str) -> Iterator[str]:
    """The text in one width, from its first letter or digit to its last: whole, and without what stands in brackets after it, which only says why."""
    folded = unicodedata.normalize("NFKC", text).lower()
    for part in (folded, folded.partition("(")[0]):
        at = [index for index, character in enumerate(part) if character.isalnum()]
        if at:
            yield part[at[0] : at[-1] + 1]
