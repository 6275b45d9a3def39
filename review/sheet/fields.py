"""The kinds of fields of the project sheet (字段), and how each states its value.

Every value is read strictly: a decimal is exact or refused, `true` is not a number, a blank is not an answer. `null` or absent
means *not stated* (未载明). What is refused at intake alone (an invisible character in an id, a part above its whole) is read as it
stands where a sheet comes from the record: validation is then given `RECORDED` as its context.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from review.errors import Text
from review.quantities import DECIMAL_PLACES, INTEGER_DIGITS, fits, plain, read_decimal
from review.sheet.characters import BIDI, EDGES, is_no_character, is_printable, is_unseen
from review.sheet.nothing import says_nothing

LONGEST_TEXT = 2000
LONGEST_LIST = 500
NONE = "none"
By = Literal["applicant", "office"]
APPLICANT: By = "applicant"
OFFICE: By = "office"
RECORDED = "recorded"


class Part(BaseModel):
    """A part of the sheet: immutable, every key known.

    The parts write their annotations out (no `from __future__ import annotations`): compiling each from its text takes a while at every
    start. Nothing is built before the first sheet is read.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=False, hide_input_in_errors=True, defer_build=True
    )


def refuse(code: str, zh: str, en: str, at: tuple[str, ...] = ()) -> PydanticCustomError:
    """A refusal that carries both languages; the reader shows it with its path, or with each of the paths `at` within the part."""
    return PydanticCustomError(code, "{zh} / {en}", {"zh": zh, "en": en, "at": at})


def require_within(part: Part, inner: str, whole: str, info: ValidationInfo) -> None:
    """Raises, at intake, where the figure `inner` of a part of the sheet is above the figure `whole` that it is part of."""
    share, total = getattr(part, inner), getattr(part, whole)
    if share is None or total is None or share <= total or not at_intake(info):
        return
    extra: list[Any] = [type(part).model_fields[name].json_schema_extra for name in (inner, whole)]
    one, all_ = (each["label"] for each in extra)
    raise refuse(
        "part_above_whole",
        f"“{one['zh']}”{plain(share)} 大于“{all_['zh']}”{plain(total)}：部分不得大于整体，请核对这两项",
        f"“{one['en']}” {plain(share)} is above “{all_['en']}” {plain(total)}: a part is never above its whole; check both",
        (inner, whole),
    )


def shown(value: Any) -> Text:
    """A short, printable form of what was found, for an error message."""
    if isinstance(value, Mapping):
        return Text("对象（键值）", "an object")
    if isinstance(value, list | tuple):
        return Text("列表", "a list")
    if value is None or isinstance(value, bool):
        text = json.dumps(value)
    else:
        text = f"“{value}”" if isinstance(value, str) else str(value)
    clean = "".join(c if is_printable(c) and c not in BIDI else "�" for c in text[:80])
    words = clean + ("…" if len(text) > 80 else "")
    return Text(words, words)


def _figure(value: Any) -> Any:
    if value is None:
        return None
    number: Decimal | None = None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
    elif isinstance(value, str):
        number = read_decimal(value)
    if number is None or not number.is_finite():
        raise refuse(
            "figure",
            f"应为数字（可写成数字或字符串），实为 {shown(value).zh}；未知请留空",
            f"should be a number (as a number or a string), found {shown(value).en}; leave it out where it is not known",
        )
    if not fits(number):
        raise refuse(
            "figure_size",
            f"数字过长：整数部分最多 {INTEGER_DIGITS} 位、小数部分最多 {DECIMAL_PLACES} 位，实为 {shown(value).zh}；系统不作四舍五入",
            f"too many digits: at most {INTEGER_DIGITS} before the point and {DECIMAL_PLACES} after it, found {shown(value).en}; nothing is rounded on its way in",
        )
    # In the one spelling that the record stores: 1E+3 and 1000.0 are 1000 from here on, wherever the figure is quoted.
    return Decimal(plain(number))


def _amount(value: Any) -> Any:
    number = _figure(value)
    if number is not None and number < 0:
        raise refuse("amount", f"不得为负数，实为 {shown(value).zh}", f"may not be negative, found {shown(value).en}")
    return number


def _degrees(limit: int) -> Any:
    def check(value: Any) -> Any:
        number = _figure(value)
        if number is not None and not -limit <= number <= limit:
            raise refuse(
                "degrees",
                f"应在 ±{limit} 度之间，实为 {shown(value).zh}",
                f"should lie within ±{limit} degrees, found {shown(value).en}",
            )
        return number

    return check


def _flag(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    raise refuse(
        "flag", f"应为 true 或 false，实为 {shown(value).zh}", f"should be true or false, found {shown(value).en}"
    )


def stated_words(value: Any) -> Any:
    """A text as it is stated, or None. Raises where it is none, too long, blank, or holds what no text may hold."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise refuse(
            "words",
            f"应为文字（加引号），实为 {shown(value).zh}",
            f"should be text (in quotation marks), found {shown(value).en}",
        )
    if len(value) > LONGEST_TEXT:
        raise refuse(
            "words_length",
            f"文字过长（{len(value)} 字，最多 {LONGEST_TEXT} 字）",
            f"too long: {len(value)} characters, at most {LONGEST_TEXT}",
        )
    # What can be printed holds none of them.
    for at, character in enumerate("" if value.isprintable() else value):
        if (
            unicodedata.category(character) in {"Cc", "Cs", "Co"}
            or is_no_character(character)
            or character in BIDI
            or character in "\u2028\u2029"
        ):
            raise refuse(
                "words_character",
                f"第 {at + 1} 个字符 U+{ord(character):04X} 是控制字符、不可见方向符或非字符，请删去",
                f"character {at + 1}, U+{ord(character):04X}, is a control or direction character, or none at all; remove it",
            )
    if not value.strip():
        raise refuse(
            "words_blank",
            "为空白；未知请留空（不写本项或写 null）",
            "is blank; where it is not known, leave it out or write null",
        )
    return unicodedata.normalize("NFC", value.strip())


def at_intake(info: ValidationInfo) -> bool:
    """Whether the sheet is being taken in, and not read back from the record."""
    return info.context != RECORDED


def _text(value: Any, info: ValidationInfo) -> Any:
    words = stated_words(value)
    if words is not None and at_intake(info) and all(is_unseen(each) or each.isspace() for each in words):
        raise refuse(
            "words_unseen",
            "只含不可见字符；未知请留空（不写本项或写 null）",
            "holds nothing that can be seen; where it is not known, leave it out or write null",
        )
    return EDGES.sub("", words) if words is not None and at_intake(info) else words


def _reason(value: Any, info: ValidationInfo) -> Any:
    words = _text(value, info)
    if words is not None and at_intake(info) and says_nothing(words):
        raise refuse(
            "reason_none",
            f"理由不能写 {shown(words).zh}；没有理由或未知请留空",
            f"a reason cannot be {shown(words).en}; leave it out where there is none or it is not known",
        )
    return words


def iso_day(text: str) -> date | None:
    """The day that text such as 2025-03-01 writes; None for anything else, weeks and days of the year too."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(value: Any) -> Any:
    if value is None or (isinstance(value, date) and type(value) is date):
        return value
    if isinstance(value, str) and (day := iso_day(value)) is not None:
        return day
    raise refuse(
        "day",
        f"应为日期 年-月-日（如 2025-03-01），实为 {shown(value).zh}",
        f"should be a date such as 2025-03-01, found {shown(value).en}",
    )


def _day_or_none(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() == NONE:
        return NONE
    try:
        return _day(value)
    except PydanticCustomError:
        raise refuse(
            "day_or_none",
            f"应为日期 年-月-日（如 2025-03-01）或 none，实为 {shown(value).zh}",
            f"should be a date such as 2025-03-01, or none, found {shown(value).en}",
        ) from None


# GB/T 4754-2017: the sections (门类) and the divisions (大类) of each.
_SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60), "H": (61, 62),
    "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83),
    "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip


def _industry(value: Any) -> Any:
    if (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, Decimal) and value.as_tuple().exponent == 0
    ):
        value = str(value)
    words = stated_words(value)
    if words is None:
        return None
    match = re.fullmatch(r"([A-Ta-t]?)(\d{2})(\d{2})", words, re.ASCII)
    section = next((s for s, (a, b) in _SECTIONS.items() if match and a <= int(match[2]) <= b), None)
    if not match or section is None:
        raise refuse(
            "industry",
            f"应为国民经济行业分类（GB/T 4754-2017）四位小类代码，如 C3011 或 3011，实为 {shown(value).zh}",
            f"should be a four-digit class of GB/T 4754-2017 such as C3011 or 3011, found {shown(value).en}",
        )
    if match[1] and match[1].upper() != section:
        raise refuse(
            "industry_section",
            f"门类字母不符：{match[2]} 大类属 {section} 门类，实为 {shown(value).zh}",
            f"the letter does not fit: division {match[2]} belongs to section {section}, found {shown(value).en}",
        )
    return match[2] + match[3]


# null is “not stated”, like a field that is left out.
_NULL = {"type": "null"}
_NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?\d{1,12}(\.\d{1,9})?$"}, _NULL]}
_AMOUNT_SCHEMA = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\+?\d{1,12}(\.\d{1,9})?$"}, _NULL]
}
_NAME_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
TEXT_SCHEMA = {**_NAME_SCHEMA, "type": ["string", "null"]}
_AS_TEXT = PlainSerializer(
    lambda value: None if value is None else plain(value), return_type=str | None, when_used="json"
)

Figure = Annotated[Decimal | None, BeforeValidator(_figure), WithJsonSchema(_NUMBER_SCHEMA), _AS_TEXT]
Amount = Annotated[Decimal | None, BeforeValidator(_amount), WithJsonSchema(_AMOUNT_SCHEMA), _AS_TEXT]
Longitude = Annotated[Decimal | None, BeforeValidator(_degrees(180)), WithJsonSchema(_NUMBER_SCHEMA), _AS_TEXT]
Latitude = Annotated[Decimal | None, BeforeValidator(_degrees(90)), WithJsonSchema(_NUMBER_SCHEMA), _AS_TEXT]
Flag = Annotated[bool | None, BeforeValidator(_flag), WithJsonSchema({"type": ["boolean", "null"]})]
Words = Annotated[str | None, BeforeValidator(_text), WithJsonSchema(TEXT_SCHEMA)]
Name = Annotated[str, BeforeValidator(_text), WithJsonSchema(_NAME_SCHEMA)]
Reason = Annotated[str | None, BeforeValidator(_reason), WithJsonSchema(TEXT_SCHEMA)]
Day = Annotated[date | None, BeforeValidator(_day), WithJsonSchema({"type": ["string", "null"], "format": "date"})]
DayOrNone = Annotated[
    date | Literal["none"] | None,
    BeforeValidator(_day_or_none),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"const": NONE}, _NULL]}),
]
Industry = Annotated[
    str | None,
    BeforeValidator(_industry),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[A-Ta-t]?[0-9]{4}$"}, {"type": "integer"}, _NULL]}),
]
Absent = Literal["none"]


def stated_or_none(value: Any) -> str:
    """Which side of a field that may be stated absent a value is on; the words are dropped from error paths."""
    return "absent" if isinstance(value, str) else "stated"


OrNone = Discriminator(stated_or_none)
AsStated = Tag("stated")
AsAbsent = Annotated[Absent, Tag("absent")]


def field(
    zh: str, en: str, *, unit: str | None = None, meaning: tuple[str, str] | None = None, example: Any = None,
    choices: dict[str, tuple[str, str]] | None = None, table: str | None = None, longest: int | None = None, since: int = 1, by: By = APPLICANT,
) -> Any:  # fmt: skip
    """A field with its Chinese and English label, unit, meaning and example; forms and templates are made from these.

    Conditions and columns know it, and what is below it, in editions whose content says `facts:` `since` or more. What the office
    supplies of a part (`by`), it supplies of all that is in it. What it can be is either listed (`choices`), or the keys of a `table` of the
    edition that judges, which refuses any other.
    """
    extra: dict[str, Any] = {"label": {"zh": zh, "en": en}}
    if unit:
        extra["unit"] = unit
    if meaning:
        extra["meaning"] = {"zh": meaning[0], "en": meaning[1]}
    if choices:
        extra["choices"] = {key: {"zh": words[0], "en": words[1]} for key, words in choices.items()}
    if table:
        extra["table"] = table
    if since > 1:
        extra["since"] = since
    if by != APPLICANT:
        extra["by"] = by
    examples = None if example is None else [example]
    return Field(
        default=None,
        title=zh,
        description=meaning[0] if meaning else zh,
        examples=examples,
        json_schema_extra=extra,
        max_length=longest,
    )
