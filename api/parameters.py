"""What a route is asked beside its body: its parameters by name, and where a fault lies, in the body or in one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.bodies import fields_of
from review.errors import Fault
from review.law.at_hand import default_ruleset
from review.sheet.paths import steps

# What the record calls by another name than the parameter has.
_CALLED = {"id": "number", "ruleset": "name", "request": "Idempotency-Key"}
# What the record calls by another name than the body does: there it is that field, or the body as a whole.
_WRITTEN = {"note": "text", "finding": "rule", "file": "changes", "about": ""}
# Who calls: no field that is sent would make another of them.
_CALLER = ("by", "second")
# Failures of the request itself: whatever is in its body, no place in it is at fault.
_OF_THE_REQUEST = {401: "Authorization", 406: "Accept", 415: "Content-Type"}
_OF_THE_CONTENT = (400, 404, 409, 422)
_JSON_MEDIA = ("application/json", "application/x-ndjson")


def within(dependant: Dependant) -> Iterator[Dependant]:
    """A route's dependencies, itself first, and theirs."""
    yield dependant
    for each in dependant.dependencies:
        yield from within(each)


def parameters_of(route: APIRoute) -> dict[str, str]:
    """The parameters of a route by name, each with where it is sent: `path`, `query` or `header`."""
    found: dict[str, str] = {}
    for part in within(route.dependant):
        found |= {each.alias: "path" for each in part.path_params}
        found |= {each.alias: "query" for each in part.query_params}
        found |= {each.alias: "header" for each in part.header_params}
    return found


def reads_json(route: APIRoute) -> bool:
    """Whether a route has a body in JSON."""
    return "requestBody" in (route.openapi_extra or {})


def pointer(path: str) -> str:
    """A path of a body as a JSON Pointer (RFC 6901): `voc.offsets[0].area` → `/voc/offsets/0/area`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps(path))


def place_of(request: Request, status: int, fault: Fault) -> dict[str, str]:
    """Where a fault lies: `pointer` into the JSON body, or `parameter` and `in`; nothing where it lies in neither."""
    if status in _OF_THE_REQUEST:
        named_itself = fault.where if fault.where == "Content-Encoding" else _OF_THE_REQUEST[status]
        return {"parameter": named_itself, "in": "header"}
    route: Any = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return {}
    named = parameters_of(route)
    first = str(next(iter(steps(fault.where)), ""))
    for each in (first, _CALLED.get(first, first)):
        found = next((name for name in named if name.lower() == each.lower()), None)
        if found is not None:
            return {"parameter": each if named[found] == "header" else found, "in": named[found]}
    if fault.where in request.query_params:
        # It has no such parameter: that is what is wrong.
        return {"parameter": fault.where, "in": "query"}
    # An edition that is not there is told by the name that was sent.
    for name, value in (*request.path_params.items(), *request.query_params.items()):
        if fault.where and value == fault.where:
            return {"parameter": name, "in": named.get(name, "query")}
    if fault.where == default_ruleset() and "as_of" in named:
        # No ruleset was named, and none is in force on that day.
        return {"parameter": "as_of", "in": "query"}
    fields = fields_of(route)
    if first in _CALLER and first not in (fields or ()):
        return {"parameter": "Authorization", "in": "header"}
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if status in _OF_THE_CONTENT and reads_json(route) and media in _JSON_MEDIA and not fault.where.startswith("-"):
        return _in_body(request, fields, fault, first)
    return {}


def _in_body(request: Request, fields: frozenset[str] | None, fault: Fault, first: str) -> dict[str, str]:
    """The place of a fault in the body that was sent; nothing where it is about what the record holds, which no field would mend."""
    if fields is None or first in fields or first in request.scope.get("sent", ()):
        return {"pointer": pointer(fault.where)}
    written = _WRITTEN.get(first, first)
    if written in fields:
        return {"pointer": f"/{written}"}
    return {"pointer": ""} if not written and not fault.code else {}
