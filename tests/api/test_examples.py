"""The OpenAPI document's examples run as they stand, against a record that has seen nothing yet."""

from __future__ import annotations

import json

import pytest

from api.received import WORKBOOK
from tests.api.conftest import Server, document

RUN = ("/check", "/reviews", "/check:batch", "/reviews:batch", "/offsets", "/webhooks", "/people", "/keys", "/replays")


@pytest.mark.parametrize("path", RUN)
def test_the_document_s_examples_run(server: Server, path: str) -> None:
    """The example of each body, or the one that its required fields' examples make, is accepted as it stands."""
    operation = document()["paths"][f"/api/v1{path}"]["post"]
    for media, shown in operation["requestBody"]["content"].items():
        if media == WORKBOOK:
            continue
        example = shown.get("example")
        if example is None:
            shape = document()["components"]["schemas"][shown["schema"]["$ref"].rsplit("/", 1)[1]]
            example = {name: shape["properties"][name]["examples"][0] for name in shape.get("required", [])}
        content = example if isinstance(example, str) else json.dumps(example)
        role = operation["x-roles"][0]
        answer = server.request("POST", f"/api/v1{path}", role, content=content, headers={"Content-Type": media})
        assert answer.status_code in (200, 201, 202), answer.text
        if path.endswith(":batch"):
            assert "problem" not in answer.text


def test_every_field_of_the_document_is_described() -> None:
    """A sheet's field has its label, and its example where it is one value."""
    schemas = document()["components"]["schemas"]
    fields = schemas["ProjectSheet"]["properties"]
    assert all(each.get("title") for each in fields.values())
    for name in ("Ruling", "SourceEntry", "KeyRequest", "HookRequest", "ReplayRequest", "PersonRequest", "SignIn"):
        assert all("title" in each for each in schemas[name]["properties"].values()), name
