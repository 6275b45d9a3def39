"""Headers of answers in the OpenAPI document: what every answer has, and what some have by what their operation asks."""

from __future__ import annotations

from typing import Any

from api.received import PASSED_OVER
from api.repeats import REPLAYED

_TEXT = {"type": "string"}
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "审查及其最后决定的版本 / the review as it stands with its last decision", "schema": _TEXT},
    "Location": {"description": "所建立的在何处 / where what was made is", "schema": {**_TEXT, "format": "uri-reference"}},
    PASSED_OVER: {
        "description": "工作簿中未读取的工作表（百分号编码）/ worksheets of the workbook that were not read, percent-encoded",
        "schema": _TEXT,
    },
    REPLAYED: {
        "description": "true：先前以同一 Idempotency-Key 记录过 / true: it was recorded before under the same key",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "RateLimit": {"description": "密钥的余量：r 次，t 秒后更新 / left of the key's quota: r requests, more in t seconds", "schema": _TEXT},
    "RateLimit-Policy": {"description": "密钥的额度：w 秒内 q 次 / the key's quota: q requests in w seconds", "schema": _TEXT},
    "Retry-After": {"description": "几秒后再试 / seconds to wait", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "Bearer", "schema": _TEXT},
    "Content-Language": {"description": "zh、en", "schema": {"type": "string", "enum": ["zh", "en"]}},
}  # fmt: skip
_OF_STATUS = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}


def headers(*names: str) -> dict[str, dict[str, str]]:
    """Headers of an answer by name, as references into the document."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def add_headers(operation: dict[str, Any], private: bool) -> None:
    """Add to each answer of an operation the headers that come with its status, its key and its Idempotency-Key."""
    repeats = any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
    for status, response in operation["responses"].items():
        names = [*_OF_STATUS.get(status, ())]
        if status.startswith(("4", "5")):
            names.append("Content-Language")
        elif repeats:
            names.append(REPLAYED)
        if private and status != "401":
            names += ["RateLimit", "RateLimit-Policy"]
        if names:
            response["headers"] = {**response.get("headers", {}), **headers(*names)}
