"""Forms of ruleset files (规则文件的格式): the columns of each table with the values that a cell may have, and the keys of edition and rules.

A folder is validated by these before anything is made of it; content that a record stores is not, as it was validated when it was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal
from unicodedata import category

from review.errors import Text, quoted
from review.law.dated import day
from review.quantities import fits, read_decimal
from review.sheet.characters import UNSEEN, is_no_character, is_unseen
from review.sheet.fields import LONGEST_TEXT
from review.terms import EVIDENCE

CLAUSE_KINDS = ("rule", "reminder", "indicator", "account", "authority", "programme", "heading", "preamble")
# What changed an edition: the law, an error of ours that was put right, a setting of the office, or a figure checked against its document.
HISTORY_KINDS = ("law", "error", "setting", "evidence")

# Control characters, halves of characters, private use.
_NO_TEXT = frozenset({"Cc", "Cs", "Co"})
_SHORT_LIST, _LONG_LIST = 12, 100
_NAME = re.compile(r"\w[\w.-]*")
# As findings show it: no sign but minus, no exponent.
_FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?")

Kind = Literal["text", "key", "keys", "prefix", "prefixes", "figure", "signed", "day", "yes_no", "choice"]


@dataclass(frozen=True)
class Cell:
    """The values that a cell may have. `figure` is not negative, nor 0 where it is `positive`; `prefix` begins codes of industries; `keys` and `prefixes` are several, with semicolons between."""

    kind: Kind = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    positive: bool = False

    def fault(self, text: str) -> Text | None:
        """What is wrong with a cell's text, and what is allowed; None where nothing is."""
        if not text:
            return Text("不能留空", "may not be empty") if self.required else None
        if (wrong := text_fault(text)) is not None:
            return wrong
        if self.kind in ("figure", "signed"):
            return _figure_fault(text, self.kind == "signed", self.positive)
        if self.kind == "day" and day(text) is None:
            return Text(
                f"“{text}”不是日期，应为存在的 YYYY-MM-DD", f"{text!r} is no date: it should be a real YYYY-MM-DD"
            )
        if self.kind in ("key", "keys"):
            for part in text.split(";") if self.kind == "keys" else (text,):
                if not _is_key(part):
                    return Text(
                        f"“{part}”应为小写字母、数字和连字符", f"{part!r} should be small letters, digits and hyphens"
                    )
        if self.kind in ("prefix", "prefixes"):
            return _prefix_fault(text.split(";") if self.kind == "prefixes" else [text])
        choices = ("yes", "no") if self.kind == "yes_no" else self.choices
        return none_of(text, choices) if choices and text not in choices else None


def text_fault(text: str) -> Text | None:
    """What is wrong with a text that is too long, or holds what nobody can see, or what is no character; None where nothing is."""
    if len(text) > LONGEST_TEXT:
        return Text(f"文字过长（{len(text):,} 字），最多 {LONGEST_TEXT:,} 字", f"is too long ({len(text):,} characters): at most {LONGEST_TEXT:,}")  # fmt: skip
    if text.isprintable() and UNSEEN.search(text) is None:
        return None
    found = next((each for each in text if is_unseen(each) or (category(each) in _NO_TEXT and each not in "\r\n\t") or is_no_character(each)), None)  # fmt: skip
    if found is None:
        return None
    code = f"U+{ord(found):04X}"
    return Text(
        f"含有看不见的字符（{code}），请删去重写", f"holds a character that cannot be seen ({code}): write it without"
    )


def _prefix_fault(prefixes: Iterable[str]) -> Text | None:
    for each in prefixes:
        if not (each.isascii() and each.isdigit() and 2 <= len(each) <= 4):
            return Text(
                f"“{each}”应为行业代码的前二至四位数字", f"{each!r} should be the first two to four digits of an industry's code"
            )  # fmt: skip
    return None


def _figure_fault(text: str, signed: bool, positive: bool) -> Text | None:
    value = read_decimal(text)
    if value is None or not fits(value) or not _FIGURE.fullmatch(text):
        return Text(
            f"“{text}”不是数值：只写数字，例如 7.8，整数不超过 12 位、小数不超过 9 位",
            f"{text!r} is no figure: write digits alone, such as 7.8, at most 12 before the point and 9 after",
        )
    if value < Decimal(0) and not signed:
        return Text(f"{text} 不能为负", f"{text} may not be negative")
    if positive and not value:
        return Text("不能为 0", "may not be 0")
    return None


def name_fault(name: object) -> Text | None:
    """What is wrong with the name of a ruleset, an edition or a rule: it stands in addresses, in `ID@EDITION` and in `ID@EDITION~12345678`."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return None
    return Text(
        f"“{name}”不能作名称：只用字母、数字、点、连字符和下划线，以字母或数字开头",
        f"{name!r} cannot be a name: letters, digits, points, hyphens and underscores alone, a letter or digit first",
    )


def _is_key(text: str) -> bool:
    rest = text.replace("-", "").replace("_", "")
    return text.isascii() and (rest.isalnum() or not rest) and text == text.lower() != ""


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that is nearest to one that is not known, if any is near."""
    return _near(name, tuple(dict.fromkeys(known)))


@lru_cache(maxsize=1024)
def _near(name: str, names: tuple[str, ...]) -> str | None:
    folded = {each.casefold(): each for each in names}
    if name.casefold() in folded:
        return folded[name.casefold()]
    found = get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None


def none_of(name: str, known: Iterable[str]) -> Text:
    """A name that is not known: the near one, else all that there are."""
    names = tuple(dict.fromkeys(known))
    nearest = near(name, names)
    zh, en = f"“{name}”不在可用之列", f"{name!r} is not allowed"
    if nearest is not None:
        zh, en = f"{zh}，是否为“{nearest}”？", f"{en}; did you mean {nearest!r}?"
        # A short list is told whole besides.
        if len(names) > _SHORT_LIST:
            return Text(zh, en)
    if len(names) > _LONG_LIST:
        return Text(f"{zh}，也没有相近的", f"{en}, and nothing is near it")
    allowed = quoted(names)
    return Text(f"{zh}；可用：{allowed.zh}", f"{en}; allowed: {allowed.en}")


# What a row that is no clause of the plan names for its figures to be official.
OFFICIAL_COLUMNS = ("document", "page", "document_date")


@dataclass(frozen=True)
class Table:
    """A table: its columns, which of them together name a row, and whose day chooses a row (`edition` or `sheet`; "" undated)."""

    columns: Mapping[str, Cell]
    key: tuple[str, ...]
    dated: Literal["", "edition", "sheet"] = "edition"

    @property
    def allowed(self) -> tuple[str, ...]:
        """The columns that its file may have."""
        dates = ("from", "until") if self.dated else ()
        official = OFFICIAL_COLUMNS if "evidence" in self.columns else ()
        return tuple(dict.fromkeys((*self.columns, *dates, *official)))

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that its file must have."""
        return tuple(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that name a row of an edition: where the sheet's day chooses a row, its first day among them."""
        return (*self.key, *(("from",) if self.dated == "sheet" else ()))

    def cell(self, column: str) -> Cell:
        """The values that the cells of a column may have."""
        return self.columns.get(column, MAYBE if column in OFFICIAL_COLUMNS[:2] else MAYBE_DAY)

    def name(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """What names a row."""
        return tuple(row.get(column, "") for column in self.key)


TEXT, MAYBE, KEY, KEYS = Cell(), Cell(required=False), Cell("key"), Cell("keys")
FIGURE = Cell("figure")
# What quantities are multiplied with, or divided by: 0 would switch off what reads it.
FACTOR, MAYBE_FACTOR = Cell("figure", positive=True), Cell("figure", required=False, positive=True)
PREFIX, PREFIXES = Cell("prefix"), Cell("prefixes")
SIGNED, MAYBE_SIGNED = Cell("signed"), Cell("signed", required=False)
MAYBE_DAY, YES_NO = Cell("day", required=False), Cell("yes_no")
GROUNDED = {"source": TEXT, "evidence": Cell("choice", choices=EVIDENCE)}
# Where in its source a figure stands: the article, and its very words.
_PASSAGE = {"article": MAYBE, "quote": MAYBE}
_STANDARD = {"standard": TEXT, "evidence": Cell("choice", choices=EVIDENCE)}
REVIEWED_FACTS = ("energy.review_total_tce", "energy.higher_total_tce", "energy.electricity_mwh", "energy.coal_t")
NATURES = ("new", "relocation", "rebuild", "expansion", "technical_renovation")
CASES = ("cross_province", "restricted", "merger", "same_site")
REGION = Cell("choice", choices=("key", "other"))

TABLES: Mapping[str, Table] = {
    "benchmark_levels": Table({
        "id": KEY, "field": TEXT, "variant": MAYBE, "industry": PREFIX, "indicator": MAYBE, "unit": MAYBE, "benchmark": MAYBE_SIGNED,
        "baseline": MAYBE_SIGNED, **_STANDARD, "standard": MAYBE, "gb_standard": MAYBE, "gb_from": MAYBE_DAY, "gb_level_1": MAYBE_SIGNED,
        "gb_level_2": MAYBE_SIGNED, "gb_level_3": MAYBE_SIGNED, "gb_note": MAYBE, "closing": YES_NO, "correctable": YES_NO,
    }, ("id",)),
    "coal_equivalents": Table({
        "id": KEY, "name": TEXT, "unit": TEXT, "factor": MAYBE_FACTOR, "low": MAYBE_FACTOR, "high": MAYBE_FACTOR,
        "quantity_unit": TEXT, "coal": Cell("choice", choices=("yes", "maybe", "no")), **_STANDARD,
    }, ("id",)),
    "review_thresholds": Table({
        "fact": Cell("choice", choices=REVIEWED_FACTS), "at_least": FIGURE, "unit": TEXT,
        "asks": Cell("choice", choices=("review", "county", "city", "province", "ndrc")), "two_high_only": YES_NO,
        "increment": Cell("keys", required=False), "same_site": YES_NO, "source": TEXT, **_PASSAGE, "evidence": GROUNDED["evidence"],
    }, ("fact", "asks", "two_high_only"), "sheet"),
    "sectors": Table({
        "sector": KEY, "name": TEXT, "industry_prefixes": PREFIXES, "two_high": Cell("choice", choices=("yes", "no", "if-coal-units")),
        "voc_key": YES_NO, "park_expected": YES_NO, **GROUNDED,
    }, ("sector",)),
    "capacity_replacement": Table({
        "commodity": KEY, "products": KEYS, "region": REGION, "case": Cell("choice", required=False, choices=CASES), "ratio": FACTOR, **GROUNDED,
    }, ("commodity", "region", "case"), "sheet"),
    "limits": Table({
        "id": KEY, "product": TEXT, "variant": MAYBE, "industry": PREFIX, "unit": TEXT, "level_1": MAYBE_SIGNED, "level_2": SIGNED,
        "level_3": SIGNED, **_STANDARD, "note": MAYBE, "correctable": YES_NO,
    }, ("id",), "sheet"),
    "park_required": Table({"prefix": PREFIX, "name": TEXT, **GROUNDED}, ("prefix",)),
    "parks": Table({
        "park": KEY, "name": TEXT, "chemical_park": YES_NO, "planning_eia": Cell("yes_no", required=False), "note": MAYBE, **GROUNDED,
    }, ("park",)),
    "areas": Table({
        "area": KEY, "name": TEXT, "counts": Cell("choice", choices=("surely", "perhaps", "never")), "why": MAYBE, **GROUNDED,
    }, ("area",)),
}  # fmt: skip
PARAMETERS = Table(
    {"parameter": KEY, "value": MAYBE, "unit": MAYBE, "source": TEXT, **_PASSAGE, "evidence": GROUNDED["evidence"]},
    ("parameter",),
)
# The parameters are a table among the others.
PARAMETERS_TABLE = "parameters"
FORMS: Mapping[str, Table] = {PARAMETERS_TABLE: PARAMETERS, **TABLES}
CLAUSES = Table({
    "clause": TEXT, "article": TEXT, "heading": TEXT, "kind": Cell("choice", choices=CLAUSE_KINDS), "carried_by": MAYBE, "quote": MAYBE,
    "reminds": MAYBE,
}, ("clause",), "")  # fmt: skip
AUTHORITIES = Table({"article": TEXT, "clause": TEXT, "authorities": TEXT}, ("article",), "")
# Parameters that are no figure, or never 0; all others are figures.
PARAMETER_CELLS: Mapping[str, Cell] = {
    **dict.fromkeys(("offset_ratio", "carbon_replacement_ratio", "pollutant_reduction_ratio", "kgce_per_kgoe", "kj_per_kgce"), FACTOR),
    "capacity_region": REGION, "baseline_closing": Cell("day"), "carbon_evaluation_from": Cell("day"),
    "energy_acceptance_from": Cell("day"), "plan_continues": Cell("choice", required=False, choices=("yes", "no")),
}  # fmt: skip

# Columns whose figures follow each other, the strictest first: less energy is better in every row, negative levels too.
ORDERS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "benchmark_levels": (("benchmark", "baseline"), ("gb_level_1", "gb_level_2", "gb_level_3")),
    "limits": (("level_1", "level_2", "level_3"),),
    "coal_equivalents": (("low", "factor", "high"),),
}

EDITION_KEYS = (
    "id", "facts", "plan", "editions", "tables", "benchmark_document", "known_elsewhere", "added_rows", "baseline_deadlines",
    "capacity_notices", "area_words", "indicators", "split_below", "offset_ratio", "notes", "reminders", "terms", "rule_files",
)  # fmt: skip
ONE_EDITION_KEYS = ("from", "title", "history")
HISTORY_KEYS = ("kind", "date", "document", "page", "file", "zh", "en", "changes", "corrects")
RULE_KEYS = (
    "id", "from", "until", "clauses", "basis", "matter", "force", "force_basis", "after_plan", "rests", "gives", "target_of", "title",
    "applies", "requires", "excused", "figure", "unit", "commitment", "messages", "remedy", "note",
    "shows",
)  # fmt: skip
RULE_FILE_KEYS = ("each", "rules")
CLAUSE_KEYS = ("clause", "quote")
REMINDER_KEYS = ("document", "article", "quote", "evidence", "applies", "message", "from", "until")
BASIS_KEYS = ("document", "article", "quote", "evidence", "from", "until")
# What is added up beside the rules: the parameter of a target, of reductions one for each pollutant of the register.
INDICATOR_KEYS = ("capacity_at_benchmark", "reductions")
# What projects may be split to stay below: what is summed, and the parameter of the figure, which a sum `at_least` as large reaches, or only one `above` it.
SPLIT_KEYS = ("measure", "parameter", "reached")
SPLIT_REACHED = ("at_least", "above")
SPLIT_MEASURES = ("energy_tce", "voc_t")
# The notes whose words the edition has, each with the names they may speak of.
NOTES: Mapping[str, tuple[str, ...]] = {"sector-unlisted": ("industry",), "guidance-annual-energy": ()}
FIGURES = ("applies", "none")
GIVES = ("guidance_required",)
RESTS = ("third-party",)
TARGETS_OF = ("plan",)


def unknown_keys(found: Iterable[str], allowed: Iterable[str]) -> Iterator[tuple[str, Text]]:
    """Each key that is not allowed, with the words of its fault."""
    names = tuple(allowed)
    for key in found:
        if key not in names:
            yield key, none_of(key, names)
