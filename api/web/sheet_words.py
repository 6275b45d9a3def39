"""The sheet's sections and values in words, and its fields as the templates show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.web.sheet_form import STATE, UNSTATED, Block, field_id, has_state, sent_name
from review.drafting.pickers import NONE_OF, PICKED, Choice, choice, choices
from review.drafting.typed import SECTIONS
from review.errors import Fault, Text
from review.facts import industry_named
from review.law.edition import Ruleset
from review.law.place import choices_of, is_asked, word_of
from review.law.prose import unit_words
from review.quantities import UNITS, measure_words
from review.sheet import FieldDescription, describe
from review.sheet.catalogue import children
from review.sheet.eia import ALWAYS
from review.sheet.fields import NONE, OFFICE
from review.sheet.paths import pattern_of, split_last, steps, value_at
from review.terms import NONE_WORD, NOT_STATED, STATUS_WORDS, THERE_IS_NONE, TRUTH_WORDS

EMPTY = Text("确认没有（空表）", "none (an empty list)")
FIND, FOUND = "find:", "found:"
# Names of a row on the pages, by its list; the field that names it.
ROWS: Mapping[str, tuple[Text, str]] = {
    "energy.items": (Text("能源品种", "energy item"), "carrier"),
    "products": (Text("产品", "product"), "name"),
    "voc.offsets": (Text("替代来源", "offset"), "source"),
    "carbon.replacement": (Text("碳替代来源", "carbon replacement"), "source"),
    "pollutants": (Text("污染物", "pollutant"), "pollutant"),
    "coal.boilers": (Text("锅炉", "boiler"), "name"),
    "coal.kilns": (Text("炉窑", "kiln"), "name"),
    "coal.power_units": (Text("煤电机组", "power unit"), "name"),
    "capacity.retired": (Text("退出产能", "retired capacity"), "enterprise"),
}
# 备案证明, 节能报告, 环评报告表, then what was approved and what the office knows.
_ORDER = (
    "project", "site", "products", "capacity", "energy", "coal", "data_centre", "carbon", "voc", "pollutants", "eia", "approvals", "management",
)  # fmt: skip
_BY_OFFICE = Text("由本单位填写", "supplied by the office")
_HINTS: Mapping[str, Text] = {
    "project.industry": Text(
        "四位小类代码。本系统没有完整的分类表，下面只能查到规则和标杆表提到的代码；其他代码请查 GB/T 4754-2017 后直接填写",
        "the four-digit class. There is no full table of classes here: the search knows the codes that the rules and benchmark tables name; "
        "look any other up in GB/T 4754-2017 and type it",
    ),
}


def section_label(section: str) -> Text:
    return describe(section).label


def sections() -> tuple[tuple[str, Text], ...]:
    """The sections of the form with their names, in the order in which the papers of a project give them."""
    return tuple((section, section_label(section)) for section in sorted(SECTIONS, key=_ORDER.index))


@dataclass(frozen=True)
class Shown:
    """A field, a group of fields or a list as the template shows it; `kind` says how."""

    kind: str
    name: str
    id: str
    field: FieldDescription
    value: str = ""
    state: str | None = None
    hint: Text | None = None
    options: tuple[tuple[str, Text, str | None], ...] = ()
    found: tuple[Choice, ...] = ()
    picked: Choice | None = None
    find: str | None = None
    faults: tuple[Fault, ...] = ()
    reading: Text | None = None
    inner: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Said:
    """What is said beside the fields of a block: faults, and what was read as what, by path; `values`: what the block's own were read as."""

    faults: Sequence[Fault] = ()
    readings: Mapping[str, Text] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


def shown_fields(block: Block, typed: Mapping[str, str], said: Said, ruleset: Ruleset) -> tuple[Shown, ...]:
    """The fields of a block, filled with what was typed, each with what is said of it."""
    return tuple(_shown(children(block.pattern), block, typed, said, ruleset))


def _shown(
    fields: tuple[FieldDescription, ...],
    block: Block,
    typed: Mapping[str, str],
    said: Said,
    ruleset: Ruleset,
) -> Iterator[Shown]:
    for each in fields:
        name = sent_name(each, block)
        where = f"{block.where}.{name}"
        mine = tuple(fault for fault in said.faults if fault.where == where)
        state = typed.get(STATE + name, "") if has_state(each) else None
        common: dict[str, Any] = {"name": name, "id": field_id(name), "field": each, "state": state, "faults": mine,
                                  "reading": said.readings.get(where)}  # fmt: skip
        if each.kind == "list":
            continue
        if each.kind == "part" and not is_asked(each.path, ruleset) and not _is_typed(name, typed):
            continue
        if each.kind == "part":
            yield Shown(
                "group",
                hint=_hint(each),
                inner=tuple(_shown(children(each.path), block, typed, said, ruleset)),
                **common,
            )
            continue
        value, hint = _choice_read(each, name, typed.get(name, ""), said), _HINTS.get(each.path, _hint(each))
        if each.path in PICKED:
            yield _picked(each, value, typed.get(FIND + name, ""), ruleset, hint, common)
        elif each.kind in ("flag", "conforms"):
            value = "" if value == UNSTATED else value
            yield Shown("radio", value=value, hint=_flag_hint(each), options=_truths(each, value), **common)
        elif each.kind in ("choice", "unit"):
            value = "" if value == UNSTATED else value
            known = {unit: measure_words(unit) for unit in UNITS} if each.kind == "unit" else choices_of(each, ruleset)
            options = (
                ("", NOT_STATED, None),
                *((key, words, None) for key, words in known.items()),
                *_other(value, known),
            )
            yield Shown("radio" if len(options) <= 6 else "select", value=value, hint=hint, options=options, **common)
        else:
            yield Shown("text", value=value, hint=hint, **common)


def _choice_read(each: FieldDescription, name: str, value: str, said: Said) -> str:
    """The choice that a value is, where it was written in other words; of a field that is typed, what was typed."""
    read = value_at(said.values, name)
    if read is None or not value or value == UNSTATED:
        return value
    if each.kind in ("flag", "conforms"):
        return {True: "yes", False: "no"}.get(read, str(read))
    is_chosen = each.choices or each.table or each.kind == "unit" or (each.path in PICKED and each.kind != "industry")
    return str(read) if is_chosen and not has_state(each) else value


def _is_typed(part: str, typed: Mapping[str, str]) -> bool:
    """Whether anything is stated in a part of the form."""
    return any(value for name, value in typed.items() if name.removeprefix(STATE).startswith(f"{part}."))


def _flag_hint(each: FieldDescription) -> Text | None:
    """The meaning, without the words of files (true, not_applicable)."""
    return None if each.kind == "conforms" else _hint(each)


def _hint(each: FieldDescription) -> Text | None:
    """The meaning of a field, and that the office supplies it where it does; inside a part of the office's the part says so."""
    inside, meaning = split_last(each.path)[0], _as_written(each)
    if each.by != OFFICE or (inside and describe(inside).by == OFFICE):
        return meaning
    if meaning is None:
        return _BY_OFFICE
    return Text(f"{meaning.zh}；{_BY_OFFICE.zh}", f"{meaning.en}; {_BY_OFFICE.en}")


def _as_written(each: FieldDescription) -> Text | None:
    """A field's meaning with the office's words for the codes of files that it tells an applicant to write."""
    if each.meaning is None:
        return None
    zh = each.meaning.zh
    for code, words in (
        (NONE, NONE_WORD),
        ("not_applicable", STATUS_WORDS["not_applicable"]),
        *(each.choices or {}).items(),
    ):
        zh = zh.replace(f" {code}", f"“{words.zh}”")
    return Text(zh, each.meaning.en.replace("not_applicable", STATUS_WORDS["not_applicable"].en))


def _truths(each: FieldDescription, value: str) -> tuple[tuple[str, Text, str | None], ...]:
    known = {"": NOT_STATED, "yes": TRUTH_WORDS[True], "no": TRUTH_WORDS[False]}
    if each.kind == "conforms":
        known = {"": NOT_STATED, "yes": STATUS_WORDS["pass"], "no": STATUS_WORDS["fail"]}
        if steps(each.path)[1] not in ALWAYS or value == "not_applicable":
            words = STATUS_WORDS["not_applicable"]
            known["not_applicable"] = Text(f"{words.zh}（须说明）", f"{words.en} (say why in the note)")
    return (*((key, words, None) for key, words in known.items()), *_other(value, known))


def _other(value: str, known: Mapping[str, Any]) -> tuple[tuple[str, Text, str | None], ...]:
    """What was sent and is none of the choices, so that it is seen and kept until it is put right."""
    if not value or value in known:
        return ()
    words = value.removeprefix("typed:")
    return ((value, Text(f"原填写：{words}", f"as sent: {words}"), None),)


def _picked(
    each: FieldDescription, value: str, find: str, ruleset: Ruleset, hint: Text | None, common: Mapping[str, Any]
) -> Shown:
    found = choices(ruleset, each.path, find)
    picked = choice(ruleset, each.path, value) if value else None
    if each.path == "project.industry":
        return Shown("industry", value=value, hint=hint, found=found if find else (), find=find, options=(), **common)
    none = ((NONE, NONE_OF[each.path], None),) if each.path in NONE_OF else ()
    chosen = () if picked is None or picked in found else (picked,)
    options = (("", NOT_STATED, None), *none, *((one.key, one.detail, one.name) for one in (*chosen, *found)))
    return Shown("pick", value=value, hint=None, find=find, found=found, picked=picked,
                 options=(*options, *_other(value, {key: None for key, _, _ in options})), **common)  # fmt: skip


def value_words(path: str, value: Any, ruleset: Ruleset) -> tuple[Text | None, str]:
    """A stated value as it is shown: words of ours, or what somebody typed (with the table's name for it)."""
    each = describe(path)
    if value == []:
        return EMPTY, ""
    if value == NONE and (each.may_be_none or each.kind == "part"):
        return NONE_OF.get(pattern_of(each.path), THERE_IS_NONE), ""
    if word := word_of(each, value):
        return word, ""
    pattern = pattern_of(each.path)
    if pattern in PICKED and pattern != "project.industry" and (known := choice(ruleset, pattern, str(value))):
        return None, known.name
    if each.kind == "unit" and value in UNITS:
        return measure_words(value), ""
    if each.kind == "industry":
        return None, industry_named(ruleset, str(value))
    unit = unit_words(each.unit if each.kind == "figure" else None)
    if unit.zh != unit.en:
        return Text(f"{value} {unit.zh}", f"{value} {unit.en}"), ""
    return None, f"{value} {unit.en}".rstrip()
