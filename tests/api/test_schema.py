"""Every endpoint tried by the OpenAPI document alone: what it says is what the server does, whatever is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckContext, load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.hypothesis.builder import InvalidHeadersExampleMark, MissingPathParameters
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.schemas import BaseSchema
from schemathesis.transport.requests import ManagedCookiesSession

from api.app import ROUTERS
from api.received import NDJSON, WORKBOOK
from tests.api.conftest import Server, document

# `make fuzz` tries longer.
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "6"))
# A whole sheet has thousands of tries that the document makes up one by one, field by field. Of more than these every
# so-many-th is tried, the next operation's beginning one later; `make fuzz` tries them all.
TRIES = 200 if EXAMPLES < 100 else None
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 412, 422, 428, 429]},
    # What is too long for a field can be too large for the whole body.
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]},
}
OPERATIONS = [
    (method, each.path)
    for router in ROUTERS
    for each in router.routes
    if isinstance(each, APIRoute) and each.include_in_schema
    for method in sorted(each.methods or ())
]
# What the document says of requests and answers does not depend on the database: one is enough here.
pytestmark = [
    pytest.mark.record,
    pytest.mark.parametrize("server", ["sqlite"], indirect=True),
    # What was sent is written out where a try fails, however long it is.
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
]


@schemathesis.serializer(NDJSON, WORKBOOK)
def as_it_is(context: object, value: Any) -> bytes:
    """Lines and workbooks are sent as the bytes they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@cache
def schema() -> tuple[BaseSchema, FeedbackSources]:
    """The document, and the constants of the product that are tried as values."""
    load_all_checks()
    config = schemathesis.Config.from_dict({"checks": CHECKS})
    made = schemathesis.openapi.from_dict(document(), config=config)
    return made, FeedbackSources(constants_value_source=make_constants_value_source(made))


def test_the_document_is_the_server_s(server: Server) -> None:
    found = server.request("GET", "/openapi.json", None).json()
    assert found == document()
    assert [(method.upper(), path) for path, each in found["paths"].items() for method in each] == OPERATIONS


def sent_empty(value: Any) -> bool:
    """Whether a value that is no text is sent in an address as an empty one: what is wrong with it does not arrive."""
    if isinstance(value, list):
        return all(each == "" or sent_empty(each) for each in value)
    return value is None or value == {}


@pytest.fixture(scope="module")
def connection() -> Iterator[ManagedCookiesSession]:
    """One connection for all tries, which keeps no cookies. A new one for each would read the settings of proxies each time."""
    with ManagedCookiesSession() as made:
        made.trust_env = False
        yield made


@pytest.fixture(autouse=True, scope="module")
def without_a_key_once() -> Iterator[None]:
    """What succeeded is sent again without a key and with a wrong one, once for each operation, as schemathesis does where it runs by its own command; `make fuzz` sends all of it."""
    with pytest.MonkeyPatch.context() as patch:
        if TRIES:
            refused = partial(CheckContext, auth_enforced_operations=set())
            patch.setattr("schemathesis.generation.case.CheckContext", refused)
        yield


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def answered_as_documented(case: schemathesis.Case[Any], server: Server, connection: ManagedCookiesSession) -> None:
    roles = case.operation.definition.raw.get("x-roles", [None])
    # Where a try leaves the key out, it is left out.
    if roles[0] and "Authorization" in (case.headers or {}):
        case.headers["Authorization"] = f"Bearer {server.keys[roles[0]]}"
    if not any(sent_empty(each) for each in (case.query or {}).values()):
        case.call_and_validate(base_url=server.url, session=connection, timeout=20)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(each) for each in OPERATIONS])
def test_the_server_does_what_the_document_says(
    server: Server, connection: ManagedCookiesSession, method: str, path: str
) -> None:
    # Its cases are made here, not when tests are collected: in every process that would take longer than to try them.
    made, feedback = schema()
    test = build_operation_test(
        config=made.config,
        operation=made[path][method],
        test_func=answered_as_documented,
        given_kwargs={},
        feedback=feedback,
    )
    tries = getattr(test, "hypothesis_explicit_examples", ())
    every = -(-len(tries) // TRIES) if TRIES and tries else 1
    test.__dict__["hypothesis_explicit_examples"] = tries[OPERATIONS.index((method, path)) % every :: every]
    test(server=server, connection=connection)
    assert MissingPathParameters.get(test) is None and InvalidHeadersExampleMark.get(test) is None
