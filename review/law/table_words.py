"""Codes of the edition's tables in the office's words (表中代码的用语): a review's bytes keep the codes, people are shown words.

What a finding cites of these tables is written by `cited_figure`; `figure_words` says the same in words, chosen by the row and
the column it stands in, so that `no` of one column is not taken for `no` of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from review.errors import Text
from review.law.edition import KEY_COLUMNS, Row, Ruleset
from review.law.forms import REVIEWED_FACTS
from review.law.prose import unit_words
from review.law.tables import COLUMN_WORDS, TABLE_WORDS, parameter_words
from review.law.vocabulary import VERSIONS, vocabulary_of
from review.sheet.project import AUTHORITIES, NATURES
from review.terms import MATTER_WORDS, TRUTH_WORDS, listed

_YES_NO = {"yes": TRUTH_WORDS[True], "no": TRUTH_WORDS[False]}
_REGIONS = {"key": Text("重点区域", "key region"), "other": Text("其他地区", "other region")}
_CELLS: Mapping[tuple[str, str], Mapping[str, Text]] = {
    ("sectors", "two_high"): _YES_NO | {"if-coal-units": Text("仅限有煤电机组的", "only with coal-fired units")},
    ("sectors", "voc_key"): _YES_NO,
    ("sectors", "park_expected"): _YES_NO,
    ("parks", "chemical_park"): _YES_NO,
    ("parks", "planning_eia"): _YES_NO,
    ("benchmark_levels", "closing"): _YES_NO,
    ("benchmark_levels", "correctable"): _YES_NO,
    ("limits", "correctable"): _YES_NO,
    ("areas", "counts"): {
        "surely": Text("计入", "counts"),
        "perhaps": Text("是否计入由经办人确定", "an officer decides whether it counts"),
        "never": Text("不计入", "does not count"),
    },
    ("coal_equivalents", "coal"): _YES_NO
    | {"maybe": Text("是否计入煤炭由经办人确定", "an officer decides whether it is coal")},
    ("coal_equivalents", "standard"): {"statistical": Text("统计用系数", "statistical")},
    ("review_thresholds", "two_high_only"): _YES_NO,
    ("review_thresholds", "same_site"): _YES_NO,
    ("review_thresholds", "asks"): {
        "review": MATTER_WORDS["energy_review"],
        **{code: Text(*words) for code, words in AUTHORITIES.items()},
    },
    ("review_thresholds", "increment"): {code: Text(*words) for code, words in NATURES.items()},
    ("capacity_replacement", "region"): _REGIONS,
    ("capacity_replacement", "case"): {
        "cross_province": Text("跨省置换", "across provinces"),
        "restricted": Text("置换限制类产能", "restricted capacity is replaced"),
        "merger": Text("兼并重组", "merger"),
        "same_site": Text("同一法人同一厂区", "the same owner on the same site"),
    },
    ("parameters", "value"): _REGIONS | _YES_NO,
}
# The tables whose rows fields of the sheet name.
_NAMED_BY_FIELD: Mapping[str, str] = {
    "site.park": "parks", "energy.items[].carrier": "coal_equivalents", "products[].benchmark": "benchmark_levels", "products[].limit": "limits",
}  # fmt: skip
# The columns that name what a row is about.
_NAMES = ("field", "variant", "product", "name", "fact", "asks")
# What a finding cites of a row, or of one column of it: as it is recorded, and its English.
_CITED: Mapping[str, Text] = {
    "sectors": Text("{name}：两高 {two_high}", "{name}: two-high {two_high}"),
    "parks": Text("{name}：化工园区 {chemical_park}", "{name}: chemical park {chemical_park}"),
    "parks.planning_eia": Text("{name}：规划环评 {planning_eia}", "{name}: planning EIA {planning_eia}"),
    "park_required": Text(
        "{prefix} {name}：应入经规划环评的园区", "{prefix} {name}: to stand in a park with a planning EIA"
    ),
    "areas": Text("{name} {counts}", "{name} {counts}"),
    "review_thresholds": Text("{fact} ≥ {at_least} {unit}", "{fact} ≥ {at_least} {unit}"),
}
# Codes and English in the sources of recorded editions, which stay as they are.
_IN_SOURCES: Mapping[str, Text] = {
    "（yes、no，": Text("（是、否，", "（是、否，"),
    " (a gas or biomass unit with the same code is not 煤电)": Text("（同一代码的燃气、生物质机组不是煤电）", "（同一代码的燃气、生物质机组不是煤电）"),
    " (253 nuclear fuel and 254 biomass fuel left out)": Text("（不含 253 核燃料加工、254 生物质燃料加工）", " (253 nuclear fuel and 254 biomass fuel left out)"),
}  # fmt: skip


def cell_words(table: str, column: str, value: str) -> Text:
    """A cell of a table in words; the cell itself where it is no code, or names a fact that no vocabulary knows."""
    if (table, column) == ("review_thresholds", "fact"):
        vocabulary = vocabulary_of(VERSIONS[-1])
        return vocabulary.described(value)[0] if value in vocabulary.project else Text(value, value)
    words = _CELLS.get((table, column), {})
    if value in words:
        return words[value]
    parts = [words[part] for part in value.split(";") if part in words]
    if ";" not in value or len(parts) < value.count(";") + 1:
        return Text(value, value)
    return Text("、".join(each.zh for each in parts), ", ".join(each.en for each in parts))


def source_words(text: str) -> Text:
    """Where a figure is from, as its row says, without codes and remarks of the other language; the text itself where it has none."""
    zh, en = text, text
    for part, words in _IN_SOURCES.items():
        zh, en = zh.replace(part, words.zh), en.replace(part, words.en)
    return Text(zh, en)


def cell_code(table: str, column: str, text: str) -> str:
    """The cell that is meant by words of `cell_words`, in Chinese; the text itself where it is none of them."""
    words = {each.zh: code for code, each in _CELLS.get((table, column), {}).items()}
    if (table, column) == ("review_thresholds", "fact"):
        words = {cell_words(table, column, each).zh: each for each in REVIEWED_FACTS}
    if text in words:
        return words[text]
    parts = [words.get(part.strip(), part.strip()) for part in text.split("、")]
    return ";".join(parts) if all(part in words.values() for part in parts) else text


def row_words(ruleset: Ruleset, table: str, row: Row) -> Text:
    """What a row is about, in words instead of its code: the names it gives, or the products it speaks of."""
    if table == "parameters":
        return parameter_words(row["parameter"])
    named = [cell_words(table, column, row[column]) for column in _NAMES if row.get(column)]
    if row.get("commodity"):
        named.append(product_words(ruleset, row.get("products") or row["commodity"]))
    found = named or [Text(row[KEY_COLUMNS[table]], row[KEY_COLUMNS[table]])]
    return Text(*(" ".join(dict.fromkeys(getattr(each, lang) for each in found)) for lang in ("zh", "en")))


def listed_rows(ruleset: Ruleset, table: str) -> Text:
    """The rows of a table that fields of the sheet name by a code: each in words, with its code."""
    return listed({row[KEY_COLUMNS[table]]: row_words(ruleset, table, row) for row in ruleset.table(table)})


def named_row(ruleset: Ruleset, pattern: str, value: Any) -> tuple[Ruleset, str, Row] | None:
    """The row of the edition that a field (by its pattern path) names by its code; None where it names none."""
    table = _NAMED_BY_FIELD.get(pattern)
    row = ruleset.row(table, value) if table and isinstance(value, str) else None
    return None if row is None or table is None else (ruleset, table, row)


def product_words(ruleset: Ruleset, codes: str) -> Text:
    """Products by the names that the table of benchmark levels gives them; a code that it does not have as it is."""
    rows = ((code, ruleset.row("benchmark_levels", code)) for code in codes.split(";"))
    names = [code if row is None else f"{row['field']} {row['variant']}".strip() for code, row in rows]
    return Text("、".join(names), ", ".join(names))


def change_words(editions: Iterable[Ruleset], kind: str, name: str) -> Text:
    """What a change of an edition is about: `table benchmark_levels:cement-clinker`, `parameter offset_ratio`, `rule voc-offset`; by the first edition that has it."""
    if kind == "parameter":
        return parameter_words(name)
    for edition in editions:
        table, _, code = name.partition(":")
        if kind == "table" and (row := edition.row(table, code)) is not None:
            words, title = row_words(edition, table, row), TABLE_WORDS.get(table, Text(table, table))
            return Text(f"{title.zh}：{words.zh}", f"{title.en}: {words.en}")
        if kind == "rule" and (rule := edition.rule(name)) is not None:
            return rule.title
    return COLUMN_WORDS.get(name) or Text(name, name)


def cited_figure(table: str, row: Row) -> str:
    """What a finding cites of a row of a table, or of one column (`parks.planning_eia`), with the table's codes: part of a review's bytes."""
    return _CITED[table].zh.format_map(row)


def figure_words(ruleset: Ruleset, document: str | None, quote: str | None) -> Text:
    """What a finding cites, in words: of a table's row the words of its codes, of a parameter its unit, of anything else what is quoted."""
    return _cited(ruleset).get((document or "", quote or "")) or Text(quote or "", quote or "")


@lru_cache(maxsize=16)
def _cited(ruleset: Ruleset) -> Mapping[tuple[str, str], Text]:
    """What can be cited of the edition's rows and parameters, by document and figure, in words."""
    return {
        (row["source"], cited_figure(cited, row)): _in_words(cited, row)
        for cited in _CITED
        for row in ruleset.table(_table(cited))
        if "." not in cited or row.get(cited.partition(".")[2])
    } | {
        # As the facts cite a parameter that has no words of a law: its figure and unit.
        (each.source, f"{each.text} {each.unit}"): Text(f"{each.text} {words.zh}", f"{each.text} {words.en}")
        for each in ruleset.parameters.values()
        if each.article is None and (words := unit_words(each.unit)) != Text(each.unit, each.unit)
    }


def _table(cited: str) -> str:
    return cited.partition(".")[0]


def _in_words(cited: str, row: Row) -> Text:
    cells = {column: cell_words(_table(cited), column, value) for column, value in row.items()}
    return Text(
        _CITED[cited].zh.format_map({column: each.zh for column, each in cells.items()}),
        _CITED[cited].en.format_map({column: each.en for column, each in cells.items()}),
    )
