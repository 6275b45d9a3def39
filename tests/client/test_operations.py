"""The client has a call for every operation of the document, with all that the operation takes and answers, and none besides."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from two_high_client import Client, Problem, ProblemError
from two_high_client.operations import Many, One

from tests.api.conftest import document

Operation = tuple[str, str]
Declared = One[Any, Any] | Many[Any, Any]
METHODS = ("get", "put", "post", "delete", "patch")
# What a call makes of its own parameters, or is told by which call it is; a second person is refused where others sign.
MADE = {
    ("POST", "/api/v1/reviews/{number}/sign-off"): {"second"},
    ("POST", "/api/v1/reviews/{number}/pending"): {"second"},
    ("POST", "/api/v1/drafts"): {"version"},
    ("PUT", "/api/v1/drafts/{draft}"): {"replaces"},
    ("GET", "/api/v1/reviews/{number}/sheet"): {"form"},
    ("POST", "/api/v1/attachments"): {"to", "file"},
    ("POST", "/api/v1/proposals"): {"from"},
    ("POST", "/api/v1/reviews/{number}/sign-off/signatures"): {"act"},
}
# Fields that come from the answer's headers.
OF_HEADERS = {"ReviewRead": {"etag"}}


def calls() -> Iterator[tuple[str, Declared]]:
    """Every declared call by its name."""
    for name in dir(Client):
        found = inspect.getattr_static(Client, name)
        if isinstance(found, One | Many):
            yield name, found


def operations() -> dict[Operation, dict[str, Any]]:
    return {
        (method.upper(), path): each
        for path, methods in document()["paths"].items()
        for method, each in methods.items()
        if method in METHODS
    }


def called(operation: Operation) -> list[Declared]:
    return [each for _, each in calls() if each.operation == operation]


def parameters(call: Declared) -> dict[str, Any]:
    """The types of what a call takes by name; filters by each of their names."""
    types: dict[str, Any] = {}
    hints = get_type_hints(call.ask)
    for name, each in inspect.signature(call.ask).parameters.items():
        if each.kind is inspect.Parameter.VAR_KEYWORD:
            (filters,) = get_args(hints[name])
            assert is_typeddict(filters)
            types |= get_type_hints(filters)
        elif name != "self":
            types[name] = hints[name]
    return types


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def of_success(operation: Operation) -> Mapping[str, Any] | None:
    """The schema of an operation's JSON answer, if it has one."""
    found = [
        each
        for status, each in operations()[operation]["responses"].items()
        if status.startswith("2") and "content" in each
    ]
    return found[0]["content"].get("application/json", {}).get("schema") if found else None


def test_every_operation_has_a_call() -> None:
    assert sorted(operations().keys() - {each.operation for _, each in calls()}) == []


def test_every_call_is_one_of_the_document() -> None:
    assert [name for name, each in calls() if each.operation not in operations()] == []
    assert [name for name, each in calls() if not each.__doc__] == []


def test_calls_take_all_that_their_operation_takes() -> None:
    assert [f"{' '.join(each)}: {name}" for each in sorted(operations()) for name in sorted(not_taken(each))] == []


def test_calls_allow_the_words_that_their_operation_allows() -> None:
    assert [f"{name}: {each}" for name, call in calls() for each in other_words(call)] == []


def test_answers_have_the_fields_of_the_document() -> None:
    assert [f"{name} {each}" for name, call in calls() for each in answered_otherwise(call)] == []


def not_taken(operation: Operation) -> Iterator[str]:
    """The parameters, fields of the body and headers of an operation that no call of it takes."""
    found, stated = called(operation), operations()[operation].get("parameters", [])
    taken = {each.rstrip("_") for call in found for each in parameters(call)} | MADE.get(operation, set())
    yield from {each["name"] for each in stated if each["in"] in ("query", "path")} - taken - paging(found)
    content = operations()[operation].get("requestBody", {}).get("content", {})
    body = content.get("application/json", {}).get("schema", {})
    if body.get("$ref") != "#/components/schemas/ProjectSheet":
        yield from resolved(body).get("properties", {}).keys() - taken
    headers = {each["name"].lower() for each in stated if each["in"] == "header"}
    if ("idempotency-key" in headers) != any(by_key(each) for each in found):
        yield "Idempotency-Key"
    if ("if-match" in headers) != ("if_match" in taken):
        yield "If-Match"


def other_words(call: Declared) -> Iterator[str]:
    """The parameters whose words are not those that the document allows."""
    operation = operations()[call.operation]
    stated = {each["name"]: each["schema"] for each in operation.get("parameters", [])}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    stated |= resolved(body).get("properties", {})
    for name, hint in parameters(call).items():
        if name in stated and sorted(words_of(hint)) != sorted(words_allowed(stated[name])):
            yield f"{name}: {sorted(words_allowed(stated[name]))}"


def words_of(hint: Any) -> list[str]:
    """The words of a type, also within a list or beside None."""
    args = get_args(hint)
    return list(args) if get_origin(hint) is Literal else [word for each in args for word in words_of(each)]


def words_allowed(schema: Mapping[str, Any]) -> list[str]:
    whole = resolved(schema)
    within = [*whole.get("anyOf", []), *([whole["items"]] if whole.get("type") == "array" else [])]
    return [*whole.get("enum", []), *(word for each in within for word in words_allowed(each))]


def paging(found: list[Declared]) -> set[str]:
    """How the parts of a list are asked for: the client's own where it goes through them."""
    return {"cursor", "limit", "after", "before"} if any(isinstance(each, Many) for each in found) else set()


def by_key(call: Declared) -> bool:
    return "key" in parameters(call) and "{key}" not in call.operation[1]


def answered_otherwise(call: Declared) -> list[str]:
    """Where the answer of a call is not what the document says."""
    schema = of_success(call.operation)
    if call.shape is bytes:
        # Handed on as it is, whatever it is.
        return []
    if schema is None:
        return [] if call.shape in (None, str) else ["the operation answers with nothing in JSON"]
    return list(differences(call.shape, item(schema) if isinstance(call, Many) else schema, ""))


def item(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of an item of a list, in pages or in one piece."""
    whole = resolved(schema)
    listed = resolved(whole["properties"]["items"]) if "properties" in whole else whole
    found: Mapping[str, Any] = listed["items"]
    return found


def differences(shape: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """Where the shape of an answer is not what the document says."""
    schema = resolved(schema)
    if shape is Any or shape == dict[str, Any]:
        return
    options = [resolved(each) for each in schema.get("anyOf", schema.get("oneOf", [schema]))]
    kinds = list(get_args(shape)) if get_origin(shape) in (Union, UnionType) else [shape]
    if (NoneType in kinds) != any(each.get("type") == "null" for each in options):
        yield f"{path}: whether it can be null"
    kinds = [each for each in kinds if each is not NoneType]
    options = [each for each in options if each.get("type") != "null"]
    if len(kinds) != len(options):
        yield f"{path}: {len(options)} forms, not {len(kinds)}"
        return
    for kind, option in zip(kinds, options, strict=True):
        yield from _one_form(kind, option, path)


def _one_form(kind: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    origin, stated = get_origin(kind), schema.get("type")
    if is_dataclass(kind):
        yield from _object(kind, schema, path)
    elif origin in (Mapping, dict):
        more = schema.get("additionalProperties")
        if stated != "object":
            yield f"{path}: {stated}, not object"
        elif isinstance(more, dict):
            yield from differences(get_args(kind)[1], more, f"{path}.*")
    elif origin in (tuple, list):
        if stated != "array":
            yield f"{path}: {stated}, not array"
        else:
            yield from differences(get_args(kind)[0], schema["items"], f"{path}[]")
    elif origin is Literal:
        if sorted(get_args(kind)) != sorted(schema.get("enum", [schema.get("const")])):
            yield f"{path}: other words"
    else:
        wanted = {str: "string", date: "string", int: "integer", bool: "boolean"}[kind]
        if stated != wanted or (kind is date) != (schema.get("format") == "date"):
            yield f"{path}: {stated}, not {wanted}"


def _object(kind: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    hints = get_type_hints(kind)
    mine = {
        each.name.rstrip("_"): each for each in fields(kind) if each.name not in OF_HEADERS.get(kind.__name__, set())
    }
    stated = schema.get("properties", {})
    yield from (f"{path}.{each}: the client lacks it" for each in stated.keys() - mine.keys())
    # A problem is read as far as it can be: of it nothing is required, and what a later server says more.
    if kind in (Problem, ProblemError):
        return
    yield from (f"{path}.{each}: the document has it not" for each in mine.keys() - stated.keys())
    for name, each in mine.items():
        if name in stated:
            if (each.default is MISSING) != (name in schema.get("required", ())):
                yield f"{path}.{name}: whether it is always there"
            yield from differences(hints[each.name], stated[name], f"{path}.{name}")
