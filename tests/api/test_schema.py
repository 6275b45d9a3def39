"""Every endpoint tried by the OpenAPI document alone: what it says is what the server does, whatever is sent."""

from __future__ import annotations

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
EXAMPLES = int(os.environ.get("TWO_HIGH_SCHEMA_EXAMPLES", "6"))
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 412, 422, 429]}}}
)
schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi(), config=CONFIG)
# What the document says of requests and answers does not depend on the database: one is enough here.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


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
