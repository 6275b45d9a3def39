"""How a body's JSON values become a shape: every fault is named with its path."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.wire.refused import words_of
from review.errors import Fault, Refused, Text
from review.sheet.fields import iso_day

Shape = TypeVar("Shape", bound=BaseModel)


class Words(BaseModel):
    """Chinese and English."""

    model_config = ConfigDict(extra="forbid")
    zh: str = Field(min_length=1, max_length=2000, examples=["投产前落实 1.2 倍削减替代"])
    en: str = Field(min_length=1, max_length=2000, examples=["the 1.2 times offset is in place before operation"])


def refuse(where: str, zh: str, en: str) -> NoReturn:
    raise Refused([Fault(where, Text(zh, en))])


def read(model: type[Shape], content: Any, beside: tuple[str, ...] = ()) -> Shape:
    """The shape that JSON values state; `beside`: as of `fault`. Raises Refused."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise Refused([fault(each, beside) for each in error.errors(include_url=False, include_input=False)]) from error


def fault(error: Mapping[str, Any], beside: tuple[str, ...] = ()) -> Fault:
    """A fault of pydantic's as one of ours; `beside`: steps of its path that are no part of the body."""
    steps = [step for step in error["loc"] if step not in beside]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")[:200]
    return Fault(path, words_of(error))


def with_whole_number(content: Any, name: str) -> Any:
    """Values in which that number, read as an exact decimal, is a Python int where it is whole and not absurd."""
    value = content.get(name) if isinstance(content, dict) else None
    if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < 2**63:
        return {**content, name: int(value)}
    return content


def day_from(where: str, text: str | None) -> date | None:
    """The day that text writes, if there is any. Raises Refused."""
    if text is None:
        return None
    day = iso_day(text)
    if day is None:
        refuse(where, "应写成 2025-03-01", "should be a date such as 2025-03-01")
    return day
