"""JSON as a review is written: without white space, keys in the order given, Chinese as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def write(value: Any) -> str:
    """A value as JSON text."""
    return "null" if value is None else _ENCODER.encode(value)


def write_object(parts: Mapping[str, str]) -> str:
    """An object from its values, each already JSON text. The keys need no escape."""
    return "{" + ",".join([f'"{name}":{text}' for name, text in parts.items()]) + "}"


def write_list(items: Iterable[str]) -> str:
    """A list from its items, each already JSON text."""
    return "[" + ",".join(items) + "]"
