"""The OpenAPI document as a linter and makers of clients read it, and messages to hooks as it says they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from api.wire.messages import MESSAGES
from review.record.storage.outbox import Waiting
from review.record.storage.store import Store
from review.record.work.webhooks import message_of
from review.terms import HOOK_KINDS
from tests.api.conftest import document, serving
from tests.record.projects import some_of_everything

METHODS = ("get", "put", "post", "delete", "patch")
# The keywords of JSON Schema, as of OpenAPI 3.1; what is our own is under `x-`.
KEYWORDS = {
    "$ref", "additionalProperties", "allOf", "anyOf", "const", "default", "description", "discriminator", "enum", "example", "examples",
    "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "oneOf",
    "contentEncoding", "maxProperties", "pattern", "prefixItems", "properties", "propertyNames", "required", "title", "type", "uniqueItems",
}  # fmt: skip


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", each[method])
        for path, each in document()["paths"].items()
        for method in METHODS
        if method in each
    ]


def schemas(found: Any, within: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, itself first, with its place."""
    yield within, found
    for name in ("items", "additionalProperties", "propertyNames"):
        if isinstance(found.get(name), dict):
            yield from schemas(found[name], f"{within}/{name}")
    for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for number, each in enumerate(found.get(name, ())):
            yield from schemas(each, f"{within}/{name}/{number}")
    for name, each in found.get("properties", {}).items():
        yield from schemas(each, f"{within}/{name}")


def every_schema() -> list[tuple[str, dict[str, Any]]]:
    components = document()["components"]["schemas"]
    return [each for name, component in components.items() for each in schemas(component, name)]


def test_what_a_linter_asks_of_the_whole_document() -> None:
    found = document()
    assert found["info"]["license"]["identifier"] == "Apache-2.0" and found["servers"]
    assert found["info"]["title"].isascii() and found["openapi"].startswith("3.1")
    assert [name for name, each in operations() if "security" not in each or not each.get("summary")] == []


def test_operations_are_called_by_lasting_verbs() -> None:
    names = [each["operationId"] for _, each in operations()]
    assert [name for name, many in Counter(names).items() if many > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name) or "api_v" in name] == []


def test_titles_are_ascii_and_keywords_those_of_json_schema() -> None:
    assert [place for place, each in every_schema() if not str(each.get("title", "")).isascii()] == []
    strange = {
        (place, name) for place, each in every_schema() for name in each if name not in KEYWORDS and name[:2] != "x-"
    }
    assert strange == set()
    assert [name for name in document()["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []


def test_what_the_sheet_s_fields_are_called_is_told_beside_their_titles() -> None:
    fields = document()["components"]["schemas"]["Energy"]["properties"]
    assert fields["total_tce"]["x-label"]["zh"] and fields["total_tce"]["x-unit"] == "tce/a"


def test_examples_fit_their_schemas() -> None:
    whole = document()
    wrong = []
    for name, component in whole["components"]["schemas"].items():
        for example in [component["example"]] if "example" in component else []:
            rooted = {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
            wrong += [(name, error.message) for error in jsonschema_rs.validator_for(rooted).iter_errors(example)]
    assert wrong == []


def test_headers_of_answers_are_told() -> None:
    told = {name: each["responses"] for name, each in operations()}
    assert "Location" in told["POST /api/v1/reviews"]["201"]["headers"]
    assert "ETag" in told["GET /api/v1/reviews/{number}"]["200"]["headers"]
    assert "Idempotent-Replayed" in told["POST /api/v1/projects/{project}/steps"]["201"]["headers"]
    for name, each in operations():
        for status, answer in each["responses"].items():
            limited = bool(each["security"]) and status != "401"
            assert ("RateLimit" in answer.get("headers", {})) is limited, (name, status)
    for status, header in (("401", "WWW-Authenticate"), ("429", "Retry-After"), ("503", "Retry-After")):
        assert all(header in each[status]["headers"] for each in told.values() if status in each)


@pytest.mark.server
@pytest.mark.record
def test_what_is_left_of_a_key_s_quota_is_told(url: str) -> None:
    with serving(url, requests_per_minute="3") as server:
        answers = [server.request("GET", "/api/v1/me") for _ in range(4)]
        left = [re.fullmatch(r'"key";r=(\d+);t=(\d+)', each.headers["ratelimit"]) for each in answers]
        assert [each and each[1] for each in left] == ["2", "1", "0", "0"]
        assert all(each is not None and 1 <= int(each[2]) <= 60 for each in left)
        assert {each.headers["ratelimit-policy"] for each in answers} == {'"key";q=3;w=60'}
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert server.request("GET", "/api/v1/me", "auditor").headers["ratelimit"].startswith('"key";r=2;')
        assert "ratelimit" not in server.request("GET", "/api/v1/me", None).headers


def test_every_kind_of_message_is_a_webhook_of_the_document() -> None:
    assert set(MESSAGES) == set(HOOK_KINDS)
    assert set(document()["webhooks"]) == {
        *(f"{kind}.{'signed' if kind == 'checkpoint' else 'recorded'}" for kind in HOOK_KINDS),
        "hook.test",
    }


@pytest.mark.record
def test_messages_are_what_the_document_says(store: Store) -> None:
    some_of_everything(store)
    seen = set()
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT position, kind FROM event ORDER BY position").all()
        for position, kind in rows:
            if kind in HOOK_KINDS:
                seen.add(kind)
                sent = message_of(connection, Waiting("msg", "hook", position, 0))
                MESSAGES[kind].model_validate(json.loads(sent), strict=True)
    assert {"review", "decision", "step", "source", "edition"} <= seen
