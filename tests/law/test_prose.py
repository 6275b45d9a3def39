"""Every rule has words that a reader understands, in both languages, with no name of a program left in them."""

from __future__ import annotations

import re

import pytest

from review.errors import Text
from review.law.edition import Rule, Ruleset
from review.law.loading import load_builtin
from review.law.prose import Spoken, parameters_of_rule, recite, tables_of_rule, template_words

EDITIONS = load_builtin()
RULES = [(edition, rule) for edition in EDITIONS for rule in edition.rules]
_NAME = re.compile(r"\b[a-z]+(_[a-z]+)*\.[a-z_]+\b|\b[a-z]+_[a-z_]+\b|[{}]")


def plain(text: Text, edition: Ruleset) -> str:
    """Words of both languages without the names of parameters, which are names on purpose."""
    both = f"{text.zh}\n{text.en}"
    for name in edition.parameters:
        both = both.replace(f"参数 {name}", "").replace(f"parameter {name}", "")
    return both


@pytest.mark.parametrize(("edition", "rule"), RULES, ids=[f"{edition.edition}-{rule.id}" for edition, rule in RULES])
def test_a_rule_is_read_aloud_in_both_languages(edition: Ruleset, rule: Rule) -> None:
    told = recite(rule, edition)
    spoken = [told.applies, told.requires, *([told.excused] if told.excused else [])]
    words = [each for part in spoken for each in part.all_words()]
    messages = [
        template_words(each, rule, edition)
        for each in (*rule.messages.values(), *([rule.remedy] if rule.remedy else []))
    ]
    for each in (*words, *messages):
        assert each.zh and each.en
        assert re.search(r"[\u4e00-\u9fff]", each.zh)
        assert not _NAME.search(plain(each, edition)), each
    for each in words:
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"“[^”]*”", "", each.en)), each


def leaves(spoken: Spoken) -> list[str]:
    return [spoken.words.en] if not spoken.parts else [each for part in spoken.parts for each in leaves(part)]


def rule(name: str) -> Rule:
    found = EDITIONS[-1].rule(name)
    assert found is not None
    return found


def test_a_condition_is_told_with_its_terms_expanded_and_its_figures() -> None:
    told = recite(rule("guidance-50k"), EDITIONS[-1])
    assert told.applies.words.en == "all of these hold"
    assert leaves(told.applies)[0] == "is a two-high project"
    assert (
        "is at least 50000 tce/a [energy from which window guidance is asked for, clause 4.3-6, official]"
        in leaves(told.applies)[1]
    )
    assert "不低于 50000 tce/a〔窗口指导的能耗门槛，条款 4.3-6，官方文本〕" in told.applies.parts[1].words.zh
    altered = recite(rule("energy-benchmark-altered"), EDITIONS[-1])
    assert altered.applies.parts[1].words.zh == "以下至少一项成立"
    assert "建设性质是“改建”、“扩建”、“技术改造”之一" in [each.zh for each in altered.applies.all_words()]


def test_a_product_of_figures_is_told_as_one() -> None:
    told = recite(rule("voc-offset"), EDITIONS[-1]).requires.words
    assert "不低于 1.2〔VOCs 倍量替代的倍数，条款 3.10-7，官方文本〕 × " in told.zh


def test_what_a_rule_reads_is_named() -> None:
    assert set(tables_of_rule(rule("energy-benchmark"), EDITIONS[-1])) == {
        "sectors",
        "coal_equivalents",
        "benchmark_levels",
    }
    assert parameters_of_rule(rule("voc-offset"), EDITIONS[-1]) == ("offset_ratio",)
    for each in EDITIONS[-1].rules:
        assert set(tables_of_rule(each, EDITIONS[-1])) <= set(EDITIONS[-1].content["tables"])


def test_places_of_figures_are_named() -> None:
    words = template_words(rule("voc-offset").messages["fail"], rule("voc-offset"), EDITIONS[-1])
    assert "〔实际值〕" in words.zh and "[the figure found]" in words.en
