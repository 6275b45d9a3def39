"""A review in one sentence (结论摘要): why the recommendation is what it is, which unchecked figures it rests on, and what a product is measured against.

Read from the recorded document (and the facts of the recorded sheet), so that it says of an old review what was found then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from review.errors import Text
from review.facts import Facts
from review.facts.model import Source
from review.law.edition import Ruleset
from review.quantities import Range, grouped, quotient
from review.sheet import describe
from review.sheet.fields import OFFICE
from review.sheet.paths import item_of, value_at
from review.terms import (
    BELOW_WORDS,
    BEYOND_WORDS,
    REQUIRED_WORDS,
    SHORT_WORDS,
    SPARE_WORDS,
    THRESHOLD_WORDS,
    TRUTH_WORDS,
)
from review.verdict.measure import TO_BOUND
from review.verdict.stated import stated_words

Document = Mapping[str, Any]
Found = Mapping[str, Any]
# What decides each recommendation, by force and status; the words for it.
_DECIDES: Mapping[str, tuple[frozenset[tuple[str, str]], Text]] = {
    "reject": (
        frozenset({("mandatory", "fail")}),
        Text("{n} 项强制性要求不符合", "{n} mandatory requirements are not met"),
    ),
    "rectify": (
        frozenset({("mandatory", "fail")}),
        Text("{n} 项强制性要求不符合", "{n} mandatory requirements are not met"),
    ),
    "supplement": (
        frozenset({("mandatory", "missing"), ("in_principle", "missing")}),
        Text("{n} 项要求按所报材料无法判断", "{n} requirements cannot be judged from what is stated"),
    ),
    "justify": (
        frozenset({("in_principle", "fail")}),
        Text("{n} 项原则性要求不符合", "{n} requirements in principle are not met"),
    ),
}
_BRIEF = ("project.code", "project.applicant", "project.industry", "project.stage", "project.nature", "site.park")
_ENERGY = ("energy.total_tce", "energy.total_tce_primary", "energy.intensity_account_tce", "energy.total_account_tce",
           "energy.electricity_mwh", "energy.coal_t", "voc.emission_t", "voc.offset_t")  # fmt: skip
_BINDING = ("mandatory", "in_principle")
_NAMED = 3
# The levels of a product that stand side by side on one scale.
_LEVELS = {
    "item.benchmark_level": Text("标杆（或先进）水平", "benchmark (or advanced) level"),
    "item.baseline_level": Text("基准水平", "baseline level"),
    "item.limit_level": Text("强制性限额", "mandatory limit"),
}


def deciding(document: Document) -> tuple[Found, ...]:
    """The findings that the recommendation follows from; of `approve`, all that bind and are met."""
    recommendation = document["recommendation"]
    if recommendation == "approve":
        return tuple(each for each in document["findings"] if each["status"] == "pass" and each["force"] in _BINDING)
    wanted, _ = _DECIDES[recommendation]
    return tuple(each for each in document["findings"] if (each["force"], each["status"]) in wanted)


def why(document: Document) -> Text:
    """Why the recommendation is what it is, in one sentence."""
    found = deciding(document)
    if document["recommendation"] == "approve":
        hints = sum(each["status"] == "attention" for each in document["findings"])
        zh, en = (
            f"适用的 {len(found)} 项强制性和原则性要求均未发现不符合",
            f"nothing that does not conform was found in the {len(found)} binding requirements that apply",
        )
        return Text(
            f"{zh}；另有 {hints} 项请注意" if hints else zh, f"{en}; {hints} more want attention" if hints else en
        )
    titles = list({each["rule"]: each["title"] for each in found}.values())
    words = _DECIDES[document["recommendation"]][1]
    zh, en = words.zh.format(n=len(titles)), words.en.format(n=len(titles))
    if len(titles) == 1:
        en = (
            en.replace("requirements in principle are", "requirement in principle is")
            .replace("requirements are", "requirement is")
            .replace("requirements cannot", "requirement cannot")
        )
    more_zh, more_en = ("等", ", and more") if len(titles) > _NAMED else ("", "")
    named = titles[:_NAMED]
    return Text(
        f"{zh}：{'；'.join(each['zh'] for each in named)}{more_zh}",
        f"{en}: {'; '.join(each['en'] for each in named)}{more_en}",
    )


def unchecked(document: Document) -> tuple[Found, ...]:
    """The figures without official evidence that the deciding findings rest on, without repetition: their citations."""
    if not document["provisional"]:
        return ()
    return tuple({(each["document"], each["quote"]): each for each in _unofficial(deciding(document))}.values())


def figure_sources(facts: Facts) -> Mapping[tuple[str, str], Source]:
    """The rows and parameters that the facts of a review come from, by the document and the words by which findings cite them."""
    every = [
        *facts.project.values(),
        *(fact for items in facts.items.values() for item in items or () for fact in item.values()),
    ]
    return {
        (source.citation.document, source.citation.quote or ""): source for fact in every for source in fact.sources
    }


def in_doubt(document: Document, ruleset: Ruleset) -> tuple[Found, ...]:
    """The deciding findings of rules that count as guidance in the second judgement, where the recommendation is provisional."""
    if not document["provisional"]:
        return ()
    return tuple({each["rule"]: each for each in deciding(document) if each["rule"] in ruleset.doubtful}.values())


def _unofficial(findings: tuple[Found, ...]) -> Iterator[Found]:
    for finding in findings:
        yield from (
            each for each in finding["citations"] if each["evidence"] not in ("official", "setting") and each["quote"]
        )


def levels(facts: Facts, finding: Found) -> tuple[tuple[Text, Decimal], ...]:
    """The levels that the edition has for the product a finding measures, in the unit of the sheet: each with its name."""
    subject = item_of(finding["subject"])
    items = facts.items["products"]
    if (
        subject is None
        or subject.list != "products"
        or finding["observed"] is None
        or not finding["rule"].startswith("energy-")
        or items is None
    ):
        return ()
    item = items[subject.index]
    per = item["item.unit_energy"].per
    written = 1 if facts.derivation is None else facts.derivation.case.ruleset.findings
    rounding = TO_BOUND["<="] if written > 1 else ROUND_HALF_EVEN
    known = ((words, item[name].value) for name, words in _LEVELS.items())
    points = ((words, value.point) for words, value in known if isinstance(value, Range) and value.point is not None)
    return tuple(
        (words, point if per is None else quotient(point, per, rounding))
        for words, point in points
        if point is not None
    )


def brief(document: Document, content: Mapping[str, Any], ruleset: Ruleset) -> tuple[tuple[Text, Text | None], ...]:
    """The project in brief: labels with what the sheet states and what was found; None where it is not stated."""
    stated = [(describe(path).label, stated_words(path, value_at(content, path), ruleset)) for path in _BRIEF]
    described = ruleset.vocabulary.described
    settled = document["facts"]["two_high"]
    two_high = None if settled is None else TRUTH_WORDS[settled]
    return (
        *stated,
        (described("two_high")[0], two_high),
        *((described(name)[0], _shown(document["facts"][name], described(name)[1])) for name in _ENERGY),
    )


def _shown(value: Any, unit: str | None) -> Text | None:
    """A fact of the document with its unit; None where nothing is known of it."""
    tail = f" {unit}" if unit else ""
    if isinstance(value, str):
        shown = f"{grouped(Decimal(value))}{tail}"
        return Text(shown, shown)
    if not isinstance(value, Mapping):
        return None
    low, high = (None if each is None else grouped(Decimal(each)) for each in (value["low"], value["high"]))
    if high is None:
        return None if low in (None, "0") else Text(f"不少于 {low}{tail}", f"at least {low}{tail}")
    return Text(f"{low}～{high}{tail}", f"{low} to {high}{tail}")


def to_supply(document: Document) -> tuple[Found, ...]:
    """What the one-time notice asks the applicant to state: items of the supplement list; what the office is to find out is asked of nobody else."""
    return tuple(each for each in document["supplement"] if each.get("by") != OFFICE)


def open_otherwise(document: Document) -> tuple[Found, ...]:
    """Findings that cannot be judged and that no item of the supplement list settles."""
    settled = {rule for each in document["supplement"] for rule in each["settles"]}
    return tuple(each for each in document["findings"] if each["status"] == "missing" and each["rule"] not in settled)


def to_justify(document: Document) -> tuple[Found, ...]:
    """What the one-time notice asks to be justified (补充论证): requirements in principle that are not met, and what else asks for something."""
    return tuple(
        each
        for each in document["findings"]
        if (each["force"], each["status"]) == ("in_principle", "fail")
        or (each["status"] == "attention" and each["remedy"])
    )


def is_notice_due(document: Document) -> bool:
    """Whether there is anything that a one-time notice would ask of the applicant."""
    return bool(to_supply(document) or open_otherwise(document) or to_justify(document))


def triggers_of(edition: Ruleset) -> frozenset[str]:
    """The rules whose figure is what makes them speak, not a limit to be met."""
    return frozenset(rule.id for rule in edition.rules if rule.figure == "applies")


def required_words(is_trigger: bool) -> Text:
    """What the figure that a finding compares with is called."""
    return THRESHOLD_WORDS if is_trigger else REQUIRED_WORDS


def margin_words(margin: str, is_trigger: bool) -> Text:
    """What a finding's margin is called, so that its sign need not be read: the amount itself is shown without one."""
    if is_trigger:
        return BELOW_WORDS if margin.startswith("-") else BEYOND_WORDS
    return SHORT_WORDS if margin.startswith("-") else SPARE_WORDS
