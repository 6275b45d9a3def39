"""JSON as the product writes it: without white space, Chinese as it is; of a review in the order given, for digests in that of RFC 8785."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import Any

import rfc8785

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def write(value: Any) -> str:
    """A value as JSON text."""
    if isinstance(value, str):
        return encode_basestring(value)
    return "null" if value is None else _ENCODER.encode(value)


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False, allow_nan=False
)
# From here on a double, which JSON is commonly read into, does not hold every whole number.
_TOO_LARGE = 2**53
_BEYOND_16_BITS = re.compile(rb"[\xf0-\xf4]")


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of text, truths, null, whole numbers below 2⁵³, lists, and objects of them.

    Other numbers are not for it, and it does not look for them: `require_whole` does. Raises ValueError for NaN and infinity.

    It is written by the standard library, whose order of keys is RFC 8785's unless a character needs more than 16 bits.
    """
    text = _CANONICAL.encode(value).encode()
    return rfc8785.dumps(value) if _BEYOND_16_BITS.search(text) else text


def require_whole(value: Any) -> None:
    """Raises ValueError for a number within a value that is not whole or not below 2⁵³: another program could read it as another one."""
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            left += each.values()
        elif isinstance(each, (list, tuple)):
            left += each
        elif isinstance(each, (int, float)) and not (isinstance(each, int) and -_TOO_LARGE < each < _TOO_LARGE):
            raise ValueError(f"{each!r} is no whole number below 2**53")


def write_object(parts: Mapping[str, str]) -> str:
    """An object from its values, each already JSON text. The keys need no escape."""
    return "{" + ",".join([f'"{name}":{text}' for name, text in parts.items()]) + "}"


def write_list(items: Iterable[str]) -> str:
    """A list from its items, each already JSON text."""
    return "[" + ",".join(items) + "]"


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
