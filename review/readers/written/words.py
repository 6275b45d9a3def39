"""Words as people write them (词语的写法): 是 否 有 无 √ ×, 符合 不符合 不适用, 无 and / for what does not exist, choices by their labels.

A word is taken where the field gives it one meaning: 符合 of a gate, 有 of a thing, / where *none* can be stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from review.errors import Text, quoted
from review.readers.written.answers import Read, fold, not_read, two_readings
from review.sheet.fields import NONE
from review.sheet.nothing import is_word_of_nothing
from review.terms import STATUS_WORDS, THERE_IS_NONE, TRUTH_WORDS

_SAID = {
    True: (TRUTH_WORDS[True].zh, TRUTH_WORDS[True].en, "true", "y", "√", "✓", "✔"),
    False: (TRUTH_WORDS[False].zh, TRUTH_WORDS[False].en, "false", "n", "×"),
}
_TRUTHS = {word: truth for truth, words in _SAID.items() for word in words}
_THERE_IS = {"有": True, "无": False, "没有": False}
_NOT_APPLICABLE = "not_applicable"
_CONFORMS: Mapping[str, bool | str] = {
    STATUS_WORDS["pass"].zh: True, STATUS_WORDS["pass"].en: True, STATUS_WORDS["fail"].zh: False, STATUS_WORDS["fail"].en: False,
    STATUS_WORDS[_NOT_APPLICABLE].zh: _NOT_APPLICABLE, STATUS_WORDS[_NOT_APPLICABLE].en: _NOT_APPLICABLE, _NOT_APPLICABLE: _NOT_APPLICABLE,
}  # fmt: skip
# Further words for choices, by the field: of forms of other offices, and of templates of before. Two codes: the word means either.
_FURTHER: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "project.nature": {"新建（迁建）": ("new",), "技改": ("technical_renovation",), "改扩建": ("rebuild", "expansion"), "扩改建": ("rebuild", "expansion")},
    "project.stage": {"已建": ("existing",), "已建成": ("existing",), "未建": ("proposed",)},
    "project.policy_category": {"鼓励": ("encouraged",), "允许": ("permitted",), "限制": ("restricted",), "淘汰": ("eliminated",)},
    "energy.review.authority": {"县级": ("county",), "区级": ("county",), "市级": ("city", "county"), "国家级": ("ndrc",)},
}  # fmt: skip


def is_none_word(text: str) -> bool:
    """Whether a text says that something does not exist, where a field can state that: 无, 没有, /, —, as the forms say it too."""
    word = fold(text)
    return is_word_of_nothing(word) or word.lower() in (THERE_IS_NONE.zh, THERE_IS_NONE.en)


def read_flag(text: str) -> Read:
    """The truth that a text says: 是 √ Y 有, 否 × N 无. Raises SheetError."""
    word = fold(text).lower()
    truth = _TRUTHS.get(word, _THERE_IS.get(word))
    if truth is None:
        raise not_read(text, "应为“是”或“否”（也可写 有、无、√、×）", "should be yes or no (also √ or ×)")
    return Read(truth, None if _is_label(word, truth) else TRUTH_WORDS[truth])


def read_conforms(text: str) -> Read:
    """What a text says of a gate: 符合 是 √, 不符合 否 ×, 不适用. Raises SheetError."""
    word = fold(text).lower()
    found = _CONFORMS.get(word, _TRUTHS.get(word))
    if found is None:
        raise not_read(text, "应为“符合”“不符合”或“不适用”", "should be conforms, fails or not applicable")
    words = STATUS_WORDS["pass" if found is True else "fail" if found is False else _NOT_APPLICABLE]
    return Read(found, None if word in (words.zh, words.en, *_TRUTHS) else words)


def _is_label(word: str, truth: bool) -> bool:
    return word in (TRUTH_WORDS[truth].zh, TRUTH_WORDS[truth].en)


def read_choice(text: str, pattern: str, choices: Mapping[str, Text]) -> Read:
    """The choice that a text names by its code, its label in either language (whole or without what stands in brackets) or another word for it.

    Raises SheetError for what is none of them, and for what may be two.
    """
    word = _folded(text)
    if is_none_word(text) and NONE in choices:
        return Read(NONE, None if word == NONE else choices[NONE])
    found = {code: None for code, spellings in _named(pattern, choices) if word in spellings}
    if len(found) == 1:
        [code] = found
        return Read(
            code,
            None if word == code or word in (_spelt(choices[code].zh), _spelt(choices[code].en)) else choices[code],
        )
    if found:
        first, second, *_ = (choices[code] for code in found)
        raise two_readings(text, first, second, "请写明是哪一种", "say which")
    words = choices.values()
    zh, en = quoted(each.zh for each in words).zh, quoted(each.en for each in words).en
    raise not_read(text, f"可用：{zh}", f"there are: {en}")


def _named(pattern: str, choices: Mapping[str, Text]) -> Iterable[tuple[str, set[str]]]:
    further = _FURTHER.get(pattern, {})
    for code, words in choices.items():
        spellings = (
            code,
            words.zh,
            words.en,
            words.zh.partition("（")[0],
            *(word for word, codes in further.items() if code in codes),
        )
        yield code, {_spelt(each) for each in spellings}


@lru_cache(maxsize=4096)
def _spelt(word: str) -> str:
    """A word of the product, folded: the same ones are asked for with every sheet."""
    return _folded(word)


def _folded(text: str) -> str:
    return "".join(fold(text).lower().split())
