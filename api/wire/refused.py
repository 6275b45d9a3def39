"""What pydantic refuses, in the words of the product: each kind of its errors in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from review.errors import Text
from review.facts.register_keys import KINDS as KINDS_DRAWN
from review.law.comparison import WHY_WORDS
from review.record.access.signing_rules import SIGNER_WORDS
from review.record.storage.added import MEDIA
from review.record.work.webhooks import KIND_WORDS as HOOK_WORDS
from review.sheet.parsing import listed_codes
from review.terms import (
    AMENDMENT_WORDS,
    ANSWER_WORDS,
    DELIVERY_WORDS,
    LANGUAGE_WORDS,
    ORDER_WORDS,
    OUTCOMES,
    PAPER_WORDS,
    RECOMMENDATION_WORDS,
    REPLY_WORDS,
    ROLE_WORDS,
    SIDE_WORDS,
    SIGNATURE_WORDS,
    SIGNING_WORDS,
    STEP_WORDS,
    listed,
)

_TEXT, _TRUTH = Text("应为文字", "should be text"), Text("应为 true 或 false", "should be true or false")
_WHOLE, _NUMBER = Text("应为整数", "should be a whole number"), Text("应为数字", "should be a number")
_LIST, _OBJECT = Text("应为列表", "should be a list"), Text("应为对象（键值）", "should be an object")
_DAY = Text("应写成 2025-03-01", "should be a date such as 2025-03-01")
_TIME = Text("应写成 2025-03-01T08:00:00Z", "should be a time with its offset, such as 2025-03-01T08:00:00Z")

# By `type` of the error. What stands in braces is of its `ctx`.
KINDS: dict[str, Text] = {
    "missing": Text("必须填写", "is required"),
    "extra_forbidden": Text("未知字段", "unknown field"),
    "invalid_key": Text("键名应为文字", "its keys should be text"),
    "string_type": _TEXT,
    "string_unicode": Text("不是有效的文字（Unicode）", "is no valid text (Unicode)"),
    "string_too_short": Text("过短，至少 {min_length} 字", "too short: at least {min_length} characters"),
    "string_too_long": Text("过长，最多 {max_length} 字", "too long: at most {max_length} characters"),
    "string_pattern_mismatch": Text("格式不符，应匹配 {pattern}", "should match {pattern}"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": Text("数字过长", "too many digits"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": Text("应大于 {gt}", "should be above {gt}"),
    "greater_than_equal": Text("不得小于 {ge}", "should be {ge} or more"),
    "less_than": Text("应小于 {lt}", "should be below {lt}"),
    "less_than_equal": Text("不得大于 {le}", "should be {le} or less"),
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "literal_error": Text("不可用；可用：{expected}", "is not allowed; allowed: {expected}"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": Text("项目过少，至少 {min_length} 项", "too few items: at least {min_length}"),
    "too_long": Text("项目过多，最多 {max_length} 项", "too many items: at most {max_length}"),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "union_tag_invalid": Text("{discriminator} 不可用；可用：{expected_tags}", "{discriminator} is not allowed; allowed: {expected_tags}"),
    "union_tag_not_found": Text("须写明 {discriminator}", "{discriminator} is required"),
    # Of a person who is named in a decision.
    "person": Text("应为姓名，或含 subject 和 name 的对象", "should be a name, or an object with subject and name"),
    "json_invalid": Text("不是有效的 JSON", "is no valid JSON"),
}  # fmt: skip
_OTHER = Text("不可用", "cannot be used")
# The codes of the office that bodies and parameters take, in words. A code has one word in all that list it beside the same others.
_CODES: tuple[Mapping[str, Text], ...] = (
    ROLE_WORDS, OUTCOMES, RECOMMENDATION_WORDS, ANSWER_WORDS, REPLY_WORDS, SIGNATURE_WORDS, STEP_WORDS, KINDS_DRAWN,
    {code: words for code, (words, _) in MEDIA.items()}, WHY_WORDS, HOOK_WORDS, SIGNING_WORDS, PAPER_WORDS, LANGUAGE_WORDS, ORDER_WORDS, SIDE_WORDS,
    DELIVERY_WORDS, AMENDMENT_WORDS, {str(step): words for step, words in SIGNER_WORDS.items()},
)  # fmt: skip


def words_of(error: Mapping[str, Any]) -> Text:
    """What an error of pydantic's says: in the words of its kind, or in those that it carries itself (`zh`, `en`)."""
    context = error.get("ctx") or {}
    if "zh" in context:
        return Text(context["zh"], context["en"])
    words = KINDS.get(error["type"], _OTHER)
    if error["type"] == "literal_error":
        there = _in_words(listed_codes(context["expected"]))
        return Text(words.zh.format(expected=there.zh), words.en.format(expected=there.en))
    return Text(_filled(words.zh, context, "、"), _filled(words.en, context, ", "))


def _in_words(codes: Sequence[str]) -> Text:
    """Codes in words where the office has words for all of them."""
    found = next((words for words in _CODES if all(code in words for code in codes)), {})
    return listed({code: found.get(code) or Text(code, code) for code in codes})


def _filled(words: str, context: Mapping[str, Any], between: str) -> str:
    return words.format_map({name: _shown(value, between) for name, value in context.items()})


def _shown(value: Any, between: str) -> str:
    """A value of an error's context; a list in quotation marks is joined by the mark of the language."""
    listed: Iterable[str] = listed_codes(value) if isinstance(value, str) else ()
    return between.join(listed) or str(value)
