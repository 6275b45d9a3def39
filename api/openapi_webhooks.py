"""Webhooks in the OpenAPI document: each message with its headers, as a receiver sees it."""

from __future__ import annotations

from typing import Any

from api.wire.messages import BY_TYPE

_HEADERS = {
    "webhook-id": "同一通知每次发送都相同 / the same however often a message is sent: take each id once",
    "webhook-timestamp": "发送时间，自 1970 年起的秒数 / when it was sent, seconds since 1970",
    "webhook-signature": "v1,BASE64：HMAC-SHA256（Standard Webhooks）",
}


def webhooks() -> dict[str, Any]:
    """The messages by their type."""
    return {name: {"post": _sent(name)} for name in BY_TYPE}


def _sent(name: str) -> dict[str, Any]:
    return {
        "operationId": f"receive_{name.removesuffix('.recorded').removesuffix('.signed').replace('.', '_')}",
        "summary": BY_TYPE[name].__doc__,
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {"name": header, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
            for header, words in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{BY_TYPE[name].__name__}"}}},
        },
        "responses": {
            "2XX": {"description": "已收到 / received"},
            "410": {"description": "不再需要：不再发送 / not wanted any more: nothing more of this message is sent"},
            "default": {"description": "以后再发 / it is sent again later"},
        },
    }
