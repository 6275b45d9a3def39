"""Every endpoint tried by the OpenAPI document alone: what it says is what the server does, whatever is sent."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from api.app import create_app
from api.deps import NDJSON, WORKBOOK
from api.settings import Settings
from tests.api.conftest import Server

# `make fuzz` tries longer.
EXAMPLES = int(os.environ.get("TWO_HIGH_SCHEMA_EXAMPLES", "10"))
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 412, 422, 429]}}}
)
schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi(), config=CONFIG)


@schemathesis.serializer(NDJSON, WORKBOOK)
def as_it_is(context: object, value: Any) -> bytes:
    """Lines and workbooks are sent as the bytes they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def test_the_document_is_the_server_s(server: Server) -> None:
    assert server.request("GET", "/openapi.json", None).json() == create_app(Settings()).openapi()


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_server_does_what_the_document_says(case: schemathesis.Case[Any], server: Server) -> None:
    roles = case.operation.definition.raw.get("x-roles", [None])
    # Where a try leaves the key out, it is left out.
    if roles[0] and "Authorization" in (case.headers or {}):
        case.headers["Authorization"] = f"Bearer {server.keys[roles[0]]}"
    case.call_and_validate(base_url=server.url, timeout=20)


RUN = ("/check", "/reviews", "/check:batch", "/reviews:batch", "/offsets", "/webhooks", "/people", "/keys", "/replays")


@pytest.mark.parametrize("path", RUN)
def test_the_document_s_examples_run(server: Server, path: str) -> None:
    """The example of each body, or the one that its required fields' examples make, is accepted as it stands."""
    document = create_app(Settings()).openapi()
    operation = document["paths"][f"/api/v1{path}"]["post"]
    for media, shown in operation["requestBody"]["content"].items():
        if media == WORKBOOK:
            continue
        example = shown.get("example")
        if example is None:
            shape = document["components"]["schemas"][shown["schema"]["$ref"].rsplit("/", 1)[1]]
            example = {name: shape["properties"][name]["examples"][0] for name in shape.get("required", [])}
        content = example if isinstance(example, str) else json.dumps(example)
        role = operation["x-roles"][0]
        answer = server.request("POST", f"/api/v1{path}", role, content=content, headers={"Content-Type": media})
        assert answer.status_code in (200, 201, 202), answer.text
        if path.endswith(":batch"):
            assert "problem" not in answer.text


def test_every_field_of_the_document_is_described() -> None:
    """A sheet's field has its label, and its example where it is one value."""
    schemas = create_app(Settings()).openapi()["components"]["schemas"]
    fields = schemas["ProjectSheet"]["properties"]
    assert all(each.get("title") for each in fields.values())
    for name in ("Ruling", "SourceEntry", "KeyRequest", "HookRequest", "ReplayRequest", "PersonRequest", "SignIn"):
        assert all("title" in each for each in schemas[name]["properties"].values()), name
