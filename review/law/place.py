"""What an edition says of its place (属地内容): its areas in words, whose figures are added up, what projects may be split to stay below."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from review.errors import Fault, RulesetError, Text
from review.law.at_hand import rulesets_at_hand
from review.law.before import place_before
from review.law.edition import KEY_COLUMNS, Parameter, Ruleset
from review.law.loading import contents_at_hand
from review.law.names import gates, is_of_gate
from review.sheet import FieldDescription, json_schema
from review.sheet.paths import steps

AREAS = "areas"


@dataclass(frozen=True)
class SplitFigure:
    """A figure that projects may be split to stay below: what is summed (`energy_tce`, `voc_t`); `strict`: only what is beyond it reaches it."""

    measure: str
    parameter: Parameter
    strict: bool


def area_words(ruleset: Ruleset) -> Mapping[str, Text]:
    """The areas of an edition by their codes, in the order of its table, in words."""
    return dict(_area_words(ruleset.content))


def _area_words(content: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    words = _said(content, "area_words")
    for row in content["tables"].get(AREAS, ()):
        code, name = row["area"], row["name"]
        yield code, Text(words[code]["zh"], words[code]["en"]) if code in words else Text(name, name)


def area_words_at_hand() -> Mapping[str, Text]:
    """The areas of every ruleset at hand, those of the default first: what a source of the record can be registered in.

    Raises RulesetError where two rulesets call an area of one code by other words, as a source there would count by both.
    """
    return area_words_of(rulesets_at_hand())


def area_words_of(rulesets: Collection[str]) -> Mapping[str, Text]:
    """The areas of some of the rulesets at hand. Raises RulesetError as `area_words_at_hand` does."""
    found: dict[str, tuple[str, Text]] = {}
    for content in contents_at_hand():
        if content["id"] not in rulesets:
            continue
        mine = str(content["id"])
        for code, words in _area_words(content):
            ruleset, known = found.setdefault(code, (mine, words))
            if ruleset != mine and known != words:
                raise RulesetError([Fault(f"{mine}/edition.yaml", Text(
                    f"区域 {code} 在规则集 {ruleset} 中为“{known.zh}”，在 {mine} 中为“{words.zh}”：请换用另一代码",
                    f"the area {code} is {known.en!r} in the ruleset {ruleset} and {words.en!r} in {mine}: give it another code"))])  # fmt: skip
            if ruleset == mine:
                # Of several editions of one ruleset the latest has the say.
                found[code] = (ruleset, words)
    return {code: words for code, (_, words) in found.items()}


def plan_titles() -> Mapping[str, str]:
    """The title of each plan at hand, by the name of its ruleset. Raises RulesetError."""
    return {str(content["id"]): str(content["plan"]["title"]) for content in contents_at_hand()}


def area_code(written: str) -> str:
    """The code of an area that is written in words of a ruleset at hand; what is no such word, or that of several areas, as it is."""
    label = written.strip().lower()
    known = area_words_at_hand()
    former = place_before()["former_labels"]
    codes = {former[written.strip()]} if written.strip() in former else set()
    codes |= {
        code
        for code, words in known.items()
        if label in (words.zh.lower(), words.en.lower(), words.zh.partition("（")[0])
    }
    return written if written in known or len(codes) != 1 else codes.pop()


def names_of_rows(table: str, rulesets: Collection[str]) -> Mapping[str, str]:
    """The name of each row of a table of some of the rulesets at hand, by its key: of editions the latest says it, of rulesets the default."""
    found: dict[str, tuple[str, str]] = {}
    for content in contents_at_hand():
        for row in content["tables"].get(table, ()):
            key, mine = row[KEY_COLUMNS[table]], str(content["id"])
            if mine in rulesets and found.get(key, (mine,))[0] == mine:
                found[key] = (mine, row["name"])
    return {key: name for key, (_, name) in found.items()}


@lru_cache(maxsize=16)
def gates_asked(ruleset: Ruleset) -> frozenset[str]:
    """The gates of the environmental impact assessment that a rule of the edition asks for."""
    read = {name for rule in ruleset.rules for name in rule.rests_on}
    return frozenset(gate for gate in gates() if any(name.startswith(f"eia.{gate}.") for name in read))


def is_asked(path: str, ruleset: Ruleset) -> bool:
    """Whether forms and workbooks of an edition ask for a field or part: a gate that none of its rules reads is not asked for."""
    return not is_of_gate(path) or steps(path)[1] in gates_asked(ruleset)


def word_of(field: FieldDescription, value: Any) -> Text | None:
    """The office's word for a value that has one, also of what is chosen from a table of the edition; None for any other."""
    word = field.word(value)
    return area_words_at_hand().get(value) if word is None and field.table == AREAS and isinstance(value, str) else word


def choices_of(field: FieldDescription, ruleset: Ruleset) -> Mapping[str, Text]:
    """What a field can be chosen from by an edition: what the sheet lists, or the keys of the edition's table; empty for what is not chosen."""
    return area_words(ruleset) if field.table == AREAS else field.choices or {}


def sheet_schema(ruleset: Ruleset | None = None) -> dict[str, Any]:
    """The sheet's JSON Schema for an edition, or for all at hand: what is chosen from their tables can be nothing else."""
    areas = area_words(ruleset) if ruleset else area_words_at_hand()
    schema = json_schema()
    for part in schema["$defs"].values():
        for each in part.get("properties", {}).values():
            if each.get("table") == AREAS:
                each |= {"enum": [*areas, None], "choices": {code: words.as_json() for code, words in areas.items()}}
    return schema


def home_area(ruleset: Ruleset) -> str | None:
    """The first area of an edition that surely counts; None where none does."""
    return next((row["area"] for row in ruleset.table(AREAS) if row["counts"] == "surely"), None)


def benchmark_share(ruleset: Ruleset) -> Parameter | None:
    """The target for the share of capacity at benchmark level, in percent; None where the plan sets none."""
    return _parameter(ruleset, _said(ruleset.content, "indicators").get("capacity_at_benchmark"))


def reduction_targets(ruleset: Ruleset) -> Mapping[str, Parameter]:
    """How much of each pollutant the plan asks to be reduced, in the order of the edition."""
    named = _said(ruleset.content, "indicators").get("reductions") or {}
    found = ((pollutant, _parameter(ruleset, name)) for pollutant, name in named.items())
    return {pollutant: parameter for pollutant, parameter in found if parameter is not None}


def offset_ratio(ruleset: Ruleset) -> Parameter | None:
    """How many times VOC emission is offset, to be shown while a sheet is filled in; None where the edition has no such figure."""
    return _parameter(ruleset, _said(ruleset.content, "offset_ratio"))


def split_figures(ruleset: Ruleset) -> Iterator[SplitFigure]:
    """The edition's figures that projects may be split to stay below, in order."""
    for each in _said(ruleset.content, "split_below"):
        parameter = _parameter(ruleset, each["parameter"])
        if parameter is not None:
            yield SplitFigure(each["measure"], parameter, each.get("reached") == "above")


def _parameter(ruleset: Ruleset, name: str | None) -> Parameter | None:
    return ruleset.parameters.get(name) if name else None


def _said(content: Mapping[str, Any], key: str) -> Any:
    """A section of the edition; of content that was recorded before it had one, what was said then."""
    return content[key] if key in content else place_before()[key]
