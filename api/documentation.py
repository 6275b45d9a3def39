"""`/docs`: the API as one plain page made from its OpenAPI document. No script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin:2.2rem 0 .3rem;border-top:1px solid #ccc;padding-top:1rem}
code{font:14px/1.5 ui-monospace,monospace}.m{display:inline-block;min-width:4.5rem;font-weight:700}
table{border-collapse:collapse;width:100%;margin:.4rem 0}td,th{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #e5e5e5}
a{color:#0b4f8a}
"""


def page(document: Mapping[str, Any]) -> str:
    """The page, for an OpenAPI document."""
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(document['info']['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(document['info']['title'])}</h1>"
        '<p>机器可读：<a href="/openapi.json">openapi.json</a>。密钥放在 <code>Authorization: Bearer KEY</code>；错误一律为 RFC 9457 '
        "<code>application/problem+json</code>，语言依 <code>Accept-Language</code>。<br>"
        "A key goes into <code>Authorization: Bearer KEY</code>; every error is problem+json in the language asked for.</p>"
        f"{''.join(_operations(document))}<h1>数据 schemas</h1>{''.join(_schemas(document))}</body></html>"
    )


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f'<h2><span class="m">{method.upper()}</span> <code>{escape(path)}</code></h2><p>{escape(operation.get("summary", ""))}{_roles(operation)}</p>'
            rows = [
                (each["name"], each["in"], "必填 required" if each.get("required") else "", each.get("description", ""))
                for each in operation.get("parameters", [])
            ]
            body = operation.get("requestBody", {}).get("content", {})
            rows += [("body", kind, "必填 required", _name(each.get("schema", {}))) for kind, each in body.items()]
            answers = [
                (status, each.get("description", ""), _content(each), "")
                for status, each in operation["responses"].items()
            ]
            yield _table(rows) + _table(answers)


def _roles(operation: Mapping[str, Any]) -> str:
    roles = operation.get("x-roles")
    return f"<br>角色 roles: {escape(', '.join(roles))}" if roles else ""


def _content(response: Mapping[str, Any]) -> str:
    return ", ".join(_name(each.get("schema", {})) for each in response.get("content", {}).values())


def _name(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "items" in schema:
        return f"[{_name(schema['items'])}]"
    options = [_name(each) for each in schema.get("anyOf", schema.get("oneOf", [])) if each.get("type") != "null"]
    if "const" in schema or "enum" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    return " | ".join(options) or str(schema.get("type", ""))


def _schemas(document: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        rows = [
            (
                field,
                _name(each),
                f"{each.get('x-label', {}).get('zh', each.get('title', ''))} {each.get('x-unit', '')}".strip(),
                each.get("description", ""),
            )
            for field, each in schema.get("properties", {}).items()
        ]
        yield f'<h2 id="{escape(name)}"><code>{escape(name)}</code></h2><p>{escape(schema.get("description", ""))}</p>{_table(rows)}'


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{cells}</table>" if rows else ""
