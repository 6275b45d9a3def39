"""What can be chosen in the cells of the workbook (下拉选项): by name, from the vocabulary and an edition's tables."""

from __future__ import annotations

from review.drafting.pickers import NONE_OF, choices, classes
from review.law.edition import Ruleset
from review.law.place import choices_of
from review.quantities import UNITS, measure_words
from review.readers.written.names import NAMED_FIELDS
from review.sheet import FieldDescription
from review.sheet.eia import ALWAYS
from review.sheet.paths import pattern_of, steps
from review.terms import NONE_WORD, STATUS_WORDS, TRUTH_WORDS


def is_named(pattern: str) -> bool:
    """Whether the values of a field stand in a table of the edition and are named by it."""
    return pattern in NAMED_FIELDS


def options(field: FieldDescription, edition: Ruleset) -> tuple[str, ...]:
    """What a field can be chosen from, in Chinese; empty for what is typed. A name that is no option can be typed as well."""
    if is_named(pattern_of(field.path)):
        return _named(field, edition)
    if found := choices_of(field, edition):
        return tuple(words.zh for words in found.values())
    yes, no = TRUTH_WORDS[True].zh, TRUTH_WORDS[False].zh
    match field.kind:
        case "flag":
            return yes, no
        case "conforms":
            always = steps(field.path)[1] in ALWAYS
            return (yes, no) if always else (yes, no, STATUS_WORDS["not_applicable"].zh)
        case "unit":
            return tuple(measure_words(name).zh for name in UNITS)
        case "part" | "list":
            return (NONE_WORD.zh,)
    return ()


def _named(field: FieldDescription, edition: Ruleset) -> tuple[str, ...]:
    if field.kind == "industry":
        return tuple(classes(edition).values())
    pattern = pattern_of(field.path)
    rows = choices(edition, pattern)
    none = (NONE_OF.get(pattern, NONE_WORD).zh,) if field.may_be_none else ()
    return (*(each.name for each in rows), *none)
