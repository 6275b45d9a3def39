"""The OpenAPI document: the sheet's own schema, the bodies that are read exactly, problems for every error, examples that run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from api import problems
from api.bodies import SHAPES
from api.deps import PREFIX
from api.openapi_headers import HEADERS, add_headers
from api.openapi_sheet import as_component
from api.openapi_webhooks import webhooks
from api.parameters import within
from api.problem_codes import BY_STATUS
from api.received import JSON, NDJSON, WORKBOOK
from api.wire.messages import BY_TYPE
from api.wire.problem import ProblemDocument
from review.law.place import sheet_schema
from review.record.storage.actors import product

# What any call can answer, and what only some can.
_EVERYWHERE = (400, 406, 408, 422, 429, 500, 503)
_WITH_BODY = (413, 415)
_SAMPLE: dict[str, Any] = {
    "project": {
        "name": "虚构化工项目",
        "code": "2503-350181-04-01-123456",
        "industry": "C2614",
        "nature": "new",
        "stage": "proposed",
    },
    "voc": {
        "emission_t": "10",
        "offsets": [{"source": "S-2024-001", "allocated_t": "9", "document": "示环〔2024〕5号（示例）"}],
    },
}
_TITLE = "Two-High Review"
_ABOUT = (
    "对照本单位的方案审查“两高”项目。小数一律精确，可写作数字或文字；错误一律为 RFC 9457 problem+json。 / "
    "Reviews two-high projects against the office's plan. Decimals are exact, as numbers or text; every error is RFC 9457 problem+json."
)


def reference(name: str, example: Any = None) -> dict[str, Any]:
    """What FastAPI is told of a body that we read ourselves; `example` where the examples of its required fields do not make one."""
    shown = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    return {
        "requestBody": {
            "required": True,
            "content": {JSON: shown if example is None else {**shown, "example": example}},
        }
    }


SHEET = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/ProjectSheet"}, "example": _SAMPLE},
            WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
# A file in an answer.
FILE = {"schema": {"type": "string", "format": "binary"}}
SHEETS = {
    "requestBody": {
        "required": True,
        "content": {
            # What is no ProjectSheet is not refused with the rest: it is answered with a problem of its own.
            JSON: {
                "schema": {"type": "array", "items": {"title": "ProjectSheet"}, "minItems": 1},
                "example": [_SAMPLE],
            },
            NDJSON: {
                "schema": {"description": "一行一份 / a sheet on each line"},
                "example": json.dumps(_SAMPLE, ensure_ascii=False),
            },
        },
    }
}


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route can answer beside those of every route."""
    return {status: {"description": BY_STATUS[status].words.en} for status in statuses}


def openapi(app: FastAPI, routers: Sequence[APIRouter]) -> dict[str, Any]:
    """The document, memoised."""
    if not app.openapi_schema:
        app.openapi_schema = _made(app, routers)
    return app.openapi_schema


def _made(app: FastAPI, routers: Sequence[APIRouter]) -> dict[str, Any]:
    document = get_openapi(title=_TITLE, version=product(), description=_ABOUT, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= _read_by_us()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["servers"] = [{"url": "/", "description": "本服务 / this server"}]
    document["webhooks"] = webhooks()
    document["components"]["headers"] = HEADERS
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "密钥或登录令牌 / a key or a session's token"}
    }
    roles = authorised(routers)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(path, operation, roles[method.upper(), path])
    return document


def authorised(routers: Sequence[APIRouter]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Which roles may call what, by method and path; an empty tuple needs no sign-in. Read from the routes' own dependencies."""
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    for route in (each for router in routers for each in router.routes):
        if isinstance(route, APIRoute):
            asked = [
                each.call.__dict__["roles"]
                for each in within(route.dependant)
                if "roles" in getattr(each.call, "__dict__", {})
            ]
            table |= {(method, route.path_format): asked[0] if asked else () for method in route.methods or ()}
    return table


def methods(routers: Sequence[APIRouter], path: str) -> list[str]:
    """The methods that a path has; what answers GET answers HEAD."""
    found = (
        each
        for router in routers
        for each in router.routes
        if isinstance(each, APIRoute) and each.path_regex.match(path)
    )
    there = {method for each in found for method in each.methods or ()}
    return sorted(there | {"HEAD"} if "GET" in there else there)


def _complete(path: str, operation: dict[str, Any], roles: tuple[str, ...]) -> None:
    ours, private = path.startswith(PREFIX), bool(roles)
    operation["security"] = [{"key": []}] if private else []
    if private:
        operation["x-roles"] = list(roles)
    operation["parameters"] = [
        each for each in operation.get("parameters", []) if each["name"].lower() != "authorization"
    ]
    found = operation["responses"]
    # An operation's own list can only be added to.
    wanted = [
        *(_EVERYWHERE if ours else (400, 408, 500, 503)),
        *((401, 403) if private else ()),
        *(_WITH_BODY if "requestBody" in operation else ()),
    ]
    for status in wanted:
        found.setdefault(str(status), {"description": BY_STATUS[status].words.en})
    shape = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    for status, response in found.items():
        if status.startswith(("4", "5")):
            words = BY_STATUS[int(status)].words
            response["description"] = f"{words.zh} / {words.en}"
            response["content"] = shape
    operation["responses"] = dict(sorted(found.items()))
    add_headers(operation, private)


@cache
def _read_by_us() -> dict[str, Any]:
    """The schemas of what is read by our own readers, which FastAPI does not know of."""
    schemas: dict[str, Any] = {}
    sheet = sheet_schema()
    schemas |= {name: as_component(each) for name, each in sheet.pop("$defs", {}).items()}
    for name in ("$schema", "$id"):
        sheet.pop(name, None)
    schemas["ProjectSheet"] = as_component(sheet)
    models: tuple[type[BaseModel], ...] = (*SHAPES, ProblemDocument, *BY_TYPE.values())
    for model in models:
        made = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= made.pop("$defs", {})
        schemas[model.__name__] = made
    return schemas
